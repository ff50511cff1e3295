// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IComputeReceipts } from "../interfaces/proofs/IComputeReceipts.sol";
import { ReceiptState } from "./ReceiptState.sol";

/// @notice Policies, the verifiers of evidence, and the keys that they registered.
abstract contract EnclaveSigners is ReceiptState {
    /// @inheritdoc IComputeReceipts
    uint256 public constant MAX_LIST = 32;
    /// @inheritdoc IComputeReceipts
    uint40 public constant MAX_VALIDITY = 90 days;

    /// @inheritdoc IComputeReceipts
    function publishPolicy(Policy calldata content) external returns (bytes32 policy) {
        if (content.platform == bytes32(0)) revert ComputeReceipts_BadPolicy("platform");
        if (content.rootHash == bytes32(0)) revert ComputeReceipts_BadPolicy("rootHash");
        if (!content.simulated && !content.debugForbidden) revert ComputeReceipts_BadPolicy("debugForbidden");
        bool listed = content.measurements.length != 0 && _ascends(content.measurements);
        if (!listed) revert ComputeReceipts_BadPolicy("measurements");
        if (!_ascends(content.deniedAdvisories)) revert ComputeReceipts_BadPolicy("deniedAdvisories");
        policy = keccak256(abi.encode(content));
        StoredPolicy storage stored = _storage().policies[policy];
        if (stored.published) revert ComputeReceipts_PolicyKnown(policy);
        (stored.published, stored.simulated) = (true, content.simulated);
        emit PolicyPublished(policy, msg.sender, content);
    }

    /// @inheritdoc IComputeReceipts
    function setVerifier(address verifier, bool admitted) external restricted {
        _setVerifier(verifier, admitted);
    }

    /// @inheritdoc IComputeReceipts
    function stopVerifier(address verifier) external restricted {
        _setVerifier(verifier, false);
    }

    /// @inheritdoc IComputeReceipts
    function registerSigner(Policy calldata content, address signer, SignerEvidence calldata evidence) external {
        bytes32 policy = keccak256(abi.encode(content));
        if (!_storage().policies[policy].published) revert ComputeReceipts_UnknownPolicy(policy);
        if (!content.simulated && !_storage().verifiers[msg.sender]) revert ComputeReceipts_NotVerifier(msg.sender);
        _requireEvidence(policy, content, signer, evidence);
        Signer storage stored = _storage().signers[policy][signer];
        // What was revoked stays so; what expired can be attested anew.
        if (stored.revokedAt != 0 || block.timestamp < stored.expiresAt) {
            revert ComputeReceipts_SignerTaken(policy, signer);
        }
        (stored.verifier, stored.from, stored.expiresAt) = (msg.sender, uint40(block.timestamp), evidence.expiresAt);
        stored.evidenceHash = evidence.evidenceHash;
        emit SignerRegistered(policy, signer, msg.sender, evidence);
    }

    /// @inheritdoc IComputeReceipts
    function revokeSigner(bytes32 policy, address signer, bytes32 reasonHash) external {
        if (msg.sender != _storage().signers[policy][signer].verifier) {
            revert ComputeReceipts_NotAnswerable(policy, signer, msg.sender);
        }
        _revokeSigner(policy, signer, reasonHash);
    }

    /// @inheritdoc IComputeReceipts
    function stopSigner(bytes32 policy, address signer, bytes32 reasonHash) external restricted {
        _revokeSigner(policy, signer, reasonHash);
    }

    function _revokeSigner(bytes32 policy, address signer, bytes32 reasonHash) internal {
        Signer storage stored = _storage().signers[policy][signer];
        if (stored.from == 0 || stored.revokedAt != 0) revert ComputeReceipts_SignerNotValid(policy, signer);
        stored.revokedAt = uint40(block.timestamp);
        emit SignerRevoked(policy, signer, msg.sender, reasonHash);
    }

    function _setVerifier(address verifier, bool admitted) private {
        if (verifier == address(0) || _storage().verifiers[verifier] == admitted) revert ComputeReceipts_NoChange();
        _storage().verifiers[verifier] = admitted;
        emit VerifierSet(verifier, admitted);
    }

    function _requireEvidence(
        bytes32 policy,
        Policy calldata content,
        address signer,
        SignerEvidence calldata evidence
    )
        private
        view
    {
        if (signer == address(0)) revert ComputeReceipts_EvidenceRefused(policy, "signer");
        if (evidence.evidenceHash == bytes32(0)) revert ComputeReceipts_EvidenceRefused(policy, "evidenceHash");
        if (!_contains(content.measurements, evidence.measurement)) {
            revert ComputeReceipts_EvidenceRefused(policy, "measurement");
        }
        if (evidence.tcb < content.minimumTcb) revert ComputeReceipts_EvidenceRefused(policy, "tcb");
        if (evidence.debug && content.debugForbidden) revert ComputeReceipts_EvidenceRefused(policy, "debug");
        if (!_ascends(evidence.advisories) || _meet(content.deniedAdvisories, evidence.advisories)) {
            revert ComputeReceipts_EvidenceRefused(policy, "advisories");
        }
        bool inTime =
            evidence.expiresAt > block.timestamp && evidence.expiresAt <= block.timestamp + uint256(MAX_VALIDITY);
        if (!inTime) revert ComputeReceipts_EvidenceRefused(policy, "expiresAt");
    }

    /// @dev Strictly ascending, no longer than the bound.
    function _ascends(bytes32[] calldata list) private pure returns (bool) {
        if (list.length > MAX_LIST) return false;
        for (uint256 i = 1; i < list.length; ++i) {
            if (list[i] <= list[i - 1]) return false;
        }
        return true;
    }

    function _contains(bytes32[] calldata list, bytes32 item) private pure returns (bool) {
        for (uint256 i; i < list.length; ++i) {
            if (list[i] == item) return true;
        }
        return false;
    }

    function _meet(bytes32[] calldata a, bytes32[] calldata b) private pure returns (bool) {
        for (uint256 i; i < b.length; ++i) {
            if (_contains(a, b[i])) return true;
        }
        return false;
    }
}
