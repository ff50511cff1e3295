// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What proves one epoch after the other
/// @notice Answered by the contracts whose evidence repeats: ComputeReceipts and ProofRegistry. Of a quality score a license has one.
interface ILatestEvidence {
    /// @notice When evidence for the license, at least as strong as asked, was last recorded; 0 when none stands.
    /// @dev Of each grade the first and the last record are kept. When the last stands no longer, the first answers, though others
    /// between them may stand: what they would prove is to be used while they are the last.
    /// @param leastAssurance How strong it must be, from 1, as the contract that keeps it grades it.
    /// @return at Seconds; never later than now.
    function lastProvenAt(uint256 licenseId, uint8 leastAssurance) external view returns (uint40 at);
}
