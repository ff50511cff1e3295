// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IRevenueShareRail } from "../interfaces/payments/IRevenueShareRail.sol";
import { Messages, RevenueAudit, RevenueStatement } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { PaymentRail } from "./PaymentRail.sol";
import { RevenueShareBook } from "./RevenueShareBook.sol";
import { RevenueShareTermsLib } from "./RevenueShareTermsLib.sol";

/// @title A share of what the licensee earns
/// @notice See IRevenueShareRail: what is due when is described there.
contract RevenueShareRail is RevenueShareBook {
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

    // ---- purchase

    /// @inheritdoc IPaymentRail
    function open(
        uint256 licenseId,
        Offer calldata offer,
        address,
        address payer,
        bytes calldata
    )
        external
        onlyMarket
        returns (uint128 due)
    {
        RevenueShareTermsLib.check(offer.railTerms, offer.price);
        ShareTerms memory terms = RevenueShareTermsLib.unpack(offer.railTerms);
        due = offer.price;
        _storage().shares[licenseId] = Share({
            payer: payer,
            nextPeriod: 1,
            reminded: 0,
            frozen: false,
            closed: false,
            guaranteeHeld: due > 0,
            debt: 0,
            credit: due,
            start: uint40(block.timestamp),
            debtDueAt: 0,
            period: terms.period,
            due: terms.due,
            cure: terms.cure,
            lastPeriod: NO_LAST_PERIOD
        });
        emit ShareOpened(licenseId, payer, offer.token, due);
    }

    /// @inheritdoc IPaymentRail
    /// @dev The guarantee of the first period, which nothing takes back but a ruling.
    function settle(uint256 licenseId, Offer calldata offer) external nonReentrant returns (uint128 released) {
        released = _takeGuarantee(licenseId, _movable(licenseId, offer), offer);
        if (released == 0) revert RevenueShareRail_NothingDue(licenseId);
        _distribute(licenseId, offer.token, released);
    }

    // ---- statements

    /// @inheritdoc IRevenueShareRail
    function submitStatement(
        uint256 licenseId,
        Offer calldata offer,
        RevenueStatement calldata statement,
        bytes calldata signature,
        bytes calldata auditorSignature
    )
        external
        nonReentrant
        returns (uint128 paid)
    {
        Share storage share = _movable(licenseId, offer);
        uint128 owed = _checkStatement(licenseId, share, offer, statement, signature, auditorSignature);
        uint128 guarantee = _takeGuarantee(licenseId, share, offer);
        _storage().periods[licenseId][statement.period] = Period(owed, uint40(block.timestamp), false);
        share.nextPeriod = statement.period + 1;
        paid = _useCredit(share, owed);
        _announce(offer.token, statement, owed, paid);
        _pull(offer.token, msg.sender, paid);
        if (paid + guarantee > 0) _distribute(licenseId, offer.token, paid + guarantee);
    }

    /// @inheritdoc IRevenueShareRail
    function remind(uint256 licenseId, Offer calldata offer) external {
        Share storage share = _shareOf(licenseId, offer);
        uint32 period = share.nextPeriod;
        uint256 dueAt = _endWithin(licenseId, share, period) + share.due;
        _requireAfter(licenseId, dueAt);
        if (share.reminded == period) revert RevenueShareRail_NothingDue(licenseId);
        share.reminded = period;
        emit StatementMissed(licenseId, period, uint40(dueAt + share.cure));
    }

    /// @inheritdoc IRevenueShareRail
    function submitAudit(
        uint256 licenseId,
        Offer calldata offer,
        RevenueAudit calldata audit,
        bytes calldata signature
    )
        external
        nonReentrant
    {
        Share storage share = _movable(licenseId, offer);
        ShareTerms memory terms = RevenueShareTermsLib.unpack(offer.railTerms);
        _require(licenseId, audit.licenseId == licenseId, "licenseId");
        _require(licenseId, audit.token == offer.token, "token");
        _requireSigned(Messages.hash(audit), terms.auditor, signature);
        Period memory stated = _auditable(licenseId, share, audit, terms);
        uint128 before = stated.owed;
        uint128 owed = _owed(offer, terms.shareBps, audit.revenue);
        uint128 guarantee = _takeGuarantee(licenseId, share, offer);
        if (stated.statedAt == 0) (stated.statedAt, share.nextPeriod) = (uint40(block.timestamp), audit.period + 1);
        (stated.owed, stated.audited) = (owed, true);
        _storage().periods[licenseId][audit.period] = stated;
        _correct(share, before, owed);
        _announceAudit(audit, before, owed, share);
        if (guarantee > 0) _distribute(licenseId, offer.token, guarantee);
    }

    /// @inheritdoc IRevenueShareRail
    function payDebt(uint256 licenseId, Offer calldata offer, uint128 amount) external nonReentrant {
        Share storage share = _movable(licenseId, offer);
        uint128 debt = share.debt;
        if (debt == 0 || amount == 0) revert RevenueShareRail_NothingDue(licenseId);
        if (amount > debt) revert RevenueShareRail_AmountTooHigh(amount, debt);
        _reduceDebt(share, debt, amount);
        emit DebtPaid(licenseId, msg.sender, offer.token, amount, debt - amount);
        _pull(offer.token, msg.sender, amount);
        _distribute(licenseId, offer.token, amount);
    }

    // ---- trust

    /// @inheritdoc IPaymentRail
    function freeze(uint256 licenseId) external onlyDisputeManager {
        _setFrozen(licenseId, true);
    }

    /// @inheritdoc IPaymentRail
    function unfreeze(uint256 licenseId) external onlyDisputeManager {
        _setFrozen(licenseId, false);
    }

    /// @inheritdoc IPaymentRail
    // The books are final before any call; afterwards a refused payment is only credited.
    // slither-disable-next-line reentrancy-benign
    function refund(uint256 licenseId, Offer calldata offer, uint128 amount) external onlyDisputeManager nonReentrant {
        Share storage share = _shareOf(licenseId, offer);
        uint128 held = share.guaranteeHeld ? share.credit : 0;
        if (amount > held) revert RevenueShareRail_AmountTooHigh(amount, held);
        (share.frozen, share.guaranteeHeld) = (false, false);
        share.credit -= amount;
        address payer = share.payer;
        _end(licenseId, share, share.nextPeriod - 1);
        if (amount > 0) emit GuaranteeRefunded(licenseId, payer, offer.token, amount);
        _push(offer.token, payer, amount);
        if (held == amount) return;
        emit GuaranteeReleased(licenseId, offer.token, held - amount);
        _distribute(licenseId, offer.token, held - amount);
    }

    /// @inheritdoc IPaymentRail
    /// @dev The holder ends the license with the running period; once that is over, anyone puts the end on record. The dispute
    /// manager ends it at once.
    function close(uint256 licenseId, Offer calldata offer) external nonReentrant {
        Share storage share = _shareOf(licenseId, offer);
        if (msg.sender == _disputeManager) {
            share.frozen = false;
            uint128 guarantee = _takeGuarantee(licenseId, share, offer);
            _end(licenseId, share, share.nextPeriod - 1);
            if (guarantee > 0) _distribute(licenseId, offer.token, guarantee);
        } else if (share.lastPeriod == NO_LAST_PERIOD) {
            _requireHolder(licenseId);
            uint32 running = uint32((block.timestamp - share.start) / share.period) + 1;
            share.lastPeriod = running;
            emit ShareClosing(licenseId, running, uint40(_endOf(share, running)));
        } else {
            _requireAfter(licenseId, _endOf(share, share.lastPeriod) - 1);
            _end(licenseId, share, share.lastPeriod);
        }
    }

    // ---- views

    /// @inheritdoc IPaymentRail
    function standing(uint256 licenseId) external view returns (Standing) {
        Share storage share = _storage().shares[licenseId];
        if (share.start == 0) return Standing.None;
        (uint32 next, uint32 last) = (share.nextPeriod, share.lastPeriod);
        if (share.closed || (last != NO_LAST_PERIOD && block.timestamp >= _endOf(share, last))) return Standing.Closed;
        if (share.frozen) return Standing.Frozen;
        uint256 late = next <= last ? _lateness(_endOf(share, next) + share.due) : 0;
        if (share.debt != 0) late = _longer(late, _lateness(share.debtDueAt));
        if (late > share.cure) return Standing.Breach;
        return late > 0 ? Standing.Grace : Standing.Current;
    }

    /// @inheritdoc IRevenueShareRail
    function accountOf(uint256 licenseId) external view returns (Account memory account) {
        Share storage share = _storage().shares[licenseId];
        if (share.start == 0) return account;
        account.payer = share.payer;
        (account.nextPeriod, account.lastPeriod) = (share.nextPeriod, share.lastPeriod);
        account.dueAt = uint40(_endOf(share, share.nextPeriod) + share.due);
        (account.debt, account.debtDueAt, account.credit) = (share.debt, share.debtDueAt, share.credit);
        account.held = share.guaranteeHeld ? share.credit : 0;
        (account.frozen, account.closed) = (share.frozen, share.closed);
    }

    /// @inheritdoc IRevenueShareRail
    function periodOf(uint256 licenseId, uint32 period) external view returns (Period memory) {
        return _storage().periods[licenseId][period];
    }

    /// @inheritdoc IRevenueShareRail
    function owedFor(Offer calldata offer, uint128 revenue) external pure returns (uint128) {
        return _owed(offer, RevenueShareTermsLib.unpack(offer.railTerms).shareBps, revenue);
    }

    /// @inheritdoc IPaymentRail
    function checkOffer(Offer calldata offer) external pure {
        RevenueShareTermsLib.check(offer.railTerms, offer.price);
    }

    /// @inheritdoc IRevenueShareRail
    function packTerms(ShareTerms calldata terms) external pure returns (bytes32[2] memory) {
        return RevenueShareTermsLib.pack(terms);
    }

    /// @inheritdoc IRevenueShareRail
    function unpackTerms(bytes32[2] calldata packed) external pure returns (ShareTerms memory) {
        return RevenueShareTermsLib.unpack(packed);
    }

    // ---- private

    function _setFrozen(uint256 licenseId, bool frozen) private {
        Share storage share = _storage().shares[licenseId];
        if (share.start == 0 || share.closed) revert RevenueShareRail_NotOpen(licenseId);
        if (share.frozen && frozen) revert PaymentRail_Frozen(licenseId);
        if (!share.frozen && !frozen) revert RevenueShareRail_NothingDue(licenseId);
        share.frozen = frozen;
        emit ShareFrozen(licenseId, frozen);
    }

    /// @dev Checks a statement of the next period, and what it makes due.
    function _checkStatement(
        uint256 licenseId,
        Share storage share,
        Offer calldata offer,
        RevenueStatement calldata statement,
        bytes calldata signature,
        bytes calldata auditorSignature
    )
        private
        view
        returns (uint128 owed)
    {
        _require(licenseId, statement.licenseId == licenseId, "licenseId");
        _require(licenseId, statement.period == share.nextPeriod, "period");
        _require(licenseId, statement.token == offer.token, "token");
        uint256 end = _endWithin(licenseId, share, statement.period);
        if (block.timestamp < end) revert PaymentRail_TooEarly(licenseId, end);
        _require(licenseId, statement.signedAt >= end && statement.signedAt <= block.timestamp, "signedAt");
        bytes32 structHash = Messages.hash(statement);
        _requireSigned(structHash, _holder(licenseId), signature);
        ShareTerms memory terms = RevenueShareTermsLib.unpack(offer.railTerms);
        if (terms.countersigned || auditorSignature.length != 0) {
            _requireSigned(structHash, terms.auditor, auditorSignature);
        }
        return _owed(offer, terms.shareBps, statement.revenue);
    }

    /// @dev The period that an audit is about, as it stands: stated within the audit window, or overdue.
    function _auditable(
        uint256 licenseId,
        Share storage share,
        RevenueAudit calldata audit,
        ShareTerms memory terms
    )
        private
        view
        returns (Period memory stated)
    {
        uint256 end = _endWithin(licenseId, share, audit.period);
        _require(licenseId, audit.signedAt >= end && audit.signedAt <= block.timestamp, "signedAt");
        _require(licenseId, audit.period <= share.nextPeriod, "period");
        if (audit.period == share.nextPeriod) {
            _requireAfter(licenseId, end + terms.due);
            return stated;
        }
        stated = _storage().periods[licenseId][audit.period];
        if (stated.audited) revert RevenueShareRail_AlreadyAudited(licenseId, audit.period);
        _requireNotAfter(licenseId, uint256(stated.statedAt) + terms.auditWindow);
    }

    function _requireSigned(bytes32 structHash, address signer, bytes calldata signature) private view {
        if (!TypedData.isSignedBy(address(_licenseToken), structHash, signer, signature)) {
            revert RevenueShareRail_BadSignature(signer);
        }
    }

    function _announce(address token, RevenueStatement calldata statement, uint128 owed, uint128 paid) private {
        emit RevenueStated(
            statement.licenseId,
            statement.period,
            msg.sender,
            token,
            statement.revenue,
            owed,
            paid,
            statement.reportHash
        );
    }

    function _announceAudit(RevenueAudit calldata audit, uint128 before, uint128 owed, Share storage share) private {
        emit RevenueAudited(
            audit.licenseId, audit.period, audit.revenue, before, owed, share.debt, share.credit, audit.reportHash
        );
    }

    /// @dev Seconds by which `dueAt` has passed.
    function _lateness(uint256 dueAt) private view returns (uint256) {
        return block.timestamp > dueAt ? block.timestamp - dueAt : 0;
    }

    function _longer(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
