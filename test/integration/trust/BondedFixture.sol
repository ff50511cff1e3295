// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MerkleTree } from "../../../contracts/common/MerkleTree.sol";
import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IObjectiveFaults } from "../../../contracts/interfaces/trust/IObjectiveFaults.sol";
import { IProviderBond } from "../../../contracts/interfaces/trust/IProviderBond.sol";
import { KeyPurposes } from "../../../contracts/trust/TrustBits.sol";
import { DeliveryReceipt, EncodingAcceptance, Messages } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { ColophonTest } from "../../base/ColophonTest.sol";
import { Trees } from "../../unit/trust/Trees.sol";

/// @notice The whole deployed protocol with a bonded provider, and encodings that are tall trees of which one path is known.
abstract contract BondedFixture is ColophonTest {
    uint128 internal constant STAKE = 10_000e6;

    address internal reporter = makeAddr("reporter");
    address internal payout = makeAddr("payout");
    address internal receiptKey;
    uint256 internal receiptSecret;

    function setUp() public virtual override {
        super.setUp();
        (receiptKey, receiptSecret) = makeAddrAndKey("receipts");
        mintUsdc(provider, STAKE);
        mintUsdc(reporter, 1);
        vm.startPrank(provider);
        providerBond.register(IProviderBond.Profile(payout, "uri", keccak256("endpoints"), keccak256("terms")));
        providerBond.addKey(receiptKey, KeyPurposes.RECEIPTS);
        usdc.approve(address(providerBond), type(uint256).max);
        providerBond.deposit(provider, address(usdc), STAKE);
        vm.stopPrank();
    }

    /// @dev A tree of 2^levels leaves: the leaf at `index`, and the nodes beside its path.
    struct Tall {
        uint64 index;
        bytes32[] nodes;
        bytes32 root;
    }

    function tallTree(uint256 levels) internal pure returns (Tall memory tree) {
        tree.index = uint64((1 << levels) - 1) & 0xaaaaa;
        tree.nodes = new bytes32[](levels);
        for (uint256 i; i < levels; ++i) {
            tree.nodes[i] = keccak256(abi.encode("node", i));
        }
        tree.root = Trees.tall(leafHash(trueLeaf(tree.index)), tree.index, tree.nodes);
    }

    function trueLeaf(uint64 index) internal pure returns (IObjectiveFaults.Leaf memory) {
        return IObjectiveFaults.Leaf(index, 1 << 20, 0, keccak256(abi.encode("chunk", index)));
    }

    function wrongLeaf(uint64 index) internal pure returns (IObjectiveFaults.Leaf memory leaf) {
        leaf = trueLeaf(index);
        leaf.digest = ~leaf.digest;
    }

    function leafHash(IObjectiveFaults.Leaf memory leaf) internal pure returns (bytes32) {
        return MerkleTree.chunkLeafHash(leaf.index, leaf.size, leaf.flags, leaf.digest);
    }

    /// @dev An escrow offer of alice for a fresh dataset whose encoding is the tree, not opened.
    function tallOffer(Tall memory tree) internal returns (Offer memory) {
        IDatasetRegistry.VersionInput memory input = versionInput();
        input.chunkCount = uint40(1 << tree.nodes.length);
        vm.prank(alice);
        uint256 datasetId = registry.publish(alice, input, new IDatasetRegistry.ParentLink[](0));
        IDatasetRegistry.EncodingInput memory encoding = encodingInput(datasetId, 1, provider, providerKey);
        encoding.encodingRoot = tree.root;
        EncodingAcceptance memory acceptance = EncodingAcceptance({
            datasetId: datasetId,
            version: 1,
            encoding: 1,
            encodingRoot: tree.root,
            envelopeHash: encoding.envelopeHash,
            provider: provider,
            retirementNotice: encoding.retirementNotice,
            deadline: encoding.deadline
        });
        encoding.signature = sign(providerKey, Messages.hash(acceptance));
        vm.prank(alice);
        registry.addEncoding(datasetId, 1, encoding);
        return escrowOfferOf(datasetId, registerTerms(defaultTerms()));
    }

    /// @dev A receipt of the whole tree but with another leaf, signed by the provider's key.
    function falseReceipt(
        uint256 licenseId,
        Offer memory offer,
        Tall memory tree
    )
        internal
        view
        returns (IObjectiveFaults.SignedReceipt memory)
    {
        DeliveryReceipt memory receipt = deliveryReceipt(licenseId, offer);
        receipt.servedRoot = Trees.tall(leafHash(wrongLeaf(tree.index)), tree.index, tree.nodes);
        return IObjectiveFaults.SignedReceipt(receipt, receiptKey, sign(receiptSecret, Messages.hash(receipt)));
    }

    function contradiction(Tall memory tree) internal pure returns (IObjectiveFaults.Contradiction memory) {
        return IObjectiveFaults.Contradiction(
            tree.index, wrongLeaf(tree.index), tree.nodes, trueLeaf(tree.index), tree.nodes
        );
    }
}
