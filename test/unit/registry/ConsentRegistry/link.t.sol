// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IConsentRegistry } from "../../../../contracts/interfaces/registry/IConsentRegistry.sol";
import { Consent } from "../../../../contracts/types/Messages.sol";
import { ConsentTest } from "./ConsentTest.sol";

contract LinkTest is ConsentTest {
    function test_Link_RevertWhen_TheCallerIsNotTheController() external {
        _recordOne();
        _expectLink(
            stranger,
            consent,
            1,
            abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_NotController.selector, stranger, seller)
        );
    }

    function test_Link_RevertWhen_TheConsentIsNotRecorded() external {
        _expectLink(
            seller,
            consent,
            1,
            abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_NotRecorded.selector, consentHash)
        );
    }

    function test_Link_RevertWhen_TheConsentIsNotInForce() external {
        _recordOne();
        _revokeOne();
        _expectLink(
            seller,
            consent,
            1,
            abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_NotInForce.selector, consentHash)
        );
    }

    function test_Link_RevertWhen_TheVersionDoesNotExist() external {
        _recordOne();
        _expectLink(seller, consent, 2, _unknownVersion());
    }

    function test_Link_RevertWhen_TheControllerNeitherOwnsNorOperatesTheDataset() external {
        consent.controller = stranger;
        _record(consent);
        _expectLink(stranger, consent, 1, _notOperator());
        // An approval of the title alone is no mandate to run the dataset.
        vm.prank(seller);
        registry.approve(stranger, datasetId);
        _expectLink(stranger, consent, 1, _notOperator());
    }

    function test_Link_RevertGiven_ItIsLinked() external {
        _recordOne();
        _link();
        _expectLink(seller, consent, 1, _alreadyLinked());
    }

    function test_Link_WhenTheOwnerLinksAsController() external {
        _recordOne();
        vm.expectEmit(address(consents));
        emit IConsentRegistry.ConsentLinked(consentHash, datasetId, 1, LEAVES);
        _link();
        IConsentRegistry.Link memory stored = consents.linkOf(consentHash, datasetId, 1);
        assertEq(stored.leavesHash, LEAVES);
        assertEq(stored.linkedAt, START);
        assertEq(stored.recallId, 0);
        assertEq(consents.linkOf(consentHash, datasetId, 2).linkedAt, 0);
    }

    function test_Link_WhenTheOwnersOperatorLinksAsController() external {
        consent.controller = stranger;
        bytes32 hash = _record(consent);
        vm.prank(seller);
        registry.setApprovalForAll(stranger, true);
        vm.prank(stranger);
        consents.link(consent, datasetId, 1, 0);
        assertEq(consents.linkOf(hash, datasetId, 1).linkedAt, START);
    }

    function test_LinkBatch_RevertWhen_TheCallerAnchoredNoSuchRoot() external {
        vm.expectRevert(abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_UnknownBatch.selector, seller, root));
        _linkBatch();
    }

    function test_LinkBatch_RevertWhen_TheBatchsVersionDoesNotExist() external {
        _anchor();
        vm.expectRevert(_unknownVersion());
        vm.prank(seller);
        consents.linkBatch(root, datasetId, 2);
    }

    function test_LinkBatch_RevertWhen_TheBatchsControllerNeitherOwnsNorOperatesTheDataset() external {
        vm.startPrank(stranger);
        consents.anchorBatch(root, 3);
        vm.expectRevert(_notOperator());
        consents.linkBatch(root, datasetId, 1);
        vm.stopPrank();
    }

    function test_LinkBatch_RevertGiven_TheBatchIsLinked() external {
        _anchor();
        _linkBatch();
        vm.expectRevert(_alreadyLinked());
        _linkBatch();
    }

    function test_LinkBatch_WhenTheOwnerLinksItsBatch() external {
        _anchor();
        vm.expectEmit(address(consents));
        emit IConsentRegistry.BatchLinked(seller, root, datasetId, 1);
        _linkBatch();
        assertTrue(consents.isBatchLinked(seller, root, datasetId, 1));
        assertFalse(consents.isBatchLinked(seller, root, datasetId, 2));
        assertFalse(consents.isBatchLinked(stranger, root, datasetId, 1));
    }

    function _expectLink(address caller, Consent memory linked, uint32 version, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(caller);
        consents.link(linked, datasetId, version, LEAVES);
    }

    function _unknownVersion() private view returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_UnknownVersion.selector, datasetId, 2);
    }

    function _notOperator() private view returns (bytes memory) {
        return
            abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_NotOperator.selector, datasetId, stranger, seller);
    }

    function _alreadyLinked() private view returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_AlreadyLinked.selector, datasetId, 1);
    }
}
