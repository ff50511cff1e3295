// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IConstantFlowMinimal } from "../../../contracts/payments/superfluid/ISuperfluidMinimal.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { LiveTest } from "../../unit/payments/LiveStreamRail/LiveTest.sol";
import { ISuperTokenHolder } from "../../unit/payments/StreamRail/StreamTest.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

interface ISuperfluidGovernance {
    function setSuperTokenMinimumDeposit(address host, address superToken, uint256 value) external;
}

/// @notice Tokens for which Superfluid's governance asks for a least deposit, as it does on public networks: 2.1 USDC here, where
/// four hours of the offers' rate are 1.44.
contract MinimumDepositTest is LiveTest {
    /// @dev Superfluid stores deposits in multiples of 2^32; this one is of whole base units as well.
    uint256 private constant LEAST = 2 ** 33 * 5 ** 12;

    function setUp() public override {
        super.setUp();
        string memory addresses = vm.readFile(".colophon/superfluid.addresses.json");
        vm.prank(vm.parseJsonAddress(addresses, ".frameworkDeployer"));
        ISuperfluidGovernance(vm.parseJsonAddress(addresses, ".governance"))
            .setSuperTokenMinimumDeposit(host, usdcx, LEAST);
    }

    /// @dev The deposit that Superfluid names is what it locks: with a unit less the flow does not open.
    function test_AStreamLocksTheLeastDeposit() external {
        assertEq(IConstantFlowMinimal(cfa).getDepositRequiredForFlowRate(usdcx, int96(RATE)), LEAST, "named");
        Offer memory offer = _timeOffer();
        _leaveBuyer(LEAST - 1);
        vm.prank(seller);
        market.open(offer);
        vm.expectRevert(bytes4(keccak256("CFA_INSUFFICIENT_BALANCE()")));
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", "");
        vm.prank(stranger);
        IERC20(usdcx).transfer(buyer, 1);
        uint256 licenseId = _buy(offer);
        (, uint256 deposit,) = ISuperTokenHolder(usdcx).realtimeBalanceOf(buyer, block.timestamp);
        assertEq(deposit, LEAST, "locked");
        vm.prank(stranger);
        IERC20(usdcx).transfer(buyer, 100e18);
        vm.warp(START + EPOCH);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "and paid as ever");
    }

    /// @dev One buyer, two streaming licenses, each with a vault and a least deposit of its own; one is liquidated.
    function test_ALiquidatedStreamLeavesTheOtherAlone() external {
        Offer memory offer = _timeOffer();
        uint256 first = _buy(offer);
        uint256 second = _buy(offer);
        (, uint256 deposit,) = ISuperTokenHolder(usdcx).realtimeBalanceOf(buyer, block.timestamp);
        assertEq(deposit, 2 * LEAST, "a deposit for each");
        _leaveBuyer(2 * 1000 * uint256(RATE));
        _liquidate(second, 1010);
        (, deposit,) = ISuperTokenHolder(usdcx).realtimeBalanceOf(buyer, block.timestamp);
        assertEq(deposit, LEAST, "the other's is where it was");
        vm.prank(stranger);
        IERC20(usdcx).transfer(buyer, 100e18);
        vm.warp(START + 10 * EPOCH);
        _assertStanding(first, IPaymentRail.Standing.Current);
        _assertStanding(second, IPaymentRail.Standing.Lapsed);
        assertEq(rail.settle(first, offer), 10 * EPOCH_PAY, "the first in full");
        assertEq(rail.settle(second, offer), 1010 * BASE_RATE, "the second for its seconds");
    }

    /// @dev A live license has two vaults, and each locks the least deposit, whatever part of the rate it passes on: the buffer goes first
    /// to what they lack.
    function test_EveryLiveVaultLocksTheLeastDeposit() external {
        Offer memory offer = _splitOffer();
        _open(offer);
        vm.expectRevert();
        vm.prank(buyer);
        market.buy(offer, buyer, "ref", abi.encode(2 * LEAST / SCALE - 1, 0));
        uint256 licenseId = _buyLive(offer, 2 * LEAST / SCALE);
        _assertLive(licenseId, IPaymentRail.Standing.Current);
        _assertLocks(address(_rest(licenseId)));
        _assertLocks(address(_contributors(licenseId)));
        assertLt(uint256(_rest(licenseId).deal().rate), uint256(RATE) / 4, "by rate it would have lacked");
    }

    /// @dev The same buyer's two live licenses; the flow into a vault of one is liquidated.
    function test_ALiquidatedLiveLicenseLeavesTheOtherAlone() external {
        Offer memory offer = _splitOffer();
        uint256 buffer = 2 * LEAST / SCALE + 1 hours * uint256(BASE_RATE);
        uint256 first = _buyLive(offer, buffer);
        uint256 second = _buyLive(offer, buffer);
        (, uint256 deposit,) = ISuperTokenHolder(usdcx).realtimeBalanceOf(buyer, block.timestamp);
        assertEq(deposit, 4 * LEAST, "two flows each");
        _leaveBuyer(2 * 1000 * uint256(RATE));
        vm.warp(START + 1010);
        _deleteFlow(stranger, buyer, address(_contributors(second)));
        vm.prank(stranger);
        IERC20(usdcx).transfer(buyer, 100e18);
        liveRail.settle(second, offer);
        _assertLive(second, IPaymentRail.Standing.Lapsed);
        _assertLive(first, IPaymentRail.Standing.Current);
        vm.warp(START + 10 hours);
        assertEq(liveRail.settle(first, offer), 10 hours * BASE_RATE, "every second");
        assertEq(_earned(first, carol) * 3 / 2, _poolRate(first) * 10 hours + _poolRate(second) * 1010, "and the pool");
        // What the second's vaults have left comes back in whole.
        uint256 left = _superBalance(address(_rest(second))) + _superBalance(address(_contributors(second)));
        uint256 before = _superBalance(buyer);
        vm.prank(disputes);
        liveRail.close(second, offer);
        // The payer's other flow into the second goes on until then; its deposit is free again.
        assertEq(_superBalance(buyer) - before, left + LEAST, "the rest");
        _assertBooks();
    }

    /// @dev Reopening after a pause: what the vaults have is enough, and a buffer of nothing adds nothing.
    function test_AReopenedLiveLicenseNeedsNoMoreThanItHas() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, 2 * LEAST / SCALE);
        vm.warp(START + 1000);
        vm.prank(buyer);
        liveRail.pause(licenseId, offer);
        vm.prank(buyer);
        liveRail.reopen(licenseId, offer, 0);
        _assertLive(licenseId, IPaymentRail.Standing.Current);
    }

    /// @dev Leaves the buyer exactly `amount` units to spend.
    function _leaveBuyer(uint256 amount) private {
        uint256 spendable = _superBalance(buyer);
        vm.prank(buyer);
        IERC20(usdcx).transfer(stranger, spendable - amount);
    }

    function _assertLocks(address vault) private view {
        (int256 available, uint256 deposit,) = ISuperTokenHolder(usdcx).realtimeBalanceOf(vault, block.timestamp);
        assertEq(deposit, LEAST, "locked");
        assertEq(available, 0, "and nothing beside");
    }
}
