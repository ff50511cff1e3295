// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ISP1Verifier, ISP1VerifierWithHash } from "../../interfaces/proofs/ISP1Verifier.sol";
import { ISp1VerifierV6 } from "../../interfaces/proofs/ISp1VerifierV6.sol";
import { Sp1Groth16Verifier } from "./Sp1Groth16Verifier.sol";

/// @title Groth16 proofs of SP1 version 6, under one key
/// @notice The check is the same under every key. Each key's numbers, and its hash with them, are a contract that tools/sp1-verifier writes
/// and that inherits this one, so that they cannot part.
///
/// Two of the five inputs never vary: the exit code is 0, and the root of the recursion keys is VK_ROOT. What they add to the sum is
/// worked out once, when a contract is made, which saves every proof two multiplications; the rest is gnark's computation. A test
/// compares the verdicts with those of gnark's own function.
abstract contract Sp1VerifierBase is ISp1VerifierV6 {
    /// @notice Root over the keys of the recursion programs of SP1 6.
    bytes32 public constant VK_ROOT = 0x002f850ee998974d6cc00e50cd0814b098c05bfade466d28573240d057f25352;

    /// @dev Selector, exit code, root of the recursion keys, nonce, eight words.
    uint256 private constant _PROOF_LENGTH = 4 + 11 * 32;
    /// @dev Where the exit code, and where the eight words begin.
    uint256 private constant _EXIT_CODE = 4;
    uint256 private constant _POINTS = 4 + 3 * 32;
    /// @dev A digest of 253 bits is a field element of BN254, whatever the values.
    uint256 private constant _DIGEST_MASK = (1 << 253) - 1;
    /// @dev Order of BN254's groups.
    uint256 private constant _ORDER = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// @dev Precompiles: addition and multiplication in the first group, and the pairing check.
    uint256 private constant _ADD = 0x06;
    uint256 private constant _MUL = 0x07;
    uint256 private constant _PAIRING = 0x08;

    /// @dev The constant point plus VK_ROOT times its own.
    uint256 private immutable _FIXED_X;
    uint256 private immutable _FIXED_Y;

    constructor() {
        (uint256 constantX, uint256 constantY, uint256 rootX, uint256 rootY) = _fixedPoints();
        (bytes32 root, bool valid) = (VK_ROOT, false);
        assembly ("memory-safe") {
            let f := mload(0x40)
            mstore(f, rootX)
            mstore(add(f, 0x20), rootY)
            mstore(add(f, 0x40), root)
            valid := staticcall(gas(), _MUL, f, 0x60, f, 0x40)
            mstore(add(f, 0x40), constantX)
            mstore(add(f, 0x60), constantY)
            valid := and(valid, staticcall(gas(), _ADD, f, 0x80, f, 0x40))
            rootX := mload(f)
            rootY := mload(add(f, 0x20))
        }
        assert(valid);
        (_FIXED_X, _FIXED_Y) = (rootX, rootY);
    }

    /// @inheritdoc ISP1VerifierWithHash
    // The name that SP1 gave it.
    // solhint-disable-next-line func-name-mixedcase
    function VERIFIER_HASH() external pure returns (bytes32) {
        return _verifierHash();
    }

    /// @inheritdoc ISP1Verifier
    function verifyProof(bytes32 programVKey, bytes calldata publicValues, bytes calldata proofBytes) external view {
        if (proofBytes.length != _PROOF_LENGTH) revert Sp1Verifier_WrongLength(proofBytes.length, _PROOF_LENGTH);
        bytes4 selector = bytes4(_verifierHash());
        if (bytes4(proofBytes) != selector) revert Sp1Verifier_WrongSelector(bytes4(proofBytes), selector);
        (uint256 exitCode, bytes32 vkRoot, uint256 nonce) =
            abi.decode(proofBytes[_EXIT_CODE:_POINTS], (uint256, bytes32, uint256));
        if (exitCode != 0) revert Sp1Verifier_ProgramFailed(exitCode);
        if (vkRoot != VK_ROOT) revert Sp1Verifier_WrongVkRoot(vkRoot, VK_ROOT);
        uint256 digest = uint256(sha256(publicValues)) & _DIGEST_MASK;
        _verify(uint256(programVKey), digest, nonce, proofBytes[_POINTS:]);
    }

    /// @dev Reverts unless the pairing holds with exit code 0 and VK_ROOT as the inputs that do not vary.
    /// @param points A, B and C in the encoding of EIP-197: 256 bytes.
    // One piece of assembly: calls between its parts would cost what it saves.
    // solhint-disable-next-line function-max-lines
    function _verify(uint256 programVKey, uint256 digest, uint256 nonce, bytes calldata points) internal view virtual {
        // The digest has 253 bits, which always are a field element.
        if (programVKey >= _ORDER || nonce >= _ORDER) revert Sp1Groth16Verifier.PublicInputNotInField();
        (uint256 fixedX, uint256 fixedY, uint256 f, bool valid) = (_FIXED_X, _FIXED_Y, 0, false);
        assembly ("memory-safe") {
            f := mload(0x40)
        }
        _writeKey(f);
        assembly ("memory-safe") {
            // The sum, and behind it what is added, stand where the proof's points come later.
            let term := add(f, 0x40)
            mstore(f, fixedX)
            mstore(add(f, 0x20), fixedY)

            // Zero in all proofs at hand, and then it adds nothing.
            valid := 1
            if nonce {
                mstore(add(f, 0x3a0), nonce)
                valid := staticcall(gas(), _MUL, add(f, 0x360), 0x60, term, 0x40)
                valid := and(valid, staticcall(gas(), _ADD, f, 0x80, f, 0x40))
            }

            mstore(add(f, 0xc0), programVKey)
            valid := and(valid, staticcall(gas(), _MUL, add(f, 0x80), 0x60, term, 0x40))
            valid := and(valid, staticcall(gas(), _ADD, f, 0x80, f, 0x40))

            // The last sum goes to its pair.
            mstore(add(f, 0x340), digest)
            valid := and(valid, staticcall(gas(), _MUL, add(f, 0x300), 0x60, term, 0x40))
            valid := and(valid, staticcall(gas(), _ADD, f, 0x80, add(f, 0x240), 0x40))

            // e(A, B) · e(C, -δ) · e(α, -β) · e(sum, -γ) = 1
            calldatacopy(f, points.offset, 0x100)
            valid := and(valid, staticcall(gas(), _PAIRING, f, 0x300, f, 0x20))
            // One where the product is one.
            valid := and(valid, mload(f))
        }
        if (!valid) revert Sp1Groth16Verifier.ProofInvalid();
    }

    /// @dev `VERIFIER_HASH`, for use within: SHA-256 of the key in gnark's binary form.
    function _verifierHash() internal pure virtual returns (bytes32);

    /// @dev The points of the sum that do not vary: the constant one, and the one that VK_ROOT is multiplied with; x and y of each.
    function _fixedPoints() internal pure virtual returns (uint256, uint256, uint256, uint256);

    /// @dev Writes the key's other numbers to where `_verify` needs them, in the memory from `f` on: the points of program key, digest and
    /// nonce at 0x80, 0x300 and 0x360, each with room for its factor behind it; from 0x100 on -δ, then α and -β; -γ at 0x280.
    function _writeKey(uint256 f) internal pure virtual;
}
