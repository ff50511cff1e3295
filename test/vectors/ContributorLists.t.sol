// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { Test } from "forge-std/Test.sol";

import { IContributorLists } from "../../contracts/interfaces/payments/IContributorLists.sol";
import { ContributorLists } from "../../contracts/payments/ContributorLists.sol";

/// @notice Lists of contributors against the vectors that all languages share.
contract ContributorListVectorsTest is Test {
    function test_RootsAndProofsOfTheSharedVectors() public {
        ContributorLists lists = new ContributorLists(address(1));
        string memory json = vm.readFile("spec/vectors/contributor-list.json");
        uint256 count;
        for (; vm.keyExistsJson(json, _key(count, "")); ++count) {
            address[] memory accounts = vm.parseJsonAddressArray(json, _key(count, ".accounts"));
            uint256[] memory units = vm.parseJsonUintArray(json, _key(count, ".units"));
            bytes32[] memory leaves = vm.parseJsonBytes32Array(json, _key(count, ".leaves"));
            IContributorLists.Contributor[] memory list = new IContributorLists.Contributor[](accounts.length);
            for (uint256 i; i < accounts.length; ++i) {
                list[i] = IContributorLists.Contributor(accounts[i], uint96(units[i]));
                assertEq(leaves[i], keccak256(bytes.concat(keccak256(abi.encode(accounts[i], units[i])))));
            }
            (bytes32 root, uint256 total) = lists.rootOf(list);
            assertEq(root, vm.parseJsonBytes32(json, _key(count, ".root")));
            assertEq(total, vm.parseJsonUint(json, _key(count, ".totalUnits")));
            for (uint256 i; i < leaves.length; ++i) {
                string memory key = string.concat(_key(count, ".proofs["), vm.toString(i), "]");
                assertTrue(MerkleProof.verify(vm.parseJsonBytes32Array(json, key), root, leaves[i]));
            }
        }
        assertGt(count, 4);
    }

    function _key(uint256 position, string memory rest) private pure returns (string memory) {
        return string.concat(".lists[", vm.toString(position), "]", rest);
    }
}
