// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IDisputeManager } from "../interfaces/trust/IDisputeManager.sol";
import { Offer } from "../types/Offer.sol";
import { DisputeReader } from "./DisputeReader.sol";
import { DisputeFlags, DisputeReasons, Remedies } from "./DisputeReasons.sol";
import { DisputeState } from "./DisputeState.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Filing a claim: who may, what the chain answers, what it costs, and what it freezes.
abstract contract DisputeFilings is IDisputeManager, DisputeState {
    using DisputeReasons for Reason;
    using SafeCast for uint256;

    uint256 private constant _BPS = 10_000;
    /// @dev A takedown's bond doubles with every rejected one before it, up to 32 times.
    uint256 private constant _MOST_DOUBLINGS = 5;

    /// @dev What a claim comes to.
    struct Filing {
        Answer answer;
        Subject subject;
        uint16 judge;
        uint16 numbers;
        address token;
        uint256 bond;
        DisputeReader.Finding found;
    }

    /// @inheritdoc IDisputeManager
    // The dispute is stored before any other contract is called to move anything, and the entrance is guarded.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function open(
        Claim calldata claim,
        Offer calldata offer,
        Evidence calldata evidence
    )
        external
        nonReentrant
        returns (uint256 disputeId)
    {
        Filing memory f = _examine(claim, offer, msg.sender);
        if (f.answer != Answer.Fine) revert DisputeManager_AnsweredByChain(f.answer);
        DisputeManagerStorage storage $ = _storage();
        disputeId = ++$.disputeCount;
        uint40 respondBy = uint40(block.timestamp + $.numbers[f.numbers].responseWindow);
        uint16 flags = f.found.flags;
        if (f.found.freezes) flags |= DisputeFlags.MONEY;
        if (claim.reason.has(Remedies.TAKEDOWN)) flags |= DisputeFlags.SALES;
        if (claim.claimed != 0 || f.subject == Subject.Provider) {
            $.stakes[disputeId] = Stake(claim.token, uint256(claim.claimed).toUint96());
        }
        if (_lock(disputeId, claim, offer, f)) flags |= DisputeFlags.LOCKED;
        $.disputes[disputeId] = Dispute({
            claimant: msg.sender,
            bond: f.bond.toUint80(),
            reason: claim.reason,
            phase: Phase.Open,
            respondent: f.found.respondent,
            deadline: respondBy,
            judge: f.judge,
            numbers: f.numbers,
            flags: flags,
            outcome: Outcome.None,
            subjectId: claim.id
        });
        emit DisputeOpened(
            disputeId,
            f.subject,
            claim.id,
            msg.sender,
            f.found.respondent,
            claim,
            f.token,
            uint128(f.bond),
            f.judge,
            f.numbers,
            flags,
            respondBy
        );
        emit EvidenceSubmitted(disputeId, msg.sender, evidence.hash, evidence.uri, evidence.recipient);
        if (f.found.freezes) _holdMoney(claim.id, f.found);
        if (flags & DisputeFlags.SALES != 0) _stopSales(claim.id);
        _pull(f.token, msg.sender, f.bond);
    }

    /// @inheritdoc IDisputeManager
    function check(
        Claim calldata claim,
        Offer calldata offer,
        address claimant
    )
        external
        view
        returns (Answer answer, address respondent, uint16 judge, address token, uint128 bond)
    {
        Filing memory f = _examine(claim, offer, claimant);
        return (f.answer, f.found.respondent, f.judge, f.token, uint128(f.bond));
    }

    // ---- examining

    function _examine(
        Claim calldata claim,
        Offer calldata offer,
        address claimant
    )
        private
        view
        returns (Filing memory f)
    {
        DisputeReader.Finding memory found = _reader.examine(claim, offer, claimant);
        DisputeManagerStorage storage $ = _storage();
        f.numbers = $.numbersCount;
        Numbers storage numbers = $.numbers[f.numbers];
        (f.subject, f.found, f.answer) = (claim.reason.subject(), found, found.answer);
        if (f.subject == Subject.License) {
            f.token = offer.token;
            f.bond = Math.mulDiv(offer.price, numbers.priceBps, _BPS, Math.Rounding.Ceil);
            f.judge = $.judgeOf[offer.arbitrator];
            bool ruled = $.licenses[claim.id].ruled >> uint256(claim.reason) & 1 != 0;
            if (ruled) f.answer = Answer.AlreadyRuled;
        } else {
            f.token = numbers.bondToken;
        }
        if (block.timestamp > uint256(claim.occurredAt) + numbers.limitation) f.answer = Answer.TooOld;
        if (f.judge == 0) f.judge = numbers.judge;
        if (!$.judges[f.judge].listed) revert DisputeManager_NoArbitrator();
        f.bond = Math.max(f.bond, $.bonds[f.subject][f.token]);
        if (f.subject == Subject.Version) f.bond <<= Math.min($.versions[claim.id].rejected, _MOST_DOUBLINGS);
    }

    // ---- what a claim holds

    /// @dev Only this contract freezes money, so that of several disputes the first does it and the others are counted.
    // Guarded by the caller.
    // slither-disable-next-line reentrancy-events
    function _holdMoney(uint256 licenseId, DisputeReader.Finding memory f) private {
        uint16 holds = 1;
        if (f.frozen) holds += ++_storage().licenses[licenseId].more;
        else IPaymentRail(f.rail).freeze(licenseId);
        emit LicenseHeld(licenseId, true, true, holds);
    }

    /// @dev Of several takedowns the first restricts the version, unless a guardian has; the others are counted.
    // Guarded by the caller.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function _stopSales(uint256 subjectId) private {
        VersionBook storage book = _storage().versions[subjectId];
        (uint256 datasetId, uint32 version) = _versionOf(subjectId);
        uint32 holds = ++book.holds;
        emit SalesStopped(datasetId, version, true, holds);
        if (!book.placed) book.placed = _restrict(datasetId, version, IDatasetRegistry.Status.Quarantined);
    }

    /// @dev Locks of the provider's bond what the claim may take of it, so that withdrawing does not escape.
    function _lock(
        uint256 disputeId,
        Claim calldata claim,
        Offer calldata offer,
        Filing memory f
    )
        private
        returns (bool)
    {
        if (!claim.reason.has(Remedies.BOND) || !_exists(address(_providerBond))) return false;
        (address provider, address token, uint128 amount) = f.subject == Subject.License
            ? (offer.provider, offer.token, claim.claimed == 0 ? offer.price : claim.claimed)
            : (f.found.respondent, claim.token, claim.claimed);
        return _providerBond.lock(_claimId(disputeId), provider, token, f.found.offerId, amount) != 0;
    }
}
