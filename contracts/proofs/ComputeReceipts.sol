// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { ILatestEvidence } from "../interfaces/payments/ILatestEvidence.sol";
import { IReleaseEvidence } from "../interfaces/payments/IReleaseEvidence.sol";
import { IComputeReceipts } from "../interfaces/proofs/IComputeReceipts.sol";
import { IRuledRecords } from "../interfaces/trust/IRuledRecords.sol";
import { ComputeReceipt, Messages } from "../types/Messages.sol";
import { EnclaveSigners } from "./EnclaveSigners.sol";
import { ReceiptState } from "./ReceiptState.sol";

/// @title Receipts of runs
/// @notice See IComputeReceipts: what is checked, by whom, and how a receipt is challenged are described there.
contract ComputeReceipts is EnclaveSigners {
    using Messages for ComputeReceipt;

    /// @inheritdoc IComputeReceipts
    uint256 public constant MAX_LICENSES = 64;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address disputeManager) ReceiptState(licenseToken, disputeManager) { }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    /// @inheritdoc IComputeReceipts
    function record(
        ComputeReceipt calldata receipt,
        uint256[] calldata licenses,
        bytes calldata signature
    )
        external
        returns (bytes32 receiptId)
    {
        receiptId = receipt.hash();
        if (_storage().receipts[receiptId].recordedAt != 0) revert ComputeReceipts_AlreadyRecorded(receiptId);
        StoredPolicy memory policy = _storage().policies[receipt.policy];
        if (!policy.published) revert ComputeReceipts_UnknownPolicy(receipt.policy);
        _requireReceipt(receipt);
        _requireSigner(receipt);
        _requireSigned(receiptId, receipt.signer, signature);
        _requireLicenses(receipt, licenses);
        _store(receiptId, receipt, licenses, policy.simulated ? SIMULATED : ATTESTED);
    }

    /// @inheritdoc IComputeReceipts
    function proveContradiction(
        ComputeReceipt calldata first,
        bytes calldata firstSignature,
        ComputeReceipt calldata second,
        bytes calldata secondSignature
    )
        external
    {
        (bytes32 firstId, bytes32 secondId) = (first.hash(), second.hash());
        bool oneJob = first.policy == second.policy && first.signer == second.signer
            && first.jobManifestHash == second.jobManifestHash && first.startedAt == second.startedAt;
        if (!oneJob || firstId == secondId) revert ComputeReceipts_NoContradiction(firstId, secondId);
        _requireSigned(firstId, first.signer, firstSignature);
        _requireSigned(secondId, second.signer, secondSignature);
        emit ContradictionProven(first.policy, first.signer, firstId, secondId);
        _revokeSigner(first.policy, first.signer, secondId);
    }

    /// @inheritdoc IRuledRecords
    function revokeByRuling(uint256 recordId, bytes32 reason) external {
        if (msg.sender != _disputeManager) revert ComputeReceipts_NotDisputeManager(msg.sender);
        bytes32 receiptId = bytes32(recordId);
        StoredReceipt storage stored = _storage().receipts[receiptId];
        if (stored.recordedAt == 0) revert ComputeReceipts_UnknownReceipt(receiptId);
        // Two claims about one receipt may both be upheld.
        if (stored.revoked) return;
        stored.revoked = true;
        emit ReceiptRevoked(receiptId, reason);
    }

    /// @inheritdoc IReleaseEvidence
    /// @dev A receipt that a ruling revoked, or whose signer was revoked releases nothing more, so this can fall back to 0, or to another receipt's time.
    function provenAt(uint256 licenseId, uint8 leastAssurance) external view returns (uint40 at) {
        for (uint8 grade = leastAssurance == 0 ? SIMULATED : leastAssurance; grade <= ATTESTED; ++grade) {
            First memory first = _storage().firsts[licenseId][grade];
            if (first.at == 0 || (at != 0 && first.at >= at)) continue;
            if (_stands(_storage().receipts[first.receiptId])) at = first.at;
        }
    }

    /// @inheritdoc ILatestEvidence
    function lastProvenAt(uint256 licenseId, uint8 leastAssurance) external view returns (uint40 at) {
        for (uint8 grade = leastAssurance == 0 ? SIMULATED : leastAssurance; grade <= ATTESTED; ++grade) {
            // Of two that stand the later: a first that fell was replaced, and the last before it may stand.
            at = _later(at, _storage().lasts[licenseId][grade]);
            at = _later(at, _storage().firsts[licenseId][grade].receiptId);
        }
    }

    // ---- parts

    /// @dev The later of `at` and of a receipt that stands; no receipt is of time zero.
    function _later(uint40 at, bytes32 receiptId) private view returns (uint40) {
        StoredReceipt memory found = _storage().receipts[receiptId];
        return found.recordedAt > at && _stands(found) ? found.recordedAt : at;
    }

    function _requireReceipt(ComputeReceipt calldata receipt) private view {
        if (receipt.jobManifestHash == bytes32(0)) revert ComputeReceipts_BadReceipt("jobManifestHash");
        if (receipt.runner == address(0)) revert ComputeReceipts_BadReceipt("runner");
        if (receipt.startedAt > receipt.endedAt) revert ComputeReceipts_BadReceipt("startedAt");
        if (receipt.endedAt > block.timestamp) revert ComputeReceipts_BadReceipt("endedAt");
    }

    function _requireSigner(ComputeReceipt calldata receipt) private view {
        Signer memory signer = _storage().signers[receipt.policy][receipt.signer];
        bool attested = receipt.endedAt >= signer.from && receipt.endedAt < signer.expiresAt;
        if (signer.from == 0 || signer.revokedAt != 0 || !attested) {
            revert ComputeReceipts_SignerNotValid(receipt.policy, receipt.signer);
        }
        if (receipt.evidenceHash != signer.evidenceHash) revert ComputeReceipts_BadReceipt("evidenceHash");
    }

    function _requireSigned(bytes32 structHash, address signer, bytes calldata signature) private view {
        if (!TypedData.isSignedBy(address(_licenses), structHash, signer, signature)) {
            revert ComputeReceipts_BadSignature(signer);
        }
    }

    function _requireLicenses(ComputeReceipt calldata receipt, uint256[] calldata licenses) private view {
        uint256 count = licenses.length;
        bool named =
            count != 0 && count <= MAX_LICENSES && keccak256(abi.encodePacked(licenses)) == receipt.licensesHash;
        if (!named) revert ComputeReceipts_BadLicenses(count, MAX_LICENSES);
        for (uint256 i; i < count; ++i) {
            uint256 licenseId = licenses[i];
            if (i != 0 && licenseId <= licenses[i - 1]) revert ComputeReceipts_BadLicenses(count, MAX_LICENSES);
            // At most MAX_LICENSES, and our own contract.
            // slither-disable-next-line calls-loop
            if (!_licenses.heldThroughout(licenseId, receipt.runner, receipt.startedAt, receipt.endedAt)) {
                revert ComputeReceipts_NotHeld(licenseId, receipt.runner);
            }
        }
    }

    // Calls before it are static, or to the protocol's own views.
    // slither-disable-start reentrancy-events
    function _store(
        bytes32 receiptId,
        ComputeReceipt calldata receipt,
        uint256[] calldata licenses,
        uint8 grade
    )
        private
    {
        uint40 present = uint40(block.timestamp);
        _storage().receipts[receiptId] = StoredReceipt({
            policy: receipt.policy,
            runManifestHash: receipt.runManifestHash,
            signer: receipt.signer,
            startedAt: receipt.startedAt,
            endedAt: receipt.endedAt,
            runner: receipt.runner,
            recordedAt: present,
            revoked: false,
            evidenceHash: receipt.evidenceHash
        });
        emit ReceiptRecorded(receiptId, receipt.runManifestHash, receipt.signer, grade, receipt, licenses);
        for (uint256 i; i < licenses.length; ++i) {
            First storage first = _storage().firsts[licenses[i]][grade];
            // A license's first receipt costs nothing for those that may follow.
            bool repeats = first.at != 0 && _stands(_storage().receipts[first.receiptId]);
            if (repeats) _storage().lasts[licenses[i]][grade] = receiptId;
            else (first.receiptId, first.at) = (receiptId, present);
            emit LicenseReceipt(licenses[i], receiptId, grade);
        }
    }
    // slither-disable-end reentrancy-events
}
