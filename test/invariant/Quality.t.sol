// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IQualityOracle } from "../../contracts/interfaces/trust/IQualityOracle.sol";
import { QualityHandler } from "./QualityHandler.sol";

/// @notice The invariants of docs/INVARIANTS.md, section Quality, over random walks. QUALITY-3 is checked by the handler.
contract QualityInvariantTest is QualityHandler {
    function setUp() public override {
        super.setUp();
        bytes4[] memory acts = new bytes4[](16);
        acts[0] = this.actRequest.selector;
        acts[1] = this.actRequestForLicense.selector;
        acts[2] = this.actCommit.selector;
        acts[3] = this.actFill.selector;
        acts[4] = this.actReveal.selector;
        acts[5] = this.actSettle.selector;
        acts[6] = this.actDeposit.selector;
        acts[7] = this.actWithdraw.selector;
        acts[8] = this.actOverdraw.selector;
        acts[9] = this.actGovern.selector;
        acts[10] = this.actWarp.selector;
        // Twice in the list, so that walks have more to act on.
        acts[11] = this.actFill.selector;
        acts[12] = this.actReveal.selector;
        acts[13] = this.actSettle.selector;
        acts[14] = this.actReveal.selector;
        acts[15] = this.actWarp.selector;
        targetSelector(FuzzSelector({ addr: address(this), selectors: acts }));
        targetContract(address(this));
    }

    /// @dev QUALITY-1: what came in and did not go out is in accounts and in open requests, to the unit.
    function invariant_TheMoneyIsThereToTheUnit() external view {
        assertEq(usd.balanceOf(address(quality)), ghostNet, "QUALITY-1: the token agrees");
        uint256 booked = uint256(_balance(buyer)) + _balance(seller) + _balance(treasury);
        for (uint256 i = 0; i < reporters.length; ++i) {
            booked += _balance(reporters[i]);
        }
        for (uint256 id = 1; id <= quality.requestCount(); ++id) {
            IQualityOracle.Request memory asked = quality.requestOf(id);
            if (asked.state == IQualityOracle.State.Open) booked += asked.reward;
        }
        assertEq(booked, ghostNet, "QUALITY-1");
    }

    /// @dev QUALITY-2: locked is what open seats stake, and never more than there is.
    function invariant_LockedIsWhatOpenSeatsStake() external view {
        for (uint256 i = 0; i < reporters.length; ++i) {
            uint256 staked = 0;
            for (uint256 id = 1; id <= quality.requestCount(); ++id) {
                IQualityOracle.Request memory asked = quality.requestOf(id);
                if (asked.state != IQualityOracle.State.Open) continue;
                IQualityOracle.Report[] memory reports = quality.reportsOf(id);
                for (uint256 k = 0; k < reports.length; ++k) {
                    if (reports[k].reporter == reporters[i]) staked += asked.stake;
                }
            }
            assertEq(_locked(reporters[i]), staked, "QUALITY-2");
            assertLe(staked, _balance(reporters[i]), "QUALITY-2: covered");
        }
    }

    /// @dev QUALITY-4: when windows are over anybody settles every request, and all money can leave.
    function afterInvariant() external {
        vm.warp(block.timestamp + 10 days);
        for (uint256 id = 1; id <= quality.requestCount(); ++id) {
            if (quality.requestOf(id).state == IQualityOracle.State.Open) quality.settle(id);
        }
        _followEvidence();
        _empty(buyer);
        _empty(seller);
        _empty(treasury);
        for (uint256 i = 0; i < reporters.length; ++i) {
            assertEq(_locked(reporters[i]), 0, "QUALITY-4: locked");
            _empty(reporters[i]);
        }
        assertEq(usd.balanceOf(address(quality)), 0, "QUALITY-4: nothing is left");
    }

    function _empty(address account) private {
        uint128 all = _balance(account);
        if (all == 0) return;
        vm.prank(account);
        quality.withdraw(account, address(usd), all, account);
    }
}
