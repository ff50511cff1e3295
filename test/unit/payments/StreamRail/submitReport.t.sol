// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IStreamRail } from "../../../../contracts/interfaces/payments/IStreamRail.sol";
import { StreamFlags } from "../../../../contracts/payments/StreamState.sol";
import { ServiceReport } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { StreamTest } from "./StreamTest.sol";

contract StreamRailSubmitReportTest is StreamTest {
    function test_RevertWhen_TimeAloneProvesTheEpochs() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        ServiceReport memory report = _report(licenseId, 0, 1);
        vm.expectRevert(_railNotAllowed(licenseId, address(this)));
        rail.submitReport(licenseId, offer, report, "");
    }

    function test_RevertWhen_AnotherReportWaits() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _reported(offer, 2);
        ServiceReport memory report = _report(licenseId, 0, 2);
        vm.expectRevert(_wrongStream(licenseId, StreamFlags.OPENED | StreamFlags.REPORTED));
        rail.submitReport(licenseId, offer, report, "");
    }

    function test_RevertWhen_AFieldDoesNotMatch() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + 3 * EPOCH);
        ServiceReport memory report = _report(licenseId + 1, 0, 1);
        _expectWrong(licenseId, offer, report, "licenseId");
        report = _report(licenseId, 0, 1);
        report.datasetId = datasetId + 1;
        _expectWrong(licenseId, offer, report, "datasetId");
        report = _report(licenseId, 0, 1);
        report.servedRoot = 0;
        _expectWrong(licenseId, offer, report, "servedRoot");
        _expectWrong(licenseId, offer, _report(licenseId, 1, 2), "epochFrom");
    }

    function test_RevertWhen_TheEpochsAreNotOver() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + 2 * EPOCH - 1);
        ServiceReport memory report = _report(licenseId, 0, 2);
        vm.expectRevert(abi.encodeWithSelector(IStreamRail.StreamRail_WrongEpoch.selector, licenseId, 2, 0, 1));
        rail.submitReport(licenseId, offer, report, "");
        report = _report(licenseId, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IStreamRail.StreamRail_WrongEpoch.selector, licenseId, 0, 0, 1));
        rail.submitReport(licenseId, offer, report, "");
    }

    function test_RevertWhen_TheReportIsTooLateToBeUsed() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        ServiceReport memory report = _report(licenseId, 0, 1);
        report.deadline = uint40(block.timestamp - 1);
        vm.expectRevert(_late(licenseId, block.timestamp - 1));
        rail.submitReport(licenseId, offer, report, "");
    }

    function test_RevertWhen_TheFirstEpochsDeadlineHasPassed() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH + OPEN_FOR + 1);
        ServiceReport memory report = _report(licenseId, 0, 7);
        vm.expectRevert(_late(licenseId, START + EPOCH + OPEN_FOR));
        rail.submitReport(licenseId, offer, report, "");
        // One second earlier it counts, and concluding what is overdue opens the way for the rest.
        rail.settle(licenseId, offer);
        _submitReport(licenseId, offer, _report(licenseId, 1, 7));
    }

    function test_RevertWhen_SomebodyElseSigned() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        ServiceReport memory report = _report(licenseId, 0, 1);
        bytes memory signature = _sign(sellerKey, keccak256("another message"));
        vm.expectRevert(abi.encodeWithSelector(IStreamRail.StreamRail_BadSignature.selector, provider));
        rail.submitReport(licenseId, offer, report, signature);
    }

    function testFuzz_WhenTheReportIsGood(uint24 epochs) external {
        epochs = uint24(bound(epochs, 1, OPEN_FOR / EPOCH));
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + uint256(epochs) * EPOCH);
        _submitReport(licenseId, offer, _report(licenseId, 0, epochs));
        IStreamRail.Stream memory stream = rail.streamOf(licenseId);
        assertEq(stream.flags, StreamFlags.OPENED | StreamFlags.REPORTED, "flags");
        assertEq(stream.reportedTo, epochs, "range");
        assertEq(stream.deadline, block.timestamp + REPORT_WINDOW, "window");
    }

    function _expectWrong(uint256 licenseId, Offer memory offer, ServiceReport memory report, bytes32 field) private {
        vm.expectRevert(abi.encodeWithSelector(IStreamRail.StreamRail_WrongReport.selector, licenseId, field));
        rail.submitReport(licenseId, offer, report, "");
    }
}
