// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IStreamRail } from "../../../../contracts/interfaces/payments/IStreamRail.sol";
import { StreamFlags } from "../../../../contracts/payments/StreamState.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { StreamTest } from "./StreamTest.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

contract StreamRailSettleTest is StreamTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        bytes32 expected = keccak256(abi.encode(offer));
        offer.salt = 9;
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentRail.PaymentRail_WrongOffer.selector, licenseId, expected, keccak256(abi.encode(offer))
            )
        );
        rail.settle(licenseId, offer);
    }

    function test_RevertWhen_TheStreamIsUnknown() external {
        Offer memory offer = _timeOffer();
        vm.expectRevert(_wrongStream(99, 0));
        rail.settle(99, offer);
    }

    function test_RevertWhen_NoEpochIsOver() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH - 1);
        vm.expectRevert(_early(licenseId, START + EPOCH));
        rail.settle(licenseId, offer);
    }

    function test_WhenAnEpochIsOverToTheSecond() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        vm.expectEmit(address(rail));
        emit IStreamRail.EpochsSettled(licenseId, 0, 1, IStreamRail.Outcome.Proven, address(usdc), EPOCH_PAY, 0);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "released");
        assertEq(usdc.balanceOf(seller), _net(EPOCH_PAY), "owner");
        assertEq(rail.streamOf(licenseId).settled, 1, "cursor");
        // A late caller gets no more for the same epoch: the seconds since belong to the next.
        vm.warp(START + 2 * EPOCH + 1234);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "second epoch");
    }

    function testFuzz_WhenManyEpochsAreOver(uint32 passed) external {
        passed = uint32(bound(passed, EPOCH, 60 days));
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + passed);
        uint256 epochs = passed / EPOCH;
        assertEq(rail.settle(licenseId, offer), epochs * EPOCH_PAY, "released");
        assertEq(rail.streamOf(licenseId).settled, epochs, "cursor");
        assertEq(_superBalance(_vault(licenseId)), (passed % EPOCH) * RATE, "the open epoch stays");
    }

    function testFuzz_WhenTheRateDoesNotDivideIntoBaseUnits(uint128 price, uint32 period) external {
        IStreamRail.StreamTerms memory t = _streamTerms(IStreamRail.Proof.Time);
        t.period = uint32(bound(period, 1 days, 365 days));
        Offer memory offer = _streamOffer(t);
        offer.price = uint128(bound(price, 1, 100e6));
        uint256 licenseId = _buy(offer);
        uint256 rate = uint256(offer.price) * SCALE / t.period;
        uint256 released;
        for (uint256 i = 1; i <= 5; ++i) {
            vm.warp(START + i * EPOCH);
            released += rail.settle(licenseId, offer);
            assertEq(released, rate * EPOCH * i / SCALE, "all whole base units so far");
        }
        assertEq(_superBalance(_vault(licenseId)), rate * EPOCH * 5 - released * SCALE, "the rest is in the vault");
    }

    function test_WhenTheFlowWasLiquidated() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        uint256 spendable = _superBalance(buyer);
        vm.prank(buyer);
        IERC20(usdcx).transfer(stranger, spendable - 9000 * RATE);
        _liquidate(licenseId, 9100);
        uint256 ended = block.timestamp;
        vm.warp(ended + 10 * EPOCH);
        assertEq(_receivedUntil(licenseId, ended - 1), (ended - 1 - START) * BASE_RATE, "before the end");
        assertEq(_receivedUntil(licenseId, block.timestamp), (ended - START) * BASE_RATE, "and after it");
        assertEq(rail.settle(licenseId, offer), (ended - START) * BASE_RATE, "all that was paid");
        assertEq(_superBalance(_vault(licenseId)), 0, "nothing stays");
    }

    function test_WhenTheFlowWasDeletedInMidEpochAndReopenedLater() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH + 1000);
        _deleteFlow(buyer, buyer, _vault(licenseId));
        vm.warp(START + 3 * EPOCH + 600);
        _createFlow(buyer, _vault(licenseId), RATE);
        vm.warp(START + 3 * EPOCH + 700);
        rail.sync(licenseId);
        vm.warp(START + 5 * EPOCH);
        assertEq(_receivedUntil(licenseId, START + EPOCH), EPOCH_PAY, "epoch 0");
        assertEq(_receivedUntil(licenseId, START + 2 * EPOCH), EPOCH_PAY + 1000 * BASE_RATE, "epoch 1");
        assertEq(_receivedUntil(licenseId, START + 3 * EPOCH), EPOCH_PAY + 1000 * BASE_RATE, "epoch 2");
        uint256 fourth = EPOCH_PAY - 600 * BASE_RATE;
        assertEq(_receivedUntil(licenseId, START + 4 * EPOCH), EPOCH_PAY + 1000 * BASE_RATE + fourth, "epoch 3");
        assertEq(rail.settle(licenseId, offer), 2 * EPOCH_PAY + 1000 * BASE_RATE + fourth, "all");
        assertEq(_flow(licenseId).stray, 0, "nothing is stray");
    }

    function test_WhenTheFlowCameAndWentBetweenTwoLooks() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + 100);
        _deleteFlow(buyer, buyer, _vault(licenseId));
        rail.sync(licenseId);
        vm.warp(START + 2 * EPOCH);
        _createFlow(buyer, _vault(licenseId), RATE);
        vm.warp(START + 2 * EPOCH + 50);
        _deleteFlow(buyer, buyer, _vault(licenseId));
        vm.warp(START + 4 * EPOCH);
        assertEq(_receivedUntil(licenseId, START + 2 * EPOCH), 100 * BASE_RATE, "nothing between");
        assertEq(_receivedUntil(licenseId, START + 2 * EPOCH + 20), 120 * BASE_RATE, "within");
        rail.sync(licenseId);
        assertEq(_receivedUntil(licenseId, START + 2 * EPOCH), 100 * BASE_RATE, "recorded: nothing between");
        assertEq(_receivedUntil(licenseId, START + 2 * EPOCH + 20), 120 * BASE_RATE, "recorded: within");
        assertEq(rail.settle(licenseId, offer), 150 * BASE_RATE, "sum");
    }

    function test_WhenThePayerStreamsMoreThanAgreed() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        _updateFlow(buyer, _vault(licenseId), 3 * RATE);
        vm.warp(START + EPOCH);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "the agreed rate");
        uint256 before = _superBalance(buyer);
        rail.sweep(licenseId);
        assertEq(_superBalance(buyer) - before, 2 * RATE * uint256(EPOCH), "the rest goes back");
        vm.warp(START + 2 * EPOCH);
        _deleteFlow(buyer, buyer, _vault(licenseId));
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "and again");
        rail.sweep(licenseId);
        assertEq(_superBalance(_vault(licenseId)), 0, "all gone");
    }

    function test_WhenThePayerStreamsLessThanAgreed() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + 1800);
        _updateFlow(buyer, _vault(licenseId), RATE / 2);
        vm.warp(START + EPOCH);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY * 3 / 4, "half the rate for half the time");
    }

    function testFuzz_WhenStrangersSendMoneyAndDustStreams(uint96 dust, uint128 gift) external {
        dust = uint96(bound(dust, 1, RATE));
        gift = uint128(bound(gift, 1, 100e18));
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        _fundStream(carol, 1000e6);
        address vault = _vault(licenseId);
        vm.prank(carol);
        IERC20(usdcx).transfer(vault, gift);
        _createFlow(carol, _vault(licenseId), dust);
        vm.warp(START + EPOCH + 10);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "the payer's flow alone");
        uint256 before = _superBalance(buyer);
        rail.sweep(licenseId);
        assertEq(_superBalance(buyer) - before, gift + uint256(dust) * (EPOCH + 10), "strays go to the payer");
        vm.warp(START + 2 * EPOCH);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "still");
    }

    function test_WhenTheFlowOpenedAndClosedInOneBlock() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        _deleteFlow(buyer, buyer, _vault(licenseId));
        _createFlow(buyer, _vault(licenseId), RATE);
        _deleteFlow(buyer, buyer, _vault(licenseId));
        vm.warp(START + EPOCH);
        assertEq(rail.settle(licenseId, offer), 0, "nothing");
        assertEq(rail.streamOf(licenseId).settled, 1, "but the epoch is over");
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
    }

    function test_WhenTheLicenseExpired() external {
        ITermsRegistry.Terms memory t = _terms();
        t.duration = 3 * EPOCH + 600;
        Offer memory offer = _timeOffer();
        offer.termsId = terms.register(t);
        uint256 licenseId = _buy(offer);
        vm.warp(START + 10 * EPOCH);
        assertEq(rail.settle(licenseId, offer), 3 * EPOCH_PAY + 600 * BASE_RATE, "up to the end");
        assertEq(rail.streamOf(licenseId).settled, 4, "three and a part");
        uint256 before = _superBalance(buyer);
        rail.close(licenseId, offer);
        assertEq(rail.streamOf(licenseId).flags & StreamFlags.DONE, StreamFlags.DONE, "done");
        uint256 late = uint256(7 * EPOCH - 600) * RATE;
        assertGe(_superBalance(buyer) - before, late, "what flowed after the end is back, and the deposit");
        assertEq(_superBalance(_vault(licenseId)), 0, "empty");
    }

    function test_RevertWhen_AllEpochsAreConcluded() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.prank(buyer);
        rail.close(licenseId, offer);
        vm.warp(START + NOTICE);
        rail.settle(licenseId, offer);
        vm.expectRevert(_nothingDue(licenseId));
        rail.settle(licenseId, offer);
        rail.close(licenseId, offer);
        vm.expectRevert(_nothingDue(licenseId));
        rail.settle(licenseId, offer);
    }

    function test_WhenNoReportCameInTime() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + 3 * EPOCH + OPEN_FOR);
        // The third epoch's last second for a report is now.
        assertEq(rail.settle(licenseId, offer), 2 * EPOCH_PAY, "two are overdue");
        vm.expectRevert(_early(licenseId, block.timestamp + 1));
        rail.settle(licenseId, offer);
        vm.warp(block.timestamp + 1);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "and the third");
    }

    function test_WhenNoReportCameInTimeAndTheDefaultIsRefund() external {
        IStreamRail.StreamTerms memory t = _streamTerms(IStreamRail.Proof.Report);
        t.defaultRefund = true;
        Offer memory offer = _streamOffer(t);
        uint256 licenseId = _buy(offer);
        vm.warp(START + 3 * EPOCH + OPEN_FOR + 1);
        uint256 before = _superBalance(buyer);
        assertEq(rail.settle(licenseId, offer), 0, "nothing released");
        assertEq(_superBalance(buyer) - before, 3 * EPOCH_PAY * SCALE, "refunded");
        assertTrue(licenses.isLive(licenseId), "the license lives on");
    }

    function test_RevertWhen_AReportIsWithinItsWindow() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _reported(offer, 2);
        uint256 windowEnds = block.timestamp + REPORT_WINDOW;
        vm.warp(windowEnds);
        vm.expectRevert(_early(licenseId, windowEnds + 1));
        rail.settle(licenseId, offer);
    }

    function test_WhenAReportWentUnchallenged() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _reported(offer, 2);
        vm.warp(block.timestamp + REPORT_WINDOW + 1);
        assertEq(rail.settle(licenseId, offer), 2 * EPOCH_PAY, "the reported ones");
        assertEq(rail.streamOf(licenseId).settled, 2, "cursor");
        assertEq(rail.streamOf(licenseId).movedAt, block.timestamp, "time for the next report runs anew");
    }

    function test_WhenTheArbitratorDidNotRuleInTime() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _contested(offer, 2);
        vm.warp(block.timestamp + RULE_FOR);
        vm.expectRevert(_early(licenseId, block.timestamp + 1));
        rail.settle(licenseId, offer);
        vm.warp(block.timestamp + 1);
        vm.expectEmit(address(rail));
        emit IStreamRail.ContestEnded(licenseId, seller, BOND);
        assertEq(rail.settle(licenseId, offer), 2 * EPOCH_PAY, "released by default");
        assertEq(usdc.balanceOf(seller), _net(2 * EPOCH_PAY) + BOND, "with the bond");
    }

    function test_RevertWhen_ADisputeHoldsTheMoney() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        _freezeStream(licenseId);
        vm.expectRevert(_frozen(licenseId));
        rail.settle(licenseId, offer);
    }
}
