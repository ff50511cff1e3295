// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IStreamRail } from "../../contracts/interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../../contracts/interfaces/payments/IStreamVault.sol";
import { StreamFlags } from "../../contracts/payments/StreamState.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { StreamTest } from "../unit/payments/StreamRail/StreamTest.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice Random walks over streams. Every act applies to a stream in a fitting state or does nothing, so none may revert.
/// A model of its own follows the flows from what the handler did, second by second, and never asks the contracts.
/// @dev Three offers: time alone; reports with release by default; reports with refund by default.
abstract contract StreamHandler is StreamTest {
    /// @dev What the handler knows of a stream by itself.
    /// @param counted Super token units that must count, up to `at`.
    struct Model {
        uint256 offer;
        uint256 rate;
        uint256 at;
        uint256 counted;
        bool ended;
    }

    Offer[3] internal sold;
    uint256[] internal ids;
    mapping(uint256 licenseId => Model) internal models;
    mapping(string act => uint256) public calls;

    function setUp() public virtual override {
        super.setUp();
        _fundStream(buyer, 1e6 * 1e6);
        sold[0] = _timeOffer();
        sold[1] = _reportOffer();
        IStreamRail.StreamTerms memory t = _streamTerms(IStreamRail.Proof.Report);
        t.defaultRefund = true;
        sold[2] = _streamOffer(t);
        sold[2].split = _createSplit(_members(carol, 7000, dave, 2000));
        for (uint256 i = 0; i < 3; ++i) {
            _open(i);
        }
    }

    function actOpen(uint256 seed) external {
        if (ids.length < 8) _open(seed % 3);
        ++calls["open"];
    }

    function actWarp(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 6 hours));
        ++calls["warp"];
    }

    /// @dev The sender, the receiver's owner and liquidators all end a flow alike for the receiver; here the sender does.
    function actDelete(uint256 seed) external {
        (uint256 id, Model storage m) = _pick(seed);
        // After its end a flow pays for nothing: the model counts no such seconds.
        uint256 end = rail.streamOf(id).endsAt;
        if (m.rate == 0 || m.ended || (end != 0 && end < block.timestamp)) return;
        _advance(m);
        m.rate = 0;
        _deleteFlow(buyer, buyer, _vault(id));
        rail.sync(id);
        ++calls["delete"];
    }

    function actReopen(uint256 seed) external {
        (uint256 id, Model storage m) = _pick(seed);
        if (m.rate != 0 || m.ended || _ends(id)) return;
        _advance(m);
        m.rate = RATE;
        if (seed % 2 == 0) {
            vm.prank(buyer);
            rail.reopen(id, sold[m.offer]);
        } else {
            _createFlow(buyer, _vault(id), RATE);
        }
        ++calls["reopen"];
    }

    /// @dev One change between two looks, which nobody syncs: the contracts must find it by themselves.
    function actDeleteUnseen(uint256 seed) external {
        (uint256 id, Model storage m) = _pick(seed);
        if (m.rate == 0 || m.ended || _ends(id)) return;
        rail.sync(id);
        _advance(m);
        m.rate = 0;
        _deleteFlow(buyer, buyer, _vault(id));
        vm.warp(block.timestamp + bound(seed, 1, 3 hours));
        _advance(m);
        m.rate = RATE;
        _createFlow(buyer, _vault(id), RATE);
        vm.warp(block.timestamp + bound(seed, 1, 3 hours));
        rail.sync(id);
        ++calls["deleteUnseen"];
    }

    function actGift(uint256 seed, uint96 amount) external {
        (uint256 id, Model storage m) = _pick(seed);
        if (m.ended) return;
        // Seen before and after: a gift in between two unseen changes would count as paid, to nobody's loss.
        rail.sync(id);
        address vault = _vault(id);
        vm.prank(buyer);
        IERC20(usdcx).transfer(vault, bound(amount, 1, 1e18));
        rail.sweep(id);
        ++calls["gift"];
    }

    function actReport(uint256 seed) external {
        (uint256 id, Model storage m) = _pick(seed);
        IStreamRail.Stream memory s = rail.streamOf(id);
        if (m.offer == 0 || s.reportedTo != 0 || s.flags & StreamFlags.DONE != 0) return;
        uint256 over = _over(s);
        if (over <= s.settled) return;
        uint256 until = s.start + (uint256(s.settled) + 1) * EPOCH;
        if (s.endsAt != 0 && s.endsAt < until) until = s.endsAt;
        if (block.timestamp > (until > s.movedAt ? until : s.movedAt) + OPEN_FOR) return;
        _submitReport(id, sold[m.offer], _report(id, s.settled, uint32(over)));
        ++calls["report"];
    }

    function actContest(uint256 seed) external {
        (uint256 id, Model storage m) = _pick(seed);
        IStreamRail.Stream memory s = rail.streamOf(id);
        if (s.flags & StreamFlags.REPORTED == 0 || block.timestamp > s.deadline) return;
        vm.prank(buyer);
        rail.contest(id, sold[m.offer], "reasons");
        ++calls["contest"];
    }

    function actSettle(uint256 seed) external {
        (uint256 id, Model storage m) = _pick(seed);
        try rail.settle(id, sold[m.offer]) {
            ++calls["settle"];
        } catch (bytes memory reason) {
            bytes4 why = bytes4(reason);
            // Nothing due, too early, frozen: the only reasons there may be.
            assertTrue(
                why == IStreamRail.StreamRail_NothingDue.selector
                    || why == bytes4(keccak256("PaymentRail_TooEarly(uint256,uint256)"))
                    || why == bytes4(keccak256("PaymentRail_Frozen(uint256)")),
                "why settling failed"
            );
        }
    }

    function actRule(uint256 seed, uint128 part) external {
        (uint256 id, Model storage m) = _pick(seed);
        IStreamRail.Stream memory s = rail.streamOf(id);
        if (s.flags & StreamFlags.CONTESTED == 0 || s.flags & StreamFlags.FROZEN != 0) return;
        if (block.timestamp > s.deadline) return;
        rail.sync(id);
        uint256 until = s.start + uint256(s.reportedTo) * EPOCH;
        if (s.endsAt != 0 && s.endsAt < until) until = s.endsAt;
        uint256 held = _receivedUntil(id, until) - _flow(id).out / SCALE;
        vm.prank(arbitrator);
        rail.rule(id, sold[m.offer], uint128(bound(part, 0, held)));
        ++calls["rule"];
    }

    function actConcede(uint256 seed) external {
        (uint256 id, Model storage m) = _pick(seed);
        IStreamRail.Stream memory s = rail.streamOf(id);
        uint256 over = _over(s);
        if (over <= s.settled || s.flags & (StreamFlags.FROZEN | StreamFlags.DONE) != 0) return;
        vm.prank(provider);
        rail.concede(id, sold[m.offer], uint24(over));
        ++calls["concede"];
    }

    function actCollect(uint256 seed) external {
        (uint256 id,) = _pick(seed);
        IStreamVault vault = IStreamVault(_vault(id));
        if (vault.due() != 0) vault.collect();
        ++calls["collect"];
    }

    function actFreeze(uint256 seed) external {
        (uint256 id,) = _pick(seed);
        uint8 flags = rail.streamOf(id).flags;
        if (flags & StreamFlags.DONE != 0) return;
        vm.prank(disputes);
        if (flags & StreamFlags.FROZEN == 0) rail.freeze(id);
        else rail.unfreeze(id);
        ++calls["freeze"];
    }

    function actNotice(uint256 seed) external {
        (uint256 id, Model storage m) = _pick(seed);
        IStreamRail.Stream memory s = rail.streamOf(id);
        if (s.flags & StreamFlags.ENDED != 0) return;
        if (s.endsAt != 0 && block.timestamp < s.endsAt) return;
        // Few walks end everything: one in four.
        if (s.endsAt == 0 && seed % 4 != 0) return;
        if (s.endsAt != 0) _finish(m, s.endsAt);
        vm.prank(buyer);
        rail.close(id, sold[m.offer]);
        ++calls["notice"];
    }

    function actClawBack(uint256 seed, uint128 amount) external {
        (uint256 id, Model storage m) = _pick(seed);
        IStreamRail.Stream memory s = rail.streamOf(id);
        if (seed % 5 != 0 || s.flags & StreamFlags.DONE != 0) return;
        if (!m.ended) _finish(m, s.endsAt != 0 && s.endsAt < block.timestamp ? s.endsAt : block.timestamp);
        vm.prank(disputes);
        rail.refund(id, sold[m.offer], amount % (10 * EPOCH_PAY));
        ++calls["clawBack"];
    }

    // ---- model

    function _open(uint256 offer) private {
        uint256 id = _buy(sold[offer]);
        ids.push(id);
        models[id] = Model(offer, RATE, block.timestamp, 0, false);
    }

    function _advance(Model storage m) internal {
        m.counted += m.rate * (block.timestamp - m.at);
        m.at = block.timestamp;
    }

    /// @dev The model's flow ends at `end`, which may have passed.
    function _finish(Model storage m, uint256 end) internal {
        if (end >= m.at) m.counted += m.rate * (end - m.at);
        (m.at, m.rate, m.ended) = (end, 0, true);
    }

    function _over(IStreamRail.Stream memory s) internal view returns (uint256) {
        if (s.endsAt != 0 && s.endsAt <= block.timestamp) return (s.endsAt - s.start + EPOCH - 1) / EPOCH;
        return (block.timestamp - s.start) / EPOCH;
    }

    function _ends(uint256 id) internal view returns (bool) {
        return rail.streamOf(id).endsAt != 0;
    }

    function _pick(uint256 seed) internal view returns (uint256 id, Model storage m) {
        id = ids[seed % ids.length];
        m = models[id];
    }
}
