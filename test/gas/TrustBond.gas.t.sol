// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IObjectiveFaults } from "../../contracts/interfaces/trust/IObjectiveFaults.sol";
import { IProviderBond } from "../../contracts/interfaces/trust/IProviderBond.sol";
import { DeliveryRequest } from "../../contracts/types/Messages.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { BondedFixture } from "../integration/trust/BondedFixture.sol";

/// @notice Gas of whole transactions on bonds and faults, each in its own isolated transaction, on the whole deployed protocol.
/// forge-config: default.isolate = true
contract TrustBondGasTest is BondedFixture {
    uint256 private constant SLASH_BUDGET = 130_000;
    uint256 private constant FAULT_BUDGET = 250_000;
    uint256 private constant LEVELS = 20;

    /// @dev Buyers and reporters had the token before, and the treasury's part waits with that of an earlier slash.
    function setUp() public override {
        super.setUp();
        _slashOnce(99);
    }

    /// @dev A license's loss and a penalty: paid to the harmed and the reporter, the rest booked for the treasury.
    function test_Slash() external {
        _slashOnce(100);
        assertLe(vm.snapshotGasLastCall("trust", "gas.slash"), SLASH_BUDGET, "slash over budget");
    }

    /// @dev The same where a claim holds a lock, and the offer's allocation is reached.
    function test_SlashLockedAndAllocated() external {
        IProviderBond.SlashOrder memory order = _order(101);
        (order.offerId, order.penalty) = (keccak256("offer"), STAKE / 4);
        vm.prank(address(disputeManager));
        providerBond.lock(order.claimId, provider, address(usdc), order.offerId, STAKE / 2);
        vm.snapshotGasLastCall("trust", "gas.bond.lock");
        vm.prank(address(disputeManager));
        providerBond.slash(order);
        vm.snapshotGasLastCall("trust", "gas.slash.locked");
    }

    /// @dev Wrong content in trees of 2^20 leaves, twenty nodes a proof. The money was released, so the bond pays all of the loss.
    function test_Fault() external {
        uint256 used = _report(LEVELS, true);
        vm.snapshotValue("trust", "gas.fault", used);
        assertLe(used, FAULT_BUDGET, "fault over budget");
    }

    /// @dev The same while the escrow holds the money: the refund and the license's end come on top.
    function test_FaultWithRefund() external {
        vm.snapshotValue("trust", "gas.fault.refund", _report(LEVELS, false));
    }

    /// @dev What one more node of a proof costs, calldata and hashing.
    function test_FaultPerNode() external {
        uint256 low = _report(2, true);
        uint256 tall = _report(LEVELS, true);
        vm.snapshotValue("trust", "gas.fault.per_node", (tall - low) / (2 * (LEVELS - 2)));
    }

    function test_Stake() external {
        vm.startPrank(bob);
        usdc.approve(address(providerBond), STAKE);
        providerBond.delegate(provider, address(usdc), STAKE, 0);
        vm.snapshotGasLastCall("trust", "gas.bond.delegate");
        vm.stopPrank();
        Offer memory offer = escrowOffer();
        vm.prank(provider);
        providerBond.allocate(offer, STAKE, 0);
        vm.snapshotGasLastCall("trust", "gas.bond.allocate");
        providerBond.coverOf(offer);
        vm.snapshotGasLastCall("trust", "gas.bond.cover");
    }

    function test_Challenge() external {
        Tall memory tree = tallTree(LEVELS);
        Offer memory offer = tallOffer(tree);
        openOffer(offer);
        uint256 licenseId = buy(offer, bob);
        vm.startPrank(bob);
        usdc.approve(address(serviceChallenges), type(uint256).max);
        DeliveryRequest memory request = DeliveryRequest(licenseId, 1, 1, 1, 1, uint40(block.timestamp));
        serviceChallenges.open(offer, request, "", PRICE);
        vm.snapshotGasLastCall("trust", "gas.challenge.open");
        vm.stopPrank();
        forward(1 days + 1);
        serviceChallenges.fault(1, offer);
        vm.snapshotGasLastCall("trust", "gas.challenge.fault");
    }

    function _order(uint256 licenseId) private view returns (IProviderBond.SlashOrder memory order) {
        (order.provider, order.token, order.offerId) = (provider, address(usdc), keccak256("offer"));
        (order.claimId, order.licenseId) = (keccak256(abi.encode(licenseId)), licenseId);
        (order.harmed, order.loss, order.penalty) = (bob, PRICE, PRICE / 2);
        (order.reporter, order.evidence) = (reporter, keccak256("evidence"));
    }

    function _slashOnce(uint256 licenseId) private {
        IProviderBond.SlashOrder memory order = _order(licenseId);
        vm.prank(address(disputeManager));
        providerBond.slash(order);
    }

    /// @dev Gas of a report about trees of 2^levels leaves.
    function _report(uint256 levels, bool released) private returns (uint256) {
        Tall memory tree = tallTree(levels);
        Offer memory offer = tallOffer(tree);
        openOffer(offer);
        uint256 licenseId = buy(offer, bob);
        if (released) {
            vm.prank(bob);
            escrow.confirm(licenseId, offer);
        }
        IObjectiveFaults.SignedReceipt memory signed = falseReceipt(licenseId, offer, tree);
        IObjectiveFaults.Contradiction memory proof = contradiction(tree);
        vm.prank(reporter);
        objectiveFaults.wrongContent(offer, signed, proof);
        return vm.lastCallGas().gasTotalUsed;
    }
}
