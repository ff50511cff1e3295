// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ISP1VerifierWithHash } from "./ISP1Verifier.sol";

/// @title Verifier of SP1's Groth16 proofs since version 6
/// @notice A proof is 356 bytes: selector, then exit code, root of the recursion keys, nonce and eight words of
/// Groth16. Beyond the errors here, a call reverts with `ProofInvalid` of the Groth16 contract where the pairing does
/// not hold, and with its `PublicInputNotInField` where key or nonce are no field elements.
interface ISp1VerifierV6 is ISP1VerifierWithHash {
    /// @notice A proof has another length than `expected` bytes.
    error Sp1Verifier_WrongLength(uint256 received, uint256 expected);
    /// @notice The proof is for another verification key: another version, another proof system, or a development key.
    error Sp1Verifier_WrongSelector(bytes4 received, bytes4 expected);
    /// @notice The program did not end well, so that its public values say nothing.
    error Sp1Verifier_ProgramFailed(uint256 exitCode);
    /// @notice The proof was aggregated by other recursion programs than SP1's of this version.
    error Sp1Verifier_WrongVkRoot(bytes32 received, bytes32 expected);

    /// @notice Root over the keys of the recursion programs that may stand between program and proof.
    function VK_ROOT() external view returns (bytes32);
}
