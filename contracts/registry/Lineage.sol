// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { TypedData } from "../common/TypedData.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { ITermsRegistry } from "../interfaces/licensing/ITermsRegistry.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { Messages, ParentGrant } from "../types/Messages.sol";
import { Uses } from "../types/Uses.sol";
import { DatasetStorage } from "./DatasetStorage.sol";

/// @notice Parents of versions. A parent exists before its child and links never change, so there are no cycles.
abstract contract Lineage is DatasetStorage {
    using Messages for ParentGrant;

    /// @inheritdoc IDatasetRegistry
    uint256 public constant MAX_PARENTS = 16;

    uint256 private constant _MAX_BPS = 10_000;

    /// @inheritdoc IDatasetRegistry
    function cancelGrant(uint256 nonce) external {
        _useGrant(msg.sender, nonce);
        emit ParentGrantCancelled(msg.sender, nonce);
    }

    /// @inheritdoc IDatasetRegistry
    function payeesOf(uint256 datasetId, uint32 version)
        external
        view
        returns (address owner, Parent[] memory parents)
    {
        uint256 count = _storage().versions[datasetId][version].parentCount;
        return (_ownerOf(datasetId), _parentsOf(datasetId, version, count));
    }

    /// @inheritdoc IDatasetRegistry
    function parentsOf(uint256 datasetId, uint32 version) public view returns (Parent[] memory parents) {
        return _parentsOf(datasetId, version, _versionAt(datasetId, version).parentCount);
    }

    /// @inheritdoc IDatasetRegistry
    function isGrantUsed(address owner, uint256 nonce) public view returns (bool) {
        return _storage().usedGrants[owner][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    function _parentsOf(
        uint256 datasetId,
        uint32 version,
        uint256 count
    )
        private
        view
        returns (Parent[] memory parents)
    {
        parents = new Parent[](count);
        for (uint256 i; i < count; ++i) {
            parents[i] = _storage().parents[datasetId][version][i];
        }
    }

    /// @dev Stores the links of a fresh version; `owner` owns the child.
    function _linkParents(
        uint256 datasetId,
        uint32 version,
        address owner,
        bytes32 contentRoot,
        ParentLink[] calldata links
    )
        internal
    {
        require(links.length <= MAX_PARENTS, DatasetRegistry_TooManyParents(links.length, MAX_PARENTS));
        // Zero from the start; writing it out costs gas.
        // slither-disable-next-line uninitialized-local
        uint256 totalBps;
        for (uint256 i; i < links.length; ++i) {
            _checkDistinct(links, i);
            _authorizeLink(links[i], owner, contentRoot);
            _storeLink(datasetId, version, i, links[i]);
            totalBps += links[i].shareBps;
        }
        require(totalBps <= _MAX_BPS, DatasetRegistry_SharesTooHigh(totalBps));
    }

    function _storeLink(uint256 datasetId, uint32 version, uint256 position, ParentLink calldata link) private {
        _storage().parents[datasetId][version][position] = Parent({
            datasetId: SafeCast.toUint40(link.parentId),
            version: SafeCast.toUint24(link.parentVersion),
            shareBps: link.shareBps,
            bundle: link.bundle
        });
        emit ParentLinked(
            datasetId, version, link.parentId, link.parentVersion, link.shareBps, link.bundle, link.licenseId
        );
    }

    function _authorizeLink(ParentLink calldata link, address owner, bytes32 contentRoot) private {
        _versionAt(link.parentId, link.parentVersion);
        if (link.licenseId == 0) _consumeGrant(link, owner, contentRoot);
        else _checkDeriveLicense(link);
    }

    /// @dev The grant names the share, so the parent's owner agreed to it.
    function _consumeGrant(ParentLink calldata link, address owner, bytes32 contentRoot) private {
        require(block.timestamp <= link.deadline, DatasetRegistry_Expired(link.deadline, block.timestamp));
        address parentOwner = _ownerOfDataset(link.parentId);
        bytes32 structHash = ParentGrant({
            parentId: link.parentId,
            parentVersion: link.parentVersion,
            childOwner: owner,
            childContentRoot: contentRoot,
            shareBps: link.shareBps,
            bundle: link.bundle,
            nonce: link.nonce,
            deadline: link.deadline
        }).hash();
        require(
            TypedData.isSignedBy(LICENSE_TOKEN, structHash, parentOwner, link.signature),
            DatasetRegistry_BadSignature(parentOwner)
        );
        _useGrant(parentOwner, link.nonce);
    }

    /// @dev The caller must be the holder itself: whoever has delegated access works for the holder, not for itself.
    // At most MAX_PARENTS links, and only the protocol's own contracts are called.
    // slither-disable-next-line calls-loop
    function _checkDeriveLicense(ParentLink calldata link) private view {
        require(!link.bundle, DatasetRegistry_BundleNeedsGrant(link.parentId));
        ILicenseToken licenses = ILicenseToken(LICENSE_TOKEN);
        // Offer and rail say nothing about deriving.
        // slither-disable-next-line unused-return
        (ILicenseToken.License memory license,,) = licenses.dealOf(link.licenseId);
        require(
            license.datasetId == link.parentId,
            DatasetRegistry_LicenseOfOtherDataset(link.licenseId, license.datasetId, link.parentId)
        );
        ILicenseToken.Access access = IERC721(LICENSE_TOKEN).ownerOf(link.licenseId) == msg.sender
            ? licenses.accessOf(link.licenseId, msg.sender, link.parentVersion, Uses.DERIVE)
            : ILicenseToken.Access.NotHolder;
        require(
            access == ILicenseToken.Access.Granted, DatasetRegistry_LicenseDoesNotDerive(link.licenseId, uint8(access))
        );
        ITermsRegistry terms = ITermsRegistry(TERMS_REGISTRY);
        uint16 required = terms.headOf(terms.idAt(license.termsIndex)).derivativeShareBps;
        require(link.shareBps >= required, DatasetRegistry_ShareTooLow(link.parentId, link.shareBps, required));
    }

    function _useGrant(address owner, uint256 nonce) private {
        require(!isGrantUsed(owner, nonce), DatasetRegistry_GrantUsed(owner, nonce));
        _storage().usedGrants[owner][nonce >> 8] |= 1 << (nonce & 0xff);
    }

    function _checkDistinct(ParentLink[] calldata links, uint256 position) private pure {
        uint256 parentId = links[position].parentId;
        for (uint256 i; i < position; ++i) {
            require(links[i].parentId != parentId, DatasetRegistry_DuplicateParent(parentId));
        }
    }
}
