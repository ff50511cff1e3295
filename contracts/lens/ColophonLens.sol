// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";
import { IColophonLens } from "../interfaces/lens/IColophonLens.sol";
import { ILicenseMarket } from "../interfaces/licensing/ILicenseMarket.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { ITermsRegistry } from "../interfaces/licensing/ITermsRegistry.sol";
import { IEscrowRail } from "../interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IRevenueDistributor } from "../interfaces/payments/IRevenueDistributor.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { Offer } from "../types/Offer.sol";

/// @title Reads that would otherwise take many calls
/// @dev Not proxied: a better lens is a new lens.
contract ColophonLens is IColophonLens {
    /// @inheritdoc IColophonLens
    uint256 public constant MAX_ENTRIES = 100;

    /// @dev Number of obstacles (an array length must be a literal).
    uint256 private constant _OBSTACLES = 11;

    ILicenseToken public immutable LICENSES;
    ILicenseMarket public immutable MARKET;
    IDatasetRegistry public immutable REGISTRY;
    ITermsRegistry public immutable TERMS;
    IEscrowRail public immutable ESCROW;
    IRevenueDistributor public immutable DISTRIBUTOR;
    IProtocolConfig public immutable CONFIG;

    constructor(
        address licenseToken,
        address market,
        address registry,
        address terms,
        address escrow,
        address distributor,
        address config
    ) {
        LICENSES = ILicenseToken(licenseToken);
        MARKET = ILicenseMarket(market);
        REGISTRY = IDatasetRegistry(registry);
        TERMS = ITermsRegistry(terms);
        ESCROW = IEscrowRail(escrow);
        DISTRIBUTOR = IRevenueDistributor(distributor);
        CONFIG = IProtocolConfig(config);
    }

    // Reading much in one call is what the lens is for; MAX_ENTRIES bounds it, and nothing can be held up by it.
    // slither-disable-start calls-loop

    /// @inheritdoc IColophonLens
    function licenseViews(uint256[] calldata licenseIds) external view returns (LicenseView[] memory views) {
        _checkCount(licenseIds.length);
        views = new LicenseView[](licenseIds.length);
        for (uint256 i; i < licenseIds.length; ++i) {
            views[i] = licenseView(licenseIds[i]);
        }
    }

    /// @inheritdoc IColophonLens
    function catalogue(uint256 fromId, uint256 limit)
        external
        view
        returns (DatasetView[] memory page, uint256 nextId)
    {
        _checkCount(limit);
        uint256 count = REGISTRY.datasetCount();
        uint256 first = fromId == 0 ? 1 : fromId;
        if (first > count) return (page, 0);
        uint256 left = count - first + 1;
        page = new DatasetView[](limit < left ? limit : left);
        for (uint256 i; i < page.length; ++i) {
            page[i] = _datasetView(first + i);
        }
        nextId = page.length < left ? first + page.length : 0;
    }

    /// @inheritdoc IColophonLens
    function offerQuote(Offer calldata offer) external view returns (Quote memory quote) {
        quote.offerId = MARKET.offerIdOf(offer);
        quote.state = MARKET.offerState(quote.offerId);
        quote.sale = REGISTRY.saleState(offer.datasetId, offer.version, offer.encoding);
        quote.token = CONFIG.paymentToken(offer.token);
        quote.remaining = _remaining(offer.editions, quote.state.sold);
        quote.exclusiveLicense = _exclusiveLicense(offer.datasetId, offer.version, quote.sale.parentCount);
        bool[_OBSTACLES] memory found = _find(offer, quote);
        uint256 count = 0;
        for (uint256 i; i < _OBSTACLES; ++i) {
            if (found[i]) ++count;
        }
        quote.buyable = count == 0;
        quote.obstacles = new Obstacle[](count);
        for (uint256 i = _OBSTACLES; i != 0; --i) {
            if (found[i - 1]) quote.obstacles[--count] = Obstacle(i - 1);
        }
    }

    /// @inheritdoc IColophonLens
    function coverage(address user, Claim[] calldata claims) external view returns (Coverage[] memory covered) {
        _checkCount(claims.length);
        covered = new Coverage[](claims.length);
        for (uint256 i; i < claims.length; ++i) {
            Claim calldata claim = claims[i];
            uint256 datasetId = LICENSES.licenseOf(claim.licenseId).datasetId;
            IDatasetRegistry.Version memory version = REGISTRY.versionOf(datasetId, claim.version);
            covered[i] = Coverage({
                access: LICENSES.accessOf(claim.licenseId, user, claim.version, claim.uses),
                datasetId: datasetId,
                contentRoot: version.contentRoot,
                recordRoot: version.recordRoot,
                revokedRoot: REGISTRY.revokedRootAt(datasetId, claim.version, uint40(block.timestamp))
            });
        }
    }

    /// @inheritdoc IColophonLens
    function licenseView(uint256 licenseId) public view returns (LicenseView memory result) {
        (ILicenseToken.License memory license, bytes32 offerId, address rail) = LICENSES.dealOf(licenseId);
        result.licenseId = licenseId;
        result.holder = IERC721(address(LICENSES)).ownerOf(licenseId);
        result.license = license;
        result.offerId = offerId;
        result.access = LICENSES.accessOf(licenseId, result.holder, license.version, license.uses);
        result.live = LICENSES.isLive(licenseId);
        result.locked = LICENSES.locked(licenseId);
        result.rail = rail;
        result.standing = _standing(rail, licenseId);
        if (rail == address(ESCROW)) result.hold = ESCROW.holdOf(licenseId);
        result.termsId = TERMS.idAt(license.termsIndex);
        result.terms = TERMS.termsOf(result.termsId);
        result.datasetOwner = IERC721(address(REGISTRY)).ownerOf(license.datasetId);
        result.status = REGISTRY.statusOf(license.datasetId, license.version);
        result.encoding = REGISTRY.encodingOf(license.datasetId, license.version, license.encoding);
        result.manifestURI = REGISTRY.versionURI(license.datasetId, license.version);
    }

    function _datasetView(uint256 datasetId) private view returns (DatasetView memory) {
        uint32 newest = REGISTRY.versionCount(datasetId);
        return DatasetView({
            datasetId: datasetId,
            owner: IERC721(address(REGISTRY)).ownerOf(datasetId),
            versionCount: newest,
            version: REGISTRY.versionOf(datasetId, newest),
            status: REGISTRY.statusOf(datasetId, newest),
            parents: REGISTRY.parentsOf(datasetId, newest),
            exclusiveLicense: MARKET.exclusiveLicense(datasetId, newest),
            manifestURI: REGISTRY.versionURI(datasetId, newest)
        });
    }

    /// @dev Asks what the market asks, in a quote whose reads are done.
    function _find(Offer calldata offer, Quote memory quote) private view returns (bool[_OBSTACLES] memory found) {
        found[uint256(Obstacle.NotOpened)] = quote.state.status == ILicenseMarket.OfferStatus.None;
        found[uint256(Obstacle.Closed)] = quote.state.status == ILicenseMarket.OfferStatus.Closed;
        found[uint256(Obstacle.SellerNotOwner)] = quote.sale.owner != offer.seller;
        found[uint256(Obstacle.VersionNotForSale)] = quote.sale.status != IDatasetRegistry.Status.Trainable;
        found[uint256(Obstacle.EncodingNotForSale)] = quote.sale.provider != offer.provider;
        found[uint256(Obstacle.TokenNotAllowed)] = !quote.token.allowed;
        // Live or not, a rail sells.
        // slither-disable-next-line unused-return
        (address rail,, bool sells) = LICENSES.railAt(offer.rail);
        found[uint256(Obstacle.RailNotForSale)] = rail == address(0) || !sells;
        found[uint256(Obstacle.NotYetOpen)] = block.timestamp < offer.opensAt;
        found[uint256(Obstacle.Ended)] = offer.closesAt != 0 && block.timestamp >= offer.closesAt;
        found[uint256(Obstacle.SoldOut)] = quote.remaining == 0;
        found[uint256(Obstacle.ExclusivelyLicensed)] = quote.exclusiveLicense != 0;
    }

    /// @dev The license that bars a sale: one that holds the version, or a component of it, exclusively.
    function _exclusiveLicense(
        uint256 datasetId,
        uint32 version,
        uint256 parentCount
    )
        private
        view
        returns (uint256 licenseId)
    {
        licenseId = MARKET.exclusiveLicense(datasetId, version);
        if (licenseId != 0 || parentCount == 0) return licenseId;
        IDatasetRegistry.Parent[] memory parents = REGISTRY.parentsOf(datasetId, version);
        for (uint256 i; i < parents.length && licenseId == 0; ++i) {
            IDatasetRegistry.Parent memory parent = parents[i];
            if (parent.bundle) licenseId = MARKET.exclusiveLicense(parent.datasetId, parent.version);
        }
    }

    /// @dev A rail that reverts or is no rail answers None.
    function _standing(address rail, uint256 licenseId) private view returns (IPaymentRail.Standing) {
        (bool ok, bytes memory answer) = rail.staticcall(abi.encodeCall(IPaymentRail.standing, (licenseId)));
        if (!ok || answer.length < 32) return IPaymentRail.Standing.None;
        uint256 value = abi.decode(answer, (uint256));
        if (value > uint256(type(IPaymentRail.Standing).max)) return IPaymentRail.Standing.None;
        return IPaymentRail.Standing(value);
    }

    // slither-disable-end calls-loop

    function _remaining(uint32 editions, uint32 sold) private pure returns (uint256) {
        if (editions == 0) return type(uint256).max;
        return sold < editions ? editions - sold : 0;
    }

    function _checkCount(uint256 count) private pure {
        require(count <= MAX_ENTRIES, ColophonLens_TooMany(count, MAX_ENTRIES));
    }
}
