// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../contracts/interfaces/payments/IEscrowRail.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { ColophonTest } from "../base/ColophonTest.sol";

/// @notice The fixture's own steps, so that a failure there is not searched elsewhere.
contract FixtureTest is ColophonTest {
    function test_APurchaseIsDeliveredAndReleased() public {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        assertEq(licenseToken.ownerOf(licenseId), bob);
        assertEq(usdc.balanceOf(address(escrow)), PRICE);
        deliver(licenseId, offer);
        forward(3 days + 1);
        escrow.settle(licenseId, offer);
        assertEq(uint8(escrow.holdOf(licenseId).state), uint8(IEscrowRail.HoldState.Released));
        uint256 fee = PRICE * FEE_BPS / 10_000;
        assertEq(usdc.balanceOf(alice), PRICE - fee);
        distributor.collectFees(address(usdc));
        assertEq(usdc.balanceOf(treasury), fee);
    }

    function test_HelpersLeaveNoPrank() public {
        uint256 datasetId = publishDataset(alice);
        assertEq(addVersion(datasetId), 2);
        assertEq(addEncoding(datasetId, 2), 1);
        assertEq(registry.ownerOf(datasetId), alice);
        (, address caller,) = vm.readCallers();
        assertNotEq(caller, alice);
    }
}
