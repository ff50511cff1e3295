// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Offer } from "../../types/Offer.sol";

/// @title What every payment rail answers
/// @notice A rail is the money between buyer and release. The market opens it; anyone may settle what is due; trust may
/// freeze and refund. Every call presents the license's whole offer, which must hash to the license's offer id.
interface IPaymentRail {
    /// @notice What the rail says of a license now. A rail that reverts means denied.
    enum Standing {
        None,
        Current,
        Grace,
        Lapsed,
        Exhausted,
        Frozen,
        Breach,
        Closed
    }

    /// @notice A payout to an account failed and waits to be claimed.
    event PayoutDeferred(address indexed account, address indexed token, uint256 amount);
    /// @notice A deferred payout was claimed.
    event DeferredClaimed(address indexed account, address indexed token, address to, uint256 amount);

    /// @dev Thrown when the caller is not the market.
    error PaymentRail_NotMarket(address caller);
    /// @dev Thrown when the caller is not the dispute manager.
    error PaymentRail_NotDisputeManager(address caller);
    /// @dev Thrown when the offer is not the one that the license was bought from.
    error PaymentRail_WrongOffer(uint256 licenseId, bytes32 expected, bytes32 given);
    /// @dev Thrown when a dispute holds the money.
    error PaymentRail_Frozen(uint256 licenseId);
    /// @dev Thrown when the caller may not do this for the license.
    error PaymentRail_NotAllowed(uint256 licenseId, address caller);
    /// @dev Thrown when a payment arrives short (fee-on-transfer token).
    error PaymentRail_TransferTax(address token, uint256 expected, uint256 received);
    /// @dev Thrown when there is nothing to claim.
    error PaymentRail_NothingToClaim(address account, address token);
    /// @dev Thrown when rail terms are out of bounds: `field` names the one.
    error PaymentRail_BadTerms(bytes32 field);
    /// @dev Thrown when it is too early; `from` is the first second at which the call works.
    error PaymentRail_TooEarly(uint256 licenseId, uint256 from);
    /// @dev Thrown when it is too late; `until` was the last second.
    error PaymentRail_TooLate(uint256 licenseId, uint256 until);

    /// @notice Starts payment for a fresh license. Only the market, which then moves `due` from the payer to the rail and
    /// checks that all of it arrived. Reverts for an offer that `checkOffer` refuses: the market does not ask it.
    /// @param licensee Who the license was just minted to.
    /// @param payer Who pays, and gets refunds.
    /// @param railData What this rail's offers need of the buyer besides; empty for most.
    /// @return due Base units of the offer's token to be paid now.
    function open(
        uint256 licenseId,
        Offer calldata offer,
        address licensee,
        address payer,
        bytes calldata railData
    )
        external
        returns (uint128 due);

    /// @notice Releases what may be released now; reverts with the reason when nothing may. Anyone.
    /// @return released Base units handed to the distributor.
    function settle(uint256 licenseId, Offer calldata offer) external returns (uint128 released);

    /// @notice Freezes the license's money. Only the dispute manager.
    function freeze(uint256 licenseId) external;

    /// @notice Ends a freeze. Only the dispute manager.
    function unfreeze(uint256 licenseId) external;

    /// @notice Returns `amount` of what is held to the payer and ends the license. Only the dispute manager. The rest, if
    /// any, is released.
    function refund(uint256 licenseId, Offer calldata offer, uint128 amount) external;

    /// @notice Ends payment where the rail's terms allow the caller to.
    function close(uint256 licenseId, Offer calldata offer) external;

    /// @notice What the rail says of the license now.
    function standing(uint256 licenseId) external view returns (Standing);

    /// @notice Whether rail terms make sense for an offer; reverts with the reason when not. For sellers, before
    /// they open an offer; `open` checks the same at every sale.
    function checkOffer(Offer calldata offer) external view;

    /// @notice Pays what an earlier payout could not (for instance a token that refused the receiver). Anyone may call.
    /// @param to Receiver; only the account itself may choose another one than itself.
    function claimDeferred(address account, address token, address to) external;

    /// @notice Base units that wait for an account after a failed payout.
    function deferredOf(address account, address token) external view returns (uint256);
}
