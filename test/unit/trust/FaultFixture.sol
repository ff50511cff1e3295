// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MerkleTree } from "../../../contracts/common/MerkleTree.sol";
import { TypedData } from "../../../contracts/common/TypedData.sol";
import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { IObjectiveFaults } from "../../../contracts/interfaces/trust/IObjectiveFaults.sol";
import { IProviderBond } from "../../../contracts/interfaces/trust/IProviderBond.sol";
import { ObjectiveFaults } from "../../../contracts/trust/ObjectiveFaults.sol";
import { ProviderBond } from "../../../contracts/trust/ProviderBond.sol";
import { ServiceChallenges } from "../../../contracts/trust/ServiceChallenges.sol";
import { KeyPurposes } from "../../../contracts/trust/TrustBits.sol";
import { DeliveryReceipt, EncodingAcceptance, Messages } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { LicensingFixture } from "../licensing/LicensingFixture.sol";
import { Trees } from "./Trees.sol";
import { DisputeDouble } from "./doubles/DisputeDouble.sol";

/// @notice Licenses of a dataset whose encoding is a tree that tests know, a bonded provider with a receipt key, and the two
/// contracts that find faults, all real; the rail and the dispute manager do what a test says.
abstract contract FaultFixture is LicensingFixture {
    uint256 internal constant CHUNKS = 11;
    uint128 internal constant STAKE = 10_000e6;
    uint96 internal constant MINIMUM = 100e6;
    uint40 internal constant START = 1_800_000_000;

    ProviderBond internal bonds;
    ObjectiveFaults internal faults;
    ServiceChallenges internal challenges;
    DisputeDouble internal disputeManager;

    address internal reporter = makeAddr("reporter");
    address internal payout = makeAddr("payout");
    address internal receiptKey;
    uint256 internal receiptSecret;
    address internal logKey;
    uint256 internal logSecret;

    bytes32[] internal encoded;
    uint256 internal servedDataset;

    function setUp() public virtual override {
        super.setUp();
        (receiptKey, receiptSecret) = makeAddrAndKey("receipts");
        (logKey, logSecret) = makeAddrAndKey("logs");
        disputeManager = new DisputeDouble(rail);
        _deployTrust();
        bonds.setBondToken(address(usd), MINIMUM, 2000, true);
        _registerProvider();
        for (uint64 i; i < CHUNKS; ++i) {
            encoded.push(_leafHash(_leaf(i)));
        }
        servedDataset = _publishEncoding(uint40(CHUNKS), Trees.root(encoded));
    }

    // ---- deployment

    function _deployTrust() private {
        address bond = _addressOf("ProviderBond");
        address fault = _addressOf("ObjectiveFaults");
        address challenge = _addressOf("ServiceChallenges");
        (address token, address reg, address dm) = (address(licenses), address(registry), address(disputeManager));
        _proxy(
            "ProviderBond",
            address(new ProviderBond(token, address(market), address(config), fault, challenge, dm)),
            _init()
        );
        _proxy("ObjectiveFaults", address(new ObjectiveFaults(token, reg, bond, dm)), _init());
        _proxy("ServiceChallenges", address(new ServiceChallenges(token, reg, bond, dm)), _init());
        (bonds, faults, challenges) = (ProviderBond(bond), ObjectiveFaults(fault), ServiceChallenges(challenge));
    }

    function _registerProvider() private {
        usd.mint(provider, 100 * STAKE);
        vm.startPrank(provider);
        bonds.register(IProviderBond.Profile(payout, "uri", keccak256("endpoints"), keccak256("terms")));
        bonds.addKey(receiptKey, KeyPurposes.RECEIPTS);
        bonds.addKey(logKey, KeyPurposes.LOGS);
        usd.approve(address(bonds), type(uint256).max);
        bonds.deposit(provider, address(usd), STAKE);
        vm.stopPrank();
    }

    // ---- datasets

    /// @dev A dataset of the seller with one version of `chunks` chunks and one encoding with this root.
    function _publishEncoding(uint40 chunks, bytes32 root) internal returns (uint256 id) {
        IDatasetRegistry.VersionInput memory input = _version(root);
        input.chunkCount = chunks;
        id = registry.publish(seller, input, new IDatasetRegistry.ParentLink[](0));
        _addEncodingOf(id, 1, root, provider, providerKey, 30 days);
    }

    function _addEncodingOf(
        uint256 id,
        uint16 encoding,
        bytes32 root,
        address by,
        uint256 byKey,
        uint32 notice
    )
        internal
    {
        IDatasetRegistry.EncodingInput memory input;
        (input.encodingRoot, input.envelopeHash) = (root, keccak256("envelope"));
        (input.provider, input.retirementNotice) = (by, notice);
        input.deadline = uint40(block.timestamp + 1 days);
        EncodingAcceptance memory acceptance =
            EncodingAcceptance(id, 1, encoding, root, input.envelopeHash, by, notice, input.deadline);
        input.signature = _sign(byKey, Messages.hash(acceptance));
        vm.prank(seller);
        registry.addEncoding(id, 1, input);
    }

    function _servedOffer() internal view returns (Offer memory offer) {
        offer = _offer();
        offer.datasetId = servedDataset;
    }

    /// @dev A license of the served dataset, held by the buyer, whose rail holds `held`.
    function _servedLicense(uint128 held) internal returns (Offer memory offer, uint256 licenseId) {
        offer = _servedOffer();
        offer.salt = licenses.licenseCount() + 1;
        _open(offer);
        licenseId = _buy(offer);
        disputeManager.hold(licenseId, held);
    }

    // ---- leaves and receipts

    /// @dev The leaf that the encoding has at `index`.
    function _leaf(uint64 index) internal pure returns (IObjectiveFaults.Leaf memory) {
        return IObjectiveFaults.Leaf(index, 1 << 20, 0, keccak256(abi.encode("chunk", index)));
    }

    function _wrongLeaf(uint64 index) internal pure returns (IObjectiveFaults.Leaf memory leaf) {
        leaf = _leaf(index);
        leaf.digest = ~leaf.digest;
    }

    function _leafHash(IObjectiveFaults.Leaf memory leaf) internal pure returns (bytes32) {
        return MerkleTree.chunkLeafHash(leaf.index, leaf.size, leaf.flags, leaf.digest);
    }

    /// @dev A receipt for chunks with these leaves, served now.
    function _receipt(
        Offer memory offer,
        uint256 licenseId,
        bytes32[] memory leaves
    )
        internal
        view
        returns (DeliveryReceipt memory receipt)
    {
        (receipt.licenseId, receipt.datasetId) = (licenseId, offer.datasetId);
        (receipt.version, receipt.encoding) = (offer.version, offer.encoding);
        receipt.encodingRoot = registry.encodingOf(offer.datasetId, offer.version, offer.encoding).encodingRoot;
        receipt.servedRoot = Trees.root(leaves);
        (receipt.chunks, receipt.bytesServed) = (uint64(leaves.length), uint64(leaves.length << 20));
        receipt.sequence = 1;
        (receipt.servedFrom, receipt.servedUntil) = (uint40(block.timestamp), uint40(block.timestamp));
        receipt.deadline = uint40(block.timestamp + 1 days);
    }

    /// @dev Signed by the provider's key for receipts.
    function _signed(DeliveryReceipt memory receipt) internal view returns (IObjectiveFaults.SignedReceipt memory) {
        return IObjectiveFaults.SignedReceipt(receipt, receiptKey, _sign(receiptSecret, Messages.hash(receipt)));
    }

    /// @dev What was served in the place of the chunks from `from` on: `count` leaves, of which the one at `wrong` is wrong.
    function _servedLeaves(uint64 from, uint64 count, uint64 wrong) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint64 i; i < count; ++i) {
            leaves[i] = _leafHash(from + i == wrong ? _wrongLeaf(wrong) : _leaf(from + i));
        }
    }

    function _contradiction(
        bytes32[] memory leaves,
        uint64 position,
        IObjectiveFaults.Leaf memory served
    )
        internal
        view
        returns (IObjectiveFaults.Contradiction memory proof)
    {
        proof.position = position;
        proof.served = served;
        proof.servedProof = Trees.proof(leaves, position);
        if (served.index >= CHUNKS) return proof;
        proof.encoded = _leaf(served.index);
        proof.encodedProof = Trees.proof(encoded, served.index);
    }

    // ---- signatures and state

    function _sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, TypedData.digest(address(licenses), structHash));
        return abi.encodePacked(r, s, v);
    }

    function _stake() internal view returns (uint128) {
        return bonds.stakeOf(provider, address(usd));
    }
}
