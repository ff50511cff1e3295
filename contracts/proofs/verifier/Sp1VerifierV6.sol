// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ISP1VerifierWithHash } from "../../interfaces/proofs/ISP1Verifier.sol";
import { Sp1Groth16Verifier } from "./Sp1Groth16Verifier.sol";
import { Sp1VerifierBase } from "./Sp1VerifierBase.sol";

/// @title SP1's Groth16 verifier of circuit v6.1.0
/// @notice The key is that of Succinct's ceremony, from the crate `sp1-verifier` 6.10.0: this contract accepts what
/// Succinct's deployed verifier with the same hash accepts.
contract Sp1VerifierV6 is Sp1VerifierBase, Sp1Groth16Verifier {
    /// @dev SHA-256 of `groth16_vk-v6.1.0.bin`.
    bytes32 private constant _VERIFIER_HASH = 0x4388a21c687fdd5f218d7e3d13190cac4c5355818d3605fd5fb811df468ee696;

    /// @inheritdoc ISP1VerifierWithHash
    // The name that SP1 gave it.
    // solhint-disable-next-line func-name-mixedcase
    function VERIFIER_HASH() external pure returns (bytes32) {
        return _VERIFIER_HASH;
    }

    /// @inheritdoc ISP1VerifierWithHash
    // The name that SP1 gave it.
    // solhint-disable-next-line func-name-mixedcase
    function VERSION() external pure returns (string memory) {
        return "v6.1.0";
    }

    function _verifierHash() internal pure override returns (bytes32) {
        return _VERIFIER_HASH;
    }
}
