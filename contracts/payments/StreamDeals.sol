// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IStreamVault } from "../interfaces/payments/IStreamVault.sol";
import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";

/// @notice What is written into a vault's code when it is made, behind the 45 bytes of a minimal clone:
/// super token 20 bytes | decimals of the payment token 1 | payer 20 | start 5 | first rate 12.
library StreamDeals {
    uint8 internal constant SUPER_DECIMALS = 18;

    function encode(IStreamVault.Deal memory d) internal pure returns (bytes memory) {
        return abi.encodePacked(d.superToken, d.decimals, d.payer, d.start, d.rate);
    }

    function read(address vault) internal view returns (IStreamVault.Deal memory d) {
        bytes memory args = Clones.fetchCloneArgs(vault);
        uint256 first;
        uint256 second;
        assembly ("memory-safe") {
            first := mload(add(args, 32))
            second := mload(add(args, 58))
        }
        d.superToken = address(uint160(first >> 96));
        d.decimals = uint8(first >> 88);
        // The last 32 of the 58 bytes: 15 of the payer, start and rate; the payer's first 5 end the word before.
        d.rate = uint96(second);
        d.start = uint40(second >> 96);
        d.payer = address(uint160((first & type(uint88).max) >> 48 << 120 | second >> 136));
    }

    /// @notice Units of the super token in one base unit of a payment token with up to 18 decimals.
    function scaleOf(uint8 decimals) internal pure returns (uint256) {
        return 10 ** (SUPER_DECIMALS - decimals);
    }
}
