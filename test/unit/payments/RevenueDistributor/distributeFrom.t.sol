// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRevenueDistributor } from "../../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { IStreamVault } from "../../../../contracts/interfaces/payments/IStreamVault.sol";
import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IDistributionMinimal } from "../../../../contracts/payments/superfluid/ISuperfluidMinimal.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { StreamTest } from "../StreamRail/StreamTest.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

interface IPoolClaims {
    function claimAll(address member) external returns (bool);
    function getTotalAmountReceivedByMember(address member) external view returns (uint256);
}

contract RevenueDistributorDistributeFromTest is StreamTest {
    function test_DistributeFrom_RevertWhen_TheCallerIsNotTheLicensesRail() external {
        uint256 licenseId = _buy(_timeOffer());
        address vault = _vault(licenseId);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRevenueDistributor.RevenueDistributor_NotRail.selector, licenseId, stranger, address(rail)
            )
        );
        vm.prank(stranger);
        distributor.distributeFrom(vault, licenseId, address(usdc), 1);
    }

    function test_DistributeFrom_WhenThereIsNoSplit() external {
        uint256 licenseId = _settled(_timeOffer(), 1);
        assertEq(usdc.balanceOf(seller), _net(EPOCH_PAY), "owner");
        assertEq(distributor.accruedFees(address(usdc)), EPOCH_PAY - _net(EPOCH_PAY), "fee in the token");
        assertEq(IStreamVault(_vault(licenseId)).due(), 0, "nothing waits");
    }

    function test_DistributeFrom_WhenThePoolDoesNotExistYet() external {
        Offer memory offer = _splitOffer(7000, 3000);
        uint256 licenseId = _settled(offer, 1);
        assertEq(_poolPaid(offer, carol), _net(EPOCH_PAY) * SCALE * 7 / 10, "carol");
        assertEq(distributor.accruedFees(address(usdc)), EPOCH_PAY - _net(EPOCH_PAY), "fee in the token");
        assertEq(IStreamVault(_vault(licenseId)).due(), 0, "nothing waits");
    }

    function test_DistributeFrom_WhenThePoolCanBePaidFromTheVault() external {
        (Offer memory offer, uint256 parentId) = _offerOfAChild();
        uint256 licenseId = _settled(offer, 2);
        uint256 units = EPOCH_PAY * SCALE;
        uint256 fee = units * FEE_BPS / 10_000;
        uint256 royalty = (units - fee) / 10;
        uint256 contributors = (units - fee - royalty) * 9 / 10;
        uint256 owner = units - fee - royalty - contributors;
        // The first epoch went the long way, in the token itself, in whole base units.
        assertApproxEqAbs(_poolPaid(offer, dave), 2 * (contributors / 3), 2 * SCALE, "dave: 3,000 of 9,000");
        assertEq(distributor.accruedFees(usdcx), fee, "fee");
        assertEq(distributor.accruedRoyalty(parentId, 1, usdcx), royalty, "parent");
        assertEq(distributor.claimable(seller, usdcx), owner, "owner");
        assertEq(IStreamVault(_vault(licenseId)).due(), fee + royalty + owner, "waits in the vault");
        assertEq(distributor.awayOf(usdcx), fee + royalty + owner, "as the distributor knows");
        assertEq(usdc.balanceOf(address(distributor)), distributor.booksOf(address(usdc)).held, "books of the token");
    }

    /// @dev 7,000 of 7,300: 1e12 super units per base unit do not divide by 73.
    function testFuzz_DistributeFrom_WhenSharesDoNotDivideEvenly(uint16 a, uint16 b) external {
        a = uint16(bound(a, 1, 9000));
        b = uint16(bound(b, 1, 9999 - a));
        Offer memory offer = _splitOffer(a, b);
        uint256 licenseId = _settled(offer, 4);
        uint256 sum;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 net = i == 0 ? _net(EPOCH_PAY) : EPOCH_PAY * SCALE - EPOCH_PAY * SCALE * FEE_BPS / 10_000;
            sum += net * (uint256(a) + b) / 10_000 * (i == 0 ? SCALE : 1);
        }
        (, uint256 baseDust, uint256 superDust) = distributor.poolState(datasetId, offer.split, address(usdc));
        assertEq(_poolPaid(offer, carol) + _poolPaid(offer, dave) + superDust, sum, "paid and dust");
        assertLt(superDust, uint256(a) + b, "less than one unit each");
        assertEq(baseDust, 0, "no dust of the token");
        IStreamVault(_vault(licenseId)).collect();
        assertEq(_superBalance(address(distributor)), distributor.booksOf(usdcx).held, "books");
    }

    function test_DistributeFrom_WhenSuperfluidRefusesThePool() external {
        Offer memory offer = _splitOffer(7000, 3000);
        uint256 licenseId = _settled(offer, 1);
        vm.warp(START + 2 * EPOCH);
        vm.mockCallRevert(gda, abi.encodeWithSelector(IDistributionMinimal.distribute.selector), "refused");
        rail.settle(licenseId, offer);
        assertEq(distributor.claimable(carol, address(usdc)), _net(EPOCH_PAY) * 7 / 10, "credited");
        assertEq(distributor.claimable(dave, address(usdc)), _net(EPOCH_PAY) * 3 / 10, "likewise");
        assertEq(IStreamVault(_vault(licenseId)).due(), 0, "nothing waits");
    }

    function test_DistributeFrom_WhenTheStreamIsDone() external {
        Offer memory offer = _splitOffer(7000, 2000);
        uint256 licenseId = _settled(offer, 3);
        vm.prank(disputes);
        rail.close(licenseId, offer);
        assertEq(_superBalance(_vault(licenseId)), 0, "empty");
        assertEq(distributor.awayOf(usdcx), 0, "all arrived");
        assertEq(_superBalance(address(distributor)), distributor.booksOf(usdcx).held, "books");
    }

    function test_DistributeFrom_WhenAnyoneCollects() external {
        (Offer memory offer, uint256 parentId) = _offerOfAChild();
        uint256 licenseId = _settled(offer, 3);
        IStreamVault vault = IStreamVault(_vault(licenseId));
        uint256 due = vault.due();
        vm.expectEmit(address(vault));
        emit IStreamVault.Collected(due);
        vm.prank(stranger);
        vault.collect();
        assertEq(_superBalance(address(distributor)), due, "arrived");
        assertEq(distributor.awayOf(usdcx), 0, "nothing away");
        distributor.collectFees(usdcx);
        distributor.payRoyalty(parentId, 1, usdcx);
        distributor.claim(seller, usdcx, seller);
        assertEq(_superBalance(address(distributor)), distributor.booksOf(usdcx).held, "what is left is dust");
        assertEq(_superBalance(treasury) + _superBalance(stranger) + _superBalance(seller), due, "all of it");
        vm.expectRevert(IStreamVault.StreamVault_NothingDue.selector);
        vault.collect();
    }

    function test_DistributeFrom_WhenSomebodySentSuperTokensBefore() external {
        uint256 licenseId = _settled(_splitOffer(7000, 2000), 3);
        uint256 away = distributor.awayOf(usdcx);
        distributor.noteArrival(usdcx);
        assertEq(distributor.awayOf(usdcx), away, "nothing arrived");
        vm.prank(buyer);
        IERC20(usdcx).transfer(address(distributor), 2 * away);
        distributor.noteArrival(usdcx);
        assertEq(distributor.awayOf(usdcx), 0, "more than was away");
        IStreamVault(_vault(licenseId)).collect();
        distributor.claim(seller, usdcx, seller);
        distributor.collectFees(usdcx);
        IRevenueDistributor.Books memory books = distributor.booksOf(usdcx);
        assertEq(_superBalance(address(distributor)), books.held + 2 * away, "the gift stays");
    }

    function test_DistributeFrom_WhenMoreIsMissingThanIsAway() external {
        _settled(_splitOffer(7000, 2000), 3);
        uint256 away = distributor.awayOf(usdcx);
        vm.prank(buyer);
        IERC20(usdcx).transfer(address(distributor), away / 2);
        distributor.noteArrival(usdcx);
        away = distributor.awayOf(usdcx);
        vm.mockCall(usdcx, abi.encodeCall(IERC20.balanceOf, (address(distributor))), abi.encode(0));
        assertLt(away, distributor.booksOf(usdcx).held, "the token lost some");
        distributor.noteArrival(usdcx);
        assertEq(distributor.awayOf(usdcx), away, "what was lost is not on its way");
    }

    function test_Release_RevertWhen_TheCallerIsNotTheDistributor() external {
        IStreamVault vault = IStreamVault(_vault(_buy(_timeOffer())));
        vm.expectRevert(abi.encodeWithSelector(IStreamVault.StreamVault_NotDistributor.selector, address(rail)));
        vm.prank(address(rail));
        vault.release(1, address(0), 0);
    }

    function test_Release_RevertWhen_TheRailTookLess() external {
        IStreamVault vault = IStreamVault(_vault(_buy(_timeOffer())));
        vm.warp(START + EPOCH);
        vm.prank(address(rail));
        uint128 taken = vault.take(START + EPOCH);
        vm.startPrank(address(distributor));
        vm.expectRevert(abi.encodeWithSelector(IStreamVault.StreamVault_NotTaken.selector, taken + 1, taken));
        vault.release(taken + 1, address(0), 0);
        vault.release(taken, address(0), 0);
        vm.expectRevert(abi.encodeWithSelector(IStreamVault.StreamVault_NotTaken.selector, 1, 0));
        vault.release(1, address(0), 0);
    }

    // ---- helpers

    function _splitOffer(uint16 carolBps, uint16 daveBps) private returns (Offer memory offer) {
        offer = _timeOffer();
        offer.split = _createSplit(_members(carol, carolBps, dave, daveBps));
    }

    /// @dev A dataset with a parent that asks for a tenth, and a split that leaves its owner a tenth.
    function _offerOfAChild() private returns (Offer memory offer, uint256 parentId) {
        (address parentOwner, uint256 parentKey) = makeAddrAndKey("stranger");
        parentId = _publish(parentOwner, new IDatasetRegistry.ParentLink[](0));
        IDatasetRegistry.ParentLink[] memory links = new IDatasetRegistry.ParentLink[](1);
        links[0] = _link(parentId, parentKey, seller, 1000);
        datasetId = _publish(seller, links);
        offer = _splitOffer(6000, 3000);
    }

    /// @dev A license whose first epochs are settled one by one.
    function _settled(Offer memory offer, uint256 epochs) private returns (uint256 licenseId) {
        licenseId = _buy(offer);
        for (uint256 i = 1; i <= epochs; ++i) {
            vm.warp(START + i * EPOCH);
            rail.settle(licenseId, offer);
        }
    }

    function _poolPaid(Offer memory offer, address member) private view returns (uint256) {
        address pool = distributor.poolOf(datasetId, offer.split, address(usdc));
        return IPoolClaims(pool).getTotalAmountReceivedByMember(member);
    }
}
