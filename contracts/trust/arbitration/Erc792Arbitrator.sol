// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IErc1497Evidence, IErc792Arbitrable, IErc792Arbitrator } from "../../interfaces/external/IErc792.sol";
import { IArbitrator } from "../../interfaces/trust/IArbitrator.sol";
import { ExternalArbitrator } from "./ExternalArbitrator.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";

/// @title A court that speaks ERC-792 (Kleros) as arbitrator
/// @notice Ruling 1 upholds the claim, 2 rejects it; 0 refuses, and the dispute ends by its default. The court's own appeals are paid
/// through here by whoever wants one; what it says in the end counts.
/// @dev Not proxied, nothing governed: another court or subcourt is another arbitrator.
contract Erc792Arbitrator is ExternalArbitrator, IErc792Arbitrable, IErc1497Evidence {
    uint256 private constant _CHOICES = 2;
    uint256 private constant _META_EVIDENCE = 0;

    /// @notice The court.
    IErc792Arbitrator public immutable arbitrator;
    /// @notice What the court is told of each dispute: subcourt, jurors.
    bytes public extraData;

    /// @notice Somebody paid for an appeal at the court.
    event CourtAppealed(uint256 indexed disputeId, uint8 indexed round, address indexed by);

    /// @dev Thrown when less came along than the court asks for.
    error Erc792Arbitrator_CostNotPaid(uint256 given, uint256 needed);

    constructor(
        address disputeManager_,
        address arbitrator_,
        bytes memory extraData_
    )
        ExternalArbitrator(disputeManager_)
    {
        arbitrator = IErc792Arbitrator(arbitrator_);
        extraData = extraData_;
        emit MetaEvidence(
            _META_EVIDENCE,
            "data:application/json,{\"category\":\"Colophon\",\"title\":\"Claim about licensed data\",\"question\":\"Is the claim right?\",\"rulingOptions\":{\"type\":\"single-select\",\"titles\":[\"Uphold\",\"Reject\"]}}"
        );
    }

    /// @inheritdoc IArbitrator
    // The court is trusted to be itself; a ruling that comes before its dispute's id is known is not ours, and is ignored.
    // slither-disable-next-line reentrancy-eth,reentrancy-benign,reentrancy-events
    function request(
        uint256 disputeId,
        uint8 round,
        address payer,
        bytes calldata
    )
        external
        payable
        onlyDisputeManager
    {
        _requireNew(disputeId, round);
        uint256 courtId = arbitrator.createDispute{ value: msg.value }(_CHOICES, extraData);
        _setAsked(disputeId, round, bytes32(courtId), payer);
        emit Dispute(address(arbitrator), courtId, _META_EVIDENCE, _group(disputeId, round));
    }

    /// @inheritdoc IErc792Arbitrable
    function rule(uint256 disputeID, uint256 ruling) external {
        if (msg.sender != address(arbitrator)) revert ExternalArbitrator_NotOracle(msg.sender);
        emit Ruling(msg.sender, disputeID, ruling);
        Result result = Result.Refused;
        if (ruling == 1) result = Result.Upheld;
        else if (ruling == 2) result = Result.Rejected;
        _setAnswer(bytes32(disputeID), result);
    }

    /// @notice Pays for an appeal at the court, within its appeal period. Anyone; what is over goes back.
    // Who calls pays; what is over is the caller's own, and nothing is read afterwards.
    // slither-disable-next-line arbitrary-send-eth,reentrancy-events
    function appealAtCourt(uint256 disputeId, uint8 round) external payable {
        bytes32 key = _requireAsked(disputeId, round);
        bytes memory extra = extraData;
        uint256 needed = arbitrator.appealCost(uint256(key), extra);
        if (msg.value < needed) revert Erc792Arbitrator_CostNotPaid(msg.value, needed);
        emit CourtAppealed(disputeId, round, msg.sender);
        arbitrator.appeal{ value: needed }(uint256(key), extra);
        if (msg.value > needed) Address.sendValue(payable(msg.sender), msg.value - needed);
    }

    /// @notice Shows evidence to the court by its own standard. Anyone.
    function submitEvidence(uint256 disputeId, uint8 round, string calldata uri) external {
        _requireAsked(disputeId, round);
        emit Evidence(address(arbitrator), _group(disputeId, round), msg.sender, uri);
    }

    /// @inheritdoc IArbitrator
    function cost(uint8) external view returns (address token, uint256 amount, uint256 native) {
        return (address(0), 0, arbitrator.arbitrationCost(extraData));
    }

    function _group(uint256 disputeId, uint8 round) private pure returns (uint256) {
        return disputeId * 2 + round;
    }
}
