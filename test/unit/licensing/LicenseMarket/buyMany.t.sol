// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { LicensingFixture } from "../LicensingFixture.sol";

contract BuyManyTest is LicensingFixture {
    function test_RevertWhen_NothingIsAskedFor() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_BulkSize.selector, 0, 32));
        vm.prank(buyer);
        market.buyMany(new ILicenseMarket.Purchase[](0));
    }

    function test_RevertWhen_MoreThanTheMostIsAskedFor() public {
        assertEq(market.MAX_BULK(), 32);
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_BulkSize.selector, 33, 32));
        vm.prank(buyer);
        market.buyMany(new ILicenseMarket.Purchase[](33));
    }

    function test_RevertWhen_OnePurchaseFails() public {
        Offer memory offer = _offer();
        offer.editions = 2;
        bytes32 id = _open(offer);
        ILicenseMarket.Purchase[] memory purchases = _purchases(offer, 3);
        vm.expectRevert(abi.encodeWithSelector(ILicenseMarket.LicenseMarket_SoldOut.selector, id, 2));
        vm.prank(buyer);
        market.buyMany(purchases);
        assertEq(licenses.licenseCount(), 0);
        assertEq(usd.balanceOf(address(rail)), 0);
    }

    function testFuzz_WhenAllCanBeBought(uint256 count) public {
        count = bound(count, 1, market.MAX_BULK());
        Offer memory offer = _offer();
        bytes32 offerId = _open(offer);
        ILicenseMarket.Purchase[] memory purchases = _purchases(offer, count);
        for (uint256 i; i < count; ++i) {
            vm.expectEmit(address(market));
            emit ILicenseMarket.LicenseSold(
                i + 1, offerId, purchases[i].licensee, buyer, PRICE, uint32(i + 1), purchases[i].reference_
            );
        }
        vm.prank(buyer);
        uint256[] memory ids = market.buyMany(purchases);
        assertEq(ids.length, count);
        for (uint256 i; i < count; ++i) {
            assertEq(ids[i], i + 1);
            assertEq(licenses.ownerOf(ids[i]), purchases[i].licensee);
        }
        assertEq(usd.balanceOf(address(rail)), count * PRICE);
    }

    function _purchases(
        Offer memory offer,
        uint256 count
    )
        private
        pure
        returns (ILicenseMarket.Purchase[] memory purchases)
    {
        purchases = new ILicenseMarket.Purchase[](count);
        for (uint256 i; i < count; ++i) {
            purchases[i].offer = offer;
            purchases[i].licensee = address(uint160(1000 + i));
            purchases[i].reference_ = bytes32(i);
        }
    }
}
