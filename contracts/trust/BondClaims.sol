// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { BondCover } from "./BondCover.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice What open claims hold, and what proven ones take.
abstract contract BondClaims is BondCover {
    /// @inheritdoc IProviderBond
    uint40 public constant MAX_LOCK_AGE = LOCK_AGE;

    // ---- locks

    /// @inheritdoc IProviderBond
    function lock(
        bytes32 claimId,
        address provider,
        address token,
        bytes32 offerId,
        uint128 amount
    )
        external
        nonReentrant
        returns (uint128 locked)
    {
        Verifier verifier = _verifier();
        StoredLock storage stored = _storage().locks[claimId];
        if (stored.provider != address(0)) revert ProviderBond_LockExists(claimId);
        locked = uint128(Math.min(amount, _lockable(provider, token, offerId, verifier)));
        if (locked == 0) return 0;
        // Within the stake.
        _accountAt(provider, token).uses.locked += uint96(locked);
        (stored.provider, stored.amount) = (provider, uint96(locked));
        (stored.token, stored.since, stored.verifier) = (token, uint40(block.timestamp), verifier);
        emit Locked(claimId, provider, token, offerId, locked, verifier);
    }

    /// @inheritdoc IProviderBond
    function unlock(bytes32 claimId) external nonReentrant {
        Verifier verifier = _verifier();
        StoredLock memory held = _storage().locks[claimId];
        if (held.provider == address(0)) return;
        if (held.verifier != verifier) revert ProviderBond_NotVerifier(msg.sender);
        _unlock(claimId, held);
    }

    /// @inheritdoc IProviderBond
    function lockOf(bytes32 claimId) external view returns (Lock memory) {
        StoredLock memory held = _storage().locks[claimId];
        return Lock(held.provider, held.token, held.amount, held.since, held.verifier);
    }

    // ---- slashes

    /// @inheritdoc IProviderBond
    // The books are final before the payments, which a token can refuse but not undo; every entrance is guarded.
    // slither-disable-next-line reentrancy-events
    function slash(SlashOrder calldata order)
        external
        nonReentrant
        returns (uint128 toHarmed, uint128 toReporter, uint128 toTreasury)
    {
        Verifier verifier = _verifier();
        uint256 loss = _openLoss(order);
        // Filled as the stake is taken.
        // slither-disable-next-line uninitialized-local
        SlashResult memory result;
        uint256 taken = _take(order, loss + order.penalty, verifier, result);
        toHarmed = uint128(Math.min(taken, loss));
        if (order.reporter != address(0)) {
            // Rounded down: what is left of a unit is the treasury's.
            toReporter = uint128(Math.min(taken * _storage().parameters.rewardBps / BPS, taken - toHarmed));
        }
        toTreasury = uint128(taken - toHarmed - toReporter);
        _record(order, toHarmed);
        if (toTreasury != 0) _storage().treasuryOwed[order.token] += toTreasury;
        (result.toHarmed, result.toReporter, result.toTreasury) = (toHarmed, toReporter, toTreasury);
        _logSlashed(order, result);
        _push(order.token, order.harmed, toHarmed);
        _push(order.token, order.reporter, toReporter);
    }

    /// @inheritdoc IProviderBond
    // What is owed is cleared before the payment; every entrance is guarded.
    // slither-disable-next-line reentrancy-events
    function payTreasury(address token) external nonReentrant returns (uint256 amount) {
        amount = _storage().treasuryOwed[token];
        if (amount == 0) revert ProviderBond_NothingToPay(token);
        _storage().treasuryOwed[token] = 0;
        address treasury = _config.treasury();
        emit TreasuryPaid(token, treasury, amount);
        _push(token, treasury, amount);
    }

    /// @inheritdoc IProviderBond
    function compensated(uint256 licenseId) external view returns (uint128) {
        return _storage().licenses[licenseId].compensated;
    }

    /// @inheritdoc IProviderBond
    function marksOf(uint256 licenseId) external view returns (uint8) {
        return _storage().licenses[licenseId].marks;
    }

    /// @inheritdoc IProviderBond
    function treasuryOwed(address token) external view returns (uint256) {
        return _storage().treasuryOwed[token];
    }

    // ---- private

    /// @dev What the license has lost and was not compensated for; nothing where nobody is harmed.
    function _openLoss(SlashOrder calldata order) private view returns (uint256) {
        if (order.licenseId == 0) return order.harmed == address(0) ? 0 : order.loss;
        LicenseRecord storage license = _storage().licenses[order.licenseId];
        uint8 marks = license.marks;
        if (marks & order.mark != 0) revert ProviderBond_AlreadyMarked(order.licenseId, marks & order.mark);
        return order.harmed == address(0) ? 0 : Math.saturatingSub(order.loss, license.compensated);
    }

    function _record(SlashOrder calldata order, uint128 toHarmed) private {
        if (order.licenseId == 0 || (order.mark == 0 && toHarmed == 0)) return;
        LicenseRecord storage license = _storage().licenses[order.licenseId];
        LicenseRecord memory record = license;
        // In all never more than one loss, which has 128 bits.
        (license.compensated, license.marks) = (record.compensated + toHarmed, record.marks | order.mark);
    }

    /// @dev Emits Slashed. Order and result are 11 and 6 static words: copied as they lie, at a third of the cost of encoding them
    /// field by field. Verifiers are the protocol's own and encode canonically.
    function _logSlashed(SlashOrder calldata order, SlashResult memory result) private {
        bytes32 topic = Slashed.selector;
        (bytes32 claimId, address provider, address token) = (order.claimId, order.provider, order.token);
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            calldatacopy(pointer, order, 0x160)
            mcopy(add(pointer, 0x160), result, 0xc0)
            log4(pointer, 0x220, topic, claimId, provider, token)
        }
    }

    /// @dev Takes up to `due` from the account: free stake before the offer's allocation, own stake before delegated stake.
    function _take(
        SlashOrder calldata order,
        uint256 due,
        Verifier verifier,
        SlashResult memory result
    )
        private
        returns (uint256 taken)
    {
        StoredAccount storage a = _accountAt(order.provider, order.token);
        (Stake memory s, Uses memory u) = _load(a);
        // Objective faults are slashed as they are proven: they have no locks.
        uint256 held = verifier == Verifier.ObjectiveFaults ? 0 : _useLock(order, verifier, u);
        taken = Math.min(due, _cap(s, verifier));
        uint256 free = _free(s, u);
        if (taken > free) {
            (taken, result.fromAllocation) = _takeAllocated(order, a, s, u, taken, held);
        }
        result.fromOwn = uint128(Math.min(taken, s.own));
        result.fromDelegated = uint128(taken - result.fromOwn);
        s.own -= uint96(result.fromOwn);
        if (result.fromDelegated != 0) _takeDelegated(order, a, s, uint96(result.fromDelegated));
        if (taken > free) _fitAllocations(order.provider, order.token, a, s, u);
        _save(a, s, u);
    }

    /// @dev How much of `asked`, which is more than what is free, can be taken, and what of it from the offer's allocation, of which
    /// shares end. What is taken beyond both shrinks all allocations.
    /// @param held What was locked for this claim is there for it, whatever became of the offer's allocation meanwhile.
    function _takeAllocated(
        SlashOrder calldata order,
        StoredAccount storage a,
        Stake memory s,
        Uses memory u,
        uint256 asked,
        uint256 held
    )
        private
        returns (uint256 taken, uint128 fromAllocation)
    {
        StoredAllocation storage allocation = _allocationAt(order.provider, order.token, order.offerId);
        uint256 worth = _allocationWorth(a, s, u, allocation, true);
        taken = Math.min(asked, Math.max(_reach(s, u, order.offerId, worth), held));
        fromAllocation = uint128(Math.min(Math.saturatingSub(taken, _free(s, u)), worth));
        if (fromAllocation == 0) return (taken, 0);
        (uint120 all, uint120 own) = (a.allocationShares, allocation.shares);
        uint120 ended = uint120(Math.min(Math.ceilDiv(uint256(fromAllocation) * all, u.allocated), own));
        (a.allocationShares, allocation.shares) = (all - ended, own - ended);
        u.allocated -= uint96(fromAllocation);
    }

    /// @dev Delegators lose in proportion. Where too little is left to count in shares, their epoch ends.
    function _takeDelegated(SlashOrder calldata order, StoredAccount storage a, Stake memory s, uint96 amount) private {
        s.pool -= amount;
        if (s.pool != 0 && s.pool >= (a.poolShares >> POOL_DUST)) return;
        uint96 dust = s.pool;
        (s.own, s.pool) = (s.own + dust, 0);
        (a.poolShares, a.poolThawing) = (0, 0);
        emit DelegationEmptied(order.provider, order.token, ++s.poolEpoch, dust);
    }

    /// @dev The most that a new claim can lock: what its slash could take now.
    function _lockable(
        address provider,
        address token,
        bytes32 offerId,
        Verifier verifier
    )
        private
        view
        returns (uint256)
    {
        StoredAccount storage a = _accountAt(provider, token);
        (Stake memory s, Uses memory u) = _load(a);
        uint256 allocated = _allocationWorth(a, s, u, _allocationAt(provider, token, offerId), true);
        return Math.min(_reach(s, u, offerId, allocated), _cap(s, verifier));
    }

    /// @dev The most that a claim for the offer can take of what other claims do not hold.
    function _reach(Stake memory s, Uses memory u, bytes32 offerId, uint256 allocated) private pure returns (uint256) {
        uint256 unlocked = _total(s) - u.locked;
        return offerId == 0 ? unlocked : Math.min(unlocked, _free(s, u) + allocated);
    }

    /// @dev The most that one event of the verifier takes.
    function _cap(Stake memory s, Verifier verifier) private view returns (uint256) {
        return _total(s) * _capBps(verifier) / BPS;
    }

    function _capBps(Verifier verifier) internal view returns (uint16) {
        StoredParameters storage p = _storage().parameters;
        if (verifier == Verifier.ObjectiveFaults) return p.capFaults;
        if (verifier == Verifier.ServiceChallenges) return p.capChallenges;
        return verifier == Verifier.DisputeManager ? p.capDisputes : 0;
    }

    /// @dev Ends the lock of the order's claim, if it has one, in the books that the caller holds.
    function _useLock(SlashOrder calldata order, Verifier verifier, Uses memory u) private returns (uint256 amount) {
        StoredLock storage held = _storage().locks[order.claimId];
        if (held.provider == address(0)) return 0;
        if (held.verifier != verifier) revert ProviderBond_NotVerifier(msg.sender);
        if (held.provider != order.provider || held.token != order.token) {
            revert ProviderBond_WrongLock(order.claimId, held.provider, held.token);
        }
        amount = held.amount;
        u.locked -= uint96(amount);
        delete _storage().locks[order.claimId];
        emit Unlocked(order.claimId, uint128(amount));
    }

    function _verifier() private view returns (Verifier) {
        if (msg.sender == _objectiveFaults) return Verifier.ObjectiveFaults;
        if (msg.sender == _serviceChallenges) return Verifier.ServiceChallenges;
        if (msg.sender == _disputeManager) return Verifier.DisputeManager;
        revert ProviderBond_NotVerifier(msg.sender);
    }
}
