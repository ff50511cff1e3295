// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What SP1's verifiers and its gateway offer. Declared here with SP1's own names and selectors.
interface ISP1Verifier {
    /// @notice Reverts unless `proofBytes` proves that the program with this key, run on some input, committed these
    /// public values.
    function verifyProof(bytes32 programVKey, bytes calldata publicValues, bytes calldata proofBytes) external view;
}

/// @notice A verifier of one proof system and one key.
interface ISP1VerifierWithHash is ISP1Verifier {
    /// @notice SHA-256 of the verification key. Proofs for it begin with its first four bytes.
    function VERIFIER_HASH() external view returns (bytes32);

    /// @notice The circuit's version.
    function VERSION() external view returns (string memory);
}
