// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../interfaces/licensing/ILicenseMarket.sol";
import { ITermsRegistry } from "../interfaces/licensing/ITermsRegistry.sol";

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

    /// @notice State of an offer that opens now under these terms.
    function opened(ITermsRegistry.TermsHead memory terms) internal view returns (PackedOfferState) {
        return PackedOfferState.wrap(
            uint256(ILicenseMarket.OfferStatus.Open) | (uint256(uint40(block.timestamp)) << OPENED_AT)
                | (uint256(terms.index) << TERMS) | (uint256(terms.uses) << USES) | (uint256(terms.flags) << FLAGS)
                | (uint256(terms.duration) << DURATION)
        );
    }

    /// @notice True for an offer that was ever opened.
    function exists(PackedOfferState state) internal pure returns (bool) {
        return PackedOfferState.unwrap(state) != 0;
    }

    function unpack(PackedOfferState state) internal pure returns (ILicenseMarket.OfferState memory s) {
        s.status = state.status();
        s.sold = state.sold();
        s.openedAt = uint40(PackedOfferState.unwrap(state) >> OPENED_AT);
        s.termsIndex = state.termsIndex();
        s.uses = state.uses();
        s.flags = state.flags();
        s.duration = state.duration();
    }

    function status(PackedOfferState state) internal pure returns (ILicenseMarket.OfferStatus) {
        return ILicenseMarket.OfferStatus(uint8(PackedOfferState.unwrap(state)));
    }

    function sold(PackedOfferState state) internal pure returns (uint32) {
        return uint32(PackedOfferState.unwrap(state) >> SOLD);
    }

    function termsIndex(PackedOfferState state) internal pure returns (uint32) {
        return uint32(PackedOfferState.unwrap(state) >> TERMS);
    }

    function uses(PackedOfferState state) internal pure returns (uint16) {
        return uint16(PackedOfferState.unwrap(state) >> USES);
    }

    function flags(PackedOfferState state) internal pure returns (uint16) {
        return uint16(PackedOfferState.unwrap(state) >> FLAGS);
    }

    function duration(PackedOfferState state) internal pure returns (uint40) {
        return uint40(PackedOfferState.unwrap(state) >> DURATION);
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

    function withSold(PackedOfferState state, uint32 sold_) internal pure returns (PackedOfferState) {
        uint256 cleared = PackedOfferState.unwrap(state) & ~(uint256(type(uint32).max) << SOLD);
        return PackedOfferState.wrap(cleared | uint256(sold_) << SOLD);
    }
}
