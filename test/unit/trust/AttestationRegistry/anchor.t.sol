// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../../../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { Attestation, Messages } from "../../../../contracts/types/Messages.sol";
import { TrustFixture } from "../TrustFixture.sol";
import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice An issuer that is a contract: it signs with four bytes.
contract SigningContract is IERC1271 {
    function isValidSignature(bytes32, bytes calldata signature) external pure returns (bytes4) {
        return bytes4(signature) == 0x600df00d ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

contract AnchorTest is TrustFixture {
    bytes private _data = abi.encode(uint16(1200), keccak256("report"));
    Attestation private _message;
    uint256 private _id;

    function setUp() public override {
        super.setUp();
        _message = _attestation(badges.versionSubject(datasetId, 1));
        _id = badges.idOf(_message);
        vm.warp(START + 10 days);
    }

    function test_Anchor_RevertWhen_TheIssuerIsNotAccredited() external {
        bytes memory signature = _signed();
        badges.removeIssuer(issuer);
        vm.expectRevert(abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_NotAccredited.selector, issuer));
        badges.anchor(_message, _data, signature);
    }

    function test_Anchor_RevertWhen_ItSaysThatItWasIssuedBeforeTheAccreditation() external {
        _message.issuedAt = START - 1;
        _expect(_data, _signed(), _badTime());
        // A new accreditation does not cover what was said under the one before.
        _message.issuedAt = START;
        badges.removeIssuer(issuer);
        badges.accreditByGovernance(issuer, 1, 0);
        _expect(
            _data,
            _signed(),
            abi.encodeWithSelector(
                IAttestationRegistry.AttestationRegistry_BadIssueTime.selector, START, START + 10 days, START + 10 days
            )
        );
    }

    function test_Anchor_RevertWhen_ItSaysThatItWasIssuedInTheFuture() external {
        _message.issuedAt = START + 10 days + 1;
        _expect(_data, _signed(), _badTime());
    }

    function test_Anchor_RevertWhen_TheDataHasAnotherHash() external {
        bytes memory other = abi.encode(uint16(1201), keccak256("report"));
        _expect(
            other,
            _signed(),
            abi.encodeWithSelector(
                IAttestationRegistry.AttestationRegistry_WrongData.selector, keccak256(_data), keccak256(other)
            )
        );
    }

    function test_Anchor_RevertWhen_SomebodyElseSigned() external {
        _expect(_data, _sign(buyerKey, Messages.hash(_message)), _badSignature());
    }

    function test_Anchor_RevertWhen_ItWasSignedForAnotherChain() external {
        bytes memory signature = _signed();
        vm.chainId(block.chainid + 1);
        _expect(_data, signature, _badSignature());
    }

    function test_Anchor_RevertWhen_ItHasExpired() external {
        vm.warp(START + 365 days);
        _expect(
            _data,
            _signed(),
            abi.encodeWithSelector(
                IAttestationRegistry.AttestationRegistry_BadExpiry.selector,
                START + 365 days,
                START + 365 days + 1,
                START + 730 days
            )
        );
    }

    function test_Anchor_RevertGiven_ItWasAnchoredBefore() external {
        badges.anchor(_message, _data, _signed());
        _expect(
            _data, _signed(), abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_BadgeExists.selector, _id)
        );
    }

    function test_Anchor_RevertGiven_TheIssuerTookItBack() external {
        vm.prank(issuer);
        badges.withdraw(_id, "mistaken");
        _expect(_data, _signed(), _withdrawn());
    }

    function test_Anchor_WhenAnybodyAnchorsASignedAttestation() external {
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.BadgeIssued(
            _id, issuer, _message.subject, schema, keccak256(_data), START, START + 365 days, 1, _data
        );
        vm.prank(stranger);
        assertEq(badges.anchor(_message, _data, _signed()), _id);
        assertEq(_id, uint256(Messages.hash(_message)));
        assertEq(badges.badgeOf(_id).issuedAt, START);
        assertEq(badges.badgeOf(_id).recordedAt, START + 10 days);
    }

    function test_Anchor_WhenTheDataStaysOffChain() external {
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.BadgeIssued(
            _id, issuer, _message.subject, schema, keccak256(_data), START, START + 365 days, 1, ""
        );
        badges.anchor(_message, "", _signed());
        assertEq(badges.badgeOf(_id).dataHash, keccak256(_data));
    }

    function test_Anchor_WhenTheIssuerIsAContract() external {
        address account = address(new SigningContract());
        badges.accreditByGovernance(account, 1, 0);
        (_message.issuer, _message.issuedAt) = (account, START + 10 days);
        vm.expectRevert(abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_BadSignature.selector, account));
        badges.anchor(_message, _data, hex"deadbeef");
        assertEq(badges.badgeOf(badges.anchor(_message, _data, hex"600df00d")).issuer, account);
    }

    function test_Withdraw_RevertWhen_TheBadgeIsOnChain() external {
        badges.anchor(_message, _data, _signed());
        vm.expectRevert(abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_BadgeExists.selector, _id));
        vm.prank(issuer);
        badges.withdraw(_id, "mistaken");
    }

    function test_Withdraw_RevertGiven_ItWasTakenBackBefore() external {
        vm.startPrank(issuer);
        badges.withdraw(_id, "mistaken");
        vm.expectRevert(_withdrawn());
        badges.withdraw(_id, "mistaken");
        vm.stopPrank();
    }

    function test_Withdraw_WhenTheIssuerTakesItBack() external {
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.AttestationWithdrawn(_id, issuer, "mistaken");
        vm.prank(issuer);
        badges.withdraw(_id, "mistaken");
        assertEq(badges.withdrawnAt(issuer, _id), START + 10 days);
    }

    function test_Withdraw_WhenSomebodyElseTakesItBack() external {
        vm.prank(stranger);
        badges.withdraw(_id, "spite");
        assertEq(badges.withdrawnAt(issuer, _id), 0);
        assertEq(badges.anchor(_message, _data, _signed()), _id);
    }

    function _signed() private view returns (bytes memory) {
        return _sign(issuerKey, Messages.hash(_message));
    }

    function _expect(bytes memory data, bytes memory signature, bytes memory reason) private {
        vm.expectRevert(reason);
        badges.anchor(_message, data, signature);
    }

    function _badTime() private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IAttestationRegistry.AttestationRegistry_BadIssueTime.selector, _message.issuedAt, START, START + 10 days
        );
    }

    function _badSignature() private view returns (bytes memory) {
        return abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_BadSignature.selector, issuer);
    }

    function _withdrawn() private view returns (bytes memory) {
        return abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_Withdrawn.selector, _id, START + 10 days);
    }
}
