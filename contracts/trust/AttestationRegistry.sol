// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { IAttestationRegistry } from "../interfaces/trust/IAttestationRegistry.sol";
import { IRuledRecords } from "../interfaces/trust/IRuledRecords.sol";
import { Attestation, Messages } from "../types/Messages.sol";
import { AttestationState } from "./AttestationState.sol";
import { Badges } from "./Badges.sol";
import { Issuers } from "./Issuers.sol";
import { Schemas } from "./Schemas.sol";
import { Subjects } from "./Subjects.sol";

/// @title Attestations: issuers, schemas, badges that never move
/// @notice See IAttestationRegistry.
contract AttestationRegistry is Issuers, Schemas, Badges {
    /// @inheritdoc IAttestationRegistry
    uint256 public constant MAX_BATCH = 64;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address disputeManager) AttestationState(licenseToken, disputeManager) { }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    // ---- badges come

    /// @inheritdoc IAttestationRegistry
    function issue(BadgeInput calldata input) external returns (uint256 badgeId) {
        _requireWeight(msg.sender);
        return _issue(input);
    }

    /// @inheritdoc IAttestationRegistry
    function issueMany(BadgeInput[] calldata inputs) external returns (uint256[] memory badgeIds) {
        uint256 count = inputs.length;
        if (count == 0 || count > MAX_BATCH) revert AttestationRegistry_BatchSize(count, MAX_BATCH);
        _requireWeight(msg.sender);
        badgeIds = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            badgeIds[i] = _issue(inputs[i]);
        }
    }

    /// @inheritdoc IAttestationRegistry
    function anchor(
        Attestation calldata attestation,
        bytes calldata data,
        bytes calldata signature
    )
        external
        returns (uint256 badgeId)
    {
        address issuer = attestation.issuer;
        _requireWeight(issuer);
        uint40 since = _storage().issuers[issuer].since;
        if (attestation.issuedAt < since || attestation.issuedAt > block.timestamp) {
            revert AttestationRegistry_BadIssueTime(attestation.issuedAt, since, block.timestamp);
        }
        if (data.length != 0 && keccak256(data) != attestation.dataHash) {
            revert AttestationRegistry_WrongData(attestation.dataHash, keccak256(data));
        }
        bytes32 structHash = Messages.hash(attestation);
        uint40 withdrawn = _storage().withdrawnAt[issuer][uint256(structHash)];
        if (withdrawn != 0) revert AttestationRegistry_Withdrawn(uint256(structHash), withdrawn);
        if (!TypedData.isSignedBy(_licenseToken, structHash, issuer, signature)) {
            revert AttestationRegistry_BadSignature(issuer);
        }
        return _record(attestation, uint256(structHash), data);
    }

    // ---- badges go

    /// @inheritdoc IAttestationRegistry
    function revoke(uint256 badgeId, bytes32 reason) external {
        StoredBadge storage badge = _badge(badgeId);
        if (badge.issuer != msg.sender) revert AttestationRegistry_NotIssuer(badgeId, msg.sender);
        _revokeOnce(badgeId, badge, reason);
    }

    /// @inheritdoc IAttestationRegistry
    function renounce(uint256 badgeId) external {
        StoredBadge storage badge = _badge(badgeId);
        bytes32 subject = Subjects.load(badge.subject);
        if (Subjects.check(subject) != SubjectKind.Person || Subjects.accountOf(subject) != msg.sender) {
            revert AttestationRegistry_NotSubject(badgeId, msg.sender);
        }
        _revokeOnce(badgeId, badge, "renounced");
    }

    /// @inheritdoc IRuledRecords
    function revokeByRuling(uint256 badgeId, bytes32 reason) external {
        if (msg.sender != _disputeManager) revert AttestationRegistry_NotDisputeManager(msg.sender);
        StoredBadge storage badge = _badge(badgeId);
        if (!badge.revoked) _revoke(badgeId, badge, reason);
    }

    /// @inheritdoc IAttestationRegistry
    function withdraw(uint256 badgeId, bytes32 reason) external {
        AttestationRegistryStorage storage $ = _storage();
        if ($.badges[badgeId].issuer != address(0)) revert AttestationRegistry_BadgeExists(badgeId);
        uint40 before = $.withdrawnAt[msg.sender][badgeId];
        if (before != 0) revert AttestationRegistry_Withdrawn(badgeId, before);
        $.withdrawnAt[msg.sender][badgeId] = uint40(block.timestamp);
        emit AttestationWithdrawn(badgeId, msg.sender, reason);
    }

    // ---- reads

    /// @inheritdoc IAttestationRegistry
    function badgeOf(uint256 badgeId) external view returns (Badge memory) {
        StoredBadge storage badge = _badge(badgeId);
        return Badge({
            issuer: badge.issuer,
            schema: _storage().schemaIds[badge.schemaIndex],
            subject: Subjects.load(badge.subject),
            dataHash: badge.dataHash,
            issuedAt: badge.issuedAt,
            expiresAt: badge.expiresAt,
            recordedAt: badge.recordedAt,
            revokedAt: _storage().revokedAt[badgeId]
        });
    }

    /// @inheritdoc IAttestationRegistry
    function standingOf(uint256 badgeId) external view returns (BadgeStanding) {
        StoredBadge storage badge = _storage().badges[badgeId];
        if (badge.issuer == address(0)) return BadgeStanding.None;
        if (badge.revoked) return BadgeStanding.Revoked;
        if (_isExpired(badge)) return BadgeStanding.Expired;
        return _isAccredited(badge.issuer) ? BadgeStanding.Valid : BadgeStanding.IssuerLost;
    }

    /// @inheritdoc IRuledRecords
    function answerableFor(uint256 recordId) external view returns (address) {
        StoredBadge storage badge = _storage().badges[recordId];
        return badge.revoked || _isExpired(badge) ? address(0) : badge.issuer;
    }

    /// @inheritdoc IAttestationRegistry
    function idOf(Attestation calldata attestation) external pure returns (uint256) {
        return uint256(Messages.hash(attestation));
    }

    /// @inheritdoc IAttestationRegistry
    function withdrawnAt(address issuer, uint256 badgeId) external view returns (uint40) {
        return _storage().withdrawnAt[issuer][badgeId];
    }

    /// @inheritdoc IAttestationRegistry
    function getAttestation(bytes32 uid) external view returns (EasAttestation memory answer) {
        StoredBadge storage badge = _storage().badges[uint256(uid)];
        if (badge.issuer == address(0)) return answer;
        answer = EasAttestation({
            uid: uid,
            schema: _storage().schemaIds[badge.schemaIndex],
            time: badge.issuedAt,
            expirationTime: badge.expiresAt,
            revocationTime: _storage().revokedAt[uint256(uid)],
            refUID: bytes32(0),
            recipient: _holder(badge),
            attester: badge.issuer,
            revocable: true,
            data: abi.encode(badge.dataHash)
        });
    }

    /// @inheritdoc IAttestationRegistry
    function isAttestationValid(bytes32 uid) external view returns (bool) {
        return _storage().badges[uint256(uid)].issuer != address(0);
    }

    /// @inheritdoc IAttestationRegistry
    function datasetSubject(uint256 datasetId) external pure returns (bytes32) {
        return Subjects.ofDataset(datasetId);
    }

    /// @inheritdoc IAttestationRegistry
    function versionSubject(uint256 datasetId, uint32 version) external pure returns (bytes32) {
        return Subjects.ofVersion(datasetId, version);
    }

    /// @inheritdoc IAttestationRegistry
    function providerSubject(address provider) external pure returns (bytes32) {
        return Subjects.ofProvider(provider);
    }

    /// @inheritdoc IAttestationRegistry
    function personSubject(address person) external pure returns (bytes32) {
        return Subjects.ofPerson(person);
    }

    /// @inheritdoc IAttestationRegistry
    function holderOf(bytes32 subject) external pure returns (address) {
        return Subjects.holder(subject);
    }

    // ---- parts

    function _requireWeight(address issuer) private view {
        if (weightOf(issuer) == 0) revert AttestationRegistry_NotAccredited(issuer);
    }

    function _issue(BadgeInput calldata input) private returns (uint256 badgeId) {
        Attestation memory attestation = Attestation({
            issuer: msg.sender,
            schema: input.schema,
            subject: input.subject,
            dataHash: keccak256(input.data),
            issuedAt: uint40(block.timestamp),
            expiresAt: input.expiresAt,
            nonce: input.nonce
        });
        return _record(attestation, uint256(Messages.hash(attestation)), input.data);
    }

    /// @dev The one way in which a badge comes to be; who says so has been checked.
    function _record(Attestation memory attestation, uint256 badgeId, bytes calldata data) private returns (uint256) {
        AttestationRegistryStorage storage $ = _storage();
        StoredBadge storage badge = $.badges[badgeId];
        if (badge.issuer != address(0)) revert AttestationRegistry_BadgeExists(badgeId);
        Schema storage schema = _schema(attestation.schema);
        _checkSubject(attestation, schema.kinds);
        _checkExpiry(attestation, schema.maxValidity);
        badge.issuer = attestation.issuer;
        badge.issuedAt = attestation.issuedAt;
        badge.expiresAt = attestation.expiresAt;
        badge.subject = Subjects.store(attestation.subject);
        badge.schemaIndex = schema.index;
        badge.recordedAt = uint40(block.timestamp);
        badge.dataHash = attestation.dataHash;
        address holder = Subjects.holder(attestation.subject);
        ++$.balances[holder];
        emit Transfer(address(0), holder, badgeId);
        emit Locked(badgeId);
        _announce(attestation, badgeId, data);
        return badgeId;
    }

    function _announce(Attestation memory attestation, uint256 badgeId, bytes calldata data) private {
        emit BadgeIssued(
            badgeId,
            attestation.issuer,
            attestation.subject,
            attestation.schema,
            attestation.dataHash,
            attestation.issuedAt,
            attestation.expiresAt,
            attestation.nonce,
            data
        );
    }

    /// @dev An issuer does not speak for itself.
    function _checkSubject(Attestation memory attestation, uint8 kinds) private pure {
        SubjectKind kind = Subjects.check(attestation.subject);
        bool fits = kinds & (1 << uint8(kind)) != 0;
        if (!fits) revert AttestationRegistry_WrongKind(attestation.schema, kind);
        if (Subjects.holder(attestation.subject) == attestation.issuer) {
            revert AttestationRegistry_SelfAttestation(attestation.issuer);
        }
    }

    function _checkExpiry(Attestation memory attestation, uint40 maxValidity) private view {
        uint40 expiresAt = attestation.expiresAt;
        uint256 most = maxValidity == 0 ? type(uint40).max : uint256(attestation.issuedAt) + maxValidity;
        bool bounded = expiresAt != 0 || maxValidity != 0;
        if (bounded && (expiresAt <= block.timestamp || expiresAt > most)) {
            revert AttestationRegistry_BadExpiry(expiresAt, block.timestamp + 1, most);
        }
    }

    function _isExpired(StoredBadge storage badge) private view returns (bool) {
        return badge.expiresAt != 0 && block.timestamp >= badge.expiresAt;
    }

    function _revokeOnce(uint256 badgeId, StoredBadge storage badge, bytes32 reason) private {
        if (badge.revoked) revert AttestationRegistry_AlreadyRevoked(badgeId, _storage().revokedAt[badgeId]);
        _revoke(badgeId, badge, reason);
    }

    function _revoke(uint256 badgeId, StoredBadge storage badge, bytes32 reason) private {
        badge.revoked = true;
        _storage().revokedAt[badgeId] = uint40(block.timestamp);
        emit BadgeRevoked(badgeId, msg.sender, reason);
    }
}
