// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { Messages, Settlement } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { BondFloat } from "./BondFloat.sol";
import { DisputeEnds } from "./DisputeEnds.sol";
import { DisputeMath } from "./DisputeMath.sol";
import { DisputeFlags, DisputeReasons, Remedies } from "./DisputeReasons.sol";
import { DisputeState } from "./DisputeState.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";

/// @title How disputes end: code of DisputeManager
/// @notice The second half of DisputeManager's code, which calls it by delegatecall: the same storage, the same address, the same guards.
/// Called at its own address it finds no dispute and holds no money. It is replaced with the implementation that names it.
contract DisputeRemedies is DisputeEnds {
    using DisputeReasons for Reason;

    constructor(Neighbors memory neighbors) DisputeState(neighbors) { }

    // ---- counter-bonds

    /// @notice See IDisputeManager.
    // The bond is booked before it is pulled, and the entrance is guarded.
    // slither-disable-next-line reentrancy-benign,reentrancy-events
    function counterBond(uint256 disputeId) external nonReentrant {
        StoredDispute storage d = _open(disputeId);
        if (msg.sender != d.respondent) revert DisputeManager_NotAllowed(disputeId, msg.sender);
        bool sales = d.flags & DisputeFlags.SALES != 0;
        if (!sales || d.phase == Phase.Ruled || d.flags & DisputeFlags.APPEALED != 0) {
            revert DisputeManager_WrongPhase(disputeId, d.phase);
        }
        Numbers storage numbers = _storage().numbers[d.numbers];
        uint128 bond = BondFloat.unpack(d.bond) * numbers.counterFactor;
        _storage().counterBonds[disputeId] = bond;
        emit CounterBondPosted(disputeId, msg.sender, numbers.bondToken, bond);
        _setAnswered(disputeId, d);
        d.flags &= ~DisputeFlags.SALES;
        _resumeSales(_subjectOf(disputeId, d));
        _pull(numbers.bondToken, msg.sender, bond);
    }

    // ---- ends

    /// @notice See IDisputeManager.
    function conclude(uint256 disputeId, Offer calldata offer) external nonReentrant {
        StoredDispute storage d = _open(disputeId);
        (End memory e, uint256 since) = _endOf(disputeId, d);
        _requireAfter(disputeId, since);
        e.forced = block.timestamp > since + _FORCE_AFTER;
        _close(d, offer, e, 0);
    }

    /// @notice See IDisputeManager.
    function withdraw(uint256 disputeId, Offer calldata offer) external nonReentrant {
        StoredDispute storage d = _open(disputeId);
        if (msg.sender != d.claimant) revert DisputeManager_NotAllowed(disputeId, msg.sender);
        if (d.phase == Phase.Ruled || d.flags & DisputeFlags.APPEALED != 0) {
            revert DisputeManager_WrongPhase(disputeId, d.phase);
        }
        // A struct in memory starts as zeros.
        // slither-disable-next-line uninitialized-local
        End memory e;
        (e.disputeId, e.outcome) = (disputeId, Outcome.Withdrawn);
        _close(d, offer, e, 0);
    }

    /// @notice See IDisputeManager.
    function settle(
        Settlement calldata terms,
        Offer calldata offer,
        bytes calldata claimantSignature,
        bytes calldata respondentSignature
    )
        external
        nonReentrant
    {
        uint256 disputeId = terms.disputeId;
        StoredDispute storage d = _open(disputeId);
        _requireNotAfter(disputeId, terms.deadline);
        _requireSettlement(d, terms);
        bytes32 structHash = Messages.hash(terms);
        bool claimantAgrees = _agrees(disputeId, d.claimant, structHash, claimantSignature);
        bool respondentAgrees = _agrees(disputeId, d.respondent, structHash, respondentSignature);
        if (!claimantAgrees || !respondentAgrees) {
            bool party = msg.sender == d.claimant || msg.sender == d.respondent;
            if (!party) revert DisputeManager_NotAllowed(disputeId, msg.sender);
            _storage().offers[disputeId][msg.sender] = structHash;
            emit SettlementOffered(disputeId, msg.sender, terms);
            return;
        }
        emit DisputeSettled(disputeId, terms);
        // A struct in memory starts as zeros.
        // slither-disable-next-line uninitialized-local
        End memory e;
        (e.disputeId, e.outcome, e.appealBack) = (disputeId, Outcome.Settled, true);
        e.ruling.refund = terms.refund;
        if (terms.revoke) e.ruling.endsAt = 1;
        _close(d, offer, e, terms.claimantBond);
    }

    /// @notice See IDisputeManager.
    function endLicense(uint256 licenseId) external nonReentrant {
        LicenseBook storage book = _storage().licenses[licenseId];
        uint40 endsAt = book.endsAt;
        if (endsAt == 0 || block.timestamp < endsAt) revert DisputeManager_NothingDue(licenseId);
        book.endsAt = 0;
        _licenseToken.revokeByRuling(licenseId);
    }

    /// @notice See IDisputeManager.
    function settleLicense(uint256 licenseId, Offer calldata offer) external nonReentrant {
        _requireOffer(licenseId, offer);
        LicenseBook storage book = _storage().licenses[licenseId];
        if (!book.due || book.more != 0) revert DisputeManager_NothingDue(licenseId);
        // A struct in memory starts as zeros.
        // slither-disable-next-line uninitialized-local
        End memory e;
        _settleMoney(licenseId, offer, book, _reader.railState(licenseId, offer.price), e);
    }

    // ---- faults

    /// @notice See IDisputeManager.
    // The books are final before the call, and the entrance is guarded.
    // slither-disable-next-line reentrancy-events
    function applyFault(
        uint256 licenseId,
        Offer calldata offer,
        address reporter
    )
        external
        nonReentrant
        returns (uint128 refunded)
    {
        bool verifier = msg.sender == _objectiveFaults || msg.sender == _serviceChallenges;
        if (!verifier) revert DisputeManager_NotVerifier(msg.sender);
        _requireOffer(licenseId, offer);
        DisputeMath.RailState memory state = _reader.railState(licenseId, offer.price);
        if (state.open) {
            refunded = state.held;
            LicenseBook storage book = _storage().licenses[licenseId];
            (book.owed, book.decided, book.due) = (0, false, false);
            bytes memory call_ = _railCall(IPaymentRail.refund.selector, licenseId, offer, refunded);
            // A refund returns nothing.
            // slither-disable-next-line unused-return
            Address.functionCall(state.rail, call_);
        }
        emit FaultApplied(licenseId, msg.sender, reporter, refunded);
    }

    // ---- private

    /// @dev How the dispute ends when nobody moves any more, and the last second before that.
    function _endOf(uint256 disputeId, StoredDispute storage d) private view returns (End memory e, uint256 since) {
        e.disputeId = disputeId;
        since = d.deadline;
        Phase phase = d.phase;
        if (phase == Phase.Open) {
            // Without a judge nobody could have referred it; else it was the claimant's to do.
            bool judged = _storage().judges[d.judge].listed;
            e.outcome = judged ? Outcome.Dropped : Outcome.Unruled;
            if (judged) since += _storage().numbers[d.numbers].referWindow;
            return (e, since);
        }
        bool appealed = d.flags & DisputeFlags.APPEALED != 0;
        if (phase == Phase.Ruled || appealed) {
            e.ruling = _storage().rulings[disputeId];
            e.outcome = e.ruling.upheld ? Outcome.Upheld : Outcome.Rejected;
            // An appeal that nobody ruled on leaves the first ruling, and costs nothing.
            e.appealBack = phase == Phase.Asked;
            return (e, since);
        }
        if (d.flags & DisputeFlags.ANSWERED != 0) {
            e.outcome = Outcome.Unruled;
            return (e, since);
        }
        e.outcome = Outcome.Silent;
        Reason reason = d.reason;
        if (reason.has(Remedies.REFUND) && reason != Reason.Contested) e.ruling.refund = type(uint128).max;
        if (reason.has(Remedies.TAKEDOWN)) e.ruling.status = IDatasetRegistry.Status.Quarantined;
    }

    /// @dev What two sides can agree on: money that is still held, the claimant's bond, and the end of a license that one of
    /// them holds. Nobody else's bond, and nothing about records.
    function _requireSettlement(StoredDispute storage d, Settlement calldata terms) private view {
        if (terms.claimantBond > BondFloat.unpack(d.bond)) {
            revert DisputeManager_BadSettlement(terms.disputeId, "claimantBond");
        }
        if (d.reason.subject() != Subject.License) {
            if (terms.refund != 0) revert DisputeManager_BadSettlement(terms.disputeId, "refund");
            if (terms.revoke) revert DisputeManager_BadSettlement(terms.disputeId, "revoke");
            return;
        }
        if (!terms.revoke) return;
        address holder = IERC721(address(_licenseToken)).ownerOf(d.subjectId);
        bool theirs = holder == d.claimant || holder == d.respondent;
        if (!theirs) revert DisputeManager_BadSettlement(terms.disputeId, "revoke");
    }

    /// @dev Whether a side agrees: by calling, by an earlier call with the same terms, or by signature.
    function _agrees(
        uint256 disputeId,
        address party,
        bytes32 structHash,
        bytes calldata signature
    )
        private
        view
        returns (bool)
    {
        if (msg.sender == party || _storage().offers[disputeId][party] == structHash) return true;
        return signature.length != 0 && TypedData.isSignedBy(address(_licenseToken), structHash, party, signature);
    }
}
