// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBondCover } from "../../contracts/interfaces/payments/IBondCover.sol";
import { Offer } from "../../contracts/types/Offer.sol";

/// @title Test double of provider bonds
/// @notice Stands where ProviderBond will be. Anyone may set anything.
contract BondDouble is IBondCover {
    mapping(address provider => bool) private _covered;

    function cover(address provider, bool on) external {
        _covered[provider] = on;
    }

    /// @inheritdoc IBondCover
    function covers(Offer calldata offer) external view returns (bool) {
        return _covered[offer.provider];
    }
}
