// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MerkleTree } from "../../../contracts/common/MerkleTree.sol";

/// @notice RFC 9162 trees by the RFC's recursive definitions, and tall ones of which only one path is known.
library Trees {
    function root(bytes32[] memory leaves) internal pure returns (bytes32) {
        return _root(leaves, 0, leaves.length);
    }

    /// @notice Inclusion proof (section 2.1.3.1), from the leaf up.
    function proof(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory) {
        return _proof(leaves, 0, leaves.length, index);
    }

    /// @notice Consistency path (section 2.1.4.1) from the first `m` leaves to all, with the node that it starts from.
    function path(bytes32[] memory leaves, uint256 m) internal pure returns (bytes32[] memory whole) {
        bytes32[] memory rest = consistency(leaves, m);
        if (m & (m - 1) != 0) return rest;
        whole = new bytes32[](rest.length + 1);
        whole[0] = _root(leaves, 0, m);
        for (uint256 i; i < rest.length; ++i) {
            whole[i + 1] = rest[i];
        }
    }

    /// @notice Consistency proof (section 2.1.4.1) from the first `m` leaves to all.
    function consistency(bytes32[] memory leaves, uint256 m) internal pure returns (bytes32[] memory) {
        return _consistency(leaves, 0, leaves.length, m, true);
    }

    function first(bytes32[] memory leaves, uint256 m) internal pure returns (bytes32[] memory some) {
        some = new bytes32[](m);
        for (uint256 i; i < m; ++i) {
            some[i] = leaves[i];
        }
    }

    /// @notice The root over 2^levels leaves of which `leaf` is the one at `index`, and these are the nodes beside its path.
    function tall(bytes32 leaf, uint256 index, bytes32[] memory nodes) internal pure returns (bytes32 hash) {
        hash = leaf;
        for (uint256 i; i < nodes.length; ++i) {
            bool right = index >> i & 1 == 1;
            hash = right ? MerkleTree.nodeHash(nodes[i], hash) : MerkleTree.nodeHash(hash, nodes[i]);
        }
    }

    function _root(bytes32[] memory leaves, uint256 from, uint256 n) private pure returns (bytes32) {
        if (n == 1) return leaves[from];
        uint256 left = _split(n);
        return MerkleTree.nodeHash(_root(leaves, from, left), _root(leaves, from + left, n - left));
    }

    function _proof(
        bytes32[] memory leaves,
        uint256 from,
        uint256 n,
        uint256 index
    )
        private
        pure
        returns (bytes32[] memory)
    {
        if (n == 1) return new bytes32[](0);
        uint256 left = _split(n);
        if (index < left) {
            return _append(_proof(leaves, from, left, index), _root(leaves, from + left, n - left));
        }
        return _append(_proof(leaves, from + left, n - left, index - left), _root(leaves, from, left));
    }

    function _consistency(
        bytes32[] memory leaves,
        uint256 from,
        uint256 n,
        uint256 m,
        bool whole
    )
        private
        pure
        returns (bytes32[] memory)
    {
        if (m == n) return whole ? new bytes32[](0) : _append(new bytes32[](0), _root(leaves, from, n));
        uint256 left = _split(n);
        if (m <= left) {
            return _append(_consistency(leaves, from, left, m, whole), _root(leaves, from + left, n - left));
        }
        return _append(_consistency(leaves, from + left, n - left, m - left, false), _root(leaves, from, left));
    }

    function _split(uint256 n) private pure returns (uint256 k) {
        k = 1;
        while (k * 2 < n) k *= 2;
    }

    function _append(bytes32[] memory list, bytes32 last) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i; i < list.length; ++i) {
            longer[i] = list[i];
        }
        longer[list.length] = last;
    }
}
