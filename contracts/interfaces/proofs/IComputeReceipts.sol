// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ComputeReceipt } from "../../types/Messages.sol";
import { ILatestEvidence } from "../payments/ILatestEvidence.sol";
import { IReleaseEvidence } from "../payments/IReleaseEvidence.sol";
import { IRuledRecords } from "../trust/IRuledRecords.sol";

/// @title Receipts of runs: where a job ran, signed by a key that was attested
/// @notice A policy says which enclaves count: content-addressed, like terms. A signer is a key inside an enclave whose evidence an
/// admitted verifier checked against a policy, off chain, for a time. A receipt is signed by such a key and binds policy, job, inputs,
/// outputs, run manifest, licenses and evidence; anyone may post it.
///
/// What the chain checks: that the signer was registered under the policy when the job ended and is now, that the runner held every
/// license throughout, that times are in order. What it does not: the quote itself. The verifier that registered a signer answers for
/// that, which is why each is named with the receipt.
///
/// How a receipt is challenged: (1) two receipts that one signer signed for one job and that differ revoke the signer at once, by anyone
/// (`proveContradiction`); (2) the verifier that registered a signer, or a guardian, revokes it when its evidence proves false or an
/// advisory hits; (3) anyone opens a dispute about one receipt (DisputeManager, FalseReceipt), for which the verifier that registered its
/// signer answers; its id as a number is the record's id. Receipts that were revoked, or whose signer was, stay on record and stand no
/// longer: they release nothing more.
///
/// Grades for `provenAt`: 1 simulated enclave, 2 attested enclave.
interface IComputeReceipts is IReleaseEvidence, ILatestEvidence, IRuledRecords {
    /// @notice Which enclaves count.
    /// @param platform keccak256 of its name, as in keccak256("intel-tdx"), "aws-nitro", "simulated".
    /// @param rootHash SHA-256 of the trust root's certificate; a simulated enclave has its own.
    /// @param minimumTcb Least TCB level, as the platform numbers it: larger is newer.
    /// @param simulated Whether enclaves are simulated. Then no verifier is needed, and the grade says so.
    /// @param debugForbidden Must be true unless simulated.
    /// @param measurements Allowed ones, ascending: SHA-256 of what the platform reports of the code.
    /// @param deniedAdvisories Ascending: keccak256 of advisory ids under which no evidence counts.
    struct Policy {
        bytes32 platform;
        bytes32 rootHash;
        uint64 minimumTcb;
        bool simulated;
        bool debugForbidden;
        bytes32[] measurements;
        bytes32[] deniedAdvisories;
    }

    /// @notice What a verifier found in the evidence of one key.
    /// @param evidenceHash SHA-256 of the evidence (quote with collateral), kept off chain.
    /// @param advisories keccak256 of advisory ids that hold for the platform at this TCB level.
    /// @param expiresAt First second at which the key no longer counts.
    struct SignerEvidence {
        bytes32 measurement;
        bytes32 evidenceHash;
        uint64 tcb;
        bool debug;
        bytes32[] advisories;
        uint40 expiresAt;
    }

    /// @param from When it was registered.
    /// @param revokedAt 0 when it was not.
    struct Signer {
        address verifier;
        uint40 from;
        uint40 expiresAt;
        uint40 revokedAt;
        bytes32 evidenceHash;
    }

    /// @param simulated Whether its policy is of simulated enclaves.
    /// @param revoked By ruling, or with its signer, before or after.
    struct Receipt {
        bytes32 policy;
        address signer;
        address runner;
        uint40 startedAt;
        uint40 endedAt;
        uint40 recordedAt;
        bytes32 runManifestHash;
        bytes32 evidenceHash;
        bool simulated;
        bool revoked;
    }

    /// @notice A policy can be named from now on.
    event PolicyPublished(bytes32 indexed policy, address indexed by, Policy content);
    /// @notice Governance admitted a verifier of evidence; governance or a guardian stopped it.
    event VerifierSet(address indexed verifier, bool admitted);
    /// @notice A key counts under a policy until `evidence.expiresAt`.
    event SignerRegistered(
        bytes32 indexed policy, address indexed signer, address indexed verifier, SignerEvidence evidence
    );
    /// @notice A key's receipts stand no longer.
    event SignerRevoked(bytes32 indexed policy, address indexed signer, address indexed by, bytes32 reasonHash);
    /// @notice A receipt was recorded; `receiptId` is its EIP-712 struct hash.
    event ReceiptRecorded(
        bytes32 indexed receiptId,
        bytes32 indexed runManifestHash,
        address indexed signer,
        uint8 grade,
        ComputeReceipt receipt,
        uint256[] licenses
    );
    /// @notice A receipt under one license; one for each.
    event LicenseReceipt(uint256 indexed licenseId, bytes32 indexed receiptId, uint8 grade);
    /// @notice A ruling revoked a receipt.
    event ReceiptRevoked(bytes32 indexed receiptId, bytes32 reason);
    /// @notice One signer signed two receipts for one job that differ.
    event ContradictionProven(bytes32 indexed policy, address indexed signer, bytes32 first, bytes32 second);

    /// @dev Thrown when a policy cannot be: `field` names why.
    error ComputeReceipts_BadPolicy(bytes32 field);
    /// @dev Thrown when a policy is published already.
    error ComputeReceipts_PolicyKnown(bytes32 policy);
    /// @dev Thrown when a policy was not published.
    error ComputeReceipts_UnknownPolicy(bytes32 policy);
    /// @dev Thrown when evidence does not meet its policy: `field` names why.
    error ComputeReceipts_EvidenceRefused(bytes32 policy, bytes32 field);
    /// @dev Thrown when the caller is no admitted verifier.
    error ComputeReceipts_NotVerifier(address caller);
    /// @dev Thrown when a key is registered under the policy, or was revoked.
    error ComputeReceipts_SignerTaken(bytes32 policy, address signer);
    /// @dev Thrown when a key was not registered under the policy when the job ended, has expired or was revoked.
    error ComputeReceipts_SignerNotValid(bytes32 policy, address signer);
    /// @dev Thrown when the caller is neither the verifier that registered the signer nor a guardian.
    error ComputeReceipts_NotAnswerable(bytes32 policy, address signer, address caller);
    /// @dev Thrown when a receipt is not signed by its signer.
    error ComputeReceipts_BadSignature(address signer);
    /// @dev Thrown when a field of a receipt cannot be: `field` names it.
    error ComputeReceipts_BadReceipt(bytes32 field);
    /// @dev Thrown when the licenses are none, too many, not ascending, or not those that the receipt names.
    error ComputeReceipts_BadLicenses(uint256 given, uint256 most);
    /// @dev Thrown when the runner did not hold a license from start to end of the job.
    error ComputeReceipts_NotHeld(uint256 licenseId, address runner);
    /// @dev Thrown when a receipt was recorded before.
    error ComputeReceipts_AlreadyRecorded(bytes32 receiptId);
    /// @dev Thrown when a receipt does not exist.
    error ComputeReceipts_UnknownReceipt(bytes32 receiptId);
    /// @dev Thrown when the caller is not the dispute manager.
    error ComputeReceipts_NotDisputeManager(address caller);
    /// @dev Thrown when two receipts do not contradict each other.
    error ComputeReceipts_NoContradiction(bytes32 first, bytes32 second);
    /// @dev Thrown when nothing would change.
    error ComputeReceipts_NoChange();

    /// @notice Most licenses of one receipt.
    function MAX_LICENSES() external view returns (uint256);
    /// @notice Most measurements, and most advisories, of a policy or of evidence.
    function MAX_LIST() external view returns (uint256);
    /// @notice Most seconds for which a key is registered.
    function MAX_VALIDITY() external view returns (uint40);

    /// @notice Publishes a policy. Anyone.
    /// @return policy Its id: keccak256 of its `abi.encode`.
    function publishPolicy(Policy calldata content) external returns (bytes32 policy);
    /// @notice Admits a verifier of evidence, or stops it. Restricted.
    function setVerifier(address verifier, bool admitted) external;
    /// @notice Stops a verifier. Restricted to guardians. Emits VerifierSet.
    function stopVerifier(address verifier) external;
    /// @notice Registers a key. Only an admitted verifier; under a policy of simulated enclaves, anyone.
    /// @param content The policy, whole.
    function registerSigner(Policy calldata content, address signer, SignerEvidence calldata evidence) external;
    /// @notice Revokes a key, for good. Only the verifier that registered it.
    function revokeSigner(bytes32 policy, address signer, bytes32 reasonHash) external;
    /// @notice The same by a guardian. Restricted.
    function stopSigner(bytes32 policy, address signer, bytes32 reasonHash) external;
    /// @notice Records a receipt. Anyone.
    /// @param licenses Ascending; their packed hash is in the receipt.
    function record(
        ComputeReceipt calldata receipt,
        uint256[] calldata licenses,
        bytes calldata signature
    )
        external
        returns (bytes32 receiptId);
    /// @notice Revokes a signer that signed two receipts for one job, with other contents. Anyone.
    function proveContradiction(
        ComputeReceipt calldata first,
        bytes calldata firstSignature,
        ComputeReceipt calldata second,
        bytes calldata secondSignature
    )
        external;

    /// @notice A receipt; reverts when unknown.
    function receiptOf(bytes32 receiptId) external view returns (Receipt memory);
    /// @notice A signer under a policy; all zero when unknown.
    function signerOf(bytes32 policy, address signer) external view returns (Signer memory);
    /// @notice Whether a policy was published, and whether its enclaves are simulated.
    function policyOf(bytes32 policy) external view returns (bool published, bool simulated);
    /// @notice Whether a verifier is admitted now.
    function isVerifier(address account) external view returns (bool);
    /// @notice Whether a receipt that stands, of an attested enclave, bounds a run: its id is `receiptId`, and runner and manifest are
    /// the run's, which lies within its times.
    function boundsRun(
        bytes32 receiptId,
        bytes32 runManifestHash,
        address runner,
        uint40 runStart,
        uint40 runEnd
    )
        external
        view
        returns (bool);
}
