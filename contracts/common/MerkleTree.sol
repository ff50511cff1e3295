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
        return sha256(abi.encodePacked(bytes1(0x00), index, size, flags, digest));
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
        pure
        returns (bool)
    {
        if (index >= size) return false;
        uint256 fn = index;
        uint256 sn = size - 1;
        bytes32 hash = leaf;
        for (uint256 i; i < proof.length; ++i) {
            if (sn == 0) return false;
            if (fn & 1 == 1 || fn == sn) {
                hash = nodeHash(proof[i], hash);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                hash = nodeHash(hash, proof[i]);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && hash == root;
    }
}
