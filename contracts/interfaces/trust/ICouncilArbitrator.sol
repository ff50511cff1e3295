// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IArbitrator } from "./IArbitrator.sol";
import { IDisputeTypes } from "./IDisputeTypes.sol";

/// @title A council of named members
/// @notice m of n members who vote for the same ruling give it; an appeal before the same council needs more of them. Members and
/// thresholds are numbered sets: a dispute keeps the set that sat when the council was asked, whoever governance appoints meanwhile.
interface ICouncilArbitrator is IArbitrator {
    /// @param members Number of members.
    /// @param threshold Votes for a ruling; more than half, so that two rulings never both win.
    /// @param appealThreshold Votes for a ruling on appeal; at least `threshold`.
    struct Council {
        uint8 members;
        uint8 threshold;
        uint8 appealThreshold;
    }

    /// @param council Number of the set that sits.
    /// @param threshold Votes needed.
    /// @param decided Whether it has ruled.
    struct Case {
        uint32 council;
        uint8 threshold;
        bool decided;
    }

    /// @notice A set of members was appointed; disputes that are referred from now on go to it.
    /// @param names Who the members are, as they wish to be called in public: a name or a URI.
    event CouncilSet(uint32 indexed council, address[] members, string[] names, uint8 threshold, uint8 appealThreshold);
    /// @notice A member voted; a later vote replaces an earlier one.
    /// @param votes Votes for the same ruling now.
    event Voted(
        uint256 indexed disputeId,
        uint8 indexed round,
        address indexed member,
        bytes32 rulingHash,
        IDisputeTypes.Ruling ruling,
        uint8 votes
    );

    /// @dev Thrown when members, names or thresholds do not fit; `field` names it.
    error CouncilArbitrator_BadCouncil(bytes32 field);
    /// @dev Thrown when the caller does not sit on this case.
    error CouncilArbitrator_NotMember(uint256 disputeId, address caller);
    /// @dev Thrown when the case was decided.
    error CouncilArbitrator_Decided(uint256 disputeId, uint8 round);

    /// @notice Most members.
    function MAX_MEMBERS() external view returns (uint256);

    /// @notice Appoints members and thresholds. Restricted.
    /// @param members Distinct, in ascending order.
    function setCouncil(
        address[] calldata members,
        string[] calldata names,
        uint8 threshold,
        uint8 appealThreshold
    )
        external;
    /// @notice Votes for a ruling. Only members of the set that sits. With the last vote needed, the council rules.
    function vote(uint256 disputeId, uint8 round, IDisputeTypes.Ruling calldata ruling) external;

    /// @notice A set of members.
    function councilAt(uint32 council) external view returns (Council memory);
    /// @notice The set that sits on new disputes, 0 for none.
    function present() external view returns (uint32);
    /// @notice Whether an account belongs to a set.
    function isMember(uint32 council, address account) external view returns (bool);
    /// @notice A case; all zero when the council was not asked.
    function caseOf(uint256 disputeId, uint8 round) external view returns (Case memory);
    /// @notice A member's vote, as the ruling's hash: keccak256(abi.encode(ruling)).
    function voteOf(uint256 disputeId, uint8 round, address member) external view returns (bytes32);
    /// @notice Votes for a ruling.
    function votesFor(uint256 disputeId, uint8 round, bytes32 rulingHash) external view returns (uint8);
}
