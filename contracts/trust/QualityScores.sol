// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IQualityOracle } from "../interfaces/trust/IQualityOracle.sol";
import { QualityBook } from "./QualityBook.sol";
import { Arrays } from "@openzeppelin/contracts/utils/Arrays.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice How a request ends: the median of what was revealed, and who is paid, refunded and penalized for it.
/// @dev Lists have at most MAX_SEATS entries.
abstract contract QualityScores is QualityBook {
    using SafeCast for uint256;

    /// @inheritdoc IQualityOracle
    function settle(uint256 requestId) external nonReentrant {
        Request storage asked = _open(requestId);
        uint8 quorum = _quorum(asked.seats);
        if (block.timestamp > asked.commitUntil && asked.committed < quorum) {
            // Too few came: nobody had to reveal.
            _fail(requestId, asked, 0);
            return;
        }
        bool allShown = asked.revealed == asked.committed && block.timestamp > asked.commitUntil;
        bool full = asked.committed == asked.seats && asked.revealed == asked.seats;
        if (!allShown && !full && block.timestamp <= asked.revealUntil) {
            revert QualityOracle_TooEarly(requestId, uint256(asked.revealUntil) + 1);
        }
        uint128 silence = _part(asked.stake, asked.rules.silencePenaltyBps);
        if (asked.revealed < quorum) _fail(requestId, asked, silence);
        else _score(requestId, asked, silence);
    }

    /// @dev A request that is open.
    function _open(uint256 requestId) internal view returns (Request storage asked) {
        asked = _storage().requests[requestId];
        if (asked.state == State.None) revert QualityOracle_Unknown(requestId);
        if (asked.state != State.Open) revert QualityOracle_Settled(requestId);
    }

    /// @dev More than half of the seats.
    function _quorum(uint8 seats) internal pure returns (uint8) {
        return seats / 2 + 1;
    }

    /// @dev Gives the reward back. What the silent lose goes to those who revealed for nothing, what does not divide to the treasury.
    function _fail(uint256 requestId, Request storage asked, uint128 silence) private {
        (asked.state, asked.settledAt) = (State.Failed, uint40(block.timestamp));
        address token = asked.token;
        uint256 revealed = asked.revealed;
        uint256 pool = uint256(silence) * (asked.committed - revealed);
        uint128 each = revealed > 0 ? (pool / revealed).toUint128() : 0;
        Report[] storage reports = _storage().reports[requestId];
        uint256 count = reports.length;
        for (uint256 i; i < count; ++i) {
            Report storage report = reports[i];
            bool shown = report.revealed;
            _settleSeat(requestId, asked, report.reporter, shown ? each : 0, shown ? 0 : silence);
        }
        _credit(_config.treasury(), token, pool - each * revealed);
        _credit(asked.requester, token, asked.reward);
        emit QualityFailed(requestId, asked.requester, asked.reward, asked.committed, asked.revealed);
    }

    function _score(uint256 requestId, Request storage asked, uint128 silence) private {
        Report[] memory reports = _storage().reports[requestId];
        uint16 score = _median(reports, asked.revealed);
        (asked.state, asked.settledAt, asked.score) = (State.Scored, uint40(block.timestamp), score);
        _payReports(requestId, asked, reports, silence);
        emit QualityScored(
            requestId, asked.datasetId, asked.version, asked.licenseId, asked.method, score, asked.revealed
        );
        if (asked.licenseId != 0) _keep(requestId, asked.licenseId, score);
    }

    /// @dev Pays who is near the median, and penalizes who is not or kept silent.
    function _payReports(uint256 requestId, Request storage asked, Report[] memory reports, uint128 silence) private {
        (uint16 score, uint16 tolerance) = (asked.score, asked.rules.tolerance);
        uint256 near = 0;
        for (uint256 i; i < reports.length; ++i) {
            if (_isNear(reports[i], score, tolerance)) ++near;
        }
        // The median is a report, so somebody is near it.
        uint256 rest = asked.reward;
        uint128 each = (rest / near).toUint128();
        rest -= each * near;
        uint128 outlier = _part(asked.stake, asked.rules.outlierPenaltyBps);
        for (uint256 i; i < reports.length; ++i) {
            bool paid = _isNear(reports[i], score, tolerance);
            uint128 penalty = paid ? 0 : (reports[i].revealed ? outlier : silence);
            _settleSeat(requestId, asked, reports[i].reporter, paid ? each : 0, penalty);
            rest += penalty;
        }
        _credit(_config.treasury(), asked.token, rest);
    }

    /// @dev The first score of a license is its evidence; a later one is only a score.
    function _keep(uint256 requestId, uint256 licenseId, uint16 score) private {
        Evidence storage evidence = _storage().evidence[licenseId];
        if (evidence.at != 0) return;
        (evidence.requestId, evidence.score, evidence.at) = (requestId.toUint128(), score, uint40(block.timestamp));
        emit ReleaseEvidenceRecorded(licenseId, requestId, score);
    }

    function _settleSeat(
        uint256 requestId,
        Request storage asked,
        address reporter,
        uint128 reward,
        uint128 penalty
    )
        private
    {
        _unlock(reporter, asked.token, asked.stake, reward, penalty);
        emit SeatSettled(requestId, reporter, reward, penalty);
    }

    /// @dev Of an even number the lower of the two in the middle, so that the score is one that somebody gave.
    function _median(Report[] memory reports, uint256 revealed) private pure returns (uint16) {
        uint256[] memory scores = new uint256[](revealed);
        uint256 next = 0;
        for (uint256 i; i < reports.length; ++i) {
            if (reports[i].revealed) scores[next++] = reports[i].score;
        }
        return uint16(Arrays.sort(scores)[(revealed - 1) / 2]);
    }

    function _isNear(Report memory report, uint16 score, uint16 tolerance) private pure returns (bool) {
        if (!report.revealed) return false;
        uint16 distance = report.score > score ? report.score - score : score - report.score;
        return distance <= tolerance;
    }

    /// @dev Rounded up: against who pays it, and never above the stake.
    function _part(uint128 stake, uint16 bps) private pure returns (uint128) {
        return ((uint256(stake) * bps + BPS - 1) / BPS).toUint128();
    }
}
