// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { LicensingFixture } from "../LicensingFixture.sol";
import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

contract OpenTest is LicensingFixture {
    function test_RevertWhen_TheCallerIsNotTheSeller() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_NotSeller.selector, stranger, seller));
        vm.prank(stranger);
        market.open(_offer());
    }

    function test_RevertWhen_TheOfferWasOpenedBefore() public {
        bytes32 id = _open(_offer());
        _expectExists(id, ILicenseMarket.OfferStatus.Open);
        vm.prank(seller);
        market.open(_offer());
    }

    function test_RevertWhen_TheOfferWasClosedBefore() public {
        Offer memory offer = _offer();
        bytes32 id = _open(offer);
        vm.startPrank(seller);
        market.close(offer);
        _expectExists(id, ILicenseMarket.OfferStatus.Closed);
        market.open(offer);
        offer.salt = 1;
        market.open(offer);
    }

    function test_RevertWhen_AFieldThatMustBeSetIsZero() public {
        Offer memory offer = _offer();
        offer.version = 0;
        _expectZeroField(offer, "version");
        offer = _offer();
        offer.encoding = 0;
        _expectZeroField(offer, "encoding");
        offer = _offer();
        offer.token = address(0);
        _expectZeroField(offer, "token");
        offer = _offer();
        offer.rail = 0;
        _expectZeroField(offer, "rail");
        offer = _offer();
        offer.provider = address(0);
        _expectZeroField(offer, "provider");
    }

    function testFuzz_RevertWhen_TheOfferEndsBeforeItCouldSell(uint40 opensAt, uint40 closesAt) public {
        closesAt = uint40(bound(closesAt, 1, type(uint40).max));
        if (closesAt > block.timestamp) opensAt = uint40(bound(opensAt, closesAt, type(uint40).max));
        Offer memory offer = _offer();
        (offer.opensAt, offer.closesAt) = (opensAt, closesAt);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_OfferEnded.selector, _idOf(offer), closesAt)
        );
        vm.prank(seller);
        market.open(offer);
    }

    function test_RevertWhen_TheDatasetDoesNotExist() public {
        Offer memory offer = _offer();
        offer.datasetId = 2;
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 2));
        vm.prank(seller);
        market.open(offer);
    }

    function test_RevertWhen_TheSellerDoesNotOwnTheDataset() public {
        Offer memory offer = _offer();
        offer.seller = stranger;
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_SellerNotOwner.selector, datasetId, stranger, seller)
        );
        vm.prank(stranger);
        market.open(offer);
    }

    function test_RevertWhen_TheSplitDoesNotExist() public {
        Offer memory offer = _offer();
        offer.split = 2;
        splits.setSplitCount(datasetId, 1);
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_UnknownSplit.selector, datasetId, 2));
        vm.prank(seller);
        market.open(offer);

        splits.setSplitCount(datasetId, 2);
        _open(offer);
    }

    function test_RevertWhen_TheTermsAreNotRegistered() public {
        Offer memory offer = _offer();
        offer.termsId = keccak256("unknown");
        vm.expectRevert(abi.encodeWithSelector(ITermsRegistry.TermsRegistry_Unknown.selector, offer.termsId));
        vm.prank(seller);
        market.open(offer);
    }

    /// @dev Word 0 of the offer is the seller; every narrow field is dirtied in its turn.
    function test_RevertWhen_AFieldHasDirtyUpperBits() public {
        uint8[13] memory narrow = [0, 3, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17];
        for (uint256 i; i < narrow.length; ++i) {
            bytes memory data = abi.encodeCall(market.open, (_offer()));
            data[4 + 32 * uint256(narrow[i])] = 0x80;
            vm.prank(seller);
            (bool success, bytes memory reason) = address(market).call(data);
            assertFalse(success);
            assertEq(reason, abi.encodeWithSelector(ILicenseMarket.LicenseMarket_NotCanonical.selector));
        }
    }

    function testFuzz_WhenAllIsWell(uint16 uses, uint16 flags, uint40 duration, uint256 salt, uint128 price) public {
        uses = uint16(bound(uses, 1, Uses.ALL));
        flags = _boundFlags(flags);
        Offer memory offer = _offerWith(uses, flags, duration);
        (offer.salt, offer.price) = (salt, price);
        bytes32 id = keccak256(abi.encode(offer));

        vm.expectEmit(address(market));
        emit ILicenseMarket.OfferOpened(id, seller, datasetId, offer);
        vm.prank(seller);
        assertEq(market.open(offer), id);

        assertEq(market.offerIdOf(offer), id);
        ILicenseMarket.OfferState memory state = market.offerState(id);
        assertEq(uint8(state.status), uint8(ILicenseMarket.OfferStatus.Open));
        assertEq(state.sold, 0);
        assertEq(state.openedAt, block.timestamp);
        assertEq(state.termsIndex, terms.headOf(offer.termsId).index);
        assertEq(state.uses, uses);
        assertEq(state.flags, flags);
        assertEq(state.duration, duration);
    }

    function _expectExists(bytes32 id, ILicenseMarket.OfferStatus status) private {
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_OfferExists.selector, id, status));
    }

    function _expectZeroField(Offer memory offer, bytes32 field) private {
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_ZeroField.selector, field));
        vm.prank(seller);
        market.open(offer);
    }
}
