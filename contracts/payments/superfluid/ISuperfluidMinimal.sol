// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The few Superfluid functions that Colophon calls, declared from their published ABIs. Nothing is imported:
/// parts of the original interfaces carry another license.

/// @notice Settings of a new pool.
/// @param transferabilityForUnitsOwner Whether members may move their units.
/// @param distributionFromAnyAddress Whether others than the admin may distribute.
struct PoolConfig {
    bool transferabilityForUnitsOwner;
    bool distributionFromAnyAddress;
}

/// @notice Front door to the General Distribution Agreement.
interface IGDAForwarder {
    /// @notice Makes a pool that `admin` administers.
    function createPool(
        address superToken,
        address admin,
        PoolConfig calldata config
    )
        external
        returns (bool success, address pool);
    /// @notice Distributes from `from`, who must be the caller, to a pool's members by units.
    function distribute(
        address superToken,
        address from,
        address pool,
        uint256 amount,
        bytes calldata userData
    )
        external
        returns (bool success);
}

/// @notice The General Distribution Agreement. Writing functions are reached through the host only; `context` is left empty.
interface IDistributionMinimal {
    /// @notice Distributes from `from`, the caller, to a pool's members by units.
    function distribute(
        address superToken,
        address from,
        address pool,
        uint256 amount,
        bytes calldata context
    )
        external
        returns (bytes memory);
    /// @notice Distributes a flow from `from`, the caller, to a pool's members by units; zero ends it.
    function distributeFlow(
        address superToken,
        address from,
        address pool,
        int96 flowRate,
        bytes calldata context
    )
        external
        returns (bytes memory);
    /// @notice A flow into a pool: when it was last changed, which a liquidator's end is too, and its rate per second.
    function getFlow(
        address superToken,
        address from,
        address pool
    )
        external
        view
        returns (uint256 lastUpdated, int96 flowRate, uint256 deposit);
}

/// @notice A pool, as its admin sees it.
interface ISuperfluidPoolMinimal {
    /// @notice The super token that it distributes.
    function superToken() external view returns (address);
    /// @notice Sets a member's units. Only the admin.
    function updateMemberUnits(address member, uint128 units) external returns (bool success);
    /// @notice Sends an unconnected member what it has earned. Anyone.
    function claimAll(address member) external returns (bool success);
}

/// @notice A super token that wraps another token.
interface ISuperTokenMinimal {
    /// @notice Wraps: takes the underlying token from the caller's allowance. `amount` has 18 decimals.
    function upgrade(uint256 amount) external;
    /// @notice Wraps for another account.
    function upgradeTo(address to, uint256 amount, bytes calldata userData) external;
    /// @notice Unwraps, and sends the underlying token to `to`. What is below one underlying unit stays wrapped.
    function downgradeTo(address to, uint256 amount) external;
    /// @notice Decimals of the underlying token.
    function getUnderlyingDecimals() external view returns (uint8);
    /// @notice What `account` can spend at `timestamp`, negative when its flows ran over it, and its deposits.
    function realtimeBalanceOf(
        address account,
        uint256 timestamp
    )
        external
        view
        returns (int256 available, uint256 deposit, uint256 owedDeposit);
}

/// @notice Calls agreements in the name of the caller.
interface ISuperfluidHostMinimal {
    function callAgreement(
        address agreement,
        bytes calldata callData,
        bytes calldata userData
    )
        external
        returns (bytes memory);
}

/// @notice The Constant Flow Agreement. Writing functions are reached through the host only; `context` is left empty.
interface IConstantFlowMinimal {
    function createFlowByOperator(
        address superToken,
        address sender,
        address receiver,
        int96 flowRate,
        bytes calldata context
    )
        external
        returns (bytes memory);
    function updateFlowByOperator(
        address superToken,
        address sender,
        address receiver,
        int96 flowRate,
        bytes calldata context
    )
        external
        returns (bytes memory);
    /// @notice Ends a flow: its sender, its receiver, or anyone once the sender's balance has fallen below its deposits.
    function deleteFlow(
        address superToken,
        address sender,
        address receiver,
        bytes calldata context
    )
        external
        returns (bytes memory);
    /// @notice A flow: when it was made or last changed, and its rate per second; all zero when there is none.
    function getFlow(
        address superToken,
        address sender,
        address receiver
    )
        external
        view
        returns (uint256 timestamp, int96 flowRate, uint256 deposit, uint256 owedDeposit);
    /// @notice Units that are locked while a flow of this rate runs; never less than the token's minimum deposit. Flows into pools lock
    /// no more.
    function getDepositRequiredForFlowRate(address superToken, int96 flowRate) external view returns (uint256 deposit);
    /// @notice All flows of an account together: when one of them last changed, and the net rate.
    function getAccountFlowInfo(
        address superToken,
        address account
    )
        external
        view
        returns (uint256 timestamp, int96 flowRate, uint256 deposit, uint256 owedDeposit);
}
