// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Consent } from "../../types/Messages.sol";

/// @title Consents: given by signature, anchored alone or in batches, revoked for good
/// @notice A consent is its EIP-712 struct hash. Its details stay off chain behind a salted hash. A controller records it, or anchors
/// the root of many; a controller that owns or operates a dataset links consents to its versions. The grantor, or the guardian whom
/// the grantor named, revokes; then anyone can start the recall of each linked version.
///
/// A batch is an RFC 9162 SHA-256 tree. Its leaf is `consentHash | keccak256(signature) | leavesHash`, 96 bytes, so that the
/// controller had the signature when it anchored; `leavesHash` names what of the version came with the consent.
interface IConsentRegistry {
    /// @param recordedAt When it was recorded, or its batch anchored; 0 when it is not recorded.
    /// @param revokedAt When it was revoked; 0 when it is not. Final.
    struct ConsentStatus {
        uint40 recordedAt;
        uint40 revokedAt;
    }

    /// @param size Leaves of the tree.
    /// @param anchoredAt 0 when there is none.
    struct Batch {
        uint64 size;
        uint40 anchoredAt;
    }

    /// @param leavesHash SHA-256 of the canonical list of leaves and records that came with the consent; zero when not known.
    /// @param linkedAt 0 when not linked (a link by batch has none).
    /// @param recallId The recall that its revocation started; 0 when none.
    struct Link {
        bytes32 leavesHash;
        uint40 linkedAt;
        uint216 recallId;
    }

    /// @notice Shows that a consent is in a batch.
    struct BatchProof {
        bytes32 root;
        uint64 index;
        bytes32 leavesHash;
        bytes32[] path;
    }

    struct VersionRef {
        uint256 datasetId;
        uint32 version;
    }

    /// @notice A consent was recorded; `batch` is the root it comes from, zero for a single one. With `recordedAt` the whole record.
    event ConsentRecorded(
        bytes32 indexed consentHash,
        address indexed grantor,
        address indexed controller,
        bytes32 receiptHash,
        uint16 uses,
        uint40 validFrom,
        uint40 validUntil,
        uint256 nonce,
        bytes32 batch,
        uint40 recordedAt
    );
    /// @notice A controller anchored the root of many consents.
    event ConsentsAnchored(address indexed controller, bytes32 indexed root, uint64 size);
    /// @notice A consent is of a version.
    event ConsentLinked(
        bytes32 indexed consentHash, uint256 indexed datasetId, uint32 indexed version, bytes32 leavesHash
    );
    /// @notice All consents of a batch are of a version.
    event BatchLinked(address indexed controller, bytes32 indexed root, uint256 indexed datasetId, uint32 version);
    /// @notice A grantor named who else may revoke its consents; zero for nobody.
    event GuardianNamed(address indexed grantor, address indexed guardian);
    /// @notice A consent was revoked by its grantor or guardian.
    event ConsentRevoked(
        bytes32 indexed consentHash, address indexed grantor, address indexed by, address controller, bytes32 reason
    );
    /// @notice A revoked consent is in a recall of a version that it was linked to.
    event RecallStarted(
        bytes32 indexed consentHash, uint256 indexed datasetId, uint32 indexed version, uint256 recallId
    );

    /// @dev Thrown when a consent names no receipt, no controller, no use, an unknown use or an empty period.
    error ConsentRegistry_BadConsent(bytes32 consentHash);
    /// @dev Thrown when the message is not signed by its grantor, for this chain.
    error ConsentRegistry_BadSignature(address grantor);
    /// @dev Thrown when the consent is recorded with that time or an earlier one.
    error ConsentRegistry_AlreadyRecorded(bytes32 consentHash);
    /// @dev Thrown when the consent is not recorded.
    error ConsentRegistry_NotRecorded(bytes32 consentHash);
    /// @dev Thrown when the consent is not in force now.
    error ConsentRegistry_NotInForce(bytes32 consentHash);
    /// @dev Thrown when the consent was revoked before.
    error ConsentRegistry_AlreadyRevoked(bytes32 consentHash, uint40 revokedAt);
    /// @dev Thrown when the consent is not revoked.
    error ConsentRegistry_NotRevoked(bytes32 consentHash);
    /// @dev Thrown when the caller is neither grantor nor guardian.
    error ConsentRegistry_NotGrantor(address caller, address grantor, address guardian);
    /// @dev Thrown when a withdrawal does not name this consent, its grantor and controller, and no use.
    error ConsentRegistry_BadWithdrawal(bytes32 consentHash);
    /// @dev Thrown when the caller is not the consent's controller.
    error ConsentRegistry_NotController(address caller, address controller);
    /// @dev Thrown when the controller neither owns the dataset nor operates it for its owner.
    error ConsentRegistry_NotOperator(uint256 datasetId, address controller, address owner);
    /// @dev Thrown when no such version exists.
    error ConsentRegistry_UnknownVersion(uint256 datasetId, uint32 version);
    /// @dev Thrown when a root is zero or has no leaves.
    error ConsentRegistry_EmptyBatch();
    /// @dev Thrown when the controller anchored the root before.
    error ConsentRegistry_AlreadyAnchored(address controller, bytes32 root);
    /// @dev Thrown when the controller anchored no such root.
    error ConsentRegistry_UnknownBatch(address controller, bytes32 root);
    /// @dev Thrown when a proof does not show the consent in the batch.
    error ConsentRegistry_NotInBatch(bytes32 consentHash, bytes32 root);
    /// @dev Thrown when the consent or batch is linked to the version already.
    error ConsentRegistry_AlreadyLinked(uint256 datasetId, uint32 version);
    /// @dev Thrown when the consent is not linked to the version.
    error ConsentRegistry_NotLinked(bytes32 consentHash, uint256 datasetId, uint32 version);
    /// @dev Thrown when the recall of this version was started before.
    error ConsentRegistry_RecallStarted(bytes32 consentHash, uint256 recallId);
    /// @dev Thrown when the guardian is the grantor itself, or named already.
    error ConsentRegistry_BadGuardian(address guardian);

    /// @notice Records a consent with its grantor's signature. Anyone. One revoked before stays revoked.
    function record(Consent calldata consent, bytes calldata signature) external returns (bytes32 consentHash);
    /// @notice Anchors the root of many consents, as their controller.
    function anchorBatch(bytes32 root, uint64 size) external;
    /// @notice Records a consent out of a batch, with the batch's time; one that was recorded later gets the earlier time. Anyone who
    /// has consent, signature and proof.
    function recordFromBatch(
        Consent calldata consent,
        bytes calldata signature,
        BatchProof calldata proof
    )
        external
        returns (bytes32 consentHash);
    /// @notice Links a recorded consent in force to a version. Only its controller, as the dataset's owner or its ERC-721 operator.
    function link(Consent calldata consent, uint256 datasetId, uint32 version, bytes32 leavesHash) external;
    /// @notice Links all consents of the caller's batch to a version, in the same way.
    function linkBatch(bytes32 root, uint256 datasetId, uint32 version) external;
    /// @notice Names who else may revoke the caller's consents, or with zero nobody.
    function nameGuardian(address guardian) external;
    /// @notice Revokes a consent, recorded or not, and starts the recalls of `versions` that it is linked to. Only the grantor or its
    /// guardian. Other versions' recalls can be started by anyone.
    function revoke(Consent calldata consent, bytes32 reason, VersionRef[] calldata versions) external;
    /// @notice Revokes by the grantor's signature, for a grantor without gas. Anyone.
    /// @param withdrawal A Consent of the same grantor to the same controller, for no use, whose `receiptHash` is the hash of
    /// the consent that it withdraws.
    function revokeBySignature(
        Consent calldata consent,
        Consent calldata withdrawal,
        bytes calldata signature
    )
        external;
    /// @notice Starts the recall of a version that a revoked consent is linked to. Anyone, once.
    function startRecall(bytes32 consentHash, uint256 datasetId, uint32 version) external returns (uint256 recallId);
    /// @notice Starts the recall of a version that a revoked consent's batch is linked to. Anyone, once.
    /// @param signatureHash keccak256 of the grantor's signature.
    function startRecallOfBatch(
        Consent calldata consent,
        bytes32 signatureHash,
        BatchProof calldata proof,
        uint256 datasetId,
        uint32 version
    )
        external
        returns (uint256 recallId);

    /// @notice The hash that a consent goes by: its EIP-712 struct hash.
    function hashOf(Consent calldata consent) external pure returns (bytes32);
    /// @notice When a consent was recorded and revoked.
    function statusOf(bytes32 consentHash) external view returns (ConsentStatus memory);
    /// @notice Whether the consent covered the second `at`: recorded by then, within its period, not revoked by then.
    /// False for a time that lies ahead.
    function isInForce(Consent calldata consent, uint40 at) external view returns (bool);
    /// @notice Who may revoke for the grantor; zero for nobody.
    function guardianOf(address grantor) external view returns (address);
    /// @notice A controller's batch; all zero when there is none.
    function batchOf(address controller, bytes32 root) external view returns (Batch memory);
    /// @notice Whether a batch is linked to a version.
    function isBatchLinked(
        address controller,
        bytes32 root,
        uint256 datasetId,
        uint32 version
    )
        external
        view
        returns (bool);
    /// @notice A consent's own link to a version, and the recall that came of it.
    function linkOf(bytes32 consentHash, uint256 datasetId, uint32 version) external view returns (Link memory);
}
