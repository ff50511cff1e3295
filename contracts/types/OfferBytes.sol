// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../interfaces/licensing/ILicenseMarket.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { Offer } from "./Offer.sol";

/// @notice Offers as the bytes they came in. An offer is 18 static words, so its calldata is its ABI encoding; copying that
/// costs a tenth of encoding it field by field.
/// @dev The copy does not check that unused bits are zero. Whoever uses it must know that the bytes are canonical: an offer
/// is opened with a checked encoding (isCanonical), so any calldata that hashes to an open offer's id is canonical too.
library OfferBytes {
    uint256 internal constant SIZE = 18 * 32;

    /// @notice `keccak256(abi.encode(offer))` of a canonical offer; of any other, an id that no offer has.
    function id(Offer calldata offer) internal pure returns (bytes32 id_) {
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            calldatacopy(pointer, offer, SIZE)
            id_ := keccak256(pointer, SIZE)
        }
    }

    /// @notice Whether no field has bits beyond its width.
    function isCanonical(Offer calldata offer) internal pure returns (bool) {
        uint256 excess;
        assembly ("memory-safe") {
            // seller, version, encoding, split, token, price, rail, provider, arbitrator, opensAt, closesAt, editions, exclusive
            excess := shr(160, calldataload(offer))
            excess := or(excess, shr(32, calldataload(add(offer, 0x060))))
            excess := or(excess, shr(16, calldataload(add(offer, 0x080))))
            excess := or(excess, shr(16, calldataload(add(offer, 0x0c0))))
            excess := or(excess, shr(160, calldataload(add(offer, 0x0e0))))
            excess := or(excess, shr(128, calldataload(add(offer, 0x100))))
            excess := or(excess, shr(8, calldataload(add(offer, 0x120))))
            excess := or(excess, shr(160, calldataload(add(offer, 0x180))))
            excess := or(excess, shr(160, calldataload(add(offer, 0x1a0))))
            excess := or(excess, shr(40, calldataload(add(offer, 0x1c0))))
            excess := or(excess, shr(40, calldataload(add(offer, 0x1e0))))
            excess := or(excess, shr(32, calldataload(add(offer, 0x200))))
            excess := or(excess, shr(1, calldataload(add(offer, 0x220))))
        }
        return excess == 0;
    }

    /// @notice Emits `ILicenseMarket.OfferOpened` for a canonical offer.
    function logOpened(Offer calldata offer, bytes32 offerId, address seller, uint256 datasetId) internal {
        bytes32 topic = ILicenseMarket.OfferOpened.selector;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            calldatacopy(pointer, offer, SIZE)
            log4(pointer, SIZE, topic, offerId, seller, datasetId)
        }
    }

    /// @notice The calldata of `IPaymentRail.open(licenseId, offer, licensee, payer, railData)`.
    function openCall(
        uint256 licenseId,
        Offer calldata offer,
        address licensee,
        address payer,
        bytes calldata railData
    )
        internal
        pure
        returns (bytes memory callData)
    {
        bytes4 selector = IPaymentRail.open.selector;
        assembly ("memory-safe") {
            callData := mload(0x40)
            let arguments := add(callData, 0x24)
            mstore(add(callData, 0x20), selector)
            mstore(arguments, licenseId)
            calldatacopy(add(arguments, 0x20), offer, SIZE)
            let rest := add(arguments, add(SIZE, 0x20))
            mstore(rest, licensee)
            mstore(add(rest, 0x20), payer)
            // Where railData starts: after the words of the license id, the offer, licensee, payer and this one.
            mstore(add(rest, 0x40), add(SIZE, 0x80))
            mstore(add(rest, 0x60), railData.length)
            let padded := and(add(railData.length, 0x1f), not(0x1f))
            let data := add(rest, 0x80)
            let end := add(data, padded)
            if padded { mstore(sub(end, 0x20), 0) }
            calldatacopy(data, railData.offset, railData.length)
            mstore(callData, sub(end, add(callData, 0x20)))
            mstore(0x40, and(add(end, 0x1f), not(0x1f)))
        }
    }
}
