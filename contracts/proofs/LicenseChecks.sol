// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IProofRegistry } from "../interfaces/proofs/IProofRegistry.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { LicenseFlags, LicenseHead } from "../types/LicenseHead.sol";
import { ProofState } from "./ProofState.sol";

/// @notice Whether licenses carry a run, by what the chain stores of the past, and the license set as the program hashed it.
/// @dev docs/decisions/0016-adherence-on-chain.md says which history there is, and what stands in where there is none.
abstract contract LicenseChecks is ProofState {
    /// @dev Bytes of one license in the license set: id, three roots, uses.
    uint256 private constant _SET_PART = 160;

    /// @dev Who ran when. Without a runner, licenses are not asked.
    struct Run {
        address runner;
        uint40 start;
        uint40 end;
    }

    // Loops are bounded by entries, batch and a version's parents, and call this protocol's own contracts.
    // slither-disable-start calls-loop

    /// @inheritdoc IProofRegistry
    function licenseSetHash(Entry[] calldata entries, uint40 runStart) public view returns (bytes32) {
        return _hashSet(entries, Run(address(0), runStart, runStart));
    }

    /// @dev The license set hash; each license must carry the run.
    function _hashSet(Entry[] calldata entries, Run memory run) internal view returns (bytes32) {
        uint256 count = entries.length;
        bytes memory set = new bytes(count * _SET_PART);
        bytes32 lastRoot = 0;
        for (uint256 i; i < count; ++i) {
            Entry calldata entry = entries[i];
            IDatasetRegistry.Roots memory roots = _registry.rootsAt(entry.datasetId, entry.version, run.start);
            if (i != 0) _requireOrder(entries, i, lastRoot, roots.contentRoot);
            lastRoot = roots.contentRoot;
            if (run.runner != address(0)) _requireLicense(entry, roots, run);
            _writePart(set, i * _SET_PART, entry.licenseId, entry.uses, roots);
        }
        return sha256(set);
    }

    function _requireOrder(Entry[] calldata entries, uint256 i, bytes32 lastRoot, bytes32 root) private pure {
        (uint256 last, uint256 next) = (entries[i - 1].licenseId, entries[i].licenseId);
        if (next < last || (next == last && root <= lastRoot)) revert ProofRegistry_EntryOrder(i);
    }

    function _writePart(
        bytes memory set,
        uint256 offset,
        uint256 licenseId,
        uint256 uses,
        IDatasetRegistry.Roots memory roots
    )
        private
        pure
    {
        (bytes32 contentRoot, bytes32 recordRoot, bytes32 revokedRoot) =
            (roots.contentRoot, roots.recordRoot, roots.revokedRoot);
        assembly ("memory-safe") {
            let part := add(add(set, 0x20), offset)
            mstore(part, licenseId)
            mstore(add(part, 0x20), contentRoot)
            mstore(add(part, 0x40), recordRoot)
            mstore(add(part, 0x60), revokedRoot)
            mstore(add(part, 0x80), uses)
        }
    }

    function _requireLicense(Entry calldata entry, IDatasetRegistry.Roots memory roots, Run memory run) private view {
        Flaw flaw = _flawOf(entry, roots, run);
        if (flaw != Flaw.None) revert ProofRegistry_LicenseFlaw(entry.licenseId, flaw);
    }

    /// @dev The first that applies. What began before the submission and has no stored beginning counts from ever.
    // One line per refusal; parts would hide their order.
    // solhint-disable-next-line code-complexity
    function _flawOf(
        Entry calldata entry,
        IDatasetRegistry.Roots memory roots,
        Run memory run
    )
        private
        view
        returns (Flaw)
    {
        LicenseHead head = _licenses.headIfHeld(entry.licenseId, run.runner, run.start, run.end);
        if (!head.exists()) return Flaw.NotHeldThroughout;
        if (head.hasAny(LicenseFlags.ENDED)) return Flaw.Ended;
        if (head.isExpired(run.end)) return Flaw.ExpiredBeforeEnd;
        if (head.hasAny(LicenseFlags.FROZEN)) return Flaw.Frozen;
        if (!head.allows(entry.uses)) return Flaw.UseNotLicensed;
        if (!_covers(head, entry.datasetId, entry.version)) return Flaw.VersionNotLicensed;
        if (roots.publishedAt > run.start) return Flaw.PublishedAfterStart;
        if (_isSuspended(head, entry.datasetId, roots.status)) return Flaw.Suspended;
        if (head.hasAny(LicenseFlags.LIVE) && !_isInStanding(entry.licenseId)) return Flaw.PaymentNotInStanding;
        return Flaw.None;
    }

    /// @dev The version that was sold, a later one where these are included, or a component of the bundle that was sold.
    function _covers(LicenseHead head, uint256 datasetId, uint32 version) private view returns (bool) {
        uint32 sold = head.version();
        if (head.datasetId() == datasetId) {
            return version == sold || (version > sold && head.hasAny(LicenseFlags.LATER_VERSIONS));
        }
        IDatasetRegistry.Parent[] memory parents = _registry.parentsOf(head.datasetId(), sold);
        for (uint256 i; i < parents.length; ++i) {
            IDatasetRegistry.Parent memory parent = parents[i];
            if (parent.datasetId == datasetId) return parent.bundle && parent.version == version;
        }
        return false;
    }

    /// @dev A component is suspended with its bundle as well.
    function _isSuspended(
        LicenseHead head,
        uint256 datasetId,
        IDatasetRegistry.Status status
    )
        private
        view
        returns (bool)
    {
        if (status == IDatasetRegistry.Status.Suspended) return true;
        if (head.datasetId() == datasetId) return false;
        return _registry.statusOf(head.datasetId(), head.version()) == IDatasetRegistry.Status.Suspended;
    }

    /// @dev Exhausted: all that was paid for was used, which a run may do.
    function _isInStanding(uint256 licenseId) private view returns (bool) {
        // The head is known already.
        // slither-disable-next-line unused-return
        (, address rail) = _licenses.releaseOf(licenseId);
        IPaymentRail.Standing standing = IPaymentRail(rail).standing(licenseId);
        return standing == IPaymentRail.Standing.Current || standing == IPaymentRail.Standing.Grace
            || standing == IPaymentRail.Standing.Exhausted;
    }

    // slither-disable-end calls-loop
}
