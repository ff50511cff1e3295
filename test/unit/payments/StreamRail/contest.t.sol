// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IStreamRail } from "../../../../contracts/interfaces/payments/IStreamRail.sol";
import { StreamFlags } from "../../../../contracts/payments/StreamState.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { StreamTest } from "./StreamTest.sol";

contract StreamRailContestTest is StreamTest {
    function test_Contest_RevertWhen_NoReportWaits() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        vm.expectRevert(_wrongStream(licenseId, StreamFlags.OPENED));
        vm.prank(buyer);
        rail.contest(licenseId, offer, "reasons");
    }

    function test_Contest_RevertWhen_TheCallerIsNeitherHolderNorPayer() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _reported(offer, 1);
        vm.expectRevert(_railNotAllowed(licenseId, stranger));
        vm.prank(stranger);
        rail.contest(licenseId, offer, "reasons");
    }

    function test_Contest_RevertWhen_TheWindowHasPassed() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _reported(offer, 1);
        uint256 until = block.timestamp + REPORT_WINDOW;
        vm.warp(until + 1);
        vm.expectRevert(_late(licenseId, until));
        vm.prank(buyer);
        rail.contest(licenseId, offer, "reasons");
    }

    function test_Contest_WhenTheHolderIsNotThePayer() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _reported(offer, 1);
        vm.prank(buyer);
        licenses.transferFrom(buyer, carol, licenseId);
        usdc.mint(carol, BOND);
        vm.startPrank(carol);
        usdc.approve(address(rail), BOND);
        rail.contest(licenseId, offer, "reasons");
        assertEq(rail.streamOf(licenseId).contester, carol, "contester");
    }

    function test_Contest_WhenThePayerContestsInTheLastSecond() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _reported(offer, 1);
        vm.warp(block.timestamp + REPORT_WINDOW);
        vm.prank(buyer);
        rail.contest(licenseId, offer, "reasons");
        IStreamRail.Stream memory stream = rail.streamOf(licenseId);
        assertEq(stream.flags, StreamFlags.OPENED | StreamFlags.CONTESTED, "flags");
        assertEq(stream.deadline, block.timestamp + RULE_FOR, "arbitrator's time");
        assertEq(usdc.balanceOf(address(rail)), BOND, "bond");
    }

    function test_Rule_RevertWhen_TheCallerDoesNotArbitrate() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _contested(offer, 1);
        vm.expectRevert(_railNotAllowed(licenseId, stranger));
        vm.prank(stranger);
        rail.rule(licenseId, offer, 0);
    }

    function test_Rule_RevertWhen_NothingIsContested() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _reported(offer, 1);
        vm.expectRevert(_wrongStream(licenseId, StreamFlags.OPENED | StreamFlags.REPORTED));
        vm.prank(arbitrator);
        rail.rule(licenseId, offer, 0);
    }

    function test_Rule_RevertWhen_TheArbitratorIsTooLate() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _contested(offer, 1);
        uint256 until = block.timestamp + RULE_FOR;
        vm.warp(until + 1);
        vm.expectRevert(_late(licenseId, until));
        vm.prank(arbitrator);
        rail.rule(licenseId, offer, 0);
    }

    function test_Rule_RevertWhen_TheRefundIsMoreThanTheRangeHolds() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _contested(offer, 1);
        vm.expectRevert(abi.encodeWithSelector(IStreamRail.StreamRail_AmountTooHigh.selector, EPOCH_PAY + 1, EPOCH_PAY));
        vm.prank(arbitrator);
        rail.rule(licenseId, offer, EPOCH_PAY + 1);
    }

    function testFuzz_Rule_WhenTheRangeIsDivided(uint128 refunded) external {
        refunded = uint128(bound(refunded, 1, 2 * EPOCH_PAY));
        Offer memory offer = _reportOffer();
        uint256 licenseId = _contested(offer, 2);
        vm.warp(block.timestamp + RULE_FOR);
        (uint256 plain, uint256 before) = (usdc.balanceOf(buyer), _superBalance(buyer));
        vm.prank(arbitrator);
        rail.rule(licenseId, offer, refunded);
        assertEq(_superBalance(buyer) - before, refunded * SCALE, "refunded in what was streamed");
        assertEq(usdc.balanceOf(seller), _net(2 * EPOCH_PAY - refunded), "released");
        assertEq(usdc.balanceOf(buyer) - plain, BOND, "bond");
        assertEq(rail.streamOf(licenseId).settled, 2, "cursor");
        assertEq(rail.streamOf(licenseId).contester, address(0), "no contest");
        assertTrue(licenses.isLive(licenseId), "the license lives on");
    }

    function test_Rule_WhenNothingIsRefunded() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _contested(offer, 2);
        vm.prank(arbitrator);
        rail.rule(licenseId, offer, 0);
        assertEq(usdc.balanceOf(seller), _net(2 * EPOCH_PAY) + BOND, "seller");
    }

    function test_Concede_RevertWhen_TheCallerDoesNotProvide() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        vm.expectRevert(_railNotAllowed(licenseId, seller));
        vm.prank(seller);
        rail.concede(licenseId, offer, 1);
    }

    function test_Concede_RevertWhen_TheConcededEpochsAreNotOver() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        vm.expectRevert(abi.encodeWithSelector(IStreamRail.StreamRail_WrongEpoch.selector, licenseId, 2, 0, 1));
        vm.prank(provider);
        rail.concede(licenseId, offer, 2);
    }

    function test_Concede_RevertWhen_OnlyAPartOfAContestedRangeIsConceded() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _contested(offer, 2);
        vm.expectRevert(
            abi.encodeWithSelector(IStreamRail.StreamRail_WrongEpoch.selector, licenseId, 1, 2, type(uint24).max)
        );
        vm.prank(provider);
        rail.concede(licenseId, offer, 1);
    }

    function test_Concede_WhenTheProviderConcedesOpenEpochs() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + 3 * EPOCH);
        uint256 before = _superBalance(buyer);
        vm.prank(provider);
        rail.concede(licenseId, offer, 2);
        assertEq(_superBalance(buyer) - before, 2 * EPOCH_PAY * SCALE, "two refunded");
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "the third released");
    }

    function test_Concede_WhenTheProviderConcedesAContestedRange() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _contested(offer, 2);
        (uint256 plain, uint256 before) = (usdc.balanceOf(buyer), _superBalance(buyer));
        vm.prank(provider);
        rail.concede(licenseId, offer, 2);
        assertEq(_superBalance(buyer) - before, 2 * EPOCH_PAY * SCALE, "refunded");
        assertEq(usdc.balanceOf(buyer) - plain, BOND, "bond");
    }
}
