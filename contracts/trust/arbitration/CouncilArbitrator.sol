// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../../common/ColophonUpgradeable.sol";
import { IArbitrator } from "../../interfaces/trust/IArbitrator.sol";
import { ICouncilArbitrator } from "../../interfaces/trust/ICouncilArbitrator.sol";
import { IDisputeManager } from "../../interfaces/trust/IDisputeManager.sol";
import { IDisputeTypes } from "../../interfaces/trust/IDisputeTypes.sol";

/// @title A council of named members
contract CouncilArbitrator is ICouncilArbitrator, ColophonUpgradeable {
    /// @custom:storage-location erc7201:colophon.storage.CouncilArbitrator
    struct CouncilArbitratorStorage {
        uint32 present;
        mapping(uint32 council => Council) councils;
        mapping(uint32 council => mapping(address account => bool)) members;
        mapping(uint256 disputeId => mapping(uint8 round => Case)) cases;
        mapping(uint256 disputeId => mapping(uint8 round => mapping(address member => bytes32))) votes;
        mapping(uint256 disputeId => mapping(uint8 round => mapping(bytes32 rulingHash => uint8))) counts;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.CouncilArbitrator")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x4aa9bc01618fe76ced1f692b83baa0fc653a76dd7f921bf17882457cb9839800;

    /// @inheritdoc ICouncilArbitrator
    uint256 public constant MAX_MEMBERS = 21;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDisputeManager private immutable _disputeManager;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address disputeManager) {
        _disputeManager = IDisputeManager(disputeManager);
    }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    /// @inheritdoc ICouncilArbitrator
    function setCouncil(
        address[] calldata members,
        string[] calldata names,
        uint8 threshold,
        uint8 appealThreshold
    )
        external
        restricted
    {
        uint256 size = members.length;
        _require(size != 0 && size <= MAX_MEMBERS, "members");
        _require(names.length == size, "names");
        _require(uint256(threshold) * 2 > size && threshold <= size, "threshold");
        _require(appealThreshold >= threshold && appealThreshold <= size, "appealThreshold");
        CouncilArbitratorStorage storage $ = _storage();
        uint32 council = ++$.present;
        $.councils[council] = Council(uint8(size), threshold, appealThreshold);
        address last = address(0);
        for (uint256 i = 0; i < size; ++i) {
            // Ascending, so nobody sits twice, and nobody is zero.
            _require(members[i] > last, "order");
            last = members[i];
            $.members[council][last] = true;
        }
        emit CouncilSet(council, members, names, threshold, appealThreshold);
    }

    /// @inheritdoc IArbitrator
    function request(uint256 disputeId, uint8 round, address payer, bytes calldata) external payable {
        if (msg.sender != address(_disputeManager)) revert Arbitrator_NotDisputeManager(msg.sender);
        CouncilArbitratorStorage storage $ = _storage();
        if ($.cases[disputeId][round].council != 0) revert Arbitrator_AlreadyAsked(disputeId, round);
        uint32 council = $.present;
        _require(council != 0 && msg.value == 0, "present");
        Council memory sits = $.councils[council];
        uint8 threshold = round == 0 ? sits.threshold : sits.appealThreshold;
        $.cases[disputeId][round] = Case(council, threshold, false);
        emit RulingRequested(disputeId, round, payer);
    }

    /// @inheritdoc ICouncilArbitrator
    function vote(uint256 disputeId, uint8 round, IDisputeTypes.Ruling calldata ruling) external {
        CouncilArbitratorStorage storage $ = _storage();
        Case memory c = $.cases[disputeId][round];
        if (c.council == 0) revert Arbitrator_NotAsked(disputeId);
        if (!$.members[c.council][msg.sender]) revert CouncilArbitrator_NotMember(disputeId, msg.sender);
        if (c.decided) revert CouncilArbitrator_Decided(disputeId, round);
        mapping(bytes32 rulingHash => uint8) storage counts = $.counts[disputeId][round];
        bytes32 rulingHash = keccak256(abi.encode(ruling));
        bytes32 before = $.votes[disputeId][round][msg.sender];
        if (before != 0) --counts[before];
        uint8 votes = ++counts[rulingHash];
        $.votes[disputeId][round][msg.sender] = rulingHash;
        emit Voted(disputeId, round, msg.sender, rulingHash, ruling, votes);
        if (votes < c.threshold) return;
        $.cases[disputeId][round].decided = true;
        // Too late, or not allowed by the claim's reason: the dispute manager says so, and the vote is not counted.
        _disputeManager.rule(disputeId, ruling);
    }

    /// @inheritdoc IArbitrator
    function cost(uint8) external pure returns (address token, uint256 amount, uint256 native) {
        return (address(0), 0, 0);
    }

    /// @inheritdoc ICouncilArbitrator
    function councilAt(uint32 council) external view returns (Council memory) {
        return _storage().councils[council];
    }

    /// @inheritdoc ICouncilArbitrator
    function present() external view returns (uint32) {
        return _storage().present;
    }

    /// @inheritdoc ICouncilArbitrator
    function isMember(uint32 council, address account) external view returns (bool) {
        return _storage().members[council][account];
    }

    /// @inheritdoc ICouncilArbitrator
    function caseOf(uint256 disputeId, uint8 round) external view returns (Case memory) {
        return _storage().cases[disputeId][round];
    }

    /// @inheritdoc ICouncilArbitrator
    function voteOf(uint256 disputeId, uint8 round, address member) external view returns (bytes32) {
        return _storage().votes[disputeId][round][member];
    }

    /// @inheritdoc ICouncilArbitrator
    function votesFor(uint256 disputeId, uint8 round, bytes32 rulingHash) external view returns (uint8) {
        return _storage().counts[disputeId][round][rulingHash];
    }

    function _require(bool condition, bytes32 field) private pure {
        if (!condition) revert CouncilArbitrator_BadCouncil(field);
    }

    function _storage() private pure returns (CouncilArbitratorStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
