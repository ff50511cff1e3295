// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { RecallAcknowledgement } from "../../types/Messages.sol";

/// @title Recalls: a source withdraws, and clocks start
/// @notice A recall names a version, what leaves it (by hash) and, once the owner set it in DatasetRegistry, the revoked root that
/// covers what leaves. Every license of the version that lived when the recall was opened is affected: its holder has until the
/// deadline to say what it does. Silence is a breach, readable per license; gateways and disputes act on it, access does not read it.
///
/// States of a recall: Open until it is Dismissed by ruling; a new version that resolves it is linked beside.
/// States of an affected license, by `standingOf`:
///   Waiting   --acknowledge(Delete, Retrain)--> Acknowledged   also after the deadline, which shows in its time
///   Waiting, Acknowledged --acknowledge(Contest)--> Contested  until the deadline, before any ruling
///   Contested --acknowledge(Delete, Retrain)--> Acknowledged
///   Waiting   --(deadline)--> Breach
///   Contested --decideByRuling(stands)--> Waiting              for the recall's whole period again
///   Contested --decideByRuling(dismissed)--> NotAffected       every license
///   Contested --(contest period after the deadline)--> Breach  nobody ruled: the recall stands
/// Times are inclusive: the deadline is the last second in time. Nothing here is iterated but a bundle's parents, which are few.
interface IRecalls {
    enum Reason {
        None,
        ConsentRevoked,
        OptOut,
        Takedown,
        Defect
    }

    /// @notice What a licensee does. The numbers stand in the signed RecallAcknowledgement.
    enum Action {
        None,
        Delete,
        Retrain,
        Contest
    }

    enum Standing {
        NotAffected,
        Waiting,
        Acknowledged,
        Contested,
        Breach
    }

    /// @param openedBy The dataset's owner, the ConsentRegistry or the DisputeManager.
    /// @param collectsUntil A recall by consents takes in further withdrawals before this second, and acknowledgements from it on;
    /// for other recalls it is `openedAt`.
    /// @param deadline Last second to acknowledge in time or to contest.
    /// @param period Seconds that licensees have: to the deadline, and again after a ruling.
    /// @param contestPeriod Seconds after the deadline in which a contest holds without a ruling.
    /// @param decidedAt When a ruling decided it; 0 when none did.
    /// @param dismissed Whether that ruling was that it does not stand.
    /// @param leavesHash SHA-256 of the canonical list of leaves and records that leave; of a recall by consents,
    /// keccak256(abi.encode(hash before, consentHash, hash of its list)) for each in turn, from zero.
    /// @param revokedRoot The root in DatasetRegistry that covers them; zero until the owner named it.
    /// @param newVersion The version without them; 0 until resolved.
    struct Recall {
        uint256 datasetId;
        uint32 version;
        Reason reason;
        address openedBy;
        uint40 openedAt;
        uint40 collectsUntil;
        uint40 deadline;
        uint32 period;
        uint32 contestPeriod;
        uint40 decidedAt;
        bool dismissed;
        uint32 newVersion;
        bytes32 leavesHash;
        bytes32 revokedRoot;
    }

    /// @param at When it was recorded here; in time when not after the recall's deadline.
    /// @param sequence Of the last answer; a later answer needs a higher one.
    struct Acknowledgement {
        Action action;
        uint40 at;
        uint64 sequence;
    }

    /// @notice One answer of `acknowledgeMany`.
    struct Answer {
        uint256 recallId;
        uint256 licenseId;
        Action action;
        bytes32 evidenceHash;
    }

    /// @notice A recall was opened. Its `revokedRoot` is zero when the owner has yet to name it.
    event RecallOpened(uint256 indexed recallId, uint256 indexed datasetId, uint32 indexed version, Recall recall);
    /// @notice A revoked consent is part of the recall, the first one too. `leavesHash` is of what it covered, `total` the
    /// recall's hash after it.
    event WithdrawalCollected(uint256 indexed recallId, bytes32 indexed consentHash, bytes32 leavesHash, bytes32 total);
    /// @notice The owner named the revoked root that covers what leaves.
    event RevokedRootNamed(uint256 indexed recallId, bytes32 revokedRoot);
    /// @notice A licensee answered. `evidenceHash` names what shows it.
    event RecallAcknowledged(
        uint256 indexed recallId,
        uint256 indexed licenseId,
        address indexed holder,
        Action action,
        bytes32 evidenceHash,
        uint64 sequence
    );
    /// @notice A ruling decided the recall: it stands, and who contested has until `deadline`, or it is dismissed (`deadline` 0).
    event RecallDecided(uint256 indexed recallId, bool stands, uint40 deadline);
    /// @notice A version without what left was linked. `position` counts the recalls that the new version answers, from 0.
    event RecallResolved(
        uint256 indexed recallId,
        uint256 indexed datasetId,
        uint32 indexed newVersion,
        bytes32 leavesHash,
        bytes32 revokedRoot,
        uint256 position
    );
    /// @notice Governed periods changed; for recalls opened from now on.
    event RecallPeriodsSet(uint32 leastPeriod, uint32 contestPeriod);

    /// @dev Thrown when the recall does not exist.
    error Recalls_Unknown(uint256 recallId);
    /// @dev Thrown when the caller is neither the dataset's owner nor, where a ruling may, the dispute manager.
    error Recalls_NotOwner(uint256 datasetId, address caller, address owner);
    /// @dev Thrown when the caller is not the consent registry.
    error Recalls_NotConsents(address caller);
    /// @dev Thrown when the caller is not the dispute manager.
    error Recalls_NotDisputeManager(address caller);
    /// @dev Thrown when no such version exists.
    error Recalls_UnknownVersion(uint256 datasetId, uint32 version);
    /// @dev Thrown when the reason is none, or a revoked consent where only the consent registry or a ruling can say so.
    error Recalls_BadReason(Reason reason);
    /// @dev Thrown when nothing is named that leaves.
    error Recalls_NothingLeaves();
    /// @dev Thrown when licensees would get less or more time than the bounds.
    error Recalls_BadPeriod(uint256 given, uint256 least, uint256 most);
    /// @dev Thrown when the root named is zero, or not the one in force in DatasetRegistry.
    error Recalls_RootNotInForce(uint256 datasetId, uint32 version, bytes32 named, bytes32 inForce);
    /// @dev Thrown when the root was named before.
    error Recalls_RootNamed(uint256 recallId, bytes32 revokedRoot);
    /// @dev Thrown when a resolution comes before the root.
    error Recalls_RootMissing(uint256 recallId);
    /// @dev Thrown when the recall still takes in withdrawals, up to before `until`.
    error Recalls_Collecting(uint256 recallId, uint40 until);
    /// @dev Thrown when the license is not one of those that the recall is about.
    error Recalls_NotAffected(uint256 recallId, uint256 licenseId);
    /// @dev Thrown when the caller does not hold the license.
    error Recalls_NotHolder(uint256 licenseId, address caller);
    /// @dev Thrown when the action is none or unknown.
    error Recalls_BadAction(uint8 action);
    /// @dev Thrown when a contest comes after `until`, or after a ruling (`until` 0).
    error Recalls_ContestTooLate(uint256 recallId, uint40 until);
    /// @dev Thrown when an answer's sequence is not above the last one's.
    error Recalls_StaleSequence(uint256 recallId, uint256 licenseId, uint64 sequence, uint64 last);
    /// @dev Thrown when an answer was signed before the recall took answers, or in the future.
    error Recalls_BadTime(uint40 signedAt, uint40 earliest, uint256 nowSeconds);
    /// @dev Thrown when the answer is not signed by the license's present holder, for this chain.
    error Recalls_BadSignature(uint256 licenseId, address holder);
    /// @dev Thrown when the recall was dismissed.
    error Recalls_Dismissed(uint256 recallId);
    /// @dev Thrown when a ruling decided it before.
    error Recalls_Decided(uint256 recallId, uint40 decidedAt);
    /// @dev Thrown when the recall has its new version, or the version is no later one of the dataset, or has the recalled contents.
    error Recalls_BadVersion(uint256 recallId, uint32 newVersion);
    /// @dev Thrown when a batch is empty or too large.
    error Recalls_BatchSize(uint256 given, uint256 max);

    /// @notice Bounds of the least period that governance sets, and of the contest period.
    function MIN_PERIOD() external view returns (uint32);
    /// @notice Longest period that an owner or governance can set.
    function MAX_PERIOD() external view returns (uint32);
    /// @notice Seconds for which a recall by consents takes in further withdrawals of its version, so that licensees answer once a day.
    function COLLECTING() external view returns (uint32);
    /// @notice Most answers in one batch.
    function MAX_BATCH() external view returns (uint256);

    /// @notice Opens a recall. The dataset's owner, who set `revokedRoot` in DatasetRegistry before; or, by ruling, the dispute
    /// manager, which may leave the root zero for the owner to name.
    /// @param period Seconds that licensees have, from the governed least to MAX_PERIOD; 0 takes the least.
    function open(
        uint256 datasetId,
        uint32 version,
        Reason reason,
        bytes32 leavesHash,
        bytes32 revokedRoot,
        uint32 period
    )
        external
        returns (uint256 recallId);
    /// @notice Opens a recall because a consent was revoked, or adds to the one that collects. Only the consent registry.
    function openByConsent(
        uint256 datasetId,
        uint32 version,
        bytes32 consentHash,
        bytes32 leavesHash
    )
        external
        returns (uint256 recallId);
    /// @notice Records the revoked root in force as the one that covers what leaves. Only the dataset's owner, once.
    function nameRoot(uint256 recallId, bytes32 revokedRoot) external;
    /// @notice Answers a recall. Only the license's holder.
    /// @param evidenceHash Names what shows the action, kept off chain; zero for none.
    function acknowledge(uint256 recallId, uint256 licenseId, Action action, bytes32 evidenceHash) external;
    /// @notice Answers many. Only the holder of all of them.
    function acknowledgeMany(Answer[] calldata answers) external;
    /// @notice Records an answer that the license's present holder signed. Anyone.
    function acknowledgeBySignature(RecallAcknowledgement calldata answer, bytes calldata signature) external;
    /// @notice Decides a contested recall. Only the dispute manager, once.
    function decideByRuling(uint256 recallId, bool stands) external;
    /// @notice Links the version without what left. Only the dataset's owner, once, with the root named.
    function resolve(uint256 recallId, uint32 newVersion) external;
    /// @notice Sets the least period and the contest period. Restricted.
    function setPeriods(uint32 leastPeriod, uint32 contestPeriod) external;

    /// @notice A recall; reverts when unknown.
    function recallOf(uint256 recallId) external view returns (Recall memory);
    /// @notice Number of recalls; ids run from 1 to this.
    function recallCount() external view returns (uint256);
    /// @notice How a license stands towards a recall now. NotAffected also for an unknown license and a dismissed recall.
    function standingOf(uint256 recallId, uint256 licenseId) external view returns (Standing);
    /// @notice Whether the license covers the recalled version, as its dataset or as a bundle's component, and lived when the recall
    /// was opened. A license that its rail ended is out of it, whenever that was: the indexer tells the order.
    function isAffected(uint256 recallId, uint256 licenseId) external view returns (bool);
    /// @notice The last answer; all zero when none.
    function acknowledgementOf(uint256 recallId, uint256 licenseId) external view returns (Acknowledgement memory);
    /// @notice How many recalls a version answers: what left before it.
    function departureCount(uint256 datasetId, uint32 version) external view returns (uint256);
    /// @notice The recall at a position of that list, 0 when there is none.
    function departureAt(uint256 datasetId, uint32 version, uint256 position) external view returns (uint256 recallId);
    /// @notice The governed periods.
    function periods() external view returns (uint32 leastPeriod, uint32 contestPeriod);
    /// @notice The dataset registry that recalls are about.
    function datasetRegistry() external view returns (address);
}
