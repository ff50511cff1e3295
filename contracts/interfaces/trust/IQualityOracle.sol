// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IReleaseEvidence } from "../payments/IReleaseEvidence.sol";

/// @title Quality scores by staked reporters
/// @notice A paid request names a version and a method; reporters that governance admits, each with a stake at risk, commit to a score
/// and reveal it. The median of what was revealed is the score.
///
/// States: Open --(all seats taken, or commitUntil with a quorum)--> revealing --(all revealed, or revealUntil)--> settle by anyone:
///   Scored  a quorum revealed: who is within `tolerance` of the median shares the reward, who is beyond pays the outlier penalty
///   Failed  too few committed, or too few revealed: the reward goes back to the requester
/// Who committed and kept silent pays the silence penalty; of a failed request it goes to those who revealed, else to the treasury, with
/// all other penalties and what rounding leaves. Scores are basis points of the method's whole scale, 0 to 10,000.
///
/// A request for a license is release evidence (EscrowRail, condition Quality): only the license's holder or the dataset's owner asks,
/// each one at a time; the method is the one that the owner had declared for the version before the license was bought; the first
/// score given is the license's for good. Its grade is whole percents: `provenAt(licenseId, 80)` asks for a score of 8,000 or more.
///
/// All money is in accounts per holder and token, and leaves by `withdraw` only. What is locked, in seats that have not been settled,
/// cannot leave; settling is open to anyone once the windows are over, so nothing stays locked.
interface IQualityOracle is IReleaseEvidence {
    enum State {
        None,
        Open,
        Scored,
        Failed
    }

    /// @notice Governed numbers; a request keeps those of its time.
    /// @param commitWindow Seconds to take seats.
    /// @param revealWindow Seconds to reveal, from when the seats are taken or the commit window is over.
    /// @param tolerance Distance from the median, in basis points of the scale, up to which a report is rewarded.
    /// @param outlierPenaltyBps Part of the stake that a report beyond it costs.
    /// @param silencePenaltyBps Part of the stake that not revealing costs.
    struct Rules {
        uint32 commitWindow;
        uint32 revealWindow;
        uint16 tolerance;
        uint16 outlierPenaltyBps;
        uint16 silencePenaltyBps;
    }

    /// @notice What a token's requests cost; no request is made in a token without a stake.
    /// @param leastReward Least reward per seat, base units.
    /// @param stake Stake that a seat locks, base units.
    struct TokenTerms {
        uint128 leastReward;
        uint128 stake;
    }

    /// @param licenseId The license that it is evidence for; 0 for none.
    /// @param reward In all, base units of `token`.
    /// @param stake Locked per seat.
    /// @param commitUntil Last second to take a seat; also set when all seats are taken.
    /// @param revealUntil Last second to reveal.
    /// @param score In basis points; of a Scored request only.
    struct Request {
        address requester;
        uint256 datasetId;
        uint32 version;
        uint256 licenseId;
        bytes32 method;
        address token;
        uint128 reward;
        uint128 stake;
        uint40 commitUntil;
        uint40 revealUntil;
        uint8 seats;
        uint8 committed;
        uint8 revealed;
        State state;
        uint16 score;
        uint40 settledAt;
        Rules rules;
    }

    struct Report {
        address reporter;
        bool revealed;
        uint16 score;
        bytes32 commitment;
    }

    /// @notice A score was asked for and paid.
    event QualityRequested(
        uint256 indexed requestId, uint256 indexed datasetId, uint32 indexed version, Request request
    );
    /// @notice A reporter took a seat.
    event ScoreCommitted(uint256 indexed requestId, address indexed reporter, bytes32 commitment);
    /// @notice All seats are taken: revealing runs from now until `revealUntil`.
    event SeatsTaken(uint256 indexed requestId, uint40 revealUntil);
    /// @notice A reporter showed its score.
    event ScoreRevealed(uint256 indexed requestId, address indexed reporter, uint16 score);
    /// @notice A seat was settled: what the reporter got and what it lost of its stake.
    event SeatSettled(uint256 indexed requestId, address indexed reporter, uint128 reward, uint128 penalty);
    /// @notice A request has its score.
    event QualityScored(
        uint256 indexed requestId,
        uint256 indexed datasetId,
        uint32 indexed version,
        uint256 licenseId,
        bytes32 method,
        uint16 score,
        uint8 revealed
    );
    /// @notice Too few took a seat or revealed: `refunded` went back to the requester.
    event QualityFailed(
        uint256 indexed requestId, address indexed requester, uint128 refunded, uint8 committed, uint8 revealed
    );
    /// @notice The first score of a license: its release evidence.
    event ReleaseEvidenceRecorded(uint256 indexed licenseId, uint256 indexed requestId, uint16 score);
    /// @notice The owner declared by which method licenses of a version bought from the next second on are scored; zero for none.
    event MethodDeclared(uint256 indexed datasetId, uint32 indexed version, bytes32 method);
    /// @notice Money came into an account.
    event Deposited(address indexed account, address indexed token, address indexed by, uint128 amount);
    /// @notice Money left an account.
    event Withdrawn(address indexed account, address indexed token, address indexed to, uint128 amount);
    /// @notice Governance admitted a reporter; governance or a guardian stopped it.
    event ReporterSet(address indexed reporter, bool admitted);
    /// @notice Governed numbers, for requests from now on.
    event QualityRulesSet(Rules rules);
    /// @notice Governed terms of a token, for requests from now on.
    event TokenTermsSet(address indexed token, uint128 leastReward, uint128 stake);

    /// @dev Thrown when the request does not exist.
    error QualityOracle_Unknown(uint256 requestId);
    /// @dev Thrown when no such version exists.
    error QualityOracle_UnknownVersion(uint256 datasetId, uint32 version);
    /// @dev Thrown when the token is not an allowed payment token, or governance set no stake for it.
    error QualityOracle_TokenNotTaken(address token);
    /// @dev Thrown when the number of seats is out of bounds.
    error QualityOracle_BadSeats(uint8 seats, uint8 least, uint8 most);
    /// @dev Thrown when the reward is below the token's least for so many seats.
    error QualityOracle_RewardTooLow(uint128 reward, uint256 least);
    /// @dev Thrown when no method is named, or none was declared when the license was bought.
    error QualityOracle_NoMethod(uint256 datasetId, uint32 version);
    /// @dev Thrown when the license is not live.
    error QualityOracle_LicenseNotLive(uint256 licenseId);
    /// @dev Thrown when the caller is neither the license's holder nor the dataset's owner.
    error QualityOracle_NotParty(uint256 licenseId, address caller);
    /// @dev Thrown when this side's request for the license is not settled yet.
    error QualityOracle_RequestRuns(uint256 licenseId, uint256 requestId);
    /// @dev Thrown when the license has its score.
    error QualityOracle_AlreadyScored(uint256 licenseId, uint256 requestId);
    /// @dev Thrown when the caller does not own the dataset.
    error QualityOracle_NotOwner(uint256 datasetId, address caller, address owner);
    /// @dev Thrown when a setter would change nothing.
    error QualityOracle_NoChange();
    /// @dev Thrown when the caller is not an admitted reporter, or is party to the request.
    error QualityOracle_NotReporter(uint256 requestId, address caller);
    /// @dev Thrown when the reporter has a seat.
    error QualityOracle_SeatTaken(uint256 requestId, address reporter);
    /// @dev Thrown when no commitment is given.
    error QualityOracle_NoCommitment();
    /// @dev Thrown when seats can no longer be taken.
    error QualityOracle_CommitOver(uint256 requestId);
    /// @dev Thrown when less than the stake is free.
    error QualityOracle_StakeTooLow(address reporter, address token, uint256 free, uint256 needed);
    /// @dev Thrown when it is not the time to reveal; `from` and `until` are the first and last second, as known now.
    error QualityOracle_NotRevealing(uint256 requestId, uint256 from, uint256 until);
    /// @dev Thrown when the caller has nothing to reveal here.
    error QualityOracle_NothingToReveal(uint256 requestId, address reporter);
    /// @dev Thrown when score and salt do not give the commitment.
    error QualityOracle_WrongReveal(uint256 requestId, address reporter);
    /// @dev Thrown when the score is above 10,000.
    error QualityOracle_BadScore(uint16 score);
    /// @dev Thrown when the request is not open.
    error QualityOracle_Settled(uint256 requestId);
    /// @dev Thrown when the request can be settled from `from` at the latest.
    error QualityOracle_TooEarly(uint256 requestId, uint256 from);
    /// @dev Thrown when an amount is zero or more than is free.
    error QualityOracle_BadAmount(uint256 amount, uint256 free);
    /// @dev Thrown when another's account is emptied to elsewhere, or is a reporter's.
    error QualityOracle_NotAccount(address account, address caller);
    /// @dev Thrown when the token keeps a fee.
    error QualityOracle_TransferTax(address token, uint256 amount, uint256 received);
    /// @dev Thrown when a governed number is out of its hard bounds.
    error QualityOracle_OutOfBounds(bytes32 field, uint256 given, uint256 least, uint256 most);

    /// @notice Least and most seats of a request.
    function MIN_SEATS() external view returns (uint8);
    function MAX_SEATS() external view returns (uint8);

    /// @notice Asks for the score of a version, paid out of the caller's allowance. Anyone.
    /// @return requestId Sequential, from 1.
    function request(
        uint256 datasetId,
        uint32 version,
        bytes32 method,
        address token,
        uint128 reward,
        uint8 seats
    )
        external
        returns (uint256 requestId);
    /// @notice Asks for the score that is a license's release evidence. Only its holder or the dataset's owner.
    function requestForLicense(
        uint256 licenseId,
        address token,
        uint128 reward,
        uint8 seats
    )
        external
        returns (uint256 requestId);
    /// @notice Declares the method for licenses of a version bought from the next second on. Only the dataset's owner.
    function declareMethod(uint256 datasetId, uint32 version, bytes32 method) external;

    /// @notice Pays into an account, out of the caller's allowance. Anyone.
    function deposit(address account, address token, uint128 amount) external;
    /// @notice Pays out of an account what is free. The account's holder to anywhere; anyone to the holder, unless that is a reporter.
    function withdraw(address account, address token, uint128 amount, address to) external;
    /// @notice Takes a seat. Only an admitted reporter that is neither the requester, nor the dataset's owner, nor holds the license.
    /// @param commitment See `commitmentOf`.
    function commit(uint256 requestId, bytes32 commitment) external;
    /// @notice Shows what was committed to.
    function reveal(uint256 requestId, uint16 score, bytes32 salt) external;
    /// @notice Ends a request: pays, refunds and unlocks. Anyone.
    function settle(uint256 requestId) external;

    /// @notice Admits or stops a reporter. Restricted.
    function setReporter(address reporter, bool admitted) external;
    /// @notice Stops a reporter: it takes no new seats. Restricted to guardians.
    function stopReporter(address reporter) external;
    /// @notice Sets the governed numbers. Restricted.
    function setRules(Rules calldata rules_) external;
    /// @notice Sets a token's terms; a stake of 0 stops requests in it. Restricted.
    function setTokenTerms(address token, uint128 leastReward, uint128 stake) external;

    /// @notice A request; reverts when unknown.
    function requestOf(uint256 requestId) external view returns (Request memory);
    /// @notice Number of requests; ids run from 1 to this.
    function requestCount() external view returns (uint256);
    /// @notice The seats taken, at most MAX_SEATS, in the order of commitment.
    function reportsOf(uint256 requestId) external view returns (Report[] memory);
    /// @notice keccak256(abi.encode(requestId, reporter, score, salt)): what a reporter commits to.
    function commitmentOf(
        uint256 requestId,
        address reporter,
        uint16 score,
        bytes32 salt
    )
        external
        pure
        returns (bytes32);
    /// @notice The first score of a license: its request, score and time; all zero when it has none.
    function evidenceOf(uint256 licenseId) external view returns (uint256 requestId, uint16 score, uint40 at);
    /// @notice The method declared for a version, in force at `timestamp`; zero for none.
    function methodAt(uint256 datasetId, uint32 version, uint40 timestamp) external view returns (bytes32);
    /// @notice What an account has and how much of that seats lock.
    function accountOf(address account, address token) external view returns (uint128 balance, uint128 locked);
    /// @notice Whether the reporter is admitted.
    function isReporter(address reporter) external view returns (bool);
    /// @notice The governed numbers.
    function rules() external view returns (Rules memory);
    /// @notice A token's terms.
    function tokenTermsOf(address token) external view returns (TokenTerms memory);
}
