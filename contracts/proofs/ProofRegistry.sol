// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { ILatestEvidence } from "../interfaces/payments/ILatestEvidence.sol";
import { IReleaseEvidence } from "../interfaces/payments/IReleaseEvidence.sol";
import { IComputeReceipts } from "../interfaces/proofs/IComputeReceipts.sol";
import { IProofRegistry } from "../interfaces/proofs/IProofRegistry.sol";
import { IRuledRecords } from "../interfaces/trust/IRuledRecords.sol";
import { Messages, RunStatement } from "../types/Messages.sol";
import { LicenseChecks } from "./LicenseChecks.sol";
import { ProofPrograms } from "./ProofPrograms.sol";
import { ProofState } from "./ProofState.sol";

/// @title Proofs of adherence
/// @notice See IProofRegistry: what is checked, what it is worth and what it does not say are described there.
contract ProofRegistry is ProofPrograms, LicenseChecks {
    using Messages for RunStatement;

    /// @inheritdoc IProofRegistry
    uint256 public constant MAX_ENTRIES = 64;
    /// @inheritdoc IProofRegistry
    uint256 public constant MAX_BATCH = 16;
    /// @inheritdoc IProofRegistry
    uint40 public constant STATEMENT_LIFETIME = 90 days;

    /// @dev Eleven words.
    uint256 private constant _VALUES_LENGTH = 352;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address licenseToken,
        address registry,
        address computeReceipts,
        address disputeManager
    )
        ProofState(licenseToken, registry, computeReceipts, disputeManager)
    { }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    // ---- runs

    /// @inheritdoc IProofRegistry
    function submit(Submission calldata submission) external returns (uint256 recordId) {
        return _submit(submission);
    }

    /// @inheritdoc IProofRegistry
    function submitBatch(Submission[] calldata submissions) external returns (uint256[] memory recordIds) {
        uint256 count = submissions.length;
        if (count == 0 || count > MAX_BATCH) revert ProofRegistry_BadBatch(count, MAX_BATCH);
        recordIds = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            recordIds[i] = _submit(submissions[i]);
        }
    }

    /// @inheritdoc IProofRegistry
    function cancelStatements(uint64 upTo) external {
        if (upTo <= _storage().cancelled[msg.sender]) revert ProofRegistry_NoChange();
        _storage().cancelled[msg.sender] = upTo;
        emit StatementsCancelled(msg.sender, upTo);
    }

    /// @inheritdoc IRuledRecords
    function revokeByRuling(uint256 recordId, bytes32 reason) external {
        if (msg.sender != _disputeManager) revert ProofRegistry_NotDisputeManager(msg.sender);
        StoredRecord storage stored = _recordAt(recordId);
        if (stored.revoked) return;
        stored.revoked = true;
        emit RecordRevoked(recordId, reason);
    }

    // ---- reads

    /// @inheritdoc IReleaseEvidence
    /// @dev A record that no longer stands releases nothing more, so this can fall back to 0, or to a later record's time.
    function provenAt(uint256 licenseId, uint8 leastAssurance) external view returns (uint40 at) {
        for (uint8 grade = leastAssurance == 0 ? 1 : leastAssurance; grade <= GRADES; ++grade) {
            First memory first = _storage().firsts[licenseId][grade];
            if (first.at == 0 || (at != 0 && first.at >= at)) continue;
            if (stands(first.recordId)) at = first.at;
        }
    }

    /// @inheritdoc ILatestEvidence
    function lastProvenAt(uint256 licenseId, uint8 leastAssurance) external view returns (uint40 at) {
        for (uint8 grade = leastAssurance == 0 ? 1 : leastAssurance; grade <= GRADES; ++grade) {
            // Of two that stand the later: a first that fell was replaced, and the last before it may stand.
            at = _later(at, _storage().lasts[licenseId][grade]);
            at = _later(at, _storage().firsts[licenseId][grade]);
        }
    }

    /// @inheritdoc IRuledRecords
    function answerableFor(uint256 recordId) external view returns (address) {
        return stands(recordId) ? _storage().records[recordId].runner : address(0);
    }

    /// @inheritdoc IProofRegistry
    function recordOf(uint256 recordId) external view returns (Record memory record) {
        StoredRecord memory stored = _recordAt(recordId);
        (record.runner, record.recordedAt) = (stored.runner, stored.recordedAt);
        (record.program, record.grade) = (stored.program, stored.grade);
        record.timesBound = stored.grade == GRADES;
        record.assurance = record.timesBound ? Assurance.Production : Assurance(stored.grade);
        (record.revoked, record.unsound) = (stored.revoked, _storage().programs[stored.program].unsoundAt != 0);
    }

    /// @inheritdoc IProofRegistry
    function recordIdOf(uint16 program, bytes32 runManifestHash) public pure returns (uint256) {
        return uint216(uint256(keccak256(abi.encode(program, runManifestHash))));
    }

    /// @inheritdoc IProofRegistry
    function firstOf(uint256 licenseId, uint8 grade) external view returns (uint256 recordId, uint40 at, bool valid) {
        First memory first = _storage().firsts[licenseId][grade];
        return (first.recordId, first.at, stands(first.recordId));
    }

    /// @inheritdoc IProofRegistry
    function cancelledUpTo(address runner) external view returns (uint64) {
        return _storage().cancelled[runner];
    }

    // ---- parts

    /// @dev All that is called is this protocol's, or is called statically: nothing re-enters before the record is written.
    function _submit(Submission calldata submission) private returns (uint256 recordId) {
        uint16 program = submission.program;
        (bytes32 vkey, uint32 statementVersion) = _activeProgram(program);
        AdherenceValues calldata values = _decode(submission.publicValues, statementVersion);
        uint256 count = submission.entries.length;
        if (count == 0 || count > MAX_ENTRIES) revert ProofRegistry_BadEntryCount(count, MAX_ENTRIES);

        recordId = recordIdOf(program, values.runManifestHash);
        if (_storage().records[recordId].runner != address(0)) revert ProofRegistry_AlreadyRecorded(recordId);
        _requireRunner(values, submission.sequence, submission.signature);
        bytes32 set = _hashSet(submission.entries, Run(values.runner, values.runStart, values.runEnd));
        _requireValue("licenseSetHash", values.licenseSetHash, set);
        (bytes4 route, Assurance assurance) = _verify(vkey, submission.publicValues, submission.proof);
        _record(recordId, program, route, assurance, values, submission.entries);
    }

    /// @dev Public values of the right form, which say what the chain itself knows. All of them are static, so that they are read where
    /// they stand; a number that does not fit its type reverts when it is read.
    function _decode(
        bytes calldata publicValues,
        uint32 statementVersion
    )
        private
        view
        returns (AdherenceValues calldata values)
    {
        if (publicValues.length != _VALUES_LENGTH) revert ProofRegistry_BadLength(publicValues.length, _VALUES_LENGTH);
        assembly ("memory-safe") {
            values := publicValues.offset
        }
        _requireValue("statementVersion", bytes32(uint256(values.statementVersion)), bytes32(uint256(statementVersion)));
        _requireValue("chainId", bytes32(values.chainId), bytes32(block.chainid));
        _requireValue(
            "registry", bytes32(uint256(uint160(values.registry))), bytes32(uint256(uint160(address(_registry))))
        );
        (uint40 runStart, uint40 runEnd) = (values.runStart, values.runEnd);
        if (runStart > runEnd || runEnd > block.timestamp) {
            revert ProofRegistry_BadTimes(runStart, runEnd, block.timestamp);
        }
    }

    function _requireValue(bytes32 field, bytes32 given, bytes32 expected) private pure {
        if (given != expected) revert ProofRegistry_WrongValue(field, given, expected);
    }

    /// @dev The caller is the runner, or brings its statement of this very run. A statement cannot serve twice: a run is recorded once.
    function _requireRunner(AdherenceValues calldata values, uint64 sequence, bytes calldata signature) private view {
        if (msg.sender == values.runner) return;
        bytes32 structHash = RunStatement({
            runManifestHash: values.runManifestHash,
            licenseSetHash: values.licenseSetHash,
            runner: values.runner,
            runStart: values.runStart,
            runEnd: values.runEnd,
            attestationDigest: values.attestationDigest,
            sequence: sequence
        }).hash();
        if (!TypedData.isSignedBy(address(_licenses), structHash, values.runner, signature)) {
            revert ProofRegistry_NotRunner(msg.sender, values.runner);
        }
        uint256 until = uint256(values.runEnd) + STATEMENT_LIFETIME;
        if (block.timestamp > until || sequence <= _storage().cancelled[values.runner]) {
            revert ProofRegistry_StatementOver(values.runner, sequence, until);
        }
    }

    // Calls before it are static, or to the protocol's own views.
    // slither-disable-start reentrancy-events
    function _record(
        uint256 recordId,
        uint16 program,
        bytes4 route,
        Assurance assurance,
        AdherenceValues calldata values,
        Entry[] calldata entries
    )
        private
    {
        uint8 grade = uint8(assurance);
        if (assurance == Assurance.Production && _areTimesBound(values)) grade = GRADES;
        _storage().records[recordId] = StoredRecord({
            runner: values.runner, recordedAt: uint40(block.timestamp), program: program, grade: grade, revoked: false
        });
        emit RunRecorded(
            recordId, values.runner, values.runManifestHash, program, route, grade, _runValues(values), entries
        );
        for (uint256 i; i < entries.length; ++i) {
            uint256 licenseId = entries[i].licenseId;
            // Several versions under one license stand side by side.
            if (i != 0 && entries[i - 1].licenseId == licenseId) continue;
            First storage first = _storage().firsts[licenseId][grade];
            // A license's first record costs nothing for those that may follow.
            bool repeats = first.at != 0 && stands(first.recordId);
            First storage written = repeats ? _storage().lasts[licenseId][grade] : first;
            (written.at, written.recordId) = (uint40(block.timestamp), uint216(recordId));
        }
    }

    // slither-disable-end reentrancy-events

    /// @dev The later of `at` and of a record that stands.
    function _later(uint40 at, First memory found) private view returns (uint40) {
        return found.at > at && stands(found.recordId) ? found.at : at;
    }

    /// @dev Times are declared unless a receipt of an attested enclave, named by the proof, bounds them.
    function _areTimesBound(AdherenceValues calldata values) private view returns (bool) {
        if (values.attestationDigest == bytes32(0) || _receipts.code.length == 0) return false;
        // Once for each of a bounded batch, and our own contract.
        // slither-disable-next-line calls-loop
        return IComputeReceipts(_receipts)
            .boundsRun(values.attestationDigest, values.runManifestHash, values.runner, values.runStart, values.runEnd);
    }

    function _runValues(AdherenceValues calldata values) private pure returns (RunValues memory) {
        return RunValues({
            licenseSetHash: values.licenseSetHash,
            entries: values.entries,
            distinctEntries: values.distinctEntries,
            runStart: values.runStart,
            runEnd: values.runEnd,
            attestationDigest: values.attestationDigest
        });
    }

    function _recordAt(uint256 recordId) private view returns (StoredRecord storage stored) {
        stored = _storage().records[recordId];
        if (stored.runner == address(0)) revert ProofRegistry_UnknownRecord(recordId);
    }
}
