// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../interfaces/payments/IMeterRail.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { Offer } from "../types/Offer.sol";
import { MeterFlags, MeterFund, MeterHead, MeterRecord } from "./MeterState.sol";
import { MeterTermsLib } from "./MeterTermsLib.sol";
import { MeterVouchers } from "./MeterVouchers.sol";
import { PaymentRail } from "./PaymentRail.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Pay by use
/// @notice See IMeterRail: the state machine is described there.
contract MeterRail is MeterVouchers {
    using SafeCast for uint256;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address market,
        address licenseToken,
        address distributor,
        address disputeManager
    )
        PaymentRail(market, licenseToken, distributor, disputeManager)
    { }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    // ---- purchase and deposits

    /// @inheritdoc IPaymentRail
    /// @dev `railData` is the initial deposit, `abi.encode(uint128)`; empty takes the offer's minimum, and where that is nothing
    /// one block's price for a prepaid meter.
    function open(
        uint256 licenseId,
        Offer calldata offer,
        address licensee,
        address payer,
        bytes calldata railData
    )
        external
        onlyMarket
        returns (uint128 due)
    {
        MeterTermsLib.check(offer.railTerms, offer.price, offer.exclusive);
        (uint256 least, uint256 usual) = MeterTermsLib.deposits(offer.railTerms, offer.price);
        due = railData.length == 0 ? uint128(usual) : abi.decode(railData, (uint128));
        if (due < least) revert MeterRail_DepositTooLow(licenseId, due, uint128(least));
        MeterRecord storage meter = _storage().meters[licenseId];
        meter.fund = MeterFund(payer == licensee ? address(0) : payer, uint256(due).toUint96());
        _store(meter, MeterHead.wrap(0).withFlag(MeterFlags.OPENED, true), offer, due);
        emit MeterOpened(licenseId, payer, offer.token, due);
    }

    /// @inheritdoc IMeterRail
    // The books are final before the first payment; every entrance is guarded.
    // slither-disable-next-line reentrancy-events
    function deposit(uint256 licenseId, Offer calldata offer, uint128 amount, address payer) external nonReentrant {
        (MeterRecord storage meter, MeterHead head) = _movable(licenseId, offer);
        if (amount == 0) revert MeterRail_ZeroAmount(licenseId);
        address present = _payer(licenseId, meter);
        if (payer != present) revert MeterRail_WrongPayer(licenseId, payer, present);
        uint256 funded = meter.fund.funded;
        uint256 owed = _owed(head, funded);
        if (amount > owed) _requireNotClosed(licenseId, head);
        uint256 paid = amount < owed ? amount : owed;
        funded += amount;
        meter.fund.funded = funded.toUint96();
        _store(meter, head, offer, funded);
        emit Deposited(licenseId, msg.sender, offer.token, amount, uint128(funded));
        _pull(offer.token, msg.sender, amount);
        if (paid > 0) {
            emit DebtPaid(licenseId, msg.sender, offer.token, uint128(paid), uint128(owed - paid));
            _distribute(licenseId, offer.token, paid);
        }
    }

    // ---- withdrawal

    /// @inheritdoc IMeterRail
    function requestWithdrawal(uint256 licenseId, Offer calldata offer, uint128 amount) external nonReentrant {
        (MeterRecord storage meter, MeterHead head) = _known(licenseId, offer);
        if (_payer(licenseId, meter) != msg.sender) revert PaymentRail_NotAllowed(licenseId, msg.sender);
        _requireNotClosed(licenseId, head);
        uint256 funded = meter.fund.funded;
        uint256 held = _held(head, funded);
        if (amount > held) revert MeterRail_AmountTooHigh(licenseId, amount, uint128(held));
        if (amount == 0 && !head.hasAny(MeterFlags.THAWING)) revert MeterRail_NoWithdrawal(licenseId);
        // At most what is held, which has 96 bits.
        (meter.clock.thawing, meter.clock.thawFrom) = (uint96(amount), uint40(block.timestamp));
        _store(meter, head.withFlag(MeterFlags.THAWING, amount > 0), offer, funded);
        uint40 thawedAt = uint40(block.timestamp + MeterTermsLib.thaw(offer.railTerms));
        emit WithdrawalThawing(licenseId, msg.sender, amount, thawedAt);
    }

    /// @inheritdoc IMeterRail
    function completeWithdrawal(uint256 licenseId, Offer calldata offer) external nonReentrant {
        (MeterRecord storage meter, MeterHead head) = _movable(licenseId, offer);
        if (!head.hasAny(MeterFlags.THAWING)) revert MeterRail_NoWithdrawal(licenseId);
        _requireAfter(licenseId, _windowEnd(meter, head, offer, meter.clock.thawFrom));
        uint256 funded = meter.fund.funded;
        uint256 held = _held(head, funded);
        uint256 amount = meter.clock.thawing;
        if (amount > held) amount = held;
        funded -= amount;
        meter.fund.funded = uint96(funded);
        _store(meter, head.withFlag(MeterFlags.THAWING, false), offer, funded);
        address payer = _payer(licenseId, meter);
        emit DepositWithdrawn(licenseId, payer, offer.token, uint128(amount));
        _push(offer.token, payer, amount);
    }

    // ---- the end

    /// @inheritdoc IPaymentRail
    /// @dev After the final window: the rest to the payer. At any time: what a debtor's allowance now pays.
    function settle(uint256 licenseId, Offer calldata offer) external nonReentrant returns (uint128 released) {
        (MeterRecord storage meter, MeterHead head) = _movable(licenseId, offer);
        uint40 expiry = _expiryOf(licenseId);
        bool inDebt = head.hasAny(MeterFlags.IN_DEBT);
        bool over = !head.hasAny(MeterFlags.FINISHED) && block.timestamp > _redeemableUntil(meter, head, offer, expiry);
        if (over) {
            head = _finish(licenseId, offer, meter, head, _endOf(meter, head, expiry), _held(head, meter.fund.funded));
        }
        if (inDebt) released = _collectDebt(licenseId, offer, meter, head);
        if (over || released > 0) return released;
        revert MeterRail_NothingToSettle(licenseId);
    }

    /// @inheritdoc IPaymentRail
    /// @dev The holder or the dispute manager, whose way to favor the seller is `refund` with less than all. A license that
    /// expired is closed already.
    function close(uint256 licenseId, Offer calldata offer) external nonReentrant {
        (MeterRecord storage meter, MeterHead head) = _known(licenseId, offer);
        if (msg.sender != _disputeManager) _requireHolder(licenseId);
        _requireNotClosed(licenseId, head);
        uint40 expiry = _expiryOf(licenseId);
        if (expiry != 0 && block.timestamp >= expiry) revert MeterRail_Closed(licenseId);
        meter.clock.closedAt = uint40(block.timestamp);
        head = head.withFlag(MeterFlags.CLOSED, true);
        meter.head = head;
        emit MeterClosed(licenseId, msg.sender, uint40(_windowEnd(meter, head, offer, block.timestamp)));
        _licenseToken.end(licenseId);
    }

    // ---- trust

    /// @inheritdoc IPaymentRail
    function freeze(uint256 licenseId) external onlyDisputeManager nonReentrant {
        (MeterRecord storage meter, MeterHead head) = _known(licenseId);
        _requireNotFrozen(licenseId, head);
        if (head.hasAny(MeterFlags.FINISHED)) revert MeterRail_Closed(licenseId);
        meter.head = head.withFlag(MeterFlags.FROZEN, true);
        emit MeterFrozen(licenseId, true);
    }

    /// @inheritdoc IPaymentRail
    function unfreeze(uint256 licenseId) external onlyDisputeManager nonReentrant {
        (MeterRecord storage meter, MeterHead head) = _known(licenseId);
        if (!head.hasAny(MeterFlags.FROZEN)) revert MeterRail_NotFrozen(licenseId);
        meter.clock.unfrozenAt = uint40(block.timestamp);
        meter.head = head.withFlag(MeterFlags.FROZEN, false).withFlag(MeterFlags.WAS_FROZEN, true);
        emit MeterFrozen(licenseId, false);
    }

    /// @inheritdoc IPaymentRail
    /// @dev Frozen or not. A debt stays a debt.
    function refund(uint256 licenseId, Offer calldata offer, uint128 amount) external onlyDisputeManager nonReentrant {
        (MeterRecord storage meter, MeterHead head) = _known(licenseId, offer);
        if (head.hasAny(MeterFlags.FINISHED)) revert MeterRail_Closed(licenseId);
        uint256 held = _held(head, meter.fund.funded);
        if (amount > held) revert MeterRail_AmountTooHigh(licenseId, amount, uint128(held));
        bool ends = !head.hasAny(MeterFlags.CLOSED);
        uint40 at = ends ? uint40(block.timestamp) : meter.clock.closedAt;
        if (ends) _licenseToken.end(licenseId);
        _finish(licenseId, offer, meter, head.withFlag(MeterFlags.FROZEN, false), at, amount);
    }

    // ---- views

    /// @inheritdoc IPaymentRail
    function standing(uint256 licenseId) external view returns (Standing) {
        MeterRecord storage meter = _storage().meters[licenseId];
        MeterHead head = meter.head;
        if (!head.hasAny(MeterFlags.OPENED)) return Standing.None;
        if (head.hasAny(MeterFlags.CLOSED)) return Standing.Closed;
        if (head.hasAny(MeterFlags.FROZEN)) return Standing.Frozen;
        if (head.hasAny(MeterFlags.IN_DEBT) && block.timestamp >= meter.debt.lapsesAt) return Standing.Lapsed;
        if (head.hasAny(MeterFlags.EXHAUSTED)) return Standing.Exhausted;
        return head.hasAny(MeterFlags.IN_DEBT) ? Standing.Grace : Standing.Current;
    }

    /// @inheritdoc IPaymentRail
    function checkOffer(Offer calldata offer) external pure {
        MeterTermsLib.check(offer.railTerms, offer.price, offer.exclusive);
    }

    /// @inheritdoc IMeterRail
    function amountFor(Offer calldata offer, uint64 units) external pure returns (uint256) {
        MeterTermsLib.check(offer.railTerms, offer.price, offer.exclusive);
        return MeterTermsLib.amountFor(offer.railTerms, offer.price, units);
    }

    /// @inheritdoc IMeterRail
    function meterOf(uint256 licenseId) external view returns (Meter memory m) {
        (MeterRecord storage meter, MeterHead head) = _known(licenseId);
        m.payer = _payer(licenseId, meter);
        (m.units, m.spent, m.sequence) = (head.units(), uint128(head.spent()), head.sequence());
        m.funded = meter.fund.funded;
        if (head.hasAny(MeterFlags.THAWING)) (m.thawing, m.thawFrom) = (meter.clock.thawing, meter.clock.thawFrom);
        (m.closedAt, m.unfrozenAt) = (meter.clock.closedAt, meter.clock.unfrozenAt);
        if (head.hasAny(MeterFlags.IN_DEBT)) (m.debtor, m.lapsesAt) = (meter.debt.debtor, meter.debt.lapsesAt);
        m.frozen = head.hasAny(MeterFlags.FROZEN);
        m.exhausted = head.hasAny(MeterFlags.EXHAUSTED);
        m.finished = head.hasAny(MeterFlags.FINISHED);
    }

    /// @inheritdoc IMeterRail
    function redeemableUntil(uint256 licenseId, Offer calldata offer) external view returns (uint256) {
        (MeterRecord storage meter, MeterHead head) = _known(licenseId, offer);
        return _redeemableUntil(meter, head, offer, _expiryOf(licenseId));
    }

    /// @inheritdoc IMeterRail
    function packTerms(MeterTerms calldata terms) external pure returns (bytes32[2] memory) {
        return MeterTermsLib.pack(terms);
    }

    /// @inheritdoc IMeterRail
    function unpackTerms(bytes32[2] calldata packed) external pure returns (MeterTerms memory) {
        return MeterTermsLib.unpack(packed);
    }

    // ---- private

    /// @dev Ends the meter at `at`: `returned` of what is held to the payer, the rest to the distributor.
    // The meter has ended before any call; afterwards a refused payment is only credited.
    // slither-disable-next-line reentrancy-benign,reentrancy-events
    function _finish(
        uint256 licenseId,
        Offer calldata offer,
        MeterRecord storage meter,
        MeterHead head,
        uint40 at,
        uint256 returned
    )
        private
        returns (MeterHead)
    {
        uint256 funded = meter.fund.funded;
        uint256 rest = _held(head, funded) - returned;
        // What is released counts as spent, so that the books stay true; both have 96 bits.
        head = head.withSpent(uint96(head.spent() + rest));
        head = head.withFlag(MeterFlags.CLOSED | MeterFlags.FINISHED, true).withFlag(MeterFlags.THAWING, false);
        meter.head = head;
        meter.fund.funded = uint96(funded - returned);
        meter.clock.closedAt = at;
        address payer = _payer(licenseId, meter);
        emit MeterFinished(licenseId, payer, offer.token, uint128(returned), uint128(rest));
        _push(offer.token, payer, returned);
        if (rest > 0) _distribute(licenseId, offer.token, rest);
        return head;
    }
}
