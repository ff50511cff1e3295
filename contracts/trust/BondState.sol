// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBondParameters } from "../interfaces/trust/IBondParameters.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { TrustMoney } from "./TrustMoney.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Storage of the bond, and the arithmetic that its parts share (docs/decisions/0012-bonds-and-faults.md).
/// @dev Two contracts run on this storage: ProviderBond, and BondOperations for what it has no room for.
abstract contract BondState is TrustMoney {
    /// @dev What there is, one slot. The epochs count how often each kind of shares lost all its worth.
    struct Stake {
        uint96 own;
        uint96 pool;
        uint32 poolEpoch;
        uint32 allocationEpoch;
    }

    /// @dev What it stands behind, one slot.
    struct Uses {
        uint96 locked;
        uint96 allocated;
    }

    /// @dev An account, four slots; a slash reads two and writes one or two.
    struct StoredAccount {
        Stake stake;
        Uses uses;
        uint120 allocationShares;
        uint96 thawing;
        uint40 thawedAt;
        uint128 poolShares;
        uint128 poolThawing;
    }

    /// @dev Of the pool's epoch `epoch`; in a later one nothing is left but rewards.
    struct StoredDelegation {
        uint128 shares;
        uint128 thawing;
        uint128 rewards;
        uint40 thawedAt;
        uint32 epoch;
        uint256 indexPaid;
    }

    /// @dev Two slots. Thawing is in shares and counts up to `shares`.
    struct StoredAllocation {
        uint120 shares;
        uint32 epoch;
        uint40 thawedAt;
        uint120 thawing;
        uint128 valueAtRisk;
    }

    /// @dev Two slots.
    struct StoredLock {
        address provider;
        uint96 amount;
        address token;
        uint40 since;
        IProviderBond.Verifier verifier;
    }

    /// @dev One slot.
    struct LicenseRecord {
        uint128 compensated;
        uint8 marks;
    }

    /// @dev One slot.
    struct StoredParameters {
        uint32 thawingTime;
        uint16 rewardBps;
        uint8 delegationRatio;
        uint16 capFaults;
        uint16 capChallenges;
        uint16 capDisputes;
    }

    /// @custom:storage-location erc7201:colophon.storage.ProviderBond
    struct ProviderBondStorage {
        StoredParameters parameters;
        mapping(address token => IBondParameters.BondToken) tokens;
        mapping(address provider => IProviderBond.Provider) providers;
        mapping(address provider => mapping(address key => IProviderBond.Key)) keys;
        mapping(address provider => mapping(address token => StoredAccount)) accounts;
        mapping(address provider => mapping(address token => mapping(address delegator => StoredDelegation)))
            delegations;
        /// @dev Rewards per share since the pool's epoch began, in 2^-96 base units. Of a past epoch: at its end.
        mapping(address provider => mapping(address token => mapping(uint32 epoch => uint256))) rewardIndex;
        mapping(address provider => mapping(address token => mapping(bytes32 offerId => StoredAllocation))) allocations;
        mapping(bytes32 claimId => StoredLock) locks;
        mapping(uint256 licenseId => LicenseRecord) licenses;
        mapping(address token => uint256) treasuryOwed;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.ProviderBond")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xb3544ce10f53dd1e16a59b845a0cfc79a4ea5e73a63df4f43cc79926969e2b00;

    uint256 internal constant BPS = 10_000;
    /// @dev A share worth less than 2^-24 (allocations) or 2^-32 (delegations) base units ends its epoch: so shares always fit.
    uint256 internal constant ALLOCATION_DUST = 24;
    uint256 internal constant POOL_DUST = 32;
    /// @dev Of the reward index.
    uint8 internal constant INDEX_BITS = 96;
    /// @dev See IProviderBond.OWN_LAG.
    uint32 internal constant LAG = 2 days;
    /// @dev See IProviderBond.MAX_LOCK_AGE.
    uint40 internal constant LOCK_AGE = 365 days;

    function _storage() internal pure returns (ProviderBondStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }

    function _accountAt(address provider, address token) internal view returns (StoredAccount storage) {
        return _storage().accounts[provider][token];
    }

    function _load(StoredAccount storage a) internal view returns (Stake memory s, Uses memory u) {
        return (a.stake, a.uses);
    }

    /// @dev Two stores, packed by hand: field by field the compiler writes each slot as often as it has fields.
    function _save(StoredAccount storage a, Stake memory s, Uses memory u) internal {
        uint256 stake =
            uint256(s.own) | uint256(s.pool) << 96 | uint256(s.poolEpoch) << 192 | uint256(s.allocationEpoch) << 224;
        uint256 uses = uint256(u.locked) | uint256(u.allocated) << 96;
        assembly ("memory-safe") {
            sstore(a.slot, stake)
            sstore(add(a.slot, 1), uses)
        }
    }

    function _allocationAt(
        address provider,
        address token,
        bytes32 offerId
    )
        internal
        view
        returns (StoredAllocation storage)
    {
        return _storage().allocations[provider][token][offerId];
    }

    // ---- guards

    function _requireRegistered(address provider) internal view {
        if (_storage().providers[provider].registeredAt == 0) {
            revert IProviderBond.ProviderBond_NotRegistered(provider);
        }
    }

    function _requireAccepted(address token) internal view {
        if (!_storage().tokens[token].accepted) revert IProviderBond.ProviderBond_TokenNotAccepted(token);
    }

    function _requireAmount(uint256 amount) internal pure {
        if (amount == 0) revert IProviderBond.ProviderBond_BadField("amount", 0);
    }

    function _requireThawed(uint40 thawedAt) internal view {
        if (block.timestamp < thawedAt) revert IProviderBond.ProviderBond_StillThawing(thawedAt);
    }

    // ---- arithmetic

    function _total(Stake memory s) internal pure returns (uint256) {
        return uint256(s.own) + s.pool;
    }

    /// @dev What stands behind no offer and no claim.
    function _free(Stake memory s, Uses memory u) internal pure returns (uint256) {
        return Math.saturatingSub(_total(s), uint256(u.allocated) + u.locked);
    }

    /// @dev What open claims hold of the delegated stake: what own stake does not bear.
    function _poolLocked(Stake memory s, Uses memory u) internal pure returns (uint256) {
        return Math.saturatingSub(u.locked, s.own);
    }

    /// @dev Worth of `shares` of `all` shares of `whole`, rounded down.
    function _worth(uint256 shares, uint256 whole, uint256 all) internal pure returns (uint256) {
        // 128 and 97 bits.
        return all == 0 ? 0 : shares * whole / all;
    }

    /// @dev What can stand behind offers: what neither thaws nor is locked, with delegated stake up to the ratio.
    function _coverable(StoredAccount storage a, Stake memory s, Uses memory u) internal view returns (uint256) {
        uint256 own = Math.saturatingSub(s.own, a.thawing);
        uint256 pool = s.pool - _worth(a.poolThawing, s.pool, a.poolShares);
        return Math.saturatingSub(own + Math.min(pool, own * _storage().parameters.delegationRatio), u.locked);
    }

    /// @dev Worth of an allocation of the present epoch, or nothing.
    function _allocationWorth(
        StoredAccount storage a,
        Stake memory s,
        Uses memory u,
        StoredAllocation storage allocation,
        bool thawingToo
    )
        internal
        view
        returns (uint256)
    {
        if (allocation.epoch != s.allocationEpoch) return 0;
        uint256 shares = allocation.shares;
        if (!thawingToo) shares -= Math.min(allocation.thawing, shares);
        return _worth(shares, u.allocated, a.allocationShares);
    }

    /// @dev Keeps allocations within the stake, after the stake fell. Where too little is left to count, there are none any more.
    function _fitAllocations(
        address provider,
        address token,
        StoredAccount storage a,
        Stake memory s,
        Uses memory u
    )
        internal
    {
        uint256 total = _total(s);
        if (u.allocated > total) u.allocated = uint96(total);
        uint256 shares = a.allocationShares;
        if (shares == 0) {
            u.allocated = 0;
        } else if (u.allocated < (shares >> ALLOCATION_DUST) || u.allocated == 0) {
            (u.allocated, a.allocationShares) = (0, 0);
            emit IProviderBond.AllocationsEmptied(provider, token, ++s.allocationEpoch);
        }
    }

    function _payoutOf(address provider) internal view returns (address payout) {
        payout = _storage().providers[provider].payout;
        if (payout == address(0)) payout = provider;
    }

    /// @dev The delegators' part of rewards now.
    function _delegatorBps(IProviderBond.Provider storage stored) internal view returns (uint16) {
        uint40 nextAt = stored.nextAt;
        return nextAt != 0 && block.timestamp >= nextAt ? stored.nextBps : stored.delegatorBps;
    }

    /// @dev Rewards of a delegation that are not booked, rounded down. The sum over all is at most what was shared.
    function _unpaid(address provider, address token, StoredDelegation storage d) internal view returns (uint128) {
        uint256 index = _storage().rewardIndex[provider][token][d.epoch] - d.indexPaid;
        // At most what was shared, which has 128 bits, before the shift.
        return uint128((d.shares * index) >> INDEX_BITS);
    }

    /// @dev Ends a lock: what it held is free again.
    function _unlock(bytes32 claimId, StoredLock memory held) internal {
        Uses storage uses = _accountAt(held.provider, held.token).uses;
        uses.locked -= held.amount;
        delete _storage().locks[claimId];
        emit IProviderBond.Unlocked(claimId, held.amount);
    }
}
