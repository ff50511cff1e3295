// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Vm } from "forge-std/Vm.sol";

import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

contract RegisterTest is ColophonTest {
    function test_RevertWhen_TheTermsAllowNoUse() public {
        ITermsRegistry.Terms memory given = defaultTerms();
        given.uses = 0;
        vm.expectRevert(ITermsRegistry.TermsRegistry_NoUse.selector);
        terms.register(given);
    }

    function testFuzz_RevertWhen_AUseOrFlagBitHasNoMeaning(uint16 uses, uint16 flags) public {
        vm.assume(uses != 0 && (uses & ~Uses.ALL != 0 || flags & ~TermsFlags.ALL != 0));
        ITermsRegistry.Terms memory given = defaultTerms();
        (given.uses, given.flags) = (uses, flags);
        vm.expectRevert(abi.encodeWithSelector(ITermsRegistry.TermsRegistry_UnknownBits.selector, uses, flags));
        terms.register(given);
    }

    function testFuzz_RevertWhen_AShareOrRoyaltyIsAboveTheWhole(uint16 bps, bool royalty) public {
        bps = uint16(bound(bps, 10_001, type(uint16).max));
        ITermsRegistry.Terms memory given = defaultTerms();
        given.flags = TermsFlags.TRANSFERABLE;
        if (royalty) given.resaleRoyaltyBps = bps;
        else given.derivativeShareBps = bps;
        vm.expectRevert(abi.encodeWithSelector(ITermsRegistry.TermsRegistry_BpsTooHigh.selector, bps));
        terms.register(given);
    }

    function test_RevertWhen_ARevocationNoticeIsSetWithoutTheFlag() public {
        ITermsRegistry.Terms memory given = defaultTerms();
        given.revocationNotice = 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                ITermsRegistry.TermsRegistry_FieldNeedsFlag.selector, bytes32("revocationNotice"), TermsFlags.REVOCABLE
            )
        );
        terms.register(given);
    }

    function test_RevertWhen_AResaleRoyaltyIsSetWithoutTheFlag() public {
        ITermsRegistry.Terms memory given = defaultTerms();
        given.resaleRoyaltyBps = 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                ITermsRegistry.TermsRegistry_FieldNeedsFlag.selector,
                bytes32("resaleRoyaltyBps"),
                TermsFlags.TRANSFERABLE
            )
        );
        terms.register(given);
    }

    function test_RevertWhen_AFirstRefusalIsSetWithoutTransferable() public {
        ITermsRegistry.Terms memory given = defaultTerms();
        given.flags |= TermsFlags.FIRST_REFUSAL;
        vm.expectRevert(
            abi.encodeWithSelector(
                ITermsRegistry.TermsRegistry_FieldNeedsFlag.selector, bytes32("firstRefusal"), TermsFlags.TRANSFERABLE
            )
        );
        terms.register(given);
    }

    function test_RevertWhen_TheDocumentHashIsZero() public {
        ITermsRegistry.Terms memory given = defaultTerms();
        given.documentHash = bytes32(0);
        vm.expectRevert(ITermsRegistry.TermsRegistry_NoDocument.selector);
        terms.register(given);
    }

    function testFuzz_WhenTheTermsAreNew(ITermsRegistry.Terms memory given) public {
        given.uses = uint16(bound(given.uses, 1, Uses.ALL));
        given.flags = uint16(bound(given.flags, 0, TermsFlags.ALL)) | TermsFlags.REVOCABLE | TermsFlags.TRANSFERABLE;
        given.derivativeShareBps = uint16(bound(given.derivativeShareBps, 0, 10_000));
        given.resaleRoyaltyBps = uint16(bound(given.resaleRoyaltyBps, 0, 10_000));
        vm.assume(given.documentHash != bytes32(0));
        bytes32 id = keccak256(abi.encode(given));
        vm.expectEmit(address(terms));
        emit ITermsRegistry.TermsRegistered(id, 1, given);
        assertEq(terms.register(given), id);
        assertEq(terms.idOf(given), id);
        assertEq(terms.idAt(1), id);
        assertEq(abi.encode(terms.termsOf(id)), abi.encode(given));
        ITermsRegistry.TermsHead memory head = terms.headOf(id);
        assertEq(head.index, 1);
        assertEq(head.uses, given.uses);
        assertEq(head.flags, given.flags);
        assertEq(head.duration, given.duration);
        assertEq(head.revocationNotice, given.revocationNotice);
        assertEq(head.derivativeShareBps, given.derivativeShareBps);
        assertEq(head.resaleRoyaltyBps, given.resaleRoyaltyBps);
    }

    function test_WhenTheTermsWereRegisteredBefore() public {
        bytes32 id = terms.register(defaultTerms());
        vm.recordLogs();
        vm.prank(mallory);
        assertEq(terms.register(defaultTerms()), id);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 0);
        assertEq(terms.idAt(2), bytes32(0));
    }

    function test_RevertWhen_TheTermsAreUnknown() public {
        bytes memory unknown =
            abi.encodeWithSelector(ITermsRegistry.TermsRegistry_Unknown.selector, keccak256("nothing"));
        vm.expectRevert(unknown);
        terms.headOf(keccak256("nothing"));
        vm.expectRevert(unknown);
        terms.termsOf(keccak256("nothing"));
    }

    function test_WhenTheIndexIsUnknown() public view {
        assertEq(terms.idAt(1), bytes32(0));
    }
}
