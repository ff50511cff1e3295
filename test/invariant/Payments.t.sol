// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../../contracts/interfaces/payments/IEscrowRail.sol";
import { IRevenueDistributor } from "../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { PaymentsHandler } from "./PaymentsHandler.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice The invariants of docs/INVARIANTS.md, section Payments, over random walks. PAY-5 is checked by the handler.
contract PaymentsInvariantTest is PaymentsHandler {
    function setUp() public override {
        super.setUp();
        bytes4[] memory acts = new bytes4[](22);
        acts[0] = this.actBuy.selector;
        acts[1] = this.actReceipt.selector;
        acts[2] = this.actObject.selector;
        acts[3] = this.actConfirm.selector;
        acts[4] = this.actSettle.selector;
        acts[5] = this.actContest.selector;
        acts[6] = this.actRule.selector;
        acts[7] = this.actDefault.selector;
        acts[8] = this.actRefundUndelivered.selector;
        acts[9] = this.actWithdraw.selector;
        acts[10] = this.actCompleteWithdrawal.selector;
        acts[11] = this.actFreeze.selector;
        acts[12] = this.actRemedy.selector;
        acts[13] = this.actWarp.selector;
        acts[14] = this.actRefuse.selector;
        acts[15] = this.actMoveTitle.selector;
        acts[16] = this.actPayRoyalty.selector;
        acts[17] = this.actClaim.selector;
        acts[18] = this.actCollectFees.selector;
        // Twice in the list, so that walks have more to act on.
        acts[19] = this.actBuy.selector;
        acts[20] = this.actReceipt.selector;
        acts[21] = this.actContest.selector;
        targetSelector(FuzzSelector({ addr: address(this), selectors: acts }));
        targetContract(address(this));
    }

    /// @dev PAY-1: the rail holds exactly open prices, bonds of open contests, and deferred payouts.
    function invariant_EscrowHoldsExactlyWhatIsOpen() external view {
        uint256 owed = escrow.deferredOf(buyer, address(token)) + escrow.deferredOf(seller, address(token))
            + escrow.deferredOf(dave, address(token));
        for (uint256 i = 0; i < ids.length; ++i) {
            if (_isEnded(ids[i])) continue;
            owed += offers[offerOf[ids[i]]].price;
            if (escrow.holdOf(ids[i]).state == IEscrowRail.HoldState.Contested) owed += BOND;
        }
        assertEq(token.balanceOf(address(escrow)), owed, "PAY-1");
    }

    /// @dev PAY-2: received = paid + held, held is what is there, and every held unit has a name.
    function invariant_DistributorBooksBalance() external view {
        address t = address(token);
        IRevenueDistributor.Books memory books = distributor.booksOf(t);
        assertEq(books.received, ghostReleased, "PAY-2: received is what was released");
        assertEq(books.received, books.paid + books.held, "PAY-2: books");
        assertEq(token.balanceOf(address(distributor)), books.held, "PAY-2: balance");
        (, uint256 dust,) = distributor.poolState(datasetId, 1, t);
        uint256 named = distributor.accruedFees(t) + dust + distributor.accruedRoyaltyOf(datasetId, 1, t, seller)
            + distributor.accruedRoyaltyOf(datasetId, 1, t, carol) + distributor.claimable(seller, t)
            + distributor.claimable(carol, t) + distributor.claimable(dave, t);
        assertEq(books.held, named, "PAY-2: names");
    }

    /// @dev PAY-3: the same for the super token; dust stays below one round of units.
    function invariant_SuperTokenBooksBalance() external view {
        address superToken = config.paymentToken(address(token)).superToken;
        IRevenueDistributor.Books memory books = distributor.booksOf(superToken);
        (,, uint256 dust) = distributor.poolState(datasetId, 1, address(token));
        assertEq(books.received, books.paid + books.held, "PAY-3: books");
        assertEq(books.held, dust, "PAY-3: dust");
        assertEq(IERC20(superToken).balanceOf(address(distributor)), dust, "PAY-3: balance");
        assertLt(dust, 9000, "PAY-3: below a round");
    }

    /// @dev PAY-4: what was refunded went to the payer and nobody else, once.
    function invariant_ThePayerGotExactlyTheRefunds() external view {
        uint256 wealth = token.balanceOf(buyer) + escrow.deferredOf(buyer, address(token));
        assertEq(wealth, WEALTH - ghostPaid + ghostBack, "PAY-4");
    }

    /// @dev PAY-6: a refund ended the license.
    function invariant_RefundedLicensesAreOver() external view {
        for (uint256 i = 0; i < ids.length; ++i) {
            if (escrow.holdOf(ids[i]).state != IEscrowRail.HoldState.Refunded) continue;
            assertFalse(licenses.isLive(ids[i]), "PAY-6");
        }
    }

    /// @dev PAY-7: the shares of every split add up to at most all.
    function invariant_SharesAddUpToAtMostAll() external view {
        for (uint16 split = 1; split <= distributor.splitCount(datasetId); ++split) {
            IRevenueDistributor.Member[] memory members = distributor.membersOf(datasetId, split);
            uint256 total = 0;
            for (uint256 i = 0; i < members.length; ++i) {
                total += members[i].shareBps;
            }
            assertLe(total, 10_000, "PAY-7");
        }
    }

    /// @dev PAY-8: every hold ends: once frozen money is let go and all windows are over (a contest's moves by as long as it was
    /// frozen), anyone can end it.
    function afterInvariant() external {
        for (uint256 i = 0; i < ids.length; ++i) {
            if (!escrow.holdOf(ids[i]).frozen) continue;
            vm.prank(disputes);
            escrow.unfreeze(ids[i]);
        }
        vm.warp(block.timestamp + 400 days);
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 id = ids[i];
            IEscrowRail.HoldState state = escrow.holdOf(id).state;
            Offer memory offer = offers[offerOf[id]];
            if (state == IEscrowRail.HoldState.Held) escrow.refundUndelivered(id, offer);
            else if (state == IEscrowRail.HoldState.Delivered) escrow.settle(id, offer);
            else if (state == IEscrowRail.HoldState.Contested) escrow.applyDefault(id, offer);
            else if (state == IEscrowRail.HoldState.Withdrawing) escrow.completeWithdrawal(id, offer);
            assertTrue(_isEnded(id), "PAY-8");
        }
    }
}
