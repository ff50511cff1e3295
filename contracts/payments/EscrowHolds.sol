// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../interfaces/payments/IEscrowRail.sol";
import { Offer } from "../types/Offer.sol";
import { PackedHold, PackedHolds } from "./EscrowHoldState.sol";
import { PaymentRail } from "./PaymentRail.sol";

/// @notice Storage of the escrow, the guards that every move shares, and how a hold ends.
abstract contract EscrowHolds is IEscrowRail, PaymentRail {
    /// @custom:storage-location erc7201:colophon.storage.EscrowRail
    struct EscrowRailStorage {
        mapping(uint256 licenseId => PackedHold) holds;
        mapping(uint256 licenseId => address) contesters;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.EscrowRail")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xdf21e65c446f1fe456be8682c09721f2ef8f663d3a20237bee80ec52c39c6c00;

    function _storage() internal pure returns (EscrowRailStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }

    // ---- guards

    /// @dev Checks the offer as _requireOffer does, in one call, for callers that need the license's head and its hold too.
    function _deal(
        uint256 licenseId,
        Offer calldata offer
    )
        internal
        view
        returns (ILicenseToken.License memory license, Hold memory hold)
    {
        bytes32 offerId;
        address rail;
        (license, offerId, rail) = _licenseToken.dealOf(licenseId);
        _requireSame(licenseId, offerId, offer);
        hold = _storage().holds[licenseId].unpack();
        if (hold.state == HoldState.None) _fill(hold, licenseId, rail);
    }

    /// @dev The hold as it stands.
    function _holdAt(uint256 licenseId) internal view returns (Hold memory hold) {
        hold = _storage().holds[licenseId].unpack();
        if (hold.state != HoldState.None || _licenseToken.offerIdOf(licenseId) == 0) return hold;
        // Only the rail is asked for.
        // slither-disable-next-line unused-return
        (, address rail) = _licenseToken.releaseOf(licenseId);
        _fill(hold, licenseId, rail);
    }

    /// @dev A purchase that the licensee itself paid stores no hold: until something happens to it, that it is held says the
    /// license's rail, and who paid says the license.
    function _fill(Hold memory hold, uint256 licenseId, address rail) private view {
        if (rail == address(this)) (hold.state, hold.payer) = (HoldState.Held, _licenseToken.licenseeOf(licenseId));
    }

    function _setHold(uint256 licenseId, Hold memory hold) internal {
        _storage().holds[licenseId] = PackedHolds.pack(hold);
    }

    function _requireState(uint256 licenseId, Hold memory hold, HoldState needed) internal pure {
        if (hold.state != needed) revert EscrowRail_WrongState(licenseId, hold.state);
    }

    /// @dev Held, Delivered, Contested and Withdrawing holds have money; the others do not.
    function _requireOpen(uint256 licenseId, Hold memory hold) internal pure {
        if (hold.state == HoldState.None || hold.state >= HoldState.Released) {
            revert EscrowRail_WrongState(licenseId, hold.state);
        }
    }

    function _requireMovable(uint256 licenseId, Hold memory hold) internal pure {
        if (hold.frozen) revert PaymentRail_Frozen(licenseId);
    }

    // ---- money

    /// @dev Ends the hold: `refundAmount` to the payer, the rest to the distributor. The license ends when anything is
    /// refunded. The hold has ended before any other contract is called.
    /// @param hold The hold as it stood before.
    // The hold has ended before any call; each event tells of its own payment.
    // slither-disable-next-line reentrancy-events
    function _finish(
        uint256 licenseId,
        Offer calldata offer,
        Hold memory hold,
        uint128 refundAmount
    )
        internal
        returns (uint128 released)
    {
        (address token, uint128 price) = (offer.token, offer.price);
        if (refundAmount > price) revert EscrowRail_AmountTooHigh(refundAmount, price);
        // From here on no move finds an open hold.
        _storage().holds[licenseId] = PackedHolds.ended(refundAmount > 0 ? HoldState.Refunded : HoldState.Released);
        if (refundAmount > 0) _refund(licenseId, token, hold.payer, refundAmount);
        // A ruling for the seller gives back the access that a withdrawal cut.
        else if (hold.requestedAt != 0) _licenseToken.setFrozen(licenseId, false);
        released = price - refundAmount;
        if (released > 0) _release(licenseId, token, released);
    }

    // The hold has ended before; afterwards a refused payment is only credited.
    // slither-disable-next-line reentrancy-benign,reentrancy-events
    function _refund(uint256 licenseId, address token, address payer, uint128 amount) private {
        emit HoldRefunded(licenseId, payer, token, amount);
        _licenseToken.end(licenseId);
        _push(token, payer, amount);
    }

    function _release(uint256 licenseId, address token, uint128 amount) private {
        emit HoldReleased(licenseId, token, amount);
        _distribute(licenseId, token, amount);
    }
}
