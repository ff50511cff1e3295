// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MerkleTree } from "../../../contracts/common/MerkleTree.sol";
import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IDisputeTypes } from "../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { EncodingAcceptance, Messages } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { DisputeFixture } from "./DisputeFixture.sol";

/// @notice A version of four chunks whose encoding is true to its own tree and false to the content: the ciphertext of chunk 2
/// decrypts, under the key that the header commits to, to something else than what was licensed.
abstract contract ChunkFixture is DisputeFixture {
    uint64 internal constant CHUNK = 2;
    uint32 internal constant PLAIN_SIZE = 1_048_560;
    uint32 internal constant CIPHER_SIZE = 1_048_576;

    uint256 internal datasetOfChunk;

    /// @dev Content, ciphertext and key of chunk `i`, as an arbitrator would hash them.
    function _plain(uint64 i) private pure returns (bytes32) {
        return keccak256(abi.encode("plain", i));
    }

    function _cipher(uint64 i) private pure returns (bytes32) {
        return keccak256(abi.encode("cipher", i));
    }

    function _key(uint64 i) private pure returns (bytes32) {
        return keccak256(abi.encode("key", i));
    }

    function _flags(uint64 i) private pure returns (uint8) {
        return i == 3 ? 1 : 0;
    }

    function _plainLeaf(uint64 i) private pure returns (bytes32) {
        return MerkleTree.chunkLeafHash(i, PLAIN_SIZE, _flags(i), _plain(i));
    }

    function _cipherLeaf(uint64 i) private pure returns (bytes32) {
        return MerkleTree.chunkLeafHash(i, CIPHER_SIZE, _flags(i), _cipher(i));
    }

    function _keyLeaf(uint64 i) private pure returns (bytes32) {
        return MerkleTree.leafHash(abi.encodePacked(i, uint32(0), uint32(i), _flags(i), _key(i)));
    }

    function _tree(function(uint64) pure returns (bytes32) leaf)
        private
        pure
        returns (bytes32 root, bytes32[] memory proof)
    {
        bytes32 left = MerkleTree.nodeHash(leaf(0), leaf(1));
        bytes32 right = MerkleTree.nodeHash(leaf(2), leaf(3));
        root = MerkleTree.nodeHash(left, right);
        proof = new bytes32[](2);
        (proof[0], proof[1]) = (leaf(3), left);
    }

    /// @notice An open offer of alice for that version in that encoding.
    function chunkOffer() internal returns (Offer memory offer) {
        IDatasetRegistry.VersionInput memory input = versionInput();
        (input.contentRoot,) = _tree(_plainLeaf);
        input.chunkCount = 4;
        vm.prank(alice);
        datasetOfChunk = registry.publish(alice, input, new IDatasetRegistry.ParentLink[](0));
        _addFalseEncoding();
        offer = escrowOfferOf(datasetOfChunk, registerTerms(defaultTerms()));
        openOffer(offer);
    }

    function _addFalseEncoding() private {
        (bytes32 root,) = _tree(_cipherLeaf);
        EncodingAcceptance memory acceptance = EncodingAcceptance({
            datasetId: datasetOfChunk,
            version: 1,
            encoding: 1,
            encodingRoot: root,
            envelopeHash: keccak256("envelope"),
            provider: provider,
            retirementNotice: 30 days,
            deadline: uint40(block.timestamp + 1 days)
        });
        IDatasetRegistry.EncodingInput memory input = IDatasetRegistry.EncodingInput({
            encodingRoot: root,
            envelopeHash: acceptance.envelopeHash,
            provider: provider,
            retirementNotice: acceptance.retirementNotice,
            deadline: acceptance.deadline,
            signature: sign(providerKey, Messages.hash(acceptance))
        });
        vm.prank(alice);
        registry.addEncoding(datasetOfChunk, 1, input);
    }

    /// @notice What the licensee shows of chunk 2.
    function shownChunk() internal pure returns (IDisputeTypes.ChunkEvidence memory e) {
        (e.keyRoot, e.keyProof) = _tree(_keyLeaf);
        (e.index, e.file, e.counter, e.flags, e.chunkKey) = (CHUNK, 0, uint32(CHUNK), _flags(CHUNK), _key(CHUNK));
        (e.cipherSize, e.cipher) = (CIPHER_SIZE, _cipher(CHUNK));
        (, e.cipherProof) = _tree(_cipherLeaf);
        (e.plainSize, e.plain) = (PLAIN_SIZE, _plain(CHUNK));
        (, e.plainProof) = _tree(_plainLeaf);
    }
}
