// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IComputeReceipts } from "../interfaces/proofs/IComputeReceipts.sol";
import { IRuledRecords } from "../interfaces/trust/IRuledRecords.sol";

/// @notice Storage, neighbors and reads of ComputeReceipts.
abstract contract ReceiptState is IComputeReceipts, ColophonUpgradeable {
    struct StoredPolicy {
        bool published;
        bool simulated;
    }

    /// @dev What only the event tells is not stored: job, inputs, outputs. The evidence is the signer's.
    struct StoredReceipt {
        bytes32 policy;
        bytes32 runManifestHash;
        address signer;
        uint40 startedAt;
        uint40 endedAt;
        address runner;
        uint40 recordedAt;
        bool revoked;
        bytes32 evidenceHash;
    }

    struct First {
        bytes32 receiptId;
        uint40 at;
    }

    /// @custom:storage-location erc7201:colophon.storage.ComputeReceipts
    struct ComputeReceiptsStorage {
        mapping(bytes32 policy => StoredPolicy) policies;
        mapping(address verifier => bool) verifiers;
        mapping(bytes32 policy => mapping(address signer => Signer)) signers;
        mapping(bytes32 receiptId => StoredReceipt) receipts;
        mapping(uint256 licenseId => mapping(uint8 grade => First)) firsts;
        /// @dev The last receipt of a license at one grade, while the first stands; none of a license with one receipt.
        mapping(uint256 licenseId => mapping(uint8 grade => bytes32)) lasts;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.ComputeReceipts")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xccecc46676d41cdae3486dc1a70a80ffb02ec7a7ac141a2e00638d5ed5cfdf00;

    uint8 internal constant SIMULATED = 1;
    uint8 internal constant ATTESTED = 2;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseToken internal immutable _licenses;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _disputeManager;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address disputeManager) {
        _licenses = ILicenseToken(licenseToken);
        // May have no code yet: it is only compared with the caller.
        // slither-disable-next-line missing-zero-check
        _disputeManager = disputeManager;
    }

    /// @inheritdoc IComputeReceipts
    function receiptOf(bytes32 receiptId) external view returns (Receipt memory) {
        StoredReceipt memory stored = _storage().receipts[receiptId];
        if (stored.recordedAt == 0) revert ComputeReceipts_UnknownReceipt(receiptId);
        return Receipt({
            policy: stored.policy,
            signer: stored.signer,
            runner: stored.runner,
            startedAt: stored.startedAt,
            endedAt: stored.endedAt,
            recordedAt: stored.recordedAt,
            runManifestHash: stored.runManifestHash,
            evidenceHash: stored.evidenceHash,
            simulated: _storage().policies[stored.policy].simulated,
            revoked: stored.revoked || _isRevoked(stored.policy, stored.signer)
        });
    }

    /// @inheritdoc IRuledRecords
    /// @dev The verifier that registered the signer: whether the evidence holds is its word.
    function answerableFor(uint256 recordId) external view returns (address) {
        StoredReceipt memory stored = _storage().receipts[bytes32(recordId)];
        return _stands(stored) ? _storage().signers[stored.policy][stored.signer].verifier : address(0);
    }

    /// @inheritdoc IComputeReceipts
    function signerOf(bytes32 policy, address signer) external view returns (Signer memory) {
        return _storage().signers[policy][signer];
    }

    /// @inheritdoc IComputeReceipts
    function policyOf(bytes32 policy) external view returns (bool published, bool simulated) {
        StoredPolicy memory stored = _storage().policies[policy];
        return (stored.published, stored.simulated);
    }

    /// @inheritdoc IComputeReceipts
    function isVerifier(address account) external view returns (bool) {
        return _storage().verifiers[account];
    }

    /// @inheritdoc IComputeReceipts
    function boundsRun(
        bytes32 receiptId,
        bytes32 runManifestHash,
        address runner,
        uint40 runStart,
        uint40 runEnd
    )
        external
        view
        returns (bool)
    {
        StoredReceipt memory stored = _storage().receipts[receiptId];
        if (!_stands(stored) || _storage().policies[stored.policy].simulated) return false;
        bool same = stored.runManifestHash == runManifestHash && stored.runner == runner;
        return same && stored.startedAt <= runStart && runEnd <= stored.endedAt;
    }

    function _stands(StoredReceipt memory stored) internal view returns (bool) {
        return stored.recordedAt != 0 && !stored.revoked && !_isRevoked(stored.policy, stored.signer);
    }

    function _isRevoked(bytes32 policy, address signer) internal view returns (bool) {
        return _storage().signers[policy][signer].revokedAt != 0;
    }

    function _storage() internal pure returns (ComputeReceiptsStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
