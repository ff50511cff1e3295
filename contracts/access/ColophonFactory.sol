// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { Create3 } from "@openzeppelin/contracts/utils/Create3.sol";

import { IColophonFactory } from "../interfaces/access/IColophonFactory.sol";

/// @title Owner-gated CREATE3 factory
/// @dev One-step ownership on purpose: its last owner is a timelock, which could accept only after its own delay.
contract ColophonFactory is IColophonFactory, Ownable {
    /// @param owner_ First owner: the deployer, who hands over to the timelock.
    constructor(address owner_) Ownable(owner_) { }

    /// @inheritdoc IColophonFactory
    function deploy(bytes32 salt, bytes calldata initCode) external payable onlyOwner returns (address deployed) {
        deployed = Create3.computeAddress(salt);
        require(deployed.code.length == 0, ColophonFactory_SaltUsed(salt, deployed));
        // It returns the address computed above, or reverts.
        // slither-disable-next-line unused-return
        Create3.deploy(msg.value, salt, initCode);
        emit Deployed(salt, deployed);
    }

    /// @inheritdoc IColophonFactory
    function addressOf(bytes32 salt) external view returns (address) {
        return Create3.computeAddress(salt);
    }
}
