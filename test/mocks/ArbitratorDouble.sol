// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IArbitrator } from "../../contracts/interfaces/trust/IArbitrator.sol";
import { IDisputeManager } from "../../contracts/interfaces/trust/IDisputeManager.sol";
import { IDisputeTypes } from "../../contracts/interfaces/trust/IDisputeTypes.sol";

/// @notice An arbitrator that does as a test says: costs something, refuses, or rules where it must not.
contract ArbitratorDouble is IArbitrator {
    enum Mode {
        Wait,
        Refuse,
        RuleAtOnce
    }

    IDisputeManager private immutable _disputes;
    Mode private _mode;
    address private _token;
    uint256 private _amount;
    uint256 private _native;

    address public payer;
    bytes public extra;

    error ArbitratorDouble_Refused();

    constructor(IDisputeManager disputes) {
        _disputes = disputes;
    }

    function setMode(Mode mode) external {
        _mode = mode;
    }

    function setCost(address token, uint256 amount, uint256 native) external {
        (_token, _amount, _native) = (token, amount, native);
    }

    function request(uint256 disputeId, uint8, address payer_, bytes calldata extra_) external payable {
        if (_mode == Mode.Refuse) revert ArbitratorDouble_Refused();
        (payer, extra) = (payer_, extra_);
        if (_mode == Mode.RuleAtOnce) rule(disputeId, true);
    }

    function rule(uint256 disputeId, bool upheld) public {
        _disputes.rule(disputeId, _disputes.reliefOf(disputeId, upheld));
    }

    function cost(uint8) external view returns (address token, uint256 amount, uint256 native) {
        return (_token, _amount, _native);
    }
}
