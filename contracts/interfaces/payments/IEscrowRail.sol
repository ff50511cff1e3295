// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { DeliveryReceipt, EncodingRequest } from "../../types/Messages.sol";
import { Offer } from "../../types/Offer.sol";
import { IPaymentRail } from "./IPaymentRail.sol";

/// @title Lump-sum escrow
/// @notice Money is held until the licensee confirms, or until a quiet challenge window, opened by the provider's signed
/// delivery receipt, has passed. Contesting (with a bond) freezes the money, not access. No delivery by the deadline means
/// a refund that anyone may trigger. Every operation is O(1) in the number of open holds.
///
/// An offer can name evidence that releases at once (ReleaseCondition). A compute receipt or a quality score does so instead
/// of delivery receipts, which then open nothing: without it by the SLA deadline, the money goes back. An adherence proof
/// does so beside them: the licensee makes it, and must not gain by not making it.
///
/// States and moves:
///   Held      --confirm--> Released            licensee
///   Held      --submitReceipt--> Delivered     anyone, provider-signed, not after the SLA deadline
///   Held      --refundUndelivered--> Refunded  anyone, after the SLA deadline
///   Held      --requestWithdrawal--> Withdrawing  licensee, within cooling-off; access stops at once
///   Withdrawing --submitReceipt--> Delivered   within the objection window, for delivery before the request
///   Withdrawing --completeWithdrawal--> Refunded  anyone, after the objection window
///   Held, Withdrawing or Delivered --settle--> Released  anyone, once the named evidence is recorded: by the SLA deadline,
///                                              for a withdrawal also by the end of its objection window
///   Delivered --confirm/settle--> Released     licensee at once, anyone after the window
///   Delivered --contest--> Contested           licensee or payer, with the bond, within the window
///   Contested --rule--> Released or Refunded   the offer's arbitrator, before the default deadline
///   Contested --applyDefault--> Released or Refunded  anyone, after the default deadline
///   any of the four open states --refund/close--> Refunded or Released  the dispute manager
/// A dispute's freeze stops money from leaving and nothing else: receipts, contests and withdrawal requests are still taken,
/// and deadlines run on, but for the arbitrator's in a contest: nobody can rule on frozen money, so when the freeze ends the default
/// comes later by as long as it lasted. Deadlines are inclusive: the last second still belongs to the window.
interface IEscrowRail is IPaymentRail {
    enum HoldState {
        None,
        Held,
        Delivered,
        Contested,
        Withdrawing,
        Released,
        Refunded
    }

    /// @notice What releases the money, besides the licensee and rulings. None: a quiet challenge window alone.
    enum ReleaseCondition {
        None,
        ComputeReceipt,
        Adherence,
        Quality
    }

    /// @notice Rail terms of an escrow offer; packed into `Offer.railTerms` by `packTerms`.
    /// @param challengeWindow Seconds in which a receipt may be contested, at least MIN_CHALLENGE_WINDOW.
    /// @param sla Seconds from purchase in which delivery is due, at least 1 hour.
    /// @param defaultAfter Seconds from contest after which the default applies.
    /// @param coolingOff Seconds from purchase in which the licensee may withdraw, 0 for none.
    /// @param objectionWindow Seconds in which a receipt for earlier delivery defeats a withdrawal.
    /// @param defaultRefund What happens when nobody rules: true refunds, false releases.
    /// @param contestBond Base units of the offer's token that a contest must post; returned when the contester wins,
    /// otherwise paid to whoever the outcome favors: the seller's side on release.
    /// @param condition ReleaseCondition. ComputeReceipt and Quality know no contest, so no bond either; Quality no cooling-off:
    /// data that was read cannot be given back.
    /// @param leastAssurance How strong the evidence must be, from 1; 0 without a condition.
    struct EscrowTerms {
        uint32 challengeWindow;
        uint32 sla;
        uint32 defaultAfter;
        uint32 coolingOff;
        uint32 objectionWindow;
        bool defaultRefund;
        uint128 contestBond;
        ReleaseCondition condition;
        uint8 leastAssurance;
    }

    /// @notice A hold, one storage slot; amount and terms are the offer's. Nothing is stored before anything happens to the
    /// hold of a licensee who paid itself (docs/decisions/0001-bit-layouts.md). Of an ended hold only the state is kept.
    /// @param payer Who paid, and gets refunds.
    /// @param deadline Meaning by state: Held: none; Delivered: end of window; Contested: default; Withdrawing: end of objection.
    /// @param requestedAt When withdrawal was requested; 0 when none was, or a receipt defeated it. Contested: since when a dispute has
    /// frozen the contest; 0 when none has.
    /// @param state HoldState.
    /// @param frozen Whether a dispute froze the money.
    struct Hold {
        address payer;
        uint40 deadline;
        uint40 requestedAt;
        HoldState state;
        bool frozen;
    }

    /// @notice A hold was opened with `amount` from `payer`; delivery is due by `slaDeadline`.
    event HoldOpened(
        uint256 indexed licenseId, address indexed payer, address token, uint128 amount, uint40 slaDeadline
    );
    /// @notice A provider's receipt opened the challenge window until `windowEnds`.
    event DeliveryRecorded(
        uint256 indexed licenseId, address indexed provider, bytes32 receiptHash, uint64 chunks, uint40 windowEnds
    );
    /// @notice The licensee confirmed delivery.
    event DeliveryConfirmed(uint256 indexed licenseId, address indexed by);
    /// @notice The money was contested; the default applies after `defaultAt`.
    event Contested(uint256 indexed licenseId, address indexed by, uint128 bond, bytes32 reasonHash, uint40 defaultAt);
    /// @notice A contest ended; the bond went to `bondTo`.
    event ContestResolved(uint256 indexed licenseId, bool byArbitrator, bool refunded, address bondTo, uint128 bond);
    /// @notice The licensee withdrew; takes effect after `effectiveAt` unless defeated.
    event WithdrawalRequested(uint256 indexed licenseId, address indexed by, uint40 effectiveAt);
    /// @notice Money was handed to the distributor.
    event HoldReleased(uint256 indexed licenseId, address token, uint128 amount);
    /// @notice Money went back to the payer and the license ended.
    event HoldRefunded(uint256 indexed licenseId, address indexed payer, address token, uint128 amount);
    /// @notice The named evidence, recorded at `provenAt`, released the money; HoldReleased follows.
    event ReleasedByEvidence(uint256 indexed licenseId, ReleaseCondition condition, uint40 provenAt);
    /// @notice A dispute froze or unfroze the money.
    event HoldFrozen(uint256 indexed licenseId, bool frozen);

    /// @dev Thrown when a hold is in another state than the call needs.
    error EscrowRail_WrongState(uint256 licenseId, HoldState state);
    /// @dev Thrown when the receipt is of another license, version or encoding, or covers nothing.
    error EscrowRail_WrongReceipt(uint256 licenseId, bytes32 field);
    /// @dev Thrown when the receipt is signed neither by the offer's provider nor by a key of its receipts (ProviderBond).
    error EscrowRail_BadSignature(address provider);
    /// @dev Thrown when the offer names evidence that no contract on this chain keeps (yet).
    error EscrowRail_NoEvidenceKept(ReleaseCondition condition);
    /// @dev Thrown when only the named evidence can do this, and there is none that was recorded in time.
    error EscrowRail_EvidenceNeeded(uint256 licenseId, ReleaseCondition condition);
    /// @dev Thrown when money shall go back for which the named evidence was recorded in time: it can be settled.
    error EscrowRail_Proven(uint256 licenseId, ReleaseCondition condition, uint40 provenAt);
    /// @dev Thrown when a refund exceeds what is held.
    error EscrowRail_AmountTooHigh(uint128 amount, uint128 held);

    /// @notice Hard floor of the challenge window, in seconds.
    function MIN_CHALLENGE_WINDOW() external view returns (uint32);

    /// @notice Releases at once. Only the license's holder.
    function confirm(uint256 licenseId, Offer calldata offer) external;
    /// @notice Records a receipt that the provider signed, or a key that ProviderBond has for its receipts now, which opens the challenge window (or defeats a withdrawal). Anyone.
    function submitReceipt(
        uint256 licenseId,
        Offer calldata offer,
        DeliveryReceipt calldata receipt,
        bytes calldata signature
    )
        external;
    /// @notice Records a receipt for an encoding later than the license's, which the holder asked for by signature. Anyone.
    /// @param request The holder's EncodingRequest; its encoding is the receipt's.
    function submitReceiptOfLaterEncoding(
        uint256 licenseId,
        Offer calldata offer,
        DeliveryReceipt calldata receipt,
        bytes calldata signature,
        EncodingRequest calldata request,
        bytes calldata requestSignature
    )
        external;
    /// @notice Contests a delivery, with the offer's bond out of an allowance to this rail. Only holder or payer.
    /// @param reasonHash Hash of the reasons, kept off chain.
    function contest(uint256 licenseId, Offer calldata offer, bytes32 reasonHash) external;
    /// @notice Ends a contest: refunds `refundAmount` to the payer and releases the rest. Only the offer's arbitrator.
    /// The license ends when anything is refunded. The bond returns to the contester when anything is refunded.
    function rule(uint256 licenseId, Offer calldata offer, uint128 refundAmount) external;
    /// @notice Ends a contest by the offer's default once its deadline has passed. Anyone.
    function applyDefault(uint256 licenseId, Offer calldata offer) external;
    /// @notice Refunds a license that was not delivered by its deadline. Anyone.
    function refundUndelivered(uint256 licenseId, Offer calldata offer) external;
    /// @notice Asks to withdraw within the cooling-off time; access stops at once. Only the holder.
    function requestWithdrawal(uint256 licenseId, Offer calldata offer) external;
    /// @notice Refunds a withdrawal whose objection window passed. Anyone.
    function completeWithdrawal(uint256 licenseId, Offer calldata offer) external;

    /// @notice The hold of a license; all zero when none, all but the state when ended.
    function holdOf(uint256 licenseId) external view returns (Hold memory);
    /// @notice Who contested, zero when nobody.
    function contesterOf(uint256 licenseId) external view returns (address);
    /// @notice When the evidence that a license's offer names was recorded in time to release what is held; 0 when it was not,
    /// or nothing is held.
    function provenAt(uint256 licenseId, Offer calldata offer) external view returns (uint40);
    /// @notice Packs rail terms for an offer.
    function packTerms(EscrowTerms calldata terms) external pure returns (bytes32[2] memory);
    /// @notice Unpacks rail terms of an offer.
    function unpackTerms(bytes32[2] calldata packed) external pure returns (EscrowTerms memory);
}
