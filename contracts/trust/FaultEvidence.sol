// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { MerkleTree } from "../common/MerkleTree.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IObjectiveFaults } from "../interfaces/trust/IObjectiveFaults.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { LicenseHead } from "../types/LicenseHead.sol";
import { Checkpoint, DeliveryReceipt, Messages } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { OfferBytes } from "../types/OfferBytes.sol";
import { KeyPurposes } from "./TrustBits.sol";
import { TrustEvidence } from "./TrustEvidence.sol";

/// @notice Storage and neighbors of the fault contract, and what evidence must be.
abstract contract FaultEvidence is IObjectiveFaults, ColophonUpgradeable {
    /// @dev All governed numbers, one slot. Of each fault 32 bits of `penalties`, in the faults' order: priceBps 16 | floorBps 16.
    struct Numbers {
        uint32 lateGrace;
        uint32 maxAge;
        uint128 penalties;
    }

    /// @custom:storage-location erc7201:colophon.storage.ObjectiveFaults
    struct FaultStorage {
        Numbers numbers;
        mapping(address provider => mapping(bytes32 originHash => uint40)) forkedAt;
        /// @dev Of logs. What was proven of a license says its record at the bond, in the slot that a compensation writes anyway.
        mapping(bytes32 faultId => bool) proven;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.ObjectiveFaults")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x40a85f7e6479f05c51c1940011fb9ecb287b971291f5d1523033380ca2278c00;

    uint256 internal constant BPS = 10_000;

    /// @dev What a receipt is about, once checked.
    struct Case {
        uint256 licenseId;
        LicenseHead head;
        bytes32 offerId;
        address rail;
        bytes32 evidence;
    }

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseToken internal immutable _licenses;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDatasetRegistry internal immutable _registry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IProviderBond internal immutable _bonds;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address registry, address providerBond) {
        _licenses = ILicenseToken(licenseToken);
        _registry = IDatasetRegistry(registry);
        _bonds = IProviderBond(providerBond);
    }

    function _storage() internal pure returns (FaultStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }

    function _penaltyOf(Fault fault) internal view returns (Penalty memory penalty) {
        if (fault == Fault.None) return penalty;
        uint256 packed = _storage().numbers.penalties >> _shiftOf(fault);
        return Penalty({ priceBps: uint16(packed), floorBps: uint16(packed >> 16) });
    }

    function _storePenalty(Fault fault, Penalty memory penalty) internal {
        Numbers storage numbers = _storage().numbers;
        uint256 shift = _shiftOf(fault);
        uint128 others = numbers.penalties & ~uint128(uint256(type(uint32).max) << shift);
        numbers.penalties = others | uint128((uint256(penalty.priceBps) | uint256(penalty.floorBps) << 16) << shift);
    }

    function _shiftOf(Fault fault) private pure returns (uint256) {
        return (uint256(fault) - 1) * 32;
    }

    // ---- receipts

    /// @dev The license of a receipt that the offer's provider signed about it, not too long ago.
    function _checked(Offer calldata offer, SignedReceipt calldata signed) internal view returns (Case memory c) {
        DeliveryReceipt calldata receipt = signed.receipt;
        c.licenseId = receipt.licenseId;
        (c.head, c.rail) = _licenses.releaseOf(c.licenseId);
        c.offerId = _licenses.offerIdOf(c.licenseId);
        bytes32 given = OfferBytes.id(offer);
        if (given != c.offerId) revert ObjectiveFaults_WrongOffer(c.licenseId, c.offerId, given);
        if (receipt.datasetId != c.head.datasetId()) revert ObjectiveFaults_WrongEvidence("datasetId");
        c.evidence = Messages.hash(receipt);
        _requireSigned(
            offer.provider, signed.signer, KeyPurposes.RECEIPTS, receipt.servedUntil, c.evidence, signed.signature
        );
    }

    /// @dev That the served tree has a leaf that the encoding contradicts, or has no place for.
    function _requireContradiction(
        DeliveryReceipt calldata receipt,
        Contradiction calldata proof,
        bytes32 encodingRoot,
        uint256 chunkCount
    )
        internal
        view
    {
        bytes32 served = _leafHash(proof.served);
        if (!MerkleTree.verify(receipt.servedRoot, receipt.chunks, proof.position, served, proof.servedProof)) {
            revert ObjectiveFaults_BadProof("served");
        }
        uint256 index = proof.served.index;
        if (index >= chunkCount) return;
        if (proof.encoded.index != index) revert ObjectiveFaults_WrongEvidence("encoded.index");
        bytes32 encoded = _leafHash(proof.encoded);
        if (encoded == served) revert ObjectiveFaults_NoFault();
        if (!MerkleTree.verify(encodingRoot, chunkCount, index, encoded, proof.encodedProof)) {
            revert ObjectiveFaults_BadProof("encoded");
        }
    }

    // ---- heads

    /// @dev That two signed heads cannot be of one history.
    /// @return evidence keccak256 of both heads' struct hashes.
    function _requireFork(
        SignedHead calldata smaller,
        SignedHead calldata larger,
        bytes32[] calldata path
    )
        internal
        view
        returns (bytes32 evidence)
    {
        if (smaller.head.provider != larger.head.provider) revert ObjectiveFaults_WrongEvidence("provider");
        if (smaller.head.originHash != larger.head.originHash) revert ObjectiveFaults_WrongEvidence("originHash");
        (uint64 size, uint64 newSize) = (smaller.head.size, larger.head.size);
        if (size > newSize) revert ObjectiveFaults_WrongEvidence("size");
        if (size == newSize) {
            if (path.length != 0) revert ObjectiveFaults_WrongEvidence("path");
            if (smaller.head.root == larger.head.root) revert ObjectiveFaults_NoFault();
        } else {
            (bool fits, bytes32 root, bytes32 newRoot) = MerkleTree.rootsOf(size, newSize, path);
            if (!fits || newRoot != larger.head.root) revert ObjectiveFaults_BadProof("path");
            if (root == smaller.head.root) revert ObjectiveFaults_NoFault();
        }
        return keccak256(abi.encode(_requireSignedHead(smaller), _requireSignedHead(larger)));
    }

    function _requireSignedHead(SignedHead calldata signed) private view returns (bytes32 structHash) {
        Checkpoint calldata head = signed.head;
        structHash = Messages.hash(head);
        _requireSigned(head.provider, signed.signer, KeyPurposes.LOGS, head.signedAt, structHash, signed.signature);
    }

    // ---- private

    function _requireSigned(
        address provider,
        address signer,
        uint8 purpose,
        uint40 at,
        bytes32 structHash,
        bytes calldata signature
    )
        private
        view
    {
        uint256 until = uint256(at) + _storage().numbers.maxAge;
        if (block.timestamp > until) revert ObjectiveFaults_TooOld(until);
        bool valid = TrustEvidence.signsFor(_bonds, provider, signer, purpose, at)
            && TrustEvidence.isSigned(_licenses, structHash, signer, signature);
        if (!valid) revert ObjectiveFaults_BadSignature(provider, signer, at);
    }

    function _leafHash(Leaf calldata leaf) private pure returns (bytes32) {
        return MerkleTree.chunkLeafHash(leaf.index, leaf.size, leaf.flags, leaf.digest);
    }
}
