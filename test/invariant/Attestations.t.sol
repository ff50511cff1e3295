// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { AttestationsHandler } from "./AttestationsHandler.sol";

/// @notice The invariants of docs/INVARIANTS.md, section Attestations, over random walks. ATTEST-3 is checked by the handler.
contract AttestationsInvariantTest is AttestationsHandler {
    function setUp() public override {
        super.setUp();
        bytes4[] memory acts = new bytes4[](14);
        acts[0] = this.actGovern.selector;
        acts[1] = this.actAccredit.selector;
        acts[2] = this.actTakeBack.selector;
        acts[3] = this.actRemove.selector;
        acts[4] = this.actIssue.selector;
        acts[5] = this.actAnchor.selector;
        acts[6] = this.actRevoke.selector;
        acts[7] = this.actRenounce.selector;
        acts[8] = this.actMove.selector;
        acts[9] = this.actSellTitle.selector;
        acts[10] = this.actWarp.selector;
        // Twice in the list, so that walks have more to act on.
        acts[11] = this.actAccredit.selector;
        acts[12] = this.actAccredit.selector;
        acts[13] = this.actIssue.selector;
        targetSelector(FuzzSelector({ addr: address(this), selectors: acts }));
        targetContract(address(this));
    }

    /// @dev ATTEST-1: a badge is where it came to, and balances count them.
    function invariant_BadgesNeverMove() external view {
        for (uint256 i = 0; i < ids.length; ++i) {
            assertEq(badges.ownerOf(ids[i]), ghostHolder[ids[i]], "ATTEST-1");
        }
        for (uint256 i = 0; i < subjects.length; ++i) {
            address holder = badges.holderOf(subjects[i]);
            assertEq(badges.balanceOf(holder), ghostBalance[holder], "ATTEST-1: balance");
        }
    }

    /// @dev ATTEST-2: below each issuer that governance accredited, weights add up to no more than it was given.
    function invariant_WeightIsHandedOnAndNeverCopied() external view {
        uint256[PEOPLE] memory sums;
        for (uint256 i = 0; i < PEOPLE; ++i) {
            uint256 weight = badges.weightOf(people[i]);
            if (weight != 0) sums[_rootOf(people[i])] += weight;
        }
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if (sums[i] != 0) assertLe(sums[i], badges.issuerOf(people[i]).weightBps, "ATTEST-2");
        }
    }

    /// @dev ATTEST-4: standing says what is stored, and a revoked badge is never anything else.
    function invariant_StandingSaysWhatIsStored() external view {
        for (uint256 i = 0; i < ids.length; ++i) {
            IAttestationRegistry.Badge memory badge = badges.badgeOf(ids[i]);
            IAttestationRegistry.BadgeStanding standing = badges.standingOf(ids[i]);
            bool revoked = standing == IAttestationRegistry.BadgeStanding.Revoked;
            assertEq(revoked, badge.revokedAt != 0, "ATTEST-4: revoked");
            assertEq(badge.revokedAt, ghostRevokedAt[ids[i]], "ATTEST-4: since when");
            if (standing == IAttestationRegistry.BadgeStanding.Valid) {
                assertTrue(badge.expiresAt > block.timestamp, "ATTEST-4: expired");
            }
        }
    }

    /// @dev Up the chain to who governance accredited. A chain is never longer than MAX_DEPTH.
    function _rootOf(address who) private view returns (uint256) {
        for (uint256 i = 1; i <= badges.MAX_DEPTH(); ++i) {
            address above = badges.issuerOf(who).accreditor;
            if (above == address(0)) break;
            who = above;
        }
        assertEq(badges.issuerOf(who).accreditor, address(0), "ATTEST-2: depth");
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if (people[i] == who) return i;
        }
        revert("a root outside the walk");
    }
}
