// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseMarket } from "../../contracts/interfaces/licensing/ILicenseMarket.sol";
import { IEscrowRail } from "../../contracts/interfaces/payments/IEscrowRail.sol";
import { EscrowRail } from "../../contracts/payments/EscrowRail.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { Uses } from "../../contracts/types/Uses.sol";
import { LicensingFixture } from "../unit/licensing/LicensingFixture.sol";

/// @notice Whole transactions of the licensing path, through proxies, with the real escrow.
/// forge-config: default.isolate = true
contract LicensingGasTest is LicensingFixture {
    uint256 private constant TX_BASE = 21_000;
    uint8 private constant ESCROW = 3;

    EscrowRail private escrow;

    function setUp() public override {
        super.setUp();
        address implementation = address(
            new EscrowRail(
                address(market),
                address(licenses),
                address(splits),
                disputes,
                address(0),
                address(0),
                address(0),
                address(0)
            )
        );
        escrow = EscrowRail(_proxy("EscrowRail", implementation, _init()));
        licenses.addRail(ESCROW, address(escrow), false);
    }

    function test_Open() public {
        Offer memory offer = _escrowOffer();
        vm.prank(seller);
        market.open(offer);
        vm.snapshotGasLastCall("licensing", "gas.offer");
    }

    function test_BuyFirst() public {
        Offer memory offer = _escrowOffer();
        _open(offer);
        vm.prank(buyer);
        uint256 licenseId = market.buy(offer, buyer, "PO-2027-0001", "");
        vm.snapshotGasLastCall("licensing", "gas.buy.first");
        assertEq(licenseId, 1);
    }

    /// @dev What a permit adds to the same purchase out of an allowance, both the buyer's first.
    function test_PermitExtra() public {
        Offer memory offer = _escrowOffer();
        _open(offer);
        ILicenseMarket.Purchase memory purchase = _purchase(offer);
        ILicenseMarket.Permit memory permit = _permit();
        uint256 snapshot = vm.snapshotState();
        vm.prank(buyer);
        market.buy(offer, buyer, purchase.reference_, "");
        uint256 withAllowance = vm.lastCallGas().gasTotalUsed;

        vm.revertToState(snapshot);
        vm.prank(buyer);
        usd.approve(address(market), 0);
        vm.prank(buyer);
        market.buyWithPermit(purchase, permit);
        uint256 withPermit = vm.lastCallGas().gasTotalUsed;
        assertGt(withPermit, withAllowance);
        vm.snapshotValue("licensing", "gas.buy.permit_extra", withPermit - withAllowance);
    }

    /// @dev An offer with a split also asks the distributor whether the split exists.
    function test_OpenWithSplit() public {
        Offer memory offer = _escrowOffer();
        offer.split = 1;
        splits.setSplitCount(datasetId, 1);
        vm.prank(seller);
        market.open(offer);
        vm.snapshotGasLastCall("licensing", "offer.with_split");
    }

    function test_BuyRepeat() public {
        Offer memory offer = _escrowOffer();
        _open(offer);
        _buy(offer);
        vm.prank(buyer);
        uint256 licenseId = market.buy(offer, buyer, "PO-2027-0002", "");
        vm.snapshotGasLastCall("licensing", "gas.buy.repeat");
        assertEq(licenseId, 2);
    }

    function test_AccessEscrow() public {
        Offer memory offer = _escrowOffer();
        _open(offer);
        uint256 licenseId = _buy(offer);
        // A plain call, because a static one is not isolated into a transaction of its own.
        (bool success,) =
            address(licenses).call(abi.encodeCall(licenses.accessOf, (licenseId, buyer, 1, Uses.READ_RAW)));
        uint256 whole = vm.lastCallGas().gasTotalUsed;
        assertTrue(success);
        vm.snapshotValue("licensing", "gas.access.escrow", whole - TX_BASE);
    }

    function _permit() private view returns (ILicenseMarket.Permit memory p) {
        (p.value, p.deadline) = (PRICE, block.timestamp + 1 hours);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                buyer,
                address(market),
                p.value,
                usd.nonces(buyer),
                p.deadline
            )
        );
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", usd.DOMAIN_SEPARATOR(), structHash));
        (p.v, p.r, p.s) = vm.sign(buyerKey, digest);
    }

    function _escrowOffer() private view returns (Offer memory offer) {
        offer = _offer();
        offer.salt = 1;
        offer.rail = ESCROW;
        offer.railTerms = escrow.packTerms(
            IEscrowRail.EscrowTerms({
                challengeWindow: 3 days,
                sla: 2 days,
                defaultAfter: 14 days,
                coolingOff: 1 days,
                objectionWindow: 1 days,
                defaultRefund: true,
                contestBond: 5e6,
                condition: IEscrowRail.ReleaseCondition.None,
                leastAssurance: 0
            })
        );
        offer.opensAt = uint40(block.timestamp);
        offer.closesAt = uint40(block.timestamp + 365 days);
        offer.editions = 100;
    }
}
