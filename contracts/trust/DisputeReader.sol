// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MerkleTree } from "../common/MerkleTree.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IAttestationRegistry } from "../interfaces/trust/IAttestationRegistry.sol";
import { IDisputeManager } from "../interfaces/trust/IDisputeManager.sol";
import { IDisputeTypes } from "../interfaces/trust/IDisputeTypes.sol";
import { IRecalls } from "../interfaces/trust/IRecalls.sol";
import { IRuledRecords } from "../interfaces/trust/IRuledRecords.sol";
import { LicenseFlags } from "../types/LicenseHead.sol";
import { Offer } from "../types/Offer.sol";
import { OfferBytes } from "../types/OfferBytes.sol";
import { DisputeMath } from "./DisputeMath.sol";
import { DisputeFlags, DisputeReasons, Remedies } from "./DisputeReasons.sol";
import { RailReader } from "./RailReader.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";

/// @title What the chain says about claims, for the dispute manager
/// @notice Reads only: no state, nothing to own. It asks the caller, the dispute manager, for disputes.
contract DisputeReader is RailReader {
    using DisputeReasons for IDisputeTypes.Reason;

    /// @param flags Bits of DisputeFlags that the claim starts with.
    /// @param freezes Whether the license's money is to be frozen.
    /// @param offerId The license's offer, zero when the claim is about something else.
    struct Finding {
        IDisputeTypes.Answer answer;
        address respondent;
        uint16 flags;
        bool freezes;
        address rail;
        bytes32 offerId;
    }

    IDatasetRegistry private immutable _registry;
    address private immutable _providerBond;
    address private immutable _attestations;
    address private immutable _proofRegistry;
    address private immutable _computeReceipts;
    address private immutable _recalls;

    // Without code these are not asked.
    // slither-disable-start missing-zero-check
    constructor(
        address licenseToken,
        address registry,
        address providerBond,
        address attestations,
        address proofRegistry,
        address computeReceipts,
        address recalls
    )
        RailReader(licenseToken)
    {
        _registry = IDatasetRegistry(registry);
        (_providerBond, _attestations) = (providerBond, attestations);
        (_proofRegistry, _computeReceipts, _recalls) = (proofRegistry, computeReceipts, recalls);
    }

    // slither-disable-end missing-zero-check

    // ---- claims

    /// @notice What license, rail, registry or records say against a claim, and who would answer it.
    /// @param quick Whether the rail is not asked where freezing the money shows what it would say: a claim of the holder, to be
    /// frozen.
    function examine(
        IDisputeTypes.Claim calldata claim,
        Offer calldata offer,
        address claimant,
        bool quick
    )
        external
        view
        returns (Finding memory f)
    {
        IDisputeTypes.Subject subject = claim.reason.subject();
        _requireClaim(subject != IDisputeTypes.Subject.None, "reason");
        _requireClaim(claim.occurredAt <= block.timestamp, "occurredAt");
        if (subject == IDisputeTypes.Subject.License) _examineLicense(f, claim, offer, claimant, quick);
        else if (subject == IDisputeTypes.Subject.Version) _examineVersion(f, claim);
        else if (subject == IDisputeTypes.Subject.Provider) _examineProvider(f, claim);
        else if (subject == IDisputeTypes.Subject.Recall) _examineRecall(f, claim.id);
        else if (subject == IDisputeTypes.Subject.Proof) _examineRecord(f, _proofRegistry, claim.id);
        else if (subject == IDisputeTypes.Subject.Receipt) _examineRecord(f, _computeReceipts, claim.id);
        else _examineBadge(f, claim.id);
        // Nobody disputes with itself: it would only write a record.
        _requireClaim(f.respondent != claimant, "respondent");
    }

    function _examineLicense(
        Finding memory f,
        IDisputeTypes.Claim calldata claim,
        Offer calldata offer,
        address claimant,
        bool quick
    )
        private
        view
    {
        ILicenseToken.License memory license;
        (license, f.offerId, f.rail) = _licenseToken.dealOf(claim.id);
        bytes32 given = OfferBytes.id(offer);
        if (given != f.offerId) revert IDisputeTypes.DisputeManager_WrongOffer(claim.id, f.offerId, given);
        _requireClaim(claim.occurredAt >= license.start, "occurredAt");
        address holder = IERC721(address(_licenseToken)).ownerOf(claim.id);
        (bool buyerMay, bool sellerMay) = claim.reason.sides();
        bool contest = claim.reason == IDisputeTypes.Reason.Contested;
        if (quick && claim.freeze && buyerMay && claimant == holder && !contest) {
            (f.flags, f.respondent, f.freezes) = (DisputeFlags.BUYER, offer.seller, true);
            return;
        }
        DisputeMath.RailState memory state = _railState(f.rail, claim.id, offer.price, license.expiry);
        if (buyerMay && (claimant == holder || claimant == state.payer)) {
            (f.flags, f.respondent) = (DisputeFlags.BUYER, offer.seller);
        } else {
            if (!sellerMay || !_sells(claimant, offer)) {
                revert IDisputeTypes.DisputeManager_NotAllowed(0, claimant);
            }
            f.respondent = holder;
        }
        f.freezes = state.open && _mayFreeze(f, claim, license);
        f.answer = _answer(claim, license, state);
    }

    function _sells(address claimant, Offer calldata offer) private view returns (bool) {
        if (claimant == offer.seller || claimant == offer.provider) return true;
        return claimant == IERC721(address(_registry)).ownerOf(offer.datasetId);
    }

    /// @dev A buyer's claim freezes when it asks for it; a contest always, unless the freeze itself would cut access.
    function _mayFreeze(
        Finding memory f,
        IDisputeTypes.Claim calldata claim,
        ILicenseToken.License memory license
    )
        private
        pure
        returns (bool)
    {
        if (f.flags & DisputeFlags.BUYER != 0 && claim.freeze) return true;
        return claim.reason == IDisputeTypes.Reason.Contested && license.flags & LicenseFlags.LIVE == 0;
    }

    function _answer(
        IDisputeTypes.Claim calldata claim,
        ILicenseToken.License memory license,
        DisputeMath.RailState memory state
    )
        private
        view
        returns (IDisputeTypes.Answer)
    {
        if (claim.reason == IDisputeTypes.Reason.Contested) {
            bool contested = state.contested && block.timestamp <= state.contestUntil;
            return contested ? IDisputeTypes.Answer.Fine : IDisputeTypes.Answer.NotContested;
        }
        if (claim.reason.has(Remedies.END)) {
            bool expired = license.expiry != 0 && license.expiry <= block.timestamp;
            bool over = expired || license.flags & LicenseFlags.ENDED != 0;
            return over ? IDisputeTypes.Answer.Over : IDisputeTypes.Answer.Fine;
        }
        bool bonded = claim.reason.has(Remedies.BOND) && _exists(_providerBond);
        return state.open || bonded ? IDisputeTypes.Answer.Fine : IDisputeTypes.Answer.NothingHeld;
    }

    function _examineVersion(Finding memory f, IDisputeTypes.Claim calldata claim) private view {
        (uint256 datasetId, uint32 version) = (claim.id >> 32, uint32(claim.id));
        f.respondent = IERC721(address(_registry)).ownerOf(datasetId);
        IDatasetRegistry.Version memory v = _registry.versionOf(datasetId, version);
        _requireClaim(claim.occurredAt >= v.publishedAt, "occurredAt");
        if (claim.reason.has(Remedies.TAKEDOWN) && v.status == IDatasetRegistry.Status.Suspended) {
            f.answer = IDisputeTypes.Answer.AlreadySuspended;
        }
    }

    function _examineProvider(Finding memory f, IDisputeTypes.Claim calldata claim) private view {
        _requireClaim(claim.id >> 160 == 0, "id");
        _requireClaim(claim.token != address(0), "token");
        f.respondent = address(uint160(claim.id));
        if (!_exists(_providerBond)) f.answer = IDisputeTypes.Answer.Unknown;
    }

    function _examineRecall(Finding memory f, uint256 recallId) private view {
        f.answer = IDisputeTypes.Answer.Unknown;
        if (!_exists(_recalls)) return;
        IRecalls.Recall memory recall = IRecalls(_recalls).recallOf(recallId);
        f.respondent = IERC721(address(_registry)).ownerOf(recall.datasetId);
        f.answer = recall.decidedAt == 0 ? IDisputeTypes.Answer.Fine : IDisputeTypes.Answer.AlreadyRuled;
    }

    function _examineRecord(Finding memory f, address records, uint256 recordId) private view {
        if (_exists(records)) f.respondent = IRuledRecords(records).answerableFor(recordId);
        if (f.respondent == address(0)) f.answer = IDisputeTypes.Answer.Unknown;
    }

    function _examineBadge(Finding memory f, uint256 badgeId) private view {
        f.answer = IDisputeTypes.Answer.Unknown;
        if (!_exists(_attestations)) return;
        IAttestationRegistry.Badge memory badge = IAttestationRegistry(_attestations).badgeOf(badgeId);
        f.respondent = badge.issuer;
        bool over = badge.revokedAt != 0 || (badge.expiresAt != 0 && badge.expiresAt <= block.timestamp);
        f.answer = over ? IDisputeTypes.Answer.Over : IDisputeTypes.Answer.Fine;
    }

    // ---- evidence

    /// @notice Checks the leaves of a chunk that was shown: the key in the key tree, the ciphertext in the encoding's, the plaintext in
    /// the version's. Reverts with the leaf that does not hold.
    function checkChunk(uint256 licenseId, uint16 encoding, IDisputeTypes.ChunkEvidence calldata e) external view {
        ILicenseToken.License memory license = _licenseToken.licenseOf(licenseId);
        IDatasetRegistry.Version memory version = _registry.versionOf(license.datasetId, license.version);
        bytes32 encodingRoot = _registry.encodingOf(license.datasetId, license.version, encoding).encodingRoot;
        uint256 size = version.chunkCount;
        bytes32 leaf = MerkleTree.leafHash(abi.encodePacked(e.index, e.file, e.counter, e.flags, e.chunkKey));
        _requireLeaf(MerkleTree.verify(e.keyRoot, size, e.index, leaf, e.keyProof), "key");
        leaf = MerkleTree.chunkLeafHash(e.index, e.cipherSize, e.flags, e.cipher);
        _requireLeaf(MerkleTree.verify(encodingRoot, size, e.index, leaf, e.cipherProof), "cipher");
        leaf = MerkleTree.chunkLeafHash(e.index, e.plainSize, e.flags, e.plain);
        _requireLeaf(MerkleTree.verify(version.contentRoot, size, e.index, leaf, e.plainProof), "plain");
    }

    // ---- rulings: called by the dispute manager with the call that it got

    /// @notice See IDisputeManager.
    function reliefOf(uint256 disputeId, bool upheld) external view returns (IDisputeTypes.Ruling memory ruling) {
        IDisputeTypes.Dispute memory d = _disputeOf(disputeId);
        ruling.upheld = upheld;
        if (d.reason == IDisputeTypes.Reason.Contested) {
            // Who contested wants it back; the seller's side, which may claim as well, wants it released.
            bool refunds = upheld == (d.flags & DisputeFlags.BUYER != 0);
            if (refunds) ruling.refund = type(uint128).max;
            return ruling;
        }
        if (!upheld) return ruling;
        if (d.reason.has(Remedies.REFUND)) ruling.refund = type(uint128).max;
        if (d.reason.has(Remedies.BOND)) ruling.loss = type(uint128).max;
        if (d.reason.has(Remedies.END)) ruling.endsAt = 1;
        ruling.revokeRecord = d.reason.has(Remedies.RECORD);
        if (!d.reason.has(Remedies.STATUS)) return ruling;
        ruling.status =
            d.reason.has(Remedies.SUSPEND) ? IDatasetRegistry.Status.Suspended : IDatasetRegistry.Status.Quarantined;
    }

    /// @notice See IDisputeManager.
    function previewRuling(
        uint256 disputeId,
        IDisputeTypes.Ruling calldata ruling,
        Offer calldata offer
    )
        external
        view
        returns (IDisputeTypes.Preview memory p)
    {
        IDisputeTypes.Dispute memory d = _disputeOf(disputeId);
        bytes32 wrong = DisputeMath.wrongPart(d.reason, ruling);
        if (wrong != 0) revert IDisputeTypes.DisputeManager_BadRuling(disputeId, wrong);
        IDisputeTypes.Outcome outcome = ruling.upheld ? IDisputeTypes.Outcome.Upheld : IDisputeTypes.Outcome.Rejected;
        (address appellant, uint128 appealed, uint128 counter) = IDisputeManager(msg.sender).bondsOf(disputeId);
        (p.toClaimant, p.toRespondent) = DisputeMath.shares(d, outcome, counter, appellant, appealed, false, 0);
        (p.status, p.corrects, p.revokesRecord) = (ruling.status, ruling.correct, ruling.revokeRecord);
        p.ends = ruling.endsAt != 0;
        (uint128 refunded, uint128 price) = (0, 0);
        if (d.reason.subject() == IDisputeTypes.Subject.License) {
            refunded = _previewMoney(d, offer, outcome, ruling.refund, p);
            price = offer.price;
        }
        // The token is told where the claim was filed.
        // slither-disable-next-line unused-return
        (, uint128 claimed) = IDisputeManager(msg.sender).stakeOf(disputeId);
        p.fromBond = DisputeMath.loss(ruling.loss, claimed, price, refunded);
        p.penalty = ruling.penalty;
    }

    function _previewMoney(
        IDisputeTypes.Dispute memory d,
        Offer calldata offer,
        IDisputeTypes.Outcome outcome,
        uint128 refund,
        IDisputeTypes.Preview memory p
    )
        private
        view
        returns (uint128)
    {
        // The rail is the license's.
        // slither-disable-next-line unused-return
        (ILicenseToken.License memory license, bytes32 expected, address rail) = _licenseToken.dealOf(d.subjectId);
        bytes32 given = OfferBytes.id(offer);
        if (given != expected) revert IDisputeTypes.DisputeManager_WrongOffer(d.subjectId, expected, given);
        DisputeMath.RailState memory state = _railState(rail, d.subjectId, offer.price, license.expiry);
        IDisputeTypes.LicenseBook memory book = IDisputeManager(msg.sender).heldOf(d.subjectId);
        DisputeMath.MoneyPlan memory plan = DisputeMath.money(d, book, state, outcome, refund);
        (p.held, p.waits) = (state.held, plan.waits);
        if (!plan.waits && (plan.owed > 0 || plan.closes)) {
            (p.refund, p.released) = (plan.owed, state.held - plan.owed);
        }
        if (plan.refund > 0) p.ends = true;
        return plan.refund;
    }

    // ---- private

    function _disputeOf(uint256 disputeId) private view returns (IDisputeTypes.Dispute memory d) {
        d = IDisputeManager(msg.sender).disputeOf(disputeId);
        if (d.phase == IDisputeTypes.Phase.None) revert IDisputeTypes.DisputeManager_Unknown(disputeId);
    }

    /// @dev A neighbor without code is never called.
    function _exists(address neighbor) private view returns (bool) {
        return neighbor.code.length != 0;
    }

    function _requireClaim(bool condition, bytes32 field) private pure {
        if (!condition) revert IDisputeTypes.DisputeManager_BadClaim(field);
    }

    function _requireLeaf(bool condition, bytes32 field) private pure {
        if (!condition) revert IDisputeTypes.DisputeManager_BadEvidence(field);
    }
}
