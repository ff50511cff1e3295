// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { MerkleTree } from "../common/MerkleTree.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { IServiceChallenges } from "../interfaces/trust/IServiceChallenges.sol";
import { AvailabilityReceipt, DeliveryRequest, Messages } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { OfferBytes } from "../types/OfferBytes.sol";
import { KeyPurposes } from "./TrustBits.sol";
import { TrustEvidence } from "./TrustEvidence.sol";
import { TrustMoney } from "./TrustMoney.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Storage and neighbors of the challenges, and what requests and answers must be.
abstract contract ChallengeChecks is IServiceChallenges, ColophonUpgradeable, TrustMoney {
    /// @dev Two slots.
    struct StoredChallenge {
        uint64 licenseId;
        uint32 version;
        uint16 encoding;
        uint40 chunk;
        uint40 openedAt;
        uint40 deadline;
        State state;
        uint16 termsIndex;
        address challenger;
        uint96 fee;
    }

    /// @dev A license's last challenge, one slot.
    struct Last {
        uint64 challengeId;
        uint64 sequence;
        uint40 openedAt;
    }

    /// @custom:storage-location erc7201:colophon.storage.ServiceChallenges
    struct ChallengeStorage {
        uint256 count;
        uint16 termsIndex;
        /// @dev Numbered from 1; a challenge keeps those of its opening.
        mapping(uint16 index => Terms) terms;
        mapping(uint256 challengeId => StoredChallenge) challenges;
        mapping(uint256 licenseId => Last) last;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.ServiceChallenges")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x3fb74e921012b0e59f4d56a1cec3af7902ca582852a8bc5638d94aa8a48c7100;

    uint256 internal constant BPS = 10_000;

    /// @inheritdoc IServiceChallenges
    uint40 public constant MAX_REQUEST_AGE = 7 days;

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

    function _storage() internal pure returns (ChallengeStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }

    function _idOf(Offer calldata offer) internal pure returns (bytes32) {
        return OfferBytes.id(offer);
    }

    function _requireOffer(uint256 licenseId, Offer calldata offer) internal view {
        (bytes32 expected, bytes32 given) = (_licenses.offerIdOf(licenseId), _idOf(offer));
        if (given != expected) revert ServiceChallenges_WrongOffer(licenseId, expected, given);
    }

    function _openAt(uint256 challengeId) internal view returns (StoredChallenge memory c) {
        c = _storage().challenges[challengeId];
        if (c.state != State.Open) revert ServiceChallenges_WrongState(challengeId, c.state);
    }

    // ---- requests

    /// @dev A fresh request of the holder, for a chunk that the provider owes until the deadline at least.
    function _requireRequest(
        Offer calldata offer,
        DeliveryRequest calldata request,
        bytes calldata signature,
        uint40 deadline
    )
        internal
        view
    {
        uint256 licenseId = request.licenseId;
        _requireOffer(licenseId, offer);
        ILicenseToken.License memory license = _licenses.licenseOf(licenseId);
        address holder = IERC721(address(_licenses)).ownerOf(licenseId);
        ILicenseToken.Access access = _licenses.accessOf(licenseId, holder, request.version, license.uses);
        if (access != ILicenseToken.Access.Granted) revert ServiceChallenges_NoAccess(licenseId, uint8(access));
        if (license.expiry != 0 && license.expiry <= deadline) {
            revert ServiceChallenges_EndsBefore(licenseId, license.expiry, deadline);
        }
        _requireServed(offer, request, license, deadline);
        if (request.signedAt > block.timestamp || request.signedAt + MAX_REQUEST_AGE < block.timestamp) {
            revert ServiceChallenges_BadRequest("signedAt");
        }
        if (msg.sender != holder && !TrustEvidence.isSigned(_licenses, Messages.hash(request), holder, signature)) {
            revert ServiceChallenges_BadSignature(holder);
        }
    }

    /// @dev That the chunk is of an encoding which the offer's provider serves under the license until the deadline.
    function _requireServed(
        Offer calldata offer,
        DeliveryRequest calldata request,
        ILicenseToken.License memory license,
        uint40 deadline
    )
        private
        view
    {
        // Of the version sold, its own encoding or a later one, which the licensee asks for with this request.
        if (request.version == license.version && request.encoding < license.encoding) {
            revert ServiceChallenges_BadRequest("encoding");
        }
        IDatasetRegistry.Encoding memory encoding =
            _registry.encodingOf(license.datasetId, request.version, request.encoding);
        if (encoding.provider != offer.provider) revert ServiceChallenges_BadRequest("provider");
        uint256 servedUntil = uint256(encoding.retiredAt) + encoding.retirementNotice;
        if (encoding.retiredAt != 0 && servedUntil <= deadline) {
            revert ServiceChallenges_EndsBefore(request.licenseId, servedUntil, deadline);
        }
        if (request.chunk >= _registry.versionOf(license.datasetId, request.version).chunkCount) {
            revert ServiceChallenges_BadRequest("chunk");
        }
    }

    /// @dev What the license's holder may do now, by all the uses that it has.
    function _accessNow(uint256 licenseId, uint32 version) internal view returns (ILicenseToken.Access) {
        address holder = IERC721(address(_licenses)).ownerOf(licenseId);
        return _licenses.accessOf(licenseId, holder, version, _licenses.licenseOf(licenseId).uses);
    }

    /// @dev Fee and penalty for an offer: parts of its price, at least parts of the least bond.
    function _costOf(Terms memory t, Offer calldata offer) internal view returns (uint128 fee, uint128 penalty) {
        uint256 minimum = _bonds.requiredBond(offer.token, 0);
        fee = _partOf(offer.price, t.feeBps, minimum, t.feeFloorBps);
        penalty = _partOf(offer.price, t.penaltyBps, minimum, t.penaltyFloorBps);
    }

    function _partOf(uint256 price, uint256 bps, uint256 minimum, uint256 floorBps) private pure returns (uint128) {
        uint256 part = Math.max(price * bps, minimum * floorBps) / BPS;
        // A fee has 96 bits where it is stored; no token has more units.
        return uint128(Math.min(part, type(uint96).max));
    }

    // ---- answers

    function _requireAnswer(
        Offer calldata offer,
        StoredChallenge memory c,
        AvailabilityReceipt calldata receipt,
        address signer,
        bytes calldata signature
    )
        internal
        view
    {
        uint256 id = receipt.challengeId;
        if (receipt.chunk != c.chunk) revert ServiceChallenges_BadAnswer(id, "chunk");
        if (receipt.signedAt < c.openedAt || receipt.signedAt > block.timestamp) {
            revert ServiceChallenges_BadAnswer(id, "signedAt");
        }
        bool valid = TrustEvidence.signsFor(_bonds, offer.provider, signer, KeyPurposes.RECEIPTS, receipt.signedAt)
            && TrustEvidence.isSigned(_licenses, Messages.hash(receipt), signer, signature);
        if (!valid) revert ServiceChallenges_BadSignature(signer);
    }

    /// @dev That the receipt's digest is what the encoding has at the chunk.
    function _requireLeaf(
        uint256 datasetId,
        StoredChallenge memory c,
        AvailabilityReceipt calldata receipt,
        uint32 size,
        uint8 flags,
        bytes32[] calldata proof
    )
        internal
        view
    {
        bytes32 root = _registry.encodingOf(datasetId, c.version, c.encoding).encodingRoot;
        if (receipt.encodingRoot != root) revert ServiceChallenges_BadAnswer(receipt.challengeId, "encodingRoot");
        bytes32 leaf = MerkleTree.chunkLeafHash(c.chunk, size, flags, receipt.digest);
        uint256 chunks = _registry.versionOf(datasetId, c.version).chunkCount;
        if (!MerkleTree.verify(root, chunks, c.chunk, leaf, proof)) {
            revert ServiceChallenges_BadAnswer(receipt.challengeId, "proof");
        }
    }
}
