// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IRecalls } from "../../../../contracts/interfaces/trust/IRecalls.sol";
import { Messages, ParentGrant } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { TermsFlags, Uses } from "../../../../contracts/types/Uses.sol";
import { RecallTest } from "./RecallTest.sol";

contract StandingOfTest is RecallTest {
    function test_StandingOf_WhenTheLicenseIsUnknown() external {
        uint256 recallId = _openRecall();
        licenseId = 99;
        _assertStanding(recallId, IRecalls.Standing.NotAffected);
    }

    function test_StandingOf_WhenTheLicenseIsOfAnotherVersion() external {
        uint256 recallId = _openLater();
        _assertStanding(recallId, IRecalls.Standing.NotAffected);
    }

    function test_StandingOf_WhenItWasSoldForAnEarlierVersionAndGrantsLaterOnes() external {
        licenseId = _license(Uses.TRAIN, TermsFlags.LATER_VERSIONS, 0);
        _assertStanding(_openLater(), IRecalls.Standing.Waiting);
        _assertStanding(_openRecall(), IRecalls.Standing.Waiting);
    }

    function test_StandingOf_WhenItWasSoldForALaterVersion() external {
        uint32 version = _newVersion("2");
        _addEncoding(datasetId, version, 1);
        Offer memory offer = _offerWith(Uses.TRAIN, TermsFlags.LATER_VERSIONS, 0);
        offer.version = version;
        _open(offer);
        licenseId = _buy(offer);
        _assertStanding(_openRecall(), IRecalls.Standing.NotAffected);
    }

    function test_StandingOf_WhenItOpensTheVersionAsABundlesComponent() external {
        uint256 recallId = _openRecall();
        licenseId = _licenseOfBundle(true);
        assertEq(licenses.licenseOf(licenseId).datasetId, 3);
        _assertStanding(recallId, IRecalls.Standing.Waiting);
        assertTrue(recalls.isAffected(recallId, licenseId));
        licenseId = _licenseOfBundle(false);
        _assertStanding(recallId, IRecalls.Standing.NotAffected);
    }

    function test_StandingOf_WhenItWasSoldAfterTheRecall() external {
        uint256 recallId = _openRecall();
        vm.warp(START + 1);
        licenseId = _license(Uses.TRAIN, 0, 0);
        _assertStanding(recallId, IRecalls.Standing.NotAffected);
    }

    function test_StandingOf_WhenItHadExpiredBeforeTheRecall() external {
        licenseId = _license(Uses.TRAIN, 0, DURATION);
        vm.warp(START + DURATION);
        _assertStanding(_openRecall(), IRecalls.Standing.NotAffected);
    }

    function test_StandingOf_WhenItExpiresAfterTheRecall() external {
        licenseId = _license(Uses.TRAIN, 0, DURATION);
        vm.warp(START + DURATION - 1);
        uint256 recallId = _openRecall();
        vm.warp(START + DURATION + PERIOD);
        _assertStanding(recallId, IRecalls.Standing.Breach);
    }

    function test_StandingOf_WhenItsRailEndedIt() external {
        uint256 recallId = _openRecall();
        vm.prank(address(rail));
        licenses.end(licenseId);
        _assertStanding(recallId, IRecalls.Standing.NotAffected);
        assertFalse(recalls.isAffected(recallId, licenseId));
    }

    function testFuzz_StandingOf_WhenNothingWasAnswered(uint40 after_) external {
        uint256 recallId = _openRecall();
        after_ = uint40(bound(after_, 0, 365 days));
        vm.warp(START + after_);
        _assertStanding(recallId, after_ <= PERIOD ? IRecalls.Standing.Waiting : IRecalls.Standing.Breach);
    }

    function test_StandingOf_WhenItWasAnswered() external {
        uint256 recallId = _openRecall();
        vm.warp(START + PERIOD + 1);
        _assertStanding(recallId, IRecalls.Standing.Breach);
        _acknowledge(recallId, IRecalls.Action.Delete);
        vm.warp(START + 1000 days);
        _assertStanding(recallId, IRecalls.Standing.Acknowledged);
    }

    function test_StandingOf_WhenItWasContestedAndNobodyRuled() external {
        uint256 recallId = _openRecall();
        _acknowledge(recallId, IRecalls.Action.Contest);
        vm.warp(START + PERIOD + CONTEST_PERIOD);
        _assertStanding(recallId, IRecalls.Standing.Contested);
        vm.warp(START + PERIOD + CONTEST_PERIOD + 1);
        _assertStanding(recallId, IRecalls.Standing.Breach);
        _acknowledge(recallId, IRecalls.Action.Retrain);
        _assertStanding(recallId, IRecalls.Standing.Acknowledged);
    }

    function test_DecideByRuling_RevertWhen_TheCallerIsNotTheDisputeManager() external {
        uint256 recallId = _openRecall();
        vm.expectRevert(abi.encodeWithSelector(IRecalls.Recalls_NotDisputeManager.selector, seller));
        vm.prank(seller);
        recalls.decideByRuling(recallId, false);
    }

    function test_DecideByRuling_RevertGiven_ItWasDecidedBefore() external {
        uint256 recallId = _openRecall();
        _decide(recallId, true);
        vm.expectRevert(abi.encodeWithSelector(IRecalls.Recalls_Decided.selector, recallId, START));
        _decide(recallId, false);
    }

    function test_DecideByRuling_WhenTheRecallStands() external {
        uint256 recallId = _openRecall();
        _acknowledge(recallId, IRecalls.Action.Contest);
        vm.warp(START + 20 days);
        vm.expectEmit(address(recalls));
        emit IRecalls.RecallDecided(recallId, true, START + 20 days + PERIOD);
        _decide(recallId, true);
        _assertStanding(recallId, IRecalls.Standing.Waiting);
        vm.warp(START + 20 days + PERIOD);
        _assertStanding(recallId, IRecalls.Standing.Waiting);
        vm.warp(START + 20 days + PERIOD + 1);
        _assertStanding(recallId, IRecalls.Standing.Breach);
    }

    function test_DecideByRuling_WhenItIsDismissed() external {
        uint256 recallId = _openRecall();
        vm.warp(START + PERIOD + 1);
        _assertStanding(recallId, IRecalls.Standing.Breach);
        vm.expectEmit(address(recalls));
        emit IRecalls.RecallDecided(recallId, false, 0);
        _decide(recallId, false);
        _assertStanding(recallId, IRecalls.Standing.NotAffected);
        assertFalse(recalls.isAffected(recallId, licenseId));
        assertTrue(recalls.recallOf(recallId).dismissed);
    }

    /// @dev A recall of version 2.
    function _openLater() private returns (uint256 recallId) {
        uint32 version = _newVersion("2");
        vm.startPrank(seller);
        registry.setRevokedRoot(datasetId, version, ROOT);
        recallId = recalls.open(datasetId, version, IRecalls.Reason.OptOut, LEAVES, ROOT, 0);
        vm.stopPrank();
    }

    /// @dev A child of two parents, the first of which is a stranger's; the second is the dataset, as component or not.
    function _licenseOfBundle(bool bundle) private returns (uint256) {
        (address other, uint256 otherKey) = makeAddrAndKey("other owner");
        vm.prank(other);
        uint256 otherId = registry.publish(other, _version("other"), new IDatasetRegistry.ParentLink[](0));
        vm.prank(seller);
        registry.transferFrom(seller, other, datasetId);
        uint256 childId = registry.datasetCount() + 1;
        IDatasetRegistry.VersionInput memory input = _version(bytes32(childId));
        IDatasetRegistry.ParentLink[] memory links = new IDatasetRegistry.ParentLink[](2);
        links[0] = _grant(otherId, input.contentRoot, true, otherKey);
        links[1] = _grant(datasetId, input.contentRoot, bundle, otherKey);
        vm.prank(seller);
        registry.publish(seller, input, links);
        vm.prank(other);
        registry.transferFrom(other, seller, datasetId);
        _addEncoding(childId, 1, 1);
        Offer memory offer = _offer();
        offer.datasetId = childId;
        _open(offer);
        return _buy(offer);
    }

    function _grant(
        uint256 parentId,
        bytes32 childRoot,
        bool bundle,
        uint256 key
    )
        private
        view
        returns (IDatasetRegistry.ParentLink memory link)
    {
        (link.parentId, link.parentVersion, link.bundle) = (parentId, 1, bundle);
        (link.nonce, link.deadline) = (registry.datasetCount() << 8 | parentId, uint40(block.timestamp + 1));
        ParentGrant memory grant = ParentGrant({
            parentId: parentId,
            parentVersion: 1,
            childOwner: seller,
            childContentRoot: childRoot,
            shareBps: 0,
            bundle: bundle,
            nonce: link.nonce,
            deadline: link.deadline
        });
        link.signature = _sign(key, Messages.hash(grant));
    }
}
