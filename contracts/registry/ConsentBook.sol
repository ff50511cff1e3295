// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { MerkleTree } from "../common/MerkleTree.sol";
import { TypedData } from "../common/TypedData.sol";
import { IConsentRegistry } from "../interfaces/registry/IConsentRegistry.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IRecalls } from "../interfaces/trust/IRecalls.sol";
import { Consent } from "../types/Messages.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @notice Storage of consents, and what is checked of them.
abstract contract ConsentBook is IConsentRegistry, ColophonUpgradeable {
    /// @custom:storage-location erc7201:colophon.storage.ConsentRegistry
    struct ConsentRegistryStorage {
        mapping(bytes32 consentHash => ConsentStatus) statuses;
        mapping(bytes32 consentHash => mapping(bytes32 key => Link)) links;
        mapping(address controller => mapping(bytes32 root => Batch)) batches;
        mapping(address controller => mapping(bytes32 root => mapping(bytes32 key => bool))) batchLinks;
        mapping(address grantor => address) guardians;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.ConsentRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x8901a059cd2f222ca21f188cd7e7f2d14b8d10349067ce5835e96766eec25600;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _licenseToken;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _recalls;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address recalls) {
        // Zero would sign for nobody, and start no recall.
        // slither-disable-start missing-zero-check
        _licenseToken = licenseToken;
        _recalls = recalls;
        // slither-disable-end missing-zero-check
    }

    function _requireSigned(Consent calldata consent, bytes32 consentHash, bytes calldata signature) internal view {
        if (!TypedData.isSignedBy(_licenseToken, consentHash, consent.grantor, signature)) {
            revert ConsentRegistry_BadSignature(consent.grantor);
        }
    }

    /// @dev The batch's time, if its controller's tree has this consent with this signature.
    function _requireInBatch(
        Consent calldata consent,
        bytes32 consentHash,
        bytes32 signatureHash,
        BatchProof calldata proof
    )
        internal
        view
        returns (uint40 anchoredAt)
    {
        Batch memory batch = _storage().batches[consent.controller][proof.root];
        if (batch.anchoredAt == 0) revert ConsentRegistry_UnknownBatch(consent.controller, proof.root);
        bytes32 leaf = MerkleTree.leafHash(abi.encodePacked(consentHash, signatureHash, proof.leavesHash));
        if (!MerkleTree.verify(proof.root, batch.size, proof.index, leaf, proof.path)) {
            revert ConsentRegistry_NotInBatch(consentHash, proof.root);
        }
        return batch.anchoredAt;
    }

    /// @dev That the caller owns the dataset of a version that exists, or is its owner's ERC-721 operator.
    function _requireOperator(uint256 datasetId, uint32 version) internal view {
        address registry = IRecalls(_recalls).datasetRegistry();
        if (IDatasetRegistry(registry).statusOf(datasetId, version) == IDatasetRegistry.Status.None) {
            revert ConsentRegistry_UnknownVersion(datasetId, version);
        }
        address owner = IERC721(registry).ownerOf(datasetId);
        if (msg.sender != owner && !IERC721(registry).isApprovedForAll(owner, msg.sender)) {
            revert ConsentRegistry_NotOperator(datasetId, msg.sender, owner);
        }
    }

    function _isInForce(Consent calldata consent, bytes32 consentHash, uint40 at) internal view returns (bool) {
        ConsentStatus memory status = _storage().statuses[consentHash];
        if (status.recordedAt == 0 || at < status.recordedAt || at < consent.validFrom) return false;
        if (consent.validUntil != 0 && at > consent.validUntil) return false;
        return status.revokedAt == 0 || at < status.revokedAt;
    }

    function _key(uint256 datasetId, uint32 version) internal pure returns (bytes32) {
        return keccak256(abi.encode(datasetId, version));
    }

    function _storage() internal pure returns (ConsentRegistryStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
