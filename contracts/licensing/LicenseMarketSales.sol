// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { LicenseFlags, LicenseHead, LicenseHeads } from "../types/LicenseHead.sol";
import { Offer } from "../types/Offer.sol";
import { OfferBytes } from "../types/OfferBytes.sol";
import { LicenseMarketFunding } from "./LicenseMarketFunding.sol";
import { PackedOfferState } from "./LicenseMarketState.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";

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
        _requireNotExclusive(offer.datasetId, offer.version);
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

    /// @dev A license in force that was sold exclusively bars every sale of its version.
    function _requireNotExclusive(uint256 datasetId, uint32 version) private view {
        uint256 holder = _storage().exclusive[datasetId][version];
        if (holder != 0 && _bars(holder)) {
            revert LicenseMarket_ExclusivelyLicensed(datasetId, version, holder);
        }
    }

    /// @dev Whether an exclusive license still keeps others out: it lives, and where the rail is asked for standing, it is
    /// in standing. Otherwise whoever stops paying could keep a version from everybody.
    function _bars(uint256 licenseId) internal view returns (bool) {
        if (!_licenseToken.isLive(licenseId)) return false;
        (LicenseHead head, address rail) = _licenseToken.releaseOf(licenseId);
        if (!head.hasAny(LicenseFlags.LIVE)) return true;
        try IPaymentRail(rail).standing(licenseId) returns (IPaymentRail.Standing standing) {
            return standing == IPaymentRail.Standing.Current || standing == IPaymentRail.Standing.Grace
                || standing == IPaymentRail.Standing.Frozen;
        } catch {
            return false;
        }
    }

    /// @dev A bundle opens its components, so it does not sell while one of them is sold exclusively.
    function _requireComponentsNotExclusive(Offer calldata offer) private view {
        IDatasetRegistry.Parent[] memory parents = _registry.parentsOf(offer.datasetId, offer.version);
        for (uint256 i; i < parents.length; ++i) {
            IDatasetRegistry.Parent memory parent = parents[i];
            if (parent.bundle) _requireNotExclusive(parent.datasetId, parent.version);
        }
    }

    /// @dev Checks title, status and encoding, in one call; of a bundle also what its components are bound by.
    function _requireForSale(Offer calldata offer) internal view {
        IDatasetRegistry.SaleState memory sale = _registry.saleState(offer.datasetId, offer.version, offer.encoding);
        if (sale.owner != offer.seller) {
            revert LicenseMarket_SellerNotOwner(offer.datasetId, offer.seller, sale.owner);
        }
        if (sale.status != IDatasetRegistry.Status.Trainable) {
            revert LicenseMarket_VersionNotForSale(offer.datasetId, offer.version, uint8(sale.status));
        }
        if (sale.provider != offer.provider) {
            revert LicenseMarket_EncodingNotForSale(offer.datasetId, offer.version, offer.encoding, sale.provider);
        }
        if (sale.parentCount != 0) _requireComponentsNotExclusive(offer);
    }

    /// @dev Today's fee on a token that may be sold in.
    function _feeOf(address token) private view returns (uint16) {
        IProtocolConfig.PaymentToken memory config = _config.paymentToken(token);
        if (!config.allowed) revert LicenseMarket_TokenNotAllowed(token);
        return config.feeBps;
    }

    // slither-disable-end calls-loop

    /// @dev What the purchase fixes. The token adds start and flags. The version exists, so its numbers fit: the registry counts
    /// versions in 24 bits, and 2^40 datasets cannot be published.
    function _headOf(Offer calldata offer, PackedOfferState state, uint16 feeBps) private view returns (LicenseHead) {
        return LicenseHeads.compose(
            uint40(offer.datasetId),
            uint24(offer.version),
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
