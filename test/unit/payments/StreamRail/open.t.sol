// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IStreamRail } from "../../../../contracts/interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../../../../contracts/interfaces/payments/IStreamVault.sol";
import { StreamFlags } from "../../../../contracts/payments/StreamState.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { StreamTest } from "./StreamTest.sol";

contract StreamRailOpenTest is StreamTest {
    function test_RevertWhen_TheCallerIsNotTheMarket() external {
        Offer memory offer = _timeOffer();
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_NotMarket.selector, stranger));
        vm.prank(stranger);
        rail.open(1, offer, buyer, buyer, "");
    }

    function test_RevertWhen_ThePayerGaveNoFlowPermission() external {
        Offer memory offer = _timeOffer();
        vm.prank(seller);
        market.open(offer);
        _permit(buyer, 0, 0);
        vm.expectRevert(bytes4(keccak256("CFA_ACL_OPERATOR_NO_CREATE_PERMISSIONS()")));
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", "");
    }

    function test_RevertWhen_TheRailTermsAreOutOfBounds() external {
        Offer memory offer = _timeOffer();
        offer.railTerms[1] = bytes32(uint256(1));
        vm.prank(seller);
        market.open(offer);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, bytes32("contestBond")));
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", "");
    }

    function test_WhenThePayerCanPay() external {
        Offer memory offer = _timeOffer();
        uint256 plain = usdc.balanceOf(buyer);
        uint256 licenseId = _buy(offer);
        IStreamRail.Stream memory stream = rail.streamOf(licenseId);
        assertEq(stream.start, block.timestamp, "start");
        assertEq(stream.flags, StreamFlags.OPENED, "flags");
        assertEq(stream.grace, GRACE, "grace");
        IStreamVault.Deal memory deal = IStreamVault(stream.vault).deal();
        assertEq(deal.superToken, usdcx, "super token");
        assertEq(deal.decimals, 6, "decimals");
        assertEq(deal.payer, buyer, "payer");
        assertEq(deal.start, block.timestamp, "start in the code");
        assertEq(deal.rate, RATE, "rate");
        uint256 other = _buy(offer);
        assertTrue(_vault(other) != stream.vault, "a vault each");
        assertEq(usdc.balanceOf(buyer), plain, "nothing is due");
        vm.warp(block.timestamp + 10);
        assertEq(_superBalance(stream.vault), 10 * RATE, "flows");
        assertEq(_receivedUntil(licenseId, block.timestamp), 10 * BASE_RATE, "counts");
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        assertEq(uint8(licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.Granted));
    }

    function test_WhenSomebodyElseThanTheLicenseePays() external {
        uint256 licenseId = _buyFor(_timeOffer(), carol);
        assertEq(IStreamVault(_vault(licenseId)).deal().payer, buyer, "payer");
        assertEq(licenses.ownerOf(licenseId), carol, "licensee");
        assertEq(uint8(licenses.accessOf(licenseId, carol, 1, Uses.TRAIN)), uint8(ILicenseToken.Access.Granted));
    }

    function test_WhenRailDataAsksForWrapping() external {
        Offer memory offer = _timeOffer();
        vm.prank(seller);
        market.open(offer);
        usdc.mint(dave, 50e6);
        vm.prank(dave);
        usdc.approve(address(rail), 50e6);
        _permit(dave, 1, int96(RATE));
        vm.prank(dave);
        uint256 licenseId = market.buy(offer, dave, "ref", abi.encode(uint256(50e6)));
        assertEq(usdc.balanceOf(dave), 0, "wrapped");
        vm.warp(block.timestamp + 10);
        assertEq(_superBalance(_vault(licenseId)), 10 * RATE, "flows");
    }
}
