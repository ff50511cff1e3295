// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC721Upgradeable } from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import { Checkpoints } from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";

/// @notice Storage, neighbors and common checks of the dataset registry.
abstract contract DatasetStorage is IDatasetRegistry, ERC721Upgradeable, ColophonUpgradeable {
    /// @dev The interface's Version, but with the owner's status and the restriction apart: what a guardian or a ruling
    /// restricts, the owner cannot lift, and lifting it brings the owner's status back. Restriction is None when absent.
    struct StoredVersion {
        bytes32 contentRoot;
        bytes32 recordRoot;
        bytes32 manifestHash;
        uint40 chunkCount;
        uint64 recordCount;
        uint64 byteSize;
        uint40 publishedAt;
        uint16 encodingCount;
        uint8 parentCount;
        Status ownerStatus;
        Status restriction;
    }

    /// @dev Versions are numbered from 1 to versionCount. Restriction is None when absent.
    struct StoredDataset {
        uint32 versionCount;
        Status restriction;
    }

    /// @custom:storage-location erc7201:colophon.storage.DatasetRegistry
    struct DatasetRegistryStorage {
        uint256 datasetCount;
        mapping(uint256 datasetId => StoredDataset) datasets;
        mapping(uint256 datasetId => mapping(uint32 version => StoredVersion)) versions;
        mapping(uint256 datasetId => mapping(uint32 version => mapping(uint16 encoding => Encoding))) encodings;
        mapping(uint256 datasetId => mapping(uint32 version => mapping(uint256 position => Parent))) parents;
        mapping(uint256 datasetId => mapping(uint32 version => Checkpoints.Trace256)) revokedRoots;
        mapping(address owner => mapping(uint256 word => uint256 bits)) usedGrants;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.DatasetRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xedfe42aff7ed7139ce540b4b77b508d08fd17177ac794f436f1b83f145c49300;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable LICENSE_TOKEN;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable TERMS_REGISTRY;
    /// @dev May have no code yet: it is only compared with the caller.
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable DISPUTE_MANAGER;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address termsRegistry, address disputeManager) {
        LICENSE_TOKEN = licenseToken;
        TERMS_REGISTRY = termsRegistry;
        DISPUTE_MANAGER = disputeManager;
    }

    modifier onlyDatasetOwner(uint256 datasetId) {
        _checkOwner(datasetId);
        _;
    }

    function _checkOwner(uint256 datasetId) internal view {
        address owner = _ownerOfDataset(datasetId);
        require(msg.sender == owner, DatasetRegistry_NotOwner(datasetId, msg.sender, owner));
    }

    function _requireField(bool given, bytes32 field) internal pure {
        require(given, DatasetRegistry_ZeroField(field));
    }

    function _ownerOfDataset(uint256 datasetId) internal view returns (address owner) {
        owner = _ownerOf(datasetId);
        require(owner != address(0), DatasetRegistry_UnknownVersion(datasetId, 0));
    }

    function _versionAt(uint256 datasetId, uint32 version) internal view returns (StoredVersion storage stored) {
        stored = _storage().versions[datasetId][version];
        require(stored.publishedAt != 0, DatasetRegistry_UnknownVersion(datasetId, version));
    }

    function _encodingAt(
        uint256 datasetId,
        uint32 version,
        uint16 encoding
    )
        internal
        view
        returns (Encoding storage stored)
    {
        stored = _storage().encodings[datasetId][version][encoding];
        require(stored.provider != address(0), DatasetRegistry_UnknownEncoding(datasetId, version, encoding));
    }

    function _storage() internal pure returns (DatasetRegistryStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
