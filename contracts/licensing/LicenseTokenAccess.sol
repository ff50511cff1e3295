// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { LicenseFlags, LicenseHead } from "../types/LicenseHead.sol";
import { LicenseTokenHistory } from "./LicenseTokenHistory.sol";
import { LowLevelCall } from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import { BitMaps } from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

/// @notice The answer to "may this user use this version so, now?", and which license answers for a user.
abstract contract LicenseTokenAccess is LicenseTokenHistory {
    using BitMaps for BitMaps.BitMap;

    /// @inheritdoc ILicenseToken
    function setSuspended(uint256 datasetId, uint32 version, bool suspended) external {
        if (msg.sender != address(_registry)) revert LicenseToken_NotRegistry(msg.sender);
        _storage().suspended[datasetId].setTo(version, suspended);
    }

    /// @inheritdoc ILicenseToken
    function activate(uint256 licenseId, uint256 datasetId, uint32 version) external {
        if (licenseId != 0) {
            LicenseHead head = _headOf(licenseId);
            if (!_isHolderOrDelegate(licenseId, msg.sender)) revert LicenseToken_NotHolder(licenseId, msg.sender);
            bool covered =
                head.datasetId() == datasetId ? _coversNumber(head, version) : _hasComponent(head, datasetId, version);
            if (!covered) {
                revert LicenseToken_WrongDataset(licenseId, head.datasetId(), datasetId, version);
            }
        }
        _storage().active[msg.sender][datasetId][version] = licenseId;
        emit LicenseActivated(msg.sender, datasetId, version, licenseId);
    }

    /// @inheritdoc ILicenseToken
    // One line per refusal, in the order that the interface promises; parts would hide that order.
    // solhint-disable-next-line code-complexity
    function accessOf(uint256 licenseId, address user, uint32 version, uint16 uses) public view returns (Access) {
        if (!_isHolderOrDelegate(licenseId, user)) return Access.NotHolder;
        LicenseHead head = _storage().heads[licenseId];
        if (head.hasAny(LicenseFlags.ENDED)) return Access.Closed;
        if (head.isExpired(block.timestamp)) {
            return head.hasAny(LicenseFlags.REVOKED) ? Access.Revoked : Access.Expired;
        }
        if (head.hasAny(LicenseFlags.FROZEN)) return Access.Frozen;
        if (!head.allows(uses)) return Access.UseNotLicensed;
        if (!_coversNumber(head, version)) return Access.VersionNotLicensed;
        uint256 datasetId = head.datasetId();
        // What was sold exists; what comes later may not yet.
        if (version != head.version() && _registry.statusOf(datasetId, version) == IDatasetRegistry.Status.None) {
            return Access.VersionNotLicensed;
        }
        if (_isSuspended(datasetId, version)) return Access.DatasetSuspended;
        if (!head.hasAny(LicenseFlags.LIVE)) return Access.Granted;
        return _accessByRail(licenseId, head.rail());
    }

    /// @inheritdoc ILicenseToken
    function accessTo(
        uint256 licenseId,
        address user,
        uint256 datasetId,
        uint32 version,
        uint16 uses
    )
        public
        view
        returns (Access access)
    {
        LicenseHead head = _storage().heads[licenseId];
        if (head.datasetId() == datasetId) return accessOf(licenseId, user, version, uses);
        access = accessOf(licenseId, user, head.version(), uses);
        if (access != Access.Granted) return access;
        if (!_hasComponent(head, datasetId, version)) return Access.VersionNotLicensed;
        if (_isSuspended(datasetId, version)) return Access.DatasetSuspended;
    }

    /// @inheritdoc ILicenseToken
    function hasValidLicense(address user, uint256 datasetId, uint32 version, uint16 uses)
        external
        view
        returns (bool)
    {
        uint256 licenseId = _storage().active[user][datasetId][version];
        return licenseId != 0 && accessTo(licenseId, user, datasetId, version, uses) == Access.Granted;
    }

    /// @inheritdoc ILicenseToken
    function isLive(uint256 licenseId) external view returns (bool) {
        return _storage().heads[licenseId].isLive(block.timestamp);
    }

    /// @inheritdoc ILicenseToken
    function activeLicense(address user, uint256 datasetId, uint32 version) external view returns (uint256) {
        return _storage().active[user][datasetId][version];
    }

    /// @dev Whether the license is of this version, or of an earlier one with later versions included.
    function _coversNumber(LicenseHead head, uint32 version) private pure returns (bool) {
        uint32 licensed = head.version();
        return version == licensed || (version > licensed && head.hasAny(LicenseFlags.LATER_VERSIONS));
    }

    /// @dev Whether the version that was sold is a bundle with this version in it. What its later versions hold, and what
    /// a component itself is made of, was not sold.
    function _hasComponent(LicenseHead head, uint256 datasetId, uint32 version) private view returns (bool) {
        IDatasetRegistry.Parent[] memory parents = _registry.parentsOf(head.datasetId(), head.version());
        for (uint256 i; i < parents.length; ++i) {
            IDatasetRegistry.Parent memory parent = parents[i];
            if (parent.datasetId == datasetId) return parent.bundle && parent.version == version;
        }
        return false;
    }

    function _isSuspended(uint256 datasetId, uint32 version) private view returns (bool) {
        BitMaps.BitMap storage suspended = _storage().suspended[datasetId];
        return suspended.get(0) || suspended.get(version);
    }

    /// @dev What a live rail says now. A rail that reverts, has no code or answers nonsense denies. Not try/catch: that
    /// would revert on an answer that does not decode.
    function _accessByRail(uint256 licenseId, uint8 index) private view returns (Access) {
        // A standing is one word; a second one is no part of it.
        // slither-disable-next-line unused-return
        (bool success, bytes32 answer,) = LowLevelCall.staticcallReturn64Bytes(
            _storage().rails[index].rail, abi.encodeCall(IPaymentRail.standing, (licenseId))
        );
        uint256 standing = uint256(answer);
        if (!success || LowLevelCall.returnDataSize() < 32 || standing > uint256(type(IPaymentRail.Standing).max)) {
            return Access.PaymentLapsed;
        }
        return _accessByStanding(IPaymentRail.Standing(standing));
    }

    function _accessByStanding(IPaymentRail.Standing standing) private pure returns (Access) {
        if (standing == IPaymentRail.Standing.Current || standing == IPaymentRail.Standing.Grace) {
            return Access.Granted;
        }
        if (standing == IPaymentRail.Standing.Exhausted) return Access.QuotaExhausted;
        if (standing == IPaymentRail.Standing.Frozen) return Access.Frozen;
        if (standing == IPaymentRail.Standing.Breach) return Access.Breach;
        if (standing == IPaymentRail.Standing.Closed) return Access.Closed;
        return Access.PaymentLapsed;
    }
}
