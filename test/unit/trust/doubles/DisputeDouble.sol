// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Offer } from "../../../../contracts/types/Offer.sol";
import { RailDouble } from "../../licensing/doubles/RailDouble.sol";

/// @notice The one function of a dispute manager that fault contracts call: gives back what a test says is held, and ends the license.
contract DisputeDouble {
    RailDouble private immutable _rail;

    mapping(uint256 licenseId => uint128) private _held;

    constructor(RailDouble rail) {
        _rail = rail;
    }

    function hold(uint256 licenseId, uint128 amount) external {
        _held[licenseId] = amount;
    }

    function applyFault(uint256 licenseId, Offer calldata, address reporter) external returns (uint128 refunded) {
        refunded = _held[licenseId];
        if (refunded == 0) return 0;
        _held[licenseId] = 0;
        _rail.endLicense(licenseId);
    }
}
