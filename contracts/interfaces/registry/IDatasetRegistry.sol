// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Datasets: titles (ERC-721), versions, encodings, lineage and status
/// @notice A dataset is the rightsholder's title. A version is an immutable set of contents under it; versions and
/// encodings are numbered from 1 and append-only. The registry holds no names and no prose, only hashes.
interface IDatasetRegistry {
    /// @notice What may happen with a version.
    /// @dev `Quarantined` stops sales and leaves licenses alone, so an owner cannot cut off licensees with it; `Suspended`
    /// also stops access, and only a guardian can set it; `Retired` is final: no new sales, licenses live on.
    enum Status {
        None,
        Trainable,
        Quarantined,
        Suspended,
        Retired
    }

    /// @param contentRoot RFC 9162 SHA-256 root over the plaintext chunks: what is licensed, trained on and proven.
    /// @param recordRoot Root over the sorted record ids, zero when the version has no record set.
    /// @param manifestHash SHA-256 of the canonical manifest, which is also its CID.
    /// @param chunkCount Leaves of the content tree, at least 1.
    /// @param recordCount Records in the record set.
    /// @param byteSize Plaintext bytes.
    struct VersionInput {
        bytes32 contentRoot;
        bytes32 recordRoot;
        bytes32 manifestHash;
        uint40 chunkCount;
        uint64 recordCount;
        uint64 byteSize;
    }

    /// @notice A version as stored.
    struct Version {
        bytes32 contentRoot;
        bytes32 recordRoot;
        bytes32 manifestHash;
        uint40 chunkCount;
        uint64 recordCount;
        uint64 byteSize;
        uint40 publishedAt;
        uint16 encodingCount;
        uint8 parentCount;
        Status status;
    }

    /// @param encodingRoot RFC 9162 SHA-256 root over the ciphertext chunks.
    /// @param envelopeHash SHA-256 of the key envelope; emitted, not stored.
    /// @param provider Who serves it and signed the EncodingAcceptance.
    /// @param retirementNotice Seconds for which live licenses are served after the encoding is retired.
    /// @param deadline Last second at which the acceptance may be used.
    /// @param signature The provider's EIP-712 EncodingAcceptance signature (account or ERC-1271).
    struct EncodingInput {
        bytes32 encodingRoot;
        bytes32 envelopeHash;
        address provider;
        uint32 retirementNotice;
        uint40 deadline;
        bytes signature;
    }

    /// @notice An encoding as stored. `retiredAt` is 0 while it sells.
    struct Encoding {
        bytes32 encodingRoot;
        address provider;
        uint32 retirementNotice;
        uint40 retiredAt;
    }

    /// @notice A link that a new version asks for. Either `licenseId` names a license of the parent that carries `derive`
    /// and is held by the caller, or `signature` is the parent owner's ParentGrant.
    struct ParentLink {
        uint256 parentId;
        uint32 parentVersion;
        uint16 shareBps;
        bool bundle;
        uint256 licenseId;
        uint256 nonce;
        uint40 deadline;
        bytes signature;
    }

    /// @notice A parent as stored with the child version; its share is of what the child earns after the fee.
    struct Parent {
        uint40 datasetId;
        uint24 version;
        uint16 shareBps;
        bool bundle;
    }

    /// @notice What a sale must know, in one call.
    /// @param provider Who serves the encoding; zero when there is none, or it is retired.
    struct SaleState {
        address owner;
        Status status;
        address provider;
        uint8 parentCount;
    }

    /// @notice What was a version's at some time.
    /// @param revokedRoot The one in force then, zero when none.
    /// @param status The one that counts now.
    struct Roots {
        bytes32 contentRoot;
        bytes32 recordRoot;
        bytes32 revokedRoot;
        uint40 publishedAt;
        Status status;
    }

    /// @notice A dataset was published; its first version follows in VersionAdded.
    event DatasetPublished(uint256 indexed datasetId, address indexed owner);
    /// @notice A version was added. Complete: nothing of a version is stored that is not here.
    event VersionAdded(
        uint256 indexed datasetId,
        uint32 indexed version,
        bytes32 contentRoot,
        bytes32 recordRoot,
        bytes32 manifestHash,
        uint40 chunkCount,
        uint64 recordCount,
        uint64 byteSize
    );
    /// @notice A parent was linked to a version. `licenseId` is 0 when a grant carries the link.
    event ParentLinked(
        uint256 indexed datasetId,
        uint32 indexed version,
        uint256 indexed parentId,
        uint32 parentVersion,
        uint16 shareBps,
        bool bundle,
        uint256 licenseId
    );
    /// @notice A parent's owner made a grant unusable.
    event ParentGrantCancelled(address indexed owner, uint256 nonce);
    /// @notice An encoding was added and accepted by its provider.
    event EncodingAdded(
        uint256 indexed datasetId,
        uint32 indexed version,
        uint16 indexed encoding,
        bytes32 encodingRoot,
        bytes32 envelopeHash,
        address provider,
        uint32 retirementNotice
    );
    /// @notice An encoding stopped selling; live licenses are served until `servedUntil`.
    event EncodingRetired(
        uint256 indexed datasetId, uint32 indexed version, uint16 indexed encoding, uint40 servedUntil
    );
    /// @notice The set of withdrawn entries of a version changed; in force from the block's time. Zero means none.
    event RevokedRootSet(uint256 indexed datasetId, uint32 indexed version, bytes32 revokedRoot, uint32 position);
    /// @notice The status of a version changed.
    event VersionStatusSet(uint256 indexed datasetId, uint32 indexed version, Status previous, Status current);
    /// @notice The status that overrides all versions of a dataset changed (Trainable: no override).
    event DatasetStatusSet(uint256 indexed datasetId, Status previous, Status current);

    /// @dev Thrown when the caller does not own the dataset.
    error DatasetRegistry_NotOwner(uint256 datasetId, address caller, address owner);
    /// @dev Thrown when a dataset or version does not exist.
    error DatasetRegistry_UnknownVersion(uint256 datasetId, uint32 version);
    /// @dev Thrown when an encoding does not exist.
    error DatasetRegistry_UnknownEncoding(uint256 datasetId, uint32 version, uint16 encoding);
    /// @dev Thrown when a required root, hash, count or address is zero; `field` names it.
    error DatasetRegistry_ZeroField(bytes32 field);
    /// @dev Thrown when more than MAX_PARENTS parents are linked.
    error DatasetRegistry_TooManyParents(uint256 given, uint256 max);
    /// @dev Thrown when parents' shares add up to more than 100 %.
    error DatasetRegistry_SharesTooHigh(uint256 totalBps);
    /// @dev Thrown when a share is below what the parent's terms ask of derivatives.
    error DatasetRegistry_ShareTooLow(uint256 parentId, uint16 shareBps, uint16 requiredBps);
    /// @dev Thrown when the same parent is linked twice.
    error DatasetRegistry_DuplicateParent(uint256 parentId);
    /// @dev Thrown when a license does not allow the caller to derive; `access` is LicenseToken's reason.
    error DatasetRegistry_LicenseDoesNotDerive(uint256 licenseId, uint8 access);
    /// @dev Thrown when a license is of another dataset than the parent.
    error DatasetRegistry_LicenseOfOtherDataset(uint256 licenseId, uint256 licensedId, uint256 parentId);
    /// @dev Thrown when only an owner's grant can make a link a bundle.
    error DatasetRegistry_BundleNeedsGrant(uint256 parentId);
    /// @dev Thrown when a grant's nonce was used or cancelled.
    error DatasetRegistry_GrantUsed(address owner, uint256 nonce);
    /// @dev Thrown when a signature is not the named signer's.
    error DatasetRegistry_BadSignature(address expectedSigner);
    /// @dev Thrown when a signed message is past its deadline.
    error DatasetRegistry_Expired(uint40 deadline, uint256 nowSeconds);
    /// @dev Thrown when an encoding is retired twice.
    error DatasetRegistry_AlreadyRetired(uint256 datasetId, uint32 version, uint16 encoding);
    /// @dev Thrown when the caller may not make this change of status.
    error DatasetRegistry_StatusChange(Status from, Status to);

    /// @notice Most parents that one version may have.
    function MAX_PARENTS() external view returns (uint256);

    /// @notice Publishes a dataset with its first version.
    /// @dev Emits Transfer, DatasetPublished, VersionAdded and ParentLinked. No cycles by construction: a parent exists already.
    /// @param owner Who gets the title.
    /// @return datasetId Sequential, from 1.
    function publish(
        address owner,
        VersionInput calldata input,
        ParentLink[] calldata parents
    )
        external
        returns (uint256 datasetId);

    /// @notice Adds a version. Only the owner. Emits VersionAdded, ParentLinked and ERC-4906 MetadataUpdate.
    function addVersion(
        uint256 datasetId,
        VersionInput calldata input,
        ParentLink[] calldata parents
    )
        external
        returns (uint32 version);

    /// @notice Adds an encoding that its provider accepted by signature. Only the owner. Emits EncodingAdded.
    function addEncoding(
        uint256 datasetId,
        uint32 version,
        EncodingInput calldata input
    )
        external
        returns (uint16 encoding);

    /// @notice Stops sales of an encoding at once. Only the owner or the provider. Emits EncodingRetired.
    function retireEncoding(uint256 datasetId, uint32 version, uint16 encoding) external;

    /// @notice Appends to the dated history of a version's withdrawn entries. Only the owner or, by ruling, the dispute manager.
    function setRevokedRoot(uint256 datasetId, uint32 version, bytes32 revokedRoot) external;

    /// @notice Owner's changes of status: Trainable to and from Quarantined, and to Retired.
    function setVersionStatus(uint256 datasetId, uint32 version, Status status) external;

    /// @notice Makes a version (or, with version 0, the dataset) safer: Quarantined or Suspended. Restricted to guardians,
    /// or by ruling.
    function restrictStatus(uint256 datasetId, uint32 version, Status status) external;

    /// @notice Lifts what a guardian or ruling restricted. Restricted to governance, or by the dispute manager, which lifts only what a
    /// claim of its own stopped.
    function reinstate(uint256 datasetId, uint32 version) external;

    /// @notice Makes a grant with this nonce unusable. Emits ParentGrantCancelled.
    function cancelGrant(uint256 nonce) external;

    /// @notice Number of datasets published; ids run from 1 to this.
    function datasetCount() external view returns (uint256);
    /// @notice Number of versions of a dataset, 0 when it does not exist.
    function versionCount(uint256 datasetId) external view returns (uint32);
    /// @notice A version; reverts when unknown.
    function versionOf(uint256 datasetId, uint32 version) external view returns (Version memory);
    /// @notice An encoding; reverts when unknown.
    function encodingOf(uint256 datasetId, uint32 version, uint16 encoding) external view returns (Encoding memory);
    /// @notice Parents of a version, at most MAX_PARENTS.
    function parentsOf(uint256 datasetId, uint32 version) external view returns (Parent[] memory);
    /// @notice Who is paid when a version earns, in one call: the dataset's owner and the version's parents.
    function payeesOf(uint256 datasetId, uint32 version) external view returns (address owner, Parent[] memory parents);
    /// @notice The status that counts: the stricter of the dataset's and the version's; None when unknown.
    function statusOf(uint256 datasetId, uint32 version) external view returns (Status);
    /// @notice What a sale must know, in one call; zeros for what does not exist.
    function saleState(uint256 datasetId, uint32 version, uint16 encoding) external view returns (SaleState memory);
    /// @notice What a proof about the use of a version is measured by, in one call; reverts when the version is unknown.
    function rootsAt(uint256 datasetId, uint32 version, uint40 timestamp) external view returns (Roots memory);
    /// @notice The revoked root in force at `timestamp`, zero when none.
    function revokedRootAt(uint256 datasetId, uint32 version, uint40 timestamp) external view returns (bytes32);
    /// @notice `ipfs://` CIDv1 (raw, sha2-256) of a version's manifest, computed.
    function versionURI(uint256 datasetId, uint32 version) external view returns (string memory);
    /// @notice Whether a grant of `owner` with this nonce was used or cancelled.
    function isGrantUsed(address owner, uint256 nonce) external view returns (bool);
}
