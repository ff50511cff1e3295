// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Owner-gated CREATE3 factory
/// @notice Every address follows from this factory's address and a salt alone, so contracts know neighbors before those
/// exist. It stands at one address on every chain and belongs to the timelock from the end of the first deployment.
interface IColophonFactory {
    /// @notice A contract was deployed.
    event Deployed(bytes32 indexed salt, address indexed deployed);

    /// @dev Thrown when something was already deployed with this salt.
    error ColophonFactory_SaltUsed(bytes32 salt, address deployed);

    /// @notice Deploys `initCode` at the address of `salt`. Only the owner.
    function deploy(bytes32 salt, bytes calldata initCode) external payable returns (address deployed);
    /// @notice The address of `salt`, deployed or not.
    function addressOf(bytes32 salt) external view returns (address);
}
