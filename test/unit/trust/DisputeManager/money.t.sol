// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { DisputeFlags } from "../../../../contracts/trust/DisputeReasons.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { DisputeFixture } from "../DisputeFixture.sol";

/// @notice One license, several disputes.
contract DisputeManagerMoneyTest is DisputeFixture {
    Offer private _offer;
    uint256 private _license;

    function setUp() public override {
        super.setUp();
        (_offer, _license) = buyEscrow();
    }

    function test_GivenTwoDisputesAboutOneLicensesMoney() external {
        uint256 first = _file(IDisputeTypes.Reason.NotDelivered);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.LicenseHeld(_license, true, true, 2);
        uint256 second = _file(IDisputeTypes.Reason.NotAsDescribed);
        assertEq(disputes.heldOf(_license).more, 1, "one more than the first");
        decide(first, _offer, rejection());
        assertTrue(isFrozen(_license), "the second holds it");
        assertEq(disputes.heldOf(_license).more, 0, "one");
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_Frozen.selector, _license));
        escrow.confirm(_license, _offer);
        forward(RESPONSE + REFER);
        disputes.conclude(second, _offer);
        assertFalse(isFrozen(_license), "free");
    }

    function test_GivenBothAreUpheldInPart() external {
        uint256 first = _file(IDisputeTypes.Reason.NotDelivered);
        uint256 second = _file(IDisputeTypes.Reason.NotAsDescribed);
        uint256 buyer = usdc.balanceOf(bob);
        bringToCouncil(first, _offer);
        bringToCouncil(second, _offer);
        council2(first, refundOf(70e6));
        council2(second, refundOf(70e6));
        forward(APPEAL + 1);
        IDisputeTypes.Preview memory p = disputes.previewRuling(first, refundOf(70e6), _offer);
        assertTrue(p.waits, "waits for the other");
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.RefundDue(_license, 70e6);
        disputes.conclude(first, _offer);
        p = disputes.previewRuling(second, refundOf(70e6), _offer);
        assertEq(p.refund, PRICE, "both, no more than is held");
        disputes.conclude(second, _offer);
        assertEq(usdc.balanceOf(bob), buyer + PRICE + 2 * LICENSE_BOND, "all that was held");
        assertEq(uint8(holdState(_license)), uint8(IEscrowRail.HoldState.Refunded), "refunded");
    }

    function test_GivenOneIsUpheldAndOneIsRejected() external {
        uint256 first = _file(IDisputeTypes.Reason.NotDelivered);
        uint256 second = _file(IDisputeTypes.Reason.NotAsDescribed);
        uint256 buyer = usdc.balanceOf(bob);
        bringToCouncil(first, _offer);
        bringToCouncil(second, _offer);
        council2(first, refundOf(40e6));
        council2(second, rejection());
        finish(first, _offer);
        assertTrue(isFrozen(_license), "waits");
        disputes.conclude(second, _offer);
        assertEq(usdc.balanceOf(bob), buyer + 40e6 + LICENSE_BOND, "what was upheld");
    }

    function test_GivenADisputeThatFrozeNothingEndsFirst() external {
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.NotDelivered, _license);
        claim.freeze = false;
        vm.prank(bob);
        uint256 first = disputes.open(claim, _offer, evidence());
        uint256 second = _file(IDisputeTypes.Reason.NotAsDescribed);
        decide(first, _offer, refundOf(ALL));
        assertTrue(isFrozen(_license), "the second holds it");
        assertEq(disputes.heldOf(_license).owed, PRICE, "due");
        uint256 buyer = usdc.balanceOf(bob);
        forward(RESPONSE + REFER);
        disputes.conclude(second, _offer);
        assertEq(usdc.balanceOf(bob), buyer + PRICE, "with the last");
    }

    function test_GivenARailThatRefuses() external {
        uint256 first = _file(IDisputeTypes.Reason.NotDelivered);
        bringToCouncil(first, _offer);
        council2(first, refundOf(ALL));
        uint256 since = block.timestamp + APPEAL;
        bytes memory refund = abi.encodeCall(IPaymentRail.refund, (_license, _offer, PRICE));
        vm.mockCallRevert(address(escrow), refund, "broken");
        vm.warp(since + disputes.FORCE_AFTER());
        vm.expectRevert(bytes("broken"));
        disputes.conclude(first, _offer);
        vm.warp(since + disputes.FORCE_AFTER() + 1);
        uint256 buyer = usdc.balanceOf(bob);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.RemedyFailed(first, address(escrow), IPaymentRail.refund.selector);
        disputes.conclude(first, _offer);
        assertEnded(first, IDisputeTypes.Outcome.Upheld);
        assertEq(usdc.balanceOf(bob), buyer + LICENSE_BOND, "the bond is back");
        assertTrue(isFrozen(_license), "the money waits");
        assertTrue(disputes.heldOf(_license).due, "due");
        vm.expectRevert(bytes("broken"));
        disputes.settleLicense(_license, _offer);
        // A new dispute about it does not take the wait over.
        uint256 second = _file(IDisputeTypes.Reason.NotAsDescribed);
        vm.clearMockedCalls();
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_NothingDue.selector, _license));
        disputes.settleLicense(_license, _offer);
        vm.prank(bob);
        disputes.withdraw(second, _offer);
        disputes.settleLicense(_license, _offer);
        assertEq(uint8(holdState(_license)), uint8(IEscrowRail.HoldState.Refunded), "refunded");
        vm.expectRevert(abi.encodeWithSelector(IDisputeTypes.DisputeManager_NothingDue.selector, _license));
        disputes.settleLicense(_license, _offer);
    }

    /// @dev Four reasons, each frozen or not, ended in any order by withdrawal or ruling.
    function testFuzz_GivenAnyNumberOfDisputesInAnyOrder(uint8 freezes, uint256 order, uint8 ends) external {
        uint256[] memory ids = new uint256[](4);
        uint256 holds = 0;
        for (uint256 i = 0; i < 4; ++i) {
            IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason(i + 1), _license);
            claim.freeze = freezes >> i & 1 != 0;
            if (claim.freeze) ++holds;
            vm.prank(bob);
            ids[i] = disputes.open(claim, _offer, evidence());
            bringToCouncil(ids[i], _offer);
            if (ends >> i & 1 != 0) council2(ids[i], rejection());
        }
        forward(APPEAL + 1);
        assertEq(isFrozen(_license), holds != 0, "frozen by any");
        for (uint256 left = 4; left > 0; --left) {
            uint256 at = order % left;
            order /= left;
            uint256 id = ids[at];
            ids[at] = ids[left - 1];
            bool froze = disputes.disputeOf(id).flags & DisputeFlags.MONEY != 0;
            if (phaseOf(id) == IDisputeTypes.Phase.Ruled) {
                disputes.conclude(id, _offer);
            } else {
                vm.prank(bob);
                disputes.withdraw(id, _offer);
            }
            if (froze) --holds;
            assertEq(isFrozen(_license), holds != 0, "frozen while any holds it");
        }
        assertEq(disputes.heldOf(_license).more, 0, "none");
        vm.prank(bob);
        escrow.confirm(_license, _offer);
    }

    function test_GivenEverybodyIsSilent() external {
        uint256[] memory ids = new uint256[](3);
        ids[0] = _file(IDisputeTypes.Reason.NotDelivered);
        ids[1] = _file(IDisputeTypes.Reason.NotAsDescribed);
        ids[2] = file(alice, IDisputeTypes.Reason.BreachOfTerms, _license, _offer);
        forward(RESPONSE + REFER + 1);
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(mallory);
            disputes.conclude(ids[i], _offer);
            assertEnded(ids[i], IDisputeTypes.Outcome.Dropped);
        }
        assertFalse(isFrozen(_license), "free");
        assertEq(usdc.balanceOf(address(disputes)), 0, "nothing left");
    }

    function _file(IDisputeTypes.Reason reason) private returns (uint256) {
        return file(bob, reason, _license, _offer);
    }
}
