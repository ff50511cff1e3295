// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { DatasetStorage } from "./DatasetStorage.sol";

/// @notice Who may stop what: the owner its sales, a guardian or a ruling also access; only governance lifts the latter.
/// @dev While a version is restricted its owner cannot change its status, so that events alone rebuild it.
abstract contract VersionStatus is DatasetStorage {
    /// @inheritdoc IDatasetRegistry
    function setVersionStatus(uint256 datasetId, uint32 version, Status status) external onlyDatasetOwner(datasetId) {
        StoredVersion storage stored = _versionAt(datasetId, version);
        Status previous = _versionStatus(stored);
        bool known = status == Status.Trainable || status == Status.Quarantined || status == Status.Retired;
        bool free = stored.restriction == Status.None && previous != Status.Retired;
        require(known && free && status != previous, DatasetRegistry_StatusChange(previous, status));
        stored.ownerStatus = status;
        emit VersionStatusSet(datasetId, version, previous, status);
    }

    /// @inheritdoc IDatasetRegistry
    function restrictStatus(uint256 datasetId, uint32 version, Status status) external {
        if (msg.sender != DISPUTE_MANAGER) _checkCanCall(msg.sender, msg.data);
        if (version == 0) {
            _ownerOfDataset(datasetId);
            StoredDataset storage dataset = _storage().datasets[datasetId];
            Status previous = _datasetStatus(dataset);
            _checkStricter(dataset.restriction, previous, status);
            dataset.restriction = status;
            emit DatasetStatusSet(datasetId, previous, status);
        } else {
            StoredVersion storage stored = _versionAt(datasetId, version);
            Status previous = _versionStatus(stored);
            _checkStricter(stored.restriction, previous, status);
            stored.restriction = status;
            emit VersionStatusSet(datasetId, version, previous, status);
        }
        if (status == Status.Suspended) _setSuspended(datasetId, version, true);
    }

    /// @inheritdoc IDatasetRegistry
    function reinstate(uint256 datasetId, uint32 version) external {
        if (version == 0) {
            _checkCanCall(msg.sender, msg.data);
            _ownerOfDataset(datasetId);
            StoredDataset storage dataset = _storage().datasets[datasetId];
            Status previous = _datasetStatus(dataset);
            require(dataset.restriction != Status.None, DatasetRegistry_StatusChange(previous, Status.Trainable));
            dataset.restriction = Status.None;
            emit DatasetStatusSet(datasetId, previous, Status.Trainable);
        } else {
            StoredVersion storage stored = _versionAt(datasetId, version);
            // A claim quarantines a version; what is stricter, or of the whole dataset, is governance's.
            bool claimed = msg.sender == DISPUTE_MANAGER && stored.restriction == Status.Quarantined;
            if (!claimed) _checkCanCall(msg.sender, msg.data);
            Status previous = _versionStatus(stored);
            Status current = stored.ownerStatus;
            require(stored.restriction != Status.None, DatasetRegistry_StatusChange(previous, current));
            stored.restriction = Status.None;
            emit VersionStatusSet(datasetId, version, previous, current);
        }
        _setSuspended(datasetId, version, false);
    }

    /// @inheritdoc IDatasetRegistry
    function statusOf(uint256 datasetId, uint32 version) external view returns (Status status) {
        (status,) = _statusAndParents(datasetId, version);
    }

    /// @dev The status that counts, and how many parents the version has.
    function _statusAndParents(
        uint256 datasetId,
        uint32 version
    )
        internal
        view
        returns (Status status, uint8 parentCount)
    {
        Status restriction;
        (status, restriction, parentCount) = _loadStatus(_storage().versions[datasetId][version]);
        Status whole = _storage().datasets[datasetId].restriction;
        if (status == Status.None || (restriction == Status.None && whole == Status.None)) {
            return (status, parentCount);
        }
        status = _stricter(_stricter(status, restriction), whole);
    }

    /// @dev Licenses keep their own mark of what is suspended, for access checks that need no call.
    function _setSuspended(uint256 datasetId, uint32 version, bool suspended) private {
        ILicenseToken(LICENSE_TOKEN).setSuspended(datasetId, version, suspended);
    }

    /// @dev The version's own status, the dataset's left aside.
    function _versionStatus(StoredVersion storage stored) internal view returns (Status) {
        return _stricter(stored.ownerStatus, stored.restriction);
    }

    /// @dev All in one load, because every sale asks for them.
    function _loadStatus(StoredVersion storage stored)
        private
        view
        returns (Status own, Status restriction, uint8 parentCount)
    {
        uint256 slot;
        assembly ("memory-safe") {
            slot := sload(add(stored.slot, 3))
        }
        return (Status(uint8(slot >> 232)), Status(uint8(slot >> 240)), uint8(slot >> 224));
    }

    function _datasetStatus(StoredDataset storage dataset) private view returns (Status) {
        return dataset.restriction == Status.None ? Status.Trainable : dataset.restriction;
    }

    /// @dev A restriction only tightens. It may repeat what the owner chose, which takes it out of the owner's hands.
    function _checkStricter(Status restriction, Status previous, Status status) private pure {
        require(
            (status == Status.Quarantined || status == Status.Suspended) && _rank(status) > _rank(restriction)
                && _rank(status) >= _rank(previous),
            DatasetRegistry_StatusChange(previous, status)
        );
    }

    function _stricter(Status a, Status b) private pure returns (Status) {
        return _rank(a) >= _rank(b) ? a : b;
    }

    /// @dev Retired only ends sales, Suspended ends access too. None ranks below everything.
    function _rank(Status status) private pure returns (uint256) {
        if (status == Status.Suspended) return 4;
        if (status == Status.Retired) return 3;
        return uint256(status);
    }
}
