// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { IConsentRegistry } from "../interfaces/registry/IConsentRegistry.sol";
import { IRecalls } from "../interfaces/trust/IRecalls.sol";
import { Consent, Messages } from "../types/Messages.sol";
import { Uses } from "../types/Uses.sol";
import { ConsentBook } from "./ConsentBook.sol";

/// @title Consents: given by signature, anchored alone or in batches, revoked for good
/// @notice See IConsentRegistry.
contract ConsentRegistry is ConsentBook {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address recalls) ConsentBook(licenseToken, recalls) { }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    // ---- given

    /// @inheritdoc IConsentRegistry
    function record(Consent calldata consent, bytes calldata signature) external returns (bytes32 consentHash) {
        consentHash = Messages.hash(consent);
        _requireSigned(consent, consentHash, signature);
        _record(consent, consentHash, bytes32(0), uint40(block.timestamp));
    }

    /// @inheritdoc IConsentRegistry
    function anchorBatch(bytes32 root, uint64 size) external {
        if (root == bytes32(0) || size == 0) revert ConsentRegistry_EmptyBatch();
        Batch storage batch = _storage().batches[msg.sender][root];
        if (batch.anchoredAt != 0) revert ConsentRegistry_AlreadyAnchored(msg.sender, root);
        (batch.size, batch.anchoredAt) = (size, uint40(block.timestamp));
        emit ConsentsAnchored(msg.sender, root, size);
    }

    /// @inheritdoc IConsentRegistry
    function recordFromBatch(
        Consent calldata consent,
        bytes calldata signature,
        BatchProof calldata proof
    )
        external
        returns (bytes32 consentHash)
    {
        consentHash = Messages.hash(consent);
        _requireSigned(consent, consentHash, signature);
        uint40 anchoredAt = _requireInBatch(consent, consentHash, keccak256(signature), proof);
        _record(consent, consentHash, proof.root, anchoredAt);
    }

    // ---- linked

    /// @inheritdoc IConsentRegistry
    function link(Consent calldata consent, uint256 datasetId, uint32 version, bytes32 leavesHash) external {
        if (msg.sender != consent.controller) revert ConsentRegistry_NotController(msg.sender, consent.controller);
        bytes32 consentHash = Messages.hash(consent);
        if (_storage().statuses[consentHash].recordedAt == 0) revert ConsentRegistry_NotRecorded(consentHash);
        if (!_isInForce(consent, consentHash, uint40(block.timestamp))) {
            revert ConsentRegistry_NotInForce(consentHash);
        }
        _requireOperator(datasetId, version);
        Link storage stored = _storage().links[consentHash][_key(datasetId, version)];
        if (stored.linkedAt != 0) revert ConsentRegistry_AlreadyLinked(datasetId, version);
        (stored.leavesHash, stored.linkedAt) = (leavesHash, uint40(block.timestamp));
        emit ConsentLinked(consentHash, datasetId, version, leavesHash);
    }

    /// @inheritdoc IConsentRegistry
    function linkBatch(bytes32 root, uint256 datasetId, uint32 version) external {
        if (_storage().batches[msg.sender][root].anchoredAt == 0) {
            revert ConsentRegistry_UnknownBatch(msg.sender, root);
        }
        _requireOperator(datasetId, version);
        mapping(bytes32 key => bool) storage linked = _storage().batchLinks[msg.sender][root];
        bytes32 key = _key(datasetId, version);
        if (linked[key]) revert ConsentRegistry_AlreadyLinked(datasetId, version);
        linked[key] = true;
        emit BatchLinked(msg.sender, root, datasetId, version);
    }

    // ---- revoked

    /// @inheritdoc IConsentRegistry
    function nameGuardian(address guardian) external {
        address present = _storage().guardians[msg.sender];
        if (guardian == msg.sender || guardian == present) revert ConsentRegistry_BadGuardian(guardian);
        _storage().guardians[msg.sender] = guardian;
        emit GuardianNamed(msg.sender, guardian);
    }

    /// @inheritdoc IConsentRegistry
    function revoke(Consent calldata consent, bytes32 reason, VersionRef[] calldata versions) external {
        address guardian = _storage().guardians[consent.grantor];
        if (msg.sender != consent.grantor && msg.sender != guardian) {
            revert ConsentRegistry_NotGrantor(msg.sender, consent.grantor, guardian);
        }
        bytes32 consentHash = Messages.hash(consent);
        _revoke(consent, consentHash, reason);
        for (uint256 i; i < versions.length; ++i) {
            _startLinked(consentHash, versions[i].datasetId, versions[i].version);
        }
    }

    /// @inheritdoc IConsentRegistry
    function revokeBySignature(
        Consent calldata consent,
        Consent calldata withdrawal,
        bytes calldata signature
    )
        external
    {
        bytes32 consentHash = Messages.hash(consent);
        bool names = withdrawal.receiptHash == consentHash && withdrawal.grantor == consent.grantor
            && withdrawal.controller == consent.controller && withdrawal.uses == 0;
        if (!names) revert ConsentRegistry_BadWithdrawal(consentHash);
        if (!TypedData.isSignedBy(_licenseToken, Messages.hash(withdrawal), consent.grantor, signature)) {
            revert ConsentRegistry_BadSignature(consent.grantor);
        }
        _revoke(consent, consentHash, "signed");
    }

    /// @inheritdoc IConsentRegistry
    function startRecall(bytes32 consentHash, uint256 datasetId, uint32 version) external returns (uint256 recallId) {
        return _startLinked(consentHash, datasetId, version);
    }

    /// @inheritdoc IConsentRegistry
    function startRecallOfBatch(
        Consent calldata consent,
        bytes32 signatureHash,
        BatchProof calldata proof,
        uint256 datasetId,
        uint32 version
    )
        external
        returns (uint256 recallId)
    {
        bytes32 consentHash = Messages.hash(consent);
        _requireInBatch(consent, consentHash, signatureHash, proof);
        if (!_storage().batchLinks[consent.controller][proof.root][_key(datasetId, version)]) {
            revert ConsentRegistry_NotLinked(consentHash, datasetId, version);
        }
        return _start(consentHash, datasetId, version, proof.leavesHash);
    }

    // ---- reads

    /// @inheritdoc IConsentRegistry
    function hashOf(Consent calldata consent) external pure returns (bytes32) {
        return Messages.hash(consent);
    }

    /// @inheritdoc IConsentRegistry
    function statusOf(bytes32 consentHash) external view returns (ConsentStatus memory) {
        return _storage().statuses[consentHash];
    }

    /// @inheritdoc IConsentRegistry
    function isInForce(Consent calldata consent, uint40 at) external view returns (bool) {
        return at <= block.timestamp && _isInForce(consent, Messages.hash(consent), at);
    }

    /// @inheritdoc IConsentRegistry
    function guardianOf(address grantor) external view returns (address) {
        return _storage().guardians[grantor];
    }

    /// @inheritdoc IConsentRegistry
    function batchOf(address controller, bytes32 root) external view returns (Batch memory) {
        return _storage().batches[controller][root];
    }

    /// @inheritdoc IConsentRegistry
    function isBatchLinked(
        address controller,
        bytes32 root,
        uint256 datasetId,
        uint32 version
    )
        external
        view
        returns (bool)
    {
        return _storage().batchLinks[controller][root][_key(datasetId, version)];
    }

    /// @inheritdoc IConsentRegistry
    function linkOf(bytes32 consentHash, uint256 datasetId, uint32 version) external view returns (Link memory) {
        return _storage().links[consentHash][_key(datasetId, version)];
    }

    // ---- parts

    function _record(Consent calldata consent, bytes32 consentHash, bytes32 batch, uint40 recordedAt) private {
        bool period = consent.validUntil == 0 || consent.validUntil >= consent.validFrom;
        bool uses = consent.uses != 0 && consent.uses & ~Uses.ALL == 0;
        if (consent.receiptHash == bytes32(0) || consent.controller == address(0) || !uses || !period) {
            revert ConsentRegistry_BadConsent(consentHash);
        }
        ConsentStatus storage status = _storage().statuses[consentHash];
        // A batch can show that a consent was there earlier than its single record says.
        if (status.recordedAt != 0 && status.recordedAt <= recordedAt) {
            revert ConsentRegistry_AlreadyRecorded(consentHash);
        }
        status.recordedAt = recordedAt;
        emit ConsentRecorded(
            consentHash,
            consent.grantor,
            consent.controller,
            consent.receiptHash,
            consent.uses,
            consent.validFrom,
            consent.validUntil,
            consent.nonce,
            batch,
            recordedAt
        );
    }

    function _revoke(Consent calldata consent, bytes32 consentHash, bytes32 reason) private {
        ConsentStatus storage status = _storage().statuses[consentHash];
        if (status.revokedAt != 0) revert ConsentRegistry_AlreadyRevoked(consentHash, status.revokedAt);
        status.revokedAt = uint40(block.timestamp);
        emit ConsentRevoked(consentHash, consent.grantor, msg.sender, consent.controller, reason);
    }

    /// @dev The recall of a version that the consent itself is linked to.
    function _startLinked(bytes32 consentHash, uint256 datasetId, uint32 version) private returns (uint256) {
        Link storage stored = _storage().links[consentHash][_key(datasetId, version)];
        if (stored.linkedAt == 0) revert ConsentRegistry_NotLinked(consentHash, datasetId, version);
        return _start(consentHash, datasetId, version, stored.leavesHash);
    }

    /// @dev One recall per consent and version, by whichever link it came.
    // Recalls is ours and calls nobody but the dataset registry, which calls nobody. Whoever revokes pays for the list.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events,calls-loop
    function _start(
        bytes32 consentHash,
        uint256 datasetId,
        uint32 version,
        bytes32 leavesHash
    )
        private
        returns (uint256 recallId)
    {
        if (_storage().statuses[consentHash].revokedAt == 0) revert ConsentRegistry_NotRevoked(consentHash);
        Link storage stored = _storage().links[consentHash][_key(datasetId, version)];
        if (stored.recallId != 0) revert ConsentRegistry_RecallStarted(consentHash, stored.recallId);
        recallId = IRecalls(_recalls).openByConsent(datasetId, version, consentHash, leavesHash);
        stored.recallId = uint216(recallId);
        emit RecallStarted(consentHash, datasetId, version, recallId);
    }
}
