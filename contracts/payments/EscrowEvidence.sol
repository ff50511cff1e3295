// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IReleaseEvidence } from "../interfaces/payments/IReleaseEvidence.sol";
import { Offer } from "../types/Offer.sol";
import { EscrowReceipts } from "./EscrowReceipts.sol";
import { EscrowTermsLib } from "./EscrowTermsLib.sol";
import { KeptEvidence } from "./KeptEvidence.sol";

/// @notice Release by evidence that other contracts keep: what an offer can name, and when it counts.
abstract contract EscrowEvidence is EscrowReceipts {
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _computeReceipts;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _proofRegistry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _qualityOracle;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address computeReceipts,
        address proofRegistry,
        address qualityOracle,
        address providerBond
    )
        EscrowReceipts(providerBond)
    {
        // Zero has no code, so offers that name it are refused.
        // slither-disable-start missing-zero-check
        _computeReceipts = computeReceipts;
        _proofRegistry = proofRegistry;
        _qualityOracle = qualityOracle;
        // slither-disable-end missing-zero-check
    }

    /// @dev Refuses terms out of bounds, and evidence that nobody keeps.
    function _requireTerms(Offer calldata offer) internal view {
        if (!EscrowTermsLib.check(offer.railTerms, offer.price)) return;
        ReleaseCondition condition = EscrowTermsLib.condition(offer.railTerms);
        if (_keeperOf(condition).code.length == 0) revert EscrowRail_NoEvidenceKept(condition);
    }

    /// @dev Receipts open nothing where evidence takes their place.
    function _requireByReceipt(uint256 licenseId, Offer calldata offer) internal pure {
        if (!EscrowTermsLib.hasCondition(offer.railTerms)) return;
        ReleaseCondition condition = EscrowTermsLib.condition(offer.railTerms);
        if (EscrowTermsLib.replacesReceipts(condition)) revert EscrowRail_EvidenceNeeded(licenseId, condition);
    }

    /// @dev Whatever releases before a quiet window has passed: the named evidence, or else the reason why nothing does.
    function _requireProven(uint256 licenseId, Offer calldata offer, Hold memory hold) internal {
        uint40 at = _provenInTime(licenseId, offer, hold);
        ReleaseCondition condition = EscrowTermsLib.condition(offer.railTerms);
        if (at != 0) {
            _requireMovable(licenseId, hold);
            emit ReleasedByEvidence(licenseId, condition, at);
            return;
        }
        if (EscrowTermsLib.replacesReceipts(condition)) {
            _requireOpen(licenseId, hold);
            revert EscrowRail_EvidenceNeeded(licenseId, condition);
        }
        _requireState(licenseId, hold, HoldState.Delivered);
        _requireMovable(licenseId, hold);
        _requireAfter(licenseId, hold.deadline);
    }

    /// @dev Evidence bars the ways back to the payer that silence opens.
    function _requireUnproven(uint256 licenseId, Offer calldata offer, Hold memory hold) internal view {
        uint40 at = _provenInTime(licenseId, offer, hold);
        if (at != 0) revert EscrowRail_Proven(licenseId, EscrowTermsLib.condition(offer.railTerms), at);
    }

    /// @dev When the named evidence was recorded, 0 when it was not or too late. Of a contest, the arbitrator decides.
    function _provenInTime(uint256 licenseId, Offer calldata offer, Hold memory hold)
        internal
        view
        returns (uint40 at)
    {
        if (!EscrowTermsLib.hasCondition(offer.railTerms)) return 0;
        bool withdrawing = hold.state == HoldState.Withdrawing;
        bool delivered = hold.state == HoldState.Delivered;
        if (!withdrawing && !delivered && hold.state != HoldState.Held) return 0;
        ReleaseCondition condition = EscrowTermsLib.condition(offer.railTerms);
        uint8 leastAssurance = EscrowTermsLib.leastAssurance(offer.railTerms);
        at = KeptEvidence.timeOf(
            _keeperOf(condition), abi.encodeCall(IReleaseEvidence.provenAt, (licenseId, leastAssurance))
        );
        if (delivered || at == 0) return at;
        uint256 until = uint256(_licenseToken.licenseOf(licenseId).start) + EscrowTermsLib.sla(offer.railTerms);
        if (withdrawing && hold.deadline < until) until = hold.deadline;
        if (at > until) return 0;
    }

    function _keeperOf(ReleaseCondition condition) private view returns (address) {
        if (condition == ReleaseCondition.ComputeReceipt) return _computeReceipts;
        return condition == ReleaseCondition.Adherence ? _proofRegistry : _qualityOracle;
    }
}
