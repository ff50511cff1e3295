// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MerkleTree } from "../../../../contracts/common/MerkleTree.sol";
import { IConsentRegistry } from "../../../../contracts/interfaces/registry/IConsentRegistry.sol";
import { Consent, Messages } from "../../../../contracts/types/Messages.sol";
import { TrustFixture } from "../../trust/TrustFixture.sol";

/// @notice Consents of the grantor to the seller, alone and in a batch of three.
abstract contract ConsentTest is TrustFixture {
    bytes32 internal constant LEAVES = keccak256("leaves");

    Consent internal consent;
    bytes32 internal consentHash;
    bytes internal signature;
    /// @dev Of the batch whose leaf at position `i` is the consent with nonce `i + 1`.
    bytes32 internal root;

    function setUp() public virtual override {
        super.setUp();
        consent = _consent();
        consentHash = Messages.hash(consent);
        signature = _sign(grantorKey, consentHash);
        root = MerkleTree.nodeHash(MerkleTree.nodeHash(_leaf(1), _leaf(2)), _leaf(3));
    }

    function _nth(uint256 nonce) internal view returns (Consent memory nth) {
        nth = _consent();
        nth.nonce = nonce;
    }

    function _signatureOf(uint256 nonce) internal view returns (bytes memory) {
        return _sign(grantorKey, Messages.hash(_nth(nonce)));
    }

    function _leaf(uint256 nonce) internal view returns (bytes32) {
        bytes32 hash = Messages.hash(_nth(nonce));
        return MerkleTree.leafHash(abi.encodePacked(hash, keccak256(_signatureOf(nonce)), LEAVES));
    }

    /// @dev Where the consent with this nonce stands in the batch.
    function _proof(uint256 nonce) internal view returns (IConsentRegistry.BatchProof memory proof) {
        (proof.root, proof.index, proof.leavesHash) = (root, uint64(nonce - 1), LEAVES);
        proof.path = new bytes32[](nonce == 3 ? 1 : 2);
        if (nonce == 3) {
            proof.path[0] = MerkleTree.nodeHash(_leaf(1), _leaf(2));
        } else {
            (proof.path[0], proof.path[1]) = (_leaf(3 - nonce), _leaf(3));
        }
    }

    function _anchor() internal {
        vm.prank(seller);
        consents.anchorBatch(root, 3);
    }

    function _link() internal {
        vm.prank(seller);
        consents.link(consent, datasetId, 1, LEAVES);
    }

    function _linkBatch() internal {
        vm.prank(seller);
        consents.linkBatch(root, datasetId, 1);
    }

    function _recordOne() internal {
        consents.record(consent, signature);
    }

    /// @dev By the grantor, starting no recall.
    function _revokeOne() internal {
        vm.prank(grantor);
        consents.revoke(consent, "withdrawn", new IConsentRegistry.VersionRef[](0));
    }

    function _badSignature() internal view returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_BadSignature.selector, grantor);
    }

    function _notInBatch(uint256 nonce) internal view returns (bytes memory) {
        return abi.encodeWithSelector(
            IConsentRegistry.ConsentRegistry_NotInBatch.selector, Messages.hash(_nth(nonce)), root
        );
    }

    function _notLinked(uint32 version) internal view returns (bytes memory) {
        return
            abi.encodeWithSelector(IConsentRegistry.ConsentRegistry_NotLinked.selector, consentHash, datasetId, version);
    }
}
