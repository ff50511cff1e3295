// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IColophonLens } from "../../../../contracts/interfaces/lens/IColophonLens.sol";
import { ILicenseMarket } from "../../../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

contract ReadsTest is ColophonTest {
    function test_RevertWhen_TheLicenseIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_Unknown.selector, 1));
        lens.licenseView(1);
    }

    function test_GivenALicenseInEscrow() public {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        IColophonLens.LicenseView memory found = lens.licenseView(licenseId);
        assertEq(found.licenseId, licenseId);
        assertEq(found.holder, bob);
        assertEq(abi.encode(found.license), abi.encode(licenseToken.licenseOf(licenseId)));
        assertEq(found.offerId, market.offerIdOf(offer));
        assertEq(uint8(found.access), uint8(ILicenseToken.Access.Granted));
        assertTrue(found.live);
        assertTrue(found.locked);
        assertEq(found.rail, address(escrow));
        assertEq(uint8(found.standing), uint8(IPaymentRail.Standing.Current));
        assertEq(found.hold.payer, bob);
        assertEq(uint8(found.hold.state), uint8(IEscrowRail.HoldState.Held));
        assertEq(found.termsId, offer.termsId);
        assertEq(abi.encode(found.terms), abi.encode(defaultTerms()));
        assertEq(found.datasetOwner, alice);
        assertEq(uint8(found.status), uint8(IDatasetRegistry.Status.Trainable));
        assertEq(found.encoding.provider, provider);
        assertEq(found.manifestURI, registry.tokenURI(offer.datasetId));
    }

    function test_GivenARefundedLicense() public {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        forward(7 days + 1);
        escrow.refundUndelivered(licenseId, offer);
        IColophonLens.LicenseView memory found = lens.licenseView(licenseId);
        assertEq(uint8(found.access), uint8(ILicenseToken.Access.Closed));
        assertFalse(found.live);
        assertEq(uint8(found.standing), uint8(IPaymentRail.Standing.Closed));
        assertEq(uint8(found.hold.state), uint8(IEscrowRail.HoldState.Refunded));
    }

    function test_RevertWhen_MoreAreAskedForThanAllowed() public {
        uint256 max = lens.MAX_ENTRIES();
        vm.expectRevert(abi.encodeWithSelector(IColophonLens.ColophonLens_TooMany.selector, max + 1, max));
        lens.licenseViews(new uint256[](max + 1));
    }

    function test_WhenSeveralAreAskedFor() public {
        Offer memory offer = openEscrowOffer();
        uint256[] memory ids = new uint256[](2);
        ids[0] = buy(offer, carol);
        ids[1] = buy(offer, bob);
        IColophonLens.LicenseView[] memory found = lens.licenseViews(ids);
        assertEq(found.length, 2);
        for (uint256 i; i < 2; ++i) {
            assertEq(abi.encode(found[i]), abi.encode(lens.licenseView(ids[i])));
        }
        assertEq(found[0].holder, carol);
    }

    function test_RevertWhen_APageIsLargerThanAllowed() public {
        uint256 max = lens.MAX_ENTRIES();
        vm.expectRevert(abi.encodeWithSelector(IColophonLens.ColophonLens_TooMany.selector, max + 1, max));
        lens.catalogue(1, max + 1);
    }

    function test_GivenNoDataset() public view {
        (IColophonLens.DatasetView[] memory page, uint256 next) = lens.catalogue(1, 10);
        assertEq(page.length, 0);
        assertEq(next, 0);
    }

    function testFuzz_GivenDatasets(uint256 count, uint256 limit) public {
        count = bound(count, 1, 12);
        limit = bound(limit, 1, 5);
        for (uint256 i; i < count; ++i) {
            publishDataset(i % 2 == 0 ? alice : carol);
        }
        addVersion(1);
        uint256 seen;
        uint256 next = 1;
        while (next != 0) {
            IColophonLens.DatasetView[] memory page;
            (page, next) = lens.catalogue(next, limit);
            assertLe(page.length, limit);
            for (uint256 i; i < page.length; ++i) {
                ++seen;
                assertEq(page[i].datasetId, seen);
                assertEq(page[i].owner, registry.ownerOf(seen));
                assertEq(page[i].versionCount, seen == 1 ? 2 : 1);
                assertEq(page[i].manifestURI, registry.tokenURI(seen));
                assertEq(abi.encode(page[i].version), abi.encode(registry.versionOf(seen, page[i].versionCount)));
            }
        }
        assertEq(seen, count);
    }

    function test_GivenABuyableOffer() public {
        Offer memory offer = openEscrowOffer();
        IColophonLens.Quote memory quote = lens.offerQuote(offer);
        assertTrue(quote.buyable);
        assertEq(quote.obstacles.length, 0);
        assertEq(quote.remaining, type(uint256).max);
        assertEq(quote.offerId, market.offerIdOf(offer));
        assertEq(quote.token.feeBps, FEE_BPS);
        assertEq(buy(offer, bob), 1);
    }

    /// @dev Each obstacle alone, and the market's answer to the same offer beside it.
    function test_GivenAnOfferWithObstacles() public {
        Offer memory offer = escrowOffer();
        offer.editions = 1;
        offer.opensAt = uint40(START + 10);
        offer.closesAt = uint40(START + 20);
        _assertObstacle(offer, IColophonLens.Obstacle.NotOpened, IColophonLens.Obstacle.NotYetOpen);
        openOffer(offer);
        _assertObstacle(offer, IColophonLens.Obstacle.NotYetOpen);
        vm.warp(START + 10);
        _assertObstacles(offer, new IColophonLens.Obstacle[](0));

        uint256 open = vm.snapshotState();
        vm.warp(START + 19);
        _assertObstacles(offer, new IColophonLens.Obstacle[](0));
        vm.warp(START + 20);
        _assertObstacle(offer, IColophonLens.Obstacle.Ended);
        vm.revertToState(open);

        buy(offer, bob);
        _assertObstacle(offer, IColophonLens.Obstacle.SoldOut);
        assertEq(lens.offerQuote(offer).remaining, 0);
        vm.revertToState(open);

        vm.prank(alice);
        registry.retireEncoding(offer.datasetId, 1, 1);
        _assertObstacle(offer, IColophonLens.Obstacle.EncodingNotForSale);
        vm.revertToState(open);

        vm.prank(alice);
        registry.setVersionStatus(offer.datasetId, 1, IDatasetRegistry.Status.Quarantined);
        _assertObstacle(offer, IColophonLens.Obstacle.VersionNotForSale);
        vm.revertToState(open);

        vm.prank(governance);
        protocolConfig.setPaymentToken(address(usdc), usdcx, FEE_BPS, false);
        _assertObstacle(offer, IColophonLens.Obstacle.TokenNotAllowed);
        vm.revertToState(open);

        vm.prank(governance);
        licenseToken.stopRailSales(ESCROW_RAIL);
        _assertObstacle(offer, IColophonLens.Obstacle.RailNotForSale);
        vm.revertToState(open);

        vm.prank(alice);
        registry.transferFrom(alice, carol, offer.datasetId);
        _assertObstacle(offer, IColophonLens.Obstacle.SellerNotOwner);
        vm.prank(carol);
        market.close(offer);
        _assertObstacle(offer, IColophonLens.Obstacle.Closed, IColophonLens.Obstacle.SellerNotOwner);
        vm.revertToState(open);

        Offer memory exclusive = escrowOfferOf(offer.datasetId, offer.termsId);
        exclusive.exclusive = true;
        openOffer(exclusive);
        uint256 licenseId = buy(exclusive, carol);
        _assertObstacle(offer, IColophonLens.Obstacle.ExclusivelyLicensed);
        assertEq(lens.offerQuote(offer).exclusiveLicense, licenseId);
    }

    function test_RevertWhen_AClaimListIsLargerThanAllowed() public {
        uint256 max = lens.MAX_ENTRIES();
        vm.expectRevert(abi.encodeWithSelector(IColophonLens.ColophonLens_TooMany.selector, max + 1, max));
        lens.coverage(bob, new IColophonLens.Claim[](max + 1));
    }

    function test_GivenClaims() public {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        addVersion(offer.datasetId);
        bytes32 revoked = unique("revoked");
        vm.prank(alice);
        registry.setRevokedRoot(offer.datasetId, 1, revoked);
        IColophonLens.Claim[] memory claims = new IColophonLens.Claim[](3);
        claims[0] = IColophonLens.Claim(licenseId, 1, Uses.TRAIN);
        claims[1] = IColophonLens.Claim(licenseId, 1, Uses.REDISTRIBUTE);
        claims[2] = IColophonLens.Claim(licenseId, 2, Uses.TRAIN);
        IColophonLens.Coverage[] memory covered = lens.coverage(bob, claims);
        assertEq(uint8(covered[0].access), uint8(ILicenseToken.Access.Granted));
        assertEq(uint8(covered[1].access), uint8(ILicenseToken.Access.UseNotLicensed));
        assertEq(uint8(covered[2].access), uint8(ILicenseToken.Access.VersionNotLicensed));
        assertEq(covered[0].datasetId, offer.datasetId);
        assertEq(covered[0].contentRoot, registry.versionOf(offer.datasetId, 1).contentRoot);
        assertEq(covered[0].revokedRoot, revoked);
        assertEq(covered[2].contentRoot, registry.versionOf(offer.datasetId, 2).contentRoot);
        assertEq(covered[2].revokedRoot, bytes32(0));
        assertEq(uint8(lens.coverage(carol, claims)[0].access), uint8(ILicenseToken.Access.NotHolder));
    }

    function _assertObstacle(Offer memory offer, IColophonLens.Obstacle only) private {
        IColophonLens.Obstacle[] memory expected = new IColophonLens.Obstacle[](1);
        expected[0] = only;
        _assertObstacles(offer, expected);
    }

    function _assertObstacle(Offer memory offer, IColophonLens.Obstacle first, IColophonLens.Obstacle second) private {
        IColophonLens.Obstacle[] memory expected = new IColophonLens.Obstacle[](2);
        (expected[0], expected[1]) = (first, second);
        _assertObstacles(offer, expected);
    }

    function _assertObstacles(Offer memory offer, IColophonLens.Obstacle[] memory expected) private {
        IColophonLens.Quote memory quote = lens.offerQuote(offer);
        assertEq(abi.encode(quote.obstacles), abi.encode(expected));
        assertEq(quote.buyable, expected.length == 0);
        uint256 snapshot = vm.snapshotState();
        vm.prank(bob);
        (bool sold,) = address(market).call(abi.encodeCall(ILicenseMarket.buy, (offer, bob, bytes32(0), "")));
        vm.revertToState(snapshot);
        assertEq(sold, quote.buyable, "the market disagrees");
    }
}
