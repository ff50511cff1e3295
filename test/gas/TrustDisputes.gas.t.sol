// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IDisputeTypes } from "../../contracts/interfaces/trust/IDisputeTypes.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { DisputeFixture } from "../unit/trust/DisputeFixture.sol";

/// @notice Gas of whole transactions of disputes, each in its own isolated transaction.
/// forge-config: default.isolate = true
contract TrustDisputesGasTest is DisputeFixture {
    uint256 private constant OPEN_BUDGET = 200_000;

    /// @dev A buyer's claim about money in escrow, frozen by it; disputes were opened before.
    function test_Open() external {
        fileNotDelivered();
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
        assertLe(vm.snapshotGasLastCall("trust", "gas.dispute.open"), OPEN_BUDGET, "open over budget");
    }

    /// @dev A contested hold, taken to a dispute by its seller's side.
    function test_OpenContested() external {
        fileNotDelivered();
        (Offer memory offer, uint256 licenseId) = contested();
        file(alice, IDisputeTypes.Reason.Contested, licenseId, offer);
        assertLe(vm.snapshotGasLastCall("trust", "gas.dispute.open_contested"), OPEN_BUDGET, "contested over budget");
    }

    /// @dev A takedown: it stops new sales in the same transaction.
    function test_OpenTakedown() external {
        fileNotDelivered();
        uint256 datasetId = publishDataset(alice);
        file(mallory, IDisputeTypes.Reason.Copyright, versionId(datasetId, 1), none);
        vm.snapshotGasLastCall("trust", "gas.dispute.open_takedown");
    }

    /// @dev The council's deciding vote, and the end that refunds.
    function test_RuleAndConclude() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        bringToCouncil(disputeId, offer);
        vm.snapshotGasLastCall("trust", "gas.dispute.refer");
        council2(disputeId, refundOf(ALL));
        vm.snapshotGasLastCall("trust", "gas.dispute.rule");
        finish(disputeId, offer);
        vm.snapshotGasLastCall("trust", "gas.dispute.conclude");
    }
}
