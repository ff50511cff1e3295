// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { LicenseHead, LicenseHeads } from "../types/LicenseHead.sol";
import { Offer } from "../types/Offer.sol";
import { OfferBytes } from "../types/OfferBytes.sol";
import { LicenseMarketFunding } from "./LicenseMarketFunding.sol";
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
        bool exclusive = offer.exclusive;
        (sale.licenseId, sale.rail) = _licenseToken.mint(licensee, sale.offerId, head, state.flags(), exclusive);
        if (exclusive) _storage().exclusive[offer.datasetId][offer.version] = sale.licenseId;
        bytes memory answer =
            Address.functionCall(sale.rail, OfferBytes.openCall(sale.licenseId, offer, licensee, payer, railData));
        sale.due = abi.decode(answer, (uint128));
    }

    /// @dev Checks that the offer sells now and counts the sale.
    function _book(Offer calldata offer, bytes32 offerId) private returns (PackedOfferState state) {
        state = _storage().offers[offerId];
        OfferStatus status = state.status();
        if (status != OfferStatus.Open) revert LicenseMarket_OfferNotOpen(offerId, status);
        if (block.timestamp < offer.opensAt) revert LicenseMarket_NotYetOpen(offerId, offer.opensAt);
        // Each read of a narrow field checks its width anew, so each is read once.
        uint40 closesAt = offer.closesAt;
        if (closesAt != 0 && block.timestamp >= closesAt) revert LicenseMarket_OfferEnded(offerId, closesAt);
        (uint32 sold, uint32 editions) = (state.sold(), offer.editions);
        if (editions != 0 && sold >= editions) revert LicenseMarket_SoldOut(offerId, editions);
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
        return LicenseHeads.compose(
            SafeCast.toUint40(offer.datasetId),
            SafeCast.toUint24(offer.version),
            offer.encoding,
            _expiryAfter(state.duration()),
            state.termsIndex(),
            offer.split,
            feeBps,
            state.uses(),
            offer.rail
        );
    }

    /// @dev End of a license that starts now. A duration that reaches past the last representable second ends there:
    /// earlier, never later, than its terms.
    function _expiryAfter(uint40 duration) private view returns (uint40) {
        if (duration == 0) return 0;
        uint256 expiry = block.timestamp + duration;
        return expiry < type(uint40).max ? uint40(expiry) : type(uint40).max;
    }
}
