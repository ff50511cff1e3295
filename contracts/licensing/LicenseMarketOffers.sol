// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Offer } from "../types/Offer.sol";

/// @notice Offers as the bytes they came in. An offer is 18 static words, so its calldata is its ABI encoding; copying that
/// costs a tenth of encoding it field by field.
/// @dev The copy does not check that unused bits are zero. Whoever uses it must know that the bytes are canonical: an offer
/// is opened with a checked encoding, so any calldata that hashes to an open offer's id is canonical too.
library OfferBytes {
    uint256 internal constant SIZE = 18 * 32;

    function raw(Offer calldata offer) internal pure returns (bytes calldata bytes_) {
        assembly ("memory-safe") {
            bytes_.offset := offer
            // Two halves of one calldata slice.
            // slither-disable-next-line write-after-write
            bytes_.length := SIZE
        }
    }

    /// @notice `keccak256(abi.encode(offer))` of a canonical offer; of any other, an id that no offer has.
    function id(Offer calldata offer) internal pure returns (bytes32) {
        return keccak256(raw(offer));
    }
}
