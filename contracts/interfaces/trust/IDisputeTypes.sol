// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Settlement } from "../../types/Messages.sol";
import { IDatasetRegistry } from "../registry/IDatasetRegistry.sol";

/// @title What disputes are made of: types, events and errors of IDisputeManager
interface IDisputeTypes {
    /// @notice What a claim is about. Ids: license id; dataset id << 32 | version; the provider's address; proof id; badge id;
    /// recall id; receipt id as a number.
    enum Subject {
        None,
        License,
        Version,
        Provider,
        Proof,
        Attestation,
        Recall,
        Receipt
    }

    /// @notice Why. Each reason is of one subject and one kind of claimant, and has its own remedies (docs/decisions/0013-disputes.md).
    /// @dev Of a license, by its holder or payer: NotDelivered, NotAsDescribed, FalseEncoding, ServiceFailure. By its seller, the
    /// dataset's owner or its provider: BreachOfTerms, FalseStatement. By either side: Contested. Of a version, by anyone: Copyright
    /// to FalseRecord, of which the first four stop new sales at once. Of a recall, provider, proof, badge or receipt, by anyone: the rest.
    enum Reason {
        None,
        NotDelivered,
        NotAsDescribed,
        FalseEncoding,
        ServiceFailure,
        Contested,
        BreachOfTerms,
        FalseStatement,
        Copyright,
        Privacy,
        ConsentWithdrawn,
        UnlawfulContent,
        FalseRecord,
        ContestedRecall,
        Misconduct,
        FalseProof,
        FalseAttestation,
        FalseReceipt
    }

    enum Phase {
        None,
        Open,
        Asked,
        Ruled,
        Closed
    }

    /// @notice How a dispute ended. Upheld, Rejected: as ruled. Withdrawn, Dropped: the claimant gave up or did not refer it in time.
    /// Settled: by both. Silent: the arbitrator was asked in vain and the respondent never answered: held money goes back, stopped
    /// sales stay stopped; nobody is slashed and nobody's access is cut. Unruled: asked in vain, and answered: everything as before.
    enum Outcome {
        None,
        Upheld,
        Rejected,
        Withdrawn,
        Dropped,
        Settled,
        Silent,
        Unruled
    }

    /// @notice What the chain itself says against a claim. `Fine`: nothing.
    enum Answer {
        Fine,
        TooOld,
        NothingHeld,
        Over,
        AlreadyRuled,
        AlreadySuspended,
        NotContested,
        Unknown
    }

    /// @notice A claim as filed.
    /// @param reason Says what the claim is about, too.
    /// @param id What it is about, by the reason's subject.
    /// @param claimed Base units that the claimant says it lost; caps what the provider's bond pays. For a license, 0 is the price.
    /// @param token For a provider: the token of the bond that is claimed from. Else ignored.
    /// @param occurredAt When it happened, seconds; the statute of limitations runs from there.
    /// @param freeze Holder or payer: whether the license's money is to be frozen. On rails that are asked at each access
    /// (streams, meters, revenue shares) that stops access as well. Others: ignored.
    struct Claim {
        Reason reason;
        uint256 id;
        uint128 claimed;
        address token;
        uint40 occurredAt;
        bool freeze;
    }

    /// @notice Evidence: a hash, where it lies, and for whom.
    /// @param hash SHA-256 of the bytes at `uri` (of the ciphertext when encrypted).
    /// @param recipient Hash of the public key that it is encrypted to, zero when it is public.
    struct Evidence {
        bytes32 hash;
        string uri;
        bytes32 recipient;
    }

    /// @notice One chunk's key with its commitments (COL1, docs/formats.md): what an arbitrator needs to decrypt exactly one chunk and
    /// compare it with what was licensed. Leaves and proofs are checked here; decryption is the arbitrator's.
    /// @param keyRoot Key root of the COL1 header in the encoding's envelope; the envelope's hash is in EncodingAdded.
    /// @param file Number of the file, `counter` the chunk's number in it, `flags` as in the leaf.
    /// @param cipher SHA-256 of the ciphertext chunk, `plain` of the chunk that was licensed. Sizes in bytes.
    struct ChunkEvidence {
        bytes32 keyRoot;
        uint64 index;
        uint32 file;
        uint32 counter;
        uint8 flags;
        bytes32 chunkKey;
        bytes32[] keyProof;
        uint32 cipherSize;
        bytes32 cipher;
        bytes32[] cipherProof;
        uint32 plainSize;
        bytes32 plain;
        bytes32[] plainProof;
    }

    /// @notice A dispute.
    /// @param judge Index of the arbitrator, fixed at opening; see `judgeAt`.
    /// @param numbers Index of the governed numbers in force at opening; see `numbersAt`.
    /// @param deadline Open: end of the response window. Asked: end of the arbitrator's time. Ruled: end of the appeal window.
    /// @param flags Bits of DisputeFlags.
    /// @param bond The claimant's bond: for a license in the offer's token, else in the numbers' token. Rounded up to what 40 bits
    /// hold (32 of mantissa, 8 of exponent).
    /// @param subjectId The claim's id.
    struct Dispute {
        address claimant;
        uint128 bond;
        Reason reason;
        Phase phase;
        address respondent;
        uint40 deadline;
        uint16 judge;
        uint16 numbers;
        uint16 flags;
        Outcome outcome;
        uint256 subjectId;
    }

    /// @notice What an arbitrator decides. Amounts in base units; zero is nothing.
    /// @param upheld Whose bonds: true for the claimant.
    /// @param refund Of what the license's rail holds, at most this goes back to the payer, and the license ends; the rest is released.
    /// @param loss The claimant's whole loss: what the refund does not cover is taken from the provider's bond. Counts up to what was
    /// claimed.
    /// @param penalty Taken from the provider's bond on top.
    /// @param endsAt When the license ends; a second in the past is at once, 0 leaves it.
    /// @param status What becomes of the version: Quarantined (no new sales), Suspended (no access), None for no change.
    /// @param correct Whether the version's revoked root becomes `revokedRoot`.
    /// @param leaves Privacy, ConsentWithdrawn: when not zero, a recall of these leaves starts (IRecalls.Recall.leavesHash).
    /// @param revokeRecord Whether the proof, badge or receipt is revoked.
    /// @param reasons Hash of the reasons, kept off chain.
    struct Ruling {
        bool upheld;
        uint128 refund;
        uint128 loss;
        uint128 penalty;
        uint40 endsAt;
        IDatasetRegistry.Status status;
        bool correct;
        bool revokeRecord;
        bytes32 revokedRoot;
        bytes32 leaves;
        bytes32 reasons;
    }

    /// @notice What a ruling would do if it were done now. Amounts in base units of the dispute's token.
    /// @param held What the license's rail holds.
    /// @param refund Of it, back to the payer; `released` on to the seller's side. Both 0 while `waits`.
    /// @param fromBond Asked of the provider's bond for the claimant; `penalty` on top. Bond caps may lower both.
    /// @param toClaimant Of the bonds posted in this dispute; `toRespondent` likewise.
    /// @param ends Whether the license ends.
    /// @param waits Whether another dispute about the same money has to end first.
    struct Preview {
        uint128 held;
        uint128 refund;
        uint128 released;
        uint128 fromBond;
        uint128 penalty;
        uint128 toClaimant;
        uint128 toRespondent;
        bool ends;
        bool waits;
        IDatasetRegistry.Status status;
        bool corrects;
        bool revokesRecord;
    }

    /// @notice Disputes about one license.
    /// @param more Disputes that hold the money, beyond the first: the rail says whether there is one.
    /// @param access Disputes that hold access.
    /// @param decided Whether a ruling has decided a contest of the rail.
    /// @param due Whether the last dispute has ended and the money still waits, because its rail refused: `settleLicense`.
    /// @param endsAt When a ruling ends the license, 0 when none does; from then on anyone may call `endLicense`.
    /// @param ruled Reasons that were ruled on, one bit each: a claim is ruled on once.
    /// @param owed What of the money is to go back when the last dispute ends.
    struct LicenseBook {
        uint16 more;
        uint16 access;
        bool decided;
        bool due;
        uint40 endsAt;
        uint32 ruled;
        uint128 owed;
    }

    /// @notice An arbitrator as listed. Entries never change but for `listed`: another appeal or window is a new entry.
    /// @param rulingWindow Seconds that it has to rule.
    /// @param appealTo Index of the higher arbitrator, 0 for no appeal.
    struct Judge {
        address arbitrator;
        uint32 rulingWindow;
        uint16 appealTo;
        bool listed;
    }

    /// @notice Governed numbers. Each set is numbered and stays: a dispute keeps those of its opening.
    /// @param responseWindow Seconds for the respondent.
    /// @param referWindow Seconds after it in which somebody must refer the dispute.
    /// @param appealWindow Seconds after a ruling.
    /// @param limitation Seconds from the event until a claim is too old.
    /// @param priceBps A license claim's bond as a part of the price, basis points, if that is more than the fixed bond.
    /// @param counterFactor The owner's counter-bond, in claimant's bonds.
    /// @param appealFactor An appeal's bond, in claimant's bonds.
    /// @param judge Index of the default arbitrator, 0 for none.
    /// @param bondToken Token of bonds that no offer names.
    struct Numbers {
        uint32 responseWindow;
        uint32 referWindow;
        uint32 appealWindow;
        uint32 limitation;
        uint16 priceBps;
        uint8 counterFactor;
        uint8 appealFactor;
        uint16 judge;
        address bondToken;
    }

    /// @notice A dispute was opened. With the license's offer this is complete.
    event DisputeOpened(
        uint256 indexed disputeId,
        Subject indexed subject,
        uint256 indexed subjectId,
        address claimant,
        address respondent,
        Claim claim,
        address token,
        uint128 bond,
        uint16 judge,
        uint16 numbers,
        uint16 flags,
        uint40 respondBy
    );
    /// @notice Evidence was given, by anyone: readers weigh who gave it.
    event EvidenceSubmitted(uint256 indexed disputeId, address indexed by, bytes32 hash, string uri, bytes32 recipient);
    /// @notice One chunk's key was shown, with leaves and proofs that hold.
    event ChunkKeyShown(uint256 indexed disputeId, address indexed by, uint16 encoding, ChunkEvidence evidence);
    /// @notice The respondent (or the provider in its place) answered; the dispute can be referred.
    event DisputeAnswered(uint256 indexed disputeId, address indexed by);
    /// @notice The owner posted a counter-bond: this dispute no longer stops sales.
    event CounterBondPosted(uint256 indexed disputeId, address indexed by, address token, uint128 bond);
    /// @notice The arbitrator of a round was asked and has until `ruleBy`.
    event DisputeReferred(uint256 indexed disputeId, uint8 indexed round, address indexed arbitrator, uint40 ruleBy);
    /// @notice The arbitrator ruled; final after `appealBy`.
    event DisputeRuled(uint256 indexed disputeId, uint8 indexed round, Ruling ruling, uint40 appealBy);
    /// @notice A side appealed. DisputeReferred follows.
    event DisputeAppealed(uint256 indexed disputeId, address indexed by, address token, uint128 bond);
    /// @notice One side offered to settle; the other side may agree to the same terms.
    event SettlementOffered(uint256 indexed disputeId, address indexed by, Settlement terms);
    /// @notice Both sides agreed. DisputeClosed follows.
    event DisputeSettled(uint256 indexed disputeId, Settlement terms);
    /// @notice The dispute ended. Bonds paid out, in the dispute's token.
    event DisputeClosed(uint256 indexed disputeId, Outcome outcome, uint128 toClaimant, uint128 toRespondent);
    /// @notice The license's money was frozen or unfrozen by its rail, or access by the license; `holds` disputes hold it. Of the first
    /// that holds the money DisputeOpened tells by its flags.
    event LicenseHeld(uint256 indexed licenseId, bool money, bool frozen, uint16 holds);
    /// @notice Of what a license's rail holds, `owed` base units in all are to go back when the last dispute about it ends.
    event RefundDue(uint256 indexed licenseId, uint128 owed);
    /// @notice The license's money went as ruled or agreed: `refunded` back to the payer, the rest was released.
    event LicenseSettled(uint256 indexed licenseId, uint128 refunded, uint128 released);
    /// @notice The provider's bond paid `paid` to the claimant; what else was slashed says ProviderBond's Slashed.
    event LossCompensated(uint256 indexed disputeId, address indexed harmed, address token, uint128 paid);
    /// @notice A ruling ends the license at `endsAt`, when anyone may call `endLicense`.
    event LicenseEnds(uint256 indexed licenseId, uint40 endsAt);
    /// @notice New sales of a version were stopped, or no longer are; `holds` disputes still stop them.
    event SalesStopped(uint256 indexed datasetId, uint32 indexed version, bool stopped, uint32 holds);
    /// @notice A remedy was refused by another contract for FORCE_AFTER, and left out. `remedy` names the call's selector.
    event RemedyFailed(uint256 indexed disputeId, address target, bytes4 remedy);
    /// @notice A proven fault ended a license and refunded what was held.
    event FaultApplied(uint256 indexed licenseId, address indexed by, address indexed reporter, uint128 refunded);
    /// @notice An arbitrator got an index, or was delisted.
    event JudgeSet(uint16 indexed index, address indexed arbitrator, uint32 rulingWindow, uint16 appealTo, bool listed);
    /// @notice Governed numbers for disputes opened from now on.
    event NumbersSet(uint16 indexed index, Numbers numbers);
    /// @notice The fixed bond of a subject in a token changed.
    event BondSet(Subject indexed subject, address indexed token, uint128 amount);

    /// @dev Thrown when a dispute does not exist.
    error DisputeManager_Unknown(uint256 disputeId);
    /// @dev Thrown when a dispute is in another phase than the call needs.
    error DisputeManager_WrongPhase(uint256 disputeId, Phase phase);
    /// @dev Thrown when the caller is no party that may do this.
    error DisputeManager_NotAllowed(uint256 disputeId, address caller);
    /// @dev Thrown when a claim cannot be one: `field` names what is missing or wrong.
    error DisputeManager_BadClaim(bytes32 field);
    /// @dev Thrown when the chain itself answers the claim.
    error DisputeManager_AnsweredByChain(Answer answer);
    /// @dev Thrown when the offer is not the one that the license was bought from.
    error DisputeManager_WrongOffer(uint256 licenseId, bytes32 expected, bytes32 given);
    /// @dev Thrown when no listed arbitrator would judge, or governance has set no numbers.
    error DisputeManager_NoArbitrator();
    /// @dev Thrown when it is too early; `from` is the first second at which the call works.
    error DisputeManager_TooEarly(uint256 disputeId, uint256 from);
    /// @dev Thrown when it is too late; `until` was the last second.
    error DisputeManager_TooLate(uint256 disputeId, uint256 until);
    /// @dev Thrown when a ruling orders what this reason does not allow; `field` names it.
    error DisputeManager_BadRuling(uint256 disputeId, bytes32 field);
    /// @dev Thrown when settlement terms cannot be carried out; `field` names the one.
    error DisputeManager_BadSettlement(uint256 disputeId, bytes32 field);
    /// @dev Thrown when less native currency came along than the arbitrator asks for.
    error DisputeManager_CostNotPaid(uint256 given, uint256 needed);
    /// @dev Thrown when a chunk's evidence does not hold; `field` names the leaf.
    error DisputeManager_BadEvidence(bytes32 field);
    /// @dev Thrown when a governed number is out of its hard bounds; `field` names it.
    error DisputeManager_OutOfBounds(bytes32 field);
    /// @dev Thrown when the caller is no contract that proves faults.
    error DisputeManager_NotVerifier(address caller);
    /// @dev Thrown when a license has nothing that waits to be done.
    error DisputeManager_NothingDue(uint256 licenseId);
}
