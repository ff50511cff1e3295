// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Checkpoint, DeliveryReceipt } from "../../types/Messages.sol";
import { Offer } from "../../types/Offer.sol";

/// @title Faults that need no judge
/// @notice Anyone brings the evidence; it is checked here, and the provider's bond is slashed in the same transaction. Evidence is
/// what the provider signed itself: delivery receipts and log heads, by its own address or a key that it had for that purpose in
/// the second that the message names (IProviderBond).
///
/// What cannot be proven here: that a provider who signs the right hash also sent the right bytes, or that it holds whole chunks.
/// A receipt over a tree whose leaves nobody was shown proves nothing either; that is a matter for a dispute.
///
/// Each fault counts once. A license has one content fault and one late receipt, however many receipts show them: the first one
/// refunds and ends it. A log forks once: its origin is dead from then on.
interface IObjectiveFaults {
    /// @notice What was proven.
    enum Fault {
        None,
        WrongContent,
        WrongRoot,
        LateReceipt,
        Equivocation
    }

    /// @notice A receipt with who signed it: the provider, or its key for receipts at `servedUntil`.
    struct SignedReceipt {
        DeliveryReceipt receipt;
        address signer;
        bytes signature;
    }

    /// @notice A log head with who signed it: the provider, or its key for logs at `signedAt`.
    struct SignedHead {
        Checkpoint head;
        address signer;
        bytes signature;
    }

    /// @notice A chunk's leaf (docs/formats.md).
    struct Leaf {
        uint64 index;
        uint32 size;
        uint8 flags;
        bytes32 digest;
    }

    /// @notice That the served tree and the encoding tree differ in a leaf.
    /// @param position The leaf's place in the served tree, whose size is the receipt's `chunks`.
    /// @param served The leaf there.
    /// @param servedProof RFC 9162 inclusion proof of it, from the leaf up.
    /// @param encoded What the encoding has at `served.index`: the same index. Not read when the encoding has no such chunk.
    /// @param encodedProof Inclusion proof of it in the encoding's root. Empty when the encoding has no such chunk.
    struct Contradiction {
        uint64 position;
        Leaf served;
        bytes32[] servedProof;
        Leaf encoded;
        bytes32[] encodedProof;
    }

    /// @notice What a fault costs. For licenses: `priceBps` of the offer's price, at least `floorBps` of the token's least bond.
    /// For logs: `priceBps` of the provider's stake.
    struct Penalty {
        uint16 priceBps;
        uint16 floorBps;
    }

    /// @notice Governed numbers.
    /// @param lateGrace Seconds after expiry or revocation in which a receipt is not late.
    /// @param maxAge Seconds after which a signed message proves no fault any more.
    struct Clock {
        uint32 lateGrace;
        uint32 maxAge;
    }

    /// @notice A fault was proven; the bond's Slashed event, whose claim id is `faultId`, says what was taken.
    /// @param evidence Struct hash of the receipt; for a log, keccak256 of both heads' struct hashes.
    /// @param refunded What the license's rail gave back to the payer.
    event FaultProven(
        bytes32 indexed faultId,
        address indexed provider,
        Fault indexed fault,
        uint256 licenseId,
        address reporter,
        bytes32 evidence,
        uint128 refunded
    );
    /// @notice A log has two histories: the head of `size` with `root`, and the one of `otherSize` with `otherRoot`.
    event LogForked(
        address indexed provider,
        bytes32 indexed originHash,
        uint64 size,
        bytes32 root,
        uint64 otherSize,
        bytes32 otherRoot
    );
    /// @notice What a fault costs changed.
    event PenaltySet(Fault indexed fault, uint16 priceBps, uint16 floorBps);
    /// @notice Governed times changed.
    event ClockSet(uint32 lateGrace, uint32 maxAge);

    /// @dev Thrown when the offer is not the one that the license was bought from.
    error ObjectiveFaults_WrongOffer(uint256 licenseId, bytes32 expected, bytes32 given);
    /// @dev Thrown when a message names another dataset, provider, origin or size than the fault needs: `field` names it.
    error ObjectiveFaults_WrongEvidence(bytes32 field);
    /// @dev Thrown when a message is not signed by the provider or its key at that time.
    error ObjectiveFaults_BadSignature(address provider, address signer, uint40 at);
    /// @dev Thrown when a leaf is not in the tree: `field` names the proof.
    error ObjectiveFaults_BadProof(bytes32 field);
    /// @dev Thrown when what was served is what the encoding has, heads agree, or the receipt is in time.
    error ObjectiveFaults_NoFault();
    /// @dev Thrown when a message is older than counts; `until` was the last second.
    error ObjectiveFaults_TooOld(uint256 until);
    /// @dev Thrown when a log's fork was proven before.
    error ObjectiveFaults_AlreadyProven(bytes32 faultId);
    /// @dev Thrown when a governed number is out of its bounds: `field` names it.
    error ObjectiveFaults_BadField(bytes32 field, uint256 given);
    /// @dev Thrown when a setter would change nothing.
    error ObjectiveFaults_NoChange();

    /// @notice Proves that a receipt covers a chunk that the encoding it names contradicts, or does not have. Refunds what the
    /// license's rail holds, ends the license, and slashes. Anyone; the caller is the reporter. Emits FaultProven.
    /// @return refunded What the rail gave back.
    /// @return compensated What the bond paid to the license's holder.
    function wrongContent(
        Offer calldata offer,
        SignedReceipt calldata signed,
        Contradiction calldata proof
    )
        external
        returns (uint128 refunded, uint128 compensated);
    /// @notice Proves that a receipt names another root for an encoding than the registry has. Otherwise as `wrongContent`.
    function wrongRoot(
        Offer calldata offer,
        SignedReceipt calldata signed
    )
        external
        returns (uint128 refunded, uint128 compensated);
    /// @notice Proves that a provider served a license after its expiry or revocation and grace. Slashes the penalty. Anyone; the
    /// caller is the reporter. Emits FaultProven.
    function lateReceipt(Offer calldata offer, SignedReceipt calldata signed) external;
    /// @notice Proves that a log has two histories: two heads of one size with different roots, or a smaller one that is no prefix
    /// of a larger one. Slashes the provider in one token; each token once. Anyone; the caller is the reporter. Emits FaultProven,
    /// and LogForked the first time.
    /// @dev The path makes the larger root out of nodes of its tree and, from some of these, the root that the tree had at the
    /// smaller size. That root is unique, so another one signed for this size was never a head of this log.
    /// @param path Nodes of a RFC 9162 consistency proof from the smaller to the larger size, always with the node that it starts
    /// from: also where the smaller size is a power of two and the RFC leaves it out. Empty for heads of one size.
    function equivocation(
        SignedHead calldata smaller,
        SignedHead calldata larger,
        bytes32[] calldata path,
        address token
    )
        external;

    /// @notice Sets what a fault costs, within bounds. Restricted. Emits PenaltySet.
    function setPenalty(Fault fault, Penalty calldata penalty) external;
    /// @notice Sets governed times, within bounds. Restricted. Emits ClockSet.
    function setClock(Clock calldata clock_) external;

    /// @notice Most of `priceBps` for licenses, in basis points of the price.
    function MAX_PRICE_BPS() external view returns (uint16);
    /// @notice Bounds of the grace for late receipts, in seconds.
    function MIN_LATE_GRACE() external view returns (uint32);
    function MAX_LATE_GRACE() external view returns (uint32);
    /// @notice Bounds of the age up to which messages count, in seconds.
    function MIN_MAX_AGE() external view returns (uint32);
    function MAX_MAX_AGE() external view returns (uint32);

    /// @notice What a fault costs.
    function penaltyOf(Fault fault) external view returns (Penalty memory);
    /// @notice Governed times.
    function clock() external view returns (Clock memory);
    /// @notice When a log was proven to have two histories; 0 when it was not. Heads of a forked log are worth nothing.
    function forkedAt(address provider, bytes32 originHash) external view returns (uint40);
    /// @notice The id of a license's fault, which is its claim id at the bond. Both content faults are one.
    function licenseFaultId(uint256 licenseId, Fault fault) external view returns (bytes32);
    /// @notice The id of a log's fork in one token.
    function logFaultId(address provider, bytes32 originHash, address token) external view returns (bytes32);
}
