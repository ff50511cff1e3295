// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    IOptimisticOracleV3,
    IOptimisticOracleV3CallbackRecipient
} from "../../interfaces/external/IOptimisticOracleV3.sol";
import { IArbitrator } from "../../interfaces/trust/IArbitrator.sol";
import { ExternalArbitrator } from "./ExternalArbitrator.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";

/// @title UMA's Optimistic Oracle V3 as arbitrator
/// @notice Whoever refers a dispute asserts, with the oracle's bond, that the claim is right. Undisputed it is upheld after LIVENESS;
/// anyone may dispute the assertion at the oracle with as much, and UMA's voters then decide. The bond is the oracle's business: it
/// goes back to who paid it when the claim is right.
/// @dev Not proxied, nothing governed: another oracle, currency or liveness is another arbitrator.
// The dispute manager sends what `cost` asks for, which here is no native currency, and nobody else may call.
// slither-disable-next-line locked-ether
contract UmaArbitrator is ExternalArbitrator, IOptimisticOracleV3CallbackRecipient {
    using SafeERC20 for IERC20;

    /// @notice Seconds in which an assertion can be disputed.
    uint64 public constant LIVENESS = 2 days;

    /// @notice The oracle.
    IOptimisticOracleV3 public immutable oracle;
    /// @notice Token of its bonds.
    address public immutable currency;

    /// @notice The oracle's voters were called: the assertion was disputed.
    event AssertionDisputed(bytes32 indexed assertionId);

    constructor(address disputeManager_, address oracleV3, address currency_) ExternalArbitrator(disputeManager_) {
        oracle = IOptimisticOracleV3(oracleV3);
        // An arbitrator without a currency could never be paid.
        // slither-disable-next-line missing-zero-check
        currency = currency_;
    }

    /// @inheritdoc IArbitrator
    // The oracle is trusted to be itself; an answer that comes before the assertion's id is known is not ours, and is ignored.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function request(
        uint256 disputeId,
        uint8 round,
        address payer,
        bytes calldata
    )
        external
        payable
        onlyDisputeManager
    {
        _requireNew(disputeId, round);
        bytes32 assertionId = _assert(_claim(disputeId, round), payer, bytes32(disputeId));
        _setAsked(disputeId, round, assertionId, payer);
    }

    /// @inheritdoc IOptimisticOracleV3CallbackRecipient
    function assertionResolvedCallback(bytes32 assertionId, bool assertedTruthfully) external {
        _requireOracle();
        _setAnswer(assertionId, assertedTruthfully ? Result.Upheld : Result.Rejected);
    }

    /// @inheritdoc IOptimisticOracleV3CallbackRecipient
    function assertionDisputedCallback(bytes32 assertionId) external {
        _requireOracle();
        emit AssertionDisputed(assertionId);
    }

    /// @inheritdoc IArbitrator
    function cost(uint8) external view returns (address token, uint256 amount, uint256 native) {
        return (currency, oracle.getMinimumBond(currency), 0);
    }

    function _requireOracle() private view {
        if (msg.sender != address(oracle)) revert ExternalArbitrator_NotOracle(msg.sender);
    }

    // What is left is found after the assertion; only the dispute manager gets here, and its entrances are guarded.
    // slither-disable-next-line reentrancy-benign,reentrancy-events
    function _assert(bytes memory claim, address asserter, bytes32 domain) private returns (bytes32 assertionId) {
        uint256 bond = oracle.getMinimumBond(currency);
        IERC20(currency).forceApprove(address(oracle), bond);
        bytes32 identifier = oracle.defaultIdentifier();
        assertionId = oracle.assertTruth(
            claim, asserter, address(this), address(0), LIVENESS, currency, bond, identifier, domain
        );
        // What the oracle did not take would stay here for ever.
        uint256 rest = IERC20(currency).balanceOf(address(this));
        if (rest > 0) {
            IERC20(currency).forceApprove(address(oracle), 0);
            IERC20(currency).safeTransfer(asserter, rest);
        }
    }

    /// @dev What UMA's voters read. Not a word of it is the referrer's, who may want the claim to fail.
    function _claim(uint256 disputeId, uint8 round) private view returns (bytes memory) {
        return abi.encodePacked(
            "The claim in Colophon dispute ",
            Strings.toString(disputeId),
            round == 0 ? "" : " (on appeal)",
            " is right and all that it asks for should be granted. Dispute manager ",
            Strings.toHexString(address(disputeManager)),
            " on chain ",
            Strings.toString(block.chainid),
            "; claim and evidence are in its events DisputeOpened, EvidenceSubmitted and ChunkKeyShown."
        );
    }
}
