// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Offer } from "../../contracts/types/Offer.sol";
import { Uses } from "../../contracts/types/Uses.sol";
import { LiveTest } from "../unit/payments/LiveStreamRail/LiveTest.sol";

/// @notice Gas of whole transactions of live streams, each in its own isolated transaction. The cases that repeat: the dataset was
/// sold and paid before.
/// forge-config: default.isolate = true
contract LiveGasTest is LiveTest {
    function test_SubscribeToAPool() external {
        Offer memory offer = _splitOffer();
        _buyLive(offer, BUFFER);
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
}
