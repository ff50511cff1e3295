// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { IRecalls } from "../interfaces/trust/IRecalls.sol";
import { Messages, RecallAcknowledgement } from "../types/Messages.sol";
import { RecallBook } from "./RecallBook.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @title Recalls: a source withdraws, and clocks start
/// @notice See IRecalls: the states are described there.
contract Recalls is RecallBook {
    /// @inheritdoc IRecalls
    uint32 public constant MIN_PERIOD = 1 days;
    /// @inheritdoc IRecalls
    uint32 public constant MAX_PERIOD = 365 days;
    /// @inheritdoc IRecalls
    uint32 public constant COLLECTING = 1 days;
    /// @inheritdoc IRecalls
    uint256 public constant MAX_BATCH = 64;

    uint32 private constant _FIRST_LEAST_PERIOD = 14 days;
    uint32 private constant _FIRST_CONTEST_PERIOD = 30 days;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address licenseToken,
        address registry,
        address consents,
        address disputeManager
    )
        RecallBook(licenseToken, registry, consents, disputeManager)
    { }

    /// @notice Sets the AccessManager and the first periods. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
        _setPeriods(_FIRST_LEAST_PERIOD, _FIRST_CONTEST_PERIOD);
    }

    // ---- recalls

    /// @inheritdoc IRecalls
    function open(
        uint256 datasetId,
        uint32 version,
        Reason reason,
        bytes32 leavesHash,
        bytes32 revokedRoot,
        uint32 period
    )
        external
        returns (uint256 recallId)
    {
        _requireVersion(datasetId, version);
        bool ruling = msg.sender == _disputeManager;
        address owner = _ownerOf(datasetId);
        if (!ruling && msg.sender != owner) revert Recalls_NotOwner(datasetId, msg.sender, owner);
        if (reason == Reason.None || (reason == Reason.ConsentRevoked && !ruling)) revert Recalls_BadReason(reason);
        if (leavesHash == bytes32(0)) revert Recalls_NothingLeaves();
        if (!ruling || revokedRoot != bytes32(0)) _requireRoot(datasetId, version, revokedRoot);
        uint32 least = _storage().leastPeriod;
        if (period == 0) period = least;
        if (period < least || period > MAX_PERIOD) revert Recalls_BadPeriod(period, least, MAX_PERIOD);
        return _open(datasetId, version, reason, leavesHash, revokedRoot, 0, period);
    }

    /// @inheritdoc IRecalls
    function openByConsent(
        uint256 datasetId,
        uint32 version,
        bytes32 consentHash,
        bytes32 leavesHash
    )
        external
        returns (uint256 recallId)
    {
        if (msg.sender != _consents) revert Recalls_NotConsents(msg.sender);
        RecallsStorage storage $ = _storage();
        recallId = $.collecting[datasetId][version];
        Recall storage recall = $.recalls[recallId];
        bool collects = block.timestamp < recall.collectsUntil && !recall.dismissed;
        bytes32 total = _chain(collects ? recall.leavesHash : bytes32(0), consentHash, leavesHash);
        if (collects) {
            recall.leavesHash = total;
        } else {
            _requireVersion(datasetId, version);
            recallId = _open(datasetId, version, Reason.ConsentRevoked, total, bytes32(0), COLLECTING, $.leastPeriod);
            $.collecting[datasetId][version] = recallId;
        }
        emit WithdrawalCollected(recallId, consentHash, leavesHash, total);
    }

    /// @inheritdoc IRecalls
    function nameRoot(uint256 recallId, bytes32 revokedRoot) external onlyDatasetOwner(recallId) {
        Recall storage recall = _recall(recallId);
        _requireStanding(recallId, recall);
        _requireCollected(recallId, recall);
        if (recall.revokedRoot != bytes32(0)) revert Recalls_RootNamed(recallId, recall.revokedRoot);
        _requireRoot(recall.datasetId, recall.version, revokedRoot);
        recall.revokedRoot = revokedRoot;
        emit RevokedRootNamed(recallId, revokedRoot);
    }

    /// @inheritdoc IRecalls
    function resolve(uint256 recallId, uint32 newVersion) external onlyDatasetOwner(recallId) {
        Recall storage recall = _recall(recallId);
        _requireStanding(recallId, recall);
        if (recall.revokedRoot == bytes32(0)) revert Recalls_RootMissing(recallId);
        (uint256 datasetId, uint32 version) = (recall.datasetId, recall.version);
        if (recall.newVersion != 0 || newVersion <= version) revert Recalls_BadVersion(recallId, newVersion);
        _requireVersion(datasetId, newVersion);
        bytes32 contents = _registry.versionOf(datasetId, newVersion).contentRoot;
        if (contents == _registry.versionOf(datasetId, version).contentRoot) {
            revert Recalls_BadVersion(recallId, newVersion);
        }
        recall.newVersion = newVersion;
        uint256[] storage departures = _storage().departures[datasetId][newVersion];
        uint256 position = departures.length;
        departures.push(recallId);
        emit RecallResolved(recallId, datasetId, newVersion, recall.leavesHash, recall.revokedRoot, position);
    }

    /// @inheritdoc IRecalls
    function decideByRuling(uint256 recallId, bool stands) external {
        if (msg.sender != _disputeManager) revert Recalls_NotDisputeManager(msg.sender);
        Recall storage recall = _recall(recallId);
        if (recall.decidedAt != 0) revert Recalls_Decided(recallId, recall.decidedAt);
        recall.decidedAt = uint40(block.timestamp);
        recall.dismissed = !stands;
        emit RecallDecided(recallId, stands, stands ? uint40(block.timestamp) + recall.period : 0);
    }

    // ---- answers

    /// @inheritdoc IRecalls
    function acknowledge(uint256 recallId, uint256 licenseId, Action action, bytes32 evidenceHash) external {
        _answer(recallId, licenseId, action, evidenceHash);
    }

    /// @inheritdoc IRecalls
    function acknowledgeMany(Answer[] calldata answers) external {
        uint256 count = answers.length;
        if (count == 0 || count > MAX_BATCH) revert Recalls_BatchSize(count, MAX_BATCH);
        for (uint256 i; i < count; ++i) {
            Answer calldata answer = answers[i];
            _answer(answer.recallId, answer.licenseId, answer.action, answer.evidenceHash);
        }
    }

    /// @inheritdoc IRecalls
    function acknowledgeBySignature(RecallAcknowledgement calldata answer, bytes calldata signature) external {
        if (answer.action > uint8(type(Action).max)) revert Recalls_BadAction(answer.action);
        Recall storage recall = _recall(answer.recallId);
        if (answer.signedAt < recall.collectsUntil || answer.signedAt > block.timestamp) {
            revert Recalls_BadTime(answer.signedAt, recall.collectsUntil, block.timestamp);
        }
        _requireAffected(answer.recallId, recall, answer.licenseId);
        address holder = IERC721(address(_licenseToken)).ownerOf(answer.licenseId);
        if (!TypedData.isSignedBy(address(_licenseToken), Messages.hash(answer), holder, signature)) {
            revert Recalls_BadSignature(answer.licenseId, holder);
        }
        uint64 last = _storage().acknowledgements[answer.recallId][answer.licenseId].sequence;
        if (answer.sequence <= last) {
            revert Recalls_StaleSequence(answer.recallId, answer.licenseId, answer.sequence, last);
        }
        _record(answer.recallId, answer.licenseId, holder, Action(answer.action), answer.evidenceHash, answer.sequence);
    }

    // ---- governed numbers

    /// @inheritdoc IRecalls
    function setPeriods(uint32 leastPeriod, uint32 contestPeriod) external restricted {
        _setPeriods(leastPeriod, contestPeriod);
    }

    // ---- reads

    /// @inheritdoc IRecalls
    function recallOf(uint256 recallId) external view returns (Recall memory) {
        return _recall(recallId);
    }

    /// @inheritdoc IRecalls
    function recallCount() external view returns (uint256) {
        return _storage().recallCount;
    }

    /// @inheritdoc IRecalls
    function standingOf(uint256 recallId, uint256 licenseId) external view returns (Standing) {
        Recall storage recall = _recall(recallId);
        if (recall.dismissed) return Standing.NotAffected;
        Action action = _storage().acknowledgements[recallId][licenseId].action;
        if (action == Action.Delete || action == Action.Retrain) return Standing.Acknowledged;
        if (!_affects(recall, licenseId)) return Standing.NotAffected;
        if (action == Action.None) return block.timestamp <= recall.deadline ? Standing.Waiting : Standing.Breach;
        if (recall.decidedAt != 0) {
            uint256 again = uint256(recall.decidedAt) + recall.period;
            return block.timestamp <= again ? Standing.Waiting : Standing.Breach;
        }
        uint256 holds = uint256(recall.deadline) + recall.contestPeriod;
        return block.timestamp <= holds ? Standing.Contested : Standing.Breach;
    }

    /// @inheritdoc IRecalls
    function isAffected(uint256 recallId, uint256 licenseId) external view returns (bool) {
        Recall storage recall = _recall(recallId);
        return !recall.dismissed && _affects(recall, licenseId);
    }

    /// @inheritdoc IRecalls
    function acknowledgementOf(uint256 recallId, uint256 licenseId) external view returns (Acknowledgement memory) {
        return _storage().acknowledgements[recallId][licenseId];
    }

    /// @inheritdoc IRecalls
    function departureCount(uint256 datasetId, uint32 version) external view returns (uint256) {
        return _storage().departures[datasetId][version].length;
    }

    /// @inheritdoc IRecalls
    function departureAt(uint256 datasetId, uint32 version, uint256 position) external view returns (uint256) {
        uint256[] storage departures = _storage().departures[datasetId][version];
        return position < departures.length ? departures[position] : 0;
    }

    /// @inheritdoc IRecalls
    function periods() external view returns (uint32 leastPeriod, uint32 contestPeriod) {
        return (_storage().leastPeriod, _storage().contestPeriod);
    }

    /// @inheritdoc IRecalls
    function datasetRegistry() external view returns (address) {
        return address(_registry);
    }

    // ---- parts

    function _open(
        uint256 datasetId,
        uint32 version,
        Reason reason,
        bytes32 leavesHash,
        bytes32 revokedRoot,
        uint32 collecting,
        uint32 period
    )
        private
        returns (uint256 recallId)
    {
        recallId = ++_storage().recallCount;
        Recall storage recall = _storage().recalls[recallId];
        uint40 openedAt = uint40(block.timestamp);
        (recall.datasetId, recall.version, recall.reason) = (datasetId, version, reason);
        (recall.openedBy, recall.openedAt) = (msg.sender, openedAt);
        (recall.collectsUntil, recall.deadline) = (openedAt + collecting, openedAt + collecting + period);
        (recall.period, recall.contestPeriod) = (period, _storage().contestPeriod);
        recall.leavesHash = leavesHash;
        if (revokedRoot != bytes32(0)) recall.revokedRoot = revokedRoot;
        emit RecallOpened(recallId, datasetId, version, recall);
    }

    /// @dev An answer by the caller, who holds the license.
    function _answer(uint256 recallId, uint256 licenseId, Action action, bytes32 evidenceHash) private {
        Recall storage recall = _recall(recallId);
        _requireAffected(recallId, recall, licenseId);
        // Who answers many recalls asks for each license; the list is bounded.
        // slither-disable-next-line calls-loop
        address holder = IERC721(address(_licenseToken)).ownerOf(licenseId);
        if (holder != msg.sender) revert Recalls_NotHolder(licenseId, msg.sender);
        uint64 last = _storage().acknowledgements[recallId][licenseId].sequence;
        // A past holder may have signed the highest number; the present one still has its say.
        uint64 sequence = last == type(uint64).max ? last : last + 1;
        _record(recallId, licenseId, holder, action, evidenceHash, sequence);
    }

    function _record(
        uint256 recallId,
        uint256 licenseId,
        address holder,
        Action action,
        bytes32 evidenceHash,
        uint64 sequence
    )
        private
    {
        Recall storage recall = _recall(recallId);
        _requireStanding(recallId, recall);
        _requireCollected(recallId, recall);
        if (action == Action.None) revert Recalls_BadAction(uint8(action));
        if (action == Action.Contest) _requireContestable(recallId, recall);
        Acknowledgement storage stored = _storage().acknowledgements[recallId][licenseId];
        (stored.action, stored.at, stored.sequence) = (action, uint40(block.timestamp), sequence);
        emit RecallAcknowledged(recallId, licenseId, holder, action, evidenceHash, sequence);
    }

    function _setPeriods(uint32 leastPeriod, uint32 contestPeriod) private {
        if (leastPeriod < MIN_PERIOD || leastPeriod > MAX_PERIOD) {
            revert Recalls_BadPeriod(leastPeriod, MIN_PERIOD, MAX_PERIOD);
        }
        if (contestPeriod < MIN_PERIOD || contestPeriod > MAX_PERIOD) {
            revert Recalls_BadPeriod(contestPeriod, MIN_PERIOD, MAX_PERIOD);
        }
        (_storage().leastPeriod, _storage().contestPeriod) = (leastPeriod, contestPeriod);
        emit RecallPeriodsSet(leastPeriod, contestPeriod);
    }

    /// @dev The recall says what proofs answer to: only a root that is in force can be named.
    function _requireRoot(uint256 datasetId, uint32 version, bytes32 revokedRoot) private view {
        bytes32 inForce = _registry.revokedRootAt(datasetId, version, uint40(block.timestamp));
        if (revokedRoot == bytes32(0) || revokedRoot != inForce) {
            revert Recalls_RootNotInForce(datasetId, version, revokedRoot, inForce);
        }
    }

    function _requireStanding(uint256 recallId, Recall storage recall) private view {
        if (recall.dismissed) revert Recalls_Dismissed(recallId);
    }

    function _requireCollected(uint256 recallId, Recall storage recall) private view {
        if (block.timestamp < recall.collectsUntil) revert Recalls_Collecting(recallId, recall.collectsUntil);
    }

    function _requireAffected(uint256 recallId, Recall storage recall, uint256 licenseId) private view {
        if (!_affects(recall, licenseId)) revert Recalls_NotAffected(recallId, licenseId);
    }

    function _requireContestable(uint256 recallId, Recall storage recall) private view {
        if (recall.decidedAt != 0) revert Recalls_ContestTooLate(recallId, 0);
        if (block.timestamp > recall.deadline) revert Recalls_ContestTooLate(recallId, recall.deadline);
    }

    function _chain(bytes32 before, bytes32 consentHash, bytes32 leavesHash) private pure returns (bytes32) {
        return keccak256(abi.encode(before, consentHash, leavesHash));
    }
}
