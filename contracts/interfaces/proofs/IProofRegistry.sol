// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILatestEvidence } from "../payments/ILatestEvidence.sol";
import { IReleaseEvidence } from "../payments/IReleaseEvidence.sol";
import { IRuledRecords } from "../trust/IRuledRecords.sol";

/// @title Proofs of adherence: what a training run consumed was licensed
/// @notice A proof says that a program committed public values; this registry says what they are worth. It rebuilds every value that
/// the chain can know (roots of the versions, withdrawn sets in force when the run started, license set, chain, registry), asks
/// licenses whether the runner had them from start to end, has a verifier check the proof, and records the run once per program.
///
/// What it checks of every license, by what the chain stores:
///   holder     holder or delegate in every second from run start to run end (LicenseToken's history)
///   validity   expiry and revocation lie after the run's end. A license that its rail ended, that is frozen, or whose version is
///              suspended at the time of submission is refused, since when each began is not stored: submit before, or after the freeze
///   payment    where the rail is asked for standing, it is current, in grace or exhausted at the time of submission
///   version    the one licensed, a later one where the terms include these, or a component of a bundle; published by run start
///   uses       all that the entry claims are licensed, at least one
///
/// How strong a record is, is its grade: 1 mock, 2 development key, 3 production with declared times, 4 production with times that an
/// attested receipt bounds (IComputeReceipts). `provenAt` answers to grades.
///
/// Records are never deleted. A ruling can revoke one, and a program found unsound is marked: either is visible on the record, which
/// then releases nothing more and counts for nobody. What it released before stays released.
interface IProofRegistry is IReleaseEvidence, ILatestEvidence, IRuledRecords {
    /// @notice What a verifier's word is worth.
    enum Assurance {
        None,
        Mock,
        Development,
        Production
    }

    /// @notice What is wrong with a license for a run.
    enum Flaw {
        None,
        NotHeldThroughout,
        Ended,
        ExpiredBeforeEnd,
        Frozen,
        UseNotLicensed,
        VersionNotLicensed,
        PublishedAfterStart,
        Suspended,
        PaymentNotInStanding
    }

    /// @notice One licensed version that the run used. Entries ascend by license, and within one by content root.
    /// @param uses Uses that the run claims, as bits.
    struct Entry {
        uint256 licenseId;
        uint256 datasetId;
        uint32 version;
        uint16 uses;
    }

    /// @notice Public values of the adherence statement (docs/proofs.md), in their order.
    struct AdherenceValues {
        uint32 statementVersion;
        bytes32 runManifestHash;
        bytes32 licenseSetHash;
        uint64 entries;
        uint64 distinctEntries;
        address runner;
        uint40 runStart;
        uint40 runEnd;
        bytes32 attestationDigest;
        uint256 chainId;
        address registry;
    }

    /// @notice Of the public values, what is neither a topic of RunRecorded nor the chain's own: version of the statement, chain and
    /// registry are those of the program and of this deployment.
    struct RunValues {
        bytes32 licenseSetHash;
        uint64 entries;
        uint64 distinctEntries;
        uint40 runStart;
        uint40 runEnd;
        bytes32 attestationDigest;
    }

    /// @notice One proof with what it is about.
    /// @param program Number of the program that made it.
    /// @param publicValues 352 bytes: `abi.encode` of AdherenceValues.
    /// @param sequence Of the runner's RunStatement; read only where the caller is not the runner.
    /// @param signature EIP-712 RunStatement signature of the runner; empty where the caller is the runner.
    struct Submission {
        uint16 program;
        Entry[] entries;
        bytes publicValues;
        bytes proof;
        uint64 sequence;
        bytes signature;
    }

    /// @param statement keccak256 of the statement's name, as in keccak256("adherence").
    /// @param statementVersion Its first public value.
    /// @param from First second at which proofs are taken.
    /// @param until First second at which they no longer are; 0 for no end.
    /// @param unsoundAt When it was marked unsound; 0 when it was not.
    struct Program {
        bytes32 statement;
        bytes32 vkey;
        uint32 statementVersion;
        uint40 from;
        uint40 until;
        uint40 unsoundAt;
    }

    /// @param codeHash Of the verifier's code; it must still have it when it is asked.
    struct Route {
        address verifier;
        Assurance assurance;
        bool stopped;
        bytes32 codeHash;
    }

    /// @notice A recorded run. Its times, versions and numbers are in its event, RunRecorded.
    /// @param grade How strong it is, from 1 to 4.
    /// @param timesBound Whether an attested receipt bounds its times; else they are declared.
    /// @param revoked By ruling.
    /// @param unsound Whether its program was found unsound, before or after.
    struct Record {
        address runner;
        uint40 recordedAt;
        uint16 program;
        uint8 grade;
        Assurance assurance;
        bool timesBound;
        bool revoked;
        bool unsound;
    }

    /// @notice A program is taken from `from` to before `until` (0: no end).
    event ProgramAdded(
        uint16 indexed program,
        bytes32 indexed statement,
        bytes32 indexed vkey,
        uint32 statementVersion,
        uint40 from,
        uint40 until
    );
    /// @notice A program's end was set.
    event ProgramEndSet(uint16 indexed program, uint40 until);
    /// @notice A program was found unsound: nothing more is taken from it, and its records stand no longer.
    event ProgramUnsound(uint16 indexed program, bytes32 reasonHash);
    /// @notice Proofs with this selector go to `verifier`.
    event RouteAdded(bytes4 indexed selector, address indexed verifier, Assurance assurance, bytes32 codeHash);
    /// @notice No proof with this selector is taken any more. Records made through it stand.
    event RouteStopped(bytes4 indexed selector);
    /// @notice A run was recorded, and with it adherence under each license of its entries. With the transaction's proof bytes this is
    /// complete. Grade 4 says that a receipt bounds the times.
    event RunRecorded(
        uint256 indexed recordId,
        address indexed runner,
        bytes32 indexed runManifestHash,
        uint16 program,
        bytes4 route,
        uint8 grade,
        RunValues values,
        Entry[] entries
    );
    /// @notice A ruling revoked a record.
    event RecordRevoked(uint256 indexed recordId, bytes32 reason);
    /// @notice The runner's statements up to this sequence serve nobody any more.
    event StatementsCancelled(address indexed runner, uint64 upTo);

    /// @dev Thrown when a program does not exist.
    error ProofRegistry_UnknownProgram(uint16 program);
    /// @dev Thrown when a program's statement, key, version or window cannot be: `field` names it.
    error ProofRegistry_BadProgram(bytes32 field);
    /// @dev Thrown when a program is not taken now: outside [from, until), or found unsound.
    error ProofRegistry_ProgramNotActive(uint16 program, uint40 from, uint40 until, uint40 unsoundAt);
    /// @dev Thrown when the program's statement is not the adherence statement.
    error ProofRegistry_NotAdherence(uint16 program, bytes32 statement);
    /// @dev Thrown when a route's selector, verifier, assurance or code hash cannot be: `field` names it.
    error ProofRegistry_BadRoute(bytes4 selector, bytes32 field);
    /// @dev Thrown when a mock verifier is routed to on a chain that is not local.
    error ProofRegistry_MockNotLocal(uint256 chainId);
    /// @dev Thrown when a proof names a verifier to which there is no route, or a stopped one.
    error ProofRegistry_NoRoute(bytes4 selector);
    /// @dev Thrown when the verifier's code is not the code that was routed to.
    error ProofRegistry_CodeChanged(bytes4 selector, bytes32 expected, bytes32 found);
    /// @dev Thrown when the verifier refuses the proof: `reason` is what it reverts with, empty where it used up the gas that it gets.
    error ProofRegistry_ProofRefused(bytes4 selector, bytes reason);
    /// @dev Thrown when the verifier refused the proof and may have had less gas than it gets: `given` was left, `needed` had to be.
    error ProofRegistry_TooLittleGas(uint256 given, uint256 needed);
    /// @dev Thrown when public values do not have the length of the statement's.
    error ProofRegistry_BadLength(uint256 given, uint256 expected);
    /// @dev Thrown when a public value is not what the chain knows: `field` names it.
    error ProofRegistry_WrongValue(bytes32 field, bytes32 given, bytes32 expected);
    /// @dev Thrown when there are no entries, or more than the bound.
    error ProofRegistry_BadEntryCount(uint256 given, uint256 most);
    /// @dev Thrown when an entry does not come after the one before it.
    error ProofRegistry_EntryOrder(uint256 position);
    /// @dev Thrown when there are no submissions in a batch, or more than the bound.
    error ProofRegistry_BadBatch(uint256 given, uint256 most);
    /// @dev Thrown when the run ends before it starts, or later than now.
    error ProofRegistry_BadTimes(uint40 runStart, uint40 runEnd, uint256 present);
    /// @dev Thrown when the caller is not the runner and brings no statement that the runner signed.
    error ProofRegistry_NotRunner(address caller, address runner);
    /// @dev Thrown when a statement was cancelled, or its time, until `until`, is over.
    error ProofRegistry_StatementOver(address runner, uint64 sequence, uint256 until);
    /// @dev Thrown when a license does not carry the run.
    error ProofRegistry_LicenseFlaw(uint256 licenseId, Flaw flaw);
    /// @dev Thrown when this manifest was recorded with this program before.
    error ProofRegistry_AlreadyRecorded(uint256 recordId);
    /// @dev Thrown when a record does not exist.
    error ProofRegistry_UnknownRecord(uint256 recordId);
    /// @dev Thrown when the caller is not the dispute manager.
    error ProofRegistry_NotDisputeManager(address caller);
    /// @dev Thrown when nothing would change.
    error ProofRegistry_NoChange();

    /// @notice Most entries of one submission.
    function MAX_ENTRIES() external view returns (uint256);
    /// @notice Most submissions of one batch.
    function MAX_BATCH() external view returns (uint256);
    /// @notice Seconds after a run's end in which its signed statement lets others submit it.
    function STATEMENT_LIFETIME() external view returns (uint40);
    /// @notice Gas that a verifier gets. A wrong proof costs no more than that, whatever the verifier does with it.
    function VERIFIER_GAS() external view returns (uint256);
    /// @notice The statement that `submit` takes: keccak256("adherence").
    function ADHERENCE() external view returns (bytes32);

    /// @notice Records a run. The runner, or anyone with the runner's signed statement.
    /// @return recordId Follows from program and run manifest hash (`recordIdOf`).
    function submit(Submission calldata submission) external returns (uint256 recordId);
    /// @notice Records several runs, or none of them.
    function submitBatch(Submission[] calldata submissions) external returns (uint256[] memory recordIds);
    /// @notice Takes back the caller's statements up to a sequence, both included. It only grows.
    function cancelStatements(uint64 upTo) external;

    /// @notice Adds a program. Restricted.
    function addProgram(
        bytes32 statement,
        bytes32 vkey,
        uint32 statementVersion,
        uint40 from,
        uint40 until
    )
        external
        returns (uint16 program);
    /// @notice Sets from when a program is no longer taken, 0 for no end. Restricted.
    function setProgramEnd(uint16 program, uint40 until) external;
    /// @notice Marks a program as unsound, for good. Restricted to guardians: it only makes things safer.
    /// @param reasonHash Names what shows it, kept off chain.
    function markUnsound(uint16 program, bytes32 reasonHash) external;
    /// @notice Routes proofs that begin with a selector to a verifier, for good. Restricted.
    /// @param codeHash What the verifier's code must hash to, now and at every proof.
    function addRoute(bytes4 selector, address verifier, Assurance assurance, bytes32 codeHash) external;
    /// @notice Takes no more proofs through a route, for good. Restricted to guardians.
    function stopRoute(bytes4 selector) external;

    /// @notice A record; reverts when unknown.
    function recordOf(uint256 recordId) external view returns (Record memory);
    /// @notice The id that a run has, recorded or not.
    function recordIdOf(uint16 program, bytes32 runManifestHash) external pure returns (uint256);
    /// @notice The first record of a license at exactly this grade that stands, or stood first where none stands now; zeros when there
    /// is none.
    function firstOf(uint256 licenseId, uint8 grade) external view returns (uint256 recordId, uint40 at, bool valid);
    /// @notice Whether a record exists, was not revoked, and its program was not found unsound.
    function stands(uint256 recordId) external view returns (bool);
    /// @notice A program; reverts when unknown.
    function programOf(uint16 program) external view returns (Program memory);
    /// @notice Programs are numbered from 1 to this.
    function programCount() external view returns (uint16);
    /// @notice A route; all zero when there is none.
    function routeOf(bytes4 selector) external view returns (Route memory);
    /// @notice The license set hash of a run that starts at `runStart`: SHA-256 over id, content root, record root, revoked root in force
    /// then, and uses of each entry, 32 bytes each.
    function licenseSetHash(Entry[] calldata entries, uint40 runStart) external view returns (bytes32);
    /// @notice Sequence up to which the runner's statements are cancelled.
    function cancelledUpTo(address runner) external view returns (uint64);
}
