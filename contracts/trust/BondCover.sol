// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBondCover } from "../interfaces/payments/IBondCover.sol";
import { IBondParameters } from "../interfaces/trust/IBondParameters.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { Offer } from "../types/Offer.sol";
import { OfferBytes } from "../types/OfferBytes.sol";
import { BondKeys } from "./BondKeys.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice What there is, what it stands behind, and what a purchase is covered to.
abstract contract BondCover is BondKeys {
    /// @inheritdoc IProviderBond
    function accountOf(address provider, address token) external view returns (Account memory account) {
        StoredAccount storage a = _accountAt(provider, token);
        (Stake memory s, Uses memory u) = _load(a);
        (account.own, account.delegated, account.epoch) = (s.own, s.pool, s.poolEpoch);
        (account.locked, account.allocated) = (u.locked, u.allocated);
        account.thawing = uint128(Math.min(a.thawing, s.own));
        if (account.thawing != 0) account.thawedAt = a.thawedAt;
        account.shares = a.poolShares;
        account.delegatedThawing = uint128(_worth(a.poolThawing, s.pool, a.poolShares));
    }

    /// @inheritdoc IProviderBond
    function stakeOf(address provider, address token) external view returns (uint128) {
        return uint128(_total(_accountAt(provider, token).stake));
    }

    /// @inheritdoc IProviderBond
    function delegationOf(
        address provider,
        address token,
        address delegator
    )
        external
        view
        returns (Delegation memory delegation)
    {
        StoredAccount storage a = _accountAt(provider, token);
        StoredDelegation storage d = _storage().delegations[provider][token][delegator];
        delegation.rewards = d.rewards + _unpaid(provider, token, d);
        (Stake memory s, Uses memory u) = _load(a);
        if (d.epoch != s.poolEpoch) return delegation;
        (delegation.shares, delegation.thawing) = (d.shares, d.thawing);
        if (d.thawing != 0) delegation.thawedAt = d.thawedAt;
        delegation.worth = uint128(_worth(d.shares, s.pool - _poolLocked(s, u), a.poolShares));
    }

    /// @inheritdoc IProviderBond
    function allocationOf(Offer calldata offer) external view returns (Allocation memory allocation) {
        StoredAccount storage a = _accountAt(offer.provider, offer.token);
        StoredAllocation storage stored = _allocationAt(offer.provider, offer.token, OfferBytes.id(offer));
        (Stake memory s, Uses memory u) = _load(a);
        allocation.valueAtRisk = stored.valueAtRisk;
        uint256 worth = _allocationWorth(a, s, u, stored, true);
        allocation.amount = uint128(worth);
        allocation.thawing = uint128(worth - _allocationWorth(a, s, u, stored, false));
        if (allocation.thawing != 0) allocation.thawedAt = stored.thawedAt;
    }

    /// @inheritdoc IBondParameters
    function requiredBond(address token, uint128 valueAtRisk) external view returns (uint128) {
        return _requiredBond(token, valueAtRisk);
    }

    /// @inheritdoc IProviderBond
    function coverOf(Offer calldata offer)
        external
        view
        returns (uint128 allocated, uint128 required, uint128 perPurchase)
    {
        return _coverOf(offer);
    }

    /// @inheritdoc IBondCover
    function covers(Offer calldata offer) external view returns (bool) {
        (uint128 allocated, uint128 required,) = _coverOf(offer);
        return _storage().tokens[offer.token].accepted && allocated >= required;
    }

    // ---- private

    function _coverOf(Offer calldata offer)
        private
        view
        returns (uint128 allocated, uint128 required, uint128 perPurchase)
    {
        StoredAccount storage a = _accountAt(offer.provider, offer.token);
        bytes32 offerId = OfferBytes.id(offer);
        StoredAllocation storage allocation = _allocationAt(offer.provider, offer.token, offerId);
        (Stake memory s, Uses memory u) = _load(a);
        uint256 worth = _allocationWorth(a, s, u, allocation, false);
        uint256 coverable = _coverable(a, s, u);
        if (coverable < u.allocated) worth = _worth(worth, coverable, u.allocated);
        allocated = uint128(worth);
        // A price has 128 bits and a count 32; a value at risk beyond 128 bits is covered by nothing.
        uint256 sold = Math.max(_market.offerState(offerId).sold, 1);
        uint256 risk = Math.max(Math.min(sold * offer.price, type(uint128).max), allocation.valueAtRisk);
        required = _requiredBond(offer.token, uint128(risk));
        uint256 cap = _total(s) * _lossCap() / BPS;
        if (risk != 0) worth = worth * offer.price / risk;
        perPurchase = uint128(Math.min(offer.price, Math.min(worth, cap)));
    }

    /// @dev The most that one event that can compensate a license takes of the stake.
    function _lossCap() private view returns (uint256) {
        StoredParameters storage p = _storage().parameters;
        return Math.min(p.capFaults, p.capDisputes);
    }

    function _requiredBond(address token, uint128 valueAtRisk) private view returns (uint128) {
        BondToken memory t = _storage().tokens[token];
        uint256 part = Math.ceilDiv(uint256(valueAtRisk) * t.ratioBps, BPS);
        return uint128(Math.min(t.minimum + part, type(uint128).max));
    }
}
