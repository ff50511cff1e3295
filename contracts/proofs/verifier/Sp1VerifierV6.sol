// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ISP1VerifierWithHash } from "../../interfaces/proofs/ISP1Verifier.sol";
import { Sp1Groth16Verifier } from "./Sp1Groth16Verifier.sol";
import { Sp1KeyV6 } from "./Sp1KeyV6.sol";

/// @title SP1's Groth16 verifier of circuit v6.1.0
/// @notice The key is that of Succinct's ceremony, from the crate `sp1-verifier` 6.10.0: this contract accepts what
/// Succinct's deployed verifier with the same hash accepts. It has gnark's own function for the key as well.
contract Sp1VerifierV6 is Sp1KeyV6, Sp1Groth16Verifier {
    /// @inheritdoc ISP1VerifierWithHash
    // The name that SP1 gave it.
    // solhint-disable-next-line func-name-mixedcase
    function VERSION() external pure returns (string memory) {
        return "v6.1.0";
    }
}
