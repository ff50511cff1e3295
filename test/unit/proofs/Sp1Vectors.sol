// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Test } from "forge-std/Test.sol";

/// @notice Reads SP1 proofs that other projects published, from the folder that COLOPHON_VECTORS names.
abstract contract Sp1Vectors is Test {
    struct Sp1Proof {
        string name;
        bytes32 vkey;
        bytes publicValues;
        bytes proof;
    }

    /// @dev Skips the test by name where the foreign vectors are not at hand.
    function published(string memory name) internal returns (Sp1Proof memory proof) {
        string memory folder = vm.envOr("COLOPHON_VECTORS", string("../shared/vectors"));
        string memory path = string.concat(folder, "/sp1/", name, ".json");
        if (!vm.exists(path)) vm.skip(true, "the published SP1 proofs are not at COLOPHON_VECTORS");
        string memory json = vm.readFile(path);
        proof.name = name;
        proof.vkey = vm.parseJsonBytes32(json, ".vkey");
        proof.publicValues = vm.parseJsonBytes(json, ".publicValues");
        proof.proof = vm.parseJsonBytes(json, ".proof");
    }
}
