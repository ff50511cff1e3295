// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    IOptimisticOracleV3,
    IOptimisticOracleV3CallbackRecipient
} from "../../contracts/interfaces/external/IOptimisticOracleV3.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice UMA's Optimistic Oracle V3 as far as its published interface says: assertions with a bond, disputes with as much, voters who
/// decide disputed ones, and callbacks that fail the call when they fail. Plus what a hostile one could do.
contract OracleDouble is IOptimisticOracleV3 {
    enum Mode {
        Faithful,
        RevertOnAssert,
        ResolveWithinAssert,
        KeepBond
    }

    struct Assertion {
        address asserter;
        address recipient;
        uint64 expiresAt;
        address currency;
        uint256 bond;
        address disputer;
        bool voted;
        bool truth;
        bool settled;
    }

    uint256 private constant _MINIMUM_BOND = 25e6;
    bytes32 public constant defaultIdentifier = "ASSERT_TRUTH";

    mapping(bytes32 assertionId => Assertion) public assertions;
    bytes public lastClaim;
    bytes32 public lastId;
    uint256 private _count;
    Mode private _mode;

    error OracleDouble_Refused();
    error OracleDouble_NotYet();

    function setMode(Mode mode) external {
        _mode = mode;
    }

    function assertTruth(
        bytes calldata claim,
        address asserter,
        address callbackRecipient,
        address,
        uint64 liveness,
        address currency,
        uint256 bond,
        bytes32,
        bytes32
    )
        external
        returns (bytes32 assertionId)
    {
        if (_mode == Mode.RevertOnAssert || bond < _MINIMUM_BOND) revert OracleDouble_Refused();
        assertionId = keccak256(abi.encode(claim, ++_count));
        (lastClaim, lastId) = (claim, assertionId);
        Assertion storage a = assertions[assertionId];
        (a.asserter, a.recipient, a.currency, a.bond) = (asserter, callbackRecipient, currency, bond);
        a.expiresAt = uint64(block.timestamp) + liveness;
        if (_mode == Mode.KeepBond) return assertionId;
        require(IERC20(currency).transferFrom(msg.sender, address(this), bond), "bond");
        if (_mode == Mode.ResolveWithinAssert) {
            IOptimisticOracleV3CallbackRecipient(callbackRecipient).assertionResolvedCallback(assertionId, true);
        }
    }

    function disputeAssertion(bytes32 assertionId, address disputer) external {
        Assertion storage a = assertions[assertionId];
        if (a.disputer != address(0) || block.timestamp >= a.expiresAt) revert OracleDouble_NotYet();
        a.disputer = disputer;
        require(IERC20(a.currency).transferFrom(msg.sender, address(this), a.bond), "bond");
        if (a.recipient != address(0)) {
            IOptimisticOracleV3CallbackRecipient(a.recipient).assertionDisputedCallback(assertionId);
        }
    }

    /// @notice What UMA's voters say.
    function resolve(bytes32 assertionId, bool truth) external {
        (assertions[assertionId].voted, assertions[assertionId].truth) = (true, truth);
    }

    function settleAssertion(bytes32 assertionId) external {
        Assertion storage a = assertions[assertionId];
        bool disputed = a.disputer != address(0);
        if (a.settled || (disputed ? !a.voted : block.timestamp < a.expiresAt)) revert OracleDouble_NotYet();
        a.settled = true;
        bool truth = !disputed || a.truth;
        uint256 paid = disputed ? a.bond * 3 / 2 : a.bond;
        require(IERC20(a.currency).transfer(truth ? a.asserter : a.disputer, paid), "pay");
        if (a.recipient == address(0)) return;
        IOptimisticOracleV3CallbackRecipient(a.recipient).assertionResolvedCallback(assertionId, truth);
    }

    function getMinimumBond(address) external pure returns (uint256) {
        return _MINIMUM_BOND;
    }
}
