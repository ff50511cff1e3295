// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { IMeterRail } from "../interfaces/payments/IMeterRail.sol";
import { Messages, UsageVoucher } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { OfferBytes } from "../types/OfferBytes.sol";
import { MeterBook } from "./MeterBook.sol";
import { MeterFlags, MeterFund, MeterHead, MeterRecord } from "./MeterState.sol";
import { MeterTermsLib } from "./MeterTermsLib.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice Usage vouchers: what makes one count, how its difference is paid, and what follows when it is not.
abstract contract MeterVouchers is MeterBook {
    /// @inheritdoc IMeterRail
    uint256 public constant MAX_BATCH = 200;

    /// @inheritdoc IMeterRail
    function redeem(
        Offer calldata offer,
        UsageVoucher calldata voucher,
        bytes calldata signature
    )
        external
        nonReentrant
        returns (uint128 released)
    {
        return _redeem(offer, voucher, signature);
    }

    /// @inheritdoc IMeterRail
    // The loop is bounded, and each call is to this contract itself.
    // slither-disable-next-line calls-loop,reentrancy-events
    function redeemMany(
        Offer[] calldata offers,
        Redemption[] calldata redemptions,
        uint256 gasEach
    )
        external
        nonReentrant
        returns (uint256 redeemed)
    {
        uint256 count = redemptions.length;
        if (count == 0 || count > MAX_BATCH) revert MeterRail_BatchSize(count, MAX_BATCH);
        for (uint256 i = 0; i < count; ++i) {
            Redemption calldata entry = redemptions[i];
            (bool done, bytes4 reason) = _redeemInCall(offers[entry.offer], entry.voucher, entry.signature, gasEach);
            if (done) ++redeemed;
            else emit VoucherRefused(entry.voucher.licenseId, entry.voucher.sequence, reason);
        }
    }

    /// @inheritdoc IMeterRail
    // Not guarded against reentrancy: only a guarded function of this contract gets here.
    function redeemOfBatch(Offer calldata offer, UsageVoucher calldata voucher, bytes calldata signature) external {
        if (msg.sender != address(this)) revert MeterRail_NotSelf(msg.sender);
        _redeem(offer, voucher, signature);
    }

    /// @dev Bills a voucher. Everything is checked and stored before money moves, but what a post-paid bill collected: that is
    /// known only afterwards, and every entrance is guarded.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function _redeem(
        Offer calldata offer,
        UsageVoucher calldata voucher,
        bytes calldata signature
    )
        internal
        returns (uint128 released)
    {
        (MeterRecord storage meter, MeterHead head) = _requireRedeemable(offer, voucher);
        address signer = _requireSigned(voucher, signature);
        released = _bill(meter, head, offer, voucher, signer);
        uint256 licenseId = voucher.licenseId;
        emit VoucherRedeemed(licenseId, signer, voucher.units, voucher.amount, voucher.sequence, released);
        if (released > 0) _distribute(licenseId, offer.token, released);
    }

    /// @dev Pays a debt out of its debtor's allowance, as far as that goes.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-events
    function _collectDebt(
        uint256 licenseId,
        Offer calldata offer,
        MeterRecord storage meter,
        MeterHead head
    )
        internal
        returns (uint128 collected)
    {
        uint256 funded = meter.fund.funded;
        address debtor = meter.debt.debtor;
        uint256 owed = _owed(head, funded);
        collected = uint128(_collect(offer.token, debtor, owed));
        if (collected > 0) {
            funded += collected;
            meter.fund.funded = uint96(funded);
            _store(meter, head, offer, funded);
            emit DebtPaid(licenseId, debtor, offer.token, collected, uint128(owed - collected));
            _distribute(licenseId, offer.token, collected);
        }
    }

    // ---- private

    /// @dev Everything that a voucher must be but signed.
    function _requireRedeemable(
        Offer calldata offer,
        UsageVoucher calldata voucher
    )
        private
        view
        returns (MeterRecord storage meter, MeterHead head)
    {
        uint256 licenseId = voucher.licenseId;
        (meter, head) = _movable(licenseId, offer);
        if (head.hasAny(MeterFlags.FINISHED)) revert MeterRail_Closed(licenseId);
        _requireNotAfter(licenseId, _redeemableUntil(meter, head, offer, _expiryOf(licenseId)));
        _requireNewer(licenseId, head, voucher);
        _requirePriced(licenseId, offer, voucher);
    }

    /// @dev Books a voucher and what paid it; what that releases is still here.
    function _bill(
        MeterRecord storage meter,
        MeterHead head,
        Offer calldata offer,
        UsageVoucher calldata voucher,
        address signer
    )
        private
        returns (uint128 released)
    {
        MeterFund memory fund = meter.fund;
        uint256 before = _released(head, fund.funded);
        uint256 funded = fund.funded;
        if (MeterTermsLib.isPrepaid(offer.railTerms)) {
            if (voucher.amount > funded) {
                revert MeterRail_OverDeposit(voucher.licenseId, voucher.amount, fund.funded);
            }
            // At most what was funded, which has 96 bits.
            head = head.billed(uint96(voucher.amount), voucher.units, voucher.sequence);
        } else {
            (head, funded) = _billPostpaid(meter, head, fund, offer, voucher, signer);
        }
        _store(meter, head, offer, funded);
        return uint128(_released(head, funded) - before);
    }

    /// @dev From the deposit first, then from the allowance of who answers for the signer. What neither pays is a debt.
    function _billPostpaid(
        MeterRecord storage meter,
        MeterHead head,
        MeterFund memory fund,
        Offer calldata offer,
        UsageVoucher calldata voucher,
        address signer
    )
        private
        returns (MeterHead, uint256 funded)
    {
        uint256 licenseId = voucher.licenseId;
        address debtor = _answersFor(licenseId, fund.payer, signer);
        funded = fund.funded;
        if (head.hasAny(MeterFlags.IN_DEBT) && meter.debt.debtor != debtor) {
            revert MeterRail_DebtFirst(licenseId, meter.debt.debtor, uint128(_owed(head, funded)));
        }
        bool missedBefore = head.hasAny(MeterFlags.IN_DEBT);
        // At most the price of the cap, which has 96 bits.
        head = head.billed(uint96(voucher.amount), voucher.units, voucher.sequence);
        uint256 owed = _owed(head, funded);
        if (owed > 0) {
            // The voucher is used before the token is called.
            meter.head = head;
            uint256 collected = _collect(offer.token, debtor, owed);
            funded += collected;
            meter.fund.funded = uint96(funded);
            if (owed > collected && !missedBefore) _recordDebt(licenseId, meter, offer, debtor, owed - collected);
        }
        return (head, funded);
    }

    function _recordDebt(
        uint256 licenseId,
        MeterRecord storage meter,
        Offer calldata offer,
        address debtor,
        uint256 debt
    )
        private
    {
        uint40 lapsesAt = uint40(block.timestamp + MeterTermsLib.grace(offer.railTerms));
        (meter.debt.debtor, meter.debt.lapsesAt) = (debtor, lapsesAt);
        emit PaymentMissed(licenseId, debtor, uint128(debt), lapsesAt);
    }

    /// @dev Who pays the bills that `signer` signs: a sponsor answers for the licensee that it named, for nobody whom the
    /// license went to afterwards.
    function _answersFor(uint256 licenseId, address sponsor, address signer) private view returns (address) {
        if (sponsor == address(0) || _licenseToken.licenseeOf(licenseId) != signer) return signer;
        return sponsor;
    }

    function _requireNewer(uint256 licenseId, MeterHead head, UsageVoucher calldata voucher) private pure {
        uint64 last = head.sequence();
        if (voucher.sequence <= last) revert MeterRail_StaleVoucher(licenseId, voucher.sequence, last);
        (uint64 units, uint256 spent) = (head.units(), head.spent());
        bool falls = voucher.units < units || voucher.amount < spent;
        if (falls || (voucher.units == units && voucher.amount == spent)) {
            revert MeterRail_Regression(licenseId, voucher.units, voucher.amount);
        }
    }

    function _requirePriced(uint256 licenseId, Offer calldata offer, UsageVoucher calldata voucher) private pure {
        uint64 cap = MeterTermsLib.cap(offer.railTerms);
        if (cap != 0 && voucher.units > cap) revert MeterRail_OverCap(licenseId, voucher.units, cap);
        uint256 most = MeterTermsLib.amountFor(offer.railTerms, offer.price, voucher.units);
        if (voucher.amount > most) revert MeterRail_OverPrice(licenseId, voucher.amount, most);
    }

    function _requireSigned(
        UsageVoucher calldata voucher,
        bytes calldata signature
    )
        private
        view
        returns (address holder)
    {
        holder = _holder(voucher.licenseId);
        bytes32 structHash = Messages.hash(voucher);
        // A key signs for its account whatever code the account delegates to, and most holders are keys: a look at the
        // account's code would cost more than the rest of this check.
        bytes32 digest = TypedData.digest(address(_licenseToken), structHash);
        // Why a signature is none does not matter.
        // slither-disable-next-line unused-return
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (recovered == holder) return holder;
        if (!TypedData.isSignedBy(address(_licenseToken), structHash, holder, signature)) {
            revert MeterRail_BadSignature(voucher.licenseId, holder);
        }
    }

    /// @dev Calls `redeemOfBatch` with bounded gas and reads no more of a failure than its selector. Offer and voucher are
    /// static, so they are copied as they came in (see OfferBytes); what is not canonical in them is refused where it is read.
    /// The memory is used for this call alone, so that a batch needs no more of it than one entry.
    function _redeemInCall(
        Offer calldata offer,
        UsageVoucher calldata voucher,
        bytes calldata signature,
        uint256 gasEach
    )
        private
        returns (bool done, bytes4 reason)
    {
        bytes4 selector = IMeterRail.redeemOfBatch.selector;
        uint256 offerSize = OfferBytes.SIZE;
        assembly ("memory-safe") {
            let call_ := mload(0x40)
            mstore(call_, selector)
            calldatacopy(add(call_, 0x04), offer, offerSize)
            let rest := add(call_, add(offerSize, 0x04))
            calldatacopy(rest, voucher, 0x80)
            // Where the signature starts: after the offer, the voucher's four words and this one.
            mstore(add(rest, 0x80), add(offerSize, 0xa0))
            mstore(add(rest, 0xa0), signature.length)
            let data := add(rest, 0xc0)
            let padded := and(add(signature.length, 0x1f), not(0x1f))
            if padded { mstore(add(data, sub(padded, 0x20)), 0) }
            calldatacopy(data, signature.offset, signature.length)
            done := call(gasEach, address(), 0, call_, sub(add(data, padded), call_), 0, 0)
            if iszero(or(done, lt(returndatasize(), 4))) {
                mstore(0, 0)
                returndatacopy(0, 0, 4)
                reason := mload(0)
            }
        }
    }
}
