// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { ILiveStreamRail } from "../../../contracts/interfaces/payments/ILiveStreamRail.sol";
import { ILiveVault } from "../../../contracts/interfaces/payments/ILiveVault.sol";
import {
    IConstantFlowMinimal,
    IDistributionMinimal,
    ISuperTokenMinimal
} from "../../../contracts/payments/superfluid/ISuperfluidMinimal.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { FlowWalk } from "./FlowWalk.sol";
import { RailsModel } from "./RailsModel.sol";

/// @notice Acts on live streams: an offer that pays a parent and contributors and one that pays no contributors, payers and vaults
/// that run dry and are liquidated. Every act applies to a license in a fitting state or does nothing, so none may revert.
/// @dev The model knows of each vault which flows run in and out, from Superfluid itself after each act on that license, and lets
/// them run by multiplication as time passes. It asks the rail and the vaults for no amount.
abstract contract LiveWalk is FlowWalk {
    /// @param came Units that came in: the payer's flow, buffers, gifts.
    /// @param gifts What of that strangers sent.
    /// @param passed Units that left into the pool.
    /// @param booked What of these the distributor has been told of.
    /// @param back What the payer got back at the end.
    /// @param lost What liquidators took; below zero when Superfluid paid in what was passed on too much.
    struct Book {
        address at;
        uint256 rate;
        uint256 inRate;
        uint256 outRate;
        uint256 came;
        uint256 passed;
        uint256 booked;
        uint256 back;
        uint256 gifts;
        int256 lost;
    }

    struct LiveLicense {
        address payer;
        uint256 which;
        uint256 expiry;
        uint256 endsAt;
        bool frozen;
        bool ended;
    }

    uint256 internal constant MAX_LIVES = 6;
    uint256 internal constant NOTICE = 1 days;

    Offer[2] internal liveSold;
    uint256[] internal liveIds;
    mapping(uint256 licenseId => LiveLicense) internal lives;
    /// @dev The rest's vault first, the contributors' second (its address zero when there is none).
    mapping(uint256 licenseId => Book[2]) internal books;

    function setUp() public virtual override {
        super.setUp();
        Offer memory offer = liveOffer();
        offer.datasetId = _publishChild();
        liveSold[1] = offer;
        offer.split = _split(offer.datasetId);
        liveSold[0] = offer;
        for (uint256 i; i < 3; ++i) {
            if (i < 2) {
                openOffer(liveSold[i]);
                coverOffer(liveSold[i]);
            }
            _buyLive(_payer(i), i % 2, 1 hours);
        }
    }

    // ---- acts of payers

    function actLiveBuy(uint256 seed, uint32 margin) external {
        uint256 which = seed / 2 % 2;
        if (liveIds.length == MAX_LIVES || !_sells(liveSold[which])) return;
        _buyLive(_payer(seed), which, bound(margin, 30 minutes, 3 hours));
        ++calls["liveBuy"];
    }

    /// @dev The payer ends one of its flows on Superfluid, or begins it anew; the rail hears nothing of it.
    function actLiveToggleFlow(uint256 seed) external {
        (uint256 id, LiveLicense storage l) = _pickLive(seed);
        Book storage a = _bookOf(id, seed);
        if (l.ended) return;
        if (a.inRate != 0) _endFlow(l.payer, l.payer, a.at);
        else _beginFlow(l.payer, a.at, a.rate);
        _refresh(id);
        ++calls["liveToggleFlow"];
    }

    function actLivePause(uint256 seed) external {
        (uint256 id, LiveLicense storage l) = _pickLive(seed);
        if (l.ended) return;
        int256[2] memory totals = _totalsOf(id);
        vm.prank(l.payer);
        liveStreams.pause(id, liveSold[l.which]);
        _after(id, totals, [int256(0), 0]);
        _noteBooked(id);
        ++calls["livePause"];
    }

    function actLiveReopen(uint256 seed) external {
        (uint256 id, LiveLicense storage l) = _pickLive(seed);
        int256[2] memory totals = _totalsOf(id);
        if (l.ended || l.frozen || _isOver(l) || totals[0] < 0 || totals[1] < 0) return;
        int256[2] memory more = _noteBuffer(id, totals, LIVE_BUFFER);
        vm.prank(l.payer);
        liveStreams.reopen(id, liveSold[l.which], LIVE_BUFFER);
        _after(id, totals, more);
        _noteBooked(id);
        ++calls["liveReopen"];
    }

    function actLiveGift(uint256 seed, uint256 amount) external {
        (uint256 id, LiveLicense storage l) = _pickLive(seed);
        if (l.ended) return;
        amount = bound(amount, 1, 1e12);
        Book storage a = _bookOf(id, seed);
        vm.prank(mallory);
        IERC20(usdcx).transfer(a.at, amount);
        (a.came, a.gifts) = (a.came + amount, a.gifts + amount);
        ++calls["liveGift"];
    }

    // ---- acts of anyone

    function actLiveSettle(uint256 seed) external {
        (uint256 id, LiveLicense storage l) = _pickLive(seed);
        if (l.ended) return;
        Book[2] storage a = books[id];
        bool may = _comes(id) && !l.frozen && !_isOver(l);
        bool right = may ? _passes(id) : a[0].outRate + a[1].outRate == 0;
        if (right && a[0].passed == a[0].booked && a[1].passed == a[1].booked) return;
        int256[2] memory totals = _totalsOf(id);
        liveStreams.settle(id, liveSold[l.which]);
        _after(id, totals, [int256(0), 0]);
        _noteBooked(id);
        ++calls["liveSettle"];
    }

    function actLiveCollect() external {
        liveStreams.collect(usdcx);
        ++calls["liveCollect"];
    }

    /// @dev A payer runs dry and a stranger ends one of its flows. All its others must not notice.
    function actLiveLiquidatePayer(uint256 seed) external {
        (uint256 id, LiveLicense storage l) = _pickLive(seed);
        Book storage a = _bookOf(id, seed);
        if (l.ended || a.inRate == 0) return;
        _liquidate(l.payer, a.at);
        _refresh(id);
        ++calls["liveLiquidatePayer"];
    }

    /// @dev A vault that only its buffer fed is dry, and a stranger ends what it passes on, soon or late. One in four gets there by
    /// this act: its payer stops, and nobody looks.
    function actLiveLiquidateVault(uint256 seed) external {
        (uint256 id, LiveLicense storage l) = _pickLive(seed);
        if (seed % 4 == 0) _neglect(id, l.payer, _bookOf(id, seed), seed);
        for (uint256 i; i < 2; ++i) {
            Book storage a = books[id][i];
            if (a.outRate == 0 || !_isCritical(a.at)) continue;
            int256 before = _total(a.at);
            _liquidateInto(a.at, ILiveVault(a.at).deal().pool);
            a.lost += before - _total(a.at);
            _refresh(id);
            ++calls["liveLiquidateVault"];
        }
    }

    // ---- ends and disputes

    function actLiveFreeze(uint256 seed) external {
        (uint256 id, LiveLicense storage l) = _pickLive(seed);
        if (l.ended || (!l.frozen && seed % 3 != 0)) return;
        int256[2] memory totals = _totalsOf(id);
        vm.prank(address(disputeManager));
        if (l.frozen) liveStreams.unfreeze(id);
        else liveStreams.freeze(id);
        l.frozen = !l.frozen;
        _after(id, totals, [int256(0), 0]);
        ++calls["liveFreeze"];
    }

    /// @dev One in four gives notice; whoever comes after it has run, or after the license expired, ends it.
    function actLiveNotice(uint256 seed) external {
        (uint256 id, LiveLicense storage l) = _pickLive(seed);
        if (l.ended) return;
        if (_isOver(l)) {
            _endLive(id, mallory);
            ++calls["liveClose"];
        } else if (l.endsAt == 0 && seed % 4 == 0) {
            _giveNotice(id);
            ++calls["liveNotice"];
        }
    }

    function actLiveRuling(uint256 seed) external {
        (uint256 id, LiveLicense storage l) = _pickLive(seed);
        if (l.ended || seed % 5 != 0) return;
        _endLive(id, address(disputeManager));
        ++calls["liveRuling"];
    }

    // ---- inside

    /// @dev Whether the market sells this offer now.
    function _sells(Offer memory) internal view virtual returns (bool) {
        return true;
    }

    function _giveNotice(uint256 id) internal {
        vm.prank(lives[id].payer);
        liveStreams.close(id, liveSold[lives[id].which]);
        lives[id].endsAt = vm.getBlockTimestamp() + NOTICE;
    }

    function _endLive(uint256 id, address caller) internal {
        LiveLicense storage l = lives[id];
        int256[2] memory totals = _totalsOf(id);
        bool wasDry = _isDry(id);
        int256 before = _total(l.payer);
        vm.prank(caller);
        if (caller == address(disputeManager)) liveStreams.refund(id, liveSold[l.which], 0);
        else liveStreams.close(id, liveSold[l.which]);
        uint256 back = uint256(_total(l.payer) - before);
        // What each of two vaults gave is not told apart: the first is taken to have given all of its own.
        for (uint256 i; i < 2; ++i) {
            Book storage a = books[id][i];
            if (a.at == address(0)) continue;
            int256 gone = totals[i] - _total(a.at);
            uint256 own = gone > 0 ? Math.min(uint256(gone), back) : 0;
            back -= own;
            a.back = own;
            a.lost += gone - int256(own);
            if (!wasDry) assertEq(totals[i], int256(own), "LIVE-3: all that was not passed on came back");
        }
        assertEq(back, 0, "LIVE-3: and no more");
        l.ended = true;
        _refresh(id);
        _noteBooked(id);
    }

    function _neglect(uint256 id, address payer, Book storage a, uint256 seed) private {
        if (a.outRate == 0) return;
        if (a.inRate != 0) _endFlow(payer, payer, a.at);
        _refresh(id);
        (int256 available,,) = ISuperTokenMinimal(usdcx).realtimeBalanceOf(a.at, vm.getBlockTimestamp());
        if (available > 0) _pass(uint256(available) / a.outRate + 1 + seed % 8 hours);
    }

    /// @dev Lets time pass, and the flows of the model run.
    function _pass(uint256 seconds_) internal override {
        for (uint256 i; i < liveIds.length; ++i) {
            for (uint256 k; k < 2; ++k) {
                Book storage a = books[liveIds[i]][k];
                a.came += a.inRate * seconds_;
                a.passed += a.outRate * seconds_;
            }
        }
        super._pass(seconds_);
    }

    /// @dev After a call of the rail that added `more`: only a vault that was dry may have lost anything by it.
    function _after(uint256 id, int256[2] memory totals, int256[2] memory more) private {
        for (uint256 i; i < 2; ++i) {
            Book storage a = books[id][i];
            if (a.at == address(0)) continue;
            int256 gone = totals[i] + more[i] - _total(a.at);
            if (totals[i] >= int256(_depositOf(a))) assertEq(gone, 0, "LIVE-3: no call takes anything");
            a.lost += gone;
        }
        _refresh(id);
    }

    /// @dev What Superfluid locks of a vault that passes on; the model's rates are those before the call.
    function _depositOf(Book storage a) private view returns (uint256) {
        // Superfluid rounds deposits up to multiples of 2^32.
        return a.outRate == 0 ? 0 : a.outRate * 4 hours + 2 ** 32;
    }

    function _refresh(uint256 id) private {
        for (uint256 i; i < 2; ++i) {
            Book storage a = books[id][i];
            if (a.at != address(0)) (a.inRate, a.outRate) = _ratesOf(a.at, lives[id].payer);
        }
    }

    function _noteBooked(uint256 id) private {
        for (uint256 i; i < 2; ++i) {
            books[id][i].booked = books[id][i].passed;
        }
    }

    /// @dev Each vault gets first what its deposit lacks, then its part by rate; whole base units, the rest's rounded up.
    function _noteBuffer(uint256 id, int256[2] memory totals, uint256 amount) private returns (int256[2] memory more) {
        Book[2] storage a = books[id];
        uint256 rest = amount;
        if (a[1].at != address(0)) {
            uint256[2] memory lacks;
            for (uint256 i; i < 2; ++i) {
                int256 needs =
                    int256(IConstantFlowMinimal(flows).getDepositRequiredForFlowRate(usdcx, int96(uint96(a[i].rate))));
                lacks[i] = needs > totals[i] ? uint256(needs - totals[i]) : 0;
            }
            uint256 spare = Math.saturatingSub(amount * SUPER_SCALE, lacks[0] + lacks[1]);
            rest = Math.ceilDiv(lacks[0] + spare * a[0].rate / (a[0].rate + a[1].rate), SUPER_SCALE);
            if (rest > amount) rest = amount;
        }
        more = [int256(rest * SUPER_SCALE), int256((amount - rest) * SUPER_SCALE)];
        (a[0].came, a[1].came) = (a[0].came + uint256(more[0]), a[1].came + uint256(more[1]));
    }

    function _buyLive(address payer, uint256 which, uint256 margin) private {
        uint256 buffer = uint256(PRICE) * (4 hours + margin) / STREAM_PERIOD + 1;
        vm.prank(payer);
        uint256 id = market.buy(liveSold[which], payer, "ref", abi.encode(buffer, 0));
        liveIds.push(id);
        LiveLicense storage l = lives[id];
        (l.payer, l.which, l.expiry) = (payer, which, vm.getBlockTimestamp() + defaultTerms().duration);
        ILiveStreamRail.Live memory live = liveStreams.liveOf(id);
        Book[2] storage a = books[id];
        (a[0].at, a[1].at, a[0].rate) = (live.rest, live.contributors, _rate());
        if (which == 0) {
            a[1].rate = RailsModel.poolRate(
                _rate(), protocolConfig.paymentToken(address(usdc)).feeBps, PARENT_BPS, SPLIT_BPS
            );
            a[0].rate -= a[1].rate;
        }
        _noteBuffer(id, [int256(0), 0], buffer);
        _refresh(id);
        assertEq(a[0].inRate, a[0].rate, "LIVE-1: the rest's rate");
        assertEq(a[1].inRate, a[1].rate, "LIVE-1: the contributors' rate");
    }

    // ---- reading

    function _ratesOf(address vault, address payer) internal view returns (uint256 inRate, uint256 outRate) {
        (, int96 comes,,) = IConstantFlowMinimal(flows).getFlow(usdcx, payer, vault);
        (, int96 leaves,) = IDistributionMinimal(distributions).getFlow(usdcx, vault, ILiveVault(vault).deal().pool);
        return (uint96(comes), uint96(leaves));
    }

    function _totalsOf(uint256 id) private view returns (int256[2] memory totals) {
        for (uint256 i; i < 2; ++i) {
            if (books[id][i].at != address(0)) totals[i] = _total(books[id][i].at);
        }
    }

    function _isCritical(address vault) private view returns (bool) {
        (int256 available,,) = ISuperTokenMinimal(usdcx).realtimeBalanceOf(vault, vm.getBlockTimestamp());
        return available < 0;
    }

    function _isDry(uint256 id) private view returns (bool) {
        address contributors = books[id][1].at;
        return _isCritical(books[id][0].at) || (contributors != address(0) && _isCritical(contributors));
    }

    /// @dev Whether the end has come, by notice or expiry.
    function _isOver(LiveLicense storage l) internal view returns (bool) {
        return (l.endsAt != 0 && l.endsAt <= vm.getBlockTimestamp()) || l.expiry <= vm.getBlockTimestamp();
    }

    function _comes(uint256 id) internal view returns (bool) {
        Book[2] storage a = books[id];
        return a[0].inRate >= a[0].rate && a[1].inRate >= a[1].rate;
    }

    function _passes(uint256 id) internal view returns (bool) {
        Book[2] storage a = books[id];
        return a[0].outRate != 0 && (a[1].at == address(0) || a[1].outRate != 0);
    }

    /// @dev One of the license's vaults.
    function _bookOf(uint256 id, uint256 seed) private view returns (Book storage) {
        Book[2] storage a = books[id];
        return a[1].at != address(0) && seed / MAX_LIVES % 2 == 1 ? a[1] : a[0];
    }

    function _pickLive(uint256 seed) private view returns (uint256 id, LiveLicense storage l) {
        id = liveIds[seed % liveIds.length];
        return (id, lives[id]);
    }
}
