// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { EscrowTest } from "./EscrowTest.sol";

contract StandingTest is EscrowTest {
    function test_GivenThereIsNoHold() external view {
        _assertStanding(1, IPaymentRail.Standing.None);
    }

    function test_GivenMoneyIsHeldDeliveredContestedOrReleased() external {
        Offer memory offer = _offer();
        _assertStanding(_held(offer), IPaymentRail.Standing.Current);
        _assertStanding(_delivered(offer), IPaymentRail.Standing.Current);
        _assertStanding(_contested(offer), IPaymentRail.Standing.Current);
        _assertStanding(_released(offer), IPaymentRail.Standing.Current);
    }

    function test_GivenTheLicenseeWithdraws() external {
        _assertStanding(_withdrawing(_offer()), IPaymentRail.Standing.Frozen);
    }

    function test_GivenADisputeFrozeTheMoney() external {
        uint256 licenseId = _held(_offer());
        _freeze(licenseId);
        _assertStanding(licenseId, IPaymentRail.Standing.Frozen);
    }

    function test_GivenTheMoneyWentBack() external {
        _assertStanding(_refunded(_offer()), IPaymentRail.Standing.Closed);
    }

    function _assertStanding(uint256 licenseId, IPaymentRail.Standing standing) private view {
        assertEq(uint8(escrow.standing(licenseId)), uint8(standing), "standing");
    }
}
