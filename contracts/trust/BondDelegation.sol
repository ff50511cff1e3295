// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { BondStakes } from "./BondStakes.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Stake that others put behind a provider, and their part of its income.
/// @dev Shares of a pool that only slashes make smaller. Rewards are counted apart, per share, so a share's worth cannot be
/// inflated by gifts; what rises with leavers during a lock is bounded by the precision check of `delegate`.
abstract contract BondDelegation is BondStakes {
    using SafeCast for uint256;

    /// @dev Least part of a delegation that its shares must be worth.
    uint256 private constant _PRECISION_BPS = 9999;

    /// @notice See IProviderBond.
    // The books are final before the payment; every entrance is guarded.
    // slither-disable-next-line reentrancy-events
    function delegate(
        address provider,
        address token,
        uint128 amount,
        uint128 minShares
    )
        external
        nonReentrant
        returns (uint128 shares)
    {
        _requireRegistered(provider);
        _requireAccepted(token);
        _requireAmount(amount);
        StoredAccount storage a = _accountAt(provider, token);
        StoredDelegation storage d = _accrued(provider, token, a, msg.sender);
        shares = _mint(a, amount);
        if (shares < minShares) revert IProviderBond.ProviderBond_LessThanAgreed(shares, minShares);
        d.shares += shares;
        emit IProviderBond.Delegated(provider, token, msg.sender, amount, shares, d.epoch);
        _pull(token, msg.sender, amount);
    }

    /// @notice See IProviderBond.
    function requestUndelegation(address provider, address token, uint128 shares) external nonReentrant {
        StoredAccount storage a = _accountAt(provider, token);
        StoredDelegation storage d = _accrued(provider, token, a, msg.sender);
        if (shares > d.shares) revert IProviderBond.ProviderBond_TooMuch(shares, d.shares);
        uint128 before = d.thawing;
        if (shares == 0 && before == 0) revert IProviderBond.ProviderBond_NothingThawing();
        uint40 thawedAt = uint40(block.timestamp) + _storage().parameters.thawingTime;
        (d.thawing, d.thawedAt) = (shares, thawedAt);
        a.poolThawing = a.poolThawing - before + shares;
        emit IProviderBond.UndelegationThawing(provider, token, msg.sender, shares, thawedAt);
    }

    /// @notice See IProviderBond.
    function completeUndelegation(
        address provider,
        address token,
        uint128 minAmount
    )
        external
        nonReentrant
        returns (uint128 amount)
    {
        StoredAccount storage a = _accountAt(provider, token);
        StoredDelegation storage d = _accrued(provider, token, a, msg.sender);
        uint128 shares = d.thawing;
        if (shares == 0) revert IProviderBond.ProviderBond_NothingThawing();
        _requireThawed(d.thawedAt);
        (d.shares, d.thawing) = (d.shares - shares, 0);
        amount = _burn(provider, token, a, shares);
        if (amount < minAmount) revert IProviderBond.ProviderBond_LessThanAgreed(amount, minAmount);
        emit IProviderBond.Undelegated(provider, token, msg.sender, shares, amount);
        _push(token, msg.sender, amount);
    }

    /// @notice See IProviderBond.
    // The books are final before the payments; every entrance is guarded.
    // slither-disable-next-line reentrancy-events
    function reward(address provider, address token, uint128 amount) external nonReentrant {
        IProviderBond.Provider storage stored = _storage().providers[provider];
        _requireRegistered(provider);
        _requireAccepted(token);
        _requireAmount(amount);
        StoredAccount storage a = _accountAt(provider, token);
        uint256 shares = a.poolShares;
        uint128 part = shares == 0 ? 0 : uint128(uint256(amount) * _delegatorBps(stored) / BPS);
        if (part != 0) {
            uint256 index = (uint256(part) << INDEX_BITS) / shares;
            _storage().rewardIndex[provider][token][a.stake.poolEpoch] += index;
        }
        emit IProviderBond.RewardShared(provider, token, msg.sender, amount, part);
        _pull(token, msg.sender, amount);
        _push(token, _payoutOf(provider), amount - part);
    }

    /// @notice See IProviderBond.
    function claimRewards(
        address provider,
        address token,
        address delegator
    )
        external
        nonReentrant
        returns (uint128 amount)
    {
        StoredDelegation storage d = _accrued(provider, token, _accountAt(provider, token), delegator);
        amount = d.rewards;
        if (amount == 0) revert IProviderBond.ProviderBond_NothingToPay(token);
        d.rewards = 0;
        emit IProviderBond.RewardsClaimed(provider, token, delegator, amount);
        _push(token, delegator, amount);
    }

    /// @dev Shares for `amount` that comes in, at the full worth of the pool: what claims hold is not lost yet.
    function _mint(StoredAccount storage a, uint128 amount) private returns (uint128 shares) {
        uint256 pool = a.stake.pool;
        uint256 all = a.poolShares;
        shares = all == 0 ? amount : (all * amount / pool).toUint128();
        (pool, all) = (pool + amount, all + shares);
        uint256 worth = _worth(shares, pool, all);
        if (worth * BPS < amount * _PRECISION_BPS) revert IProviderBond.ProviderBond_Imprecise(amount, worth);
        a.stake.pool = pool.toUint96();
        a.poolShares = all.toUint128();
    }

    /// @dev What `shares` that leave are paid: as if what claims hold was lost, so that nobody leaves a loss to the others.
    function _burn(
        address provider,
        address token,
        StoredAccount storage a,
        uint128 shares
    )
        private
        returns (uint128 amount)
    {
        (Stake memory s, Uses memory u) = _load(a);
        uint128 all = a.poolShares;
        amount = uint128(_worth(shares, s.pool - _poolLocked(s, u), all));
        all -= shares;
        s.pool -= uint96(amount);
        (a.poolShares, a.poolThawing) = (all, a.poolThawing - shares);
        // What the last one leaves behind has no owner but the provider.
        if (all == 0) (s.own, s.pool) = (s.own + s.pool, 0);
        _fitAllocations(provider, token, a, s, u);
        _save(a, s, u);
    }

    /// @dev A delegation with all rewards booked, and of the present epoch.
    function _accrued(
        address provider,
        address token,
        StoredAccount storage a,
        address delegator
    )
        private
        returns (StoredDelegation storage d)
    {
        d = _storage().delegations[provider][token][delegator];
        uint128 unpaid = _unpaid(provider, token, d);
        if (unpaid != 0) d.rewards += unpaid;
        uint32 epoch = a.stake.poolEpoch;
        if (d.epoch != epoch) (d.shares, d.thawing, d.epoch) = (0, 0, epoch);
        d.indexPaid = _storage().rewardIndex[provider][token][epoch];
    }
}
