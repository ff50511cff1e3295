// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { LicensingFixture } from "../LicensingFixture.sol";

contract CloseTest is LicensingFixture {
    function test_RevertWhen_TheCallerIsNeitherTheSellerNorTheOwner() public {
        _open(_offer());
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_NotSeller.selector, stranger, seller));
        vm.prank(stranger);
        market.close(_offer());
    }

    function test_RevertWhen_TheOfferWasNeverOpened() public {
        _expectNotOpen(ILicenseMarket.OfferStatus.None);
        vm.prank(seller);
        market.close(_offer());
    }

    function test_RevertWhen_TheOfferIsClosedAlready() public {
        _open(_offer());
        vm.startPrank(seller);
        market.close(_offer());
        _expectNotOpen(ILicenseMarket.OfferStatus.Closed);
        market.close(_offer());
    }

    function test_WhenTheSellerCloses() public {
        bytes32 id = _open(_offer());
        _buy(_offer());
        ILicenseMarket.OfferState memory before = market.offerState(id);
        vm.expectEmit(address(market));
        emit ILicenseMarket.OfferClosed(id);
        vm.prank(seller);
        market.close(_offer());

        before.status = ILicenseMarket.OfferStatus.Closed;
        assertEq(abi.encode(market.offerState(id)), abi.encode(before));
    }

    function test_WhenTheTitleHasANewOwner() public {
        bytes32 id = _open(_offer());
        vm.prank(seller);
        registry.transferFrom(seller, stranger, datasetId);
        vm.prank(stranger);
        market.close(_offer());
        assertEq(uint8(market.offerState(id).status), uint8(ILicenseMarket.OfferStatus.Closed));
    }

    function _expectNotOpen(ILicenseMarket.OfferStatus status) private {
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseMarket.LicenseMarket_OfferNotOpen.selector, _idOf(_offer()), status)
        );
    }
}
