// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../../../contracts/common/TypedData.sol";
import { ITermsRegistry } from "../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IEscrowRail } from "../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueDistributor } from "../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import {
    DeliveryReceipt,
    EncodingAcceptance,
    EncodingRequest,
    Messages,
    ParentGrant,
    SplitConsent
} from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { TermsFlags, Uses } from "../../../contracts/types/Uses.sol";
import { PaymentsStack } from "./PaymentsStack.sol";
import { OddToken } from "./doubles/OddToken.sol";

/// @notice A dataset of `seller` with one version and one encoding, escrow offers for it, and everybody with the money
/// and the keys that their part needs.
abstract contract PaymentsFixture is PaymentsStack {
    uint128 internal constant PRICE = 250e6;
    uint128 internal constant BOND = 25e6;
    uint32 internal constant WINDOW = 2 days;
    uint32 internal constant SLA = 7 days;
    uint32 internal constant DEFAULT_AFTER = 5 days;
    uint32 internal constant COOLING_OFF = 3 days;
    uint32 internal constant OBJECTION = 1 days;
    uint40 internal constant START = 1_800_000_000;

    address internal stranger = makeAddr("stranger");
    address internal arbitrator = makeAddr("arbitrator");
    address internal seller;
    uint256 internal sellerKey;
    address internal buyer;
    uint256 internal buyerKey;
    address internal provider;
    uint256 internal providerKey;
    address internal carol;
    uint256 internal carolKey;
    address internal dave;
    uint256 internal daveKey;

    uint256 internal datasetId;
    bytes32 internal termsId;

    function setUp() public virtual {
        vm.warp(START);
        (seller, sellerKey) = makeAddrAndKey("seller");
        (buyer, buyerKey) = makeAddrAndKey("buyer");
        (provider, providerKey) = makeAddrAndKey("provider");
        (carol, carolKey) = makeAddrAndKey("carol");
        (dave, daveKey) = makeAddrAndKey("dave");
        _deployStack();
        termsId = terms.register(_terms());
        datasetId = _publish(seller, new IDatasetRegistry.ParentLink[](0));
        _fund(buyer);
    }

    // ---- accounts

    /// @dev Money for purchases and bonds, and the two allowances that they are taken from.
    function _fund(address account) internal {
        usdc.mint(account, 1e6 * uint256(PRICE));
        vm.startPrank(account);
        usdc.approve(address(market), type(uint256).max);
        usdc.approve(address(escrow), type(uint256).max);
        vm.stopPrank();
    }

    /// @dev A listed token that can misbehave; the buyer has plenty.
    function _listOdd(uint8 decimals, bool withSuperToken) internal returns (OddToken token) {
        token = new OddToken(decimals);
        address superToken = withSuperToken ? _wrap(address(token)) : address(0);
        config.setPaymentToken(address(token), superToken, FEE_BPS, true);
        token.mint(buyer, type(uint128).max);
        vm.startPrank(buyer);
        token.approve(address(market), type(uint256).max);
        token.approve(address(escrow), type(uint256).max);
        vm.stopPrank();
    }

    function _sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, TypedData.digest(address(licenses), structHash));
        return abi.encodePacked(r, s, v);
    }

    // ---- datasets

    function _terms() internal pure returns (ITermsRegistry.Terms memory t) {
        t.uses = Uses.READ_RAW | Uses.TRAIN | Uses.DERIVE;
        t.flags = TermsFlags.TRANSFERABLE | TermsFlags.REVOCABLE;
        t.revocationNotice = 7 days;
        t.documentHash = keccak256("document");
    }

    function _publish(address owner, IDatasetRegistry.ParentLink[] memory parents) internal returns (uint256 id) {
        id = registry.datasetCount() + 1;
        IDatasetRegistry.VersionInput memory input = _version(id);
        vm.prank(owner);
        registry.publish(owner, input, parents);
        _addEncoding(owner, id, 1);
    }

    function _version(uint256 seed) internal pure returns (IDatasetRegistry.VersionInput memory input) {
        input.contentRoot = keccak256(abi.encode(seed, "content"));
        input.manifestHash = keccak256(abi.encode(seed, "manifest"));
        input.chunkCount = 10;
        input.byteSize = 10 << 20;
    }

    function _addEncoding(address owner, uint256 id, uint16 encoding) internal {
        IDatasetRegistry.EncodingInput memory input;
        input.encodingRoot = _encodingRoot(id, encoding);
        input.envelopeHash = keccak256("envelope");
        input.provider = provider;
        input.retirementNotice = 30 days;
        input.deadline = uint40(block.timestamp + 1 days);
        EncodingAcceptance memory acceptance = EncodingAcceptance({
            datasetId: id,
            version: 1,
            encoding: encoding,
            encodingRoot: input.encodingRoot,
            envelopeHash: input.envelopeHash,
            provider: provider,
            retirementNotice: input.retirementNotice,
            deadline: input.deadline
        });
        input.signature = _sign(providerKey, Messages.hash(acceptance));
        vm.prank(owner);
        registry.addEncoding(id, 1, input);
    }

    function _encodingRoot(uint256 id, uint16 encoding) internal pure returns (bytes32) {
        return keccak256(abi.encode(id, encoding));
    }

    /// @dev A link to version 1 of `parentId`, granted by its owner to the next dataset that `childOwner` publishes.
    function _link(
        uint256 parentId,
        uint256 parentOwnerKey,
        address childOwner,
        uint16 shareBps
    )
        internal
        view
        returns (IDatasetRegistry.ParentLink memory link)
    {
        link.parentId = parentId;
        link.parentVersion = 1;
        link.shareBps = shareBps;
        link.nonce = registry.datasetCount() << 8 | parentId;
        link.deadline = uint40(block.timestamp + 1 days);
        ParentGrant memory grant = ParentGrant({
            parentId: parentId,
            parentVersion: 1,
            childOwner: childOwner,
            childContentRoot: _version(registry.datasetCount() + 1).contentRoot,
            shareBps: shareBps,
            bundle: false,
            nonce: link.nonce,
            deadline: link.deadline
        });
        link.signature = _sign(parentOwnerKey, Messages.hash(grant));
    }

    // ---- offers and purchases

    function _escrowTerms() internal pure returns (IEscrowRail.EscrowTerms memory) {
        return IEscrowRail.EscrowTerms({
            challengeWindow: WINDOW,
            sla: SLA,
            defaultAfter: DEFAULT_AFTER,
            coolingOff: COOLING_OFF,
            objectionWindow: OBJECTION,
            defaultRefund: false,
            contestBond: BOND,
            condition: IEscrowRail.ReleaseCondition.None,
            leastAssurance: 0
        });
    }

    function _offer() internal view returns (Offer memory offer) {
        offer.seller = seller;
        offer.datasetId = datasetId;
        offer.version = 1;
        offer.encoding = 1;
        offer.termsId = termsId;
        offer.token = address(usdc);
        offer.price = PRICE;
        offer.rail = RAIL;
        offer.railTerms = escrow.packTerms(_escrowTerms());
        offer.provider = provider;
        offer.arbitrator = arbitrator;
    }

    /// @dev Opens the offer if it is not and buys a license for the buyer.
    function _buy(Offer memory offer) internal returns (uint256 licenseId) {
        return _buyFor(offer, buyer);
    }

    function _buyFor(Offer memory offer, address licensee) internal returns (uint256 licenseId) {
        if (uint8(market.offerState(keccak256(abi.encode(offer))).status) == 0) {
            vm.prank(offer.seller);
            market.open(offer);
        }
        vm.prank(buyer);
        return market.buy(offer, licensee, "ref", "");
    }

    // ---- deliveries

    /// @dev A good receipt for delivery up to now.
    function _receipt(uint256 licenseId) internal view returns (DeliveryReceipt memory) {
        uint40 nowSeconds = uint40(block.timestamp);
        return DeliveryReceipt({
            licenseId: licenseId,
            datasetId: datasetId,
            version: 1,
            encoding: 1,
            encodingRoot: _encodingRoot(datasetId, 1),
            servedRoot: _encodingRoot(datasetId, 1),
            chunks: 10,
            bytesServed: 10 << 20,
            sequence: 1,
            servedFrom: nowSeconds,
            servedUntil: nowSeconds,
            deadline: nowSeconds + 30 days
        });
    }

    function _signed(DeliveryReceipt memory receipt) internal view returns (bytes memory) {
        return _sign(providerKey, Messages.hash(receipt));
    }

    function _submit(uint256 licenseId, Offer memory offer, DeliveryReceipt memory receipt) internal {
        escrow.submitReceipt(licenseId, offer, receipt, _signed(receipt));
    }

    function _request(uint256 licenseId, uint16 encoding) internal view returns (EncodingRequest memory) {
        return EncodingRequest({
            licenseId: licenseId, version: 1, encoding: encoding, sequence: 1, signedAt: uint40(block.timestamp)
        });
    }

    // ---- holds in each state

    function _held(Offer memory offer) internal returns (uint256 licenseId) {
        return _buy(offer);
    }

    function _delivered(Offer memory offer) internal returns (uint256 licenseId) {
        licenseId = _buy(offer);
        _submit(licenseId, offer, _receipt(licenseId));
    }

    function _contested(Offer memory offer) internal returns (uint256 licenseId) {
        licenseId = _delivered(offer);
        vm.prank(buyer);
        escrow.contest(licenseId, offer, "reason");
    }

    function _withdrawing(Offer memory offer) internal returns (uint256 licenseId) {
        licenseId = _buy(offer);
        vm.prank(buyer);
        escrow.requestWithdrawal(licenseId, offer);
    }

    function _released(Offer memory offer) internal returns (uint256 licenseId) {
        licenseId = _buy(offer);
        vm.prank(buyer);
        escrow.confirm(licenseId, offer);
    }

    function _refunded(Offer memory offer) internal returns (uint256 licenseId) {
        licenseId = _buy(offer);
        vm.prank(disputes);
        escrow.refund(licenseId, offer, offer.price);
    }

    /// @dev A license whose hold is in the given state.
    function _inState(Offer memory offer, IEscrowRail.HoldState state) internal returns (uint256 licenseId) {
        if (state == IEscrowRail.HoldState.Held) return _held(offer);
        if (state == IEscrowRail.HoldState.Delivered) return _delivered(offer);
        if (state == IEscrowRail.HoldState.Contested) return _contested(offer);
        if (state == IEscrowRail.HoldState.Withdrawing) return _withdrawing(offer);
        if (state == IEscrowRail.HoldState.Released) return _released(offer);
        return _refunded(offer);
    }

    // ---- splits

    function _members(
        address a,
        uint16 aBps,
        address b,
        uint16 bBps
    )
        internal
        pure
        returns (IRevenueDistributor.Member[] memory members)
    {
        members = new IRevenueDistributor.Member[](2);
        bool ordered = a < b;
        members[0] = ordered ? IRevenueDistributor.Member(a, aBps) : IRevenueDistributor.Member(b, bBps);
        members[1] = ordered ? IRevenueDistributor.Member(b, bBps) : IRevenueDistributor.Member(a, aBps);
    }

    function _createSplit(IRevenueDistributor.Member[] memory members) internal returns (uint16 split) {
        address owner = registry.ownerOf(datasetId);
        vm.prank(owner);
        return distributor.createSplit(datasetId, members, new IRevenueDistributor.Consent[](0));
    }

    function _consent(
        uint16 split,
        IRevenueDistributor.Member[] memory members,
        address member,
        uint256 key
    )
        internal
        view
        returns (IRevenueDistributor.Consent memory)
    {
        uint40 deadline = uint40(block.timestamp + 1 days);
        SplitConsent memory message = SplitConsent(datasetId, split, keccak256(abi.encode(members)), member, deadline);
        return IRevenueDistributor.Consent(member, deadline, _sign(key, Messages.hash(message)));
    }

    // ---- money

    /// @dev What a release of `amount` pays the owner alone, after the fee.
    function _afterFee(uint256 amount) internal pure returns (uint256) {
        return amount - amount * FEE_BPS / 10_000;
    }

    // ---- what every rail refuses with

    function _frozen(uint256 licenseId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentRail.PaymentRail_Frozen.selector, licenseId);
    }

    function _notAllowed(uint256 licenseId, address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentRail.PaymentRail_NotAllowed.selector, licenseId, caller);
    }

    function _tooEarly(uint256 licenseId, uint256 from) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentRail.PaymentRail_TooEarly.selector, licenseId, from);
    }

    function _tooLate(uint256 licenseId, uint256 until) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentRail.PaymentRail_TooLate.selector, licenseId, until);
    }
}
