// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IStreamVault } from "../interfaces/payments/IStreamVault.sol";
import { StreamDeals } from "./StreamDeals.sol";
import { StreamFlow } from "./StreamFlow.sol";
import { IConstantFlowMinimal, ISuperTokenMinimal, ISuperfluidHostMinimal } from "./superfluid/ISuperfluidMinimal.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title The template of all stream vaults
/// @notice See IStreamVault.
contract StreamVault is StreamFlow {
    using SafeERC20 for IERC20;

    /// @inheritdoc IStreamVault
    address public immutable rail;
    address private immutable _host;
    address private immutable _agreement;

    modifier onlyRail() {
        if (msg.sender != rail) revert StreamVault_NotRail(msg.sender);
        _;
    }

    /// @param rail_ The proxy of the rail, whose address is known before it is deployed.
    /// @param flows The Constant Flow Agreement.
    // A zero rail would let nobody in.
    // slither-disable-next-line missing-zero-check
    constructor(address rail_, address host, address flows) StreamFlow(flows) {
        (rail, _host, _agreement) = (rail_, host, flows);
    }

    /// @inheritdoc IStreamVault
    function sync() external onlyRail returns (uint256 running) {
        return _sync(deal()).running;
    }

    /// @inheritdoc IStreamVault
    function setRate(uint96 agreed) external onlyRail {
        _setAgreed(_sync(deal()), agreed);
    }

    /// @inheritdoc IStreamVault
    // Superfluid calls back receivers that are super apps; a vault is none.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function stop(bool pause, bool end) external onlyRail {
        Deal memory d = deal();
        if (_sync(d).running != 0) {
            bytes memory call_ =
                abi.encodeCall(IConstantFlowMinimal.deleteFlow, (d.superToken, d.payer, address(this), ""));
            // The returned context is of no use outside a callback.
            // slither-disable-next-line unused-return
            ISuperfluidHostMinimal(_host).callAgreement(_agreement, call_, "");
            _sync(d);
        }
        if (pause) _setPaused();
        if (end) _setEnded();
    }

    /// @inheritdoc IStreamVault
    function take(uint256 time) external onlyRail returns (uint128 amount) {
        Deal memory d = deal();
        _sync(d);
        return _takeUntil(d, time);
    }

    /// @inheritdoc IStreamVault
    function takeStray(uint256 time, bool all) external onlyRail returns (uint256 units) {
        Deal memory d = deal();
        _sync(d);
        return _takeStrayUntil(d, time, all);
    }

    /// @inheritdoc IStreamVault
    function unwrapTo(address to, uint128 amount) external onlyRail {
        Deal memory d = deal();
        ISuperTokenMinimal(d.superToken).downgradeTo(to, amount * StreamDeals.scaleOf(d.decimals));
    }

    /// @inheritdoc IStreamVault
    function sendToPayer(uint256 units) external onlyRail returns (bool sent) {
        Deal memory d = deal();
        sent = IERC20(d.superToken).trySafeTransfer(d.payer, units);
        if (!sent) IERC20(d.superToken).safeTransfer(rail, units);
    }
}
