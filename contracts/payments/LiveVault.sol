// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILiveVault } from "../interfaces/payments/ILiveVault.sol";
import {
    IConstantFlowMinimal,
    IDistributionMinimal,
    ISuperTokenMinimal,
    ISuperfluidHostMinimal
} from "./superfluid/ISuperfluidMinimal.sol";
import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The template of all live vaults
/// @notice See ILiveVault. Nothing here is booked from balances: what strangers send cannot matter.
contract LiveVault is ILiveVault {
    using SafeERC20 for IERC20;

    /// @inheritdoc ILiveVault
    address public immutable rail;
    address private immutable _host;
    address private immutable _flows;
    address private immutable _distributions;

    /// @dev Until when everything passed on is booked. A clone has a storage of its own and is never upgraded: plain variables.
    uint40 private _bookedAt;
    /// @dev Units per second that leave here: Superfluid first uses up what earlier changes of units left over in the pool.
    uint96 private _leaves;
    /// @dev Whether passing on was begun and not halted; a liquidator may have ended it since.
    bool private _begun;
    /// @dev Passed on before the last halt and not booked yet. One slot.
    uint128 private _kept;
    uint128 private _keptFor;

    modifier onlyRail() {
        if (msg.sender != rail) revert LiveVault_NotRail(msg.sender);
        _;
    }

    /// @param rail_ The proxy of the rail, whose address is known before it is deployed.
    /// @param flows_ The Constant Flow Agreement.
    /// @param distributions The General Distribution Agreement.
    // A zero rail would let nobody in; without Superfluid no license could be sold.
    // slither-disable-next-line missing-zero-check
    constructor(address rail_, address host, address flows_, address distributions) {
        (rail, _host, _flows, _distributions) = (rail_, host, flows_, distributions);
    }

    // ---- views

    /// @inheritdoc ILiveVault
    function deal() public view returns (Deal memory) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (Deal));
    }

    /// @inheritdoc ILiveVault
    function flows() external view returns (bool comes, bool passes) {
        Deal memory d = deal();
        comes = _coming(d) >= d.rate;
        if (_begun) (, passes) = _leaving(d);
    }

    /// @inheritdoc ILiveVault
    function passed() public view returns (uint256 units, uint256 duration) {
        if (_begun) {
            (uint256 last, bool runs) = _leaving(deal());
            duration = Math.saturatingSub(runs ? block.timestamp : last, _bookedAt);
            units = _leaves * duration;
        }
        return (units + _kept, duration + _keptFor);
    }

    // ---- only the rail

    /// @inheritdoc ILiveVault
    // A flow into a pool calls nobody back.
    // slither-disable-next-line reentrancy-benign
    function begin() external onlyRail {
        Deal memory d = deal();
        _distribute(d, d.rate);
        // Time and deposit are not asked for.
        // slither-disable-next-line unused-return
        (, int96 accepted,) = IDistributionMinimal(_distributions).getFlow(d.superToken, address(this), d.pool);
        if (accepted == 0) revert LiveVault_Refused(d.pool);
        (_begun, _bookedAt, _leaves) = (true, uint40(block.timestamp), uint96(accepted));
    }

    /// @inheritdoc ILiveVault
    function book() external onlyRail returns (uint256 units, uint256 duration) {
        (units, duration) = passed();
        (_kept, _keptFor, _bookedAt) = (0, 0, uint40(block.timestamp));
    }

    /// @inheritdoc ILiveVault
    function halt() external onlyRail {
        if (!_begun) return;
        Deal memory d = deal();
        (uint256 units, uint256 duration) = passed();
        (_kept, _keptFor, _begun) = (uint128(units), uint128(duration), false);
        (, bool runs) = _leaving(d);
        if (runs) _distribute(d, 0);
    }

    /// @inheritdoc ILiveVault
    function stop() external onlyRail {
        Deal memory d = deal();
        if (_coming(d) == 0) return;
        _call(_flows, abi.encodeCall(IConstantFlowMinimal.deleteFlow, (d.superToken, d.payer, address(this), "")));
    }

    /// @inheritdoc ILiveVault
    function empty() external onlyRail returns (uint256 units, bool sent) {
        Deal memory d = deal();
        // The deposits are free again once nothing is passed on.
        // slither-disable-next-line unused-return
        (int256 available,,) = ISuperTokenMinimal(d.superToken).realtimeBalanceOf(address(this), block.timestamp);
        if (available <= 0) return (0, true);
        units = uint256(available);
        sent = IERC20(d.superToken).trySafeTransfer(d.payer, units);
        if (!sent) IERC20(d.superToken).safeTransfer(rail, units);
    }

    // ---- private

    function _coming(Deal memory d) private view returns (uint256) {
        // Only the rate is asked for.
        // slither-disable-next-line unused-return
        (, int96 rate,,) = IConstantFlowMinimal(_flows).getFlow(d.superToken, d.payer, address(this));
        // A single flow is never negative.
        return uint96(rate);
    }

    /// @dev When what leaves was last changed, and whether anything leaves.
    function _leaving(Deal memory d) private view returns (uint256 last, bool runs) {
        int96 rate;
        // The deposit is between this vault and Superfluid.
        // slither-disable-next-line unused-return
        (last, rate,) = IDistributionMinimal(_distributions).getFlow(d.superToken, address(this), d.pool);
        runs = rate != 0;
    }

    function _distribute(Deal memory d, uint96 rate) private {
        bytes memory call_ = abi.encodeCall(
            IDistributionMinimal.distributeFlow, (d.superToken, address(this), d.pool, int96(rate), "")
        );
        _call(_distributions, call_);
    }

    function _call(address agreement, bytes memory call_) private {
        // The returned context is of no use outside a callback.
        // slither-disable-next-line unused-return
        ISuperfluidHostMinimal(_host).callAgreement(agreement, call_, "");
    }
}
