// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Offer } from "../../types/Offer.sol";

/// @title What live offers ask of a provider's bond
interface IBondCover {
    /// @notice Whether the bond of the offer's provider stands in for the clawback that a license of this offer does without.
    function covers(Offer calldata offer) external view returns (bool);
}
