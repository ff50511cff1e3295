// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Attestation } from "../../types/Messages.sol";
import { IRuledRecords } from "./IRuledRecords.sol";

/// @title Attestations: accredited issuers, schemas, badges that never move (ERC-721, ERC-5192)
/// @notice A badge is an attestation on chain. Its id is the EIP-712 struct hash of the Attestation message that it is, the same
/// whether it was issued by a call or signed off chain and anchored later, so that none is recorded twice.
///
/// A badge belongs to its subject. People and providers hold theirs; those of a dataset or version are held by an address that is
/// derived from the subject and that no key opens, so they stay with the title when it is sold. There is no code that moves a
/// badge and no storage of who holds it.
///
/// A subject is packed: kind 8 bits (the highest) | 88 zero bits | 160 bits. These are the address of a provider or person, or
/// `version << 40 | datasetId`, version 0 for a dataset.
///
/// Disputes: `answerableFor` is the issuer of a badge that is neither revoked nor expired; `revokeByRuling` leaves one that was revoked
/// meanwhile as it is.
///
/// Accreditation is a tree. Governance gives weight to its issuers, and an issuer gives of its own weight to others, so that the
/// issuers of a tree together never have more than its root was given. Who loses accreditation takes along all below.
interface IAttestationRegistry is IRuledRecords {
    enum SubjectKind {
        None,
        Dataset,
        Version,
        Provider,
        Person
    }

    /// @notice What a badge is worth now: valid, or why not. IssuerLost: its issuer is not accredited now.
    enum BadgeStanding {
        None,
        Valid,
        Expired,
        Revoked,
        IssuerLost
    }

    /// @param documentHash SHA-256 of the canonical JSON Schema of the data, which is also its CID.
    /// @param kinds Subjects it fits: bit k for SubjectKind k.
    /// @param maxValidity Most seconds from issue to expiry; 0 for no bound.
    /// @param fields The data as ABI types with names, comma separated, as in `uint16 shareBps,bytes32 reportHash`.
    struct SchemaInput {
        bytes32 documentHash;
        uint8 kinds;
        uint40 maxValidity;
        string fields;
    }

    /// @param index Sequential, from 1.
    /// @param known Whether governance lists it.
    struct Schema {
        bytes32 documentHash;
        uint32 index;
        uint8 kinds;
        uint40 maxValidity;
        bool known;
        string fields;
    }

    /// @param accreditor Who gave the weight; zero for governance.
    /// @param weightBps Weight given to it, in basis points.
    /// @param givenBps Of that, what it gave on.
    /// @param expiresAt First second without accreditation; 0 for no end.
    /// @param since Start of this accreditation; renewals keep it.
    /// @param depth 1 when accredited by governance.
    /// @param term How many accreditations of the issuer ended before; what it gave on in those is gone.
    /// @param accreditorTerm The accreditor's term that it hangs on.
    struct Issuer {
        address accreditor;
        uint16 weightBps;
        uint16 givenBps;
        uint40 expiresAt;
        uint8 depth;
        uint40 since;
        uint32 term;
        uint32 accreditorTerm;
    }

    /// @param issuedAt As the issuer says; for a badge issued by call it is `recordedAt`.
    /// @param expiresAt First second at which it no longer holds; 0 for no end.
    /// @param recordedAt When it came on chain.
    /// @param revokedAt 0 when it was not revoked.
    /// @param dataHash keccak256 of the data, ABI-encoded by the schema's fields.
    struct Badge {
        address issuer;
        bytes32 schema;
        bytes32 subject;
        bytes32 dataHash;
        uint40 issuedAt;
        uint40 expiresAt;
        uint40 recordedAt;
        uint40 revokedAt;
    }

    /// @notice One badge to issue.
    /// @param nonce Free number: distinguishes badges that are equal in all else.
    /// @param data ABI encoding of the schema's fields; emitted, and stored by hash.
    struct BadgeInput {
        bytes32 schema;
        bytes32 subject;
        uint40 expiresAt;
        uint256 nonce;
        bytes data;
    }

    /// @notice An attestation in the shape that EAS answers in.
    struct EasAttestation {
        bytes32 uid;
        bytes32 schema;
        uint64 time;
        uint64 expirationTime;
        uint64 revocationTime;
        bytes32 refUID;
        address recipient;
        address attester;
        bool revocable;
        bytes data;
    }

    /// @notice A schema was registered.
    event SchemaRegistered(
        bytes32 indexed schema,
        uint32 index,
        address indexed by,
        bytes32 documentHash,
        uint8 kinds,
        uint40 maxValidity,
        string fields
    );
    /// @notice Governance listed a schema under a name, or took it off the list.
    event SchemaKnownSet(bytes32 indexed schema, bytes32 indexed name, bool known);
    /// @notice An issuer was accredited, or its accreditation renewed (same `term`). `accreditor` is zero for governance.
    event IssuerAccredited(
        address indexed issuer,
        address indexed accreditor,
        uint16 weightBps,
        uint40 expiresAt,
        uint8 depth,
        uint32 term,
        uint32 accreditorTerm
    );
    /// @notice An accreditation ended, by who gave it, by governance or by a guardian.
    event IssuerRemoved(address indexed issuer, address indexed accreditor, address indexed by, uint32 term);
    /// @notice A badge came on chain. Complete; `data` is empty when an anchored attestation keeps it off chain.
    event BadgeIssued(
        uint256 indexed badgeId,
        address indexed issuer,
        bytes32 indexed subject,
        bytes32 schema,
        bytes32 dataHash,
        uint40 issuedAt,
        uint40 expiresAt,
        uint256 nonce,
        bytes data
    );
    /// @notice A badge was revoked: by its issuer, by ruling (the dispute manager) or by the person that it is about.
    event BadgeRevoked(uint256 indexed badgeId, address indexed by, bytes32 reason);
    /// @notice An issuer took back an attestation that is not on chain; it can no longer be anchored.
    event AttestationWithdrawn(uint256 indexed badgeId, address indexed issuer, bytes32 reason);
    /// @notice ERC-5192: the token cannot be transferred.
    event Locked(uint256 tokenId);

    /// @dev Thrown on every attempt to move a badge or to approve somebody for it.
    error AttestationRegistry_Soulbound(uint256 badgeId);
    /// @dev Thrown on approvals for all.
    error AttestationRegistry_NoOperators();
    /// @dev Thrown when the badge does not exist.
    error AttestationRegistry_UnknownBadge(uint256 badgeId);
    /// @dev Thrown when the badge exists already.
    error AttestationRegistry_BadgeExists(uint256 badgeId);
    /// @dev Thrown when the schema is not registered.
    error AttestationRegistry_UnknownSchema(bytes32 schema);
    /// @dev Thrown when a schema has no document, no kinds or unknown ones, or fields that are empty or too long.
    error AttestationRegistry_BadSchema();
    /// @dev Thrown when a setter would change nothing.
    error AttestationRegistry_NoChange();
    /// @dev Thrown when a subject is not packed as documented, or names nothing.
    error AttestationRegistry_BadSubject(bytes32 subject);
    /// @dev Thrown when the schema does not fit the kind of subject.
    error AttestationRegistry_WrongKind(bytes32 schema, SubjectKind kind);
    /// @dev Thrown when an issuer would attest to itself.
    error AttestationRegistry_SelfAttestation(address issuer);
    /// @dev Thrown when an account is not accredited now, or gave all its weight on.
    error AttestationRegistry_NotAccredited(address issuer);
    /// @dev Thrown when an account is accredited already, by somebody else.
    error AttestationRegistry_AlreadyAccredited(address issuer, address accreditor);
    /// @dev Thrown when the caller did not accredit the issuer.
    error AttestationRegistry_NotAccreditor(address issuer, address caller);
    /// @dev Thrown when a weight is zero, above the cap, or below what the issuer gave on.
    error AttestationRegistry_BadWeight(uint256 weightBps, uint256 least, uint256 most);
    /// @dev Thrown when more weight is given than is left.
    error AttestationRegistry_WeightExceeded(address accreditor, uint256 asked, uint256 left);
    /// @dev Thrown when an issuer so far from governance would accredit.
    error AttestationRegistry_TooDeep(address accreditor, uint8 depth);
    /// @dev Thrown when an expiry lies in the past, is missing where the schema bounds validity, or is past that bound.
    error AttestationRegistry_BadExpiry(uint40 expiresAt, uint256 least, uint256 most);
    /// @dev Thrown when an attestation says that it was issued before its issuer's accreditation, or in the future.
    error AttestationRegistry_BadIssueTime(uint40 issuedAt, uint40 since, uint256 nowSeconds);
    /// @dev Thrown when data does not have the hash that was signed.
    error AttestationRegistry_WrongData(bytes32 expected, bytes32 given);
    /// @dev Thrown when the attestation is not signed by its issuer, for this chain.
    error AttestationRegistry_BadSignature(address issuer);
    /// @dev Thrown when the issuer took the attestation back.
    error AttestationRegistry_Withdrawn(uint256 badgeId, uint40 withdrawnAt);
    /// @dev Thrown when the caller did not issue the badge.
    error AttestationRegistry_NotIssuer(uint256 badgeId, address caller);
    /// @dev Thrown when the caller is not the person that the badge is about.
    error AttestationRegistry_NotSubject(uint256 badgeId, address caller);
    /// @dev Thrown when the caller is not the dispute manager.
    error AttestationRegistry_NotDisputeManager(address caller);
    /// @dev Thrown when the badge was revoked before.
    error AttestationRegistry_AlreadyRevoked(uint256 badgeId, uint40 revokedAt);
    /// @dev Thrown when a batch is empty or too large.
    error AttestationRegistry_BatchSize(uint256 given, uint256 max);

    /// @notice Most badges in one batch.
    function MAX_BATCH() external view returns (uint256);
    /// @notice How far from governance an issuer can be.
    function MAX_DEPTH() external view returns (uint8);
    /// @notice Most weight of an issuer, in basis points.
    function MAX_WEIGHT_BPS() external view returns (uint16);

    /// @notice Registers a schema; one that is registered already stays as it is. Anyone.
    /// @return schema keccak256(abi.encode(documentHash, kinds, maxValidity, keccak256(bytes(fields)))).
    function registerSchema(SchemaInput calldata input) external returns (bytes32 schema);
    /// @notice Lists a schema as known under a name, or takes it off. Restricted.
    function setSchemaKnown(bytes32 schema, bytes32 name, bool known) external;

    /// @notice Accredits an issuer for governance, or renews it. Restricted. Replaces an accreditation by another issuer.
    function accreditByGovernance(address issuer, uint16 weightBps, uint40 expiresAt) external;
    /// @notice Gives of the caller's own weight to an issuer, or renews what it gave. Only an accredited issuer.
    function accredit(address issuer, uint16 weightBps, uint40 expiresAt) external;
    /// @notice Takes back what the caller gave, with all that hangs on it. Only the accreditor.
    function removeAccreditation(address issuer) external;
    /// @notice Ends an issuer's accreditation at once, whoever gave it. Restricted to guardians.
    function removeIssuer(address issuer) external;

    /// @notice Issues a badge. Only an accredited issuer. Emits BadgeIssued, Transfer and Locked.
    function issue(BadgeInput calldata input) external returns (uint256 badgeId);
    /// @notice Issues many badges, all or none.
    function issueMany(BadgeInput[] calldata inputs) external returns (uint256[] memory badgeIds);
    /// @notice Brings a signed attestation on chain. Anyone; the issuer must be accredited now and have been when it signed.
    /// @param data ABI encoding of the schema's fields, or empty to keep it off chain.
    function anchor(
        Attestation calldata attestation,
        bytes calldata data,
        bytes calldata signature
    )
        external
        returns (uint256 badgeId);
    /// @notice Revokes a badge. Only its issuer, also one that is no longer accredited.
    function revoke(uint256 badgeId, bytes32 reason) external;
    /// @notice Takes back an attestation that is not on chain, by its id, so that it cannot be anchored. Only its issuer.
    function withdraw(uint256 badgeId, bytes32 reason) external;
    /// @notice Revokes a badge about the caller, a person.
    function renounce(uint256 badgeId) external;

    /// @notice A badge; reverts when unknown.
    function badgeOf(uint256 badgeId) external view returns (Badge memory);
    /// @notice What a badge is worth now. None when unknown.
    function standingOf(uint256 badgeId) external view returns (BadgeStanding);
    /// @notice The id that an attestation has, on chain or off: its EIP-712 struct hash.
    function idOf(Attestation calldata attestation) external pure returns (uint256);
    /// @notice When an issuer took back an attestation off chain; 0 when it did not.
    function withdrawnAt(address issuer, uint256 badgeId) external view returns (uint40);
    /// @notice A schema; reverts when unknown.
    function schemaOf(bytes32 schema) external view returns (Schema memory);
    /// @notice The id of the schema with this index, zero when there is none.
    function schemaAt(uint32 index) external view returns (bytes32);
    /// @notice The schema that governance lists under a name, zero when there is none.
    function knownSchema(bytes32 name) external view returns (bytes32);
    /// @notice An issuer's accreditation as stored; all zero but the term when it has none.
    function issuerOf(address issuer) external view returns (Issuer memory);
    /// @notice An issuer's own weight now: what it was given less what it gave on, 0 without accreditation.
    function weightOf(address issuer) external view returns (uint16 weightBps);
    /// @notice The packed subject of a dataset.
    function datasetSubject(uint256 datasetId) external pure returns (bytes32);
    /// @notice The packed subject of a version.
    function versionSubject(uint256 datasetId, uint32 version) external pure returns (bytes32);
    /// @notice The packed subject of a provider.
    function providerSubject(address provider) external pure returns (bytes32);
    /// @notice The packed subject of a person.
    function personSubject(address person) external pure returns (bytes32);
    /// @notice Who holds a subject's badges; reverts for a subject that is not well packed.
    function holderOf(bytes32 subject) external pure returns (address);
    /// @notice ERC-5192: always true; reverts when unknown.
    function locked(uint256 badgeId) external view returns (bool);
    /// @notice A badge in EAS's shape; all zero when unknown. `data` is the ABI encoding of `dataHash`.
    function getAttestation(bytes32 uid) external view returns (EasAttestation memory);
    /// @notice EAS: whether the attestation exists, whatever became of it.
    function isAttestationValid(bytes32 uid) external view returns (bool);
}
