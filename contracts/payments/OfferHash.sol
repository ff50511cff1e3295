// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Offer } from "../types/Offer.sol";

/// @notice `keccak256(abi.encode(offer))` of an offer in calldata, without decoding and encoding it again.
/// @dev An offer is static: its 18 words stand in calldata as abi.encode would write them. Words with dirty high bits are
/// not refused here, but hash to an id that no license has.
library OfferHash {
    uint256 private constant _SIZE = 18 * 32;

    function idOf(Offer calldata offer) internal pure returns (bytes32 id) {
        uint256 size = _SIZE;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            calldatacopy(pointer, offer, size)
            id := keccak256(pointer, size)
        }
    }
}
