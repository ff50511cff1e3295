// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IObjectiveFaults } from "../../../../contracts/interfaces/trust/IObjectiveFaults.sol";
import { IProviderBond } from "../../../../contracts/interfaces/trust/IProviderBond.sol";
import { FaultMarks } from "../../../../contracts/trust/TrustBits.sol";
import { DeliveryReceipt, Messages } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { TermsFlags } from "../../../../contracts/types/Uses.sol";
import { FaultFixture } from "../FaultFixture.sol";

contract ObjectiveFaultsReceiptsTest is FaultFixture {
    /// @dev Half of the price: what a content fault costs.
    uint128 private constant PENALTY = PRICE / 2;
    uint64 private constant WRONG = 6;

    Offer private _sold;
    uint256 private _id;
    DeliveryReceipt private _false;
    bytes32[] private _served;

    function setUp() public override {
        super.setUp();
        _prepare(0);
    }

    /// @dev A license whose rail holds `held`, and a receipt for its chunks 3 to 9 of which one is wrong.
    function _prepare(uint128 held) private {
        (_sold, _id) = _servedLicense(held);
        _served = _servedLeaves(3, 7, WRONG);
        _false = _receipt(_sold, _id, _served);
    }

    function _proof() private view returns (IObjectiveFaults.Contradiction memory) {
        return _contradiction(_served, WRONG - 3, _wrongLeaf(WRONG));
    }

    function _report(IObjectiveFaults.SignedReceipt memory signed) private returns (uint128, uint128) {
        IObjectiveFaults.Contradiction memory proof = _proof();
        vm.prank(reporter);
        return faults.wrongContent(_sold, signed, proof);
    }

    /// @dev Leaves and proofs are hashed before the revert is expected: that too is a call.
    function _refuse(bytes memory reason, IObjectiveFaults.SignedReceipt memory signed) private {
        _refuse(reason, _sold, signed, _proof());
    }

    function _refuse(
        bytes memory reason,
        Offer memory offer,
        IObjectiveFaults.SignedReceipt memory signed,
        IObjectiveFaults.Contradiction memory proof
    )
        private
    {
        vm.expectRevert(reason);
        faults.wrongContent(offer, signed, proof);
    }

    function _assertNotSigned(IObjectiveFaults.SignedReceipt memory signed) private {
        bytes memory refused = abi.encodeWithSelector(
            IObjectiveFaults.ObjectiveFaults_BadSignature.selector, provider, signed.signer, signed.receipt.servedUntil
        );
        _refuse(refused, signed);
    }

    function _assertBadProof(bytes32 field, IObjectiveFaults.Contradiction memory proof) private {
        bytes memory refused = abi.encodeWithSelector(IObjectiveFaults.ObjectiveFaults_BadProof.selector, field);
        _refuse(refused, _sold, _signed(_false), proof);
    }

    // ---- what is no fault

    function test_WrongContent_RevertWhen_TheOfferIsNotTheLicenses() external {
        Offer memory other = _sold;
        other.price = 1;
        bytes memory refused = abi.encodeWithSelector(
            IObjectiveFaults.ObjectiveFaults_WrongOffer.selector, _id, _idOf(_sold), _idOf(other)
        );
        _refuse(refused, other, _signed(_false), _proof());
    }

    function test_WrongContent_RevertWhen_TheReceiptIsOfAnotherDataset() external {
        _false.datasetId = datasetId;
        _refuse(
            abi.encodeWithSelector(IObjectiveFaults.ObjectiveFaults_WrongEvidence.selector, bytes32("datasetId")),
            _signed(_false)
        );
    }

    function test_WrongContent_RevertGiven_NobodyOfTheProviderSigned() external {
        IObjectiveFaults.SignedReceipt memory signed = _signed(_false);
        signed.signer = buyer;
        signed.signature = _sign(buyerKey, Messages.hash(_false));
        _assertNotSigned(signed);
        signed = _signed(_false);
        signed.signature = _sign(buyerKey, Messages.hash(_false));
        _assertNotSigned(signed);
        signed = _signed(_false);
        signed.receipt.bytesServed += 1;
        _assertNotSigned(signed);
        signed.signer = address(0);
        signed.signature = "";
        _assertNotSigned(signed);
    }

    function test_WrongContent_RevertGiven_TheKeyWasRevokedBeforeOrIsForLogs() external {
        IObjectiveFaults.SignedReceipt memory signed = _signed(_false);
        (signed.signer, signed.signature) = (logKey, _sign(logSecret, Messages.hash(_false)));
        _assertNotSigned(signed);
        vm.prank(provider);
        bonds.revokeKey(receiptKey);
        _assertNotSigned(_signed(_false));
        _false.servedUntil -= 1;
        _assertNotSigned(_signed(_false));
    }

    function test_WrongContent_RevertWhen_TheReceiptIsTooOld() external {
        uint256 until = _false.servedUntil + 365 days;
        vm.warp(until + 1);
        _refuse(abi.encodeWithSelector(IObjectiveFaults.ObjectiveFaults_TooOld.selector, until), _signed(_false));
        vm.warp(until);
        faults.wrongContent(_sold, _signed(_false), _proof());
    }

    function test_WrongContent_RevertWhen_TheServedLeafIsNotInTheServedTree() external {
        IObjectiveFaults.Contradiction memory proof = _proof();
        proof.position += 1;
        _assertBadProof("served", proof);
        proof = _proof();
        proof.served.digest ^= bytes32(uint256(1));
        _assertBadProof("served", proof);
        proof = _proof();
        proof.servedProof = new bytes32[](0);
        _assertBadProof("served", proof);
    }

    function test_WrongContent_RevertWhen_TheEncodedLeafIsAnotherChunksOrNotInTheEncoding() external {
        IObjectiveFaults.Contradiction memory proof = _proof();
        proof.encoded.size -= 1;
        _assertBadProof("encoded", proof);
        proof = _proof();
        proof.encoded = _leaf(WRONG + 1);
        bytes memory refused =
            abi.encodeWithSelector(IObjectiveFaults.ObjectiveFaults_WrongEvidence.selector, bytes32("encoded.index"));
        _refuse(refused, _sold, _signed(_false), proof);
    }

    function test_WrongContent_RevertWhen_TheLeavesAreTheSame() external {
        IObjectiveFaults.Contradiction memory proof = _contradiction(_served, 0, _leaf(3));
        bytes memory refused = abi.encodeWithSelector(IObjectiveFaults.ObjectiveFaults_NoFault.selector);
        _refuse(refused, _sold, _signed(_false), proof);
    }

    // ---- what is

    function test_WrongContent_GivenTheMoneyIsHeld() external {
        _prepare(PRICE);
        bytes32 faultId = faults.licenseFaultId(_id, IObjectiveFaults.Fault.WrongContent);
        IObjectiveFaults.SignedReceipt memory signed = _signed(_false);
        vm.expectEmit(address(faults));
        emit IObjectiveFaults.FaultProven(
            faultId, provider, IObjectiveFaults.Fault.WrongContent, _id, reporter, Messages.hash(_false), PRICE
        );
        vm.expectCall(address(disputeManager), abi.encodeCall(disputeManager.applyFault, (_id, _sold, reporter)));
        (uint128 refunded, uint128 compensated) = _report(signed);
        assertEq(refunded, PRICE);
        assertEq(compensated, 0);
        assertEq(STAKE - _stake(), PENALTY);
        assertEq(usd.balanceOf(reporter), PENALTY / 10);
        assertEq(bonds.treasuryOwed(address(usd)), PENALTY - PENALTY / 10);
        assertEq(bonds.marksOf(_id), FaultMarks.CONTENT);
    }

    function test_WrongContent_GivenTheMoneyWasReleased() external {
        uint256 before = usd.balanceOf(buyer);
        (uint128 refunded, uint128 compensated) = _report(_signed(_false));
        assertEq(refunded, 0);
        assertEq(compensated, PRICE);
        assertEq(usd.balanceOf(buyer) - before, PRICE);
        assertEq(STAKE - _stake(), PRICE + PENALTY);
        assertEq(usd.balanceOf(reporter), (PRICE + PENALTY) / 10);
        assertEq(bonds.compensated(_id), PRICE);
    }

    function test_WrongContent_GivenAPartWasHeld() external {
        _prepare(PRICE / 5);
        (uint128 refunded, uint128 compensated) = _report(_signed(_false));
        assertEq(refunded, PRICE / 5);
        assertEq(compensated, PRICE - PRICE / 5);
    }

    function test_WrongContent_GivenTheLicenseHadEndedBefore() external {
        rail.endLicense(_id);
        (, uint128 compensated) = _report(_signed(_false));
        assertEq(compensated, 0);
        assertEq(STAKE - _stake(), PENALTY);
    }

    function test_WrongContent_WhenTheChunkLiesBeyondTheVersion() external {
        IObjectiveFaults.Leaf memory beyond = _leaf(uint64(CHUNKS));
        bytes32[] memory leaves = new bytes32[](2);
        (leaves[0], leaves[1]) = (_leafHash(_leaf(0)), _leafHash(beyond));
        DeliveryReceipt memory receipt = _receipt(_sold, _id, leaves);
        IObjectiveFaults.Contradiction memory proof = _contradiction(leaves, 1, beyond);
        (, uint128 compensated) = faults.wrongContent(_sold, _signed(receipt), proof);
        assertEq(compensated, PRICE);
    }

    function test_WrongContent_RevertWhen_ASecondReceiptOfTheLicenseIsBrought() external {
        _report(_signed(_false));
        bytes memory again =
            abi.encodeWithSelector(IProviderBond.ProviderBond_AlreadyMarked.selector, _id, FaultMarks.CONTENT);
        _refuse(again, _signed(_false));
        _false.sequence += 1;
        _refuse(again, _signed(_false));
        _false.encodingRoot = 0;
        vm.expectRevert(again);
        faults.wrongRoot(_sold, _signed(_false));
    }

    function test_WrongContent_GivenTheProviderSignedItself() external {
        IObjectiveFaults.SignedReceipt memory signed = _signed(_false);
        (signed.signer, signed.signature) = (provider, _sign(providerKey, Messages.hash(_false)));
        (, uint128 compensated) = _report(signed);
        assertEq(compensated, PRICE);
    }

    /// @dev A key's signature stays its account's, whatever code that gets (EIP-7702).
    function test_WrongContent_GivenTheProviderPutCodeOnItsAccountSince() external {
        IObjectiveFaults.SignedReceipt memory signed = _signed(_false);
        (signed.signer, signed.signature) = (provider, _sign(providerKey, Messages.hash(_false)));
        vm.etch(provider, hex"60006000fd");
        (, uint128 compensated) = _report(signed);
        assertEq(compensated, PRICE);
    }

    function test_WrongContent_GivenTheProviderHasNoBond() external {
        _prepare(PRICE);
        vm.startPrank(provider);
        bonds.requestWithdrawal(address(usd), STAKE);
        vm.warp(block.timestamp + 23 days);
        bonds.completeWithdrawal(address(usd));
        vm.stopPrank();
        (uint128 refunded,) = _report(_signed(_false));
        assertEq(refunded, PRICE);
        assertEq(bonds.marksOf(_id), FaultMarks.CONTENT);
    }

    /// @dev Wherever the wrong chunk stands, and however much was served with it.
    function testFuzz_WrongContent_AnyChunk(uint64 from, uint64 count, uint64 wrong) external {
        from = uint64(bound(from, 0, CHUNKS - 1));
        count = uint64(bound(count, 1, CHUNKS - from));
        wrong = uint64(bound(wrong, from, from + count - 1));
        bytes32[] memory leaves = _servedLeaves(from, count, wrong);
        DeliveryReceipt memory receipt = _receipt(_sold, _id, leaves);
        IObjectiveFaults.SignedReceipt memory signed = _signed(receipt);
        IObjectiveFaults.Contradiction memory proof = _contradiction(leaves, wrong - from, _wrongLeaf(wrong));
        (, uint128 compensated) = faults.wrongContent(_sold, signed, proof);
        assertEq(compensated, PRICE);
    }

    /// @dev A true receipt convicts nobody, whatever proofs come with it.
    function testFuzz_WrongContent_NeverOfATrueReceipt(
        uint64 position,
        IObjectiveFaults.Leaf calldata leaf,
        bytes32[] calldata nodes
    )
        external
    {
        DeliveryReceipt memory receipt = _receipt(_sold, _id, encoded);
        IObjectiveFaults.SignedReceipt memory signed = _signed(receipt);
        IObjectiveFaults.Contradiction memory proof;
        (proof.position, proof.served, proof.encoded) = (position, leaf, leaf);
        (proof.servedProof, proof.encodedProof) = (nodes, nodes);
        vm.expectRevert();
        faults.wrongContent(_sold, signed, proof);
    }

    // ---- another root

    function test_WrongRoot_RevertWhen_TheReceiptNamesTheEncodingsRoot() external {
        vm.expectRevert(IObjectiveFaults.ObjectiveFaults_NoFault.selector);
        faults.wrongRoot(_sold, _signed(_false));
    }

    function test_WrongRoot_WhenTheReceiptNamesAnotherRoot() external {
        _false.encodingRoot = ~_false.encodingRoot;
        vm.prank(reporter);
        (, uint128 compensated) = faults.wrongRoot(_sold, _signed(_false));
        assertEq(compensated, PRICE);
        assertEq(bonds.marksOf(_id), FaultMarks.CONTENT);
        assertEq(
            faults.licenseFaultId(_id, IObjectiveFaults.Fault.WrongRoot),
            faults.licenseFaultId(_id, IObjectiveFaults.Fault.WrongContent)
        );
    }

    function test_WrongRoot_RevertWhen_TheReceiptNamesAnUnknownEncoding() external {
        _false.encoding = 9;
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownEncoding.selector, servedDataset, 1, 9)
        );
        faults.wrongRoot(_sold, _signed(_false));
    }

    // ---- late

    /// @dev A receipt signed `after_` seconds past the end of a license, brought then.
    function _late(uint256 end, uint256 after_) private returns (IObjectiveFaults.SignedReceipt memory) {
        vm.warp(end + after_);
        return _signed(_receipt(_sold, _id, encoded));
    }

    function test_LateReceipt_RevertGiven_TheLicenseHasNoEnd() external {
        Offer memory endless = _offerWith(LICENSED, 0, 0);
        endless.datasetId = servedDataset;
        _open(endless);
        uint256 licenseId = _buy(endless);
        vm.warp(block.timestamp + 3650 days);
        IObjectiveFaults.SignedReceipt memory signed = _signed(_receipt(endless, licenseId, encoded));
        vm.expectRevert(IObjectiveFaults.ObjectiveFaults_NoFault.selector);
        faults.lateReceipt(endless, signed);
    }

    function test_LateReceipt_RevertWhen_TheReceiptIsWithinTheGrace() external {
        IObjectiveFaults.SignedReceipt memory signed = _late(START + DURATION, 6 hours);
        vm.expectRevert(IObjectiveFaults.ObjectiveFaults_NoFault.selector);
        faults.lateReceipt(_sold, signed);
    }

    function test_LateReceipt_WhenTheReceiptIsLateAfterExpiry() external {
        disputeManager.hold(_id, PRICE);
        IObjectiveFaults.SignedReceipt memory signed = _late(START + DURATION, 6 hours + 1);
        bytes32 faultId = faults.licenseFaultId(_id, IObjectiveFaults.Fault.LateReceipt);
        // The licensee lost nothing.
        vm.expectCall(address(disputeManager), abi.encodeWithSelector(disputeManager.applyFault.selector), 0);
        vm.expectEmit(address(faults));
        emit IObjectiveFaults.FaultProven(
            faultId, provider, IObjectiveFaults.Fault.LateReceipt, _id, reporter, Messages.hash(signed.receipt), 0
        );
        vm.prank(reporter);
        faults.lateReceipt(_sold, signed);
        assertEq(STAKE - _stake(), PRICE / 4);
        assertEq(bonds.marksOf(_id), FaultMarks.LATE);
    }

    function test_LateReceipt_WhenTheReceiptIsLateAfterRevocation() external {
        Offer memory revocable = _offerWith(LICENSED, TermsFlags.REVOCABLE, 365 days);
        revocable.datasetId = servedDataset;
        _open(revocable);
        (_sold, _id) = (revocable, _buy(revocable));
        vm.prank(seller);
        licenses.revoke(_id);
        IObjectiveFaults.SignedReceipt memory signed = _late(START + NOTICE, 6 hours);
        vm.expectRevert(IObjectiveFaults.ObjectiveFaults_NoFault.selector);
        faults.lateReceipt(_sold, signed);
        signed = _late(START + NOTICE, 6 hours + 1);
        faults.lateReceipt(_sold, signed);
        assertEq(STAKE - _stake(), PRICE / 4);
    }

    function test_LateReceipt_RevertWhen_ASecondLateReceiptIsBrought() external {
        faults.lateReceipt(_sold, _late(START + DURATION, 1 days));
        IObjectiveFaults.SignedReceipt memory signed = _late(START + DURATION, 2 days);
        vm.expectRevert(abi.encodeWithSelector(IProviderBond.ProviderBond_AlreadyMarked.selector, _id, FaultMarks.LATE));
        faults.lateReceipt(_sold, signed);
    }
}
