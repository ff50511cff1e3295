// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A provider accepts to serve one encoding of a version. Signed by the provider.
/// @dev `encoding` is the number that the encoding gets; numbers only grow, so the message cannot be used twice.
struct EncodingAcceptance {
    uint256 datasetId;
    uint32 version;
    uint16 encoding;
    bytes32 encodingRoot;
    bytes32 envelopeHash;
    address provider;
    uint32 retirementNotice;
    uint40 deadline;
}

/// @notice A provider states what it delivered under a license. Signed by the provider; opens the challenge window.
/// @dev `servedRoot` is the RFC 9162 root over the leaves of the chunks that were served, in ascending index order, with
/// their indexes in the encoding; a full delivery has `servedRoot == encodingRoot`. A leaf of `servedRoot` that the
/// encoding contradicts is an objective fault. `deadline` bounds use as a trigger, never worth as evidence.
struct DeliveryReceipt {
    uint256 licenseId;
    uint256 datasetId;
    uint32 version;
    uint16 encoding;
    bytes32 encodingRoot;
    bytes32 servedRoot;
    uint64 chunks;
    uint64 bytesServed;
    uint64 sequence;
    uint40 servedFrom;
    uint40 servedUntil;
    uint40 deadline;
}

/// @notice A licensee asks to be served from a later encoding than the license names. Signed by the licensee.
struct EncodingRequest {
    uint256 licenseId;
    uint32 version;
    uint16 encoding;
    uint64 sequence;
    uint40 signedAt;
}

/// @notice A dataset's owner allows one child version to name it as parent. Signed by the parent's owner.
/// @dev `childContentRoot` and `childOwner` bind it to one child; `nonce` lets the owner issue and cancel grants.
struct ParentGrant {
    uint256 parentId;
    uint32 parentVersion;
    address childOwner;
    bytes32 childContentRoot;
    uint16 shareBps;
    bool bundle;
    uint256 nonce;
    uint40 deadline;
}

/// @notice A contributor agrees to a split that lowers its share. Signed by the contributor.
/// @dev `split` is the number that the split gets; numbers only grow, so the message cannot be used twice.
struct SplitConsent {
    uint256 datasetId;
    uint16 split;
    bytes32 splitHash;
    address member;
    uint40 deadline;
}

/// @notice What was used under a metered license in all, and what it costs in all. Signed by the license's holder; replaces
/// every voucher of a lower sequence.
struct UsageVoucher {
    uint256 licenseId;
    uint64 units;
    uint128 amount;
    uint64 sequence;
}

/// @notice A provider states that it served a streaming license in the epochs from `epochFrom` to before `epochTo`. Signed by the
/// provider; opens the window after which these epochs' money is released.
/// @dev `servedRoot` is the RFC 9162 root over the entries of the provider's delivery log for these epochs, which name what was
/// served; the empty tree's root when nothing was asked for. `deadline` bounds use as a trigger, never worth as evidence.
struct ServiceReport {
    uint256 licenseId;
    uint256 datasetId;
    uint32 epochFrom;
    uint32 epochTo;
    bytes32 servedRoot;
    uint64 deliveries;
    uint64 bytesServed;
    uint40 deadline;
}

/// @notice What a licensee earned with the data in one period, numbered from 1. Signed by the license's holder, and by the
/// offer's auditor where it wants every statement countersigned.
/// @dev `revenue` is in base units of `token`, which is the offer's.
struct RevenueStatement {
    uint256 licenseId;
    uint32 period;
    address token;
    uint128 revenue;
    bytes32 reportHash;
    uint40 signedAt;
}

/// @notice What the offer's auditor found that a licensee earned in one period. Signed by the auditor.
struct RevenueAudit {
    uint256 licenseId;
    uint32 period;
    address token;
    uint128 revenue;
    bytes32 reportHash;
    uint40 signedAt;
}

/// @notice A head of a provider's append-only log (C2SP tlog-checkpoint). Signed by the provider.
/// @dev `originHash` is keccak256 of the log's origin line. Two heads of one origin and size with different roots, or a later head
/// that does not extend an earlier one, are an objective fault.
struct Checkpoint {
    address provider;
    bytes32 originHash;
    uint64 size;
    bytes32 root;
    uint40 signedAt;
}

/// @notice A person, or who acts for one, consents to uses by a controller. Signed by the grantor.
/// @dev The receipt with the details stays off chain; `receiptHash` is salted. `validUntil` is the last second, 0 for no end.
struct Consent {
    bytes32 receiptHash;
    address grantor;
    address controller;
    uint16 uses;
    uint40 validFrom;
    uint40 validUntil;
    uint256 nonce;
}

/// @notice A licensee answers a recall. Signed by the license's holder; a later sequence replaces an earlier one.
/// @dev `action` is IRecalls.Action; `evidenceHash` names what shows it, kept off chain.
struct RecallAcknowledgement {
    uint256 recallId;
    uint256 licenseId;
    uint8 action;
    bytes32 evidenceHash;
    uint64 sequence;
    uint40 signedAt;
}

/// @notice A licensee asks its provider for one chunk. Signed by the license's holder; unanswered, it opens a service challenge.
/// @dev `sequence` grows per license, so that a request can be used once.
struct DeliveryRequest {
    uint256 licenseId;
    uint32 version;
    uint16 encoding;
    uint64 chunk;
    uint64 sequence;
    uint40 signedAt;
}

/// @notice A provider answers a service challenge: it serves this chunk, under this digest. Signed by the provider.
struct AvailabilityReceipt {
    uint256 challengeId;
    bytes32 encodingRoot;
    uint64 chunk;
    bytes32 digest;
    uint40 signedAt;
}

/// @notice Both parties of a dispute agree how it ends. Signed by each of them.
/// @dev `refund` is of what the license's rail holds, in base units of the offer's token; `claimantBond` is what the claimant gets
/// back of its bond, the rest is the respondent's.
struct Settlement {
    uint256 disputeId;
    uint128 refund;
    bool revoke;
    uint128 claimantBond;
    uint40 deadline;
}

/// @notice An issuer attests something about a subject, off chain; anyone may anchor it later. Signed by the issuer.
/// @dev `subject` is packed by IAttestationRegistry; `data` stays off chain, named by hash; `expiresAt` 0 for no end.
struct Attestation {
    address issuer;
    bytes32 schema;
    bytes32 subject;
    bytes32 dataHash;
    uint40 issuedAt;
    uint40 expiresAt;
    uint256 nonce;
}

/// @notice A runner states a run over licensed data. Signed by the runner; lets others submit its proof.
/// @dev `licenseSetHash` is ProofRegistry's; `sequence` lets the runner take statements back.
struct RunStatement {
    bytes32 runManifestHash;
    bytes32 licenseSetHash;
    address runner;
    uint40 runStart;
    uint40 runEnd;
    bytes32 attestationDigest;
    uint64 sequence;
}

/// @notice An attested key states what a job consumed and made. Signed by a key inside the enclave.
/// @dev `licensesHash` is keccak256 of the license ids, ascending, packed; hashes of inputs, outputs and manifests are SHA-256.
/// `runManifestHash` is zero for a job that has none. `runner` is for whom it ran.
struct ComputeReceipt {
    bytes32 policy;
    bytes32 jobManifestHash;
    bytes32 inputsHash;
    bytes32 outputsHash;
    bytes32 runManifestHash;
    bytes32 evidenceHash;
    bytes32 licensesHash;
    address signer;
    address runner;
    uint40 startedAt;
    uint40 endedAt;
}

/// @notice Type strings, type hashes and struct hashes of all EIP-712 messages (EIP-712, domain: see TypedData).
library Messages {
    bytes32 internal constant ENCODING_ACCEPTANCE_TYPEHASH = keccak256(
        "EncodingAcceptance(uint256 datasetId,uint32 version,uint16 encoding,bytes32 encodingRoot,bytes32 envelopeHash,address provider,uint32 retirementNotice,uint40 deadline)"
    );
    bytes32 internal constant DELIVERY_RECEIPT_TYPEHASH = keccak256(
        "DeliveryReceipt(uint256 licenseId,uint256 datasetId,uint32 version,uint16 encoding,bytes32 encodingRoot,bytes32 servedRoot,uint64 chunks,uint64 bytesServed,uint64 sequence,uint40 servedFrom,uint40 servedUntil,uint40 deadline)"
    );
    bytes32 internal constant ENCODING_REQUEST_TYPEHASH =
        keccak256("EncodingRequest(uint256 licenseId,uint32 version,uint16 encoding,uint64 sequence,uint40 signedAt)");
    bytes32 internal constant PARENT_GRANT_TYPEHASH = keccak256(
        "ParentGrant(uint256 parentId,uint32 parentVersion,address childOwner,bytes32 childContentRoot,uint16 shareBps,bool bundle,uint256 nonce,uint40 deadline)"
    );
    bytes32 internal constant SPLIT_CONSENT_TYPEHASH =
        keccak256("SplitConsent(uint256 datasetId,uint16 split,bytes32 splitHash,address member,uint40 deadline)");
    bytes32 internal constant USAGE_VOUCHER_TYPEHASH =
        keccak256("UsageVoucher(uint256 licenseId,uint64 units,uint128 amount,uint64 sequence)");
    bytes32 internal constant SERVICE_REPORT_TYPEHASH = keccak256(
        "ServiceReport(uint256 licenseId,uint256 datasetId,uint32 epochFrom,uint32 epochTo,bytes32 servedRoot,uint64 deliveries,uint64 bytesServed,uint40 deadline)"
    );

    bytes32 internal constant REVENUE_STATEMENT_TYPEHASH = keccak256(
        "RevenueStatement(uint256 licenseId,uint32 period,address token,uint128 revenue,bytes32 reportHash,uint40 signedAt)"
    );
    bytes32 internal constant REVENUE_AUDIT_TYPEHASH = keccak256(
        "RevenueAudit(uint256 licenseId,uint32 period,address token,uint128 revenue,bytes32 reportHash,uint40 signedAt)"
    );
    bytes32 internal constant CHECKPOINT_TYPEHASH =
        keccak256("Checkpoint(address provider,bytes32 originHash,uint64 size,bytes32 root,uint40 signedAt)");
    bytes32 internal constant CONSENT_TYPEHASH = keccak256(
        "Consent(bytes32 receiptHash,address grantor,address controller,uint16 uses,uint40 validFrom,uint40 validUntil,uint256 nonce)"
    );
    bytes32 internal constant RECALL_ACKNOWLEDGEMENT_TYPEHASH = keccak256(
        "RecallAcknowledgement(uint256 recallId,uint256 licenseId,uint8 action,bytes32 evidenceHash,uint64 sequence,uint40 signedAt)"
    );
    bytes32 internal constant DELIVERY_REQUEST_TYPEHASH = keccak256(
        "DeliveryRequest(uint256 licenseId,uint32 version,uint16 encoding,uint64 chunk,uint64 sequence,uint40 signedAt)"
    );
    bytes32 internal constant AVAILABILITY_RECEIPT_TYPEHASH = keccak256(
        "AvailabilityReceipt(uint256 challengeId,bytes32 encodingRoot,uint64 chunk,bytes32 digest,uint40 signedAt)"
    );
    bytes32 internal constant SETTLEMENT_TYPEHASH =
        keccak256("Settlement(uint256 disputeId,uint128 refund,bool revoke,uint128 claimantBond,uint40 deadline)");
    bytes32 internal constant ATTESTATION_TYPEHASH = keccak256(
        "Attestation(address issuer,bytes32 schema,bytes32 subject,bytes32 dataHash,uint40 issuedAt,uint40 expiresAt,uint256 nonce)"
    );
    bytes32 internal constant RUN_STATEMENT_TYPEHASH = keccak256(
        "RunStatement(bytes32 runManifestHash,bytes32 licenseSetHash,address runner,uint40 runStart,uint40 runEnd,bytes32 attestationDigest,uint64 sequence)"
    );
    bytes32 internal constant COMPUTE_RECEIPT_TYPEHASH = keccak256(
        "ComputeReceipt(bytes32 policy,bytes32 jobManifestHash,bytes32 inputsHash,bytes32 outputsHash,bytes32 runManifestHash,bytes32 evidenceHash,bytes32 licensesHash,address signer,address runner,uint40 startedAt,uint40 endedAt)"
    );

    function hash(EncodingAcceptance memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(ENCODING_ACCEPTANCE_TYPEHASH, m));
    }

    function hash(DeliveryReceipt memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(DELIVERY_RECEIPT_TYPEHASH, m));
    }

    function hash(EncodingRequest memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(ENCODING_REQUEST_TYPEHASH, m));
    }

    function hash(ParentGrant memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(PARENT_GRANT_TYPEHASH, m));
    }

    function hash(SplitConsent memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(SPLIT_CONSENT_TYPEHASH, m));
    }

    function hash(UsageVoucher memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(USAGE_VOUCHER_TYPEHASH, m));
    }

    function hash(ServiceReport memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(SERVICE_REPORT_TYPEHASH, m));
    }

    function hash(RevenueStatement memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(REVENUE_STATEMENT_TYPEHASH, m));
    }

    function hash(RevenueAudit memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(REVENUE_AUDIT_TYPEHASH, m));
    }

    function hash(Checkpoint memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(CHECKPOINT_TYPEHASH, m));
    }

    function hash(Consent memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(CONSENT_TYPEHASH, m));
    }

    function hash(RecallAcknowledgement memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(RECALL_ACKNOWLEDGEMENT_TYPEHASH, m));
    }

    function hash(DeliveryRequest memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(DELIVERY_REQUEST_TYPEHASH, m));
    }

    function hash(AvailabilityReceipt memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(AVAILABILITY_RECEIPT_TYPEHASH, m));
    }

    function hash(Settlement memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(SETTLEMENT_TYPEHASH, m));
    }

    function hash(Attestation memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(ATTESTATION_TYPEHASH, m));
    }

    function hash(RunStatement memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(RUN_STATEMENT_TYPEHASH, m));
    }

    function hash(ComputeReceipt memory m) internal pure returns (bytes32) {
        return keccak256(abi.encode(COMPUTE_RECEIPT_TYPEHASH, m));
    }
}
