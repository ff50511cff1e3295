// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AvailabilityReceipt, DeliveryRequest } from "../../types/Messages.sol";
import { Offer } from "../../types/Offer.sol";

/// @title Requests that nobody answered
/// @notice A licensee whose signed request went unanswered asks on chain for one chunk, for a fee. The provider answers within the
/// answer window with the chunk's place in the encoding and a signed receipt, and gets the fee; or it is faulted, pays a penalty,
/// and the challenger gets the fee back and the reporter's reward. Where nothing was delivered yet, a fault also refunds and
/// ends the license, which the licensee asked for with its signature.
///
/// An answer shows that the provider is there and knows the chunk's hash. It does not show that it sent the chunk, or has it.
///
/// States and moves:
///   None     --open--> Open          anyone with the licensee's signed request
///   Open     --answer--> Answered    anyone with the provider's signed receipt, in time: fee to the provider
///   Open     --fault--> Faulted      anyone, too late to answer: fee to the challenger, penalty, refund of what is undelivered
///   Open     --fault--> Void         the same, but access was cut meanwhile by suspension, revocation, freeze or payment: fee back
/// A challenge never bars anything, and no call can keep one open: `fault` ends it at any later time.
interface IServiceChallenges {
    enum State {
        None,
        Open,
        Answered,
        Faulted,
        Void
    }

    /// @notice A challenge as stored.
    /// @param challenger Who paid the fee.
    /// @param deadline Last second in which it can be answered.
    struct Challenge {
        uint256 licenseId;
        uint32 version;
        uint16 encoding;
        uint64 chunk;
        uint40 openedAt;
        uint40 deadline;
        State state;
        address challenger;
        uint128 fee;
    }

    /// @notice Governed numbers. Fee and penalty are a part of the offer's price, at least a part of the token's least bond.
    /// @param answerWindow Seconds in which a challenge can be answered.
    /// @param cooldown Seconds between two challenges of one license.
    /// @param open Whether challenges can be opened.
    struct Terms {
        uint32 answerWindow;
        uint32 cooldown;
        uint16 feeBps;
        uint16 feeFloorBps;
        uint16 penaltyBps;
        uint16 penaltyFloorBps;
        bool open;
    }

    /// @notice A challenge was opened; it can be answered until `deadline`.
    event ChallengeOpened(
        uint256 indexed challengeId,
        uint256 indexed licenseId,
        address indexed provider,
        address challenger,
        DeliveryRequest request,
        uint128 fee,
        uint128 penalty,
        uint40 deadline
    );
    /// @notice The provider answered with the chunk's digest; the fee went to `paidTo`.
    event ChallengeAnswered(uint256 indexed challengeId, bytes32 digest, address signer, address paidTo, uint128 fee);
    /// @notice The provider did not answer. The bond's Slashed event, whose claim id is `claimIdOf(challengeId)`, says what was taken.
    event ChallengeFaulted(uint256 indexed challengeId, address indexed provider, uint128 refunded, uint128 fee);
    /// @notice Access was cut before the challenge ended; nobody is at fault. `access` is ILicenseToken.Access.
    event ChallengeVoided(uint256 indexed challengeId, uint8 access, uint128 fee);
    /// @notice Governed numbers changed.
    event TermsSet(Terms terms);

    /// @dev Thrown while no challenges can be opened.
    error ServiceChallenges_Stopped();
    /// @dev Thrown when the offer is not the one that the license was bought from.
    error ServiceChallenges_WrongOffer(uint256 licenseId, bytes32 expected, bytes32 given);
    /// @dev Thrown when a request does not fit: `field` names what of it.
    error ServiceChallenges_BadRequest(bytes32 field);
    /// @dev Thrown when the license gives no access; `access` is ILicenseToken.Access.
    error ServiceChallenges_NoAccess(uint256 licenseId, uint8 access);
    /// @dev Thrown when the license, or the time for which a retired encoding is served, ends before an answer is due.
    error ServiceChallenges_EndsBefore(uint256 licenseId, uint256 end, uint256 deadline);
    /// @dev Thrown when a license is challenged too soon after the last time; `from` is the first second at which it works.
    error ServiceChallenges_TooSoon(uint256 licenseId, uint256 from);
    /// @dev Thrown when a message is not signed by who must have signed it.
    error ServiceChallenges_BadSignature(address signer);
    /// @dev Thrown when a challenge is in another state than the call needs.
    error ServiceChallenges_WrongState(uint256 challengeId, State state);
    /// @dev Thrown when it is too late to answer; `until` was the last second.
    error ServiceChallenges_TooLate(uint256 challengeId, uint40 until);
    /// @dev Thrown when the provider still has time; `from` is the first second at which the call works.
    error ServiceChallenges_TooEarly(uint256 challengeId, uint256 from);
    /// @dev Thrown when an answer does not fit the challenge: `field` names what of it.
    error ServiceChallenges_BadAnswer(uint256 challengeId, bytes32 field);
    /// @dev Thrown when the fee or the penalty is more than the caller agreed to.
    error ServiceChallenges_FeeTooHigh(uint128 fee, uint128 agreed);
    /// @dev Thrown when a governed number is out of its bounds: `field` names it.
    error ServiceChallenges_BadField(bytes32 field, uint256 given);
    /// @dev Thrown when a setter would change nothing.
    error ServiceChallenges_NoChange();

    /// @notice Challenges a provider with its licensee's request; the caller pays the fee out of its allowance. Locks the penalty in
    /// the provider's bond. Emits ChallengeOpened.
    /// @param signature The holder's under the request; not read when the holder calls.
    /// @param maxFee A higher fee reverts.
    function open(
        Offer calldata offer,
        DeliveryRequest calldata request,
        bytes calldata signature,
        uint128 maxFee
    )
        external
        returns (uint256 challengeId);
    /// @notice Answers a challenge in time. Anyone who has the provider's receipt. Emits ChallengeAnswered.
    /// @param size Of the chunk's leaf, as flags and the receipt's digest.
    /// @param proof RFC 9162 inclusion proof of the leaf in the encoding's root, from the leaf up.
    /// @param signer The provider, or its key for receipts now.
    function answer(
        Offer calldata offer,
        AvailabilityReceipt calldata receipt,
        uint32 size,
        uint8 flags,
        bytes32[] calldata proof,
        address signer,
        bytes calldata signature
    )
        external;
    /// @notice Ends a challenge that nobody answered in time. Anyone. Emits ChallengeFaulted or ChallengeVoided.
    function fault(uint256 challengeId, Offer calldata offer) external;

    /// @notice Sets governed numbers within their bounds. Restricted. Emits TermsSet. Open challenges keep deadline and fee.
    function setTerms(Terms calldata terms_) external;
    /// @notice Stops new challenges. Restricted to guardians. Emits TermsSet.
    function stop() external;

    /// @notice Bounds of the answer window and the cooldown, in seconds.
    function MIN_ANSWER_WINDOW() external view returns (uint32);
    function MAX_ANSWER_WINDOW() external view returns (uint32);
    function MAX_COOLDOWN() external view returns (uint32);
    /// @notice Most of `feeBps` and `penaltyBps`, in basis points of the price.
    function MAX_FEE_BPS() external view returns (uint16);
    function MAX_PENALTY_BPS() external view returns (uint16);
    /// @notice Seconds after its signature in which a request can be brought.
    function MAX_REQUEST_AGE() external view returns (uint40);

    /// @notice Governed numbers.
    function terms() external view returns (Terms memory);
    /// @notice A challenge; all zero when none.
    function challengeOf(uint256 challengeId) external view returns (Challenge memory);
    /// @notice Number of challenges; ids run from 1 to this.
    function challengeCount() external view returns (uint256);
    /// @notice The last challenge of a license, 0 when none, the sequence of its request and when it was opened.
    function lastOf(uint256 licenseId) external view returns (uint256 challengeId, uint64 sequence, uint40 openedAt);
    /// @notice What challenging an offer's provider costs, and what a missed answer costs the provider, in base units.
    function costOf(Offer calldata offer) external view returns (uint128 fee, uint128 penalty);
    /// @notice The claim id of a challenge at the bond.
    function claimIdOf(uint256 challengeId) external view returns (bytes32);
}
