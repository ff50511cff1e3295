// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice RFC 9162 (section 2.1) trees over SHA-256: ordered, leaves prefixed 0x00, inner nodes 0x01.
/// @dev Hashing is the SHA-256 precompile. A proof runs from the leaf upward.
library MerkleTree {
    /// @notice The hash of a leaf's bytes.
    function leafHash(bytes memory leaf) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x00), leaf));
    }

    /// @notice The hash of a chunk leaf: index u64, size u32, flags u8, digest, big endian (docs/formats.md).
    function chunkLeafHash(uint64 index, uint32 size, uint8 flags, bytes32 digest) internal pure returns (bytes32) {
        bytes memory input;
        // abi.encodePacked(bytes1(0x00), index, size, flags, digest), at a quarter of its cost.
        assembly ("memory-safe") {
            input := mload(0x40)
            mstore(0x40, add(input, 0x60))
            mstore(input, 46)
            mstore(add(input, 0x20), or(shl(184, index), or(shl(152, size), shl(144, flags))))
            mstore(add(input, 0x2e), digest)
        }
        return sha256(input);
    }

    /// @notice The hash of an inner node.
    function nodeHash(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }

    /// @notice Whether `leaf` (a leaf's hash) is the one at `index` of the tree of `size` leaves with `root`.
    /// @dev RFC 9162 section 2.1.3.2. False for any proof that is too short, too long or for another place.
    function verify(
        bytes32 root,
        uint256 size,
        uint256 index,
        bytes32 leaf,
        bytes32[] calldata proof
    )
        internal
        view
        returns (bool valid)
    {
        if (index >= size) return false;
        // By hand: a loop in Solidity costs twice as much as the hashing. At most one node per bit of `size` is ever read.
        assembly ("memory-safe") {
            // The input of a node's hash: the prefix, then both children.
            let buffer := mload(0x40)
            mstore8(buffer, 1)
            let left := add(buffer, 0x01)
            let right := add(buffer, 0x21)
            let sn := sub(size, 1)
            let end := add(proof.offset, shl(5, proof.length))
            for { let node := proof.offset } lt(node, end) { node := add(node, 0x20) } {
                if iszero(sn) {
                    // Too long: not at the root when the nodes end.
                    sn := 1
                    break
                }
                switch or(and(index, 1), eq(index, sn))
                case 0 {
                    mstore(left, leaf)
                    mstore(right, calldataload(node))
                }
                default {
                    mstore(left, calldataload(node))
                    mstore(right, leaf)
                    for { } iszero(or(and(index, 1), iszero(index))) { } {
                        index := shr(1, index)
                        sn := shr(1, sn)
                    }
                }
                // The precompile cannot fail; where it is out of gas, the call reverts.
                if iszero(staticcall(gas(), 2, buffer, 0x41, 0, 0x20)) { revert(0, 0) }
                leaf := mload(0)
                index := shr(1, index)
                sn := shr(1, sn)
            }
            valid := and(iszero(sn), eq(leaf, root))
        }
    }

    /// @notice Whether the tree of `size` leaves with `root` is the beginning of the one of `newSize` leaves with `newRoot`.
    /// @dev RFC 9162 section 2.1.4.2. False for an earlier size of 0, about which nothing can be proven.
    function verifyConsistency(
        uint256 size,
        bytes32 root,
        uint256 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    )
        internal
        view
        returns (bool)
    {
        if (size == 0 || size > newSize) return false;
        if (size == newSize) return proof.length == 0 && root == newRoot;
        // The RFC leaves out the node that a verifier has: a complete tree's own root.
        bool complete = size & (size - 1) == 0;
        if (proof.length == 0) return false;
        (bool fits, bytes32 from, bytes32 to) =
            _roots(size, newSize, complete ? root : proof[0], proof, complete ? 0 : 1);
        return fits && from == root && to == newRoot;
    }

    /// @notice The roots that a path makes at `size` and at `newSize`, when it has the length that such a path has.
    /// @dev The path is a RFC 9162 consistency proof that begins with the node it starts from, whether or not `size` is a power of
    /// two. Where each node stands in the tree follows from the two sizes alone. So a path that makes a tree's root at `newSize`
    /// consists of nodes of that tree, unless SHA-256 collides, and what it makes at `size` is the root that this tree had then:
    /// another root at `size` is refuted.
    function rootsOf(
        uint256 size,
        uint256 newSize,
        bytes32[] calldata path
    )
        internal
        view
        returns (bool fits, bytes32 root, bytes32 newRoot)
    {
        if (size == 0 || size >= newSize || path.length == 0) return (false, 0, 0);
        return _roots(size, newSize, path[0], path, 1);
    }

    /// @dev RFC 9162 section 2.1.4.2, from step 3 on.
    function _roots(
        uint256 size,
        uint256 newSize,
        bytes32 start,
        bytes32[] calldata path,
        uint256 from
    )
        private
        view
        returns (bool, bytes32 root, bytes32 newRoot)
    {
        (root, newRoot) = (start, start);
        uint256 fn = size - 1;
        uint256 sn = newSize - 1;
        while (fn & 1 == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        uint256 buffer = _buffer();
        for (uint256 i = from; i < path.length; ++i) {
            if (sn == 0) return (false, 0, 0);
            bytes32 node = path[i];
            if (fn & 1 == 1 || fn == sn) {
                root = _node(buffer, node, root);
                newRoot = _node(buffer, node, newRoot);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                newRoot = _node(buffer, newRoot, node);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return (sn == 0, root, newRoot);
    }

    /// @dev 65 bytes of memory for the input of a node's hash, the prefix in place.
    function _buffer() private pure returns (uint256 buffer) {
        assembly ("memory-safe") {
            buffer := mload(0x40)
            mstore(0x40, add(buffer, 0x60))
            mstore8(buffer, 1)
        }
    }

    /// @dev nodeHash in a buffer: a third of its cost.
    function _node(uint256 buffer, bytes32 left, bytes32 right) private view returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(add(buffer, 0x01), left)
            mstore(add(buffer, 0x21), right)
            if iszero(staticcall(gas(), 2, buffer, 0x41, 0, 0x20)) { revert(0, 0) }
            hash := mload(0)
        }
    }
}
