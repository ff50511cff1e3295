// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { IAttestationRegistry } from "../interfaces/trust/IAttestationRegistry.sol";
import { Subjects } from "./Subjects.sol";

/// @notice Storage and neighbors of the attestation registry.
abstract contract AttestationState is IAttestationRegistry, ColophonUpgradeable {
    /// @dev Three slots. Schema by index and subject without its zeros, so that they share one with the time.
    struct StoredBadge {
        address issuer;
        uint40 issuedAt;
        uint40 expiresAt;
        bool revoked;
        uint168 subject;
        uint32 schemaIndex;
        uint40 recordedAt;
        bytes32 dataHash;
    }

    /// @custom:storage-location erc7201:colophon.storage.AttestationRegistry
    struct AttestationRegistryStorage {
        uint32 schemaCount;
        mapping(bytes32 schema => Schema) schemas;
        mapping(uint32 index => bytes32) schemaIds;
        mapping(bytes32 name => bytes32 schema) known;
        mapping(address issuer => Issuer) issuers;
        mapping(uint256 badgeId => StoredBadge) badges;
        mapping(uint256 badgeId => uint40) revokedAt;
        mapping(address holder => uint256) balances;
        mapping(address issuer => mapping(uint256 badgeId => uint40)) withdrawnAt;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.AttestationRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x1eac8c0078004ab31433e5d8107fcf04c128d845c0a7a5116ea3328fa59f8a00;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _licenseToken;
    /// @dev May have no code yet: it is only compared with the caller.
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _disputeManager;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address disputeManager) {
        // Zero would sign for nobody, and would let nobody rule.
        // slither-disable-start missing-zero-check
        _licenseToken = licenseToken;
        _disputeManager = disputeManager;
        // slither-disable-end missing-zero-check
    }

    /// @dev A badge that exists: every badge has an issuer.
    function _badge(uint256 badgeId) internal view returns (StoredBadge storage badge) {
        badge = _storage().badges[badgeId];
        if (badge.issuer == address(0)) revert AttestationRegistry_UnknownBadge(badgeId);
    }

    function _holder(StoredBadge storage badge) internal view returns (address) {
        return Subjects.holder(Subjects.load(badge.subject));
    }

    function _storage() internal pure returns (AttestationRegistryStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
