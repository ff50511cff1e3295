// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { RevenueAudit, RevenueStatement } from "../../types/Messages.sol";
import { Offer } from "../../types/Offer.sol";
import { IPaymentRail } from "./IPaymentRail.sol";

/// @title A share of what the licensee earns
/// @notice The offer's price is a guarantee for every period that has begun. The first is paid at the purchase and released at
/// once; from then on each period ends with the licensee's signed statement of its revenue and a payment, in one call, of the
/// greater of guarantee and share. An auditor that the offer names may correct a statement, or state what the licensee did
/// not. Nothing is ever taken from an allowance but the caller's own.
///
/// Periods are numbered from 1 and start with the license: period n ends at `start + n * period`, the last one with the license.
///   statement due   `due` seconds after a period's end; then Grace
///   in breach       `cure` seconds later, with the statement still missing or a debt still unpaid; paying cures it
///   audit           within `auditWindow` seconds of a statement; of a missed statement, at any time
/// More found than stated is a debt, due as a statement is; less is credited to later periods.
/// The holder may end the license with the running period by `close`; what was used until then is still stated and paid.
/// What the rail holds is the first guarantee until somebody settles. Freezing stops what it holds and what is paid from moving
/// on, and access with it.
interface IRevenueShareRail is IPaymentRail {
    /// @notice Rail terms of a revenue-share offer; packed into `Offer.railTerms` by `packTerms`.
    /// @param period Seconds of a period, 1 day to 366 days.
    /// @param due Seconds from a period's end in which statement and payment are due, 1 day to 366 days.
    /// @param cure Seconds after that until the license is in breach, at most 366 days.
    /// @param auditWindow Seconds from a statement in which the auditor may correct it; 0 without an auditor.
    /// @param shareBps The licensor's share of revenue, in basis points, at most 10,000; 0 for the guarantee alone.
    /// @param countersigned Whether every statement needs the auditor's signature too.
    /// @param auditor Who audits and countersigns; zero for nobody.
    struct ShareTerms {
        uint32 period;
        uint32 due;
        uint32 cure;
        uint32 auditWindow;
        uint16 shareBps;
        bool countersigned;
        address auditor;
    }

    /// @notice Where a license stands with its statements.
    /// @param payer Who paid the first guarantee, and gets it back when a ruling refunds it.
    /// @param nextPeriod The first period that is not stated yet, from 1.
    /// @param lastPeriod The last period for which anything is due; the highest number while none is set.
    /// @param dueAt Last second at which its statement is in time.
    /// @param debt Base units that an audit found to be owed.
    /// @param debtDueAt Last second at which the debt is paid in time; 0 without debt.
    /// @param credit Base units paid ahead: the first guarantee until period 1 is stated, and what audits found paid too much.
    /// @param held Base units in the rail, waiting to be settled.
    /// @param frozen Whether a dispute stops its money.
    /// @param closed Whether the rail has ended the license.
    struct Account {
        address payer;
        uint32 nextPeriod;
        uint32 lastPeriod;
        uint40 dueAt;
        uint128 debt;
        uint40 debtDueAt;
        uint128 credit;
        uint128 held;
        bool frozen;
        bool closed;
    }

    /// @notice A period as stated.
    /// @param owed Base units owed for it, by the last that was said of it.
    /// @param statedAt When it was stated; 0 when it was not.
    /// @param audited Whether the auditor has spoken.
    struct Period {
        uint128 owed;
        uint40 statedAt;
        bool audited;
    }

    /// @notice Revenue share began; `guarantee` was paid for period 1.
    event ShareOpened(uint256 indexed licenseId, address indexed payer, address token, uint128 guarantee);
    /// @notice A guarantee paid at purchase was handed to the distributor.
    event GuaranteeReleased(uint256 indexed licenseId, address token, uint128 amount);
    /// @notice A period was stated: `owed` for it, of which `paid` came now and the rest from credit.
    event RevenueStated(
        uint256 indexed licenseId,
        uint32 indexed period,
        address indexed by,
        address token,
        uint128 revenue,
        uint128 owed,
        uint128 paid,
        bytes32 reportHash
    );
    /// @notice The statement of a period is overdue; the license is in breach after `cureUntil`.
    event StatementMissed(uint256 indexed licenseId, uint32 indexed period, uint40 cureUntil);
    /// @notice The auditor corrected a period, or stated a missed one: `owed` was `before`. `debt` and `credit` are what stands now.
    event RevenueAudited(
        uint256 indexed licenseId,
        uint32 indexed period,
        uint128 revenue,
        uint128 before,
        uint128 owed,
        uint128 debt,
        uint128 credit,
        bytes32 reportHash
    );
    /// @notice A debt was paid, in part or whole.
    event DebtPaid(uint256 indexed licenseId, address indexed by, address token, uint128 amount, uint128 left);
    /// @notice A ruling gave the held guarantee, or a part of it, back.
    event GuaranteeRefunded(uint256 indexed licenseId, address indexed payer, address token, uint128 amount);
    /// @notice The license will end with `lastPeriod`, at `endsAt`.
    event ShareClosing(uint256 indexed licenseId, uint32 lastPeriod, uint40 endsAt);
    /// @notice The rail ended the license; nothing is due for periods after `lastPeriod`.
    event ShareClosed(uint256 indexed licenseId, uint32 lastPeriod);
    /// @notice A dispute froze or unfroze the license's money.
    event ShareFrozen(uint256 indexed licenseId, bool frozen);

    /// @dev Thrown when the license does not pay through this rail, or the rail has ended it.
    error RevenueShareRail_NotOpen(uint256 licenseId);
    /// @dev Thrown when a statement or audit does not fit: `field` names what.
    error RevenueShareRail_WrongStatement(uint256 licenseId, bytes32 field);
    /// @dev Thrown when a statement or audit is not signed by who must sign it.
    error RevenueShareRail_BadSignature(address signer);
    /// @dev Thrown when there is nothing to settle, remind of or pay.
    error RevenueShareRail_NothingDue(uint256 licenseId);
    /// @dev Thrown when a payment or refund exceeds what there is.
    error RevenueShareRail_AmountTooHigh(uint128 amount, uint128 most);
    /// @dev Thrown when the auditor has spoken of a period before.
    error RevenueShareRail_AlreadyAudited(uint256 licenseId, uint32 period);

    /// @notice States the next period and pays for it out of the caller's allowance to this rail. Anyone with the holder's
    /// signature; the period must be over. Releases a guarantee that still waits, too.
    /// @param auditorSignature The auditor's, over the same statement; empty where the offer wants none.
    /// @return paid Base units taken from the caller.
    function submitStatement(
        uint256 licenseId,
        Offer calldata offer,
        RevenueStatement calldata statement,
        bytes calldata signature,
        bytes calldata auditorSignature
    )
        external
        returns (uint128 paid);
    /// @notice Puts on record that the next statement is overdue. Anyone, once per period.
    function remind(uint256 licenseId, Offer calldata offer) external;
    /// @notice Puts an audit on record. Anyone with the auditor's signature, once per period: of a stated period within the
    /// audit window, or of the next period once its statement is overdue.
    function submitAudit(
        uint256 licenseId,
        Offer calldata offer,
        RevenueAudit calldata audit,
        bytes calldata signature
    )
        external;
    /// @notice Pays `amount` of the debt out of the caller's allowance to this rail. Anyone.
    function payDebt(uint256 licenseId, Offer calldata offer, uint128 amount) external;

    /// @notice Where a license stands; all zero when it does not pay through this rail.
    function accountOf(uint256 licenseId) external view returns (Account memory);
    /// @notice A period as stated.
    function periodOf(uint256 licenseId, uint32 period) external view returns (Period memory);
    /// @notice Base units that `revenue` in one period makes due under an offer: the greater of guarantee and share, rounded down.
    function owedFor(Offer calldata offer, uint128 revenue) external pure returns (uint128);
    /// @notice Packs rail terms for an offer.
    function packTerms(ShareTerms calldata terms) external pure returns (bytes32[2] memory);
    /// @notice Unpacks rail terms of an offer.
    function unpackTerms(bytes32[2] calldata packed) external pure returns (ShareTerms memory);
}
