// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueDistributor } from "../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { Messages, RevenueStatement, UsageVoucher } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { AllRails } from "../../base/AllRails.sol";

interface IERC1820 {
    function setInterfaceImplementer(address account, bytes32 interfaceHash, address implementer) external;
}

/// @dev Superfluid's host takes several operations in one transaction; these two call any contract through a forwarder.
interface ISuperfluidBatch {
    struct Operation {
        uint32 operationType;
        address target;
        bytes data;
    }

    function batchCall(Operation[] calldata operations) external payable;
}

interface IPool {
    function claimAll(address member) external returns (bool);
}

/// @notice A contributor that refuses every ERC-777 hook.
contract RevertingMember {
    constructor(address registry) {
        IERC1820(registry).setInterfaceImplementer(address(this), keccak256("ERC777TokensRecipient"), address(this));
    }

    /// @dev Tells the ERC-1820 registry that it implements everything.
    function canImplementInterfaceForAddress(bytes32, address) external pure returns (bytes32) {
        return keccak256("ERC1820_ACCEPT_MAGIC");
    }

    function tokensReceived(address, address, address, uint256, bytes calldata, bytes calldata) external pure {
        revert("not me");
    }
}

/// @notice What a seller, a voter, a contributor or a stranger might try while licenses run, on every rail at once.
contract AttacksTest is AllRails {
    uint32 private constant SIMPLE_FORWARD = 301;
    uint32 private constant ERC2771_FORWARD = 302;
    bytes4 private constant NO_PERMISSION = bytes4(keccak256("CFA_ACL_OPERATOR_NO_CREATE_PERMISSIONS()"));
    uint256 private constant STREAMED = 10 days;

    uint256 private constant RAILS = 5;
    uint256 private constant LARGE = 18;

    Offer[RAILS] private sold;
    uint256[RAILS] private ids;

    /// @dev Sold to bob on every rail, from one dataset, under one split of 60 % for carol.
    function setUp() public override {
        super.setUp();
        Offer memory first = escrowOffer();
        first.split = _split(first.datasetId, carol, 6000);
        Offer[RAILS] memory offers = [first, meterOffer(), streamOffer(), revenueShareOffer(), liveOffer()];
        for (uint256 i; i < RAILS; ++i) {
            (offers[i].datasetId, offers[i].split) = (first.datasetId, first.split);
            ids[i] = sell(offers[i], bob);
            sold[i] = offers[i];
        }
    }

    /// @dev A vote cannot reach into a deal: the fee is the one of the day of the purchase.
    function test_AVoteChangesNoFeeOfASale() external {
        vm.prank(governance);
        protocolConfig.setPaymentToken(address(usdc), usdcx, 500, true);
        for (uint256 i; i < RAILS; ++i) {
            uint256 before = _fees();
            uint256 released = _release(i);
            assertApproxEqAbs(_fees() - before, released * FEE_BPS * SUPER_SCALE / 10_000, SUPER_SCALE, "fee");
        }
    }

    /// @dev Once sold, a split is what it was: a later one, however greedy, sees nothing of it.
    function test_ALaterSplitGetsNothingOfWhatWasSold() external {
        uint16 second = _split(sold[0].datasetId, makeAddr("a friend of the owner"), 0);
        uint256 members;
        for (uint256 i; i < RAILS; ++i) {
            uint256 released = _release(i);
            members += (released - released * FEE_BPS / 10_000) * 6000 / 10_000;
        }
        assertEq(distributor.poolOf(sold[0].datasetId, second, address(usdc)), address(0), "no pool of the second");
        address pool = distributor.poolOf(sold[0].datasetId, sold[0].split, address(usdc));
        uint256 before = IERC20(usdcx).balanceOf(carol);
        IPool(pool).claimAll(carol);
        assertApproxEqAbs(IERC20(usdcx).balanceOf(carol) - before, members * SUPER_SCALE, 1e13, "the first is paid");
    }

    /// @dev A closed offer sells no more; what it sold runs and pays to the end.
    function test_AClosedOfferGoesOnForWhoBought() external {
        for (uint256 i; i < RAILS; ++i) {
            vm.prank(alice);
            market.close(sold[i]);
            assertGt(_release(i), 0);
            assertTrue(i == 0 || licenseToken.isLive(ids[i]), "lives");
        }
    }

    /// @dev The title is sold while licenses run: the remainder of what is released from now on is the new owner's.
    function test_ATitleSoldMeanwhileTakesLaterRevenueAlong() external {
        address heir = makeAddr("heir");
        vm.prank(alice);
        registry.transferFrom(alice, heir, sold[0].datasetId);
        uint256 remainder;
        for (uint256 i; i < RAILS; ++i) {
            uint256 net = _release(i);
            net -= net * FEE_BPS / 10_000;
            remainder += net - net * 6000 / 10_000;
        }
        assertEq(usdc.balanceOf(alice), 0, "nothing for the old owner");
        uint256 streamed = distributor.claimable(heir, usdcx);
        assertEq(distributor.claimable(alice, usdcx), 0, "nor of the stream");
        assertApproxEqAbs(usdc.balanceOf(heir) + streamed / SUPER_SCALE, remainder, 4, "all for the new one");
    }

    /// @dev Of a split too large to be set up in passing the pool has no units, and nothing is paid to nobody: its members are
    /// credited. A live offer, whose flow would have to wait, does not sell until somebody has set it up.
    function test_APoolWithoutUnitsSwallowsNothing() external {
        Offer memory first = escrowOffer();
        first.split = _largeSplit(first.datasetId);
        Offer[RAILS] memory offers = [first, meterOffer(), streamOffer(), revenueShareOffer(), liveOffer()];
        uint256 members;
        for (uint256 i; i < RAILS; ++i) {
            (offers[i].datasetId, offers[i].split) = (first.datasetId, first.split);
            if (i == 4) break;
            (ids[i], sold[i]) = (sell(offers[i], bob), offers[i]);
            uint256 released = _release(i);
            members += (released - released * FEE_BPS / 10_000) * LARGE * 500 / 10_000;
        }
        uint256 credited;
        for (uint160 i = 1; i <= LARGE; ++i) {
            credited += distributor.claimable(address(i), address(usdc));
        }
        assertApproxEqAbs(credited, members, 4 * LARGE, "all that is the members'");
        openOffer(offers[4]);
        coverOffer(offers[4]);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(IPaymentRail.PaymentRail_BadTerms.selector, bytes32("split")));
        market.buy(offers[4], bob, bytes32(0), abi.encode(LIVE_BUFFER, 0));
    }

    /// @dev A contributor whose hooks revert holds up neither sales nor the others.
    function test_AContributorThatRevertsBlocksNobody() external {
        address registry1820 = vm.parseJsonAddress(vm.readFile(".colophon/superfluid.addresses.json"), ".erc1820");
        address member = address(new RevertingMember(registry1820));
        Offer memory offer = escrowOffer();
        offer.split = _split(offer.datasetId, member, 9000);
        uint256 licenseId = sell(offer, bob);
        vm.prank(bob);
        escrow.confirm(licenseId, offer);
        uint256 net = PRICE - PRICE * FEE_BPS / 10_000;
        assertEq(usdc.balanceOf(alice), net / 10, "the owner is paid");
        IPool(distributor.poolOf(offer.datasetId, offer.split, address(usdc))).claimAll(member);
        assertEq(IERC20(usdcx).balanceOf(member), net * 9 / 10 * SUPER_SCALE, "and so is the contributor");
    }

    /// @dev Superfluid's forwarders lend nobody's name: what they call is called by them.
    function test_AHostBatchCallActsForNobodyElse() external {
        ISuperfluidBatch.Operation[] memory operations = new ISuperfluidBatch.Operation[](1);
        bytes memory purchase = abi.encodeCall(market.buy, (sold[2], mallory, bytes32(0), bytes("")));
        operations[0] = ISuperfluidBatch.Operation(ERC2771_FORWARD, address(market), purchase);
        vm.prank(mallory);
        vm.expectRevert(NO_PERMISSION);
        ISuperfluidBatch(superfluidHost).batchCall(operations);
        // With bob's address at the end, as a forwarder that the market trusted would put it there.
        operations[0].operationType = SIMPLE_FORWARD;
        operations[0].data = abi.encodePacked(purchase, bob);
        vm.prank(mallory);
        vm.expectRevert(NO_PERMISSION);
        ISuperfluidBatch(superfluidHost).batchCall(operations);
        assertEq(licenseToken.balanceOf(mallory), 0);
    }

    // ---- inside

    /// @dev Fees that wait, in super token units: streams' come in the super token.
    function _fees() private view returns (uint256) {
        return distributor.accruedFees(address(usdc)) * SUPER_SCALE + distributor.accruedFees(usdcx);
    }

    /// @dev Has some money released on a rail, and @return how much, in base units.
    function _release(uint256 which) private returns (uint256) {
        uint256 id = ids[which];
        if (which == 0) {
            vm.prank(bob);
            escrow.confirm(id, sold[0]);
            return PRICE;
        }
        if (which == 1) {
            UsageVoucher memory voucher = UsageVoucher(id, 700, uint128(meters.amountFor(sold[1], 700)), 1);
            return meters.redeem(sold[1], voucher, sign(bobKey, Messages.hash(voucher)));
        }
        if (which == 2) {
            forward(STREAMED);
            return streams.settle(id, sold[2]);
        }
        if (which == 4) {
            forward(STREAMED);
            return liveStreams.settle(id, sold[4]);
        }
        forward(30 days);
        uint40 signedAt = uint40(vm.getBlockTimestamp());
        RevenueStatement memory s = RevenueStatement(id, 1, address(usdc), 10_000e6, "books", signedAt);
        bytes memory signature = sign(bobKey, Messages.hash(s));
        vm.prank(bob);
        // The guarantee that was paid with the purchase goes on now, too.
        return revenueShares.submitStatement(id, sold[3], s, signature, "") + PRICE;
    }

    /// @dev More members than a release makes a pool for, 5 % each.
    function _largeSplit(uint256 datasetId) private returns (uint16) {
        IRevenueDistributor.Member[] memory members = new IRevenueDistributor.Member[](LARGE);
        for (uint160 i; i < LARGE; ++i) {
            members[i] = IRevenueDistributor.Member(address(i + 1), 500);
        }
        vm.prank(alice);
        return distributor.createSplit(datasetId, members, new IRevenueDistributor.Consent[](0));
    }

    /// @dev A split of alice's with one contributor; with a share of 0 it gets all that carol's 60 % leaves.
    function _split(uint256 datasetId, address member, uint16 shareBps) private returns (uint16) {
        bool beside = shareBps == 0;
        IRevenueDistributor.Member[] memory members = new IRevenueDistributor.Member[](beside ? 2 : 1);
        members[0] = IRevenueDistributor.Member(member, beside ? 4000 : shareBps);
        if (beside) {
            members[1] = IRevenueDistributor.Member(carol, 6000);
            if (member > carol) (members[0], members[1]) = (members[1], members[0]);
        }
        vm.prank(alice);
        return distributor.createSplit(datasetId, members, new IRevenueDistributor.Consent[](0));
    }
}
