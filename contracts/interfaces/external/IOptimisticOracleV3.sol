// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The functions of UMA's Optimistic Oracle V3 that an assertion needs (https://docs.uma.xyz). Declared here from its published
/// interface.
interface IOptimisticOracleV3 {
    /// @notice Asserts that a claim is true, with a bond out of the caller's allowance. Undisputed for `liveness` seconds it counts as
    /// true; disputed, UMA's voters decide.
    /// @param asserter Who gets the bond back when the claim is true.
    /// @param callbackRecipient Who is told of a dispute and of the result; zero for nobody.
    /// @param escalationManager Zero for UMA's own.
    function assertTruth(
        bytes calldata claim,
        address asserter,
        address callbackRecipient,
        address escalationManager,
        uint64 liveness,
        address currency,
        uint256 bond,
        bytes32 identifier,
        bytes32 domainId
    )
        external
        returns (bytes32 assertionId);

    /// @notice Ends an assertion whose time has come, and tells the callback recipient.
    function settleAssertion(bytes32 assertionId) external;

    /// @notice The least bond in a currency.
    function getMinimumBond(address currency) external view returns (uint256);

    /// @notice Identifier of claims in plain language.
    function defaultIdentifier() external view returns (bytes32);
}

/// @notice What the oracle calls back.
interface IOptimisticOracleV3CallbackRecipient {
    /// @notice An assertion was settled.
    function assertionResolvedCallback(bytes32 assertionId, bool assertedTruthfully) external;

    /// @notice An assertion was disputed: UMA's voters decide.
    function assertionDisputedCallback(bytes32 assertionId) external;
}
