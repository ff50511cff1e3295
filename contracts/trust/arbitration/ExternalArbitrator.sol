// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IArbitrator } from "../../interfaces/trust/IArbitrator.sol";
import { IDisputeManager } from "../../interfaces/trust/IDisputeManager.sol";

/// @notice What adapters to other protocols share: their answer is kept first and delivered second, so that what another protocol calls
/// back never fails because of us, and an answer that could not be delivered then can be later, by anyone. One thing is asked of
/// whoever triggers the answer: gas enough to deliver it. Estimates look for the least gas with which a call does not fail, and
/// would find one with which the delivery fails quietly.
abstract contract ExternalArbitrator is IArbitrator {
    enum Result {
        None,
        Asked,
        Upheld,
        Rejected,
        Refused
    }

    /// @param key The other protocol's id of the case.
    struct Case {
        bytes32 key;
        Result result;
        bool delivered;
    }

    /// @dev Which case a key is of.
    struct Place {
        uint248 disputeId;
        uint8 round;
    }

    /// @notice The other protocol answered.
    event Answered(uint256 indexed disputeId, uint8 indexed round, bytes32 indexed key, Result result);
    /// @notice The dispute manager did not take the answer: too late, or the dispute has ended. `deliver` tries again.
    event NotDelivered(uint256 indexed disputeId, uint8 indexed round);

    /// @dev Thrown when the caller is not the protocol that was asked.
    error ExternalArbitrator_NotOracle(address caller);
    /// @dev Thrown when an answer comes with too little gas to deliver it; nothing has happened, so try again with more.
    error ExternalArbitrator_TooLittleGas(uint256 left, uint256 needed);
    /// @dev Thrown when there is no answer to deliver.
    error ExternalArbitrator_NothingToDeliver(uint256 disputeId, uint8 round);

    /// @notice Gas that must be left when an answer comes: more than twice what keeping a ruling takes.
    uint256 public constant DELIVERY_GAS = 400_000;

    /// @notice The dispute manager that asks.
    IDisputeManager public immutable disputeManager;

    mapping(uint256 disputeId => mapping(uint8 round => Case)) private _cases;
    mapping(bytes32 key => Place) private _places;

    constructor(address disputeManager_) {
        disputeManager = IDisputeManager(disputeManager_);
    }

    /// @notice Delivers an answer that was not taken before. Anyone.
    function deliver(uint256 disputeId, uint8 round) external {
        Case storage c = _cases[disputeId][round];
        bool answers = c.result == Result.Upheld || c.result == Result.Rejected;
        if (!answers || c.delivered) revert ExternalArbitrator_NothingToDeliver(disputeId, round);
        c.delivered = true;
        disputeManager.rule(disputeId, disputeManager.reliefOf(disputeId, c.result == Result.Upheld));
    }

    /// @notice A case; all zero when it was not asked.
    function caseOf(uint256 disputeId, uint8 round) external view returns (Case memory) {
        return _cases[disputeId][round];
    }

    modifier onlyDisputeManager() {
        if (msg.sender != address(disputeManager)) revert Arbitrator_NotDisputeManager(msg.sender);
        _;
    }

    function _requireNew(uint256 disputeId, uint8 round) internal view {
        if (_cases[disputeId][round].result != Result.None) revert Arbitrator_AlreadyAsked(disputeId, round);
    }

    function _setAsked(uint256 disputeId, uint8 round, bytes32 key, address payer) internal {
        _cases[disputeId][round] = Case(key, Result.Asked, false);
        // Disputes are numbered in 64 bits.
        _places[key] = Place(uint248(disputeId), round);
        emit RulingRequested(disputeId, round, payer);
    }

    function _requireAsked(uint256 disputeId, uint8 round) internal view returns (bytes32 key) {
        Case memory c = _cases[disputeId][round];
        if (c.result != Result.Asked) revert Arbitrator_NotAsked(disputeId);
        return c.key;
    }

    /// @dev Keeps an answer and tries to deliver it. Answers to what was never asked are none of ours: the other protocol lets anyone
    /// name us.
    // Whether it was delivered is known after the delivery; what is kept was kept before.
    // slither-disable-next-line reentrancy-events
    function _setAnswer(bytes32 key, Result result) internal {
        Place memory place = _places[key];
        Case storage c = _cases[place.disputeId][place.round];
        if (place.disputeId == 0 || c.result != Result.Asked) return;
        c.result = result;
        emit Answered(place.disputeId, place.round, key, result);
        if (result == Result.Refused) return;
        uint256 left = gasleft();
        if (left < DELIVERY_GAS) revert ExternalArbitrator_TooLittleGas(left, DELIVERY_GAS);
        try this.deliver(place.disputeId, place.round) { }
        catch {
            emit NotDelivered(place.disputeId, place.round);
        }
    }
}
