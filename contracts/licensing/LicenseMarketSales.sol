// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { LicenseHead, LicenseHeads } from "../types/LicenseHead.sol";
import { Offer } from "../types/Offer.sol";
import { LicenseMarketFunding } from "./LicenseMarketFunding.sol";
import { OfferBytes } from "./LicenseMarketOffers.sol";
import { PackedOfferState } from "./LicenseMarketState.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";
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

    // Several purchases in one call are bought together or not at all.
    // slither-disable-start calls-loop

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
        sale.offerId = OfferBytes.id(offer);
        PackedOfferState state = _book(offer, sale.offerId);
        sale.sold = state.sold();
        _requireNotExclusive(offer);
        _requireForSale(offer);
        LicenseHead head = _headOf(offer, state, _feeOf(offer.token));
        (sale.licenseId, sale.rail) = _licenseToken.mint(licensee, sale.offerId, head, state.flags(), offer.exclusive);
        if (offer.exclusive) _storage().exclusive[offer.datasetId][offer.version] = sale.licenseId;
        sale.due = _openPayment(sale, offer, payer, railData);
    }

    /// @dev `IPaymentRail.open(licenseId, offer, payer, railData)`, with the offer copied instead of encoded anew.
    function _openPayment(
        Sale memory sale,
        Offer calldata offer,
        address payer,
        bytes calldata railData
    )
        private
        returns (uint128 due)
    {
        bytes memory callData = abi.encodePacked(
            IPaymentRail.open.selector,
            sale.licenseId,
            OfferBytes.raw(offer),
            uint256(uint160(payer)),
            // Where railData starts: after the words of the license id, the offer, the payer and this one.
            OfferBytes.SIZE + 3 * 32,
            railData.length,
            railData,
            new bytes((32 - railData.length % 32) % 32)
        );
        return abi.decode(Address.functionCall(sale.rail, callData), (uint128));
    }

    /// @dev Checks that the offer sells now and counts the sale.
    function _book(Offer calldata offer, bytes32 offerId) private returns (PackedOfferState state) {
        state = _storage().offers[offerId];
        OfferStatus status = state.status();
        if (status != OfferStatus.Open) revert LicenseMarket_OfferNotOpen(offerId, status);
        if (block.timestamp < offer.opensAt) revert LicenseMarket_NotYetOpen(offerId, offer.opensAt);
        if (offer.closesAt != 0 && block.timestamp >= offer.closesAt) {
            revert LicenseMarket_OfferEnded(offerId, offer.closesAt);
        }
        uint32 sold = state.sold();
        if (offer.editions != 0 && sold >= offer.editions) revert LicenseMarket_SoldOut(offerId, offer.editions);
        state = state.withSold(sold + 1);
        _storage().offers[offerId] = state;
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

    // slither-disable-end calls-loop

    /// @dev What the purchase fixes. The token adds start and flags.
    function _headOf(Offer calldata offer, PackedOfferState state, uint16 feeBps) private view returns (LicenseHead) {
        // A struct in memory starts as zeros; start and flags stay so.
        // slither-disable-next-line uninitialized-local
        ILicenseToken.License memory head;
        head.datasetId = SafeCast.toUint40(offer.datasetId);
        head.version = SafeCast.toUint24(offer.version);
        head.encoding = offer.encoding;
        head.expiry = _expiryAfter(state.duration());
        head.termsIndex = state.termsIndex();
        head.split = offer.split;
        head.feeBps = feeBps;
        head.uses = state.uses();
        head.rail = offer.rail;
        return LicenseHeads.pack(head);
    }

    /// @dev End of a license that starts now. A duration that reaches past the last representable second ends there:
    /// earlier, never later, than its terms.
    function _expiryAfter(uint40 duration) private view returns (uint40) {
        if (duration == 0) return 0;
        uint256 expiry = block.timestamp + duration;
        return expiry < type(uint40).max ? uint40(expiry) : type(uint40).max;
    }
}
