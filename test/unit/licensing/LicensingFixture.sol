// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonFactory } from "../../../contracts/access/ColophonFactory.sol";
import { TypedData } from "../../../contracts/common/TypedData.sol";
import { ProtocolConfig } from "../../../contracts/governance/ProtocolConfig.sol";
import { ILicenseMarket } from "../../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { ITermsRegistry } from "../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { LicenseMarket } from "../../../contracts/licensing/LicenseMarket.sol";
import { LicenseToken } from "../../../contracts/licensing/LicenseToken.sol";
import { TermsRegistry } from "../../../contracts/licensing/TermsRegistry.sol";
import { DatasetRegistry } from "../../../contracts/registry/DatasetRegistry.sol";
import { EncodingAcceptance, Messages } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { TermsFlags, Uses } from "../../../contracts/types/Uses.sol";
import { DollarToken } from "./doubles/PaymentTokens.sol";
import { RailDouble, SplitsDouble } from "./doubles/RailDouble.sol";
import { AccessManager } from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Market, token, registries and config, real and behind proxies, with a rail and a distributor that tests steer.
/// One dataset with one version and one encoding is published; the test contract is the AccessManager's admin.
abstract contract LicensingFixture is Test {
    address internal constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
    uint8 internal constant RAIL = 1;
    uint8 internal constant LIVE_RAIL = 2;
    uint16 internal constant FEE_BPS = 250;
    uint40 internal constant DURATION = 30 days;
    uint32 internal constant NOTICE = 7 days;
    uint128 internal constant PRICE = 250e6;
    uint16 internal constant LICENSED = Uses.READ_RAW | Uses.TRAIN;

    AccessManager internal manager;
    ColophonFactory internal factory;
    DatasetRegistry internal registry;
    TermsRegistry internal terms;
    ProtocolConfig internal config;
    LicenseToken internal licenses;
    LicenseMarket internal market;
    RailDouble internal rail;
    RailDouble internal liveRail;
    SplitsDouble internal splits;
    DollarToken internal usd;

    address internal seller = makeAddr("seller");
    address internal stranger = makeAddr("stranger");
    address internal arbitrator = makeAddr("arbitrator");
    address internal disputes = makeAddr("disputes");
    address internal treasury = makeAddr("treasury");
    address internal buyer;
    uint256 internal buyerKey;
    address internal provider;
    uint256 internal providerKey;

    uint256 internal datasetId;
    bytes32 internal termsId;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        (buyer, buyerKey) = makeAddrAndKey("buyer");
        (provider, providerKey) = makeAddrAndKey("provider");
        _deployAll();
        termsId = terms.register(_terms(LICENSED, 0, DURATION));
        datasetId = _publish();
        config.setPaymentToken(address(usd), address(0), FEE_BPS, true);
        licenses.addRail(RAIL, address(rail), false);
        licenses.addRail(LIVE_RAIL, address(liveRail), true);
        usd.mint(buyer, 1e6 * uint256(PRICE));
        vm.prank(buyer);
        usd.approve(address(market), type(uint256).max);
    }

    // ---- deployment

    function _deployAll() private {
        manager = new AccessManager(address(this));
        factory = new ColophonFactory(address(this));
        usd = new DollarToken();
        splits = new SplitsDouble();
        address token = _addressOf("LicenseToken");
        address reg = _addressOf("DatasetRegistry");
        address trm = _addressOf("TermsRegistry");
        address mkt = _addressOf("LicenseMarket");
        address cfg = _addressOf("ProtocolConfig");
        _proxy(
            "ProtocolConfig",
            address(new ProtocolConfig()),
            abi.encodeCall(ProtocolConfig.initialize, (address(manager), treasury))
        );
        _proxy("TermsRegistry", address(new TermsRegistry()), _init());
        _proxy("DatasetRegistry", address(new DatasetRegistry(token, trm, disputes)), _init());
        _proxy("LicenseToken", address(new LicenseToken(mkt, reg, trm, disputes)), _init());
        _proxy("LicenseMarket", address(new LicenseMarket(token, reg, trm, cfg, address(splits), PERMIT2)), _init());
        (licenses, registry, terms) = (LicenseToken(token), DatasetRegistry(reg), TermsRegistry(trm));
        (market, config) = (LicenseMarket(mkt), ProtocolConfig(cfg));
        rail = new RailDouble(licenses);
        liveRail = new RailDouble(licenses);
    }

    function _proxy(string memory name, address implementation, bytes memory init) internal returns (address) {
        return factory.deploy(
            _salt(name), abi.encodePacked(type(ERC1967Proxy).creationCode, abi.encode(implementation, init))
        );
    }

    function _init() internal view returns (bytes memory) {
        return abi.encodeCall(TermsRegistry.initialize, (address(manager)));
    }

    function _addressOf(string memory name) internal view returns (address) {
        return factory.addressOf(_salt(name));
    }

    function _salt(string memory name) private pure returns (bytes32) {
        return keccak256(bytes(string.concat("colophon.", name)));
    }

    // ---- what is sold

    /// @dev Terms with the notice and royalty that their flags ask for.
    function _terms(uint16 uses, uint16 flags, uint40 duration) internal pure returns (ITermsRegistry.Terms memory t) {
        t.uses = uses;
        t.flags = flags;
        t.duration = duration;
        if (flags & TermsFlags.REVOCABLE != 0) t.revocationNotice = NOTICE;
        if (flags & TermsFlags.TRANSFERABLE != 0) t.resaleRoyaltyBps = 500;
        t.documentHash = keccak256("document");
    }

    /// @dev Any flags that terms can have.
    function _boundFlags(uint16 flags) internal pure returns (uint16) {
        flags = uint16(bound(flags, 0, TermsFlags.ALL));
        return flags & TermsFlags.FIRST_REFUSAL == 0 ? flags : flags | TermsFlags.TRANSFERABLE;
    }

    function _version(bytes32 seed) internal pure returns (IDatasetRegistry.VersionInput memory input) {
        input.contentRoot = keccak256(abi.encode(seed, "content"));
        input.manifestHash = keccak256(abi.encode(seed, "manifest"));
        input.chunkCount = 10;
        input.byteSize = 10 << 20;
    }

    function _publish() internal returns (uint256 id) {
        id = registry.publish(seller, _version(keccak256("v1")), new IDatasetRegistry.ParentLink[](0));
        _addEncoding(id, 1, 1);
    }

    function _addVersion(uint256 id) internal returns (uint32 version) {
        vm.prank(seller);
        return registry.addVersion(id, _version(keccak256("later")), new IDatasetRegistry.ParentLink[](0));
    }

    function _addEncoding(uint256 id, uint32 version, uint16 encoding) internal {
        IDatasetRegistry.EncodingInput memory input;
        input.encodingRoot = keccak256(abi.encode(id, version, encoding));
        input.envelopeHash = keccak256("envelope");
        input.provider = provider;
        input.retirementNotice = 30 days;
        input.deadline = uint40(block.timestamp + 1 days);
        bytes32 structHash = Messages.hash(
            EncodingAcceptance({
                datasetId: id,
                version: version,
                encoding: encoding,
                encodingRoot: input.encodingRoot,
                envelopeHash: input.envelopeHash,
                provider: provider,
                retirementNotice: input.retirementNotice,
                deadline: input.deadline
            })
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(providerKey, TypedData.digest(address(licenses), structHash));
        input.signature = abi.encodePacked(r, s, v);
        vm.prank(seller);
        registry.addEncoding(id, version, input);
    }

    function _offer() internal view returns (Offer memory offer) {
        offer.seller = seller;
        offer.datasetId = datasetId;
        offer.version = 1;
        offer.encoding = 1;
        offer.termsId = termsId;
        offer.token = address(usd);
        offer.price = PRICE;
        offer.rail = RAIL;
        offer.provider = provider;
        offer.arbitrator = arbitrator;
    }

    function _offerWith(uint16 uses, uint16 flags, uint40 duration) internal returns (Offer memory offer) {
        offer = _offer();
        offer.termsId = terms.register(_terms(uses, flags, duration));
    }

    // ---- the two moves

    function _open(Offer memory offer) internal returns (bytes32 offerId) {
        vm.prank(offer.seller);
        return market.open(offer);
    }

    function _buy(Offer memory offer) internal returns (uint256 licenseId) {
        vm.prank(buyer);
        return market.buy(offer, buyer, "ref", "");
    }

    /// @dev A license of a fresh offer with these terms, held by the buyer.
    function _license(uint16 uses, uint16 flags, uint40 duration) internal returns (uint256 licenseId) {
        Offer memory offer = _offerWith(uses, flags, duration);
        offer.salt = licenses.licenseCount() + 1;
        _open(offer);
        return _buy(offer);
    }

    function _purchase(Offer memory offer) internal view returns (ILicenseMarket.Purchase memory p) {
        p.offer = offer;
        p.licensee = buyer;
        p.reference_ = "ref";
    }

    function _idOf(Offer memory offer) internal pure returns (bytes32) {
        return keccak256(abi.encode(offer));
    }
}
