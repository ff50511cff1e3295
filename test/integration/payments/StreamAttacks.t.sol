// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IStreamRail } from "../../../contracts/interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../../../contracts/interfaces/payments/IStreamVault.sol";
import { StreamDeals } from "../../../contracts/payments/StreamDeals.sol";
import { IConstantFlowMinimal, PoolConfig } from "../../../contracts/payments/superfluid/ISuperfluidMinimal.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { StreamTest } from "../../unit/payments/StreamRail/StreamTest.sol";
import { OddToken } from "../../unit/payments/doubles/OddToken.sol";
import { PayerApp } from "../../unit/payments/doubles/PayerApp.sol";
import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @dev What attackers call on Superfluid.
interface IHostBatch {
    struct Operation {
        uint32 operationType;
        address target;
        bytes data;
    }

    function batchCall(Operation[] calldata operations) external payable;
}

interface IPoolMaker {
    function createPool(address token, address admin, PoolConfig calldata config) external returns (bool, address);
    function distribute(
        address token,
        address from,
        address pool,
        uint256 amount,
        bytes calldata data
    )
        external
        returns (bool);
    function distributeFlow(
        address token,
        address from,
        address pool,
        int96 rate,
        bytes calldata data
    )
        external
        returns (bool);
}

interface IPoolConnecting {
    function updateMemberUnits(address member, uint128 units) external returns (bool);
}

interface IDistributionConnecting {
    function tryConnectPoolFor(address pool, address member, bytes calldata ctx) external returns (bool, bytes memory);
}

/// @notice What was tried against streams, on the real Superfluid framework: see docs/decisions/0007-streams.md.
contract StreamAttacksTest is StreamTest {
    uint32 private constant CALL_AGREEMENT = 201;
    uint32 private constant SIMPLE_FORWARD_CALL = 301;

    // ---- the flow

    /// @dev The seller lowers the rate, so that the payer's old flow brings a surplus, waits until the payer has stopped,
    /// and moves the time of the last change with a dust stream: the surplus must not pass for longer payment.
    function test_ALoweredRateAndADustStreamDoNotEatTheSurplus() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        vm.prank(seller);
        rail.changeRate(licenseId, offer, RATE / 10);
        vm.warp(START + 11 * EPOCH);
        _deleteFlow(buyer, buyer, _vault(licenseId));
        _fundStream(seller, 1000e6);
        vm.warp(START + 40 * EPOCH);
        _createFlow(seller, _vault(licenseId), 1);
        rail.sync(licenseId);
        vm.warp(START + 50 * EPOCH);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY + EPOCH_PAY, "an hour at the first rate, ten at the second");
        uint256 before = _superBalance(buyer);
        rail.sweep(licenseId);
        assertEq(_superBalance(buyer) - before, 9 * EPOCH_PAY * SCALE + 10 * EPOCH, "the surplus is the payer's");
    }

    /// @dev The same with a sweep in between, which tells the surplus apart.
    function testFuzz_ASweepOfASurplusChangesNothingThatCounts(uint16 sweptAt, uint16 stoppedAt) external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + 100);
        _updateFlow(buyer, _vault(licenseId), 3 * RATE);
        vm.warp(block.timestamp + sweptAt);
        rail.sweep(licenseId);
        vm.warp(block.timestamp + stoppedAt);
        _deleteFlow(buyer, buyer, _vault(licenseId));
        uint256 stopped = block.timestamp;
        _fundStream(carol, 1000e6);
        vm.warp(stopped + 2 * EPOCH);
        _createFlow(carol, _vault(licenseId), 1);
        vm.warp(stopped + 4 * EPOCH);
        assertEq(
            _receivedUntil(licenseId, block.timestamp), (stopped - START) * BASE_RATE, "the seconds until the stop"
        );
        rail.sync(licenseId);
        assertEq(_receivedUntil(licenseId, block.timestamp), (stopped - START) * BASE_RATE, "recorded");
        rail.sweep(licenseId);
        vm.prank(disputes);
        rail.close(licenseId, offer);
        assertEq(_superBalance(_vault(licenseId)), 0, "nothing stuck");
        assertEq(usdc.balanceOf(seller), _net((stopped - START) * BASE_RATE), "the seller's seconds");
    }

    /// @dev Anybody may make the vault a member of pools and even connect it: what they send is stray, and all goes on.
    function test_StrangersPoolsOnlyGive() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        address vault = _vault(licenseId);
        _fundStream(carol, 1000e6);
        for (uint256 i = 0; i < 4; ++i) {
            _joinPool(vault, i);
        }
        vm.warp(START + EPOCH);
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "the payer's flow alone");
        _deleteFlow(buyer, buyer, vault);
        vm.warp(START + 2 * EPOCH);
        assertEq(rail.settle(licenseId, offer), 0, "nothing more");
        uint256 before = _superBalance(buyer);
        vm.prank(disputes);
        rail.close(licenseId, offer);
        assertGt(_superBalance(buyer) - before, 4e18, "the payer's");
        assertEq(uint8(rail.standing(licenseId)), uint8(IPaymentRail.Standing.Closed), "closed");
    }

    /// @dev A vault's address can be computed before it exists: what is sent there early goes to the payer.
    function test_MoneySentBeforeTheVaultExists() external {
        Offer memory offer = _timeOffer();
        uint256 next = _buy(offer) + 1;
        IStreamVault.Deal memory deal = IStreamVault(_vault(next - 1)).deal();
        address template = address(uint160(uint256(bytes32(_vault(next - 1).code) << 80) >> 96));
        bytes memory args = StreamDeals.encode(deal);
        address vault =
            Clones.predictDeterministicAddressWithImmutableArgs(template, args, bytes32(next), address(rail));
        _fundStream(carol, 1000e6);
        vm.prank(carol);
        IERC20(usdcx).transfer(vault, 7e18);
        _createFlow(carol, vault, 5);
        assertEq(_buy(offer), next, "the next license");
        assertEq(_vault(next), vault, "where it was expected");
        vm.warp(START + EPOCH);
        assertEq(rail.settle(next, offer), EPOCH_PAY, "the payer's flow alone");
        uint256 before = _superBalance(buyer);
        rail.sweep(next);
        assertEq(_superBalance(buyer) - before, 7e18 + 5 * EPOCH, "the rest is the payer's");
    }

    /// @dev Ended as its receiver, a flow of an insolvent payer pays a reward: it is not the seller's.
    function test_EndingAnInsolventPayersFlow() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        uint256 spendable = _superBalance(buyer);
        vm.prank(buyer);
        IERC20(usdcx).transfer(stranger, spendable - 1000 * uint256(RATE));
        vm.warp(START + 3000);
        vm.prank(disputes);
        rail.close(licenseId, offer);
        assertEq(usdc.balanceOf(seller), _net(3000 * BASE_RATE), "every second that ran");
        assertEq(_superBalance(_vault(licenseId)), 0, "nothing stuck");
    }

    /// @dev A payer that Superfluid calls back when its flow is ended: it can neither stop that nor enter the rail.
    function test_ACalledBackPayerHoldsNothingUp() external {
        Offer memory offer = _timeOffer();
        PayerApp app = new PayerApp(host);
        usdc.mint(address(this), 1000e6);
        usdc.approve(usdcx, 1000e6);
        _upgradeTo(address(app), 1000e6);
        app.callAgreement(cfa, _permission(address(rail)));
        vm.prank(seller);
        market.open(offer);
        bytes memory answer = app.call(address(market), abi.encodeCall(market.buy, (offer, buyer, "ref", "")));
        uint256 licenseId = abi.decode(answer, (uint256));
        app.onEnd(address(rail), abi.encodeCall(IStreamRail.sweep, (licenseId)));
        vm.warp(START + EPOCH + 10);
        vm.prank(disputes);
        rail.close(licenseId, offer);
        assertTrue(app.called(), "was called");
        assertEq(bytes4(app.result()), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector, "and refused");
        assertEq(usdc.balanceOf(seller), _net((EPOCH + 10) * BASE_RATE), "the seller is paid");
    }

    // ---- calls

    /// @dev The host calls others in batches: in its own or a forwarder's name, which is nobody here.
    function test_HostBatchCallsCarryNobodysName() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        IHostBatch.Operation[] memory batch = new IHostBatch.Operation[](1);
        batch[0] = IHostBatch.Operation(
            SIMPLE_FORWARD_CALL, address(rail), abi.encodeCall(IStreamRail.pause, (licenseId, offer))
        );
        vm.expectPartialRevert(IPaymentRail.PaymentRail_NotAllowed.selector);
        vm.prank(buyer);
        IHostBatch(host).batchCall(batch);
        batch[0].target = _vault(licenseId);
        batch[0].data = abi.encodeCall(IStreamVault.stop, (true, true));
        vm.expectPartialRevert(IStreamVault.StreamVault_NotRail.selector);
        vm.prank(buyer);
        IHostBatch(host).batchCall(batch);
    }

    /// @dev Deleted, made, changed and deleted within one batch: nothing was paid, and nothing else happened.
    function test_AFlowOpenedAndClosedInOneBatch() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        address vault = _vault(licenseId);
        vm.warp(START + 600);
        IHostBatch.Operation[] memory batch = new IHostBatch.Operation[](3);
        batch[0] = _agreement(abi.encodeCall(IConstantFlowMinimal.deleteFlow, (usdcx, buyer, vault, "")));
        batch[1] = _agreement(
            abi.encodeWithSignature(
                "createFlow(address,address,int96,bytes)", usdcx, vault, int96(uint96(9 * RATE)), ""
            )
        );
        batch[2] = batch[0];
        vm.prank(buyer);
        IHostBatch(host).batchCall(batch);
        vm.warp(START + EPOCH);
        assertEq(rail.settle(licenseId, offer), 600 * BASE_RATE, "what was paid before");
        assertEq(_superBalance(vault), 0, "and nothing else");
        _assertStanding(licenseId, IPaymentRail.Standing.Lapsed);
    }

    /// @dev A token that calls back in the middle of a settlement.
    function test_ATokenThatCallsBackSettlesNothingTwice() external {
        OddToken token = _listOdd(6, true);
        address superToken = config.paymentToken(address(token)).superToken;
        vm.startPrank(buyer);
        token.approve(superToken, type(uint256).max);
        (bool done,) = superToken.call(abi.encodeWithSignature("upgrade(uint256)", 1000e18));
        assertTrue(done, "wrapped");
        vm.stopPrank();
        _asFlow(
            buyer,
            abi.encodeWithSignature(
                "updateFlowOperatorPermissions(address,address,uint8,int96,bytes)",
                superToken,
                rail,
                7,
                type(int96).max,
                ""
            )
        );
        Offer memory offer = _timeOffer();
        offer.token = address(token);
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        token.hook(address(rail), abi.encodeCall(IPaymentRail.settle, (licenseId, offer)));
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "once");
        assertFalse(token.hookSucceeded(), "the call back went through");
        assertEq(bytes4(token.hookResult()), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector, "why not");
        vm.expectRevert(_early(licenseId, START + 2 * EPOCH));
        rail.settle(licenseId, offer);
    }

    /// @dev Nothing is initialized, so nothing can be again; and the template is nobody's vault.
    function test_VaultsCannotBeMadeAgain() external {
        Offer memory offer = _timeOffer();
        address vault = _vault(_buy(offer));
        (bool done,) = vault.call(abi.encodeWithSignature("initialize(address)", stranger));
        assertFalse(done, "initialized");
        address template = address(uint160(uint256(bytes32(vault.code) << 80) >> 96));
        vm.expectRevert(abi.encodeWithSelector(IStreamVault.StreamVault_NotRail.selector, stranger));
        vm.prank(stranger);
        IStreamVault(template).sync();
        vm.expectRevert(IStreamVault.StreamVault_NothingDue.selector);
        IStreamVault(template).collect();
    }

    // ---- time

    function testFuzz_TheEdgesOfEpochs(uint8 epochs, uint8 side) external {
        epochs = uint8(bound(epochs, 1, 200));
        uint256 at = START + uint256(epochs) * EPOCH + side % 3 - 1;
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(at);
        uint256 over = side % 3 == 0 ? epochs - 1 : epochs;
        if (over == 0) {
            vm.expectRevert(_early(licenseId, START + EPOCH));
            rail.settle(licenseId, offer);
            return;
        }
        assertEq(rail.settle(licenseId, offer), over * EPOCH_PAY, "epochs that are over");
        vm.expectRevert(_early(licenseId, START + (over + 1) * EPOCH));
        rail.settle(licenseId, offer);
    }

    /// @dev A dispute, which freezes the money, opened to let the arbitrator's time run out.
    function testFuzz_AFreezeTakesNoTimeFromTheArbitrator(uint32 before, uint32 frozen) external {
        before = uint32(bound(before, 0, RULE_FOR));
        frozen = uint32(bound(frozen, 1, 60 days));
        Offer memory offer = _reportOffer();
        uint256 licenseId = _contested(offer, 2);
        uint256 until = rail.streamOf(licenseId).deadline;
        vm.warp(block.timestamp + before);
        _freezeStream(licenseId);
        vm.warp(block.timestamp + frozen);
        vm.prank(disputes);
        rail.unfreeze(licenseId);
        assertEq(rail.streamOf(licenseId).deadline, until + frozen, "the time comes back");
        vm.prank(arbitrator);
        rail.rule(licenseId, offer, EPOCH_PAY);
        assertEq(usdc.balanceOf(seller), _net(EPOCH_PAY), "ruled");
    }

    // ---- deals that change around a running stream

    /// @dev The offer is closed: what was sold goes on.
    function test_AnOfferClosedInMidSubscription() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.prank(seller);
        market.close(offer);
        vm.warp(START + 2 * EPOCH);
        _assertStanding(licenseId, IPaymentRail.Standing.Current);
        assertEq(rail.settle(licenseId, offer), 2 * EPOCH_PAY, "settled");
        vm.startPrank(buyer);
        rail.pause(licenseId, offer);
        rail.reopen(licenseId, offer);
        rail.close(licenseId, offer);
        vm.stopPrank();
        vm.warp(START + 2 * EPOCH + NOTICE);
        rail.settle(licenseId, offer);
        rail.close(licenseId, offer);
        assertEq(_superBalance(_vault(licenseId)), 0, "and ends");
    }

    /// @dev A contest of epochs without money, decided by the default for the contester, gives the bond back.
    function test_TheBondOfAContestAboutNothing() external {
        IStreamRail.StreamTerms memory t = _streamTerms(IStreamRail.Proof.Report);
        t.defaultRefund = true;
        Offer memory offer = _streamOffer(t);
        uint256 licenseId = _buy(offer);
        _deleteFlow(buyer, buyer, _vault(licenseId));
        vm.warp(START + EPOCH);
        _submitReport(licenseId, offer, _report(licenseId, 0, 1));
        uint256 before = usdc.balanceOf(buyer);
        vm.prank(buyer);
        rail.contest(licenseId, offer, "reasons");
        vm.warp(block.timestamp + RULE_FOR + 1);
        rail.settle(licenseId, offer);
        assertEq(usdc.balanceOf(buyer), before, "back");
    }

    // ---- helpers

    function _agreement(bytes memory data) private view returns (IHostBatch.Operation memory) {
        return IHostBatch.Operation(CALL_AGREEMENT, cfa, abi.encode(data, new bytes(0)));
    }

    function _permission(address operator) private view returns (bytes memory) {
        return abi.encodeWithSignature(
            "updateFlowOperatorPermissions(address,address,uint8,int96,bytes)", usdcx, operator, 7, type(int96).max, ""
        );
    }

    function _upgradeTo(address to, uint256 amount) private {
        (bool done,) = usdcx.call(abi.encodeWithSignature("upgradeTo(address,uint256,bytes)", to, amount * SCALE, ""));
        assertTrue(done, "wrapped");
    }

    /// @dev carol makes a pool with the vault as only member, connects the vault, and pays it at once and by a flow.
    function _joinPool(address vault, uint256 i) private {
        vm.startPrank(carol);
        (, address pool) = IPoolMaker(gdaForwarder).createPool(usdcx, carol, PoolConfig(false, true));
        IPoolConnecting(pool).updateMemberUnits(vault, 1);
        vm.stopPrank();
        _connect(pool, vault);
        vm.startPrank(carol);
        IPoolMaker(gdaForwarder).distribute(usdcx, carol, pool, 1e18, "");
        IPoolMaker(gdaForwarder).distributeFlow(usdcx, carol, pool, int96(uint96(1e9 + i)), "");
        if (i % 2 == 1) IPoolConnecting(pool).updateMemberUnits(vault, 0);
        vm.stopPrank();
    }

    function _connect(address pool, address vault) private {
        bytes memory data = abi.encodeCall(IDistributionConnecting.tryConnectPoolFor, (pool, vault, ""));
        vm.prank(carol);
        (bool done,) = host.call(abi.encodeWithSignature("callAgreement(address,bytes,bytes)", gda, data, ""));
        assertTrue(done, "connected");
    }
}
