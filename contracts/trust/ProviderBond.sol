// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBondParameters } from "../interfaces/trust/IBondParameters.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { Offer } from "../types/Offer.sol";
import { BondBase } from "./BondBase.sol";
import { BondClaims } from "./BondClaims.sol";
import { BondOperations } from "./BondOperations.sol";

/// @title Providers, their keys and their bonds
/// @notice See IProviderBond: the rules are described there. This file: deployment, governed numbers, and
/// the way to BondOperations.
contract ProviderBond is BondClaims {
    /// @inheritdoc IBondParameters
    uint32 public constant MIN_THAWING_TIME = 7 days;
    /// @inheritdoc IBondParameters
    uint32 public constant MAX_THAWING_TIME = 90 days;
    /// @inheritdoc IBondParameters
    uint16 public constant MAX_REWARD_BPS = 5000;
    /// @inheritdoc IProviderBond
    uint16 public constant MIN_SLASH_CAP_BPS = 500;
    /// @inheritdoc IBondParameters
    uint8 public constant MAX_DELEGATION_RATIO = 8;
    /// @inheritdoc IBondParameters
    uint16 public constant MAX_BOND_RATIO_BPS = 10_000;

    /// @inheritdoc IProviderBond
    uint32 public constant OWN_LAG = LAG;

    /// @dev Code that runs on this contract's storage, made by its constructor and for it alone.
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _operations;

    /// @dev The license token, first argument of every neighbor's constructor, is not asked for anything here.
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address,
        address market,
        address config,
        address objectiveFaults,
        address serviceChallenges,
        address disputeManager
    )
        BondBase(market, config, objectiveFaults, serviceChallenges, disputeManager)
    {
        _operations = address(new BondOperations());
    }

    /// @notice Sets the AccessManager and the first numbers. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
        _setParameters(Parameters({ thawingTime: 21 days, rewardBps: 1000, delegationRatio: 4 }));
        _setSlashCap(Verifier.ObjectiveFaults, 5000);
        _setSlashCap(Verifier.ServiceChallenges, 1000);
        _setSlashCap(Verifier.DisputeManager, 5000);
    }

    // ---- what BondOperations does

    /// @inheritdoc IProviderBond
    function register(Profile calldata) external {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function addKey(address, uint8) external {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function revokeKey(address) external {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function setDelegatorShare(uint16) external {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function dropLock(bytes32) external {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function deposit(address, address, uint128) external {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function requestWithdrawal(address, uint128) external {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function completeWithdrawal(address) external returns (uint128) {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function delegate(address, address, uint128, uint128) external returns (uint128) {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function requestUndelegation(address, address, uint128) external {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function completeUndelegation(address, address, uint128) external returns (uint128) {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function reward(address, address, uint128) external {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function claimRewards(address, address, address) external returns (uint128) {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function allocate(Offer calldata, uint128, uint128) external {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function requestDeallocation(Offer calldata, uint128) external {
        _operate();
    }

    /// @inheritdoc IProviderBond
    function completeDeallocation(Offer calldata) external returns (uint128) {
        _operate();
    }

    // ---- governance

    /// @inheritdoc IBondParameters
    function setBondToken(address token, uint96 minimum, uint16 ratioBps, bool accepted) external restricted {
        if (accepted && !_config.paymentToken(token).allowed) revert ProviderBond_TokenNotAccepted(token);
        if (minimum == 0) revert ProviderBond_BadField("minimum", 0);
        if (ratioBps > MAX_BOND_RATIO_BPS) revert ProviderBond_BadField("ratioBps", ratioBps);
        BondToken storage stored = _storage().tokens[token];
        if (stored.minimum == minimum && stored.ratioBps == ratioBps && stored.accepted == accepted) {
            revert ProviderBond_NoChange();
        }
        (stored.minimum, stored.ratioBps, stored.accepted) = (minimum, ratioBps, accepted);
        emit BondTokenSet(token, minimum, ratioBps, accepted);
    }

    /// @inheritdoc IBondParameters
    function stopBondToken(address token) external restricted {
        _requireAccepted(token);
        BondToken storage stored = _storage().tokens[token];
        stored.accepted = false;
        emit BondTokenSet(token, stored.minimum, stored.ratioBps, false);
    }

    /// @inheritdoc IBondParameters
    function setParameters(Parameters calldata parameters_) external restricted {
        StoredParameters memory p = _storage().parameters;
        if (
            p.thawingTime == parameters_.thawingTime && p.rewardBps == parameters_.rewardBps
                && p.delegationRatio == parameters_.delegationRatio
        ) revert ProviderBond_NoChange();
        _setParameters(parameters_);
    }

    /// @inheritdoc IProviderBond
    function setSlashCap(Verifier verifier, uint16 capBps) external restricted {
        if (_capBps(verifier) == capBps) revert ProviderBond_NoChange();
        _setSlashCap(verifier, capBps);
    }

    // ---- views

    /// @inheritdoc IBondParameters
    function bondToken(address token) external view returns (BondToken memory) {
        return _storage().tokens[token];
    }

    /// @inheritdoc IBondParameters
    function parameters() external view returns (Parameters memory) {
        StoredParameters memory p = _storage().parameters;
        return Parameters(p.thawingTime, p.rewardBps, p.delegationRatio);
    }

    /// @inheritdoc IProviderBond
    function slashCap(Verifier verifier) external view returns (uint16) {
        return _capBps(verifier);
    }

    // ---- private

    /// @dev Runs the same call on this contract's storage with the code of BondOperations, and ends as that ends.
    /// @custom:oz-upgrades-unsafe-allow-reachable delegatecall
    function _operate() private {
        address operations = _operations;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let done := delegatecall(gas(), operations, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(done) { revert(0, returndatasize()) }
            return(0, returndatasize())
        }
    }

    function _setParameters(Parameters memory p) private {
        if (p.thawingTime < MIN_THAWING_TIME || p.thawingTime > MAX_THAWING_TIME) {
            revert ProviderBond_BadField("thawingTime", p.thawingTime);
        }
        if (p.rewardBps > MAX_REWARD_BPS) revert ProviderBond_BadField("rewardBps", p.rewardBps);
        if (p.delegationRatio > MAX_DELEGATION_RATIO) {
            revert ProviderBond_BadField("delegationRatio", p.delegationRatio);
        }
        StoredParameters storage stored = _storage().parameters;
        (stored.thawingTime, stored.rewardBps, stored.delegationRatio) = (p.thawingTime, p.rewardBps, p.delegationRatio);
        emit ParametersSet(p.thawingTime, p.rewardBps, p.delegationRatio);
    }

    function _setSlashCap(Verifier verifier, uint16 capBps) private {
        if (capBps < MIN_SLASH_CAP_BPS || capBps > BPS) revert ProviderBond_BadField("capBps", capBps);
        StoredParameters storage stored = _storage().parameters;
        if (verifier == Verifier.ObjectiveFaults) stored.capFaults = capBps;
        else if (verifier == Verifier.ServiceChallenges) stored.capChallenges = capBps;
        else if (verifier == Verifier.DisputeManager) stored.capDisputes = capBps;
        else revert ProviderBond_BadField("verifier", 0);
        emit SlashCapSet(verifier, capBps);
    }
}
