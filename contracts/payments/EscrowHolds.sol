// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../interfaces/payments/IEscrowRail.sol";
import { IRevenueDistributor } from "../interfaces/payments/IRevenueDistributor.sol";
import { LicenseFlags, LicenseHead } from "../types/LicenseHead.sol";
import { Offer } from "../types/Offer.sol";
import { OfferHash } from "./OfferHash.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @notice Storage of the escrow, the guards that every move shares, and the four ways money leaves.
abstract contract EscrowHolds is IEscrowRail {
    using SafeERC20 for IERC20;

    /// @custom:storage-location erc7201:colophon.storage.EscrowRail
    struct EscrowRailStorage {
        mapping(uint256 licenseId => Hold) holds;
        mapping(uint256 licenseId => address) contesters;
        mapping(address account => mapping(address token => uint256)) deferred;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.EscrowRail")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xdf21e65c446f1fe456be8682c09721f2ef8f663d3a20237bee80ec52c39c6c00;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseToken internal immutable _licenseToken;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IRevenueDistributor internal immutable _distributor;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address distributor) {
        _licenseToken = ILicenseToken(licenseToken);
        _distributor = IRevenueDistributor(distributor);
    }

    function _storage() internal pure returns (EscrowRailStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }

    // ---- guards

    /// @dev Checks that `offer` is the one that the license was bought from.
    function _requireOffer(uint256 licenseId, Offer calldata offer) internal view {
        bytes32 expected = _licenseToken.offerIdOf(licenseId);
        bytes32 given = OfferHash.idOf(offer);
        if (given != expected) revert EscrowRail_WrongOffer(licenseId, expected, given);
    }

    /// @dev The same, for callers that need the license's head too.
    function _deal(
        uint256 licenseId,
        Offer calldata offer
    )
        internal
        view
        returns (ILicenseToken.License memory license)
    {
        _requireOffer(licenseId, offer);
        return _licenseToken.licenseOf(licenseId);
    }

    function _requireState(uint256 licenseId, HoldState actual, HoldState needed) internal view {
        if (actual != needed) revert EscrowRail_WrongState(licenseId, _stateOf(licenseId, actual));
    }

    /// @dev Held, Delivered, Contested and Withdrawing holds have money and a slot; the others do not.
    function _requireOpen(uint256 licenseId, HoldState stored) internal view {
        if (stored == HoldState.None) revert EscrowRail_WrongState(licenseId, _stateOf(licenseId, stored));
    }

    /// @dev An ended hold keeps no slot: that it was here says the license's rail, and how it ended says the license, which
    /// ends exactly when money went back.
    function _stateOf(uint256 licenseId, HoldState stored) internal view returns (HoldState) {
        if (stored != HoldState.None || _licenseToken.offerIdOf(licenseId) == 0) return stored;
        (LicenseHead head, address rail) = _licenseToken.releaseOf(licenseId);
        if (rail != address(this)) return HoldState.None;
        return head.hasAny(LicenseFlags.ENDED) ? HoldState.Refunded : HoldState.Released;
    }

    function _requireMovable(uint256 licenseId, Hold memory hold) internal pure {
        if (hold.frozen) revert EscrowRail_Frozen(licenseId);
    }

    function _requireHolder(uint256 licenseId) internal view {
        if (_holder(licenseId) != msg.sender) revert EscrowRail_NotAllowed(licenseId, msg.sender);
    }

    function _holder(uint256 licenseId) internal view returns (address) {
        return IERC721(address(_licenseToken)).ownerOf(licenseId);
    }

    /// @dev `until` is the last second at which a call works.
    function _requireNotAfter(uint256 licenseId, uint256 until) internal view {
        if (block.timestamp > until) revert EscrowRail_TooLate(licenseId, until);
    }

    /// @dev `until` is the last second at which a call does not work yet.
    function _requireAfter(uint256 licenseId, uint256 until) internal view {
        if (block.timestamp <= until) revert EscrowRail_TooEarly(licenseId, until + 1);
    }

    // ---- money

    /// @dev Ends the hold: `refundAmount` to the payer, the rest to the distributor. The license ends when anything is
    /// refunded. The hold is gone before any other contract is called.
    /// @param hold The hold as stored before.
    // The hold is gone before any call; each event tells of its own payment.
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
        // Clearing the slot gives back 4,800 gas; from here on no move finds an open hold.
        delete _storage().holds[licenseId];
        if (refundAmount > 0) _refund(licenseId, token, hold.payer, refundAmount);
        // A ruling for the seller gives back the access that a withdrawal cut.
        else if (hold.requestedAt != 0) _licenseToken.setFrozen(licenseId, false);
        released = price - refundAmount;
        if (released > 0) _release(licenseId, token, released);
    }

    // The hold is gone before; afterwards a refused payment is only credited.
    // slither-disable-next-line reentrancy-benign,reentrancy-events
    function _refund(uint256 licenseId, address token, address payer, uint128 amount) private {
        emit HoldRefunded(licenseId, payer, token, amount);
        _licenseToken.end(licenseId);
        _push(token, payer, amount);
    }

    function _release(uint256 licenseId, address token, uint128 amount) private {
        emit HoldReleased(licenseId, token, amount);
        IERC20(token).safeTransfer(address(_distributor), amount);
        _distributor.distribute(licenseId, token, amount);
    }

    /// @dev Pays, or credits what the token refuses to send, so that nobody can block an outcome by being unpayable.
    function _push(address token, address to, uint256 amount) internal {
        if (amount == 0 || IERC20(token).trySafeTransfer(to, amount)) return;
        _storage().deferred[to][token] += amount;
        emit PayoutDeferred(to, token, amount);
    }

    /// @dev Takes exactly `amount` from the caller's allowance to this rail.
    function _pull(address token, uint256 amount) internal {
        if (amount == 0) return;
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert EscrowRail_TransferTax(token, amount, received);
    }
}
