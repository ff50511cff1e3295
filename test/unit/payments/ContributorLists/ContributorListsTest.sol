// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IContributorLists } from "../../../../contracts/interfaces/payments/IContributorLists.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";
import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @notice Lists of any size, and proofs made by recursion over the tree: another way than the contract's.
abstract contract ContributorListsTest is ColophonTest {
    /// @notice `count` contributors in order, the first of them at `from`, with units 1, 2, 3 and so on up to 97.
    function contributors(
        uint256 count,
        address from
    )
        internal
        pure
        returns (IContributorLists.Contributor[] memory list)
    {
        list = new IContributorLists.Contributor[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = IContributorLists.Contributor(address(uint160(from) + uint160(i)), uint96(1 + i % 97));
        }
    }

    function leafOf(IContributorLists.Contributor memory entry) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(entry.account, entry.units))));
    }

    /// @notice Hash of the node at `at` of the complete binary tree whose last nodes are the leaves, in reverse.
    function nodeAt(IContributorLists.Contributor[] memory list, uint256 at) internal pure returns (bytes32) {
        uint256 last = 2 * list.length - 2;
        if (2 * at + 1 > last) return leafOf(list[last - at]);
        return Hashes.commutativeKeccak256(nodeAt(list, 2 * at + 1), nodeAt(list, 2 * at + 2));
    }

    /// @notice Siblings from the leaf of `position` upward.
    function proofOf(
        IContributorLists.Contributor[] memory list,
        uint256 position
    )
        internal
        pure
        returns (bytes32[] memory proof)
    {
        uint256 at = 2 * list.length - 2 - position;
        uint256 depth;
        for (uint256 i = at; i != 0; i = (i - 1) / 2) {
            ++depth;
        }
        proof = new bytes32[](depth);
        for (uint256 i; i < depth; ++i) {
            proof[i] = nodeAt(list, at % 2 == 0 ? at - 1 : at + 1);
            at = (at - 1) / 2;
        }
    }
}
