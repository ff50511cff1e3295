// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IStreamVault } from "../interfaces/payments/IStreamVault.sol";
import { StreamDeals } from "./StreamDeals.sol";
import { IConstantFlowMinimal, ISuperTokenMinimal } from "./superfluid/ISuperfluidMinimal.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice What the flow into a vault has paid, second by second: see IStreamVault for what counts.
abstract contract StreamFlow is IStreamVault {
    using SafeCast for uint256;

    /// @dev Since `at`, `rate` counts on top of `received`. One slot.
    struct Piece {
        uint40 at;
        uint96 rate;
        uint120 received;
    }

    /// @dev `received` until `time`. Between two points the flow was even. One slot.
    struct Point {
        uint40 time;
        uint216 received;
    }

    /// @param rate Agreed rate if it ever changed, zero as long as it is the first one.
    /// @param running What the flow was seen to bring per second, which may be more than counts; zero until a change was seen.
    struct State {
        uint96 rate;
        uint40 unpaid;
        bool paused;
        bool ended;
        uint96 running;
    }

    /// @dev What a look at the flow finds: the piece seen before, the one from now on, and a corner between them.
    /// @param running Units per second of the payer's flow.
    struct Look {
        bool changed;
        uint256 running;
        uint256 since;
        uint256 agreed;
        Piece was;
        Point corner;
        Piece next;
        uint40 unpaid;
        uint128 stray;
    }

    // A clone has a storage of its own, and no upgrade ever changes its code: plain variables.
    State private _state;
    /// @dev Zero as long as the first flow was not seen to change: the first rate from the start.
    Piece private _piece;
    uint128 private _out;
    uint128 private _stray;
    /// @dev Units here that were released and wait to be collected for the distributor. In no balance that follows.
    uint128 internal _due;
    /// @dev What came before `_piece`, ascending; `_piece` goes on from the last point.
    Point[] private _past;

    address private immutable _flows;

    constructor(address flows) {
        // Without the agreement no flow would start.
        // slither-disable-next-line missing-zero-check
        _flows = flows;
    }

    // ---- views

    /// @inheritdoc IStreamVault
    function deal() public view returns (Deal memory) {
        return StreamDeals.read(address(this));
    }

    /// @inheritdoc IStreamVault
    function rate() external view returns (uint96) {
        return _agreed(deal());
    }

    /// @inheritdoc IStreamVault
    function flow() external view returns (Flow memory f) {
        Deal memory d = deal();
        Piece memory piece = _pieceOf(d);
        f.rate = _agreed(d);
        (f.seenAt, f.seenRate, f.received) = (piece.at, piece.rate, piece.received);
        (f.out, f.stray) = (_out, _stray);
        (f.unpaid, f.paused, f.ended) = (_state.unpaid, _state.paused, _state.ended);
    }

    /// @inheritdoc IStreamVault
    function receivedUntil(uint256 time) external view returns (uint256) {
        Deal memory d = deal();
        if (time < d.start) return 0;
        Look memory look = _look(d);
        if (!look.changed || time < look.was.at) return _receivedUntil(look.was, time);
        if (time >= look.next.at) return _receivedBy(look.next, time);
        (Point memory from, Point memory to) = (look.corner, Point(look.next.at, look.next.received));
        if (time < from.time) (from, to) = (Point(look.was.at, look.was.received), from);
        return _between(from, to, time);
    }

    /// @inheritdoc IStreamVault
    function payment(uint256 grace) external view returns (bool runs, bool tolerated) {
        Deal memory d = deal();
        (, uint256 running) = _running(d);
        if (running >= _agreed(d)) return (true, true);
        if (_state.paused) return (false, false);
        Look memory look = _look(d);
        uint256 unpaid = look.unpaid + _unpaidOf(look.next, look.agreed);
        // Else every new license would be worth its grace for nothing.
        uint256 paid = _receivedBy(look.next, block.timestamp) / look.agreed;
        return (false, unpaid <= grace && unpaid <= paid);
    }

    // ---- looking

    function _running(Deal memory d) internal view returns (uint256 since, uint256 running) {
        int96 signed;
        // The deposits are between the payer and Superfluid.
        // slither-disable-next-line unused-return
        (since, signed,,) = IConstantFlowMinimal(_flows).getFlow(d.superToken, d.payer, address(this));
        // A single flow is never negative.
        running = uint96(signed);
    }

    function _agreed(Deal memory d) private view returns (uint96 agreed) {
        agreed = _state.rate;
        if (agreed == 0) agreed = d.rate;
    }

    function _pieceOf(Deal memory d) private view returns (Piece memory piece) {
        piece = _piece;
        if (piece.at == 0) (piece.at, piece.rate) = (d.start, d.rate);
    }

    /// @dev How the flow ran since the last look.
    function _look(Deal memory d) private view returns (Look memory look) {
        Piece memory was = _pieceOf(d);
        (look.was, look.next, look.agreed) = (was, was, _agreed(d));
        (look.unpaid, look.stray) = (_state.unpaid, _stray);
        (look.since, look.running) = _running(d);
        if (_state.ended) return look;
        uint256 bound = look.since;
        if (look.running == 0) {
            // Nothing runs and nothing was running: only a change of the vault's flows can have brought anything.
            bound = _lastChange(d.superToken);
            if (was.rate == 0 && bound <= was.at) return look;
        } else if (look.running == _brought(was) && bound <= was.at) {
            return look;
        }
        look.changed = true;
        _place(look, Math.max(bound, was.at), _fresh(d, look));
    }

    /// @dev Puts `fresh` units, which came between the last look and `bound`, into the seconds that they paid.
    function _place(Look memory look, uint256 bound, uint256 fresh) private view {
        Piece memory was = look.was;
        bool ran = was.rate != 0;
        // By what a second brought: else the surplus of a flow above the agreed rate could pass for longer payment.
        uint256 paid = Math.min(fresh / (ran ? _brought(was) : look.agreed), bound - was.at);
        uint256 counted = paid * (ran ? was.rate : look.agreed);
        uint256 received = was.received + counted;
        look.stray = (look.stray + fresh - counted).toUint128();
        // A flow that ran went on from where it was seen; one that came and went in between is known by its end.
        look.corner = ran ? Point(uint40(was.at + paid), uint216(received)) : Point(uint40(bound - paid), was.received);
        uint256 at = bound;
        if (look.running == 0) {
            if (ran) at = was.at + paid;
            else if (paid == 0) at = was.at;
        }
        look.next = Piece(uint40(at), uint96(Math.min(look.running, look.agreed)), received.toUint120());
        if (ran || !_state.paused) look.unpaid += uint40(at - was.at - counted / look.agreed);
    }

    /// @dev Units per second that the flow was last seen to bring: `was.rate` of them count.
    function _brought(Piece memory was) private view returns (uint256) {
        return Math.max(_state.running, was.rate);
    }

    /// @dev Units that came since the last look and do not belong to the flow that runs now.
    function _fresh(Deal memory d, Look memory look) private view returns (uint256) {
        uint256 known = uint256(look.was.received) + look.stray;
        if (look.running != 0) known += look.running * (block.timestamp - look.since);
        return Math.saturatingSub(_balance(d.superToken) + _out, known);
    }

    function _balance(address superToken) private view returns (uint256) {
        // A vault has no deposits: it sends no flows.
        // slither-disable-next-line unused-return
        (int256 available,,) = ISuperTokenMinimal(superToken).realtimeBalanceOf(address(this), block.timestamp);
        return available > 0 ? Math.saturatingSub(uint256(available), _due) : 0;
    }

    function _lastChange(address superToken) private view returns (uint256 timestamp) {
        // Only the time is asked for.
        // slither-disable-next-line unused-return
        (timestamp,,,) = IConstantFlowMinimal(_flows).getAccountFlowInfo(superToken, address(this));
    }

    /// @dev Seconds of the piece until now that are not paid at the agreed rate.
    function _unpaidOf(Piece memory piece, uint256 agreed) private view returns (uint256) {
        uint256 passed = block.timestamp - piece.at;
        return passed - passed * piece.rate / agreed;
    }

    // ---- recording

    /// @dev Looks, and records what changed.
    function _sync(Deal memory d) internal returns (Look memory look) {
        look = _look(d);
        if (!look.changed) return look;
        _keep(look.was.at, look.was.received, look.next.at);
        _keep(look.corner.time, look.corner.received, look.next.at);
        (_state.unpaid, _state.running, _stray) = (look.unpaid, uint96(look.running), look.stray);
        // The first flow after a pause ends the pause.
        if (look.running != 0) _state.paused = false;
        _setPiece(look.next);
    }

    /// @dev From now on another rate is agreed. After a sync.
    function _setAgreed(Look memory look, uint96 agreed) internal {
        uint40 present = uint40(block.timestamp);
        Piece memory was = look.next;
        if (!_state.paused) _state.unpaid += uint40(_unpaidOf(was, look.agreed));
        (_state.rate, _state.running) = (agreed, uint96(look.running));
        _keep(was.at, was.received, present);
        _setPiece(Piece(present, uint96(Math.min(look.running, agreed)), uint120(_receivedBy(was, present))));
    }

    function _setPaused() internal {
        _state.paused = true;
    }

    function _setEnded() internal {
        _state.ended = true;
    }

    function _setPiece(Piece memory piece) private {
        _piece = piece;
        emit FlowSeen(piece.at, piece.rate, piece.received, _state.unpaid, _stray);
    }

    /// @dev Keeps a point that lies after the last one and before the piece that follows.
    function _keep(uint256 time, uint256 received, uint256 before) private {
        if (time >= before) return;
        uint256 count = _past.length;
        if (count != 0 && _past[count - 1].time >= time) return;
        _past.push(Point(uint40(time), uint216(received)));
    }

    // ---- amounts

    /// @dev Books what counts up to `time` and is whole base units. After a sync.
    function _takeUntil(Deal memory d, uint256 time) internal returns (uint128 amount) {
        uint256 scale = StreamDeals.scaleOf(d.decimals);
        uint256 received = _receivedUntil(_pieceOf(d), time);
        amount = (received / scale - _out / scale).toUint128();
        _out += (amount * scale).toUint128();
    }

    /// @dev Units here beyond what counts up to `time`. After a sync.
    function _takeStrayUntil(Deal memory d, uint256 time, bool all) internal returns (uint256 units) {
        Piece memory piece = _pieceOf(d);
        units = _balance(d.superToken);
        if (!all) units = Math.saturatingSub(units + _out, _receivedUntil(piece, time));
        _stray = 0;
        if (_brought(piece) > piece.rate && piece.at < block.timestamp) {
            // Of a flow above the agreed rate, what it brought until now has been told apart.
            uint40 present = uint40(block.timestamp);
            _keep(piece.at, piece.received, present);
            _setPiece(Piece(present, piece.rate, _receivedBy(piece, present).toUint120()));
        }
    }

    /// @dev Units that count until `time`, which is neither ahead nor before the start. After a sync, `piece` the current one.
    function _receivedUntil(Piece memory piece, uint256 time) private view returns (uint256) {
        if (time >= piece.at) return _receivedBy(piece, time);
        // The number of points at or before `time`: at least one, for the first is the start.
        (uint256 low, uint256 high) = (1, _past.length);
        while (low < high) {
            uint256 middle = Math.ceilDiv(low + high, 2);
            if (_past[middle - 1].time > time) high = middle - 1;
            else low = middle;
        }
        Point memory to = low == _past.length ? Point(piece.at, piece.received) : _past[low];
        return _between(_past[low - 1], to, time);
    }

    /// @dev On an even stretch.
    function _between(Point memory from, Point memory to, uint256 time) private pure returns (uint256) {
        return from.received + uint256(to.received - from.received) * (time - from.time) / (to.time - from.time);
    }

    function _receivedBy(Piece memory piece, uint256 time) private pure returns (uint256) {
        return uint256(piece.received) + uint256(piece.rate) * (time - piece.at);
    }
}
