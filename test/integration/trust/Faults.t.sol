// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IObjectiveFaults } from "../../../contracts/interfaces/trust/IObjectiveFaults.sol";
import { IProviderBond } from "../../../contracts/interfaces/trust/IProviderBond.sol";
import { IServiceChallenges } from "../../../contracts/interfaces/trust/IServiceChallenges.sol";
import { FaultMarks } from "../../../contracts/trust/TrustBits.sol";
import { AvailabilityReceipt, DeliveryRequest, Messages } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { Uses } from "../../../contracts/types/Uses.sol";
import { BondedFixture } from "./BondedFixture.sol";

/// @notice A provider's faults from the purchase to the money, on the whole deployed protocol.
contract FaultsTest is BondedFixture {
    uint256 private constant LEVELS = 20;
    uint128 private constant PENALTY = PRICE / 2;

    Offer private _offer;
    uint256 private _id;
    Tall private _tree;

    function setUp() public override {
        super.setUp();
        _tree = tallTree(LEVELS);
        _offer = tallOffer(_tree);
        openOffer(_offer);
        _id = buy(_offer, bob);
    }

    function _report() private returns (uint128 refunded, uint128 compensated) {
        IObjectiveFaults.SignedReceipt memory signed = falseReceipt(_id, _offer, _tree);
        vm.prank(reporter);
        return objectiveFaults.wrongContent(_offer, signed, contradiction(_tree));
    }

    function _slashed() private view returns (uint256) {
        return STAKE - providerBond.stakeOf(provider, address(usdc));
    }

    /// @dev The main act: a wrong chunk, and the buyer has the price back in the same transaction.
    function test_AWrongChunkRefundsTheBuyerOnTheSpot() external {
        deliver(_id, _offer);
        uint256 before = usdc.balanceOf(bob);
        (uint128 refunded, uint128 compensated) = _report();
        assertEq(refunded, PRICE);
        assertEq(compensated, 0);
        assertEq(usdc.balanceOf(bob) - before, PRICE);
        assertEq(usdc.balanceOf(address(escrow)), 0);
        assertEq(uint8(escrow.holdOf(_id).state), uint8(IEscrowRail.HoldState.Refunded));
        assertFalse(licenseToken.isLive(_id), "the license ended");
        assertEq(_slashed(), PENALTY);
        assertEq(usdc.balanceOf(reporter) - 1, PENALTY / 10);
        providerBond.payTreasury(address(usdc));
        assertEq(usdc.balanceOf(treasury), PENALTY - PENALTY / 10);
    }

    function test_AfterTheReleaseTheBondPaysTheBuyer() external {
        vm.prank(bob);
        escrow.confirm(_id, _offer);
        uint256 before = usdc.balanceOf(bob);
        (uint128 refunded, uint128 compensated) = _report();
        assertEq(refunded, 0);
        assertEq(compensated, PRICE);
        assertEq(usdc.balanceOf(bob) - before, PRICE);
        assertEq(_slashed(), PRICE + PENALTY);
        assertTrue(licenseToken.isLive(_id), "what was paid for is kept");
    }

    function test_ARefundedLicenseIsNotPaidTwice() external {
        forward(8 days);
        escrow.refundUndelivered(_id, _offer);
        (uint128 refunded, uint128 compensated) = _report();
        assertEq(refunded, 0);
        assertEq(compensated, 0);
        assertEq(_slashed(), PENALTY);
    }

    function test_AContestedHoldIsRefundedWithItsBond() external {
        deliver(_id, _offer);
        vm.startPrank(bob);
        usdc.approve(address(escrow), type(uint256).max);
        uint256 before = usdc.balanceOf(bob);
        escrow.contest(_id, _offer, keccak256("reasons"));
        vm.stopPrank();
        _report();
        assertEq(usdc.balanceOf(bob) - before, PRICE);
        assertEq(usdc.balanceOf(address(escrow)), 0);
    }

    function test_AnUnansweredRequestRefundsWhatWasNotDelivered() external {
        uint256 id = _challenge();
        forward(1 days + 1);
        uint256 before = usdc.balanceOf(bob);
        serviceChallenges.fault(id, _offer);
        assertEq(usdc.balanceOf(bob) - before, PRICE + PRICE / 100 + PRICE / 10 / 10, "price, fee, reward");
        assertEq(_slashed(), PRICE / 10);
        assertEq(uint8(licenseToken.accessOf(_id, bob, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.Closed), "ended");
    }

    function test_AnAnsweredRequestPaysTheProvider() external {
        uint256 id = _challenge();
        AvailabilityReceipt memory receipt =
            AvailabilityReceipt(id, _tree.root, _tree.index, trueLeaf(_tree.index).digest, uint40(block.timestamp));
        bytes memory signature = sign(receiptSecret, Messages.hash(receipt));
        serviceChallenges.answer(_offer, receipt, 1 << 20, 0, _tree.nodes, receiptKey, signature);
        assertEq(usdc.balanceOf(payout), PRICE / 100);
        assertEq(providerBond.accountOf(provider, address(usdc)).locked, 0);
        assertEq(uint8(serviceChallenges.challengeOf(id).state), uint8(IServiceChallenges.State.Answered));
    }

    /// @dev A content fault after a missed answer: one refund, one loss, two penalties.
    function test_TwoFaultsOfALicenseCompensateOnce() external {
        uint256 id = _challenge();
        forward(1 days + 1);
        serviceChallenges.fault(id, _offer);
        (uint128 refunded, uint128 compensated) = _report();
        assertEq(refunded + compensated, 0);
        assertEq(_slashed(), PRICE / 10 + PENALTY);
        assertEq(providerBond.marksOf(_id), FaultMarks.CONTENT);
    }

    /// @dev Stake that could still be taken never leaves, and what has left is never taken.
    function test_AFlashBondedProviderStaysInReach() external {
        vm.startPrank(provider);
        providerBond.allocate(_offer, STAKE, 0);
        assertTrue(providerBond.covers(_offer));
        providerBond.requestWithdrawal(address(usdc), STAKE);
        assertFalse(providerBond.covers(_offer), "no new cover from that second");
        forward(23 days);
        vm.expectRevert(abi.encodeWithSelector(IProviderBond.ProviderBond_InUse.selector, STAKE, 0));
        providerBond.completeWithdrawal(address(usdc));
        vm.stopPrank();
        _report();
        assertEq(_slashed(), PENALTY);
    }

    function _challenge() private returns (uint256) {
        vm.startPrank(bob);
        usdc.approve(address(serviceChallenges), type(uint256).max);
        DeliveryRequest memory request = DeliveryRequest(_id, 1, 1, _tree.index, 1, uint40(block.timestamp));
        uint256 id = serviceChallenges.open(_offer, request, "", PRICE / 100);
        vm.stopPrank();
        return id;
    }
}
