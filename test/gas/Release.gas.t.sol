// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRevenueDistributor } from "../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { DeliveryReceipt } from "../../contracts/types/Messages.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { MarketLoops } from "../mocks/MarketLoop.sol";
import { PaymentsFixture } from "../unit/payments/PaymentsFixture.sol";

/// @notice Gas of whole transactions on the money path, each in its own isolated transaction. Every release here
/// but those named `first` has a predecessor, so that it pays for no slot's first use: the case that repeats.
/// forge-config: default.isolate = true
contract ReleaseGasTest is PaymentsFixture {
    uint256 private constant MANY = 10_000;
    uint256 private constant BUDGET = 110_000;

    function test_ReleaseFirst() external {
        _settleOne(_offer());
        vm.snapshotGasLastCall("payments", "gas.release.first");
    }

    function test_ReleaseWithOneHold() external {
        uint256 used = _release(1, "gas.release.1");
        assertLe(used, BUDGET, "release over budget");
    }

    function test_ReleaseWithTenThousandHolds() external {
        uint256 few = _release(1, "gas.release.1");
        uint256 many = _release(MANY, "gas.release.10000");
        assertApproxEqRel(many, few, 0.05e18, "release grows with open holds");
    }

    function test_ReleaseThroughPool() external {
        Offer memory offer = _offer();
        offer.split = _createSplit(_members(carol, 7000, dave, 3000));
        _settleOne(offer);
        _settleOne(offer);
        vm.snapshotGasLastCall("payments", "gas.release.pool");
    }

    function test_ReleaseMakingThePool() external {
        Offer memory offer = _offer();
        offer.split = _createSplit(_members(carol, 7000, dave, 3000));
        _settleOne(offer);
        vm.snapshotGasLastCall("payments", "gas.release.pool_first");
    }

    function test_Receipt() external {
        Offer memory offer = _offer();
        uint256 licenseId = _buy(offer);
        DeliveryReceipt memory receipt = _receipt(licenseId);
        bytes memory signature = _signed(receipt);
        escrow.submitReceipt(licenseId, offer, receipt, signature);
        vm.snapshotGasLastCall("payments", "gas.receipt");
    }

    function test_Contest() external {
        Offer memory offer = _offer();
        _contested(offer);
        _contested(offer);
        vm.snapshotGasLastCall("payments", "gas.contest");
    }

    function test_Refund() external {
        Offer memory offer = _offer();
        uint256 licenseId = _buy(offer);
        vm.warp(block.timestamp + SLA + 1);
        escrow.refundUndelivered(licenseId, offer);
        vm.snapshotGasLastCall("payments", "gas.refund");
    }

    function test_CreateSplit() external {
        IRevenueDistributor.Member[] memory members = _members(carol, 7000, dave, 3000);
        vm.prank(seller);
        distributor.createSplit(datasetId, members, new IRevenueDistributor.Consent[](0));
        vm.snapshotGasLastCall("payments", "gas.split");
    }

    /// @dev Settles one license while `holds` holds, itself among them, are open; a release has happened before.
    function _release(uint256 holds, string memory id) private returns (uint256 used) {
        Offer memory offer = _offer();
        _settleOne(offer);
        uint256 licenseId = _delivered(offer);
        _openMore(offer, licenseId, holds - 1);
        vm.warp(block.timestamp + WINDOW + 1);
        escrow.settle(licenseId, offer);
        used = vm.snapshotGasLastCall("payments", id);
    }

    function _openMore(Offer memory offer, uint256 lastId, uint256 count) private {
        usdc.mint(address(escrow), count * offer.price);
        MarketLoops.openMany(address(market), address(escrow), lastId + 1, count, offer, stranger, buyer, "");
    }

    function _settleOne(Offer memory offer) private {
        uint256 licenseId = _delivered(offer);
        vm.warp(block.timestamp + WINDOW + 1);
        escrow.settle(licenseId, offer);
    }
}
