// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Shares } from "../../../../contracts/payments/Shares.sol";
import { Test } from "forge-std/Test.sol";

contract SharesTest is Test {
    function testFuzz_Portion_ShouldBeTheExactShareRoundedDown(uint128 amount, uint16 bps) external pure {
        bps = uint16(bound(bps, 0, Shares.BPS));
        uint256 part = Shares.portion(amount, bps);
        uint256 exact = uint256(amount) * bps;
        assertLe(part, amount, "at most the whole");
        assertLe(part * Shares.BPS, exact, "none is gained");
        assertLt(exact - part * Shares.BPS, Shares.BPS, "less than one unit is lost");
    }

    function testFuzz_Portion_ShouldGrowWithTheShare(uint128 amount, uint16 low, uint16 high) external pure {
        high = uint16(bound(high, 0, Shares.BPS));
        low = uint16(bound(low, 0, high));
        assertLe(Shares.portion(amount, low), Shares.portion(amount, high));
    }

    function testFuzz_MemberPart_ShouldGiveMembersAllButLessThanOneUnitEach(
        uint128 amount,
        uint16[8] memory shares
    )
        external
        pure
    {
        uint256 total = 0;
        for (uint256 i = 0; i < 8; ++i) {
            shares[i] = uint16(bound(shares[i], 1, 1250));
            total += shares[i];
        }
        uint256 paid = 0;
        for (uint256 i = 0; i < 8; ++i) {
            paid += Shares.memberPart(amount, shares[i], total);
        }
        assertLe(paid, amount, "never more than there is");
        assertLt(amount - paid, 8, "less than one unit each");
    }

    function testFuzz_ToSuper_ShouldTakeNoMoreThanIsThereAndLeaveLessThanOneSuperUnit(
        uint128 amount,
        uint8 decimals
    )
        external
        pure
    {
        decimals = uint8(bound(decimals, 0, 36));
        (uint256 taken, uint256 minted) = Shares.toSuper(amount, decimals);
        assertLe(taken, amount, "no more than is there");
        if (decimals <= 18) {
            assertEq(taken, amount, "all of it");
            assertEq(minted, taken * 10 ** (18 - decimals), "at the fixed rate");
        } else {
            uint256 unit = 10 ** (decimals - 18);
            assertLt(amount - taken, unit, "less than one super unit stays");
            assertEq(taken, minted * unit, "at the fixed rate");
        }
    }

    function testFuzz_Evenly_ShouldLeaveLessThanOneRound(uint128 available, uint16 units) external pure {
        units = uint16(bound(units, 1, Shares.BPS));
        (uint256 divisible, uint256 rest) = Shares.evenly(available, units);
        assertEq(divisible + rest, available, "nothing is lost");
        assertEq(divisible % units, 0, "divides");
        assertLt(rest, units, "below a round");
    }
}
