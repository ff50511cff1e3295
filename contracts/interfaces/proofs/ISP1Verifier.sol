// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What checks an SP1 proof
/// @notice SP1's own interface: a verifier, or a gateway that calls the verifier that the proof's first four bytes name.
interface ISP1Verifier {
    /// @notice Reverts unless the program with this verification key committed these public values.
    /// @param programVKey Verification key of the program.
    /// @param publicValues What the program committed, `abi.encode`d.
    /// @param proofBytes Selector of the verifier (4 bytes) and the proof.
    function verifyProof(bytes32 programVKey, bytes calldata publicValues, bytes calldata proofBytes) external view;
}

/// @title A verifier of one circuit
interface ISP1VerifierWithHash is ISP1Verifier {
    /// @notice SHA-256 of the circuit's verification key; its first four bytes are the selector.
    // The name that SP1 gave it.
    // solhint-disable-next-line func-name-mixedcase
    function VERIFIER_HASH() external pure returns (bytes32);
    /// @notice The circuit's version.
    // solhint-disable-next-line func-name-mixedcase
    function VERSION() external pure returns (string memory);
}
