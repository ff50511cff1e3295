// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { LicenseFlags, LicenseHead } from "../types/LicenseHead.sol";
import { LicenseTokenBase } from "./LicenseTokenBase.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Who had access when: holders, their delegations, and what is left of both on record.
/// @dev All periods are half-open, [from, until): the second of a transfer belongs to the new holder.
abstract contract LicenseTokenHistory is LicenseTokenBase {
    /// @inheritdoc ILicenseToken
    function delegate(uint256 licenseId, address to, uint40 until) external {
        address holder = _requireHolder(licenseId);
        uint40 present = uint40(block.timestamp);
        if (to == address(0) || to == holder || until <= present) revert LicenseToken_BadDelegation(to, until);

        Delegation[] storage periods = _periodsOf(licenseId, to);
        uint256 count = periods.length;
        if (count != 0 && present < periods[count - 1].until) {
            periods[count - 1].until = until;
        } else {
            periods.push(Delegation({ from: present, until: until }));
        }
        emit AccessDelegated(licenseId, holder, to, until);
    }

    /// @inheritdoc ILicenseToken
    function undelegate(uint256 licenseId, address to) external {
        address holder = _requireHolder(licenseId);
        uint40 present = uint40(block.timestamp);
        Delegation[] storage periods = _periodsOf(licenseId, to);
        uint256 count = periods.length;
        uint40 until = count == 0 ? 0 : periods[count - 1].until;
        if (until <= present) revert LicenseToken_BadDelegation(to, until);

        periods[count - 1].until = present;
        emit DelegationEnded(licenseId, holder, to);
    }

    /// @inheritdoc ILicenseToken
    function delegationOf(uint256 licenseId, address to) public view returns (Delegation memory last) {
        Delegation[] storage periods = _periodsOf(licenseId, to);
        uint256 count = periods.length;
        if (count != 0) last = periods[count - 1];
    }

    /// @inheritdoc ILicenseToken
    function licenseeOf(uint256 licenseId) external view returns (address) {
        PastHolder[] storage past = _storage().pastHolders[licenseId];
        return past.length == 0 ? _ownerOf(licenseId) : past[0].holder;
    }

    /// @inheritdoc ILicenseToken
    function heldThroughout(uint256 licenseId, address user, uint40 from, uint40 to) external view returns (bool) {
        return headIfHeld(licenseId, user, from, to).exists();
    }

    /// @inheritdoc ILicenseToken
    function headIfHeld(uint256 licenseId, address user, uint40 from, uint40 to)
        public
        view
        returns (LicenseHead head)
    {
        head = _storage().heads[licenseId];
        // The head of a license that does not exist is zero; the zero address holds nothing and has no delegations.
        bool inOrder = head.start() <= from && from <= to && to <= block.timestamp;
        if (!inOrder || !_heldThroughout(licenseId, head, user, from, to)) return LicenseHead.wrap(0);
    }

    /// @dev For a time since the license's start. What cannot be handed on has no past holders, so that none are looked for.
    function _heldThroughout(
        uint256 licenseId,
        LicenseHead head,
        address user,
        uint40 from,
        uint40 to
    )
        private
        view
        returns (bool)
    {
        PastHolder[] storage past = _storage().pastHolders[licenseId];
        uint256 present = head.hasAny(LicenseFlags.TRANSFERABLE) ? past.length : 0;
        for (uint256 epoch = _epochAt(past, present, from); epoch < present; ++epoch) {
            PastHolder memory was = past[epoch];
            from = was.holder == user ? was.until : _coveredUntil(licenseId, epoch, user, from, was.until);
            if (from > to) return true;
            if (from < was.until) return false;
        }
        if (_ownerOf(licenseId) == user) return true;
        return _coveredUntil(licenseId, present, user, from, type(uint40).max) > to;
    }

    /// @dev Whether `user` holds the license or has a running delegation of its holder.
    function _isHolderOrDelegate(uint256 licenseId, address user) internal view returns (bool) {
        address holder = _ownerOf(licenseId);
        if (holder == user) return user != address(0);
        return holder != address(0) && block.timestamp < delegationOf(licenseId, user).until;
    }

    /// @dev Ends the present holder's epoch, and with it every delegation.
    function _endEpoch(uint256 licenseId, address holder) internal {
        _storage().pastHolders[licenseId].push(PastHolder({ holder: holder, until: uint40(block.timestamp) }));
    }

    /// @dev The present holder's periods of delegation to `to`.
    function _periodsOf(uint256 licenseId, address to) private view returns (Delegation[] storage) {
        LicenseTokenStorage storage $ = _storage();
        return $.delegations[licenseId][$.pastHolders[licenseId].length][to];
    }

    /// @dev First epoch that ended after `timestamp`, or the present one, `high`: binary search, because anyone who buys a much
    /// traded license inherits its history.
    function _epochAt(PastHolder[] storage past, uint256 high, uint40 timestamp) private view returns (uint256 low) {
        while (low < high) {
            uint256 middle = Math.average(low, high);
            if (past[middle].until > timestamp) high = middle;
            else low = middle + 1;
        }
    }

    /// @dev How far, up to the epoch's end, the delegations to `user` reach from `covered` without a gap.
    function _coveredUntil(
        uint256 licenseId,
        uint256 epoch,
        address user,
        uint40 covered,
        uint40 epochEnd
    )
        private
        view
        returns (uint40)
    {
        Delegation[] storage periods = _storage().delegations[licenseId][epoch][user];
        uint256 count = periods.length;
        for (uint256 i; i < count; ++i) {
            Delegation memory period = periods[i];
            if (period.from > covered) break;
            if (period.until > covered) covered = period.until;
        }
        return covered < epochEnd ? covered : epochEnd;
    }
}
