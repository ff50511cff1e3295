// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IPaymentRail } from "../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IPoolClaims } from "./FlowWalk.sol";
import { LiveWalk } from "./LiveWalk.sol";

/// @notice The laws LIVE-3 to LIVE-8 of docs/INVARIANTS.md, for every walk with live streams in it.
abstract contract LiveLaws is LiveWalk {
    function _checkLives() internal view {
        for (uint256 i; i < liveIds.length; ++i) {
            uint256 id = liveIds[i];
            for (uint256 k; k < 2; ++k) {
                if (books[id][k].at != address(0)) _checkVaultOf(lives[id].payer, books[id][k]);
            }
            _checkStanding(id);
        }
        assertEq(IERC20(usdcx).balanceOf(address(liveStreams)), 0, "LIVE-3: nothing stays in the rail");
        assertEq(usdc.balanceOf(address(liveStreams)), 0, "LIVE-3: nor plain tokens");
        _checkCollector();
        _checkPayer(bob);
        _checkPayer(carol);
    }

    function _liveActs() internal pure returns (bytes4[12] memory) {
        return [
            this.actLiveBuy.selector,
            this.actLiveToggleFlow.selector,
            this.actLivePause.selector,
            this.actLiveReopen.selector,
            this.actLiveGift.selector,
            this.actLiveSettle.selector,
            this.actLiveCollect.selector,
            this.actLiveLiquidatePayer.selector,
            this.actLiveLiquidateVault.selector,
            this.actLiveFreeze.selector,
            this.actLiveNotice.selector,
            this.actLiveRuling.selector
        ];
    }

    /// @dev A walk of this many acts, in order and with the same arguments every time; none may revert.
    function _walk(uint256 steps) internal {
        bytes4[] memory acts = targetSelectors()[0].selectors;
        for (uint256 i; i < steps; ++i) {
            bytes32 random = keccak256(abi.encode(i));
            bytes memory arguments = abi.encode(uint256(random) >> 240, uint256(random) % 2);
            (bool ok, bytes memory why) = address(this).call(abi.encodePacked(acts[i % acts.length], arguments));
            if (ok) continue;
            assembly ("memory-safe") {
                revert(add(why, 32), mload(why))
            }
        }
    }

    /// @dev What a payer paid on other rails, less what it got back, in super token units.
    function _spentElsewhere(address) internal view virtual returns (int256) {
        return 0;
    }

    /// @dev LIVE-3: of every vault, what came = what was passed on + what is there + what went back + what liquidators took.
    /// LIVE-6: an act on one license, a liquidation above all, changes the flows of no other.
    function _checkVaultOf(address payer, Book memory a) private view {
        int256 expected = int256(a.came) - int256(a.passed) - int256(a.back) - a.lost;
        assertEq(_total(a.at), expected, "LIVE-3");
        (uint256 inRate, uint256 outRate) = _ratesOf(a.at, payer);
        assertEq(inRate, a.inRate, "LIVE-6: in");
        assertEq(outRate, a.outRate, "LIVE-6: out");
    }

    /// @dev LIVE-7: standing says what the flows say; nothing is passed on while frozen or after the end.
    function _checkStanding(uint256 id) private view {
        LiveLicense memory l = lives[id];
        IPaymentRail.Standing expected = IPaymentRail.Standing.Lapsed;
        if (l.ended) expected = IPaymentRail.Standing.Closed;
        else if (l.frozen) expected = IPaymentRail.Standing.Frozen;
        else if (l.endsAt != 0 && l.endsAt <= block.timestamp) expected = IPaymentRail.Standing.Closed;
        else if (_passes(id)) expected = _comes(id) ? IPaymentRail.Standing.Current : IPaymentRail.Standing.Grace;
        assertEq(uint8(liveStreams.standing(id)), uint8(expected), "LIVE-7: standing");
        if (l.ended || l.frozen) {
            assertEq(books[id][0].outRate + books[id][1].outRate, 0, "LIVE-7: nothing is passed on");
        }
    }

    /// @dev LIVE-4: what vaults passed on has reached the distributor's pool and, where streams alone pay it, the contributors'.
    function _checkCollector() private view {
        address collector = liveStreams.collectorOf(usdcx);
        uint256 received = IPoolClaims(collector).getTotalAmountReceivedByMember(address(distributor));
        assertEq(received, _passed(0), "LIVE-4: the rest");
        address pool = distributor.poolOf(liveSold[0].datasetId, liveSold[0].split, address(usdc));
        received = IPoolClaims(pool).getTotalAmountReceivedByMember(dave)
            + IPoolClaims(pool).getTotalAmountReceivedByMember(erin);
        assertEq(received, _passed(1), "LIVE-4: contributors");
    }

    /// @dev LIVE-5: a payer lost what was passed on for it and what liquidators took; all else it has, or rails hold for it.
    function _checkPayer(address payer) private view {
        int256 present = _total(payer) + liquidated[payer] + _spentElsewhere(payer);
        for (uint256 i; i < liveIds.length; ++i) {
            if (lives[liveIds[i]].payer != payer) continue;
            for (uint256 k; k < 2; ++k) {
                Book memory a = books[liveIds[i]][k];
                if (a.at != address(0)) present += _total(a.at) + int256(a.passed) + a.lost - int256(a.gifts);
            }
        }
        assertEq(present, had[payer], "LIVE-5");
    }

    /// @dev LIVE-8: payers get out by notice, frozen or not.
    function _leaveLives() internal {
        for (uint256 i; i < liveIds.length; ++i) {
            LiveLicense storage l = lives[liveIds[i]];
            if (!l.ended && !_isOver(l) && l.endsAt == 0) _giveNotice(liveIds[i]);
        }
        _pass(NOTICE);
        for (uint256 i; i < liveIds.length; ++i) {
            if (!lives[liveIds[i]].ended) _endLive(liveIds[i], mallory);
            for (uint256 k; k < 2; ++k) {
                address vault = books[liveIds[i]][k].at;
                // What a dry vault passed on too much stays its debt when the rail, and no liquidator, ends it.
                if (vault != address(0)) assertLe(_total(vault), 0, "LIVE-8: the vault is empty");
            }
        }
    }

    /// @dev What the vaults passed on: of the rest (0) or to contributors (1).
    function _passed(uint256 which) internal view returns (uint256 sum) {
        for (uint256 i; i < liveIds.length; ++i) {
            sum += books[liveIds[i]][which].passed;
        }
    }

    /// @dev What of the rest the distributor has been told of.
    function _bookedRest() internal view returns (uint256 sum) {
        for (uint256 i; i < liveIds.length; ++i) {
            sum += books[liveIds[i]][0].booked;
        }
    }
}
