// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IReleaseEvidence } from "../interfaces/payments/IReleaseEvidence.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IQualityOracle } from "../interfaces/trust/IQualityOracle.sol";
import { LicenseHead } from "../types/LicenseHead.sol";
import { QualityBook } from "./QualityBook.sol";
import { QualityScores } from "./QualityScores.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { Checkpoints } from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @title Quality scores by staked reporters
/// @notice See IQualityOracle: states, money and release evidence are described there.
contract QualityOracle is QualityScores {
    using Checkpoints for Checkpoints.Trace256;

    /// @inheritdoc IQualityOracle
    uint8 public constant MIN_SEATS = 3;
    /// @inheritdoc IQualityOracle
    uint8 public constant MAX_SEATS = 15;

    uint16 private constant _PERCENT = 100;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address registry, address config) QualityBook(licenseToken, registry, config) { }

    /// @notice Sets the AccessManager and the first rules. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
        _setRules(
            Rules({
                commitWindow: 2 days,
                revealWindow: 1 days,
                tolerance: 1000,
                outlierPenaltyBps: 2000,
                silencePenaltyBps: 5000
            })
        );
    }

    // ---- requests

    /// @inheritdoc IQualityOracle
    function request(
        uint256 datasetId,
        uint32 version,
        bytes32 method,
        address token,
        uint128 reward,
        uint8 seats
    )
        external
        nonReentrant
        returns (uint256 requestId)
    {
        _requireVersion(datasetId, version);
        if (method == bytes32(0)) revert QualityOracle_NoMethod(datasetId, version);
        return _request(datasetId, version, 0, method, token, reward, seats);
    }

    /// @inheritdoc IQualityOracle
    function requestForLicense(
        uint256 licenseId,
        address token,
        uint128 reward,
        uint8 seats
    )
        external
        nonReentrant
        returns (uint256 requestId)
    {
        if (!_licenseToken.isLive(licenseId)) revert QualityOracle_LicenseNotLive(licenseId);
        // Only the head is asked for.
        // slither-disable-next-line unused-return
        (LicenseHead head,) = _licenseToken.releaseOf(licenseId);
        (uint256 datasetId, uint32 version) = (head.datasetId(), head.version());
        bool holder = _requireParty(licenseId, datasetId);
        Evidence memory evidence = _storage().evidence[licenseId];
        if (evidence.at != 0) revert QualityOracle_AlreadyScored(licenseId, evidence.requestId);
        // Of the second before: what the owner declared in the second of the sale, the buyer may not have seen.
        bytes32 method = _methodAt(datasetId, version, head.start() - 1);
        if (method == bytes32(0)) revert QualityOracle_NoMethod(datasetId, version);
        requestId = _request(datasetId, version, licenseId, method, token, reward, seats);
        _storage().lastRequest[licenseId][holder] = requestId;
    }

    /// @inheritdoc IQualityOracle
    function declareMethod(uint256 datasetId, uint32 version, bytes32 method) external {
        _requireVersion(datasetId, version);
        address owner = _ownerOf(datasetId);
        if (msg.sender != owner) revert QualityOracle_NotOwner(datasetId, msg.sender, owner);
        Checkpoints.Trace256 storage history = _storage().methods[datasetId][version];
        if (bytes32(history.latest()) == method) revert QualityOracle_NoChange();
        // It returns the value before and the one just given.
        // slither-disable-next-line unused-return
        history.push(block.timestamp, uint256(method));
        emit MethodDeclared(datasetId, version, method);
    }

    // ---- reports

    /// @inheritdoc IQualityOracle
    function commit(uint256 requestId, bytes32 commitment) external {
        Request storage asked = _open(requestId);
        if (block.timestamp > asked.commitUntil || asked.committed == asked.seats) {
            revert QualityOracle_CommitOver(requestId);
        }
        if (!_storage().reporters[msg.sender] || _isParty(asked, msg.sender)) {
            revert QualityOracle_NotReporter(requestId, msg.sender);
        }
        if (commitment == bytes32(0)) revert QualityOracle_NoCommitment();
        mapping(address reporter => uint256) storage seats = _storage().seats[requestId];
        if (seats[msg.sender] != 0) revert QualityOracle_SeatTaken(requestId, msg.sender);
        _lock(msg.sender, asked.token, asked.stake);
        Report[] storage reports = _storage().reports[requestId];
        reports.push(Report({ reporter: msg.sender, revealed: false, score: 0, commitment: commitment }));
        uint8 committed = asked.committed + 1;
        (seats[msg.sender], asked.committed) = (committed, committed);
        emit ScoreCommitted(requestId, msg.sender, commitment);
        if (committed == asked.seats) {
            uint40 revealUntil = uint40(block.timestamp) + asked.rules.revealWindow;
            (asked.commitUntil, asked.revealUntil) = (uint40(block.timestamp), revealUntil);
            emit SeatsTaken(requestId, revealUntil);
        }
    }

    /// @inheritdoc IQualityOracle
    function reveal(uint256 requestId, uint16 score, bytes32 salt) external {
        Request storage asked = _open(requestId);
        bool over = block.timestamp > asked.commitUntil || asked.committed == asked.seats;
        if (!over || block.timestamp > asked.revealUntil) {
            revert QualityOracle_NotRevealing(requestId, uint256(asked.commitUntil) + 1, asked.revealUntil);
        }
        uint256 seat = _storage().seats[requestId][msg.sender];
        if (seat == 0) revert QualityOracle_NothingToReveal(requestId, msg.sender);
        Report storage report = _storage().reports[requestId][seat - 1];
        if (report.revealed) revert QualityOracle_NothingToReveal(requestId, msg.sender);
        if (score > BPS) revert QualityOracle_BadScore(score);
        if (commitmentOf(requestId, msg.sender, score, salt) != report.commitment) {
            revert QualityOracle_WrongReveal(requestId, msg.sender);
        }
        (report.revealed, report.score) = (true, score);
        ++asked.revealed;
        emit ScoreRevealed(requestId, msg.sender, score);
    }

    // ---- reads

    /// @inheritdoc IReleaseEvidence
    function provenAt(uint256 licenseId, uint8 leastAssurance) external view returns (uint40 at) {
        Evidence memory evidence = _storage().evidence[licenseId];
        return evidence.score / _PERCENT < leastAssurance ? 0 : evidence.at;
    }

    /// @inheritdoc IQualityOracle
    function requestOf(uint256 requestId) external view returns (Request memory asked) {
        asked = _storage().requests[requestId];
        if (asked.state == State.None) revert QualityOracle_Unknown(requestId);
    }

    /// @inheritdoc IQualityOracle
    function requestCount() external view returns (uint256) {
        return _storage().requestCount;
    }

    /// @inheritdoc IQualityOracle
    function reportsOf(uint256 requestId) external view returns (Report[] memory) {
        return _storage().reports[requestId];
    }

    /// @inheritdoc IQualityOracle
    function evidenceOf(uint256 licenseId) external view returns (uint256 requestId, uint16 score, uint40 at) {
        Evidence memory evidence = _storage().evidence[licenseId];
        return (evidence.requestId, evidence.score, evidence.at);
    }

    /// @inheritdoc IQualityOracle
    function methodAt(uint256 datasetId, uint32 version, uint40 timestamp) external view returns (bytes32) {
        return _methodAt(datasetId, version, timestamp);
    }

    /// @inheritdoc IQualityOracle
    function commitmentOf(
        uint256 requestId,
        address reporter,
        uint16 score,
        bytes32 salt
    )
        public
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(requestId, reporter, score, salt));
    }

    // ---- parts

    /// @dev The reward is in before anything is written; the token is allow-listed and the entrances that pay are guarded.
    // slither-disable-next-line reentrancy-benign
    function _request(
        uint256 datasetId,
        uint32 version,
        uint256 licenseId,
        bytes32 method,
        address token,
        uint128 reward,
        uint8 seats
    )
        private
        returns (uint256 requestId)
    {
        TokenTerms memory terms = _requireTaken(token);
        if (seats < MIN_SEATS || seats > MAX_SEATS) revert QualityOracle_BadSeats(seats, MIN_SEATS, MAX_SEATS);
        uint256 least = uint256(terms.leastReward) * seats;
        if (reward == 0 || reward < least) revert QualityOracle_RewardTooLow(reward, least == 0 ? 1 : least);
        _pull(token, reward);
        requestId = ++_storage().requestCount;
        Request storage asked = _storage().requests[requestId];
        (asked.requester, asked.datasetId, asked.version) = (msg.sender, datasetId, version);
        if (licenseId != 0) asked.licenseId = licenseId;
        (asked.method, asked.token) = (method, token);
        (asked.reward, asked.stake) = (reward, terms.stake);
        (asked.seats, asked.state) = (seats, State.Open);
        Rules memory rules_ = _storage().rules;
        asked.rules = rules_;
        asked.commitUntil = uint40(block.timestamp) + rules_.commitWindow;
        asked.revealUntil = asked.commitUntil + rules_.revealWindow;
        emit QualityRequested(requestId, datasetId, version, asked);
    }

    /// @dev The sides of a license's release, each with one request at a time, so that neither can crowd out the other's nor
    /// choose among several scores.
    function _requireParty(uint256 licenseId, uint256 datasetId) private view returns (bool holder) {
        holder = msg.sender == _holderOf(licenseId);
        if (!holder && msg.sender != _ownerOf(datasetId)) revert QualityOracle_NotParty(licenseId, msg.sender);
        uint256 last = _storage().lastRequest[licenseId][holder];
        if (_storage().requests[last].state == State.Open) revert QualityOracle_RequestRuns(licenseId, last);
    }

    /// @dev Whether the account wants something of the score.
    function _isParty(Request storage asked, address account) private view returns (bool) {
        if (account == asked.requester || account == _ownerOf(asked.datasetId)) return true;
        return asked.licenseId != 0 && account == _holderOf(asked.licenseId);
    }

    function _requireVersion(uint256 datasetId, uint32 version) private view {
        if (_registry.statusOf(datasetId, version) == IDatasetRegistry.Status.None) {
            revert QualityOracle_UnknownVersion(datasetId, version);
        }
    }

    function _methodAt(uint256 datasetId, uint32 version, uint40 timestamp) private view returns (bytes32) {
        return bytes32(_storage().methods[datasetId][version].upperLookupRecent(timestamp));
    }

    function _ownerOf(uint256 datasetId) private view returns (address) {
        return IERC721(address(_registry)).ownerOf(datasetId);
    }

    function _holderOf(uint256 licenseId) private view returns (address) {
        return IERC721(address(_licenseToken)).ownerOf(licenseId);
    }
}
