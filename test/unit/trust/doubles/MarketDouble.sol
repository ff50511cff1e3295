// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../../../contracts/interfaces/licensing/ILicenseMarket.sol";

/// @notice Knows how often an offer sold, as a test says; nothing else of a market.
contract MarketDouble {
    mapping(bytes32 offerId => uint32) private _sold;

    function setSold(bytes32 offerId, uint32 sold) external {
        _sold[offerId] = sold;
    }

    function offerState(bytes32 offerId) external view returns (ILicenseMarket.OfferState memory state) {
        state.sold = _sold[offerId];
    }
}
