// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";
import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @notice Bob holds a license of alice's dataset under terms with a first refusal, and wants to sell it to carol.
contract ResaleTest is ColophonTest {
    uint128 private constant ASKED = 70e6;

    Offer private offer;
    uint256 private id;
    uint256 private announcedAt;
    uint256 private refusalUntil;
    uint256 private openUntil;

    function setUp() public override {
        super.setUp();
        offer = escrowOffer();
        offer.termsId = registerTerms(_termsWith(TermsFlags.TRANSFERABLE | TermsFlags.FIRST_REFUSAL));
        openOffer(offer);
        id = buy(offer, bob);
        mintUsdc(alice, ASKED);
        vm.prank(alice);
        usdc.approve(address(market), ASKED);
        announcedAt = block.timestamp;
        refusalUntil = announcedAt + licenseToken.REFUSAL_WINDOW();
        openUntil = refusalUntil + licenseToken.RESALE_WINDOW();
    }

    // ---- announceResale

    function test_RevertWhen_TheAnnouncingCallerDoesNotHoldTheLicense() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotHolder.selector, id, alice));
        vm.prank(alice);
        licenseToken.announceResale(id, carol, ASKED);
    }

    function test_RevertWhen_TheTermsGiveNoFirstRefusal() public {
        uint256 free = _freeLicense();
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NothingToAnnounce.selector, free, carol));
        vm.prank(bob);
        licenseToken.announceResale(free, carol, ASKED);
    }

    function test_RevertWhen_NobodyIsAnnounced() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NothingToAnnounce.selector, id, address(0)));
        _announce(address(0), ASKED);
    }

    function testFuzz_WhenAllIsWellToAnnounce(address to, uint128 price) public {
        vm.assume(to != address(0));
        vm.expectEmit(address(licenseToken));
        emit ILicenseToken.ResaleAnnounced(id, bob, to, price, uint40(refusalUntil), uint40(openUntil));
        _announce(to, price);
        _assertResale(to, announcedAt, price);
    }

    function test_WhenAnotherResaleIsAnnounced() public {
        _announce(carol, ASKED);
        vm.warp(refusalUntil);
        _announce(mallory, ASKED + 1);
        _assertResale(mallory, refusalUntil, ASKED + 1);
        vm.warp(refusalUntil + 1);
        _expectRefusal(carol, 0, 0);
        _move(carol);
        _expectRefusal(mallory, refusalUntil + 7 days + 1, refusalUntil + 21 days);
        _move(mallory);
    }

    // ---- cancelResale

    function test_RevertWhen_TheCancellingCallerDoesNotHoldTheLicense() public {
        _announce(carol, ASKED);
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotHolder.selector, id, carol));
        vm.prank(carol);
        licenseToken.cancelResale(id);
    }

    function test_RevertWhen_NothingIsAnnounced() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NothingToTake.selector, id, 0));
        vm.prank(bob);
        licenseToken.cancelResale(id);
    }

    function test_WhenAResaleIsAnnounced() public {
        _announce(carol, ASKED);
        vm.expectEmit(address(licenseToken));
        emit ILicenseToken.ResaleCancelled(id, bob);
        vm.prank(bob);
        licenseToken.cancelResale(id);
        _assertResale(address(0), 0, 0);
        _expectNothingToTake(0);
        _take(ASKED);
    }

    // ---- transferFrom

    function test_RevertWhen_NothingWasAnnounced() public {
        _expectRefusal(carol, 0, 0);
        _move(carol);
    }

    function testFuzz_RevertWhen_TheOwnerCanStillRefuse(uint256 at) public {
        _announce(carol, ASKED);
        vm.warp(bound(at, announcedAt, refusalUntil));
        _expectRefusal(carol, refusalUntil + 1, openUntil);
        _move(carol);
        vm.warp(refusalUntil);
        _expectRefusal(carol, refusalUntil + 1, openUntil);
        _move(carol);
    }

    function testFuzz_RevertWhen_TheTimeToSellIsOver(uint256 at) public {
        _announce(carol, ASKED);
        vm.warp(bound(at, openUntil + 1, announcedAt + 364 days));
        _expectRefusal(carol, refusalUntil + 1, openUntil);
        _move(carol);
    }

    function testFuzz_RevertWhen_ItGoesToAnotherThanAnnounced(address other) public {
        vm.assume(other != carol && other != address(0));
        _announce(carol, ASKED);
        vm.warp(refusalUntil + 1);
        _expectRefusal(other, 0, 0);
        _move(other);
    }

    function testFuzz_WhenTheOwnerLetTheTimePass(uint256 at) public {
        _announce(carol, ASKED);
        vm.warp(bound(at, refusalUntil + 1, openUntil));
        _move(carol);
        assertEq(licenseToken.ownerOf(id), carol);
        _assertResale(address(0), 0, 0);
        _expectRefusal(bob, 0, 0);
        vm.prank(carol);
        licenseToken.transferFrom(carol, bob, id);
    }

    function test_RevertWhen_TheLicenseIsFrozenMeanwhile() public {
        _announce(carol, ASKED);
        vm.prank(address(disputeManager));
        licenseToken.setFrozen(id, true);
        vm.warp(refusalUntil + 1);
        _expectNotNow();
        _move(carol);
    }

    function test_WhenTheTermsGiveNone() public {
        uint256 free = _freeLicense();
        vm.prank(bob);
        licenseToken.transferFrom(bob, carol, free);
        assertEq(licenseToken.ownerOf(free), carol);
    }

    // ---- takeResale

    function testFuzz_RevertWhen_TheCallerIsNotTheMarket(address caller) public {
        vm.assume(caller != address(market));
        _announce(carol, ASKED);
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotMarket.selector, caller));
        vm.prank(caller);
        licenseToken.takeResale(id, alice);
    }

    function test_RevertWhen_TheOfferIsAnother() public {
        _announce(carol, ASKED);
        bytes32 expected = market.offerIdOf(offer);
        offer.token = address(this);
        bytes32 given = market.offerIdOf(offer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_WrongOffer.selector, id, expected, given));
        _take(ASKED);
    }

    function test_RevertWhen_TheCallerDoesNotOwnTheDataset() public {
        _announce(carol, ASKED);
        vm.expectRevert(_notOwner(carol, alice));
        vm.prank(carol);
        market.takeResale(id, offer, ASKED);
    }

    function test_RevertWhen_NothingIsAnnouncedToTake() public {
        _expectNothingToTake(0);
        _take(ASKED);
    }

    function test_RevertWhen_TheOwnersTimeIsOver() public {
        _announce(carol, ASKED);
        vm.warp(refusalUntil + 1);
        _expectNothingToTake(refusalUntil);
        _take(ASKED);
        vm.warp(refusalUntil);
        _take(ASKED);
    }

    function test_RevertWhen_ThePriceChanged() public {
        _announce(carol, ASKED);
        _announce(carol, ASKED - 1);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_PriceChanged.selector, id, ASKED, ASKED - 1)
        );
        _take(ASKED);
    }

    function test_RevertWhen_TheOwnerDoesNotPay() public {
        _announce(carol, ASKED + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(market), ASKED, ASKED + 1)
        );
        _take(ASKED + 1);
    }

    function test_RevertWhen_TheLicenseEndedMeanwhile() public {
        _announce(carol, ASKED);
        vm.prank(address(escrow));
        licenseToken.end(id);
        _expectNotNow();
        _take(ASKED);
    }

    function test_WhenTheTitleMoved() public {
        _announce(carol, ASKED);
        vm.prank(alice);
        registry.transferFrom(alice, carol, offer.datasetId);
        vm.expectRevert(_notOwner(alice, carol));
        _take(ASKED);
        vm.prank(carol);
        market.takeResale(id, offer, ASKED);
        assertEq(licenseToken.ownerOf(id), carol);
    }

    function test_WhenThePriceIsZero() public {
        _announce(carol, 0);
        uint256 before = usdc.balanceOf(alice);
        _take(0);
        assertEq(licenseToken.ownerOf(id), alice);
        assertEq(usdc.balanceOf(alice), before);
    }

    function testFuzz_WhenTheOwnerTakesIt(uint256 at, uint128 price) public {
        price = uint128(bound(price, 1, ASKED));
        vm.prank(bob);
        licenseToken.delegate(id, mallory, uint40(block.timestamp + 30 days));
        _announce(carol, price);
        vm.warp(bound(at, announcedAt, refusalUntil));
        (uint256 bobBefore, uint256 aliceBefore) = (usdc.balanceOf(bob), usdc.balanceOf(alice));
        vm.expectEmit(address(market));
        emit ILicenseMarket.ResaleTaken(id, alice, bob, address(usdc), price);
        _take(price);
        assertEq(usdc.balanceOf(bob) - bobBefore, price);
        assertEq(aliceBefore - usdc.balanceOf(alice), price);
        assertEq(licenseToken.ownerOf(id), alice);
        assertEq(licenseToken.licenseeOf(id), bob);
        _assertResale(address(0), 0, 0);
        assertEq(uint8(licenseToken.accessOf(id, mallory, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.NotHolder));
    }

    // ---- helpers

    function _termsWith(uint16 flags) private pure returns (ITermsRegistry.Terms memory t) {
        t = defaultTerms();
        t.flags |= flags;
    }

    function _freeLicense() private returns (uint256) {
        Offer memory free = escrowOffer();
        free.termsId = registerTerms(_termsWith(TermsFlags.TRANSFERABLE));
        openOffer(free);
        return buy(free, bob);
    }

    function _announce(address to, uint128 price) private {
        vm.prank(bob);
        licenseToken.announceResale(id, to, price);
    }

    function _move(address to) private {
        vm.prank(bob);
        licenseToken.transferFrom(bob, to, id);
    }

    function _take(uint128 price) private {
        vm.prank(alice);
        market.takeResale(id, offer, price);
    }

    function _notOwner(address caller, address owner) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_SellerNotOwner.selector, offer.datasetId, caller, owner);
    }

    function _expectRefusal(address to, uint256 from, uint256 until) private {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_FirstRefusal.selector, id, to, from, until));
    }

    function _expectNothingToTake(uint256 until) private {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NothingToTake.selector, id, until));
    }

    function _expectNotNow() private {
        vm.expectRevert(abi.encodeWithSelector(ILicenseToken.LicenseToken_NotTransferableNow.selector, id));
    }

    function _assertResale(address to, uint256 at, uint128 price) private view {
        ILicenseToken.Resale memory resale = licenseToken.resaleOf(id);
        assertEq(resale.buyer, to);
        assertEq(resale.announcedAt, at);
        assertEq(resale.price, price);
    }
}
