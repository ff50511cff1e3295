// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { LowLevelCall } from "@openzeppelin/contracts/utils/LowLevelCall.sol";

/// @notice How rails ask whoever keeps evidence.
/// @dev A contract that keeps evidence may have no code yet: its address is known from its salt. Offers that name it are refused
/// until it has, so its arrival changes no deal that was made before.
library KeptEvidence {
    /// @notice When the evidence was recorded that `question` asks `keeper` for; 0 when there is none.
    /// @dev A keeper that reverts, or answers nonsense or a time that lies ahead, has no evidence, so that it can delay nobody's
    /// refund. Whoever starves the call of gas has too little left to move the money.
    function timeOf(address keeper, bytes memory question) internal view returns (uint40) {
        // The answer is one word; a second one is no part of it.
        // slither-disable-next-line unused-return
        (bool success, bytes32 answer,) = LowLevelCall.staticcallReturn64Bytes(keeper, question);
        if (!success || LowLevelCall.returnDataSize() < 32 || uint256(answer) > block.timestamp) return 0;
        return uint40(uint256(answer));
    }
}
