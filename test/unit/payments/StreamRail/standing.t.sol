// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../../../../contracts/interfaces/licensing/ILicenseToken.sol";
import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { StreamTest } from "./StreamTest.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

contract StreamRailStandingTest is StreamTest {
    function test_WhenTheLicenseHasNoStream() external view {
        _assertStanding(77, IPaymentRail.Standing.None);
    }

    function test_WhenTheFlowWasLiquidated() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        // Two flows of one sender into two vaults: each is liquidated by itself.
        uint256 other = _buy(offer);
        uint256 spendable = _superBalance(buyer);
        vm.prank(buyer);
        IERC20(usdcx).transfer(stranger, spendable - 20_000 * uint256(RATE));
        _liquidate(licenseId, 10_100);
        uint256 died = block.timestamp;
        vm.prank(stranger);
        IERC20(usdcx).transfer(buyer, spendable - 20_000 * uint256(RATE));
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
        _assertStanding(other, IPaymentRail.Standing.Current);
        vm.warp(died + GRACE);
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.Granted), "grace");
        vm.warp(died + GRACE + 1);
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.PaymentLapsed), "lapsed");
        assertEq(uint8(_access(other)), uint8(ILicenseToken.Access.Granted), "the other");
        assertEq(rail.settle(other, offer), (died - START + GRACE + 1) / EPOCH * EPOCH_PAY, "is paid in full");
    }

    function test_WhenThePayerReopensOnSuperfluid() external {
        uint256 licenseId = _buy(_timeOffer());
        _deleteFlow(buyer, buyer, _vault(licenseId));
        vm.warp(START + 10 days);
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
        _createFlow(buyer, _vault(licenseId), RATE);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        assertEq(uint8(_access(licenseId)), uint8(ILicenseToken.Access.Granted), "the same license");
    }

    function test_WhenThePayerStopsAndStartsOverAndOver() external {
        uint256 licenseId = _buy(_timeOffer());
        for (uint256 i = 0; i < 5; ++i) {
            vm.warp(block.timestamp + 60);
            _deleteFlow(buyer, buyer, _vault(licenseId));
            vm.warp(block.timestamp + 1500);
            _createFlow(buyer, _vault(licenseId), RATE);
        }
        // 7,500 seconds are missing in all, more than the grace, though never more than 1,500 at once.
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        _deleteFlow(buyer, buyer, _vault(licenseId));
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
        rail.sync(licenseId);
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
        _createFlow(buyer, _vault(licenseId), RATE);
        rail.sync(licenseId);
        assertEq(_flow(licenseId).unpaid, 7500, "recorded");
    }

    function test_WhenTheFlowIsBelowTheAgreedRate() external {
        uint256 licenseId = _buy(_timeOffer());
        _updateFlow(buyer, _vault(licenseId), RATE / 2);
        vm.warp(START + 2 * GRACE - 2);
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
        vm.warp(START + 2 * GRACE + 2);
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
    }

    function test_WhenTheFlowWasNeverTouched() external {
        _fundStream(buyer, 1e6 * 1e6);
        uint256 licenseId = _buy(_timeOffer());
        vm.warp(START + 365 days);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
    }

    /// @dev Else buying again and again would be free access.
    function test_WhenLessWasPaidThanTheGrace() external {
        uint256 licenseId = _buy(_timeOffer());
        vm.warp(START + 100);
        _deleteFlow(buyer, buyer, _vault(licenseId));
        vm.warp(START + 200);
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
        vm.warp(START + 201);
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
    }

    function test_WhenTheReceiverDeletesTheFlow() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + 100);
        _deleteFlow(_vault(licenseId), buyer, _vault(licenseId));
        _assertStanding(licenseId, IPaymentRail.Standing.Grace);
        vm.warp(START + EPOCH);
        assertEq(rail.settle(licenseId, offer), 100 * BASE_RATE, "what came");
    }

    function _access(uint256 licenseId) private view returns (ILicenseToken.Access) {
        return licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN);
    }
}
