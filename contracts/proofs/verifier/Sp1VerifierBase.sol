// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ISP1Verifier } from "../../interfaces/proofs/ISP1Verifier.sol";
import { ISp1VerifierV6 } from "../../interfaces/proofs/ISp1VerifierV6.sol";

/// @notice The half of a verifier that gnark generates from a key.
interface IGroth16Verifier {
    /// @notice Reverts unless the pairing holds.
    function verifyProof(uint256[8] calldata proof, uint256[5] calldata input) external view;
}

/// @title What SP1 version 6 asks of a Groth16 proof besides the pairing
/// @dev Inherited together with the generated contract of one key, so that key and hash cannot part.
abstract contract Sp1VerifierBase is ISp1VerifierV6 {
    /// @notice Root over the keys of the recursion programs of SP1 6.
    bytes32 public constant VK_ROOT = 0x002f850ee998974d6cc00e50cd0814b098c05bfade466d28573240d057f25352;

    /// @dev Selector, exit code, root of the recursion keys, nonce, eight words.
    uint256 private constant _PROOF_LENGTH = 4 + 11 * 32;
    /// @dev A digest of 253 bits is a field element of BN254, whatever the values.
    uint256 private constant _DIGEST_MASK = (1 << 253) - 1;

    /// @inheritdoc ISP1Verifier
    function verifyProof(bytes32 programVKey, bytes calldata publicValues, bytes calldata proofBytes) external view {
        if (proofBytes.length != _PROOF_LENGTH) revert Sp1Verifier_WrongLength(proofBytes.length, _PROOF_LENGTH);
        bytes4 selector = bytes4(_verifierHash());
        if (bytes4(proofBytes) != selector) revert Sp1Verifier_WrongSelector(bytes4(proofBytes), selector);
        (uint256 exitCode, bytes32 vkRoot, uint256 nonce, uint256[8] memory proof) =
            abi.decode(proofBytes[4:], (uint256, bytes32, uint256, uint256[8]));
        if (exitCode != 0) revert Sp1Verifier_ProgramFailed(exitCode);
        if (vkRoot != VK_ROOT) revert Sp1Verifier_WrongVkRoot(vkRoot, VK_ROOT);
        uint256[5] memory input =
            [uint256(programVKey), uint256(sha256(publicValues)) & _DIGEST_MASK, exitCode, uint256(vkRoot), nonce];
        // The generated function takes calldata alone, hence a call to this contract itself.
        IGroth16Verifier(address(this)).verifyProof(proof, input);
    }

    /// @dev `VERIFIER_HASH`, for use within.
    function _verifierHash() internal pure virtual returns (bytes32);
}
