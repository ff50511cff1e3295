// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IMeterRail } from "../../contracts/interfaces/payments/IMeterRail.sol";
import { IRevenueShareRail } from "../../contracts/interfaces/payments/IRevenueShareRail.sol";
import { IStreamRail } from "../../contracts/interfaces/payments/IStreamRail.sol";
import { IProviderBond } from "../../contracts/interfaces/trust/IProviderBond.sol";
import { ISuperfluidHostMinimal } from "../../contracts/payments/superfluid/ISuperfluidMinimal.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { ColophonTest } from "./ColophonTest.sol";

/// @dev What a payer does on Superfluid itself.
interface IFlowPayer {
    function upgrade(uint256 amount) external;
    function updateFlowOperatorPermissions(
        address token,
        address operator,
        uint8 permissions,
        int96 allowance,
        bytes calldata ctx
    )
        external
        returns (bytes memory);
}

/// @notice The deployed protocol with an offer on every rail, and buyers that can pay on each.
abstract contract AllRails is ColophonTest {
    /// @dev All that a flow operator can do: create, update and delete.
    uint8 private constant _EVERY_FLOW_PERMISSION = 7;
    /// @dev Super tokens have 18 decimals, TestUSDC 6.
    uint256 internal constant SUPER_SCALE = 1e12;

    uint32 internal constant STREAM_PERIOD = 30 days;
    uint32 internal constant STREAM_EPOCH = 1 hours;
    uint128 internal constant METER_DEPOSIT = 50e6;
    /// @dev Four hours of deposit, and one in which the buffer can pay.
    uint256 internal constant LIVE_BUFFER = uint256(PRICE) * 5 hours / STREAM_PERIOD + 1;
    /// @dev Covers twenty-five sales of a live offer.
    uint128 private constant _COVER = 500e6;

    address internal flows;
    bool private _bonded;

    function setUp() public virtual override {
        super.setUp();
        flows = vm.parseJsonAddress(vm.readFile(".colophon/superfluid.addresses.json"), ".cfa");
        preparePayer(bob);
        preparePayer(carol);
    }

    /// @notice Allowances to every rail, super tokens, and the permission to open flows.
    function preparePayer(address account) internal {
        vm.startPrank(account);
        usdc.approve(address(meters), type(uint256).max);
        usdc.approve(address(streams), type(uint256).max);
        usdc.approve(address(revenueShares), type(uint256).max);
        usdc.approve(address(liveStreams), type(uint256).max);
        usdc.approve(usdcx, FUNDS / 2);
        IFlowPayer(usdcx).upgrade(FUNDS / 2 * SUPER_SCALE);
        _permitFlows(address(streams));
        _permitFlows(address(liveStreams));
        vm.stopPrank();
    }

    /// @notice A prepaid meter: PRICE per 1,000 rows, 500 included.
    function meterOffer() internal returns (Offer memory offer) {
        IMeterRail.MeterTerms memory t;
        (t.kind, t.mode, t.scale) = (IMeterRail.UnitKind.Rows, IMeterRail.Mode.Prepaid, 3);
        (t.thaw, t.included) = (2 days, 500);
        offer = escrowOffer();
        (offer.rail, offer.railTerms) = (METER_RAIL, meters.packTerms(t));
    }

    /// @notice A stream of PRICE a month in hourly epochs that time proves.
    function streamOffer() internal returns (Offer memory offer) {
        IStreamRail.StreamTerms memory t;
        (t.period, t.epoch, t.notice, t.grace) = (STREAM_PERIOD, STREAM_EPOCH, 1 days, 2 hours);
        (t.holdbackBps, t.proof) = (10_000, IStreamRail.Proof.Time);
        offer = escrowOffer();
        (offer.rail, offer.railTerms) = (STREAM_RAIL, streamOffers.packTerms(t));
    }

    /// @notice PRICE guaranteed per 30 days, or 5 % of the revenue.
    function revenueShareOffer() internal returns (Offer memory offer) {
        IRevenueShareRail.ShareTerms memory t;
        (t.period, t.due, t.cure, t.shareBps) = (30 days, 10 days, 5 days, 500);
        offer = escrowOffer();
        (offer.rail, offer.railTerms) = (REVENUE_SHARE_RAIL, revenueShares.packTerms(t));
    }

    /// @notice PRICE a month, passed on by the second.
    function liveOffer() internal returns (Offer memory offer) {
        IStreamRail.StreamTerms memory t;
        (t.period, t.notice) = (STREAM_PERIOD, 1 days);
        offer = escrowOffer();
        (offer.rail, offer.railTerms) = (LIVE_STREAM_RAIL, streamOffers.packTerms(t));
    }

    /// @notice Puts the provider's stake behind a live offer, which does not sell without.
    function coverOffer(Offer memory offer) internal {
        if (!_bonded) _bond();
        vm.prank(provider);
        providerBond.allocate(offer, _COVER, 0);
    }

    /// @notice Opens the offer and buys a license for the buyer itself.
    function sell(Offer memory offer, address buyer) internal returns (uint256 licenseId) {
        openOffer(offer);
        bytes memory railData;
        if (offer.rail == METER_RAIL) railData = abi.encode(METER_DEPOSIT);
        if (offer.rail == LIVE_STREAM_RAIL) {
            coverOffer(offer);
            railData = abi.encode(LIVE_BUFFER, 0);
        }
        vm.prank(buyer);
        return market.buy(offer, buyer, bytes32(0), railData);
    }

    /// @dev Registers the provider with stake for several live offers.
    function _bond() private {
        _bonded = true;
        usdc.mint(provider, 10 * _COVER);
        vm.startPrank(provider);
        usdc.approve(address(providerBond), type(uint256).max);
        providerBond.register(
            IProviderBond.Profile(provider, "https://provider.example", keccak256("service"), keccak256("terms"))
        );
        providerBond.deposit(provider, address(usdc), 10 * _COVER);
        vm.stopPrank();
    }

    /// @dev As whoever acts now.
    function _permitFlows(address rail) private {
        bytes memory permit = abi.encodeCall(
            IFlowPayer.updateFlowOperatorPermissions, (usdcx, rail, _EVERY_FLOW_PERMISSION, type(int96).max, "")
        );
        ISuperfluidHostMinimal(superfluidHost).callAgreement(flows, permit, "");
    }
}
