// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC721Upgradeable } from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import { IERC4906 } from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { Checkpoints } from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import { Cid } from "../common/Cid.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { DatasetStorage } from "./DatasetStorage.sol";
import { Encodings } from "./Encodings.sol";
import { Lineage } from "./Lineage.sol";
import { VersionStatus } from "./VersionStatus.sol";

/// @title Datasets: titles (ERC-721), versions, encodings, lineage and status
contract DatasetRegistry is Lineage, Encodings, VersionStatus, IERC4906 {
    using Checkpoints for Checkpoints.Trace256;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address licenseToken,
        address termsRegistry,
        address disputeManager
    )
        DatasetStorage(licenseToken, termsRegistry, disputeManager)
    { }

    /// @notice Sets the authority and the token's names. Once, by the proxy's constructor.
    function initialize(address authority_) external initializer {
        __ERC721_init("Colophon Dataset", "COLD");
        __AccessManaged_init(authority_);
    }

    /// @inheritdoc IDatasetRegistry
    /// @dev Minted without asking the receiver: a title given is an asset, and the callback would cost every publisher.
    function publish(
        address owner,
        VersionInput calldata input,
        ParentLink[] calldata parents
    )
        external
        returns (uint256 datasetId)
    {
        DatasetRegistryStorage storage $ = _storage();
        datasetId = ++$.datasetCount;
        $.datasets[datasetId].versionCount = 1;
        _mint(owner, datasetId);
        emit DatasetPublished(datasetId, owner);
        _addVersion(datasetId, 1, owner, input, parents);
    }

    /// @inheritdoc IDatasetRegistry
    function addVersion(
        uint256 datasetId,
        VersionInput calldata input,
        ParentLink[] calldata parents
    )
        external
        onlyDatasetOwner(datasetId)
        returns (uint32 version)
    {
        StoredDataset storage dataset = _storage().datasets[datasetId];
        // Licenses pin versions in 24 bits.
        version = SafeCast.toUint24(uint256(dataset.versionCount) + 1);
        dataset.versionCount = version;
        _addVersion(datasetId, version, msg.sender, input, parents);
        emit MetadataUpdate(datasetId);
    }

    /// @inheritdoc IDatasetRegistry
    /// @dev Of several changes in one second the last counts and keeps their position.
    function setRevokedRoot(uint256 datasetId, uint32 version, bytes32 revokedRoot) external {
        if (msg.sender != DISPUTE_MANAGER) _checkOwner(datasetId);
        _versionAt(datasetId, version);
        Checkpoints.Trace256 storage history = _storage().revokedRoots[datasetId][version];
        // It returns the value before and the one just given.
        // slither-disable-next-line unused-return
        history.push(block.timestamp, uint256(revokedRoot));
        emit RevokedRootSet(datasetId, version, revokedRoot, SafeCast.toUint32(history.length()));
    }

    /// @inheritdoc IDatasetRegistry
    function datasetCount() external view returns (uint256) {
        return _storage().datasetCount;
    }

    /// @inheritdoc IDatasetRegistry
    function versionCount(uint256 datasetId) external view returns (uint32) {
        return _storage().datasets[datasetId].versionCount;
    }

    /// @inheritdoc IDatasetRegistry
    function versionOf(uint256 datasetId, uint32 version) external view returns (Version memory) {
        StoredVersion storage stored = _versionAt(datasetId, version);
        return Version({
            contentRoot: stored.contentRoot,
            recordRoot: stored.recordRoot,
            manifestHash: stored.manifestHash,
            chunkCount: stored.chunkCount,
            recordCount: stored.recordCount,
            byteSize: stored.byteSize,
            publishedAt: stored.publishedAt,
            encodingCount: stored.encodingCount,
            parentCount: stored.parentCount,
            status: _versionStatus(stored)
        });
    }

    /// @inheritdoc IDatasetRegistry
    function saleState(uint256 datasetId, uint32 version, uint16 encoding) external view returns (SaleState memory) {
        Encoding storage stored = _storage().encodings[datasetId][version][encoding];
        (Status status, uint8 parentCount) = _statusAndParents(datasetId, version);
        return SaleState({
            owner: _ownerOf(datasetId),
            status: status,
            provider: stored.retiredAt == 0 ? stored.provider : address(0),
            parentCount: parentCount
        });
    }

    /// @inheritdoc IDatasetRegistry
    /// @dev A record root is only loaded where there are records: the two come together.
    function rootsAt(uint256 datasetId, uint32 version, uint40 timestamp) external view returns (Roots memory roots) {
        StoredVersion storage stored = _versionAt(datasetId, version);
        roots.contentRoot = stored.contentRoot;
        if (stored.recordCount != 0) roots.recordRoot = stored.recordRoot;
        roots.revokedRoot = revokedRootAt(datasetId, version, timestamp);
        roots.publishedAt = stored.publishedAt;
        (roots.status,) = _statusAndParents(datasetId, version);
    }

    /// @inheritdoc IDatasetRegistry
    function revokedRootAt(uint256 datasetId, uint32 version, uint40 timestamp) public view returns (bytes32) {
        return bytes32(_storage().revokedRoots[datasetId][version].upperLookup(timestamp));
    }

    /// @inheritdoc IDatasetRegistry
    function versionURI(uint256 datasetId, uint32 version) public view returns (string memory) {
        return Cid.uri(_versionAt(datasetId, version).manifestHash);
    }

    /// @notice The `ipfs://` address of the newest version's manifest, computed from its hash.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return versionURI(tokenId, _storage().datasets[tokenId].versionCount);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC721Upgradeable, IERC165) returns (bool) {
        // ERC-4906 has only events; its id is fixed by the standard.
        return interfaceId == bytes4(0x49064906) || super.supportsInterface(interfaceId);
    }

    function _addVersion(
        uint256 datasetId,
        uint32 version,
        address owner,
        VersionInput calldata input,
        ParentLink[] calldata parents
    )
        private
    {
        _checkInput(input);
        StoredVersion storage stored = _storage().versions[datasetId][version];
        stored.contentRoot = input.contentRoot;
        if (input.recordRoot != bytes32(0)) stored.recordRoot = input.recordRoot;
        stored.manifestHash = input.manifestHash;
        stored.chunkCount = input.chunkCount;
        stored.recordCount = input.recordCount;
        stored.byteSize = input.byteSize;
        stored.publishedAt = uint40(block.timestamp);
        stored.parentCount = uint8(parents.length);
        stored.ownerStatus = Status.Trainable;
        emit VersionAdded(
            datasetId,
            version,
            input.contentRoot,
            input.recordRoot,
            input.manifestHash,
            input.chunkCount,
            input.recordCount,
            input.byteSize
        );
        _linkParents(datasetId, version, owner, input.contentRoot, parents);
    }

    function _checkInput(VersionInput calldata input) private pure {
        _requireField(input.contentRoot != bytes32(0), "contentRoot");
        _requireField(input.manifestHash != bytes32(0), "manifestHash");
        _requireField(input.chunkCount != 0, "chunkCount");
        // A record set and its count come together.
        _requireField(input.recordCount == 0 || input.recordRoot != bytes32(0), "recordRoot");
        _requireField(input.recordRoot == bytes32(0) || input.recordCount != 0, "recordCount");
    }
}
