// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../interfaces/licensing/ILicenseMarket.sol";

/// @notice State of an offer as stored: one slot, fields in the order of ILicenseMarket.OfferState from the lowest bit.
type PackedOfferState is uint256;

using OfferStates for PackedOfferState global;

/// @notice Packing of offer states. Written by hand so that opening an offer is one store and a sale one load and one store.
library OfferStates {
    uint256 private constant SOLD = 8;
    uint256 private constant OPENED_AT = 40;
    uint256 private constant TERMS = 80;
    uint256 private constant USES = 112;
    uint256 private constant FLAGS = 128;
    uint256 private constant DURATION = 144;

    function pack(ILicenseMarket.OfferState memory s) internal pure returns (PackedOfferState) {
        return PackedOfferState.wrap(
            uint256(s.status) | uint256(s.sold) << SOLD | uint256(s.openedAt) << OPENED_AT | uint256(s.termsIndex)
                << TERMS | uint256(s.uses) << USES | uint256(s.flags) << FLAGS | uint256(s.duration) << DURATION
        );
    }

    function unpack(PackedOfferState state) internal pure returns (ILicenseMarket.OfferState memory s) {
        uint256 raw = PackedOfferState.unwrap(state);
        s.status = state.status();
        s.sold = uint32(raw >> SOLD);
        s.openedAt = uint40(raw >> OPENED_AT);
        s.termsIndex = uint32(raw >> TERMS);
        s.uses = uint16(raw >> USES);
        s.flags = uint16(raw >> FLAGS);
        s.duration = uint40(raw >> DURATION);
    }

    function status(PackedOfferState state) internal pure returns (ILicenseMarket.OfferStatus) {
        return ILicenseMarket.OfferStatus(uint8(PackedOfferState.unwrap(state)));
    }

    function withStatus(
        PackedOfferState state,
        ILicenseMarket.OfferStatus status_
    )
        internal
        pure
        returns (PackedOfferState)
    {
        uint256 cleared = PackedOfferState.unwrap(state) & ~uint256(type(uint8).max);
        return PackedOfferState.wrap(cleared | uint256(status_));
    }

    function withSold(PackedOfferState state, uint32 sold) internal pure returns (PackedOfferState) {
        uint256 cleared = PackedOfferState.unwrap(state) & ~(uint256(type(uint32).max) << SOLD);
        return PackedOfferState.wrap(cleared | uint256(sold) << SOLD);
    }
}
