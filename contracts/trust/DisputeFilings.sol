// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IDisputeManager } from "../interfaces/trust/IDisputeManager.sol";
import { Offer } from "../types/Offer.sol";
import { BondFloat } from "./BondFloat.sol";
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
    uint256 private constant _CLAIM_SIZE = 6 * 32;
    uint256 private constant _OFFER_SIZE = 18 * 32;
    uint256 private constant _FINDING_SIZE = 6 * 32;
    /// @dev A takedown's bond doubles with every rejected one before it, up to 32 times.
    uint256 private constant _MOST_DOUBLINGS = 5;

    /// @dev What a claim comes to.
    struct Filing {
        Answer answer;
        Subject subject;
        uint16 judge;
        uint16 numbers;
        address token;
        uint128 bond;
        uint40 packedBond;
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
        Filing memory f = _examine(claim, offer, msg.sender, true);
        if (f.answer != Answer.Fine) revert DisputeManager_AnsweredByChain(f.answer);
        disputeId = ++_storage().disputeCount;
        uint16 flags = f.found.flags;
        if (f.found.freezes && _holdMoney(claim, f.found)) flags |= DisputeFlags.MONEY;
        if (claim.reason.has(Remedies.TAKEDOWN)) flags |= DisputeFlags.SALES;
        if (_lock(disputeId, claim, offer, f)) flags |= DisputeFlags.LOCKED;
        _store(disputeId, claim, f, flags);
        emit EvidenceSubmitted(disputeId, msg.sender, evidence.hash, evidence.uri, evidence.recipient);
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
        Filing memory f = _examine(claim, offer, claimant, false);
        return (f.answer, f.found.respondent, f.judge, f.token, f.bond);
    }

    // ---- examining

    /// @param quick Whether freezing will show what the rail says.
    function _examine(
        Claim calldata claim,
        Offer calldata offer,
        address claimant,
        bool quick
    )
        private
        view
        returns (Filing memory f)
    {
        f.found = _ask(claim, offer, claimant, quick);
        DisputeManagerStorage storage $ = _storage();
        f.numbers = $.numbersCount;
        (f.subject, f.answer) = (claim.reason.subject(), f.found.answer);
        uint256 bond = 0;
        if (f.subject == Subject.License) {
            f.token = offer.token;
            bond = Math.mulDiv(offer.price, $.priceBps, _BPS, Math.Rounding.Ceil);
            f.judge = $.judgeOf[offer.arbitrator];
            bool ruled = $.licenses[claim.id].ruled >> uint256(claim.reason) & 1 != 0;
            if (ruled) f.answer = Answer.AlreadyRuled;
        } else {
            f.token = $.numbers[f.numbers].bondToken;
        }
        if (block.timestamp > uint256(claim.occurredAt) + $.limitation) f.answer = Answer.TooOld;
        if (f.judge == 0) f.judge = $.defaultJudge;
        if (f.judge == 0 || f.numbers == 0) revert DisputeManager_NoArbitrator();
        bond = Math.max(bond, $.bonds[f.subject][f.token]);
        if (f.subject == Subject.Version) bond <<= Math.min($.versions[claim.id].rejected, _MOST_DOUBLINGS);
        f.packedBond = BondFloat.pack(uint128(bond));
        f.bond = BondFloat.unpack(f.packedBond);
    }

    /// @dev Asks the reader. The offer's calldata is its encoding (OfferBytes), and the claim's, all of whose fields are static, its own:
    /// both follow each other in every call that comes here.
    function _ask(
        Claim calldata claim,
        Offer calldata offer,
        address claimant,
        bool quick
    )
        private
        view
        returns (DisputeReader.Finding memory found)
    {
        address reader = address(_reader);
        bytes4 selector = DisputeReader.examine.selector;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, selector)
            calldatacopy(add(data, 0x04), claim, _CLAIM_SIZE)
            calldatacopy(add(data, add(0x04, _CLAIM_SIZE)), offer, _OFFER_SIZE)
            let rest := add(data, add(0x04, add(_CLAIM_SIZE, _OFFER_SIZE)))
            mstore(rest, claimant)
            mstore(add(rest, 0x20), quick)
            let size := add(0x44, add(_CLAIM_SIZE, _OFFER_SIZE))
            if iszero(staticcall(gas(), reader, data, size, found, _FINDING_SIZE)) {
                returndatacopy(data, 0, returndatasize())
                revert(data, returndatasize())
            }
        }
    }

    function _store(uint256 disputeId, Claim calldata claim, Filing memory f, uint16 flags) private {
        DisputeManagerStorage storage $ = _storage();
        uint40 respondBy = uint40(block.timestamp + $.responseWindow);
        if (claim.claimed != 0 || f.subject == Subject.Provider) {
            $.stakes[disputeId] = Stake(claim.token, uint256(claim.claimed).toUint96());
        }
        bool short = claim.id <= type(uint40).max;
        if (!short) $.subjectIds[disputeId] = claim.id;
        $.disputes[disputeId] = StoredDispute({
            claimant: msg.sender,
            bond: f.packedBond,
            subjectId: short ? uint40(claim.id) : 0,
            reason: claim.reason,
            phase: Phase.Open,
            respondent: f.found.respondent,
            deadline: respondBy,
            judge: f.judge,
            numbers: f.numbers,
            flags: flags,
            outcome: Outcome.None
        });
        emit DisputeOpened(
            disputeId,
            f.subject,
            claim.id,
            msg.sender,
            f.found.respondent,
            claim,
            f.token,
            f.bond,
            f.judge,
            f.numbers,
            flags,
            respondBy
        );
    }

    // ---- what a claim holds

    /// @dev Only this contract freezes money, so that of several disputes the first does it and the others are counted.
    /// @return held False when the rail has nothing to freeze: then only a claim that the provider's bond may pay goes on.
    // Guarded by the caller, and the rail is the protocol's own.
    // slither-disable-next-line reentrancy-benign,reentrancy-events
    function _holdMoney(Claim calldata claim, DisputeReader.Finding memory f) private returns (bool held) {
        bytes memory answer;
        // Why the rail refuses decides what follows; try/catch would need the same bytes.
        // solhint-disable-next-line avoid-low-level-calls
        (held, answer) = f.rail.call(abi.encodeCall(IPaymentRail.freeze, (claim.id)));
        if (held) return true;
        _requireReason(answer);
        if (bytes4(answer) == IPaymentRail.PaymentRail_Frozen.selector) {
            uint16 holds = ++_storage().licenses[claim.id].more + 1;
            emit LicenseHeld(claim.id, true, true, holds);
            return true;
        }
        bool bonded = claim.reason.has(Remedies.BOND) && _exists(address(_providerBond));
        if (!bonded) revert DisputeManager_AnsweredByChain(Answer.NothingHeld);
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
