// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { Offer } from "../types/Offer.sol";
import { OfferBytes } from "../types/OfferBytes.sol";
import { BondDelegation } from "./BondDelegation.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Operations of bonds
/// @notice What providers and delegators do with stake. A part of ProviderBond, which has no room for it: ProviderBond calls it on its
/// own storage and with its own money. Called directly it does nothing: here nobody is registered, so nothing can come in.
/// This file: what stands behind which offer. Allocations are shares of what is allocated, so that all shrink at once when the
/// stake does.
contract BondOperations is BondDelegation {
    using SafeCast for uint256;

    /// @notice See IProviderBond.
    function allocate(Offer calldata offer, uint128 amount, uint128 valueAtRisk) external nonReentrant {
        (StoredAccount storage a, StoredAllocation storage allocation, bytes32 offerId) = _ofCaller(offer);
        _requireAccepted(offer.token);
        (Stake memory s, Uses memory u) = _load(a);
        if (allocation.epoch != s.allocationEpoch) {
            (allocation.shares, allocation.thawing, allocation.epoch) = (0, 0, s.allocationEpoch);
        }
        if (amount != 0) _add(a, s, u, allocation, amount);
        else if (valueAtRisk == allocation.valueAtRisk) revert IProviderBond.ProviderBond_NoChange();
        allocation.valueAtRisk = valueAtRisk;
        emit IProviderBond.Allocated(offerId, msg.sender, offer.token, amount, valueAtRisk);
    }

    /// @notice See IProviderBond.
    function requestDeallocation(Offer calldata offer, uint128 amount) external nonReentrant {
        (StoredAccount storage a, StoredAllocation storage allocation, bytes32 offerId) = _ofCaller(offer);
        (Stake memory s, Uses memory u) = _load(a);
        uint256 worth = _allocationWorth(a, s, u, allocation, true);
        if (amount > worth) revert IProviderBond.ProviderBond_TooMuch(amount, worth);
        uint256 shares = allocation.epoch == s.allocationEpoch ? allocation.shares : 0;
        // All of the worth is all of the shares, so that no part of a unit stays allocated for ever.
        if (amount != worth) {
            shares = amount == 0 ? 0 : Math.min(Math.ceilDiv(uint256(amount) * a.allocationShares, u.allocated), shares);
        }
        if (shares == 0 && allocation.thawing == 0) revert IProviderBond.ProviderBond_NothingThawing();
        uint40 thawedAt = uint40(block.timestamp) + _storage().parameters.thawingTime;
        (allocation.thawing, allocation.thawedAt) = (uint120(shares), thawedAt);
        emit IProviderBond.DeallocationThawing(offerId, msg.sender, amount, thawedAt);
    }

    /// @notice See IProviderBond.
    function completeDeallocation(Offer calldata offer) external nonReentrant returns (uint128 amount) {
        (StoredAccount storage a, StoredAllocation storage allocation, bytes32 offerId) = _ofCaller(offer);
        (Stake memory s, Uses memory u) = _load(a);
        uint120 shares = allocation.epoch == s.allocationEpoch ? allocation.thawing : 0;
        shares = uint120(Math.min(shares, allocation.shares));
        if (shares == 0) revert IProviderBond.ProviderBond_NothingThawing();
        _requireThawed(allocation.thawedAt);
        amount = uint128(_worth(shares, u.allocated, a.allocationShares));
        (allocation.shares, allocation.thawing) = (allocation.shares - shares, 0);
        a.allocationShares -= shares;
        u.allocated -= uint96(amount);
        _fitAllocations(msg.sender, offer.token, a, s, u);
        _save(a, s, u);
        emit IProviderBond.Deallocated(offerId, msg.sender, amount);
    }

    /// @notice See IProviderBond.
    function dropLock(bytes32 claimId) external nonReentrant {
        StoredLock memory held = _storage().locks[claimId];
        if (held.provider == address(0)) revert IProviderBond.ProviderBond_NoLock(claimId);
        uint256 from = uint256(held.since) + LOCK_AGE;
        if (block.timestamp < from) revert IProviderBond.ProviderBond_LockRuns(claimId, from);
        _unlock(claimId, held);
    }

    // ---- private

    function _add(
        StoredAccount storage a,
        Stake memory s,
        Uses memory u,
        StoredAllocation storage allocation,
        uint128 amount
    )
        private
    {
        uint256 available = Math.saturatingSub(_coverable(a, s, u), u.allocated);
        if (amount > available) revert IProviderBond.ProviderBond_TooMuch(amount, available);
        uint256 all = a.allocationShares;
        uint256 shares = all == 0 ? amount : all * amount / u.allocated;
        allocation.shares = (allocation.shares + shares).toUint120();
        a.allocationShares = (all + shares).toUint120();
        // Within the stake, which has 97 bits at most; two halves of 96 bits are more than any token has.
        a.uses.allocated = (uint256(u.allocated) + amount).toUint96();
    }

    function _ofCaller(Offer calldata offer)
        private
        view
        returns (StoredAccount storage a, StoredAllocation storage allocation, bytes32 offerId)
    {
        if (offer.provider != msg.sender) {
            revert IProviderBond.ProviderBond_NotProvider(msg.sender, offer.provider);
        }
        offerId = OfferBytes.id(offer);
        a = _accountAt(msg.sender, offer.token);
        allocation = _allocationAt(msg.sender, offer.token, offerId);
    }
}
