// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";
import { DisputeState } from "./DisputeState.sol";

/// @notice Arbitrators, windows and bonds: governed, within hard bounds, and never for a dispute that is open.
/// @dev Who may call is checked where DisputeManager is called, before it comes here.
abstract contract DisputeSettings is DisputeState {
    uint32 private constant _MIN_WINDOW = 2 days;
    uint32 private constant _MAX_WINDOW = 21 days;
    uint32 private constant _MAX_RULING_WINDOW = 90 days;
    uint32 private constant _MIN_LIMITATION = 30 days;
    uint32 private constant _MAX_LIMITATION = 1095 days;
    /// @dev A claim costs at most a fifth of the price.
    uint16 private constant _MAX_PRICE_BPS = 2000;
    uint8 private constant _MAX_FACTOR = 10;
    /// @dev Fixed bonds fit what a dispute stores.
    uint128 private constant _MAX_BOND = type(uint80).max >> 5;

    IProtocolConfig private immutable _config;

    constructor(address config) {
        _config = IProtocolConfig(config);
    }

    /// @notice See IDisputeManager.
    function setArbitrator(address arbitrator, uint16 appealTo, uint32 rulingWindow) external returns (uint16 index) {
        DisputeManagerStorage storage $ = _storage();
        _requireBounds(rulingWindow, _MIN_WINDOW, _MAX_RULING_WINDOW, "rulingWindow");
        if (arbitrator.code.length == 0) revert DisputeManager_OutOfBounds("arbitrator");
        index = ++$.judgeCount;
        bool known = appealTo == 0 || appealTo == index || $.judges[appealTo].listed;
        if (!known) revert DisputeManager_OutOfBounds("appealTo");
        $.judges[index] = Judge(arbitrator, rulingWindow, appealTo, true);
        $.judgeOf[arbitrator] = index;
        emit JudgeSet(index, arbitrator, rulingWindow, appealTo, true);
    }

    /// @notice See IDisputeManager.
    function delistArbitrator(uint16 index) external {
        DisputeManagerStorage storage $ = _storage();
        Judge storage judge = $.judges[index];
        if (!judge.listed) revert DisputeManager_NoArbitrator();
        judge.listed = false;
        if ($.judgeOf[judge.arbitrator] == index) $.judgeOf[judge.arbitrator] = 0;
        if ($.defaultJudge == index) $.defaultJudge = 0;
        emit JudgeSet(index, judge.arbitrator, judge.rulingWindow, judge.appealTo, false);
    }

    /// @notice See IDisputeManager.
    function setNumbers(Numbers calldata numbers) external {
        DisputeManagerStorage storage $ = _storage();
        _requireBounds(numbers.responseWindow, _MIN_WINDOW, _MAX_WINDOW, "responseWindow");
        _requireBounds(numbers.referWindow, _MIN_WINDOW, _MAX_WINDOW, "referWindow");
        _requireBounds(numbers.appealWindow, _MIN_WINDOW, _MAX_WINDOW, "appealWindow");
        _requireBounds(numbers.limitation, _MIN_LIMITATION, _MAX_LIMITATION, "limitation");
        _requireBounds(numbers.priceBps, 0, _MAX_PRICE_BPS, "priceBps");
        _requireBounds(numbers.counterFactor, 1, _MAX_FACTOR, "counterFactor");
        _requireBounds(numbers.appealFactor, 2, _MAX_FACTOR, "appealFactor");
        if (!$.judges[numbers.judge].listed) revert DisputeManager_OutOfBounds("judge");
        if (!_config.paymentToken(numbers.bondToken).allowed) revert DisputeManager_OutOfBounds("bondToken");
        uint16 index = ++$.numbersCount;
        $.numbers[index] = numbers;
        ($.responseWindow, $.limitation) = (numbers.responseWindow, numbers.limitation);
        ($.priceBps, $.defaultJudge) = (numbers.priceBps, numbers.judge);
        emit NumbersSet(index, numbers);
    }

    /// @notice See IDisputeManager.
    function setBond(Subject subject, address token, uint128 amount) external {
        _requireBounds(amount, 0, _MAX_BOND, "amount");
        _storage().bonds[subject][token] = amount;
        emit BondSet(subject, token, amount);
    }

    // ---- private

    function _requireBounds(uint256 given, uint256 least, uint256 most, bytes32 field) private pure {
        if (given < least || given > most) revert DisputeManager_OutOfBounds(field);
    }
}
