// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IErc792Arbitrable, IErc792Arbitrator } from "../../contracts/interfaces/external/IErc792.sol";

/// @notice A court as ERC-792 has it: fees, a ruling that can be appealed, and a final call of `rule`. Plus what a hostile one could do.
contract CourtDouble is IErc792Arbitrator {
    enum Mode {
        Faithful,
        Refuse,
        RuleWithinCreate
    }

    struct CourtCase {
        address arbitrated;
        uint256 choices;
        uint256 ruling;
        uint256 appeals;
        bool closed;
    }

    uint256 public constant FEE = 0.03 ether;
    uint256 public constant APPEAL_FEE = 0.1 ether;

    CourtCase[] public cases;
    bytes public lastExtraData;
    Mode private _mode;

    error CourtDouble_Refused();
    error CourtDouble_Fee(uint256 given, uint256 needed);
    error CourtDouble_Closed();

    function setMode(Mode mode) external {
        _mode = mode;
    }

    function createDispute(uint256 choices, bytes calldata extraData) external payable returns (uint256 disputeID) {
        if (_mode == Mode.Refuse) revert CourtDouble_Refused();
        if (msg.value < FEE) revert CourtDouble_Fee(msg.value, FEE);
        disputeID = cases.length;
        cases.push(CourtCase(msg.sender, choices, 0, 0, false));
        lastExtraData = extraData;
        if (_mode == Mode.RuleWithinCreate) IErc792Arbitrable(msg.sender).rule(disputeID, 1);
    }

    function appeal(uint256 disputeID, bytes calldata) external payable {
        if (msg.value < APPEAL_FEE) revert CourtDouble_Fee(msg.value, APPEAL_FEE);
        if (cases[disputeID].closed) revert CourtDouble_Closed();
        ++cases[disputeID].appeals;
    }

    /// @notice The final ruling.
    function giveRuling(uint256 disputeID, uint256 ruling) external {
        CourtCase storage c = cases[disputeID];
        if (c.closed) revert CourtDouble_Closed();
        (c.ruling, c.closed) = (ruling, true);
        IErc792Arbitrable(c.arbitrated).rule(disputeID, ruling);
    }

    function arbitrationCost(bytes calldata) external pure returns (uint256 cost) {
        return FEE;
    }

    function appealCost(uint256, bytes calldata) external pure returns (uint256 cost) {
        return APPEAL_FEE;
    }
}
