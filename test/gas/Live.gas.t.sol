// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Offer } from "../../contracts/types/Offer.sol";
import { Uses } from "../../contracts/types/Uses.sol";
import { MarketLoops } from "../mocks/MarketLoop.sol";
import { LiveTest } from "../unit/payments/LiveStreamRail/LiveTest.sol";

/// @notice Gas of whole transactions of live streams, each in its own isolated transaction. The cases that repeat, where the
/// dataset was sold and paid before, and (`_first`) the cold ones, where it was not.
/// forge-config: default.isolate = true
contract LiveGasTest is LiveTest {
    /// @dev The license that others are opened after.
    uint256 private _first;

    function test_SubscribeToAPool() external {
        Offer memory offer = _splitOffer();
        _buyLive(offer, BUFFER);
        vm.snapshotGasLastCall("streams", "gas.live.open_first");
        _buyLive(offer, BUFFER);
        vm.snapshotGasLastCall("streams", "gas.live.open");
    }

    function test_SubscribeToASoleOwner() external {
        Offer memory offer = _liveOffer();
        _buyLive(offer, BUFFER);
        _buyLive(offer, BUFFER);
        vm.snapshotGasLastCall("streams", "gas.live.open.owner");
    }

    /// @dev However long it ran, and however much was passed on.
    function test_BookWhatWasPassedOn() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 1 hours);
        liveRail.settle(licenseId, offer);
        vm.snapshotGasLastCall("streams", "gas.live.settle_first");
        vm.warp(START + 2 hours);
        liveRail.settle(licenseId, offer);
        uint256 hour = vm.snapshotGasLastCall("streams", "gas.live.settle");
        vm.warp(START + 4 days);
        liveRail.settle(licenseId, offer);
        assertApproxEqRel(vm.lastCallGas().gasTotalUsed, hour, 0.05e18, "settling grows with time");
    }

    function test_Pause() external {
        Offer memory offer = _splitOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        vm.warp(START + 1 hours);
        vm.prank(buyer);
        liveRail.pause(licenseId, offer);
        vm.snapshotGasLastCall("streams", "gas.live.pause");
    }

    function test_Access() external {
        uint256 licenseId = _buyLive(_splitOffer(), BUFFER);
        vm.warp(START + 1000);
        licenses.accessOf(licenseId, buyer, 1, Uses.TRAIN);
        vm.snapshotGasLastCall("streams", "gas.access.live");
    }

    /// @dev One payer, all of them passing on: another is settled.
    function test_TenThousandLicenses() external {
        // Deposits of twenty thousand flows and buffers, and what they stream meanwhile.
        _fundStream(buyer, 10e6 * 1e6);
        usdc.mint(buyer, 10e6 * 1e6);
        Offer memory offer = _liveOffer();
        uint256 licenseId = _buyLive(offer, BUFFER);
        _first = licenseId;
        uint256 one = _settleLater(licenseId, offer);
        _openMore(offer, licenseId, 99);
        assertApproxEqRel(_settleLater(licenseId, offer), one, 0.05e18, "settling grows with a hundred licenses");
        _openMore(offer, licenseId + 99, 9900);
        assertApproxEqRel(_settleLater(licenseId, offer), one, 0.05e18, "settling grows with ten thousand licenses");
        vm.snapshotGasLastCall("growth", "settle.live.10000");
    }

    /// @dev The second of two settlements, the first of which pays for no slot's first use.
    function _settleLater(uint256 licenseId, Offer memory offer) private returns (uint256) {
        for (uint256 i; i < 2; ++i) {
            vm.warp(vm.getBlockTimestamp() + 1 hours);
            liveRail.settle(licenseId, offer);
        }
        return vm.lastCallGas().gasTotalUsed;
    }

    /// @dev Opens more in the market's place, in transactions of ten, which each fit a block; what that costs is not counted.
    function _openMore(Offer memory offer, uint256 lastId, uint256 count) private {
        vm.pauseGasMetering();
        // The rail asks what was sold: the same as the first time.
        (bool known, bytes memory release) = address(licenses).staticcall(abi.encodeCall(licenses.releaseOf, (_first)));
        assertTrue(known);
        vm.mockCall(address(licenses), abi.encodePacked(licenses.releaseOf.selector), release);
        for (uint256 opened; opened < count; opened += 10) {
            uint256 more = count - opened < 10 ? count - opened : 10;
            MarketLoops.openMany(
                address(market),
                address(liveRail),
                lastId + 1 + opened,
                more,
                offer,
                buyer,
                buyer,
                abi.encode(BUFFER, 0)
            );
        }
        vm.clearMockedCalls();
        vm.resumeGasMetering();
    }
}
