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

    /// @notice Starts payment for a fresh license. Only the market, which then moves `due` from the payer to the rail and
    /// checks that all of it arrived. Reverts for an offer that `checkOffer` refuses: the market does not ask it.
    /// @return due Base units of the offer's token to be paid now.
    function open(
        uint256 licenseId,
        Offer calldata offer,
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
}
