// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ServiceReport } from "../../types/Messages.sol";
import { Offer } from "../../types/Offer.sol";
import { IPaymentRail } from "./IPaymentRail.sol";

/// @title Streams, escrowed by epochs
/// @notice The payer's Superfluid flow runs into a vault of the license's own. Time is cut into epochs of the offer's length
/// from the purchase. Epochs are concluded in order, any number of them in one move, each range as *proven* (released to
/// the distributor) or *faulted* (refunded to the payer); until then it is *open* and its money stays in the vault.
/// docs/decisions/0007-streams.md says who pays what when something fails.
///
/// What proves an epoch (the offer's `proof`):
///   Time            the epoch is over: anyone settles
///   Report          the provider's signed service report over a range of epochs, unchallenged for `window`
///   ComputeReceipt  a receipt of an enclave's run under the license (ComputeReceipts): anyone records it
///   Adherence       a proof that a run under the license used licensed data only (ProofRegistry): the runner records it
/// Evidence is objective: nobody contests it, so it has no window. What was recorded at a time proves every epoch that had begun by then,
/// is over and not concluded, whenever it ran. An epoch without it goes by the default `openFor` after its end; until somebody
/// applies that, late evidence counts too: who comes first, decides. Of evidence that fell before it was used, nothing counts.
/// Epochs (of one license, all behind `settled` are concluded for good):
///   open      --submitReport--> reported    anyone, provider-signed, before the first epoch's deadline
///   open      --settle--> proven            anyone, with evidence recorded since the epoch began
///   open      --settle--> default           anyone, `openFor` after the end of an epoch without report or evidence
///   reported  --settle--> proven            anyone, after `window`
///   reported  --contest--> contested        holder or payer, with a bond, within `window`
///   contested --rule--> proven and faulted  arbitrator, in the parts that it names
///   contested --settle--> default           anyone, `defaultAfter` after the contest
///   open or reported --concede--> faulted   provider
/// The license: streaming --close--> noticed (either side) --close--> ended (anyone, once the notice has run); refund or close
/// by the dispute manager ends it at once. Expiry and revocation end it too. What comes after the end is not earned.
///
/// What counts as paid says the vault (IStreamVault); all else in it is stray and goes to the payer.
interface IStreamRail is IPaymentRail {
    /// @notice What proves an epoch. Offers that name evidence are refused while the contract that keeps it has no code.
    enum Proof {
        Time,
        Report,
        ComputeReceipt,
        Adherence
    }

    /// @notice How a range of epochs was concluded.
    enum Outcome {
        Proven,
        Faulted,
        Ruled
    }

    /// @notice Rail terms of an offer, packed into its two words (see IStreamOffers).
    /// @param period Seconds that `offer.price` pays for.
    /// @param epoch Length of an epoch.
    /// @param window Seconds in which a service report can be contested.
    /// @param openFor Seconds after an epoch's end in which a report or evidence still counts; then the default applies.
    /// @param defaultAfter Seconds that the arbitrator has after a contest; then the default applies.
    /// @param notice Seconds between either side's notice and the end.
    /// @param grace Seconds of missing payment, over the license's whole life, that leave access open; never more than were
    /// paid.
    /// @param holdbackBps Part that waits for its epoch to be concluded. Only 10,000 for now; 0 will be live mode.
    /// @param defaultRefund What the default is: refund, or else release.
    /// @param contestBond Base units of `offer.token` that a contest costs unless it leads to a refund.
    /// @param leastAssurance How strong evidence must be, as the contract that keeps it grades it: receipts 1 to 2, adherence 1 to 4.
    /// @dev With proof Time, `window`, `openFor`, `defaultAfter`, `defaultRefund` and `contestBond` are zero; with evidence `window`,
    /// `defaultAfter` and `contestBond`; without evidence `leastAssurance`.
    struct StreamTerms {
        uint32 period;
        uint32 epoch;
        uint32 window;
        uint32 openFor;
        uint32 defaultAfter;
        uint32 notice;
        uint24 grace;
        uint16 holdbackBps;
        Proof proof;
        bool defaultRefund;
        uint128 contestBond;
        uint8 leastAssurance;
    }

    /// @notice A license's stream. Payer, rate and what was paid: see the vault (IStreamVault `deal` and `flow`).
    /// @param settled Epochs concluded.
    /// @param grace Seconds of missing payment that leave access open.
    /// @param flags Bits of StreamFlags.
    /// @param reportedTo End of the reported or contested range of epochs, which starts at `settled`.
    /// @param deadline Last second of the window, or of the arbitrator.
    /// @param movedAt When a report was concluded or a freeze ended last: time for reports, or evidence, counts from then at the earliest.
    /// @param endsAt When the notice has run; 0 without notice.
    /// @param contester Who contested the range, zero when nobody.
    struct Stream {
        address vault;
        uint40 start;
        uint24 settled;
        uint24 grace;
        uint8 flags;
        uint24 reportedTo;
        uint40 deadline;
        uint40 movedAt;
        uint40 endsAt;
        address contester;
    }

    /// @notice A stream runs into the license's own vault.
    event StreamOpened(
        uint256 indexed licenseId, address indexed payer, address vault, address superToken, uint96 rate, uint40 start
    );
    /// @notice The payer paused: the flow ended, and access with it, until it is reopened.
    event StreamPaused(uint256 indexed licenseId);
    /// @notice The flow runs at the agreed rate again.
    event StreamReopened(uint256 indexed licenseId, uint96 rate);
    /// @notice The agreed rate changed.
    event RateChanged(uint256 indexed licenseId, address indexed by, uint96 rate);
    /// @notice One side ends the license.
    event NoticeGiven(uint256 indexed licenseId, address indexed by, uint40 endsAt);
    /// @notice The stream and the license ended; epochs up to the end are still to be concluded unless all are.
    event StreamEnded(uint256 indexed licenseId);
    /// @notice A service report opened its window.
    event ServiceReported(
        uint256 indexed licenseId, uint24 fromEpoch, uint24 toEpoch, bytes32 reportHash, uint40 windowEnds
    );
    /// @notice A report was contested; without a ruling the default applies after `defaultAt`.
    event EpochsContested(
        uint256 indexed licenseId, address indexed by, uint128 bond, bytes32 reasonHash, uint40 defaultAt
    );
    /// @notice The contester's bond went to `bondTo`.
    event ContestEnded(uint256 indexed licenseId, address indexed bondTo, uint128 bond);
    /// @notice Epochs from `fromEpoch` to before `toEpoch` are concluded. Amounts in base units of `token`; `refunded` was
    /// sent to the payer in super tokens.
    event EpochsSettled(
        uint256 indexed licenseId,
        uint24 fromEpoch,
        uint24 toEpoch,
        Outcome outcome,
        address token,
        uint128 released,
        uint128 refunded
    );
    /// @notice Stray super tokens went to the payer.
    event StraySwept(uint256 indexed licenseId, address indexed payer, address superToken, uint256 amount);
    /// @notice A dispute froze or unfroze the money.
    event StreamFrozen(uint256 indexed licenseId, bool frozen);

    /// @dev Thrown when the stream's flags (StreamFlags) do not allow the call.
    error StreamRail_WrongState(uint256 licenseId, uint8 flags);
    /// @dev Thrown when a report is of other epochs, another license or dataset; `field` names what.
    error StreamRail_WrongReport(uint256 licenseId, bytes32 field);
    /// @dev Thrown when the report is signed neither by the offer's provider nor by a key of its receipts (ProviderBond).
    error StreamRail_BadSignature(address provider);
    /// @dev Thrown when nobody keeps the evidence that the offer names: the contract has no code yet.
    error StreamRail_NoEvidenceKept(Proof proof);
    /// @dev Thrown when a ruling refunds more than the range holds. Base units.
    error StreamRail_AmountTooHigh(uint128 amount, uint128 held);
    /// @dev Thrown when all epochs until the end are concluded.
    error StreamRail_NothingDue(uint256 licenseId);
    /// @dev Thrown when a rate is changed to the changer's own favor, or to nothing.
    error StreamRail_WrongRate(uint256 licenseId, uint96 rate, uint96 asked);
    /// @dev Thrown when the epochs asked for are not over, or concluded already.
    error StreamRail_WrongEpoch(uint256 licenseId, uint256 epoch, uint256 from, uint256 to);

    /// @notice Records a report over the next epochs that the provider signed, or a key that ProviderBond has for its receipts now.
    /// That opens its window. Anyone.
    function submitReport(
        uint256 licenseId,
        Offer calldata offer,
        ServiceReport calldata report,
        bytes calldata signature
    )
        external;
    /// @notice Contests the report, with the offer's bond out of an allowance to this rail. Only holder or payer.
    function contest(uint256 licenseId, Offer calldata offer, bytes32 reasonHash) external;
    /// @notice Ends a contest: refunds `refundAmount` base units and releases the rest of the range. Only the arbitrator.
    function rule(uint256 licenseId, Offer calldata offer, uint128 refundAmount) external;
    /// @notice Refunds the next epochs up to `toEpoch`. Only the provider, for what it did not serve.
    function concede(uint256 licenseId, Offer calldata offer, uint24 toEpoch) external;
    /// @notice Ends the flow, and access, until reopened; paused time is not paid and takes nothing from the grace. Payer.
    function pause(uint256 licenseId, Offer calldata offer) external;
    /// @notice Sets the flow to the agreed rate by the payer's flow-operator permission. Payer. The payer may as well
    /// reopen the flow on Superfluid itself, without this rail.
    function reopen(uint256 licenseId, Offer calldata offer) external;
    /// @notice Changes the agreed rate: the dataset's owner may lower it, the payer raise it (and its flow with it).
    function changeRate(uint256 licenseId, Offer calldata offer, uint96 rate) external;
    /// @notice Looks at the flow and records what changed. Anyone, at any time.
    function sync(uint256 licenseId) external;
    /// @notice Sends what is in the vault and does not count to the payer. Anyone.
    function sweep(uint256 licenseId) external;

    /// @notice The stream of a license; all zero when none.
    function streamOf(uint256 licenseId) external view returns (Stream memory);
}
