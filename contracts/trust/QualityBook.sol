// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IQualityOracle } from "../interfaces/trust/IQualityOracle.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { Checkpoints } from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @notice Storage and neighbors of the quality oracle, its accounts, and the numbers that governance sets.
/// @dev Money is booked, never pushed: tokens held = the sum of accounts + the rewards of open requests.
abstract contract QualityBook is IQualityOracle, ColophonUpgradeable, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @dev One slot. `locked` is part of `balance`.
    struct Account {
        uint128 balance;
        uint128 locked;
    }

    /// @dev The first score of a license, one slot.
    struct Evidence {
        uint128 requestId;
        uint16 score;
        uint40 at;
    }

    /// @custom:storage-location erc7201:colophon.storage.QualityOracle
    struct QualityOracleStorage {
        uint256 requestCount;
        Rules rules;
        mapping(address token => TokenTerms) tokens;
        mapping(address reporter => bool) reporters;
        mapping(address account => mapping(address token => Account)) accounts;
        mapping(uint256 requestId => Request) requests;
        mapping(uint256 requestId => Report[]) reports;
        /// @dev Seat of a reporter, from 1.
        mapping(uint256 requestId => mapping(address reporter => uint256)) seats;
        /// @dev The request that each side made last for a license: its holder (true) or the dataset's owner.
        mapping(uint256 licenseId => mapping(bool holder => uint256 requestId)) lastRequest;
        mapping(uint256 licenseId => Evidence) evidence;
        mapping(uint256 datasetId => mapping(uint32 version => Checkpoints.Trace256)) methods;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.QualityOracle")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x8f2e582dc5285df73ec3c6e23a47c29b5533bdaf8ed7a8f4f753d21e69ca6b00;

    uint256 internal constant BPS = 10_000;
    uint256 private constant _MIN_WINDOW = 1 hours;
    uint256 private constant _MAX_WINDOW = 14 days;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseToken internal immutable _licenseToken;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDatasetRegistry internal immutable _registry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IProtocolConfig internal immutable _config;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address registry, address config) {
        _licenseToken = ILicenseToken(licenseToken);
        _registry = IDatasetRegistry(registry);
        _config = IProtocolConfig(config);
    }

    // ---- accounts

    /// @inheritdoc IQualityOracle
    function deposit(address account, address token, uint128 amount) external nonReentrant {
        _requireTaken(token);
        if (amount == 0) revert QualityOracle_BadAmount(0, 0);
        _pull(token, amount);
        _credit(account, token, amount);
        emit Deposited(account, token, msg.sender, amount);
    }

    /// @inheritdoc IQualityOracle
    function withdraw(address account, address token, uint128 amount, address to) external nonReentrant {
        bool forOther = to == account && !_storage().reporters[account];
        if (msg.sender != account && !forOther) revert QualityOracle_NotAccount(account, msg.sender);
        Account storage stored = _storage().accounts[account][token];
        uint128 free = stored.balance - stored.locked;
        if (amount == 0 || amount > free) revert QualityOracle_BadAmount(amount, free);
        stored.balance -= amount;
        emit Withdrawn(account, token, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc IQualityOracle
    function accountOf(address account, address token) external view returns (uint128 balance, uint128 locked) {
        Account memory stored = _storage().accounts[account][token];
        return (stored.balance, stored.locked);
    }

    // ---- governed numbers

    /// @inheritdoc IQualityOracle
    function setReporter(address reporter, bool admitted) external restricted {
        _setReporter(reporter, admitted);
    }

    /// @inheritdoc IQualityOracle
    function stopReporter(address reporter) external restricted {
        _setReporter(reporter, false);
    }

    /// @inheritdoc IQualityOracle
    function setRules(Rules calldata rules_) external restricted {
        _setRules(rules_);
    }

    /// @inheritdoc IQualityOracle
    function setTokenTerms(address token, uint128 leastReward, uint128 stake) external restricted {
        TokenTerms storage stored = _storage().tokens[token];
        if (stored.leastReward == leastReward && stored.stake == stake) revert QualityOracle_NoChange();
        (stored.leastReward, stored.stake) = (leastReward, stake);
        emit TokenTermsSet(token, leastReward, stake);
    }

    /// @inheritdoc IQualityOracle
    function isReporter(address reporter) external view returns (bool) {
        return _storage().reporters[reporter];
    }

    /// @inheritdoc IQualityOracle
    function rules() external view returns (Rules memory) {
        return _storage().rules;
    }

    /// @inheritdoc IQualityOracle
    function tokenTermsOf(address token) external view returns (TokenTerms memory) {
        return _storage().tokens[token];
    }

    /// @dev Hard bounds. An outlier never pays more than who keeps silent: showing a lone view must beat hiding it.
    function _setRules(Rules memory rules_) internal {
        _requireBounds("commitWindow", rules_.commitWindow, _MIN_WINDOW, _MAX_WINDOW);
        _requireBounds("revealWindow", rules_.revealWindow, _MIN_WINDOW, _MAX_WINDOW);
        _requireBounds("tolerance", rules_.tolerance, 1, BPS / 2);
        _requireBounds("silencePenaltyBps", rules_.silencePenaltyBps, 1, BPS);
        _requireBounds("outlierPenaltyBps", rules_.outlierPenaltyBps, 0, rules_.silencePenaltyBps);
        _storage().rules = rules_;
        emit QualityRulesSet(rules_);
    }

    function _setReporter(address reporter, bool admitted) private {
        if (_storage().reporters[reporter] == admitted) revert QualityOracle_NoChange();
        _storage().reporters[reporter] = admitted;
        emit ReporterSet(reporter, admitted);
    }

    function _requireBounds(bytes32 field, uint256 given, uint256 least, uint256 most) private pure {
        if (given < least || given > most) revert QualityOracle_OutOfBounds(field, given, least, most);
    }

    // ---- money

    /// @dev The terms of a token that requests are taken in.
    function _requireTaken(address token) internal view returns (TokenTerms memory terms) {
        terms = _storage().tokens[token];
        if (terms.stake == 0 || !_config.paymentToken(token).allowed) revert QualityOracle_TokenNotTaken(token);
    }

    /// @dev Takes exactly `amount` from the caller.
    function _pull(address token, uint256 amount) internal {
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert QualityOracle_TransferTax(token, amount, received);
    }

    function _credit(address account, address token, uint256 amount) internal {
        if (amount != 0) _storage().accounts[account][token].balance += amount.toUint128();
    }

    /// @dev Puts a seat's stake at risk.
    function _lock(address reporter, address token, uint128 stake) internal {
        Account storage stored = _storage().accounts[reporter][token];
        uint128 free = stored.balance - stored.locked;
        if (free < stake) revert QualityOracle_StakeTooLow(reporter, token, free, stake);
        stored.locked += stake;
    }

    /// @dev Ends a seat: frees the stake but for the penalty, and adds the reward.
    function _unlock(address reporter, address token, uint128 stake, uint128 reward, uint128 penalty) internal {
        Account storage stored = _storage().accounts[reporter][token];
        stored.locked -= stake;
        stored.balance = stored.balance + reward - penalty;
    }

    function _storage() internal pure returns (QualityOracleStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
