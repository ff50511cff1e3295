// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../interfaces/licensing/ILicenseMarket.sol";
import { ITermsRegistry } from "../interfaces/licensing/ITermsRegistry.sol";
import { Offer } from "../types/Offer.sol";
import { OfferBytes } from "../types/OfferBytes.sol";
import { LicenseMarketBase } from "./LicenseMarketBase.sol";
import { LicenseMarketSales } from "./LicenseMarketSales.sol";
import { OfferStates, PackedOfferState } from "./LicenseMarketState.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @title Offers, and the one door through which a license is bought
contract LicenseMarket is LicenseMarketSales {
    /// @inheritdoc ILicenseMarket
    uint256 public constant MAX_BULK = 32;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address licenseToken,
        address registry,
        address terms,
        address config,
        address distributor,
        address permit2
    )
        LicenseMarketBase(licenseToken, registry, terms, config, distributor, permit2)
    { }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    /// @inheritdoc ILicenseMarket
    function open(Offer calldata offer) external returns (bytes32 offerId) {
        if (!OfferBytes.isCanonical(offer)) revert LicenseMarket_NotCanonical();
        if (msg.sender != offer.seller) revert LicenseMarket_NotSeller(msg.sender, offer.seller);
        offerId = OfferBytes.id(offer);
        PackedOfferState state = _storage().offers[offerId];
        if (state.exists()) revert LicenseMarket_OfferExists(offerId, state.status());
        _requireWellFormed(offer, offerId);
        address owner = _ownerOf(offer.datasetId);
        if (owner != msg.sender) revert LicenseMarket_SellerNotOwner(offer.datasetId, msg.sender, owner);
        // Splits are append-only, so what exists now exists at every sale.
        if (offer.split != 0 && offer.split > _distributor.splitCount(offer.datasetId)) {
            revert LicenseMarket_UnknownSplit(offer.datasetId, offer.split);
        }
        ITermsRegistry.TermsHead memory terms = _terms.headOf(offer.termsId);
        _storage().offers[offerId] = OfferStates.opened(terms);
        OfferBytes.logOpened(offer, offerId, msg.sender, offer.datasetId);
    }

    /// @inheritdoc ILicenseMarket
    function close(Offer calldata offer) external {
        if (msg.sender != offer.seller && msg.sender != _ownerOf(offer.datasetId)) {
            revert LicenseMarket_NotSeller(msg.sender, offer.seller);
        }
        bytes32 offerId = OfferBytes.id(offer);
        PackedOfferState state = _storage().offers[offerId];
        OfferStatus status = state.status();
        if (status != OfferStatus.Open) revert LicenseMarket_OfferNotOpen(offerId, status);
        _storage().offers[offerId] = state.withStatus(OfferStatus.Closed);
        emit OfferClosed(offerId);
    }

    /// @inheritdoc ILicenseMarket
    function buy(
        Offer calldata offer,
        address licensee,
        bytes32 reference_,
        bytes calldata railData
    )
        external
        nonReentrant
        returns (uint256 licenseId)
    {
        return _buy(offer, licensee, reference_, railData);
    }

    /// @inheritdoc ILicenseMarket
    function buyWithPermit(
        Purchase calldata purchase,
        Permit calldata permit
    )
        external
        nonReentrant
        returns (uint256 licenseId)
    {
        _usePermit(purchase.offer.token, permit);
        return _buy(purchase.offer, purchase.licensee, purchase.reference_, purchase.railData);
    }

    /// @inheritdoc ILicenseMarket
    function buyWithAuthorization(
        Purchase calldata purchase,
        Authorization calldata authorization
    )
        external
        nonReentrant
        returns (uint256 licenseId)
    {
        Sale memory sale = _sell(purchase.offer, purchase.licensee, authorization.from, purchase.railData);
        bytes32 nonce = authorizationNonce(sale.offerId, purchase.licensee, purchase.reference_, purchase.railData);
        _payByAuthorization(purchase.offer, sale.rail, sale.due, nonce, authorization);
        return _announce(sale, purchase.licensee, authorization.from, purchase.reference_);
    }

    /// @inheritdoc ILicenseMarket
    function buyWithPermit2(
        Purchase calldata purchase,
        Permit2Transfer calldata transfer
    )
        external
        nonReentrant
        returns (uint256 licenseId)
    {
        if (purchase.railData.length != 0 && msg.sender != transfer.from) {
            revert LicenseMarket_RailDataNotSigned(msg.sender, transfer.from);
        }
        Sale memory sale = _sell(purchase.offer, purchase.licensee, transfer.from, purchase.railData);
        bytes32 witness = _witnessOf(sale.offerId, purchase.licensee, purchase.reference_);
        _payByPermit2(purchase.offer, sale.rail, sale.due, witness, transfer);
        return _announce(sale, purchase.licensee, transfer.from, purchase.reference_);
    }

    /// @inheritdoc ILicenseMarket
    function buyMany(Purchase[] calldata purchases) external nonReentrant returns (uint256[] memory licenseIds) {
        uint256 count = purchases.length;
        if (count == 0 || count > MAX_BULK) revert LicenseMarket_BulkSize(count, MAX_BULK);
        licenseIds = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            Purchase calldata p = purchases[i];
            licenseIds[i] = _buy(p.offer, p.licensee, p.reference_, p.railData);
        }
    }

    /// @inheritdoc ILicenseMarket
    function takeResale(uint256 licenseId, Offer calldata offer, uint128 price) external nonReentrant {
        bytes32 offerId = OfferBytes.id(offer);
        bytes32 expected = _licenseToken.offerIdOf(licenseId);
        if (offerId != expected) revert LicenseMarket_WrongOffer(licenseId, expected, offerId);
        address owner = _ownerOf(offer.datasetId);
        if (msg.sender != owner) revert LicenseMarket_SellerNotOwner(offer.datasetId, msg.sender, owner);
        (address holder, uint128 asked) = _licenseToken.takeResale(licenseId, msg.sender);
        if (asked != price) revert LicenseMarket_PriceChanged(licenseId, price, asked);
        emit ResaleTaken(licenseId, msg.sender, holder, offer.token, price);
        _payFromAllowance(offer.token, holder, price);
    }

    /// @inheritdoc ILicenseMarket
    function offerIdOf(Offer calldata offer) external pure returns (bytes32) {
        return OfferBytes.id(offer);
    }

    /// @inheritdoc ILicenseMarket
    function offerState(bytes32 offerId) external view returns (OfferState memory) {
        return _storage().offers[offerId].unpack();
    }

    /// @inheritdoc ILicenseMarket
    function exclusiveLicense(uint256 datasetId, uint32 version) external view returns (uint256 licenseId) {
        licenseId = _storage().exclusive[datasetId][version];
        if (licenseId != 0 && !_bars(licenseId)) licenseId = 0;
    }

    /// @inheritdoc ILicenseMarket
    function authorizationNonce(
        bytes32 offerId,
        address licensee,
        bytes32 reference_,
        bytes calldata railData
    )
        public
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(offerId, licensee, reference_, keccak256(railData)));
    }

    /// @dev A purchase out of the caller's allowance.
    function _buy(
        Offer calldata offer,
        address licensee,
        bytes32 reference_,
        bytes calldata railData
    )
        private
        returns (uint256)
    {
        Sale memory sale = _sell(offer, licensee, msg.sender, railData);
        _payFromAllowance(offer.token, sale.rail, sale.due);
        return _announce(sale, licensee, msg.sender, reference_);
    }

    function _ownerOf(uint256 datasetId) private view returns (address) {
        return IERC721(address(_registry)).ownerOf(datasetId);
    }

    function _announce(Sale memory sale, address licensee, address payer, bytes32 reference_)
        private
        returns (uint256)
    {
        emit LicenseSold(sale.licenseId, sale.offerId, licensee, payer, sale.due, sale.sold, reference_);
        return sale.licenseId;
    }

    /// @dev What an offer must have to ever sell, as far as the offer itself tells. Dataset and terms are asked for anyway.
    function _requireWellFormed(Offer calldata offer, bytes32 offerId) private view {
        if (offer.version == 0) revert LicenseMarket_ZeroField("version");
        if (offer.encoding == 0) revert LicenseMarket_ZeroField("encoding");
        if (offer.token == address(0)) revert LicenseMarket_ZeroField("token");
        if (offer.rail == 0) revert LicenseMarket_ZeroField("rail");
        if (offer.provider == address(0)) revert LicenseMarket_ZeroField("provider");
        uint40 closesAt = offer.closesAt;
        if (closesAt != 0 && (closesAt <= block.timestamp || closesAt <= offer.opensAt)) {
            revert LicenseMarket_OfferEnded(offerId, closesAt);
        }
    }
}
