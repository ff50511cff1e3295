// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../../../../contracts/interfaces/trust/IProviderBond.sol";
import { KeyPurposes } from "../../../../contracts/trust/TrustBits.sol";
import { BondFixture } from "../BondFixture.sol";

contract ProviderBondIdentityTest is BondFixture {
    address private _key = makeAddr("key");

    function test_Register_RevertWhen_AFieldIsMissing() external {
        IProviderBond.Profile memory profile = _profile();
        profile.payout = address(0);
        vm.expectRevert(_badField("payout", 0));
        bonds.register(profile);
        profile = _profile();
        profile.endpointsHash = 0;
        vm.expectRevert(_badField("endpointsHash", 0));
        bonds.register(profile);
        profile = _profile();
        profile.termsHash = 0;
        vm.expectRevert(_badField("termsHash", 0));
        bonds.register(profile);
    }

    function test_Register_WhenTheProviderIsNew() external {
        IProviderBond.Profile memory p = _profile();
        vm.expectEmit(address(bonds));
        emit IProviderBond.ProviderRegistered(stranger, payout, p.endpoints, p.endpointsHash, p.termsHash);
        vm.prank(stranger);
        bonds.register(p);
        IProviderBond.Provider memory stored = bonds.providerOf(stranger);
        assertEq(stored.payout, payout);
        assertEq(stored.registeredAt, START);
        assertEq(bonds.payoutOf(stranger), payout);
        assertEq(bonds.payoutOf(dana), dana, "who never registered is paid itself");
    }

    function test_Register_GivenTheProviderRegisteredBefore() external {
        _after(1 days);
        IProviderBond.Profile memory profile = _profile();
        profile.payout = stranger;
        vm.prank(provider);
        bonds.register(profile);
        assertEq(bonds.providerOf(provider).registeredAt, START);
        assertEq(bonds.payoutOf(provider), stranger);
    }

    function test_AddKey_RevertGiven_TheCallerIsNoProvider() external {
        vm.expectRevert(_notRegistered(stranger));
        vm.prank(stranger);
        bonds.addKey(_key, KeyPurposes.RECEIPTS);
    }

    function test_AddKey_RevertWhen_TheKeyOrItsPurposesAreNone() external {
        vm.startPrank(provider);
        vm.expectRevert(_badField("key", 0));
        bonds.addKey(address(0), KeyPurposes.RECEIPTS);
        vm.expectRevert(_badField("purposes", 0));
        bonds.addKey(_key, 0);
        vm.expectRevert(_badField("purposes", 4));
        bonds.addKey(_key, 4);
    }

    function test_AddKey_RevertGiven_TheKeyWasAddedBeforeOrIsTheProvider() external {
        vm.startPrank(provider);
        bonds.addKey(_key, KeyPurposes.RECEIPTS);
        vm.expectRevert(abi.encodeWithSelector(IProviderBond.ProviderBond_KeyUsed.selector, provider, _key));
        bonds.addKey(_key, KeyPurposes.LOGS);
        vm.expectRevert(abi.encodeWithSelector(IProviderBond.ProviderBond_KeyUsed.selector, provider, provider));
        bonds.addKey(provider, KeyPurposes.LOGS);
    }

    function test_AddKey_WhenAKeyIsAdded() external {
        vm.expectEmit(address(bonds));
        emit IProviderBond.KeyAdded(provider, _key, KeyPurposes.RECEIPTS);
        vm.prank(provider);
        bonds.addKey(_key, KeyPurposes.RECEIPTS);
        assertEq(abi.encode(bonds.keyOf(provider, _key)), abi.encode(START, 0, KeyPurposes.RECEIPTS));
        assertFalse(bonds.isKeyOf(provider, _key, START - 1), "before");
        assertTrue(bonds.isKeyOf(provider, _key, START), "from that second");
        assertTrue(bonds.isKeyFor(provider, _key, KeyPurposes.RECEIPTS, START));
        assertFalse(bonds.isKeyFor(provider, _key, KeyPurposes.LOGS, START), "another purpose");
        assertFalse(bonds.isKeyOf(stranger, _key, START), "another provider");
        assertTrue(bonds.isKeyOf(stranger, stranger, 0), "everybody signs for itself");
        assertFalse(bonds.isKeyOf(address(0), address(0), 0), "nobody does not");
    }

    function test_RevokeKey_RevertGiven_TheKeyIsNotInForce() external {
        vm.startPrank(provider);
        bytes memory none = abi.encodeWithSelector(IProviderBond.ProviderBond_NoKey.selector, provider, _key);
        vm.expectRevert(none);
        bonds.revokeKey(_key);
        bonds.addKey(_key, KeyPurposes.ALL);
        bonds.revokeKey(_key);
        vm.expectRevert(none);
        bonds.revokeKey(_key);
    }

    function test_RevokeKey_WhenAKeyIsRevoked() external {
        vm.startPrank(provider);
        bonds.addKey(_key, KeyPurposes.ALL);
        _after(100);
        vm.expectEmit(address(bonds));
        emit IProviderBond.KeyRevoked(provider, _key);
        bonds.revokeKey(_key);
        assertTrue(bonds.isKeyOf(provider, _key, START + 99), "what it signed before");
        assertFalse(bonds.isKeyOf(provider, _key, START + 100), "from that second");
        vm.expectRevert(abi.encodeWithSelector(IProviderBond.ProviderBond_KeyUsed.selector, provider, _key));
        bonds.addKey(_key, KeyPurposes.ALL);
    }

    function test_SetDelegatorShare_RevertWhen_TheShareIsOverTheWholeOrUnchanged() external {
        vm.startPrank(provider);
        vm.expectRevert(_badField("bps", 10_001));
        bonds.setDelegatorShare(10_001);
        vm.expectRevert(IProviderBond.ProviderBond_NoChange.selector);
        bonds.setDelegatorShare(0);
        bonds.setDelegatorShare(5000);
        bonds.setDelegatorShare(1000);
        vm.expectRevert(IProviderBond.ProviderBond_NoChange.selector);
        bonds.setDelegatorShare(1000);
        vm.stopPrank();
        vm.expectRevert(_notRegistered(stranger));
        vm.prank(stranger);
        bonds.setDelegatorShare(1);
    }

    function test_SetDelegatorShare_WhenTheShareRises() external {
        vm.expectEmit(address(bonds));
        emit IProviderBond.DelegatorShareSet(provider, 5000, START);
        vm.prank(provider);
        bonds.setDelegatorShare(5000);
        assertEq(bonds.providerOf(provider).delegatorBps, 5000);
    }

    function test_SetDelegatorShare_WhenTheShareFalls() external {
        vm.startPrank(provider);
        bonds.setDelegatorShare(5000);
        vm.expectEmit(address(bonds));
        emit IProviderBond.DelegatorShareSet(provider, 1000, START + THAW);
        bonds.setDelegatorShare(1000);
        vm.warp(START + THAW - 1);
        assertEq(bonds.providerOf(provider).delegatorBps, 5000, "every delegator can leave before");
        assertEq(bonds.providerOf(provider).nextBps, 1000);
        vm.warp(START + THAW);
        assertEq(bonds.providerOf(provider).delegatorBps, 1000);
        assertEq(bonds.providerOf(provider).nextAt, 0);
    }

    function test_SetDelegatorShare_GivenALowerShareIsAnnounced() external {
        vm.startPrank(provider);
        bonds.setDelegatorShare(5000);
        bonds.setDelegatorShare(1000);
        bonds.setDelegatorShare(5000);
        vm.warp(START + 2 * THAW);
        assertEq(bonds.providerOf(provider).delegatorBps, 5000);
    }
}
