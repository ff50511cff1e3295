// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRevenueDistributor } from "../interfaces/payments/IRevenueDistributor.sol";
import { IStreamVault } from "../interfaces/payments/IStreamVault.sol";
import { StreamDeals } from "./StreamDeals.sol";
import { StreamFlow } from "./StreamFlow.sol";
import {
    IConstantFlowMinimal,
    IDistributionMinimal,
    ISuperTokenMinimal,
    ISuperfluidHostMinimal
} from "./superfluid/ISuperfluidMinimal.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { TransientSlot } from "@openzeppelin/contracts/utils/TransientSlot.sol";

/// @title The template of all stream vaults
/// @notice See IStreamVault.
contract StreamVault is StreamFlow {
    using SafeERC20 for IERC20;
    using TransientSlot for bytes32;
    using TransientSlot for TransientSlot.Uint256Slot;

    /// @dev Base units that the rail took in this transaction and that may be released. Transient, so no layout to keep.
    bytes32 private constant _TAKEN = keccak256("colophon.StreamVault.taken");

    /// @inheritdoc IStreamVault
    address public immutable rail;
    address private immutable _host;
    address private immutable _agreement;
    address private immutable _distributions;
    IRevenueDistributor private immutable _distributor;

    modifier onlyRail() {
        if (msg.sender != rail) revert StreamVault_NotRail(msg.sender);
        _;
    }

    /// @param rail_ The proxy of the rail, whose address is known before it is deployed.
    /// @param distributor The proxy of the distributor, likewise.
    /// @param flows The Constant Flow Agreement.
    /// @param distributions The General Distribution Agreement.
    // A zero rail would let nobody in.
    // slither-disable-start missing-zero-check
    constructor(
        address rail_,
        address distributor,
        address host,
        address flows,
        address distributions
    )
        StreamFlow(flows)
    {
        (rail, _host, _agreement) = (rail_, host, flows);
        (_distributor, _distributions) = (IRevenueDistributor(distributor), distributions);
    }

    // slither-disable-end missing-zero-check

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
        amount = _takeUntil(d, time);
        _TAKEN.asUint256().tstore(amount);
    }

    /// @inheritdoc IStreamVault
    // The distributor is the protocol's own, and calls nobody for an arrival.
    // slither-disable-next-line reentrancy-benign,reentrancy-events
    function takeStray(uint256 time, bool all) external onlyRail returns (uint256 units) {
        Deal memory d = deal();
        if (all && _due != 0) _collect(d.superToken);
        _sync(d);
        return _takeStrayUntil(d, time, all);
    }

    /// @inheritdoc IStreamVault
    // Superfluid's distribution calls no receiver back, and the distributor is the protocol's own.
    // slither-disable-next-line reentrancy-benign
    function release(uint128 amount, address pool, uint256 toPool) external returns (bool direct) {
        if (msg.sender != address(_distributor)) revert StreamVault_NotDistributor(msg.sender);
        uint256 taken = _TAKEN.asUint256().tload();
        if (amount > taken) revert StreamVault_NotTaken(amount, taken);
        _TAKEN.asUint256().tstore(0);
        Deal memory d = deal();
        uint256 units = amount * StreamDeals.scaleOf(d.decimals);
        direct = toPool != 0 && _paid(d.superToken, pool, toPool);
        if (direct) _due += uint128(units - toPool);
        else ISuperTokenMinimal(d.superToken).downgradeTo(msg.sender, units);
    }

    /// @inheritdoc IStreamVault
    function collect() external {
        if (_due == 0) revert StreamVault_NothingDue();
        _collect(deal().superToken);
    }

    /// @inheritdoc IStreamVault
    function due() external view returns (uint256) {
        return _due;
    }

    /// @inheritdoc IStreamVault
    function sendToPayer(uint256 units) external onlyRail returns (bool sent) {
        Deal memory d = deal();
        sent = IERC20(d.superToken).trySafeTransfer(d.payer, units);
        if (!sent) IERC20(d.superToken).safeTransfer(rail, units);
    }

    /// @dev Whether Superfluid took `units` into the pool.
    function _paid(address superToken, address pool, uint256 units) private returns (bool done) {
        bytes memory call_ =
            abi.encodeCall(IDistributionMinimal.distribute, (superToken, address(this), pool, units, ""));
        // The returned context is of no use outside a callback.
        // slither-disable-next-line unused-return
        try ISuperfluidHostMinimal(_host).callAgreement(_distributions, call_, "") returns (bytes memory) {
            done = true;
        } catch { }
    }

    function _collect(address superToken) private {
        uint256 units = _due;
        _due = 0;
        emit Collected(units);
        IERC20(superToken).safeTransfer(address(_distributor), units);
        _distributor.noteArrival(superToken);
    }
}
