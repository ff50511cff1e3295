// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../../contracts/interfaces/payments/IEscrowRail.sol";
import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueDistributor } from "../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { DeliveryReceipt } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { PaymentsFixture } from "../../unit/payments/PaymentsFixture.sol";
import { OddToken } from "../../unit/payments/doubles/OddToken.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @dev What contributors call on Superfluid.
interface IGDAForwarderMember {
    function connectPool(address pool, bytes calldata userData) external returns (bool);
    function claimAll(address pool, address member, bytes calldata userData) external returns (bool);
}

interface ISuperTokenMember {
    function downgrade(uint256 amount) external;
    function balanceOf(address account) external view returns (uint256);
}

/// @notice Money from the buyer to plain balances of contributors, on the real Superfluid framework.
contract PaymentsIntegrationTest is PaymentsFixture {
    /// @dev The main job's end: receipt, quiet window, release, 70/30 through the pool, connect, claim, unwrap.
    function test_TwoContributorsEndInPlainUsdc() external {
        Offer memory offer = _offer();
        offer.split = _createSplit(_members(carol, 7000, dave, 3000));
        _settleOne(offer);
        address pool = distributor.poolOf(datasetId, offer.split, address(usdc));
        uint256 rest = _afterFee(PRICE);

        // carol connects and sees the money at once; anyone may claim for dave, who does not.
        vm.prank(carol);
        IGDAForwarderMember(gdaForwarder).connectPool(pool, "");
        vm.prank(stranger);
        IGDAForwarderMember(gdaForwarder).claimAll(pool, dave, "");
        _unwrap(carol);
        _unwrap(dave);
        assertEq(usdc.balanceOf(carol), rest * 7000 / 10_000, "carol");
        assertEq(usdc.balanceOf(dave), rest * 3000 / 10_000, "dave");
        assertEq(usdc.balanceOf(seller), 0, "the owner keeps nothing of a whole split");

        // The second release goes through the same pool, and reaches the connected member by itself.
        _settleOne(offer);
        assertEq(distributor.poolOf(datasetId, offer.split, address(usdc)), pool, "one pool per split and token");
        _unwrap(carol);
        assertEq(usdc.balanceOf(carol), 2 * (rest * 7000 / 10_000), "carol again");
    }

    /// @dev A license keeps the split that it was bought under; a later one counts for later sales.
    function test_ASaleKeepsItsSplit() external {
        Offer memory first = _offer();
        first.split = _createSplit(_members(carol, 5000, dave, 1000));
        uint256 licenseId = _held(first);
        Offer memory second = _offer();
        second.split = _createSplit(_members(carol, 5000, dave, 4000));
        vm.prank(buyer);
        escrow.confirm(licenseId, first);
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE) * 4000 / 10_000, "remainder of the first split");
        _released(second);
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE) * 4000 / 10_000 + _afterFee(PRICE) / 10, "and of the second");
        assertTrue(
            distributor.poolOf(datasetId, 1, address(usdc)) != distributor.poolOf(datasetId, 2, address(usdc)),
            "a pool each"
        );
    }

    /// @dev Revenue belongs to who owns the title when it is released.
    function test_TitleMovedBetweenSaleAndRelease() external {
        Offer memory offer = _offer();
        uint256 early = _released(offer);
        uint256 late = _held(offer);
        vm.prank(seller);
        registry.transferFrom(seller, carol, datasetId);
        vm.prank(buyer);
        escrow.confirm(late, offer);
        assertEq(usdc.balanceOf(seller), _afterFee(PRICE), "past revenue stays");
        assertEq(usdc.balanceOf(carol), _afterFee(PRICE), "future revenue moves");
        assertTrue(early != late);
    }

    function test_ABlacklistedPartyBlocksNobody() external {
        OddToken token = _listOdd(6, true);
        Offer memory offer = _offer();
        offer.token = address(token);
        offer.split = _createSplit(_members(carol, 4000, dave, 4000));
        uint256 licenseId = _contested(offer);
        token.refuse(buyer, true);
        token.refuse(seller, true);
        vm.prank(arbitrator);
        escrow.rule(licenseId, offer, 100e6);
        assertEq(escrow.deferredOf(buyer, address(token)), 100e6 + BOND, "payer's refund and bond wait");
        uint256 rest = _afterFee(PRICE - 100e6);
        assertEq(distributor.claimable(seller, address(token)), rest - rest * 8000 / 10_000, "owner's part waits");
        assertTrue(distributor.poolOf(datasetId, offer.split, address(token)) != address(0), "members are paid");
        token.refuse(seller, false);
        distributor.claim(seller, address(token), seller);
        token.refuse(buyer, false);
        escrow.claimDeferred(buyer, address(token), buyer);
        assertEq(token.balanceOf(address(escrow)), 0, "nothing stuck");
        assertEq(token.balanceOf(address(distributor)), distributor.accruedFees(address(token)), "only the fee is left");
    }

    /// @dev A token that starts taking a fee after the sale: the release cannot balance, so it waits instead of lying.
    function test_ATokenThatStartsTaxingStopsTheReleaseAndLosesNothing() external {
        OddToken token = _listOdd(6, true);
        Offer memory offer = _offer();
        offer.token = address(token);
        uint256 licenseId = _held(offer);
        token.tax(100);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRevenueDistributor.RevenueDistributor_NotReceived.selector, address(token), PRICE, PRICE - PRICE / 100
            )
        );
        vm.prank(buyer);
        escrow.confirm(licenseId, offer);
        assertEq(uint8(escrow.holdOf(licenseId).state), uint8(IEscrowRail.HoldState.Held), "still held");
        token.tax(0);
        vm.prank(buyer);
        escrow.confirm(licenseId, offer);
        assertEq(token.balanceOf(seller), _afterFee(PRICE), "released once it stopped");
    }

    /// @dev A token with hooks lets the receiver call back in the middle of every payout.
    function test_ReentryIsRefusedOnEveryPath() external {
        OddToken token = _listOdd(6, true);
        Offer memory offer = _offer();
        offer.token = address(token);
        uint256 other = _held(offer);
        uint256 licenseId = _held(offer);
        token.hook(address(escrow), abi.encodeCall(IPaymentRail.claimDeferred, (buyer, address(token), buyer)));
        vm.prank(buyer);
        escrow.confirm(licenseId, offer);
        _assertReentryRefused(token);

        licenseId = _held(offer);
        vm.warp(block.timestamp + SLA + 1);
        token.hook(address(escrow), abi.encodeCall(IEscrowRail.refundUndelivered, (other, offer)));
        escrow.refundUndelivered(licenseId, offer);
        _assertReentryRefused(token);

        token.hook(address(distributor), abi.encodeCall(IRevenueDistributor.collectFees, (address(token))));
        distributor.collectFees(address(token));
        _assertReentryRefused(token);
        assertEq(token.balanceOf(treasury), PRICE - _afterFee(PRICE), "fees are paid once");
    }

    /// @dev 18 decimals: amounts pass one to one, and less than one round of units is carried to the next time.
    function testFuzz_DustOfAnEighteenDecimalTokenIsCarried(uint128 price, uint16 a, uint16 b) external {
        OddToken token = _listOdd(18, true);
        a = uint16(bound(a, 1, 9999));
        b = uint16(bound(b, 1, 10_000 - a));
        Offer memory offer = _offer();
        offer.token = address(token);
        offer.price = uint128(bound(price, 1, 1e27));
        offer.railTerms[1] = 0;
        offer.split = _createSplit(_members(carol, a, dave, b));
        for (uint256 i = 0; i < 3; ++i) {
            _released(offer);
        }
        address superToken = config.paymentToken(address(token)).superToken;
        uint256 contributors = 3 * (_afterFee(offer.price) * (uint256(a) + b) / 10_000);
        (, uint256 baseDust, uint256 superDust) = distributor.poolState(datasetId, offer.split, address(token));
        assertEq(baseDust, 0, "18 decimals wrap whole");
        assertEq(superDust, contributors % (uint256(a) + b), "dust is what does not divide");
        assertEq(IERC20(superToken).balanceOf(address(distributor)), superDust, "and is here");
    }

    /// @dev More than 18 decimals: what cannot be wrapped is carried in the token itself.
    function test_DustOfATokenWithManyDecimalsIsCarried() external {
        OddToken token = _listOdd(24, true);
        Offer memory offer = _offer();
        offer.token = address(token);
        offer.price = 1e24 + 123_456_789;
        offer.railTerms[1] = 0;
        offer.split = _createSplit(_members(carol, 5000, dave, 5000));
        _released(offer);
        uint256 contributors = _afterFee(offer.price);
        (, uint256 baseDust,) = distributor.poolState(datasetId, offer.split, address(token));
        assertEq(baseDust, contributors % 1e6, "what 18 decimals cannot show");
        IRevenueDistributor.Books memory books = distributor.booksOf(address(token));
        assertEq(books.held, distributor.accruedFees(address(token)) + baseDust, "held");
    }

    function _settleOne(Offer memory offer) private {
        uint256 licenseId = _buy(offer);
        DeliveryReceipt memory receipt = _receipt(licenseId);
        _submit(licenseId, offer, receipt);
        vm.warp(block.timestamp + WINDOW + 1);
        escrow.settle(licenseId, offer);
    }

    function _unwrap(address account) private {
        uint256 balance = ISuperTokenMember(usdcx).balanceOf(account);
        vm.prank(account);
        ISuperTokenMember(usdcx).downgrade(balance);
    }

    function _assertReentryRefused(OddToken token) private view {
        assertFalse(token.hookSucceeded(), "the call back went through");
        assertEq(bytes4(token.hookResult()), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector, "why not");
    }
}
