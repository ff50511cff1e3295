// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IStreamRail } from "./IStreamRail.sol";
import { IStreamVault } from "./IStreamVault.sol";

/// @title What streaming offers mean
/// @notice Packs, unpacks and checks the rail terms of streaming offers. Without state and behind no proxy: the rail asks it at
/// every sale, sellers and clients before.
interface IStreamOffers {
    /// @notice What a vault for such an offer would be made with; payer and start are zero. Reverts with PaymentRail_BadTerms
    /// when the terms are out of bounds, the token has no super token, or the price gives no rate.
    /// @dev rate = price * 10^(18 - decimals) / period, rounded down: a period never costs more than the price.
    function dealOf(
        address token,
        uint128 price,
        bytes32[2] calldata railTerms
    )
        external
        view
        returns (IStreamVault.Deal memory);
    /// @notice The same for a live offer (ILiveStreamRail), whose `holdbackBps` is 0.
    function liveDealOf(
        address token,
        uint128 price,
        bytes32[2] calldata railTerms
    )
        external
        view
        returns (IStreamVault.Deal memory);
    /// @notice Packs rail terms for an offer.
    function packTerms(IStreamRail.StreamTerms calldata terms) external pure returns (bytes32[2] memory);
    /// @notice Unpacks rail terms of an offer.
    function unpackTerms(bytes32[2] calldata packed) external pure returns (IStreamRail.StreamTerms memory);
}
