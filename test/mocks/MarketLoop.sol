// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Vm } from "forge-std/Vm.sol";

import { IPaymentRail } from "../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../contracts/types/Offer.sol";

/// @notice Opens many licenses at a rail in one call, in the market's place.
contract MarketLoop {
    function openMany(
        IPaymentRail rail,
        uint256 firstId,
        uint256 count,
        Offer calldata offer,
        address licensee,
        address payer,
        bytes calldata railData
    )
        external
    {
        for (uint256 i; i < count; ++i) {
            rail.open(firstId + i, offer, licensee, payer, railData);
        }
    }
}

/// @notice Puts the loop where the market is, and the market back.
library MarketLoops {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev The rail keeps nothing else of a purchase than what its own `open` writes.
    function openMany(
        address market,
        address rail,
        uint256 firstId,
        uint256 count,
        Offer memory offer,
        address licensee,
        address payer,
        bytes memory railData
    )
        internal
    {
        bytes memory code = market.code;
        vm.etch(market, address(new MarketLoop()).code);
        MarketLoop(market).openMany(IPaymentRail(rail), firstId, count, offer, licensee, payer, railData);
        vm.etch(market, code);
    }
}
