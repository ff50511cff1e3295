// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IStreamRail } from "../../../contracts/interfaces/payments/IStreamRail.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { StreamTest } from "../../unit/payments/StreamRail/StreamTest.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

interface IPoolConnector {
    function connectPool(address pool, bytes calldata userData) external returns (bool);
}

interface IERC1820 {
    function setInterfaceImplementer(address account, bytes32 interfaceHash, address implementer) external;
}

/// @dev An ERC-777 receiver that refuses everything.
contract RefusingRecipient {
    function canImplementInterfaceForAddress(bytes32, address) external pure returns (bytes32) {
        return keccak256("ERC1820_ACCEPT_MAGIC");
    }

    function tokensReceived(address, address, address, uint256, bytes calldata, bytes calldata) external pure {
        revert("refused");
    }
}

/// @notice Training windows from subscription to creators' balances, on the real Superfluid framework.
contract StreamScenarioTest is StreamTest {
    uint256 private constant WINDOW_LENGTH = 10 days;

    /// @dev Hourly epochs, proven by reports with two hours to contest, settled by a keeper every hour: of what the window
    /// costs, at least 95 % has reached the creators, through the pool, when the window ends.
    function test_CreatorsArePaidWithinTheTrainingWindow() external {
        Offer memory offer = _reportOffer();
        offer.split = _createSplit(_members(carol, 7000, dave, 3000));
        uint256 licenseId = _buy(offer);
        for (uint256 hour = 1; hour <= WINDOW_LENGTH / EPOCH; ++hour) {
            vm.warp(START + hour * EPOCH);
            _act(licenseId, offer);
            if (hour == 4) _connect(offer);
        }
        uint256 cost = WINDOW_LENGTH * BASE_RATE;
        uint256 paid = (_superBalance(carol) + _superBalance(dave)) / SCALE;
        assertGe(paid, _net(cost) * 95 / 100, "95 % within the window");
        emit log_named_decimal_uint("reached the creators within the window, percent", paid * 10_000 / _net(cost), 2);
    }

    /// @dev The same with time alone as proof.
    function test_CreatorsArePaidWithinTheWindowByTimeAlone() external {
        Offer memory offer = _timeOffer();
        offer.split = _createSplit(_members(carol, 7000, dave, 3000));
        uint256 licenseId = _buy(offer);
        for (uint256 hour = 1; hour <= WINDOW_LENGTH / EPOCH; ++hour) {
            vm.warp(START + hour * EPOCH);
            rail.settle(licenseId, offer);
            if (hour == 1) _connect(offer);
        }
        uint256 paid = (_superBalance(carol) + _superBalance(dave)) / SCALE;
        assertApproxEqAbs(paid, _net(WINDOW_LENGTH * BASE_RATE), 2, "all of it");
    }

    /// @dev One buyer, three licenses, one of them starved: each vault for itself.
    function test_ALiquidatedLicenseLeavesTheOthersAlone() external {
        Offer memory offer = _timeOffer();
        uint256 first = _buy(offer);
        uint256 second = _buy(offer);
        Offer memory dear = offer;
        dear.price = 10 * STREAM_PRICE;
        uint256 third = _buy(dear);
        uint256 spendable = _superBalance(buyer);
        vm.prank(buyer);
        IERC20(usdcx).transfer(stranger, spendable - 12 * 1000 * uint256(RATE));
        vm.warp(START + 1010);
        _deleteFlow(stranger, buyer, _vault(third));
        // Without the dear flow, its deposit back and its rate gone, the buyer is solvent again.
        vm.prank(stranger);
        IERC20(usdcx).transfer(buyer, 100e18);
        vm.warp(START + 10 * EPOCH);
        assertEq(uint8(rail.standing(first)), uint8(IPaymentRail.Standing.Current), "first");
        assertEq(uint8(rail.standing(second)), uint8(IPaymentRail.Standing.Current), "second");
        assertEq(uint8(rail.standing(third)), uint8(IPaymentRail.Standing.Lapsed), "third");
        assertEq(rail.settle(third, dear), 1010 * 10 * BASE_RATE, "the third is paid for its seconds");
        offer = _timeOffer();
        assertEq(rail.settle(first, offer), 10 * EPOCH_PAY, "the first in full");
        assertEq(rail.settle(second, offer), 10 * EPOCH_PAY, "the second too");
    }

    /// @dev Refunds are ERC-20 transfers: the payer's hook is not asked, so it can hold nothing up.
    function test_AHookOfThePayerHoldsNoRefundUp() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        address registry1820 = vm.parseJsonAddress(vm.readFile(".colophon/superfluid.addresses.json"), ".erc1820");
        address hook = address(new RefusingRecipient());
        vm.prank(buyer);
        IERC1820(registry1820).setInterfaceImplementer(buyer, keccak256("ERC777TokensRecipient"), hook);
        vm.warp(START + 2 * EPOCH);
        uint256 before = _superBalance(buyer);
        vm.prank(provider);
        rail.concede(licenseId, offer, 1);
        assertEq(_superBalance(buyer) - before, EPOCH_PAY * SCALE, "refunded");
        assertEq(rail.deferredOf(buyer, usdcx), 0, "nothing waits");
        assertEq(rail.settle(licenseId, offer), EPOCH_PAY, "and the next epoch is settled");
    }

    /// @dev The title moves in mid subscription: each epoch goes to who owns it when it is concluded.
    function test_ATitleSoldInMidSubscription() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        vm.warp(START + EPOCH);
        rail.settle(licenseId, offer);
        vm.prank(seller);
        registry.transferFrom(seller, carol, datasetId);
        vm.warp(START + 2 * EPOCH);
        rail.settle(licenseId, offer);
        assertEq(usdc.balanceOf(seller), _net(EPOCH_PAY), "before");
        assertEq(usdc.balanceOf(carol), _net(EPOCH_PAY), "after");
    }

    /// @dev The fee, and the super token's listing, are as they were at the purchase.
    function test_AVoteChangesNoRunningStream() external {
        Offer memory offer = _timeOffer();
        uint256 licenseId = _buy(offer);
        config.setPaymentToken(address(usdc), usdcx, 0, false);
        vm.warp(START + EPOCH);
        rail.settle(licenseId, offer);
        assertEq(usdc.balanceOf(seller), _net(EPOCH_PAY), "the fee at purchase");
    }

    function _act(uint256 licenseId, Offer memory offer) private {
        IStreamRail.Stream memory s = rail.streamOf(licenseId);
        if (s.reportedTo != 0 && block.timestamp > s.deadline) {
            rail.settle(licenseId, offer);
            s = rail.streamOf(licenseId);
        }
        if (s.reportedTo != 0) return;
        uint32 over = uint32((block.timestamp - s.start) / EPOCH);
        if (over > s.settled) _submitReport(licenseId, offer, _report(licenseId, s.settled, over));
    }

    function _connect(Offer memory offer) private {
        address pool = distributor.poolOf(datasetId, offer.split, address(usdc));
        vm.prank(carol);
        IPoolConnector(gdaForwarder).connectPool(pool, "");
        vm.prank(dave);
        IPoolConnector(gdaForwarder).connectPool(pool, "");
    }
}
