// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { BondIdentity } from "./BondIdentity.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice The provider's own stake: in, thawing, out.
abstract contract BondStakes is BondIdentity {
    using SafeCast for uint256;

    /// @notice See IProviderBond.
    // The books are final before the payment; every entrance is guarded.
    // slither-disable-next-line reentrancy-events
    function deposit(address provider, address token, uint128 amount) external nonReentrant {
        _requireRegistered(provider);
        _requireAccepted(token);
        _requireAmount(amount);
        Stake storage stake = _accountAt(provider, token).stake;
        stake.own = (uint256(stake.own) + amount).toUint96();
        emit IProviderBond.Deposited(provider, token, msg.sender, amount);
        _pull(token, msg.sender, amount);
    }

    /// @notice See IProviderBond.
    function requestWithdrawal(address token, uint128 amount) external nonReentrant {
        StoredAccount storage a = _accountAt(msg.sender, token);
        if (amount > a.stake.own) revert IProviderBond.ProviderBond_TooMuch(amount, a.stake.own);
        if (amount == 0 && a.thawing == 0) revert IProviderBond.ProviderBond_NothingThawing();
        uint40 thawedAt = uint40(block.timestamp) + _storage().parameters.thawingTime + LAG;
        // At most what there is, which has 96 bits.
        (a.thawing, a.thawedAt) = (uint96(amount), thawedAt);
        emit IProviderBond.WithdrawalThawing(msg.sender, token, amount, thawedAt);
    }

    /// @notice See IProviderBond.
    function completeWithdrawal(address token) external nonReentrant returns (uint128 amount) {
        StoredAccount storage a = _accountAt(msg.sender, token);
        uint96 thawing = a.thawing;
        if (thawing == 0) revert IProviderBond.ProviderBond_NothingThawing();
        _requireThawed(a.thawedAt);
        (Stake memory s, Uses memory u) = _load(a);
        // Own stake bears locks before delegated stake does, so it stays as far as they go.
        uint256 spare = Math.min(_free(s, u), Math.saturatingSub(s.own, u.locked));
        uint96 paid = uint96(Math.min(Math.min(thawing, s.own), spare));
        if (paid == 0) revert IProviderBond.ProviderBond_InUse(u.allocated, u.locked);
        a.stake.own = s.own - paid;
        // What slashes took of thawing stake thaws no more.
        a.thawing = uint96(Math.min(thawing, s.own)) - paid;
        address payout = _payoutOf(msg.sender);
        emit IProviderBond.Withdrawn(msg.sender, token, payout, paid);
        _push(token, payout, paid);
        return paid;
    }
}
