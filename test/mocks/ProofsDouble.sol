// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRuledRecords } from "../../contracts/interfaces/trust/IRuledRecords.sol";

/// @notice Records that a ruling can revoke, where ProofRegistry will be.
contract ProofsDouble is IRuledRecords {
    mapping(uint256 recordId => address) public answerableFor;

    function set(uint256 recordId, address runner) external {
        answerableFor[recordId] = runner;
    }

    function revokeByRuling(uint256 recordId, bytes32) external {
        delete answerableFor[recordId];
    }
}
