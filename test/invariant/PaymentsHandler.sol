// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../contracts/interfaces/payments/IEscrowRail.sol";
import { IDatasetRegistry } from "../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { DeliveryReceipt } from "../../contracts/types/Messages.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { PaymentsFixture } from "../unit/payments/PaymentsFixture.sol";
import { OddToken } from "../unit/payments/doubles/OddToken.sol";

/// @notice Random walks over holds and payouts. Every act either applies to a hold in a fitting state or does nothing, so
/// none may revert. Ghosts keep what the buyer paid and must have got back.
/// @dev Three offers in one token that can refuse receivers: the owner alone; a split of 90 %; a child dataset that owes its
/// parent 30 %. Licensee is the buyer or carol; the buyer always pays.
abstract contract PaymentsHandler is PaymentsFixture {
    uint256 internal constant WEALTH = 1e15;

    OddToken internal token;
    Offer[3] internal offers;
    uint256[] internal ids;
    mapping(uint256 licenseId => uint256) internal offerOf;
    /// @dev The final state once seen, 0 before.
    mapping(uint256 licenseId => uint8) internal endedAs;

    uint256 internal ghostPaid;
    uint256 internal ghostBack;
    uint256 internal ghostReleased;
    mapping(string act => uint256) public calls;

    function setUp() public virtual override {
        super.setUp();
        token = new OddToken(6);
        config.setPaymentToken(address(token), _wrap(address(token)), FEE_BPS, true);
        token.mint(buyer, WEALTH);
        vm.startPrank(buyer);
        token.approve(address(market), type(uint256).max);
        token.approve(address(escrow), type(uint256).max);
        vm.stopPrank();
        uint16 split = _createSplit(_members(carol, 7000, dave, 2000));
        for (uint256 i = 0; i < 3; ++i) {
            Offer memory offer = _offer();
            (offer.token, offer.salt) = (address(token), i);
            offers[i] = offer;
        }
        offers[1].split = split;
        offers[1].railTerms = _refundingTerms();
        (offers[2].seller, offers[2].datasetId) = (dave, _child());
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(offers[i].seller);
            market.open(offers[i]);
        }
        // Something to act on from the start: three licenses of each offer.
        for (uint256 i = 0; i < 9; ++i) {
            _buyOne(i % 3, i % 2 == 0);
        }
    }

    /// @dev After every act: a hold that had ended is as it ended, and a refund has ended the license (PAY-5, PAY-6).
    modifier tracked() {
        _;
        for (uint256 i = 0; i < ids.length; ++i) {
            uint8 state = uint8(escrow.holdOf(ids[i]).state);
            uint8 before = endedAs[ids[i]];
            if (before != 0) assertEq(state, before, "PAY-5");
            else if (state >= uint8(IEscrowRail.HoldState.Released)) endedAs[ids[i]] = state;
        }
    }

    // ---- acts on holds

    /// @dev While the title is away its offers do not sell; the child's always does.
    function actBuy(uint8 which, bool forCarol) external tracked {
        which = registry.ownerOf(datasetId) == seller ? which % 3 : 2;
        _buyOne(which, forCarol);
        ++calls["buy"];
    }

    function actReceipt(uint256 seed) external tracked {
        (uint256 id, Offer memory offer) = _pick(seed, IEscrowRail.HoldState.Held, true);
        if (id == 0 || block.timestamp > licenses.licenseOf(id).start + SLA) return;
        DeliveryReceipt memory receipt = _receipt(id);
        receipt.datasetId = offer.datasetId;
        _submit(id, offer, receipt);
        ++calls["receipt"];
    }

    function actObject(uint256 seed) external tracked {
        (uint256 id, Offer memory offer) = _pick(seed, IEscrowRail.HoldState.Withdrawing, true);
        if (id == 0 || block.timestamp > escrow.holdOf(id).deadline) return;
        DeliveryReceipt memory receipt = _receipt(id);
        receipt.datasetId = offer.datasetId;
        receipt.servedUntil = escrow.holdOf(id).requestedAt;
        receipt.servedFrom = receipt.servedUntil;
        _submit(id, offer, receipt);
        ++calls["object"];
    }

    function actConfirm(uint256 seed, bool delivered) external tracked {
        IEscrowRail.HoldState state = delivered ? IEscrowRail.HoldState.Delivered : IEscrowRail.HoldState.Held;
        (uint256 id, Offer memory offer) = _pick(seed, state, false);
        if (id == 0) return;
        vm.prank(licenses.ownerOf(id));
        escrow.confirm(id, offer);
        ghostReleased += offer.price;
        ++calls["confirm"];
    }

    function actSettle(uint256 seed) external tracked {
        (uint256 id, Offer memory offer) = _pick(seed, IEscrowRail.HoldState.Delivered, false);
        if (id == 0 || block.timestamp <= escrow.holdOf(id).deadline) return;
        ghostReleased += escrow.settle(id, offer);
        ++calls["settle"];
    }

    function actContest(uint256 seed) external tracked {
        (uint256 id, Offer memory offer) = _pick(seed, IEscrowRail.HoldState.Delivered, true);
        if (id == 0 || block.timestamp > escrow.holdOf(id).deadline) return;
        vm.prank(buyer);
        escrow.contest(id, offer, "");
        ghostPaid += BOND;
        ++calls["contest"];
    }

    function actRule(uint256 seed, uint128 amount) external tracked {
        (uint256 id, Offer memory offer) = _pick(seed, IEscrowRail.HoldState.Contested, false);
        if (id == 0 || block.timestamp > escrow.holdOf(id).deadline) return;
        amount = amount % 4 == 0 ? 0 : amount % (offer.price + 1);
        vm.prank(arbitrator);
        escrow.rule(id, offer, amount);
        _ghostRefund(offer, amount, true);
        ++calls["rule"];
    }

    function actDefault(uint256 seed) external tracked {
        (uint256 id, Offer memory offer) = _pick(seed, IEscrowRail.HoldState.Contested, false);
        if (id == 0 || block.timestamp <= escrow.holdOf(id).deadline) return;
        escrow.applyDefault(id, offer);
        _ghostRefund(offer, offerOf[id] == 1 ? offer.price : 0, true);
        ++calls["default"];
    }

    function actRefundUndelivered(uint256 seed) external tracked {
        (uint256 id, Offer memory offer) = _pick(seed, IEscrowRail.HoldState.Held, false);
        if (id == 0 || block.timestamp <= licenses.licenseOf(id).start + SLA) return;
        escrow.refundUndelivered(id, offer);
        _ghostRefund(offer, offer.price, false);
        ++calls["refund"];
    }

    function actWithdraw(uint256 seed) external tracked {
        (uint256 id, Offer memory offer) = _pick(seed, IEscrowRail.HoldState.Held, true);
        if (id == 0 || block.timestamp > licenses.licenseOf(id).start + COOLING_OFF) return;
        vm.prank(licenses.ownerOf(id));
        escrow.requestWithdrawal(id, offer);
        ++calls["withdraw"];
    }

    function actCompleteWithdrawal(uint256 seed) external tracked {
        (uint256 id, Offer memory offer) = _pick(seed, IEscrowRail.HoldState.Withdrawing, false);
        if (id == 0 || block.timestamp <= escrow.holdOf(id).deadline) return;
        escrow.completeWithdrawal(id, offer);
        _ghostRefund(offer, offer.price, false);
        ++calls["completeWithdrawal"];
    }

    function actFreeze(uint256 seed) external tracked {
        uint256 id = _any(seed);
        if (id == 0 || _isEnded(id)) return;
        bool frozen = escrow.holdOf(id).frozen;
        vm.prank(disputes);
        if (frozen) escrow.unfreeze(id);
        else escrow.freeze(id);
        ++calls["freeze"];
    }

    function actRemedy(uint256 seed, uint128 amount) external tracked {
        uint256 id = _any(seed);
        if (id == 0 || _isEnded(id)) return;
        Offer memory offer = offers[offerOf[id]];
        bool contested = escrow.holdOf(id).state == IEscrowRail.HoldState.Contested;
        amount = amount % (offer.price + 1);
        vm.prank(disputes);
        escrow.refund(id, offer, amount);
        _ghostRefund(offer, amount, contested);
        ++calls["remedy"];
    }

    // ---- acts on the rest

    function actWarp(uint32 duration) external tracked {
        vm.warp(block.timestamp + bound(duration, 1 hours, 4 days));
    }

    function actRefuse(uint8 who, bool on) external tracked {
        address[5] memory accounts = [buyer, seller, carol, treasury, config.paymentToken(address(token)).superToken];
        token.refuse(accounts[who % 5], on);
    }

    function actMoveTitle() external tracked {
        address owner = registry.ownerOf(datasetId);
        vm.prank(owner);
        registry.transferFrom(owner, owner == seller ? carol : seller, datasetId);
    }

    function actPayRoyalty(bool toSeller) external tracked {
        address owner = toSeller ? seller : carol;
        if (distributor.accruedRoyaltyOf(datasetId, 1, address(token), owner) == 0) return;
        distributor.payPastRoyalty(datasetId, 1, address(token), owner);
        ++calls["royalty"];
    }

    function actCollectFees() external tracked {
        if (distributor.accruedFees(address(token)) == 0 || token.refused(treasury)) return;
        distributor.collectFees(address(token));
        ++calls["fees"];
    }

    function actClaim(uint8 who) external tracked {
        address account = [buyer, seller, carol, dave][who % 4];
        if (token.refused(account)) return;
        if (distributor.claimable(account, address(token)) > 0) distributor.claim(account, address(token), account);
        if (escrow.deferredOf(account, address(token)) > 0) escrow.claimDeferred(account, address(token), account);
        ++calls["claim"];
    }

    // ---- inside

    function _buyOne(uint256 which, bool forCarol) private {
        Offer memory offer = offers[which];
        vm.prank(buyer);
        uint256 licenseId = market.buy(offer, forCarol ? carol : buyer, "", "");
        ids.push(licenseId);
        offerOf[licenseId] = which;
        ghostPaid += offer.price;
    }

    function _ghostRefund(Offer memory offer, uint256 amount, bool bonded) private {
        ghostReleased += offer.price - amount;
        ghostBack += amount;
        if (bonded && amount > 0) ghostBack += BOND;
    }

    /// @dev A hold in `state`, found from a random start; 0 when there is none. Frozen ones only where `frozenToo`.
    function _pick(
        uint256 seed,
        IEscrowRail.HoldState state,
        bool frozenToo
    )
        private
        view
        returns (uint256, Offer memory)
    {
        uint256 count = ids.length;
        for (uint256 i = 0; i < count; ++i) {
            uint256 id = ids[addmod(seed, i, count)];
            IEscrowRail.Hold memory hold = escrow.holdOf(id);
            if (hold.state == state && (frozenToo || !hold.frozen)) return (id, offers[offerOf[id]]);
        }
        return (0, offers[0]);
    }

    function _any(uint256 seed) private view returns (uint256) {
        return ids.length == 0 ? 0 : ids[seed % ids.length];
    }

    function _isEnded(uint256 id) internal view returns (bool) {
        return escrow.holdOf(id).state >= IEscrowRail.HoldState.Released;
    }

    function _refundingTerms() private view returns (bytes32[2] memory) {
        IEscrowRail.EscrowTerms memory t = _escrowTerms();
        t.defaultRefund = true;
        return escrow.packTerms(t);
    }

    function _child() private returns (uint256) {
        IDatasetRegistry.ParentLink[] memory links = new IDatasetRegistry.ParentLink[](1);
        links[0] = _link(datasetId, sellerKey, dave, 3000);
        return _publish(dave, links);
    }
}
