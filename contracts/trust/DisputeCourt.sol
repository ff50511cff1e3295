// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { DisputeRulings } from "./DisputeRulings.sol";
import { DisputeSettings } from "./DisputeSettings.sol";
import { DisputeState } from "./DisputeState.sol";

/// @title Answers, arbitrators and rulings: code of DisputeManager
/// @notice Called by DisputeManager by delegatecall: the same storage, the same address, the same guards. Called at its own address it
/// finds no dispute, and what it sets there nobody reads. It is replaced with the implementation that names it.
contract DisputeCourt is DisputeRulings, DisputeSettings {
    constructor(Neighbors memory neighbors, address config) DisputeState(neighbors) DisputeSettings(config) { }
}
