// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { DeliveryReceipt, EncodingRequest } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { EscrowEvidence } from "./EscrowEvidence.sol";
import { EscrowTermsLib } from "./EscrowTermsLib.sol";
import { PaymentRail } from "./PaymentRail.sol";

/// @title Lump-sum escrow
/// @notice See IEscrowRail: the state machine is described there.
contract EscrowRail is EscrowEvidence {
    /// @inheritdoc IEscrowRail
    uint32 public constant MIN_CHALLENGE_WINDOW = EscrowTermsLib.MIN_CHALLENGE_WINDOW;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address market,
        address licenseToken,
        address distributor,
        address disputeManager,
        address computeReceipts,
        address proofRegistry,
        address qualityOracle,
        address providerBond
    )
        PaymentRail(market, licenseToken, distributor, disputeManager)
        EscrowEvidence(computeReceipts, proofRegistry, qualityOracle, providerBond)
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
        address licensee,
        address payer,
        bytes calldata
    )
        external
        onlyMarket
        returns (uint128 due)
    {
        _requireTerms(offer);
        due = offer.price;
        // What _holdAt knows anyway is not stored. The market opens each license once.
        if (payer != licensee) {
            _setHold(
                licenseId, Hold({ payer: payer, deadline: 0, requestedAt: 0, state: HoldState.Held, frozen: false })
            );
        }
        uint40 slaDeadline = uint40(block.timestamp + EscrowTermsLib.sla(offer.railTerms));
        emit HoldOpened(licenseId, payer, offer.token, due, slaDeadline);
    }

    // ---- delivery and release

    /// @inheritdoc IEscrowRail
    function confirm(uint256 licenseId, Offer calldata offer) external nonReentrant {
        _requireOffer(licenseId, offer);
        _requireHolder(licenseId);
        Hold memory hold = _holdAt(licenseId);
        if (hold.state != HoldState.Delivered) _requireState(licenseId, hold, HoldState.Held);
        _requireMovable(licenseId, hold);
        emit DeliveryConfirmed(licenseId, msg.sender);
        _finish(licenseId, offer, hold, 0);
    }

    /// @inheritdoc IEscrowRail
    function submitReceipt(
        uint256 licenseId,
        Offer calldata offer,
        DeliveryReceipt calldata receipt,
        bytes calldata signature
    )
        external
        nonReentrant
    {
        (ILicenseToken.License memory license, Hold memory hold) = _deal(licenseId, offer);
        _requireByReceipt(licenseId, offer);
        _recordDelivery(licenseId, offer, license, hold, license.encoding, receipt, signature);
    }

    /// @inheritdoc IEscrowRail
    function submitReceiptOfLaterEncoding(
        uint256 licenseId,
        Offer calldata offer,
        DeliveryReceipt calldata receipt,
        bytes calldata signature,
        EncodingRequest calldata request,
        bytes calldata requestSignature
    )
        external
        nonReentrant
    {
        (ILicenseToken.License memory license, Hold memory hold) = _deal(licenseId, offer);
        _requireByReceipt(licenseId, offer);
        _requireRequest(licenseId, license, request, requestSignature);
        _recordDelivery(licenseId, offer, license, hold, request.encoding, receipt, signature);
    }

    /// @inheritdoc IPaymentRail
    function settle(uint256 licenseId, Offer calldata offer) external nonReentrant returns (uint128 released) {
        _requireOffer(licenseId, offer);
        Hold memory hold = _holdAt(licenseId);
        bool quiet = hold.state == HoldState.Delivered && block.timestamp > hold.deadline;
        if (quiet) _requireMovable(licenseId, hold);
        else _requireProven(licenseId, offer, hold);
        return _finish(licenseId, offer, hold, 0);
    }

    /// @inheritdoc IEscrowRail
    function refundUndelivered(uint256 licenseId, Offer calldata offer) external nonReentrant {
        (ILicenseToken.License memory license, Hold memory hold) = _deal(licenseId, offer);
        _refundUndelivered(licenseId, offer, license.start, hold);
    }

    // ---- contest

    /// @inheritdoc IEscrowRail
    function contest(uint256 licenseId, Offer calldata offer, bytes32 reasonHash) external nonReentrant {
        _requireOffer(licenseId, offer);
        Hold memory hold = _holdAt(licenseId);
        _requireState(licenseId, hold, HoldState.Delivered);
        if (msg.sender != hold.payer) _requireHolder(licenseId);
        _requireNotAfter(licenseId, hold.deadline);
        EscrowTerms memory terms = EscrowTermsLib.unpack(offer.railTerms);
        uint40 defaultAt = uint40(block.timestamp + terms.defaultAfter);
        (hold.state, hold.deadline) = (HoldState.Contested, defaultAt);
        if (hold.frozen) hold.requestedAt = uint40(block.timestamp);
        _setHold(licenseId, hold);
        _storage().contesters[licenseId] = msg.sender;
        emit Contested(licenseId, msg.sender, terms.contestBond, reasonHash, defaultAt);
        _pull(offer.token, msg.sender, terms.contestBond);
    }

    /// @inheritdoc IEscrowRail
    function rule(uint256 licenseId, Offer calldata offer, uint128 refundAmount) external nonReentrant {
        _requireOffer(licenseId, offer);
        if (msg.sender != offer.arbitrator) revert PaymentRail_NotAllowed(licenseId, msg.sender);
        Hold memory hold = _contested(licenseId);
        _requireNotAfter(licenseId, hold.deadline);
        _resolve(licenseId, offer, hold, refundAmount, true);
    }

    /// @inheritdoc IEscrowRail
    function applyDefault(uint256 licenseId, Offer calldata offer) external nonReentrant {
        _requireOffer(licenseId, offer);
        Hold memory hold = _contested(licenseId);
        _requireAfter(licenseId, hold.deadline);
        bool refunds = EscrowTermsLib.unpack(offer.railTerms).defaultRefund;
        _resolve(licenseId, offer, hold, refunds ? offer.price : 0, false);
    }

    // ---- withdrawal

    /// @inheritdoc IEscrowRail
    function requestWithdrawal(uint256 licenseId, Offer calldata offer) external nonReentrant {
        (ILicenseToken.License memory license, Hold memory hold) = _deal(licenseId, offer);
        _requestWithdrawal(licenseId, offer, license.start, hold);
    }

    /// @inheritdoc IEscrowRail
    function completeWithdrawal(uint256 licenseId, Offer calldata offer) external nonReentrant {
        _requireOffer(licenseId, offer);
        _completeWithdrawal(licenseId, offer);
    }

    // ---- trust

    /// @inheritdoc IPaymentRail
    function freeze(uint256 licenseId) external onlyDisputeManager nonReentrant {
        Hold memory hold = _holdAt(licenseId);
        _requireOpen(licenseId, hold);
        _requireMovable(licenseId, hold);
        hold.frozen = true;
        if (hold.state == HoldState.Contested) hold.requestedAt = uint40(block.timestamp);
        _setHold(licenseId, hold);
        emit HoldFrozen(licenseId, true);
    }

    /// @inheritdoc IPaymentRail
    function unfreeze(uint256 licenseId) external onlyDisputeManager nonReentrant {
        Hold memory hold = _holdAt(licenseId);
        _requireOpen(licenseId, hold);
        if (!hold.frozen) revert EscrowRail_WrongState(licenseId, hold.state);
        hold.frozen = false;
        if (hold.state == HoldState.Contested) {
            // Nothing could be ruled meanwhile; nobody shall win by that.
            hold.deadline += uint40(block.timestamp) - hold.requestedAt;
            hold.requestedAt = 0;
        }
        _setHold(licenseId, hold);
        emit HoldFrozen(licenseId, false);
    }

    /// @inheritdoc IPaymentRail
    function refund(uint256 licenseId, Offer calldata offer, uint128 amount) external onlyDisputeManager nonReentrant {
        _requireOffer(licenseId, offer);
        _remedy(licenseId, offer, amount);
    }

    /// @inheritdoc IPaymentRail
    /// @dev The dispute manager closes in the seller's favor: all is released. Anyone else ends payment as far as the
    /// offer's terms allow: the SLA refund, the end of a withdrawal, or (the holder, within cooling-off) its request.
    function close(uint256 licenseId, Offer calldata offer) external nonReentrant {
        (ILicenseToken.License memory license, Hold memory hold) = _deal(licenseId, offer);
        if (msg.sender == _disputeManager) return _remedy(licenseId, offer, 0);
        if (hold.state == HoldState.Withdrawing) return _completeWithdrawal(licenseId, offer);
        if (block.timestamp > _slaDeadline(offer, license.start)) {
            return _refundUndelivered(licenseId, offer, license.start, hold);
        }
        _requestWithdrawal(licenseId, offer, license.start, hold);
    }

    // ---- views

    /// @inheritdoc IEscrowRail
    function holdOf(uint256 licenseId) external view returns (Hold memory) {
        return _holdAt(licenseId);
    }

    /// @inheritdoc IEscrowRail
    function contesterOf(uint256 licenseId) external view returns (address) {
        return _storage().contesters[licenseId];
    }

    /// @inheritdoc IPaymentRail
    function standing(uint256 licenseId) external view returns (Standing) {
        Hold memory hold = _holdAt(licenseId);
        if (hold.state == HoldState.None) return Standing.None;
        if (hold.state == HoldState.Refunded) return Standing.Closed;
        if (hold.frozen || hold.state == HoldState.Withdrawing) return Standing.Frozen;
        return Standing.Current;
    }

    /// @inheritdoc IPaymentRail
    function checkOffer(Offer calldata offer) external view {
        _requireTerms(offer);
    }

    /// @inheritdoc IEscrowRail
    function provenAt(uint256 licenseId, Offer calldata offer) external view returns (uint40) {
        _requireOffer(licenseId, offer);
        return _provenInTime(licenseId, offer, _holdAt(licenseId));
    }

    /// @inheritdoc IEscrowRail
    function packTerms(EscrowTerms calldata terms) external pure returns (bytes32[2] memory) {
        return EscrowTermsLib.pack(terms);
    }

    /// @inheritdoc IEscrowRail
    function unpackTerms(bytes32[2] calldata packed) external pure returns (EscrowTerms memory) {
        return EscrowTermsLib.unpack(packed);
    }

    // ---- private

    function _slaDeadline(Offer calldata offer, uint40 start) private pure returns (uint256) {
        return uint256(start) + EscrowTermsLib.sla(offer.railTerms);
    }

    function _contested(uint256 licenseId) private view returns (Hold memory hold) {
        hold = _holdAt(licenseId);
        _requireState(licenseId, hold, HoldState.Contested);
        _requireMovable(licenseId, hold);
    }

    function _refundUndelivered(uint256 licenseId, Offer calldata offer, uint40 start, Hold memory hold) private {
        _requireState(licenseId, hold, HoldState.Held);
        _requireMovable(licenseId, hold);
        _requireAfter(licenseId, _slaDeadline(offer, start));
        _requireUnproven(licenseId, offer, hold);
        _finish(licenseId, offer, hold, offer.price);
    }

    function _requestWithdrawal(uint256 licenseId, Offer calldata offer, uint40 start, Hold memory hold) private {
        _requireState(licenseId, hold, HoldState.Held);
        _requireHolder(licenseId);
        EscrowTerms memory terms = EscrowTermsLib.unpack(offer.railTerms);
        if (terms.coolingOff == 0) revert PaymentRail_NotAllowed(licenseId, msg.sender);
        _requireNotAfter(licenseId, uint256(start) + terms.coolingOff);
        uint40 effectiveAt = uint40(block.timestamp + terms.objectionWindow);
        (hold.state, hold.requestedAt, hold.deadline) = (HoldState.Withdrawing, uint40(block.timestamp), effectiveAt);
        _setHold(licenseId, hold);
        emit WithdrawalRequested(licenseId, msg.sender, effectiveAt);
        _licenseToken.setFrozen(licenseId, true);
    }

    function _completeWithdrawal(uint256 licenseId, Offer calldata offer) private {
        Hold memory hold = _holdAt(licenseId);
        _requireState(licenseId, hold, HoldState.Withdrawing);
        _requireMovable(licenseId, hold);
        _requireAfter(licenseId, hold.deadline);
        _requireUnproven(licenseId, offer, hold);
        _finish(licenseId, offer, hold, offer.price);
    }

    /// @dev A ruling of the dispute manager: ends the hold whatever its state, frozen or not.
    function _remedy(uint256 licenseId, Offer calldata offer, uint128 refundAmount) private {
        Hold memory hold = _holdAt(licenseId);
        _requireOpen(licenseId, hold);
        if (hold.state == HoldState.Contested) _resolve(licenseId, offer, hold, refundAmount, true);
        else _finish(licenseId, offer, hold, refundAmount);
    }

    /// @dev Ends a contest. The bond goes with the outcome: back to the contester when anything is refunded, else to the
    /// seller, whose money waited.
    // The hold has ended before any call, and callers are guarded; afterwards a refused payment is only credited.
    // slither-disable-next-line reentrancy-no-eth
    function _resolve(
        uint256 licenseId,
        Offer calldata offer,
        Hold memory hold,
        uint128 refundAmount,
        bool byArbitrator
    )
        private
    {
        uint128 bond = EscrowTermsLib.unpack(offer.railTerms).contestBond;
        bool refunded = refundAmount > 0;
        address bondTo = refunded ? _storage().contesters[licenseId] : offer.seller;
        emit ContestResolved(licenseId, byArbitrator, refunded, bondTo, bond);
        // In a contest it says since when a freeze holds the money, not that a withdrawal cut access.
        hold.requestedAt = 0;
        _finish(licenseId, offer, hold, refundAmount);
        _push(offer.token, bondTo, bond);
    }
}
