// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ISP1VerifierWithHash } from "../../contracts/interfaces/proofs/ISP1Verifier.sol";

/// @notice Checks no proof: takes as one what names program and public values in clear. For local chains; its records say `mock`.
/// @dev A proof is the selector and sha256(program key ‖ public values), so that a changed value is refused as by a real verifier.
contract MockSp1Verifier is ISP1VerifierWithHash {
    /// @dev Thrown when the proof is not of these values.
    error MockSp1Verifier_Invalid();

    /// @inheritdoc ISP1VerifierWithHash
    // solhint-disable-next-line func-name-mixedcase
    function VERIFIER_HASH() public pure returns (bytes32) {
        return sha256("colophon mock verifier");
    }

    /// @inheritdoc ISP1VerifierWithHash
    // solhint-disable-next-line func-name-mixedcase
    function VERSION() external pure returns (string memory) {
        return "mock";
    }

    function verifyProof(bytes32 programVKey, bytes calldata publicValues, bytes calldata proofBytes) external pure {
        bytes memory expected = proofOf(programVKey, publicValues);
        if (keccak256(proofBytes) != keccak256(expected)) revert MockSp1Verifier_Invalid();
    }

    /// @notice What this verifier takes as proof.
    function proofOf(bytes32 programVKey, bytes calldata publicValues) public pure returns (bytes memory) {
        return abi.encodePacked(bytes4(VERIFIER_HASH()), sha256(abi.encodePacked(programVKey, publicValues)));
    }
}
