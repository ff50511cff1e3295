// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Records that a ruling can revoke
/// @notice What the dispute manager asks of a registry whose entries are disputed: badges of AttestationRegistry, proofs of
/// ProofRegistry, receipts of ComputeReceipts. A registry without code is never called: a claim about its records is refused.
interface IRuledRecords {
    /// @notice Who answers for a record: the issuer of a badge, the runner of a proof, the verifier of a receipt's signer. Zero when it
    /// does not exist, or no longer stands.
    function answerableFor(uint256 recordId) external view returns (address);

    /// @notice Revokes a record by ruling. Only the dispute manager.
    function revokeByRuling(uint256 recordId, bytes32 reason) external;
}
