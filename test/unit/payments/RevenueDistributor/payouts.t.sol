// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRevenueDistributor } from "../../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { PaymentsFixture } from "../PaymentsFixture.sol";
import { OddToken } from "../doubles/OddToken.sol";

contract PayoutsTest is PaymentsFixture {
    function test_PayRoyalty_RevertGiven_NothingAccrued() external {
        vm.expectRevert(IRevenueDistributor.RevenueDistributor_NothingToPay.selector);
        distributor.payRoyalty(datasetId, 1, address(usdc));
    }

    function testFuzz_PayRoyalty_GivenTheParentHasNoParents(uint16 shareBps) external {
        shareBps = uint16(bound(shareBps, 1, 10_000));
        Offer memory offer = _childOffer(shareBps);
        uint256 royalty = _afterFee(PRICE) * shareBps / 10_000;
        uint256 licenseId = _held(offer);
        vm.expectEmit(address(distributor));
        emit IRevenueDistributor.RoyaltyAccrued(datasetId, 1, address(usdc), offer.datasetId, royalty, seller);
        vm.prank(buyer);
        escrow.confirm(licenseId, offer);
        assertEq(distributor.accruedRoyalty(datasetId, 1, address(usdc)), royalty, "accrued");
        assertEq(usdc.balanceOf(carol), _afterFee(PRICE) - royalty, "child's owner");
        vm.expectEmit(address(distributor));
        emit IRevenueDistributor.RoyaltyPaid(datasetId, 1, address(usdc), seller, royalty, 0);
        vm.prank(stranger);
        distributor.payRoyalty(datasetId, 1, address(usdc));
        assertEq(usdc.balanceOf(seller), royalty, "parent's owner");
        assertEq(distributor.accruedRoyalty(datasetId, 1, address(usdc)), 0, "nothing left");
        _assertOnlyFeesHeld(address(usdc));
    }

    function test_PayRoyalty_GivenTheParentHasParents() external {
        // seller's dataset <- carol's (20 %) <- dave's (50 %); dave sells.
        uint256 middle = _publishChild(carol, datasetId, sellerKey, 2000);
        uint256 child = _publishChild(dave, middle, carolKey, 5000);
        _releaseOf(child, dave);
        uint256 toMiddle = _afterFee(PRICE) / 2;
        assertEq(distributor.accruedRoyalty(middle, 1, address(usdc)), toMiddle, "one level");
        assertEq(distributor.accruedRoyalty(datasetId, 1, address(usdc)), 0, "not two");
        distributor.payRoyalty(middle, 1, address(usdc));
        uint256 toTop = toMiddle * 2000 / 10_000;
        assertEq(usdc.balanceOf(carol), toMiddle - toTop, "middle's owner");
        distributor.payRoyalty(datasetId, 1, address(usdc));
        assertEq(usdc.balanceOf(seller), toTop, "top's owner");
        _assertOnlyFeesHeld(address(usdc));
    }

    function testFuzz_PayRoyalty_GivenALineageOfAnyDepth(uint16[6] memory shares, uint256 depth) external {
        depth = bound(depth, 1, 6);
        uint256[] memory chain = new uint256[](depth + 1);
        chain[0] = datasetId;
        for (uint256 i; i < depth; ++i) {
            shares[i] = uint16(bound(shares[i], 1, 10_000));
            (address owner, uint256 parentKey) = i % 2 == 0 ? (carol, i == 0 ? sellerKey : daveKey) : (dave, carolKey);
            chain[i + 1] = _publishChild(owner, chain[i], parentKey, shares[i]);
        }
        _releaseOf(chain[depth], depth % 2 == 1 ? carol : dave);
        uint256 rest = _afterFee(PRICE);
        for (uint256 i = depth; i != 0; --i) {
            rest = rest * shares[i - 1] / 10_000;
            assertEq(distributor.accruedRoyalty(chain[i - 1], 1, address(usdc)), rest, "one level up");
            if (rest == 0) break;
            distributor.payRoyalty(chain[i - 1], 1, address(usdc));
        }
        uint256 paid = usdc.balanceOf(seller) + usdc.balanceOf(carol) + usdc.balanceOf(dave);
        assertEq(paid, _afterFee(PRICE), "to the unit");
        assertEq(usdc.balanceOf(seller), rest, "the top");
        _assertOnlyFeesHeld(address(usdc));
    }

    function test_PayRoyalty_RevertGiven_TheParentIsSuspended() external {
        Offer memory offer = _childOffer(5000);
        _released(offer);
        uint256 royalty = _afterFee(PRICE) / 2;
        for (uint32 version; version < 2; ++version) {
            registry.restrictStatus(datasetId, version, IDatasetRegistry.Status.Suspended);
            bytes memory waits =
                abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_Suspended.selector, datasetId, uint32(1));
            vm.expectRevert(waits);
            distributor.payRoyalty(datasetId, 1, address(usdc));
            vm.expectRevert(waits);
            distributor.payPastRoyalty(datasetId, 1, address(usdc), seller);
            _released(offer);
            assertEq(distributor.accruedRoyalty(datasetId, 1, address(usdc)), royalty * (version + 2), "it grows");
            registry.reinstate(datasetId, version);
        }
        distributor.payRoyalty(datasetId, 1, address(usdc));
        assertEq(usdc.balanceOf(seller), royalty * 3, "paid when reinstated");
        _assertOnlyFeesHeld(address(usdc));
    }

    function test_PayRoyalty_GivenTheTokenRefusesTheParentsOwner() external {
        OddToken token = _listOdd(6, false);
        Offer memory offer = _childOffer(5000);
        offer.token = address(token);
        _released(offer);
        token.refuse(seller, true);
        distributor.payRoyalty(datasetId, 1, address(token));
        assertEq(distributor.claimable(seller, address(token)), _afterFee(PRICE) / 2, "credited");
    }

    function test_PayRoyalty_GivenTheParentsTitleMovedAfterTheRelease() external {
        _released(_childOffer(5000));
        uint256 royalty = _afterFee(PRICE) / 2;
        vm.prank(seller);
        registry.transferFrom(seller, dave, datasetId);
        assertEq(distributor.accruedRoyalty(datasetId, 1, address(usdc)), 0, "the new owner's");
        assertEq(distributor.accruedRoyaltyOf(datasetId, 1, address(usdc), seller), royalty, "the past owner's");
        vm.expectRevert(IRevenueDistributor.RevenueDistributor_NothingToPay.selector);
        distributor.payRoyalty(datasetId, 1, address(usdc));
        vm.prank(stranger);
        distributor.payPastRoyalty(datasetId, 1, address(usdc), seller);
        assertEq(usdc.balanceOf(seller), royalty, "past owner");
        assertEq(usdc.balanceOf(dave), 0, "new owner");
    }

    function test_CollectFees_RevertGiven_NoFeesAccrued() external {
        vm.expectRevert(IRevenueDistributor.RevenueDistributor_NothingToPay.selector);
        distributor.collectFees(address(usdc));
    }

    function test_CollectFees_GivenFeesAccrued() external {
        // Royalties and credits wait in the same token: none of them is a fee.
        _released(_childOffer(5000));
        uint256 fee = PRICE - _afterFee(PRICE);
        vm.expectEmit(address(distributor));
        emit IRevenueDistributor.FeesCollected(address(usdc), treasury, fee);
        vm.prank(stranger);
        distributor.collectFees(address(usdc));
        assertEq(usdc.balanceOf(treasury), fee, "treasury");
        assertEq(distributor.accruedFees(address(usdc)), 0, "none left");
        assertEq(distributor.booksOf(address(usdc)).held, _afterFee(PRICE) / 2, "royalty still held");
        vm.expectRevert(IRevenueDistributor.RevenueDistributor_NothingToPay.selector);
        distributor.collectFees(address(usdc));
    }

    function test_Claim_RevertWhen_AnotherThanTheAccountChoosesTheReceiver() external {
        OddToken token = _credit();
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueDistributor.RevenueDistributor_NotAccount.selector, seller, stranger)
        );
        vm.prank(stranger);
        distributor.claim(seller, address(token), stranger);
    }

    function test_Claim_RevertGiven_NothingIsClaimable() external {
        vm.expectRevert(IRevenueDistributor.RevenueDistributor_NothingToPay.selector);
        distributor.claim(seller, address(usdc), seller);
    }

    function test_Claim_WhenTheAccountChoosesAnotherReceiver() external {
        OddToken token = _credit();
        vm.prank(seller);
        distributor.claim(seller, address(token), carol);
        assertEq(token.balanceOf(carol), _afterFee(PRICE), "receiver");
        _assertOnlyFeesHeld(address(token));
    }

    function test_Claim_WhenAnyoneClaimsForTheAccount() external {
        OddToken token = _credit();
        token.refuse(seller, false);
        vm.expectEmit(address(distributor));
        emit IRevenueDistributor.Claimed(seller, address(token), seller, _afterFee(PRICE));
        vm.prank(stranger);
        distributor.claim(seller, address(token), seller);
        assertEq(token.balanceOf(seller), _afterFee(PRICE), "account");
        vm.expectRevert(IRevenueDistributor.RevenueDistributor_NothingToPay.selector);
        distributor.claim(seller, address(token), seller);
    }

    /// @dev What one account is owed leaves what the others are owed, and what was paid before, as it was.
    function test_Claim_WhenAnyoneClaimsForTheAccount_BesideOthers() external {
        OddToken token = _listOdd(6, false);
        Offer memory offer = _childOffer(3000);
        offer.token = address(token);
        uint256 royalty = _afterFee(PRICE) * 3000 / 10_000;
        uint256 rest = _afterFee(PRICE) - royalty;
        uint256 fee = PRICE - _afterFee(PRICE);
        _released(offer);
        token.refuse(carol, true);
        _released(offer);
        _assertHeld(address(token), rest, 2 * fee, 2 * royalty + rest);
        distributor.payRoyalty(datasetId, 1, address(token));
        _assertHeld(address(token), rest + 2 * royalty, 2 * fee, rest);
        token.refuse(carol, false);
        distributor.claim(carol, address(token), carol);
        _assertHeld(address(token), 2 * rest + 2 * royalty, 2 * fee, 0);
    }

    /// @dev All that left, the fees, and what is owed besides.
    function _assertHeld(address token, uint256 paid, uint256 fees, uint256 owed) private view {
        IRevenueDistributor.Books memory books = distributor.booksOf(token);
        assertEq(books.paid, paid, "paid");
        assertEq(distributor.accruedFees(token), fees, "fees");
        assertEq(books.held, fees + owed, "held");
    }

    /// @dev A release that the token refused to pay to the owner.
    function _credit() private returns (OddToken token) {
        token = _listOdd(6, false);
        Offer memory offer = _offer();
        offer.token = address(token);
        token.refuse(seller, true);
        _released(offer);
    }

    function _publishChild(
        address owner,
        uint256 parentId,
        uint256 parentOwnerKey,
        uint16 shareBps
    )
        private
        returns (uint256)
    {
        IDatasetRegistry.ParentLink[] memory links = new IDatasetRegistry.ParentLink[](1);
        links[0] = _link(parentId, parentOwnerKey, owner, shareBps);
        return _publish(owner, links);
    }

    /// @dev An offer of carol's for a dataset whose only parent is the seller's.
    function _childOffer(uint16 shareBps) private returns (Offer memory offer) {
        uint256 child = _publishChild(carol, datasetId, sellerKey, shareBps);
        offer = _offer();
        (offer.seller, offer.datasetId) = (carol, child);
    }

    function _releaseOf(uint256 id, address owner) private {
        Offer memory offer = _offer();
        (offer.seller, offer.datasetId) = (owner, id);
        _released(offer);
    }

    function _assertOnlyFeesHeld(address token) private view {
        assertEq(distributor.booksOf(token).held, distributor.accruedFees(token), "held");
    }
}
