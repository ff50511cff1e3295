// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Governed numbers of bonds
/// @notice Every number has hard bounds in code. A part of IProviderBond.
interface IBondParameters {
    /// @notice What a token takes to be a bond. `minimum` per offer in base units, plus `ratioBps` of the value at risk.
    struct BondToken {
        uint96 minimum;
        uint16 ratioBps;
        bool accepted;
    }

    /// @notice Governed numbers.
    /// @param thawingTime Seconds from asking to leaving.
    /// @param rewardBps The reporter's part of a slash.
    /// @param delegationRatio Delegated stake covers offers up to this multiple of own stake.
    struct Parameters {
        uint32 thawingTime;
        uint16 rewardBps;
        uint8 delegationRatio;
    }

    /// @notice What a token takes to be a bond changed.
    event BondTokenSet(address indexed token, uint96 minimum, uint16 ratioBps, bool accepted);
    /// @notice Governed numbers changed.
    event ParametersSet(uint32 thawingTime, uint16 rewardBps, uint8 delegationRatio);

    /// @notice Accepts a token as bond, or no longer, and sets what it takes. Restricted. Emits BondTokenSet.
    /// @dev Accepting needs a listed payment token. What is bonded stays bonded, and can leave.
    function setBondToken(address token, uint96 minimum, uint16 ratioBps, bool accepted) external;
    /// @notice Stops new stake in a token. Restricted to guardians. Emits BondTokenSet.
    function stopBondToken(address token) external;
    /// @notice Sets governed numbers within their bounds. Restricted. Emits ParametersSet. What thaws keeps its time.
    function setParameters(Parameters calldata parameters_) external;

    /// @notice Least and most thawing time, in seconds.
    function MIN_THAWING_TIME() external view returns (uint32);
    function MAX_THAWING_TIME() external view returns (uint32);
    /// @notice Most that a reporter may get of a slash, in basis points.
    function MAX_REWARD_BPS() external view returns (uint16);
    /// @notice Most of the delegation ratio.
    function MAX_DELEGATION_RATIO() external view returns (uint8);
    /// @notice Most of a bond token's ratio: the whole value at risk.
    function MAX_BOND_RATIO_BPS() external view returns (uint16);

    /// @notice The bond that an offer needs: `minimum + ratioBps * valueAtRisk`, rounded up.
    function requiredBond(address token, uint128 valueAtRisk) external view returns (uint128);
    /// @notice What a token takes to be a bond; all zero for one that never was.
    function bondToken(address token) external view returns (BondToken memory);
    /// @notice Governed numbers.
    function parameters() external view returns (Parameters memory);
}
