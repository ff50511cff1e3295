// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Content identifiers (CID version 1) of raw bytes that are known by their SHA-256.
library Cid {
    bytes32 private constant _ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    /// @dev Version 1, codec raw, hash sha2-256, 32 bytes.
    uint256 private constant _HEADER = 0x01551220;

    /// @notice `ipfs://` and the CID of `digest`.
    function uri(bytes32 digest) internal pure returns (string memory) {
        return string.concat("ipfs://", encode(digest));
    }

    /// @notice The CID in lower-case base32 with its multibase prefix: 59 characters.
    /// @dev 36 bytes and two zero bits are 58 groups of 5 bits. The first 51 groups lie in one word, the last bit of that
    /// word belongs to the rest.
    function encode(bytes32 digest) internal pure returns (string memory) {
        bytes memory out = new bytes(59);
        out[0] = "b";
        uint256 high = (_HEADER << 224) | (uint256(digest) >> 32);
        uint256 low = ((high & 1) << 34) | (uint256(uint32(uint256(digest))) << 2);
        for (uint256 i; i < 51; ++i) {
            out[i + 1] = _ALPHABET[(high >> (251 - 5 * i)) & 31];
        }
        for (uint256 i; i < 7; ++i) {
            out[i + 52] = _ALPHABET[(low >> (30 - 5 * i)) & 31];
        }
        return string(out);
    }
}
