// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { UsageVoucher } from "../../types/Messages.sol";
import { Offer } from "../../types/Offer.sol";
import { IPaymentRail } from "./IPaymentRail.sol";

/// @title Pay by use
/// @notice The license's holder signs cumulative usage vouchers; whoever presents one makes the rail bill the difference to
/// the voucher billed before. Prepaid offers pay from a deposit alone; post-paid ones from the deposit, if there is one, and
/// then out of the payer's allowance to this rail, up to a cap of units. All operations are O(1) in the number of meters.
///
/// `Offer.price` is the price of one block of `10^scale` units, in base units of the token.
///
/// States and moves:
///   Open    --redeem--> Open                 anyone, with a voucher signed by the present holder
///   Open    --deposit--> Open                anyone; pays a debt first
///   Open    --requestWithdrawal--> Open      the payer; money stays redeemable while it thaws
///   Open    --completeWithdrawal--> Open     anyone, once it thawed: to the payer
///   Open    --close--> Closed                the holder or the dispute manager; ends the license at once
///   Open    --(expiry, revocation)--> Closed by time alone
///   Closed  --redeem--> Closed               for `thaw` seconds more: the final window
///   Closed  --settle--> Finished             anyone, after the final window: what is left goes to the payer
///   any but Finished --refund--> Finished    the dispute manager divides what is held; ends the license
/// A freeze by the dispute manager stops money from leaving (redemption, withdrawal, settlement) and deposits from coming in.
/// Clocks run on, but no window ends earlier than `thaw` seconds after the end of a freeze. Windows are inclusive.
///
/// The payer: who bought a license for itself holds the deposit as its holder, so it goes with the license when that is
/// transferred. Who bought it for another stays the payer for good: withdrawals and refunds go there.
interface IMeterRail is IPaymentRail {
    /// @notice What is counted. Only named here; the rail counts numbers.
    enum UnitKind {
        None,
        Rows,
        Bytes,
        Tokens,
        Chunks,
        Jobs,
        Seconds
    }

    enum Mode {
        Prepaid,
        Postpaid
    }

    /// @notice From `from` blocks of charged units on, a block costs `priceBps` basis points of the offer's price; 0 is free.
    struct Tier {
        uint40 from;
        uint16 priceBps;
    }

    /// @notice Rail terms of a metered offer; packed into `Offer.railTerms` by `packTerms`.
    /// @param scale A block is 10^scale units, at most 18.
    /// @param thaw Seconds a withdrawal thaws, and the final window after the end; from 1 hour to 365 days.
    /// @param grace Seconds after a missed post-paid payment in which access goes on; 0 in prepaid offers.
    /// @param included Units that cost nothing.
    /// @param cap Units that may be billed at most, over the license's life; 0 for none, in prepaid offers only.
    /// @param minimum Least initial deposit, in blocks at the offer's price.
    /// @param tiers Up to four, `from` strictly ascending; unused ones zero, at the end.
    struct MeterTerms {
        UnitKind kind;
        Mode mode;
        uint8 scale;
        uint32 thaw;
        uint32 grace;
        uint64 included;
        uint64 cap;
        uint40 minimum;
        Tier[4] tiers;
    }

    /// @notice A license's meter.
    /// @param payer Who gets withdrawals and refunds now.
    /// @param units Units billed.
    /// @param spent Base units billed; below or equal to `funded` all of it is paid.
    /// @param funded Base units paid in and not paid back. Held is `funded - spent`, debt is `spent - funded`.
    /// @param sequence Sequence of the voucher billed last.
    /// @param thawing Base units of a requested withdrawal, requested at `thawFrom`.
    /// @param closedAt When it was closed by a call; 0 when not.
    /// @param unfrozenAt When the last freeze ended; 0 when there was none.
    /// @param debtor Who owes the debt.
    /// @param lapsesAt First second in which a debt cuts access.
    struct Meter {
        address payer;
        uint64 units;
        uint128 spent;
        uint128 funded;
        uint64 sequence;
        uint128 thawing;
        uint40 thawFrom;
        uint40 closedAt;
        uint40 unfrozenAt;
        address debtor;
        uint40 lapsesAt;
        bool frozen;
        bool exhausted;
        bool finished;
    }

    /// @notice One entry of a batch.
    /// @param offer Position of the license's offer in the batch's list of offers.
    struct Redemption {
        uint256 offer;
        UsageVoucher voucher;
        bytes signature;
    }

    /// @notice A meter was opened with a first deposit.
    event MeterOpened(uint256 indexed licenseId, address indexed payer, address token, uint128 deposit);
    /// @notice `by` paid `amount` in; all that was paid in and not paid back is now `funded`.
    event Deposited(uint256 indexed licenseId, address indexed by, address token, uint128 amount, uint128 funded);
    /// @notice A voucher was billed. `released` went to the distributor; it differs from the amount billed by a debt only.
    event VoucherRedeemed(
        uint256 indexed licenseId,
        address indexed signer,
        uint64 units,
        uint128 amount,
        uint64 sequence,
        uint128 released
    );
    /// @notice A voucher of a batch was refused with the error of this selector; the others were not touched.
    event VoucherRefused(uint256 indexed licenseId, uint64 sequence, bytes4 reason);
    /// @notice A post-paid bill could not be collected in full: `debtor` owes `debt` and access lapses at `lapsesAt`.
    event PaymentMissed(uint256 indexed licenseId, address indexed debtor, uint128 debt, uint40 lapsesAt);
    /// @notice `by` paid `amount` of a debt; `debt` is left.
    event DebtPaid(uint256 indexed licenseId, address indexed by, address token, uint128 amount, uint128 debt);
    /// @notice The payer wants `amount` back; it can be paid after `thawedAt`. Zero cancels.
    event WithdrawalThawing(uint256 indexed licenseId, address indexed by, uint128 amount, uint40 thawedAt);
    /// @notice A withdrawal was paid, as far as vouchers left it.
    event DepositWithdrawn(uint256 indexed licenseId, address indexed payer, address token, uint128 amount);
    /// @notice The meter was closed; vouchers can be redeemed until `redeemableUntil`.
    event MeterClosed(uint256 indexed licenseId, address indexed by, uint40 redeemableUntil);
    /// @notice The meter is over: `returned` went to the payer and `released` to the distributor.
    event MeterFinished(
        uint256 indexed licenseId, address indexed payer, address token, uint128 returned, uint128 released
    );
    /// @notice A dispute froze or unfroze the meter.
    event MeterFrozen(uint256 indexed licenseId, bool frozen);

    /// @dev Thrown when the license has no meter here.
    error MeterRail_Unknown(uint256 licenseId);
    /// @dev Thrown when the meter is closed, and the call needs an open one.
    error MeterRail_Closed(uint256 licenseId);
    /// @dev Thrown when a freeze is ended that does not run.
    error MeterRail_NotFrozen(uint256 licenseId);
    /// @dev Thrown when a voucher is not newer than the one billed last (replay, or one that came out of order).
    error MeterRail_StaleVoucher(uint256 licenseId, uint64 sequence, uint64 last);
    /// @dev Thrown when a voucher's units or amount are below what was billed, or neither is above it.
    error MeterRail_Regression(uint256 licenseId, uint64 units, uint128 amount);
    /// @dev Thrown when a voucher's units exceed the cap.
    error MeterRail_OverCap(uint256 licenseId, uint64 units, uint64 cap);
    /// @dev Thrown when a voucher's amount is more than its units cost.
    error MeterRail_OverPrice(uint256 licenseId, uint128 amount, uint256 most);
    /// @dev Thrown when a prepaid voucher's amount is more than was deposited.
    error MeterRail_OverDeposit(uint256 licenseId, uint128 amount, uint128 funded);
    /// @dev Thrown when the voucher is not signed by the license's present holder, for this chain.
    error MeterRail_BadSignature(uint256 licenseId, address holder);
    /// @dev Thrown when somebody else's voucher is to be billed while `debtor` owes.
    error MeterRail_DebtFirst(uint256 licenseId, address debtor, uint128 debt);
    /// @dev Thrown when a deposit would go to another payer than the depositor expects.
    error MeterRail_WrongPayer(uint256 licenseId, address expected, address payer);
    /// @dev Thrown when the initial deposit is below the offer's minimum.
    error MeterRail_DepositTooLow(uint256 licenseId, uint128 deposit, uint128 minimum);
    /// @dev Thrown when more is asked for than is held.
    error MeterRail_AmountTooHigh(uint256 licenseId, uint128 amount, uint128 held);
    /// @dev Thrown when an amount that must be positive is zero.
    error MeterRail_ZeroAmount(uint256 licenseId);
    /// @dev Thrown when no withdrawal thaws.
    error MeterRail_NoWithdrawal(uint256 licenseId);
    /// @dev Thrown when nothing can be settled: the meter runs, or its debt cannot be collected.
    error MeterRail_NothingToSettle(uint256 licenseId);
    /// @dev Thrown when a batch is empty or too large.
    error MeterRail_BatchSize(uint256 given, uint256 max);
    /// @dev Thrown when somebody else calls what the rail only calls itself.
    error MeterRail_NotSelf(address caller);

    /// @notice Most vouchers in one batch.
    function MAX_BATCH() external view returns (uint256);

    /// @notice Bills a voucher of the present holder: the difference to the last one goes to the distributor. Anyone, because
    /// the money can go nowhere else. The license's id is the voucher's.
    function redeem(
        Offer calldata offer,
        UsageVoucher calldata voucher,
        bytes calldata signature
    )
        external
        returns (uint128 released);
    /// @notice Bills many vouchers. One that is refused leaves the others alone and is named by VoucherRefused.
    /// @param offers The offers that the redemptions name by position; each at least once, in any order.
    /// @param gasEach Gas that one redemption may use, so that no signer's contract can use up the others'; what fails for
    /// want of gas can be redeemed later.
    /// @return redeemed Number of vouchers billed.
    function redeemMany(
        Offer[] calldata offers,
        Redemption[] calldata redemptions,
        uint256 gasEach
    )
        external
        returns (uint256 redeemed);
    /// @notice One entry of a batch. Only this rail itself, so that what is refused is undone as a whole.
    function redeemOfBatch(Offer calldata offer, UsageVoucher calldata voucher, bytes calldata signature) external;
    /// @notice Pays `amount` in, out of the caller's allowance to this rail; a debt is paid first. Anyone. Into a closed meter
    /// only to pay its debt.
    /// @param payer Who the caller expects to get it back; must be the license's payer now.
    function deposit(uint256 licenseId, Offer calldata offer, uint128 amount, address payer) external;
    /// @notice Asks for `amount` of what is held; replaces an earlier request, zero cancels it. Only the payer.
    function requestWithdrawal(uint256 licenseId, Offer calldata offer, uint128 amount) external;
    /// @notice Pays the payer what thawed and vouchers left. Anyone.
    function completeWithdrawal(uint256 licenseId, Offer calldata offer) external;

    /// @notice What `units` cost in all under an offer: the most that a voucher may say. Included units are free, the rest is
    /// charged by marginal tiers, the sum rounded down. Never falls as units grow.
    function amountFor(Offer calldata offer, uint64 units) external pure returns (uint256);
    /// @notice A license's meter.
    function meterOf(uint256 licenseId) external view returns (Meter memory);
    /// @notice Last second in which vouchers can be redeemed, as known now; `type(uint256).max` while no end is in sight.
    function redeemableUntil(uint256 licenseId, Offer calldata offer) external view returns (uint256);
    /// @notice Packs rail terms for an offer.
    function packTerms(MeterTerms calldata terms) external pure returns (bytes32[2] memory);
    /// @notice Unpacks rail terms of an offer.
    function unpackTerms(bytes32[2] calldata packed) external pure returns (MeterTerms memory);
}
