// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IStreamRail } from "../../../../contracts/interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../../../../contracts/interfaces/payments/IStreamVault.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { StreamTest } from "./StreamTest.sol";

contract StreamRailPauseTest is StreamTest {
    function test_Pause_RevertWhen_TheCallerDoesNotPay() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.expectRevert(_railNotAllowed(licenseId, seller));
        vm.prank(seller);
        rail.pause(licenseId, offer);
    }

    function test_Pause_WhenThePayerPauses() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + 300);
        vm.prank(buyer);
        rail.pause(licenseId, offer);
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
        vm.warp(START + 10 * EPOCH);
        vm.prank(buyer);
        rail.reopen(licenseId, offer);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        assertEq(_flow(licenseId).unpaid, 0, "no grace used");
        assertFalse(_flow(licenseId).paused, "over");
        vm.warp(START + 11 * EPOCH);
        assertEq(rail.settle(licenseId, offer), 300 * BASE_RATE + EPOCH_PAY, "only the paid time");
    }

    function test_Reopen_RevertWhen_AStrangerReopens() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.expectRevert(_railNotAllowed(licenseId, stranger));
        vm.prank(stranger);
        rail.reopen(licenseId, offer);
    }

    function test_Reopen_RevertWhen_TheFlowRunsAsAgreed() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.expectRevert(abi.encodeWithSelector(IStreamRail.StreamRail_WrongRate.selector, licenseId, RATE, RATE));
        vm.prank(buyer);
        rail.reopen(licenseId, offer);
    }

    function test_Reopen_WhenTheFlowIsBelowWhatWasAgreed() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        _updateFlow(buyer, _vault(licenseId), RATE / 4);
        vm.warp(START + 400);
        vm.prank(buyer);
        rail.reopen(licenseId, offer);
        assertEq(_flow(licenseId).seenRate, RATE, "as agreed");
        assertEq(_flow(licenseId).unpaid, 300, "three quarters were missing");
        vm.warp(START + EPOCH);
        assertEq(rail.settle(licenseId, offer), 100 * BASE_RATE + (EPOCH - 400) * BASE_RATE, "what came");
    }

    function test_Reopen_RevertWhen_TheEndHasCome() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.prank(buyer);
        rail.close(licenseId, offer);
        vm.warp(START + NOTICE);
        vm.expectRevert(_late(licenseId, START + NOTICE - 1));
        vm.prank(buyer);
        rail.reopen(licenseId, offer);
    }

    function test_ChangeRate_RevertWhen_ASideChangesToItsOwnFavor() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        _expectWrongRate(licenseId, offer, buyer, RATE - 1);
        _expectWrongRate(licenseId, offer, buyer, RATE);
        _expectWrongRate(licenseId, offer, buyer, uint96(type(int96).max) + 1);
        _expectWrongRate(licenseId, offer, seller, RATE + 1);
        _expectWrongRate(licenseId, offer, seller, 0);
        _expectWrongRate(licenseId, offer, stranger, RATE - 1);
    }

    function test_ChangeRate_WhenTheOwnerLowersTheRate() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + 1800);
        vm.prank(seller);
        rail.changeRate(licenseId, offer, RATE / 2);
        vm.warp(START + 2400);
        _updateFlow(buyer, _vault(licenseId), RATE / 2);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        vm.warp(START + EPOCH);
        assertEq(rail.settle(licenseId, offer), 1800 * BASE_RATE + 1800 * BASE_RATE / 2, "both halves");
        uint256 before = _superBalance(buyer);
        rail.sweep(licenseId);
        assertEq(_superBalance(buyer) - before, 600 * uint256(RATE) / 2, "what flowed too much");
        assertEq(IStreamVault(_vault(licenseId)).rate(), RATE / 2, "agreed");
    }

    function test_ChangeRate_WhenThePayerRaisesTheRate() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + 1800);
        vm.prank(buyer);
        rail.changeRate(licenseId, offer, 2 * RATE);
        vm.warp(START + EPOCH);
        assertEq(rail.settle(licenseId, offer), 3 * 1800 * BASE_RATE, "half at the double rate");
        _updateFlow(buyer, _vault(licenseId), RATE);
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
    }

    function _expectWrongRate(uint256 licenseId, Offer memory offer, address by, uint96 rate) private {
        vm.expectRevert(abi.encodeWithSelector(IStreamRail.StreamRail_WrongRate.selector, licenseId, RATE, rate));
        vm.prank(by);
        rail.changeRate(licenseId, offer, rate);
    }
}
