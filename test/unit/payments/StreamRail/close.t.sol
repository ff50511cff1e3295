// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IStreamRail } from "../../../../contracts/interfaces/payments/IStreamRail.sol";
import { StreamFlags } from "../../../../contracts/payments/StreamState.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { StreamTest } from "./StreamTest.sol";

contract StreamRailCloseTest is StreamTest {
    function test_RevertWhen_AStrangerClosesEarly() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.expectRevert(_railNotAllowed(licenseId, stranger));
        vm.prank(stranger);
        rail.close(licenseId, offer);
    }

    function test_RevertWhen_OneSideGaveNoticeAlready() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _noticed(offer, buyer);
        vm.expectRevert(_wrongStream(licenseId, StreamFlags.OPENED | StreamFlags.NOTICED));
        vm.prank(provider);
        rail.close(licenseId, offer);
    }

    function test_WhenTheHolderGivesNotice() external {
        Offer memory offer = _timeOffer();
        vm.warp(START);
        uint256 licenseId = _buy(offer);
        vm.warp(START + 600);
        vm.prank(buyer);
        rail.close(licenseId, offer);
        uint256 end = START + 600 + NOTICE;
        assertEq(rail.streamOf(licenseId).endsAt, end, "end");
        vm.warp(end - 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        vm.warp(end);
        _assertStanding(licenseId, IPaymentRail.Standing.Closed);
        vm.prank(stranger);
        rail.close(licenseId, offer);
        assertFalse(licenses.isLive(licenseId), "ended");
        assertEq(_flow(licenseId).seenRate, 0, "stopped");
        vm.warp(end + EPOCH);
        assertEq(rail.settle(licenseId, offer), (600 + NOTICE) * BASE_RATE, "every second until the end");
        assertEq(rail.streamOf(licenseId).flags & StreamFlags.DONE, StreamFlags.DONE, "done");
        assertEq(_superBalance(_vault(licenseId)), 0, "empty");
    }

    function test_WhenTheDatasetsOwnerGivesNotice() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.prank(seller);
        registry.transferFrom(seller, carol, datasetId);
        vm.expectRevert(_railNotAllowed(licenseId, seller));
        vm.prank(seller);
        rail.close(licenseId, offer);
        vm.prank(carol);
        rail.close(licenseId, offer);
        assertEq(rail.streamOf(licenseId).endsAt, block.timestamp + NOTICE, "end");
    }

    function test_WhenTheTermsAskForNoNotice() external {
        IStreamRail.StreamTerms memory t = _streamTerms(IStreamRail.Proof.Time);
        t.notice = 0;
        Offer memory offer = _streamOffer(t);
        uint256 licenseId = _buy(offer);
        vm.warp(START + 90);
        vm.prank(buyer);
        rail.close(licenseId, offer);
        assertFalse(licenses.isLive(licenseId), "ended");
        assertEq(rail.settle(licenseId, offer), 90 * BASE_RATE, "what was used");
    }

    function test_WhenNobodyClosesInTime() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _noticed(offer, provider);
        vm.warp(START + NOTICE + 5000);
        _assertStanding(licenseId, IPaymentRail.Standing.Closed);
        assertEq(rail.settle(licenseId, offer), NOTICE * BASE_RATE, "up to the end");
        uint256 before = _superBalance(buyer);
        rail.sweep(licenseId);
        assertEq(_superBalance(buyer) - before, 5000 * uint256(RATE), "the rest goes back");
        rail.close(licenseId, offer);
        assertEq(_superBalance(_vault(licenseId)), 0, "empty");
    }

    function test_WhenTheOwnerRevokes() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.prank(seller);
        licenses.revoke(licenseId);
        vm.warp(START + 7 days + 30);
        vm.prank(stranger);
        rail.close(licenseId, offer);
        assertEq(rail.settle(licenseId, offer), 7 days * BASE_RATE, "until the revocation");
    }

    function test_RevertWhen_TheStreamEndedBefore() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _noticed(offer, buyer);
        vm.warp(START + NOTICE);
        rail.close(licenseId, offer);
        vm.expectRevert(_wrongStream(licenseId, StreamFlags.OPENED | StreamFlags.NOTICED | StreamFlags.ENDED));
        rail.close(licenseId, offer);
        vm.expectRevert(_wrongStream(licenseId, StreamFlags.OPENED | StreamFlags.NOTICED | StreamFlags.ENDED));
        vm.prank(buyer);
        rail.reopen(licenseId, offer);
        // A flow of the payer's own after the end is stopped and returned.
        _createFlow(buyer, _vault(licenseId), RATE);
        vm.warp(START + NOTICE + 100);
        rail.sweep(licenseId);
        assertEq(_superBalance(_vault(licenseId)), NOTICE * uint256(RATE), "what was earned stays");
    }

    function test_WhenTheDisputeManagerCloses() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH + 77);
        vm.prank(disputes);
        rail.close(licenseId, offer);
        assertEq(usdc.balanceOf(seller), _net((EPOCH + 77) * BASE_RATE), "all released");
        assertFalse(licenses.isLive(licenseId), "ended");
        _assertStanding(licenseId, IPaymentRail.Standing.Closed);
    }

    function _noticed(Offer memory offer, address by) private returns (uint256 licenseId) {
        licenseId = _buy(offer);
        vm.prank(by);
        rail.close(licenseId, offer);
    }
}
