// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { Offer } from "../types/Offer.sol";
import { LicenseMarketFunding } from "./LicenseMarketFunding.sol";
import { PackedOfferState } from "./LicenseMarketState.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice What happens in every purchase before the money moves.
abstract contract LicenseMarketSales is LicenseMarketFunding {
    /// @dev A sale that was booked and not paid yet.
    struct Sale {
        bytes32 offerId;
        uint256 licenseId;
        address rail;
        uint128 due;
        uint32 sold;
    }

    /// @dev Books the sale, mints the license and opens its payment. The caller moves `due` to the rail next.
    function _sell(
        Offer calldata offer,
        address licensee,
        address payer,
        bytes calldata railData
    )
        internal
        returns (Sale memory sale)
    {
        sale.offerId = _idOf(offer);
        OfferState memory state = _book(offer, sale.offerId);
        sale.sold = state.sold;
        _requireNotExclusive(offer);
        _requireForSale(offer);
        (sale.licenseId, sale.rail) = _licenseToken.mint(
            licensee, sale.offerId, _headOf(offer, state, _feeOf(offer.token)), state.flags, offer.exclusive
        );
        if (offer.exclusive) _storage().exclusive[offer.datasetId][offer.version] = sale.licenseId;
        sale.due = IPaymentRail(sale.rail).open(sale.licenseId, offer, payer, railData);
    }

    /// @dev Checks that the offer sells now and counts the sale.
    function _book(Offer calldata offer, bytes32 offerId) private returns (OfferState memory state) {
        PackedOfferState packed = _storage().offers[offerId];
        state = packed.unpack();
        if (state.status != OfferStatus.Open) revert LicenseMarket_OfferNotOpen(offerId, state.status);
        if (block.timestamp < offer.opensAt) revert LicenseMarket_NotYetOpen(offerId, offer.opensAt);
        if (offer.closesAt != 0 && block.timestamp >= offer.closesAt) {
            revert LicenseMarket_OfferEnded(offerId, offer.closesAt);
        }
        if (offer.editions != 0 && state.sold >= offer.editions) revert LicenseMarket_SoldOut(offerId, offer.editions);
        ++state.sold;
        _storage().offers[offerId] = packed.withSold(state.sold);
    }

    /// @dev A live license that was sold exclusively bars every sale of its version.
    function _requireNotExclusive(Offer calldata offer) private view {
        uint256 holder = _storage().exclusive[offer.datasetId][offer.version];
        if (holder != 0 && _licenseToken.isLive(holder)) {
            revert LicenseMarket_ExclusivelyLicensed(offer.datasetId, offer.version, holder);
        }
    }

    /// @dev Checks title, status and encoding, in one call.
    function _requireForSale(Offer calldata offer) internal view {
        IDatasetRegistry.SaleState memory sale = _registry.saleState(offer.datasetId, offer.version, offer.encoding);
        if (sale.owner != offer.seller) {
            revert LicenseMarket_SellerNotOwner(offer.datasetId, offer.seller, sale.owner);
        }
        if (sale.status != IDatasetRegistry.Status.Trainable) {
            revert LicenseMarket_VersionNotForSale(offer.datasetId, offer.version, uint8(sale.status));
        }
        if (!sale.encodingLive || sale.provider != offer.provider) {
            revert LicenseMarket_EncodingNotForSale(offer.datasetId, offer.version, offer.encoding, sale.provider);
        }
    }

    /// @dev Today's fee on a token that may be sold in.
    function _feeOf(address token) private view returns (uint16) {
        IProtocolConfig.PaymentToken memory config = _config.paymentToken(token);
        if (!config.allowed) revert LicenseMarket_TokenNotAllowed(token);
        return config.feeBps;
    }

    /// @dev What the purchase fixes. The token adds start and flags.
    function _headOf(
        Offer calldata offer,
        OfferState memory state,
        uint16 feeBps
    )
        private
        view
        returns (ILicenseToken.License memory head)
    {
        head.datasetId = SafeCast.toUint40(offer.datasetId);
        head.version = SafeCast.toUint24(offer.version);
        head.encoding = offer.encoding;
        head.expiry = _expiryAfter(state.duration);
        head.termsIndex = state.termsIndex;
        head.split = offer.split;
        head.feeBps = feeBps;
        head.uses = state.uses;
        head.rail = offer.rail;
    }

    /// @dev End of a license that starts now. A duration that reaches past the last representable second ends there:
    /// earlier, never later, than its terms.
    function _expiryAfter(uint40 duration) private view returns (uint40) {
        if (duration == 0) return 0;
        uint256 expiry = block.timestamp + duration;
        return expiry < type(uint40).max ? uint40(expiry) : type(uint40).max;
    }
}
