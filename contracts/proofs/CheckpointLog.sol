// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { MerkleTree } from "../common/MerkleTree.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { ICheckpointLog } from "../interfaces/proofs/ICheckpointLog.sol";
import { IObjectiveFaults } from "../interfaces/trust/IObjectiveFaults.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { KeyPurposes } from "../trust/TrustBits.sol";
import { TrustEvidence } from "../trust/TrustEvidence.sol";
import { Checkpoint, Messages } from "../types/Messages.sol";

/// @title Anchored heads of providers' append-only logs
/// @notice See ICheckpointLog.
contract CheckpointLog is ICheckpointLog, ColophonUpgradeable {
    using Messages for Checkpoint;

    /// @custom:storage-location erc7201:colophon.storage.CheckpointLog
    struct CheckpointLogStorage {
        mapping(address provider => mapping(bytes32 originHash => Head)) heads;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.CheckpointLog")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xb97bf348bd650e1cd3e23978016508866f42a8fb8deb4dce6dcc15b906584900;

    /// @inheritdoc ICheckpointLog
    uint256 public constant MAX_ORIGIN = 255;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseToken private immutable _licenses;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IProviderBond private immutable _bonds;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IObjectiveFaults private immutable _faults;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address providerBond, address objectiveFaults) {
        _licenses = ILicenseToken(licenseToken);
        _bonds = IProviderBond(providerBond);
        _faults = IObjectiveFaults(objectiveFaults);
    }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    /// @inheritdoc ICheckpointLog
    function open(string calldata origin, Checkpoint calldata head, address signer, bytes calldata signature) external {
        bytes32 originHash = keccak256(bytes(origin));
        if (originHash != head.originHash || !_isLine(bytes(origin))) {
            revert CheckpointLog_BadOrigin(originHash, head.originHash);
        }
        Head storage log = _storage().heads[head.provider][originHash];
        if (log.anchoredAt != 0) revert CheckpointLog_AlreadyOpen(head.provider, originHash);
        _requireHead(log, head, signer, signature);
        emit LogOpened(head.provider, originHash, origin);
        _store(log, head, signer);
    }

    /// @inheritdoc ICheckpointLog
    function anchor(
        Checkpoint calldata head,
        address signer,
        bytes calldata signature,
        bytes32[] calldata proof
    )
        external
    {
        Head storage log = _storage().heads[head.provider][head.originHash];
        if (log.anchoredAt == 0) revert CheckpointLog_NotOpen(head.provider, head.originHash);
        _requireHead(log, head, signer, signature);
        if (!MerkleTree.verifyConsistency(log.size, log.root, head.size, head.root, proof)) {
            revert CheckpointLog_NotConsistent(head.provider, head.originHash, log.size, head.size);
        }
        _store(log, head, signer);
    }

    /// @inheritdoc ICheckpointLog
    function headOf(address provider, bytes32 originHash) external view returns (Head memory) {
        return _storage().heads[provider][originHash];
    }

    /// @inheritdoc ICheckpointLog
    function includedAt(
        address provider,
        bytes32 originHash,
        uint64 index,
        bytes32 leafHash,
        bytes32[] calldata proof
    )
        external
        view
        returns (uint40 at)
    {
        Head memory log = _storage().heads[provider][originHash];
        if (MerkleTree.verify(log.root, log.size, index, leafHash, proof)) at = log.anchoredAt;
    }

    // ---- parts

    function _requireHead(
        Head storage log,
        Checkpoint calldata head,
        address signer,
        bytes calldata signature
    )
        private
        view
    {
        if (head.size <= log.size) revert CheckpointLog_NotLarger(head.size, log.size);
        if (head.signedAt < log.signedAt || head.signedAt > block.timestamp) {
            revert CheckpointLog_BadTime(head.signedAt, log.signedAt, block.timestamp);
        }
        uint40 forkedAt = _faults.forkedAt(head.provider, head.originHash);
        if (forkedAt != 0) revert CheckpointLog_Forked(head.provider, head.originHash, forkedAt);
        bool signed = TrustEvidence.signsFor(_bonds, head.provider, signer, KeyPurposes.LOGS, head.signedAt)
            && TrustEvidence.isSigned(_licenses, head.hash(), signer, signature);
        if (!signed) revert CheckpointLog_BadSignature(head.provider, signer, head.signedAt);
    }

    function _store(Head storage log, Checkpoint calldata head, address signer) private {
        (log.root, log.size, log.signedAt, log.anchoredAt) =
        (head.root, head.size, head.signedAt, uint40(block.timestamp));
        emit CheckpointAnchored(head.provider, head.originHash, head.size, head.root, head.signedAt, signer);
    }

    /// @dev A line of a signed note: not empty, bounded, no control characters.
    function _isLine(bytes calldata text) private pure returns (bool) {
        if (text.length == 0 || text.length > MAX_ORIGIN) return false;
        for (uint256 i; i < text.length; ++i) {
            if (uint8(text[i]) < 0x20) return false;
        }
        return true;
    }

    function _storage() private pure returns (CheckpointLogStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
