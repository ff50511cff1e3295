// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../interfaces/payments/IMeterRail.sol";
import { LicenseHead } from "../types/LicenseHead.sol";
import { Offer } from "../types/Offer.sol";
import { MeterFlags, MeterHead, MeterRecord } from "./MeterState.sol";
import { MeterTermsLib } from "./MeterTermsLib.sol";
import { PaymentRail } from "./PaymentRail.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Storage of the meters, the guards that every move shares, and the one way in which money moves: what was billed
/// (`spent`) against what was paid in (`funded`). Held is what is funded and not spent, debt what is spent and not funded,
/// and released is the lesser of the two.
abstract contract MeterBook is IMeterRail, PaymentRail {
    using SafeERC20 for IERC20;

    /// @custom:storage-location erc7201:colophon.storage.MeterRail
    struct MeterRailStorage {
        mapping(uint256 licenseId => MeterRecord) meters;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.MeterRail")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xc0c66834de103288d93d89e91ff06e7bc85c9b14bdaea8faa4aa931d7136d900;

    function _storage() internal pure returns (MeterRailStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }

    // ---- guards

    /// @dev The meter of a license that is this offer's, and not frozen.
    function _movable(
        uint256 licenseId,
        Offer calldata offer
    )
        internal
        view
        returns (MeterRecord storage meter, MeterHead head)
    {
        (meter, head) = _known(licenseId, offer);
        _requireNotFrozen(licenseId, head);
    }

    /// @dev The meter of a license that is this offer's.
    function _known(
        uint256 licenseId,
        Offer calldata offer
    )
        internal
        view
        returns (MeterRecord storage meter, MeterHead head)
    {
        _requireOffer(licenseId, offer);
        return _known(licenseId);
    }

    function _known(uint256 licenseId) internal view returns (MeterRecord storage meter, MeterHead head) {
        meter = _storage().meters[licenseId];
        head = meter.head;
        if (!head.hasAny(MeterFlags.OPENED)) revert MeterRail_Unknown(licenseId);
    }

    function _requireNotFrozen(uint256 licenseId, MeterHead head) internal pure {
        if (head.hasAny(MeterFlags.FROZEN)) revert PaymentRail_Frozen(licenseId);
    }

    function _requireNotClosed(uint256 licenseId, MeterHead head) internal pure {
        if (head.hasAny(MeterFlags.CLOSED)) revert MeterRail_Closed(licenseId);
    }

    /// @dev Who gets money back now.
    function _payer(uint256 licenseId, MeterRecord storage meter) internal view returns (address payer) {
        payer = meter.fund.payer;
        if (payer == address(0)) payer = _holder(licenseId);
    }

    // ---- clocks

    /// @dev When the license ended or will end: by a call to this rail, or as the license says; 0 when it goes on.
    function _endOf(MeterRecord storage meter, MeterHead head, uint40 expiry) internal view returns (uint40) {
        return head.hasAny(MeterFlags.CLOSED) ? meter.clock.closedAt : expiry;
    }

    /// @dev Last second of a window of `thaw` seconds from `start`, or from the end of a freeze if that came later.
    function _windowEnd(
        MeterRecord storage meter,
        MeterHead head,
        Offer calldata offer,
        uint256 start
    )
        internal
        view
        returns (uint256)
    {
        if (head.hasAny(MeterFlags.WAS_FROZEN)) start = Math.max(start, meter.clock.unfrozenAt);
        return start + MeterTermsLib.thaw(offer.railTerms);
    }

    /// @dev Last second in which vouchers count.
    function _redeemableUntil(
        MeterRecord storage meter,
        MeterHead head,
        Offer calldata offer,
        uint40 expiry
    )
        internal
        view
        returns (uint256)
    {
        uint40 end = _endOf(meter, head, expiry);
        return end == 0 ? type(uint256).max : _windowEnd(meter, head, offer, end);
    }

    function _expiryOf(uint256 licenseId) internal view returns (uint40) {
        // Only the head is asked for.
        // slither-disable-next-line unused-return
        (LicenseHead license,) = _licenseToken.releaseOf(licenseId);
        return license.expiry();
    }

    // ---- money

    /// @dev What vouchers can still use.
    function _held(MeterHead head, uint256 funded) internal pure returns (uint256) {
        return Math.saturatingSub(funded, head.spent());
    }

    function _owed(MeterHead head, uint256 funded) internal pure returns (uint256) {
        return Math.saturatingSub(head.spent(), funded);
    }

    function _released(MeterHead head, uint256 funded) internal pure returns (uint256) {
        return Math.min(head.spent(), funded);
    }

    /// @dev The head with the flags that follow from the numbers, stored.
    function _store(MeterRecord storage meter, MeterHead head, Offer calldata offer, uint256 funded) internal {
        uint256 free = _held(head, funded);
        if (head.hasAny(MeterFlags.THAWING)) free = Math.saturatingSub(free, meter.clock.thawing);
        bool exhausted = MeterTermsLib.isExhausted(offer.railTerms, offer.price, head.units(), free);
        head = head.withFlag(MeterFlags.EXHAUSTED, exhausted);
        meter.head = head.withFlag(MeterFlags.IN_DEBT, head.spent() > funded);
    }

    /// @dev Takes what `from` can pay of `owed`, by its balance and its allowance to this rail. Nothing, if the token refuses.
    // Callers name who signed the voucher, or who sponsors its license.
    // slither-disable-next-line arbitrary-send-erc20
    function _collect(address token, address from, uint256 owed) internal returns (uint256 received) {
        IERC20 erc20 = IERC20(token);
        uint256 amount = Math.min(owed, Math.min(erc20.balanceOf(from), erc20.allowance(from, address(this))));
        if (amount > 0) {
            uint256 before = erc20.balanceOf(address(this));
            if (erc20.trySafeTransferFrom(from, address(this), amount)) {
                // A token that keeps a fee pays less of the debt; it is never credited for more.
                received = Math.min(amount, Math.saturatingSub(erc20.balanceOf(address(this)), before));
            }
        }
    }
}
