// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IRevenueDistributor } from "../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { LiveLaws } from "./LiveLaws.sol";

/// @notice The laws of live streams over walks of nothing else. What these show and the walks over all rails do not: what the
/// distributor books of live streams, to the unit, and vaults that are often left alone until they are dry.
contract LiveInvariantTest is LiveLaws {
    function setUp() public override {
        super.setUp();
        targetSelector(FuzzSelector({ addr: address(this), selectors: _acts() }));
        targetContract(address(this));
    }

    /// forge-config: default.invariant.runs = 8
    function invariant_LiveStreams() external view {
        _checkLives();
        assertEq(_booked(), _bookedRest(), "LIVE-4: fee, royalties and owner");
    }

    /// @dev LIVE-8: after any walk everybody gets out what is theirs: payers by notice, frozen or not, the others by claims.
    function afterInvariant() external {
        _leaveLives();
        uint256 owed = _booked();
        _claimFromPool(liveSold[0]);
        liveStreams.collect(usdcx);
        _fetch(usdcx);
        uint256 paid =
            IERC20(usdcx).balanceOf(treasury) + IERC20(usdcx).balanceOf(parentOwner) + IERC20(usdcx).balanceOf(alice);
        assertEq(paid, owed, "LIVE-8: all is paid");
        IRevenueDistributor.Books memory owned = distributor.booksOf(usdcx);
        assertEq(IERC20(usdcx).balanceOf(address(distributor)), owned.held, "LIVE-8: the distributor has what it says");
        assertEq(distributor.awayOf(usdcx), 0, "LIVE-8: nothing is missing");
    }

    /// @dev A walk that does nothing proves nothing: every act happens on a walk of 600.
    function test_WalksReachEveryAct() external {
        string[13] memory names = [
            "liveBuy",
            "liveToggleFlow",
            "livePause",
            "liveReopen",
            "liveGift",
            "liveSettle",
            "liveLiquidatePayer",
            "liveLiquidateVault",
            "liveFreeze",
            "liveNotice",
            "liveClose",
            "liveRuling",
            "warp"
        ];
        _walk(600);
        for (uint256 i; i < names.length; ++i) {
            assertGt(calls[names[i]], 0, names[i]);
        }
    }

    function _acts() private pure returns (bytes4[] memory acts) {
        bytes4[12] memory live = _liveActs();
        // Time and settlements twice, so that walks get somewhere.
        acts = new bytes4[](15);
        for (uint256 i; i < live.length; ++i) {
            acts[i] = live[i];
        }
        (acts[12], acts[13], acts[14]) = (this.actLiveSettle.selector, this.actWarp.selector, this.actWarp.selector);
    }

    /// @dev Fee, royalty and owner's part that are booked, in super tokens.
    function _booked() private view returns (uint256) {
        return distributor.accruedFees(usdcx) + distributor.accruedRoyalty(parentId, 1, usdcx)
            + distributor.claimable(alice, usdcx);
    }
}
