// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ServiceReport } from "../../contracts/types/Messages.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { Uses } from "../../contracts/types/Uses.sol";
import { StreamTest } from "../unit/payments/StreamRail/StreamTest.sol";

/// @notice Gas of whole transactions of streams, each in its own isolated transaction. The cases that repeat, where the dataset
/// was sold and paid before, and (`_first`) the cold ones, where it was not.
/// forge-config: default.isolate = true
contract StreamGasTest is StreamTest {
    function test_Subscribe() external {
        Offer memory offer = _timeOffer();
        _buy(offer);
        vm.snapshotGasLastCall("streams", "gas.stream.open_first");
        _buy(offer);
        assertLe(vm.snapshotGasLastCall("streams", "gas.stream.open"), 620_000, "subscription over budget");
    }

    function test_SettleAnEpochToAPool() external {
        Offer memory offer = _timeOffer();
        offer.split = _createSplit(_members(carol, 7000, dave, 3000));
        uint256 licenseId = _buy(offer);
        for (uint256 i = 1; i <= 3; ++i) {
            vm.warp(START + i * EPOCH);
            rail.settle(licenseId, offer);
            if (i == 1) vm.snapshotGasLastCall("streams", "gas.epoch.settle_first");
        }
        vm.snapshotGasLastCall("streams", "gas.epoch.settle");
    }

    function test_SettleAnEpochToASoleOwner() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        for (uint256 i = 1; i <= 3; ++i) {
            vm.warp(START + i * EPOCH);
            rail.settle(licenseId, offer);
            if (i == 1) vm.snapshotGasLastCall("streams", "gas.epoch.settle.owner_first");
        }
        vm.snapshotGasLastCall("streams", "gas.epoch.settle.owner");
    }

    /// @dev However many epochs have passed, and however often the flow changed.
    function test_SettleManyEpochs() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        for (uint256 i = 1; i <= 2; ++i) {
            vm.warp(START + i * EPOCH);
            rail.settle(licenseId, offer);
        }
        vm.warp(START + 1500 * uint256(EPOCH));
        rail.settle(licenseId, offer);
        uint256 many = vm.snapshotGasLastCall("streams", "gas.epoch.settle.1498");
        vm.warp(START + 1501 * uint256(EPOCH));
        rail.settle(licenseId, offer);
        uint256 one = vm.snapshotGasLastCall("streams", "gas.epoch.settle.owner");
        assertApproxEqRel(many, one, 0.05e18, "settling grows with epochs");
    }

    function test_Report() external {
        Offer memory offer = _reportOffer();
        uint256 licenseId = _buy(offer);
        for (uint32 i = 0; i < 2; ++i) {
            vm.warp(block.timestamp + EPOCH);
            ServiceReport memory report = _report(licenseId, i, i + 1);
            _submitReport(licenseId, offer, report);
            if (i == 0) {
                vm.warp(block.timestamp + REPORT_WINDOW + 1);
                rail.settle(licenseId, offer);
            }
        }
        vm.snapshotGasLastCall("streams", "gas.epoch.report");
    }

    function test_Access() external {
        uint256 licenseId = _buy(_timeOffer());
        vm.warp(START + 1000);
        licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN);
        uint256 used = vm.snapshotGasLastCall("streams", "gas.access.stream");
        // A whole transaction, of which 21,000 and the calldata are not the contract's.
        assertLe(used, 21_000 + 60_000, "access over budget");
    }

    function test_Clawback() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH + 10);
        vm.prank(disputes);
        rail.refund(licenseId, offer, type(uint128).max);
        vm.snapshotGasLastCall("streams", "gas.stream.clawback");
    }
}
