// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { OddToken } from "../doubles/OddToken.sol";
import { EscrowTest } from "./EscrowTest.sol";
import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

contract ContestTest is EscrowTest {
    function test_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        vm.expectRevert(_wrongOffer(licenseId, offer));
        vm.prank(buyer);
        escrow.contest(licenseId, _altered(offer), "reason");
    }

    function test_RevertGiven_TheHoldIsNotDelivered() external {
        Offer memory offer = _offer();
        for (uint8 i = 1; i <= uint8(IEscrowRail.HoldState.Refunded); ++i) {
            if (i == uint8(IEscrowRail.HoldState.Delivered)) continue;
            uint256 licenseId = _inState(offer, IEscrowRail.HoldState(i));
            vm.expectRevert(_wrongState(licenseId, IEscrowRail.HoldState(i)));
            vm.prank(buyer);
            escrow.contest(licenseId, offer, "reason");
        }
    }

    function test_RevertWhen_TheCallerIsNeitherHolderNorPayer() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        vm.expectRevert(_notAllowed(licenseId, stranger));
        vm.prank(stranger);
        escrow.contest(licenseId, offer, "reason");
    }

    function test_RevertWhen_TheWindowHasPassed() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        vm.warp(START + WINDOW + 1);
        vm.expectRevert(_tooLate(licenseId, START + WINDOW));
        vm.prank(buyer);
        escrow.contest(licenseId, offer, "reason");
    }

    function test_RevertWhen_TheBondArrivesShort() external {
        OddToken token = _listOdd(6, false);
        Offer memory offer = _offer();
        offer.token = address(token);
        uint256 licenseId = _delivered(offer);
        token.tax(100);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentRail.PaymentRail_TransferTax.selector, address(token), BOND, BOND - BOND / 100
            )
        );
        vm.prank(buyer);
        escrow.contest(licenseId, offer, "reason");
    }

    function test_RevertWhen_TheContesterHasNotAllowedTheBond() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        vm.startPrank(buyer);
        usdc.approve(address(escrow), BOND - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(escrow), BOND - 1, BOND)
        );
        escrow.contest(licenseId, offer, "reason");
    }

    function test_WhenTheHolderContests() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        vm.warp(START + WINDOW);
        uint256 before = usdc.balanceOf(buyer);
        vm.expectEmit(address(escrow));
        emit IEscrowRail.Contested(licenseId, buyer, BOND, "reason", START + WINDOW + DEFAULT_AFTER);
        vm.prank(buyer);
        escrow.contest(licenseId, offer, "reason");
        _assertState(licenseId, IEscrowRail.HoldState.Contested);
        assertEq(escrow.holdOf(licenseId).deadline, START + WINDOW + DEFAULT_AFTER, "default");
        assertEq(escrow.contesterOf(licenseId), buyer, "contester");
        assertEq(before - usdc.balanceOf(buyer), BOND, "bond");
        assertEq(usdc.balanceOf(address(escrow)), PRICE + BOND, "held");
        assertEq(licenses.licenseOf(licenseId).flags & 0x42, 0, "access is not frozen");
    }

    function test_WhenThePayerContestsForAnotherLicensee() external {
        Offer memory offer = _offer();
        uint256 licenseId = _buyFor(offer, carol);
        _submit(licenseId, offer, _receipt(licenseId));
        vm.prank(buyer);
        escrow.contest(licenseId, offer, "reason");
        assertEq(escrow.contesterOf(licenseId), buyer, "contester");
    }

    function test_GivenTheOfferAsksNoBond() external {
        Offer memory offer = _offer();
        IEscrowRail.EscrowTerms memory t = _escrowTerms();
        t.contestBond = 0;
        offer.railTerms = escrow.packTerms(t);
        uint256 licenseId = _delivered(offer);
        uint256 before = usdc.balanceOf(buyer);
        vm.prank(buyer);
        escrow.contest(licenseId, offer, "reason");
        assertEq(usdc.balanceOf(buyer), before, "nothing taken");
        _assertState(licenseId, IEscrowRail.HoldState.Contested);
    }

    function test_GivenADisputeFrozeTheMoneyBeforeTheContest() external {
        Offer memory offer = _offer();
        uint256 licenseId = _delivered(offer);
        _freeze(licenseId);
        vm.prank(buyer);
        escrow.contest(licenseId, offer, "reason");
        _assertState(licenseId, IEscrowRail.HoldState.Contested);
        assertTrue(escrow.holdOf(licenseId).frozen, "still frozen");
    }
}
