// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Settlement } from "../../types/Messages.sol";
import { Offer } from "../../types/Offer.sol";
import { IDisputeTypes } from "./IDisputeTypes.sol";
import { ITrustMoney } from "./ITrustMoney.sol";

/// @title Disputes: claims, bonds, evidence, rulings, remedies
/// @notice A claim names one thing (a license, a version, a provider, a proof, a badge) and freezes that thing alone. The claimant
/// posts a bond, the other side has a window to answer, then the arbitrator that the offer names, or the governed default, rules;
/// one appeal goes to a higher one. What was ruled is done by anyone's call to `conclude`, once the time for an appeal is over.
///
/// Phases and moves:
///   Open    --respond--> Open          the respondent, within the response window; from then on it can be referred
///   Open    --refer--> Asked           anyone who pays the arbitrator, after an answer or the response window
///   Open    --conclude--> Closed       anyone, when nobody referred it in time: dropped, the bond is the respondent's
///   Asked   --rule--> Ruled            the arbitrator of the round, by its deadline
///   Asked   --conclude--> Closed       anyone, after that deadline: the default (see Outcome), or the ruling that was appealed
///   Ruled   --appeal--> Asked          either side, within the appeal window, where a higher arbitrator is named; once
///   Ruled   --conclude--> Closed       anyone, after the appeal window: remedies
///   any     --settle--> Closed         both sides, at any time before
///   any     --withdraw--> Closed       the claimant, until there is a ruling
/// Deadlines are inclusive. Every wait is bounded, and every move after a wait is anyone's: no dispute lasts for ever. A remedy that
/// another contract refuses blocks `conclude` for FORCE_AFTER at most; then the rest is done without it.
interface IDisputeManager is IDisputeTypes, ITrustMoney {
    /// @notice Seconds after which a remedy that its contract refuses no longer blocks the end of a dispute.
    function FORCE_AFTER() external view returns (uint32);

    // ---- claims

    /// @notice Files a claim, with its bond out of an allowance to this contract, and freezes what it names.
    /// @param offer For a license: its offer, whole. Else all zero.
    /// @dev Reverts with DisputeManager_AnsweredByChain when the chain itself answers.
    function open(
        Claim calldata claim,
        Offer calldata offer,
        Evidence calldata evidence
    )
        external
        returns (uint256 disputeId);
    /// @notice Answers a claim within the response window. The respondent, or for a license its provider.
    function respond(uint256 disputeId, Offer calldata offer, Evidence calldata evidence) external;
    /// @notice Adds evidence until the dispute ends. Anyone.
    function submitEvidence(uint256 disputeId, Evidence calldata evidence) external;
    /// @notice Shows one chunk's key with its commitments, in a dispute about a license. Anyone.
    /// @param encoding The encoding that was served: the license's, or a later one that the licensee asked for.
    function showChunkKey(uint256 disputeId, uint16 encoding, ChunkEvidence calldata evidence) external;
    /// @notice Lets sales go on against a bond. The respondent of a takedown, until there is a ruling.
    function counterBond(uint256 disputeId) external;

    // ---- rulings

    /// @notice Refers a dispute to its arbitrator; the caller pays `IArbitrator.cost`. Anyone.
    function refer(uint256 disputeId, bytes calldata extra) external payable;
    /// @notice Rules. Only the arbitrator of the present round, by its deadline.
    function rule(uint256 disputeId, Ruling calldata ruling) external;
    /// @notice Appeals to the higher arbitrator: with a bond, and its cost. Either side, once, within the appeal window.
    /// @dev A license whose revocation is appealed is frozen until the end: interim, by ruling.
    function appeal(uint256 disputeId, Offer calldata offer, bytes calldata extra) external payable;

    // ---- ends

    /// @notice Ends a dispute whose time has come, as ruled or by default. Anyone.
    /// @param offer For a license: its offer, whole. Else all zero.
    function conclude(uint256 disputeId, Offer calldata offer) external;
    /// @notice Gives a claim up. Only the claimant, until there is a ruling; its bond is the respondent's.
    function withdraw(uint256 disputeId, Offer calldata offer) external;
    /// @notice Ends a dispute as both sides agree: each signs the terms, or calls with them. The first call of a side without the other's
    /// consent records its offer.
    /// @param claimantSignature EIP-712 Settlement signature, empty when the claimant calls or has called.
    function settle(
        Settlement calldata terms,
        Offer calldata offer,
        bytes calldata claimantSignature,
        bytes calldata respondentSignature
    )
        external;

    /// @notice Ends a license whose end a ruling set, from that second on. Anyone.
    function endLicense(uint256 licenseId) external;
    /// @notice Does with a license's money what was ruled, when its rail refused that for FORCE_AFTER and no dispute holds it. Anyone.
    function settleLicense(uint256 licenseId, Offer calldata offer) external;

    // ---- faults

    /// @notice A fault was proven: refunds to the payer in whole what the license's rail still holds, disputed or not, and ends
    /// the license. Only the contracts that prove faults.
    /// @param reporter Who brought the proof; emitted.
    /// @return refunded Base units of the offer's token that went back, as the rail's book said; 0 when nothing is held, which is no error.
    function applyFault(uint256 licenseId, Offer calldata offer, address reporter) external returns (uint128 refunded);

    // ---- governance

    /// @notice Lists an arbitrator, or lists it anew with another window or appeal. Restricted.
    /// @param appealTo Index of a listed arbitrator, 0 for no appeal; may be the index that this call gives.
    /// @return index The entry's number, from 1.
    function setArbitrator(address arbitrator, uint16 appealTo, uint32 rulingWindow) external returns (uint16 index);
    /// @notice Takes an arbitrator off the list: no new dispute goes there, and those that it was not asked about yet end without a
    /// ruling. Restricted to guardians.
    function delistArbitrator(uint16 index) external;
    /// @notice Sets the numbers for disputes opened from now on. Restricted.
    function setNumbers(Numbers calldata numbers) external;
    /// @notice Sets the fixed bond of a subject in a token. Restricted.
    function setBond(Subject subject, address token, uint128 amount) external;

    // ---- views

    /// @notice What the chain itself says against a claim by `claimant`, who would answer it, who would judge, and the bond it needs.
    function check(
        Claim calldata claim,
        Offer calldata offer,
        address claimant
    )
        external
        view
        returns (Answer answer, address respondent, uint16 judge, address token, uint128 bond);
    /// @notice What a claim says that it lost, and for a provider in which token; zeros when it says nothing of it.
    function stakeOf(uint256 disputeId) external view returns (address token, uint128 claimed);
    /// @notice A dispute; all zero when unknown.
    function disputeOf(uint256 disputeId) external view returns (Dispute memory);
    /// @notice The latest ruling; all zero before one.
    function rulingOf(uint256 disputeId) external view returns (Ruling memory);
    /// @notice Who appealed with which bond, and the counter-bond.
    function bondsOf(uint256 disputeId) external view returns (address appellant, uint128 appealBond, uint128 countered);
    /// @notice What a ruling would do now.
    function previewRuling(
        uint256 disputeId,
        Ruling calldata ruling,
        Offer calldata offer
    )
        external
        view
        returns (Preview memory);
    /// @notice The ruling that gives all that a claim can ask for, or nothing: for arbitrators that only answer yes or no. Amounts at
    /// their maximum mean "all there is" and "all that was claimed".
    function reliefOf(uint256 disputeId, bool upheld) external view returns (Ruling memory);
    /// @notice A listed or once listed arbitrator.
    function judgeAt(uint16 index) external view returns (Judge memory);
    /// @notice The index under which an arbitrator is listed now, 0 when it is not.
    function judgeOf(address arbitrator) external view returns (uint16);
    /// @notice Numbers by their index.
    function numbersAt(uint16 index) external view returns (Numbers memory);
    /// @notice The index of the numbers in force, and how many disputes there are.
    function counts() external view returns (uint16 numbers, uint256 disputes);
    /// @notice The fixed bond of a subject in a token.
    function bondOf(Subject subject, address token) external view returns (uint128);
    /// @notice What disputes hold of a license, and what is to be done with it.
    function heldOf(uint256 licenseId) external view returns (LicenseBook memory);
    /// @notice Disputes that stop a version's sales now, and how many takedowns of it were rejected: each doubles the next one's bond.
    function stoppedOf(uint256 datasetId, uint32 version) external view returns (uint32 holds, uint32 rejected);
}
