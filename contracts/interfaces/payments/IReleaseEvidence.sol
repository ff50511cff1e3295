// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What releases money by evidence
/// @notice Answered by the contracts that keep evidence: ComputeReceipts, ProofRegistry, QualityOracle.
interface IReleaseEvidence {
    /// @notice When evidence for the license, at least as strong as asked, was first recorded; 0 when none is.
    /// @param leastAssurance How strong it must be, from 1, as the contract that keeps it grades it.
    /// @return at Seconds; never later than now, and never changed while that evidence stands. Evidence that proved false counts no more.
    function provenAt(uint256 licenseId, uint8 leastAssurance) external view returns (uint40 at);
}
