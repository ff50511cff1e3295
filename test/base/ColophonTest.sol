// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../../contracts/common/TypedData.sol";
import { ITermsRegistry } from "../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { IEscrowRail } from "../../contracts/interfaces/payments/IEscrowRail.sol";
import { IDatasetRegistry } from "../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { DeliveryReceipt, EncodingAcceptance, Messages } from "../../contracts/types/Messages.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { TermsFlags, Uses } from "../../contracts/types/Uses.sol";
import { World, WorldState } from "./World.sol";

/// @notice The fixture of all contract tests: the whole protocol, deployed by the deploy script's own code, on a real
/// Superfluid framework, with actors who have money and helpers for the steps that most tests start from.
/// @dev Helpers act as the right actor themselves (one prank each) and leave no prank behind. Times start at START.
abstract contract ColophonTest is WorldState {
    using Messages for EncodingAcceptance;
    using Messages for DeliveryReceipt;

    /// @dev Makes roots and hashes of helpers distinct.
    uint256 private _seed;

    function setUp() public virtual {
        // From its artifact, which the import makes: its code is in no test.
        address world = vm.deployCode("World.sol:World");
        (bool ok, bytes memory reason) = world.delegatecall(abi.encodeCall(World.build, ()));
        require(ok, string(reason));
    }

    // Datasets

    /// @notice A version input whose roots nobody else has.
    function versionInput() internal returns (IDatasetRegistry.VersionInput memory) {
        return IDatasetRegistry.VersionInput({
            contentRoot: unique("content"),
            recordRoot: bytes32(0),
            manifestHash: unique("manifest"),
            chunkCount: 16,
            recordCount: 0,
            byteSize: 16 * 1_048_560
        });
    }

    /// @notice Publishes a dataset with one version for `owner`.
    function publishDataset(address owner) internal returns (uint256 datasetId) {
        IDatasetRegistry.VersionInput memory input = versionInput();
        vm.prank(owner);
        return registry.publish(owner, input, new IDatasetRegistry.ParentLink[](0));
    }

    /// @notice Adds a version to a dataset as its owner.
    function addVersion(uint256 datasetId) internal returns (uint32 version) {
        IDatasetRegistry.VersionInput memory input = versionInput();
        vm.prank(registry.ownerOf(datasetId));
        return registry.addVersion(datasetId, input, new IDatasetRegistry.ParentLink[](0));
    }

    /// @notice Adds an encoding, accepted by `provider`, as the dataset's owner.
    function addEncoding(uint256 datasetId, uint32 version) internal returns (uint16 encoding) {
        IDatasetRegistry.EncodingInput memory input = encodingInput(datasetId, version, provider, providerKey);
        vm.prank(registry.ownerOf(datasetId));
        return registry.addEncoding(datasetId, version, input);
    }

    /// @notice The next encoding of a version with the signature of `by`.
    function encodingInput(
        uint256 datasetId,
        uint32 version,
        address by,
        uint256 byKey
    )
        internal
        returns (IDatasetRegistry.EncodingInput memory input)
    {
        EncodingAcceptance memory acceptance = EncodingAcceptance({
            datasetId: datasetId,
            version: version,
            encoding: registry.versionOf(datasetId, version).encodingCount + 1,
            encodingRoot: unique("encoding"),
            envelopeHash: unique("envelope"),
            provider: by,
            retirementNotice: 30 days,
            deadline: uint40(block.timestamp + 1 days)
        });
        return IDatasetRegistry.EncodingInput({
            encodingRoot: acceptance.encodingRoot,
            envelopeHash: acceptance.envelopeHash,
            provider: by,
            retirementNotice: acceptance.retirementNotice,
            deadline: acceptance.deadline,
            signature: sign(byKey, acceptance.hash())
        });
    }

    // Terms and offers

    /// @notice Terms most tests use: read, train and evaluate for a year.
    function defaultTerms() internal pure returns (ITermsRegistry.Terms memory) {
        return ITermsRegistry.Terms({
            uses: Uses.READ_RAW | Uses.TRAIN | Uses.EVALUATE,
            flags: TermsFlags.COMMERCIAL,
            duration: 365 days,
            revocationNotice: 0,
            derivativeShareBps: 0,
            resaleRoyaltyBps: 0,
            quota: 0,
            territoryHash: bytes32(0),
            documentHash: keccak256("terms document")
        });
    }

    /// @notice Registers terms and returns their id.
    function registerTerms(ITermsRegistry.Terms memory terms_) internal returns (bytes32 termsId) {
        return terms.register(terms_);
    }

    /// @notice Escrow terms most tests use.
    function escrowTerms() internal pure returns (IEscrowRail.EscrowTerms memory) {
        return IEscrowRail.EscrowTerms({
            challengeWindow: 3 days,
            sla: 7 days,
            defaultAfter: 14 days,
            coolingOff: 1 days,
            objectionWindow: 1 days,
            defaultRefund: false,
            contestBond: 10e6,
            condition: IEscrowRail.ReleaseCondition.None,
            leastAssurance: 0
        });
    }

    /// @notice An escrow offer for a fresh dataset of alice with one encoding, not opened.
    function escrowOffer() internal returns (Offer memory) {
        uint256 datasetId = publishDataset(alice);
        addEncoding(datasetId, 1);
        return escrowOfferOf(datasetId, registerTerms(defaultTerms()));
    }

    /// @notice An escrow offer of the owner for version 1, encoding 1 of a dataset, not opened.
    function escrowOfferOf(uint256 datasetId, bytes32 termsId) internal view returns (Offer memory) {
        return Offer({
            seller: registry.ownerOf(datasetId),
            salt: 0,
            datasetId: datasetId,
            version: 1,
            encoding: 1,
            termsId: termsId,
            split: 0,
            token: address(usdc),
            price: PRICE,
            rail: ESCROW_RAIL,
            railTerms: escrow.packTerms(escrowTerms()),
            provider: provider,
            arbitrator: arbitrator,
            opensAt: 0,
            closesAt: 0,
            editions: 0,
            exclusive: false
        });
    }

    /// @notice Opens an offer as its seller.
    function openOffer(Offer memory offer) internal returns (bytes32 offerId) {
        vm.prank(offer.seller);
        return market.open(offer);
    }

    /// @notice A fresh open escrow offer of alice.
    function openEscrowOffer() internal returns (Offer memory offer) {
        offer = escrowOffer();
        openOffer(offer);
    }

    /// @notice Buys for the buyer itself. The buyer has money and an allowance (bob and carol do).
    function buy(Offer memory offer, address buyer) internal returns (uint256 licenseId) {
        vm.prank(buyer);
        return market.buy(offer, buyer, bytes32(0), "");
    }

    /// @notice A fresh license of bob from a fresh escrow offer of alice.
    function buyEscrow() internal returns (Offer memory offer, uint256 licenseId) {
        offer = openEscrowOffer();
        licenseId = buy(offer, bob);
    }

    // Receipts and signatures

    /// @notice The receipt of a full delivery under a license, unsigned.
    function deliveryReceipt(uint256 licenseId, Offer memory offer) internal view returns (DeliveryReceipt memory) {
        bytes32 root = registry.encodingOf(offer.datasetId, offer.version, offer.encoding).encodingRoot;
        IDatasetRegistry.Version memory version = registry.versionOf(offer.datasetId, offer.version);
        return DeliveryReceipt({
            licenseId: licenseId,
            datasetId: offer.datasetId,
            version: offer.version,
            encoding: offer.encoding,
            encodingRoot: root,
            servedRoot: root,
            chunks: version.chunkCount,
            bytesServed: version.byteSize + 16 * uint64(version.chunkCount),
            sequence: 1,
            servedFrom: uint40(block.timestamp),
            servedUntil: uint40(block.timestamp),
            deadline: uint40(block.timestamp + 1 days)
        });
    }

    /// @notice The provider's signature under a receipt.
    function signReceipt(DeliveryReceipt memory receipt) internal view returns (bytes memory) {
        return sign(providerKey, receipt.hash());
    }

    /// @notice Submits the provider's receipt of a full delivery.
    function deliver(uint256 licenseId, Offer memory offer) internal returns (DeliveryReceipt memory receipt) {
        receipt = deliveryReceipt(licenseId, offer);
        escrow.submitReceipt(licenseId, offer, receipt, signReceipt(receipt));
    }

    /// @notice Signature of `key` under a message with this struct hash, in the protocol's EIP-712 domain.
    function sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, TypedData.digest(address(licenseToken), structHash));
        return abi.encodePacked(r, s, v);
    }

    // Money and time

    /// @notice Mints USDC, base units.
    function mintUsdc(address to, uint256 amount) internal {
        usdc.mint(to, amount);
    }

    /// @notice Moves to `seconds_` from now, one block on.
    function forward(uint256 seconds_) internal {
        vm.warp(vm.getBlockTimestamp() + seconds_);
        vm.roll(vm.getBlockNumber() + 1);
    }

    /// @notice A hash that no other call in this test returned.
    function unique(string memory label) internal returns (bytes32) {
        return keccak256(abi.encode(label, ++_seed));
    }
}
