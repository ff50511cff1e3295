// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { LicensingFixture } from "../LicensingFixture.sol";
import { CallingToken, DollarToken, TaxedToken } from "../doubles/PaymentTokens.sol";
import { RailDouble } from "../doubles/RailDouble.sol";
import { IERC20Errors, IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

contract BuyTest is LicensingFixture {
    function test_RevertWhen_TheOfferWasNeverOpened() public {
        _expectNotOpen(_offer(), ILicenseMarket.OfferStatus.None);
        _buy(_offer());
    }

    function test_RevertWhen_TheOfferWasAlteredSinceItWasQuoted() public {
        _open(_offer());
        for (uint256 i; i < 18; ++i) {
            Offer memory offer = _offer();
            bytes memory altered = abi.encode(offer);
            altered[32 * i + 31] = bytes1(uint8(altered[32 * i + 31]) ^ 1);
            offer = abi.decode(altered, (Offer));
            _expectNotOpen(offer, ILicenseMarket.OfferStatus.None);
            _buy(offer);
        }
    }

    function test_RevertWhen_TheOfferIsClosed() public {
        _open(_offer());
        vm.prank(seller);
        market.close(_offer());
        _expectNotOpen(_offer(), ILicenseMarket.OfferStatus.Closed);
        _buy(_offer());
    }

    function testFuzz_RevertWhen_TheOfferOpensLater(uint40 opensAt) public {
        Offer memory offer = _offer();
        offer.opensAt = uint40(bound(opensAt, block.timestamp + 1, type(uint40).max));
        _open(offer);
        vm.warp(offer.opensAt - 1);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_NotYetOpen.selector, _idOf(offer), offer.opensAt)
        );
        _buy(offer);
        vm.warp(offer.opensAt);
        assertEq(_buy(offer), 1);
    }

    function testFuzz_RevertWhen_TheOfferHasEnded(uint40 closesAt) public {
        Offer memory offer = _offer();
        offer.closesAt = uint40(bound(closesAt, block.timestamp + 1, type(uint40).max));
        _open(offer);
        vm.warp(offer.closesAt - 1);
        assertEq(_buy(offer), 1);
        vm.warp(offer.closesAt);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_OfferEnded.selector, _idOf(offer), offer.closesAt)
        );
        _buy(offer);
    }

    function testFuzz_RevertWhen_AllEditionsAreSold(uint32 editions) public {
        editions = uint32(bound(editions, 1, 5));
        Offer memory offer = _offer();
        offer.editions = editions;
        bytes32 id = _open(offer);
        for (uint256 i; i < editions; ++i) {
            _buy(offer);
        }
        assertEq(market.offerState(id).sold, editions);
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_SoldOut.selector, id, editions));
        _buy(offer);
    }

    function test_RevertWhen_ALiveLicenseHoldsTheVersionExclusively() public {
        uint256 holder = _buyExclusive();
        _open(_offer());
        _expectExclusive(holder);
        _buy(_offer());
    }

    function test_WhenTheExclusiveLicenseNoLongerLives() public {
        _buyExclusive();
        _open(_offer());
        vm.warp(block.timestamp + DURATION);
        assertEq(market.exclusiveLicense(datasetId, 1), 0, "expired");
        assertEq(_buy(_offer()), 2);

        uint256 second = _buyExclusive();
        _expectExclusive(second);
        _buy(_offer());
        rail.endLicense(second);
        assertEq(market.exclusiveLicense(datasetId, 1), 0, "ended");
        assertEq(_buy(_offer()), 4);
    }

    function test_WhenTheExclusiveLicenseIsNotInStandingAnyMore() public {
        Offer memory streamed = _offer();
        (streamed.exclusive, streamed.rail) = (true, LIVE_RAIL);
        _open(streamed);
        uint256 holder = _buy(streamed);
        _open(_offer());
        for (uint256 i; i <= uint256(type(IPaymentRail.Standing).max); ++i) {
            IPaymentRail.Standing standing = IPaymentRail.Standing(i);
            liveRail.setStanding(standing);
            bool bars = standing == IPaymentRail.Standing.Current || standing == IPaymentRail.Standing.Grace
                || standing == IPaymentRail.Standing.Frozen;
            assertEq(market.exclusiveLicense(datasetId, 1), bars ? holder : 0);
            if (bars) _expectExclusive(holder);
            _buy(_offer());
        }
        liveRail.setAnswer(RailDouble.Answer.Revert);
        assertEq(market.exclusiveLicense(datasetId, 1), 0);
        _buy(_offer());
    }

    function test_WhenAnExclusiveLicenseIsSold() public {
        _open(_offer());
        uint256 earlier = _buy(_offer());
        uint256 holder = _buyExclusive();
        assertEq(market.exclusiveLicense(datasetId, 1), holder);
        assertTrue(licenses.isLive(earlier));
        assertEq(
            uint8(licenses.accessOf(earlier, buyer, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.Granted), "earlier"
        );

        Offer memory other = _offer();
        other.version = _addVersion(datasetId);
        _addEncoding(datasetId, other.version, 1);
        _open(other);
        assertEq(market.exclusiveLicense(datasetId, other.version), 0);
        assertEq(_buy(other), holder + 1);
    }

    function test_RevertWhen_TheSellerSoldTheTitle() public {
        _open(_offer());
        vm.prank(seller);
        registry.transferFrom(seller, stranger, datasetId);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_SellerNotOwner.selector, datasetId, seller, stranger)
        );
        _buy(_offer());
    }

    function test_RevertWhen_TheVersionIsNotTrainable() public {
        _open(_offer());
        vm.prank(seller);
        registry.setVersionStatus(datasetId, 1, IDatasetRegistry.Status.Quarantined);
        _expectNotForSale(1, IDatasetRegistry.Status.Quarantined);
        _buy(_offer());
        registry.restrictStatus(datasetId, 0, IDatasetRegistry.Status.Suspended);
        _expectNotForSale(1, IDatasetRegistry.Status.Suspended);
        _buy(_offer());

        Offer memory unknown = _offer();
        unknown.version = 2;
        _open(unknown);
        _expectNotForSale(2, IDatasetRegistry.Status.None);
        _buy(unknown);
    }

    function test_RevertWhen_TheEncodingIsRetiredOrUnknown() public {
        Offer memory unknown = _offer();
        unknown.encoding = 2;
        _open(unknown);
        _expectNoEncoding(2, address(0));
        _buy(unknown);

        _open(_offer());
        vm.prank(provider);
        registry.retireEncoding(datasetId, 1, 1);
        _expectNoEncoding(1, address(0));
        _buy(_offer());
    }

    function test_RevertWhen_AnotherProviderAcceptedTheEncoding() public {
        Offer memory offer = _offer();
        offer.provider = stranger;
        _open(offer);
        _expectNoEncoding(1, provider);
        _buy(offer);
    }

    function test_RevertWhen_TheTokenIsNotAllowed() public {
        _open(_offer());
        config.setPaymentToken(address(usd), address(0), FEE_BPS, false);
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_TokenNotAllowed.selector, address(usd)));
        _buy(_offer());
    }

    function test_RevertWhen_TheRailTakesNoNewSales() public {
        Offer memory offer = _offer();
        offer.rail = 9;
        _open(offer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_RailNotForSale.selector, 9));
        _buy(offer);

        _open(_offer());
        licenses.stopRailSales(RAIL);
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_RailNotForSale.selector, RAIL));
        _buy(_offer());
    }

    function test_RevertWhen_TheRailRefuses() public {
        _open(_offer());
        rail.callOnOpen(address(rail), abi.encodeCall(rail.checkOffer, (_freeOffer())));
        vm.expectRevert(abi.encodeWithSelector(RailDouble.RailDouble_Refused.selector, 0));
        _buy(_offer());
    }

    function test_RevertWhen_TheLicenseeIsNobody() public {
        _open(_offer());
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        vm.prank(buyer);
        market.buy(_offer(), address(0), "ref", "");
    }

    function test_RevertWhen_TheAllowanceIsTooSmall() public {
        _open(_offer());
        vm.startPrank(buyer);
        usd.approve(address(market), PRICE - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(market), PRICE - 1, PRICE)
        );
        market.buy(_offer(), buyer, "ref", "");
    }

    function test_RevertWhen_TheTokenKeepsAPartOfTheTransfer() public {
        Offer memory offer = _offerIn(new TaxedToken());
        vm.expectRevert(
            abi.encodeWithSelector(
                ILicenseMarket.LicenseMarket_TransferTax.selector, offer.token, PRICE, PRICE - PRICE / 100
            )
        );
        _buy(offer);
    }

    function test_RevertWhen_TheTokenCallsBack() public {
        CallingToken token = new CallingToken();
        Offer memory offer = _offerIn(token);
        token.callOnTransfer(address(market), abi.encodeCall(market.buy, (offer, stranger, "ref", "")));
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _buy(offer);
    }

    function test_RevertWhen_TheRailCallsBack() public {
        _open(_offer());
        ILicenseMarket.Purchase[] memory purchases = new ILicenseMarket.Purchase[](1);
        purchases[0] = _purchase(_offer());
        rail.callOnOpen(address(market), abi.encodeCall(market.buyMany, (purchases)));
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _buy(_offer());
    }

    function test_WhenNothingIsDue() public {
        rail.setDue(0);
        _open(_offer());
        vm.prank(stranger);
        uint256 id = market.buy(_offer(), stranger, "ref", "");
        assertEq(licenses.ownerOf(id), stranger);
        assertEq(usd.balanceOf(address(rail)), 0);
    }

    function testFuzz_WhenAllIsWell(
        uint16 uses,
        uint16 flags,
        uint40 duration,
        bytes32 reference_,
        bytes calldata railData,
        uint16 feeBps
    )
        public
    {
        feeBps = uint16(bound(feeBps, 0, config.MAX_FEE_BPS()));
        if (feeBps != FEE_BPS) config.setPaymentToken(address(usd), address(0), feeBps, true);
        Offer memory offer = _offerWith(uint16(bound(uses, 1, Uses.ALL)), _boundFlags(flags), duration);
        bytes32 offerId = _open(offer);

        vm.expectEmit(address(market));
        emit ILicenseMarket.LicenseSold(1, offerId, stranger, buyer, PRICE, 1, reference_);
        vm.prank(buyer);
        assertEq(market.buy(offer, stranger, reference_, railData), 1);

        assertEq(licenses.ownerOf(1), stranger);
        assertEq(licenses.offerIdOf(1), offerId);
        _checkHead(offer, feeBps, duration);
        assertEq(rail.lastLicenseId(), 1);
        assertEq(rail.lastPayer(), buyer);
        assertEq(rail.lastData(), railData);
        assertEq(usd.balanceOf(address(rail)), PRICE);
        assertEq(market.offerState(offerId).sold, 1);
    }

    function _checkHead(Offer memory offer, uint16 feeBps, uint40 duration) private view {
        ILicenseToken.License memory head = licenses.licenseOf(1);
        assertEq(head.datasetId, datasetId);
        assertEq(head.version, 1);
        assertEq(head.encoding, 1);
        assertEq(head.start, block.timestamp);
        uint256 end = block.timestamp + duration;
        if (end > type(uint40).max) end = type(uint40).max;
        assertEq(head.expiry, duration == 0 ? 0 : end);
        assertEq(head.termsIndex, terms.headOf(offer.termsId).index);
        assertEq(head.split, 0);
        assertEq(head.feeBps, feeBps);
        assertEq(head.uses, terms.headOf(offer.termsId).uses);
        assertEq(head.rail, RAIL);
    }

    function _freeOffer() private view returns (Offer memory offer) {
        offer = _offer();
        offer.price = 0;
    }

    function _offerIn(DollarToken token) private returns (Offer memory offer) {
        config.setPaymentToken(address(token), address(0), 0, true);
        token.mint(buyer, PRICE);
        vm.prank(buyer);
        token.approve(address(market), PRICE);
        offer = _offer();
        offer.token = address(token);
        _open(offer);
    }

    function _buyExclusive() private returns (uint256) {
        Offer memory offer = _offer();
        offer.exclusive = true;
        offer.salt = block.timestamp;
        _open(offer);
        return _buy(offer);
    }

    function _expectNotOpen(Offer memory offer, ILicenseMarket.OfferStatus status) private {
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_OfferNotOpen.selector, _idOf(offer), status)
        );
    }

    function _expectExclusive(uint256 holder) private {
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_ExclusivelyLicensed.selector, datasetId, 1, holder)
        );
    }

    function _expectNotForSale(uint32 version, IDatasetRegistry.Status status) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                ILicenseMarket.LicenseMarket_VersionNotForSale.selector, datasetId, version, uint8(status)
            )
        );
    }

    function _expectNoEncoding(uint16 encoding, address accepted) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                ILicenseMarket.LicenseMarket_EncodingNotForSale.selector, datasetId, 1, encoding, accepted
            )
        );
    }
}
