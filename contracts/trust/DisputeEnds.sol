// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { IRecalls } from "../interfaces/trust/IRecalls.sol";
import { IRuledRecords } from "../interfaces/trust/IRuledRecords.sol";
import { Offer } from "../types/Offer.sol";
import { DisputeMath } from "./DisputeMath.sol";
import { DisputeFlags, DisputeReasons, Remedies } from "./DisputeReasons.sol";
import { DisputeState } from "./DisputeState.sol";

/// @notice What the end of a dispute does: money, access, bonds, status and records.
/// @dev Every call to another contract goes through `_act`. It reverts with what that contract says, so that whoever ends the dispute
/// tries again; once FORCE_AFTER has passed the rest is done without it, so that no contract can keep a dispute from ending.
abstract contract DisputeEnds is DisputeState {
    using DisputeReasons for Reason;

    /// @dev An end in the making.
    struct End {
        uint256 disputeId;
        Outcome outcome;
        bool forced;
        bool appealBack;
        Ruling ruling;
    }

    // Outcomes, subjects and statuses are compared, and amounts with nothing; no balance is.
    // slither-disable-start incorrect-equality

    // ---- the end

    /// @dev Ends the dispute. It has ended before any other contract is called.
    // The phase is final first, and every entrance is guarded.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function _close(StoredDispute storage d, Offer calldata offer, End memory e, uint128 claimantPart) internal {
        address token = _tokenOf(d, offer);
        (uint128 toClaimant, uint128 toRespondent) = _shares(e, claimantPart);
        (d.phase, d.outcome) = (Phase.Closed, e.outcome);
        emit DisputeClosed(e.disputeId, e.outcome, toClaimant, toRespondent);
        Subject subject = d.reason.subject();
        uint128 refunded = 0;
        if (subject == Subject.License) refunded = _endLicenseCase(d, offer, e);
        else if (subject == Subject.Version) _endVersionCase(d, e);
        else if (subject != Subject.Provider) _endRecordCase(d, subject, e);
        if (e.ruling.loss | e.ruling.penalty != 0) _slash(d, offer, e, refunded);
        if (d.flags & DisputeFlags.LOCKED != 0) {
            _act(e, address(_providerBond), abi.encodeCall(IProviderBond.unlock, (_claimId(e.disputeId))));
        }
        _push(token, d.claimant, toClaimant);
        _push(token, d.respondent, toRespondent);
    }

    function _shares(End memory e, uint128 claimantPart) private view returns (uint128, uint128) {
        DisputeManagerStorage storage $ = _storage();
        AppealBond memory appealed = $.appeals[e.disputeId];
        uint128 counter = $.counterBonds[e.disputeId];
        return DisputeMath.shares(
            _viewOf(e.disputeId), e.outcome, counter, appealed.appellant, appealed.amount, e.appealBack, claimantPart
        );
    }

    // ---- licenses

    // The dispute has ended, and its books are final, before any call; every entrance is guarded.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function _endLicenseCase(StoredDispute storage d, Offer calldata offer, End memory e) private returns (uint128) {
        uint256 licenseId = d.subjectId;
        LicenseBook storage book = _storage().licenses[licenseId];
        if (DisputeMath.isRuled(e.outcome)) book.ruled |= uint32(1 << uint256(d.reason));
        DisputeMath.RailState memory state = _reader.railState(licenseId, offer.price);
        DisputeMath.MoneyPlan memory plan =
            DisputeMath.money(_viewOf(e.disputeId), book, state, e.outcome, e.ruling.refund);
        bool short = e.outcome == Outcome.Settled && plan.refund != e.ruling.refund;
        if (short) revert DisputeManager_BadSettlement(e.disputeId, "refund");
        (book.owed, book.decided) = (plan.owed, plan.closes);
        if (d.flags & DisputeFlags.MONEY != 0 && book.more > 0) --book.more;
        if (!plan.waits) _settleMoney(licenseId, offer, book, state, e);
        else if (plan.refund > 0) emit RefundDue(licenseId, plan.owed);
        if (d.flags & DisputeFlags.ACCESS != 0) _freeAccess(licenseId, book, e);
        if (e.ruling.endsAt != 0) _endAt(licenseId, book, e);
        return plan.refund;
    }

    /// @dev Does with the money what all disputes about it came to.
    // The books are final before any call; every entrance is guarded.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function _settleMoney(
        uint256 licenseId,
        Offer calldata offer,
        LicenseBook storage book,
        DisputeMath.RailState memory state,
        End memory e
    )
        internal
    {
        (uint128 owed, bool closes) = (book.owed, book.decided && state.contested);
        (book.owed, book.decided, book.due) = (0, false, false);
        if (!state.open) return;
        bytes memory call_;
        if (owed > 0) call_ = _railCall(IPaymentRail.refund.selector, licenseId, offer, owed);
        else if (closes) call_ = _railCall(IPaymentRail.close.selector, licenseId, offer, 0);
        else if (state.frozen) call_ = abi.encodeCall(IPaymentRail.unfreeze, (licenseId));
        else return;
        if (!_act(e, state.rail, call_)) {
            (book.owed, book.decided, book.due) = (owed, closes, true);
            return;
        }
        if (state.frozen) emit LicenseHeld(licenseId, true, false, 0);
        if (owed > 0 || closes) emit LicenseSettled(licenseId, owed, state.held - owed);
    }

    /// @dev Calldata of `refund(licenseId, offer, amount)`, and of `close(licenseId, offer)`, which reads no further than the offer.
    /// An offer's calldata is its encoding (OfferBytes).
    function _railCall(
        bytes4 selector,
        uint256 licenseId,
        Offer calldata offer,
        uint128 amount
    )
        internal
        pure
        returns (bytes memory)
    {
        // Start and length of one slice.
        // slither-disable-next-line write-after-write
        bytes calldata raw;
        assembly ("memory-safe") {
            raw.offset := offer
            raw.length := 576
        }
        return abi.encodePacked(selector, licenseId, raw, uint256(amount));
    }

    function _freeAccess(uint256 licenseId, LicenseBook storage book, End memory e) private {
        uint16 holds = --book.access;
        emit LicenseHeld(licenseId, false, holds != 0, holds);
        if (holds != 0) return;
        _act(e, address(_licenseToken), abi.encodeCall(ILicenseToken.setFrozen, (licenseId, false)));
    }

    function _endAt(uint256 licenseId, LicenseBook storage book, End memory e) private {
        if (e.ruling.endsAt > block.timestamp) {
            // Of two rulings the earlier end counts.
            if (book.endsAt != 0 && book.endsAt < e.ruling.endsAt) return;
            book.endsAt = e.ruling.endsAt;
            emit LicenseEnds(licenseId, e.ruling.endsAt);
        } else if (_licenseToken.isLive(licenseId)) {
            _act(e, address(_licenseToken), abi.encodeCall(ILicenseToken.revokeByRuling, (licenseId)));
        }
    }

    // ---- the provider's bond

    // What was paid is known after the payment; every entrance is guarded.
    // slither-disable-next-line reentrancy-events
    function _slash(StoredDispute storage d, Offer calldata offer, End memory e, uint128 refunded) private {
        IProviderBond.SlashOrder memory order = _orderOf(d, offer, e.disputeId, e.ruling, refunded);
        if (order.loss | order.penalty == 0) return;
        bytes memory call_ = abi.encodeCall(IProviderBond.slash, (order));
        (bool done, bytes memory answer) = _try(e, address(_providerBond), call_);
        if (!done) return;
        // What went to reporter and treasury says Slashed.
        // slither-disable-next-line unused-return
        (uint128 paid,,) = abi.decode(answer, (uint128, uint128, uint128));
        emit LossCompensated(e.disputeId, d.claimant, order.token, paid);
    }

    /// @dev What is asked of the bond: the loss up to what was claimed, less what the rail gave back, and the penalty.
    function _orderOf(
        StoredDispute storage d,
        Offer calldata offer,
        uint256 disputeId,
        Ruling memory ruling,
        uint128 refunded
    )
        private
        view
        returns (IProviderBond.SlashOrder memory order)
    {
        Stake memory stake = _storage().stakes[disputeId];
        (order.claimId, order.harmed, order.reporter) = (_claimId(disputeId), d.claimant, d.claimant);
        (order.penalty, order.evidence) = (ruling.penalty, ruling.reasons);
        // Only a license's offer was checked.
        uint128 price = 0;
        if (d.reason == Reason.Misconduct) {
            (order.provider, order.token) = (d.respondent, stake.token);
        } else {
            order.licenseId = d.subjectId;
            order.offerId = _licenseToken.offerIdOf(d.subjectId);
            (order.provider, order.token, price) = (offer.provider, offer.token, offer.price);
        }
        order.loss = DisputeMath.loss(ruling.loss, stake.claimed, price, refunded);
    }

    // ---- versions

    // Likewise.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function _endVersionCase(StoredDispute storage d, End memory e) private {
        VersionBook storage book = _storage().versions[_subjectOf(e.disputeId, d)];
        if (e.outcome == Outcome.Rejected && d.reason.has(Remedies.TAKEDOWN)) ++book.rejected;
        (uint256 datasetId, uint32 version) = _versionOf(_subjectOf(e.disputeId, d));
        IDatasetRegistry.Status status = e.ruling.status;
        if (status != IDatasetRegistry.Status.None) {
            // What a ruling stopped is governance's to lift, not ours.
            bool stopped = book.placed && status == IDatasetRegistry.Status.Quarantined;
            if (!stopped) _restrict(datasetId, version, status);
            book.placed = false;
        }
        if (d.flags & DisputeFlags.SALES != 0) _resumeSales(_subjectOf(e.disputeId, d));
        if (!e.ruling.correct) return;
        bytes32 root = e.ruling.revokedRoot;
        bytes memory call_ = abi.encodeCall(IDatasetRegistry.setRevokedRoot, (datasetId, version, root));
        if (!_act(e, address(_registry), call_) || e.ruling.leaves == 0 || !_exists(_recalls)) return;
        // ConsentRevoked is the consent registry's alone.
        IRecalls.Reason why = d.reason == Reason.ConsentWithdrawn ? IRecalls.Reason.OptOut : IRecalls.Reason.Takedown;
        _act(e, _recalls, abi.encodeCall(IRecalls.open, (datasetId, version, why, e.ruling.leaves, root, 0)));
    }

    /// @dev Ends one takedown's hold on a version's sales.
    // Guarded by the callers; the books are final before the call.
    // slither-disable-next-line reentrancy-events
    function _resumeSales(uint256 subjectId) internal {
        VersionBook storage book = _storage().versions[subjectId];
        (uint256 datasetId, uint32 version) = _versionOf(subjectId);
        uint32 holds = --book.holds;
        emit SalesStopped(datasetId, version, holds != 0, holds);
        if (holds != 0 || !book.placed) return;
        book.placed = false;
        // A guardian may have suspended it meanwhile, or governance lifted it: then there is nothing of ours to lift.
        try _registry.reinstate(datasetId, version) { }
        catch (bytes memory reason) {
            _requireReason(reason);
        }
    }

    // ---- records

    function _endRecordCase(StoredDispute storage d, Subject subject, End memory e) private {
        uint256 id = _subjectOf(e.disputeId, d);
        if (subject == Subject.Recall) {
            if (!DisputeMath.isRuled(e.outcome) || IRecalls(_recalls).recallOf(id).decidedAt != 0) return;
            _act(e, _recalls, abi.encodeCall(IRecalls.decideByRuling, (id, e.outcome == Outcome.Rejected)));
        } else if (e.ruling.revokeRecord) {
            _act(e, _recordsOf(subject), abi.encodeCall(IRuledRecords.revokeByRuling, (id, e.ruling.reasons)));
        }
    }

    function _recordsOf(Subject subject) private view returns (address) {
        if (subject == Subject.Proof) return _proofRegistry;
        return subject == Subject.Receipt ? _computeReceipts : _attestations;
    }

    // slither-disable-end incorrect-equality

    // ---- calls

    function _act(End memory e, address target, bytes memory call_) internal returns (bool done) {
        // What remedies return says their own events.
        // slither-disable-next-line unused-return
        (done,) = _try(e, target, call_);
    }

    // A failure is known after the call; every entrance is guarded.
    // slither-disable-next-line reentrancy-events
    function _try(End memory e, address target, bytes memory call_) private returns (bool done, bytes memory answer) {
        // Neighbors are the protocol's own; a refusal is told on, or left out once its time has passed.
        // solhint-disable-next-line avoid-low-level-calls
        (done, answer) = target.call(call_);
        if (done) return (done, answer);
        if (!e.forced) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        emit RemedyFailed(e.disputeId, target, bytes4(call_));
    }
}
