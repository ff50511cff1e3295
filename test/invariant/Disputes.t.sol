// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../contracts/interfaces/payments/IEscrowRail.sol";
import { IDatasetRegistry } from "../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IDisputeTypes } from "../../contracts/interfaces/trust/IDisputeTypes.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { ArbitratorDouble } from "../mocks/ArbitratorDouble.sol";
import { DisputeFixture } from "../unit/trust/DisputeFixture.sol";
import { DisputesHandler } from "./DisputesHandler.sol";

/// @notice docs/INVARIANTS.md, section Disputes.
contract DisputesInvariants is DisputeFixture {
    uint256 private constant LICENSES = 3;

    DisputesHandler private _handler;

    function setUp() public override {
        super.setUp();
        ArbitratorDouble judge = new ArbitratorDouble(disputes);
        vm.startPrank(governance);
        uint16 index = disputes.setArbitrator(address(judge), 2, RULING);
        IDisputeTypes.Numbers memory n = numbersInput();
        n.judge = index;
        disputes.setNumbers(n);
        vm.stopPrank();
        usdc.mint(alice, FUNDS);
        usdc.mint(mallory, FUNDS);
        Offer[] memory offers = new Offer[](LICENSES);
        uint256[] memory licenses = new uint256[](LICENSES);
        for (uint256 i = 0; i < LICENSES; ++i) {
            (offers[i], licenses[i]) = buyEscrow();
        }
        deliver(licenses[1], offers[1]);
        vm.prank(bob);
        escrow.contest(licenses[1], offers[1], "");
        deliver(licenses[2], offers[2]);
        _handler = new DisputesHandler(
            DisputesHandler.World({
                disputes: disputes,
                escrow: escrow,
                usdc: usdc,
                judge: judge,
                faults: _addressOf("ObjectiveFaults"),
                buyer: bob,
                seller: alice,
                stranger: mallory
            }),
            offers,
            licenses
        );
        targetContract(address(_handler));
        bytes4[] memory excluded = new bytes4[](1);
        excluded[0] = DisputesHandler.endAll.selector;
        excludeSelector(FuzzSelector(address(_handler), excluded));
    }

    /// @dev DISPUTE-1
    function invariant_BalanceIsOpenBondsAndCredits() external view {
        uint256 credits = disputes.deferredOf(alice, address(usdc)) + disputes.deferredOf(bob, address(usdc))
            + disputes.deferredOf(mallory, address(usdc));
        assertEq(usdc.balanceOf(address(disputes)), _handler.bondsHeld() + credits, "DISPUTE-1");
    }

    /// @dev DISPUTE-2
    function invariant_MoneyIsFrozenWhileAnyDisputeHoldsIt() external view {
        for (uint256 i = 0; i < LICENSES; ++i) {
            (uint256 licenseId,) = _handler.licenseAt(i);
            IEscrowRail.Hold memory hold = escrow.holdOf(licenseId);
            if (hold.state >= IEscrowRail.HoldState.Released) continue;
            uint256 holders = _handler.holdersOf(licenseId);
            assertEq(hold.frozen, holds(licenseId, holders), "DISPUTE-2");
            if (holders > 0) assertEq(disputes.heldOf(licenseId).more, holders - 1, "DISPUTE-2: counted");
        }
        assertFalse(_handler.movedWhileFrozen(), "DISPUTE-2: a frozen unit moved");
    }

    /// @dev DISPUTE-3
    function invariant_SalesAreStoppedWhileAnyTakedownRuns() external view {
        for (uint256 i = 0; i < LICENSES; ++i) {
            (, Offer memory offer) = _handler.licenseAt(i);
            uint256 stoppers = _handler.stoppersOf(offer.datasetId);
            (uint32 counted,) = disputes.stoppedOf(offer.datasetId, 1);
            assertEq(counted, stoppers, "DISPUTE-3: counted");
            IDatasetRegistry.Status status = registry.statusOf(offer.datasetId, 1);
            if (stoppers > 0) assertNotEq(uint8(status), uint8(IDatasetRegistry.Status.Trainable), "DISPUTE-3");
        }
    }

    /// @dev DISPUTE-4
    function invariant_WhatIsOwedIsHeld() external view {
        for (uint256 i = 0; i < LICENSES; ++i) {
            (uint256 licenseId, Offer memory offer) = _handler.licenseAt(i);
            assertLe(disputes.heldOf(licenseId).owed, offer.price, "DISPUTE-4");
            if (_handler.holdersOf(licenseId) == 0) assertEq(disputes.heldOf(licenseId).owed, 0, "DISPUTE-4: left");
        }
    }

    /// @dev DISPUTE-5: after every walk, anyone ends everything, and nothing is left behind.
    function afterInvariant() external {
        _handler.endAll();
        assertEq(_handler.openCount(), 0, "DISPUTE-5");
        uint256 credits = disputes.deferredOf(alice, address(usdc)) + disputes.deferredOf(bob, address(usdc))
            + disputes.deferredOf(mallory, address(usdc));
        assertEq(usdc.balanceOf(address(disputes)), credits, "DISPUTE-5: nothing left");
        for (uint256 i = 0; i < LICENSES; ++i) {
            (uint256 licenseId,) = _handler.licenseAt(i);
            assertFalse(isFrozen(licenseId), "DISPUTE-5: no money is frozen");
            assertEq(disputes.heldOf(licenseId).access, 0, "DISPUTE-5: no access is held");
        }
    }

    function holds(uint256 licenseId, uint256 holders) internal view returns (bool) {
        return holders > 0 || disputes.heldOf(licenseId).due;
    }
}
