// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IRecalls } from "../interfaces/trust/IRecalls.sol";
import { LicenseFlags, LicenseHead } from "../types/LicenseHead.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { LowLevelCall } from "@openzeppelin/contracts/utils/LowLevelCall.sol";

/// @notice Storage and neighbors of recalls, and which licenses a recall is about.
abstract contract RecallBook is IRecalls, ColophonUpgradeable {
    /// @custom:storage-location erc7201:colophon.storage.Recalls
    struct RecallsStorage {
        uint256 recallCount;
        uint32 leastPeriod;
        uint32 contestPeriod;
        mapping(uint256 recallId => Recall) recalls;
        mapping(uint256 recallId => mapping(uint256 licenseId => Acknowledgement)) acknowledgements;
        /// @dev The recall by consents that a version opened last.
        mapping(uint256 datasetId => mapping(uint32 version => uint256 recallId)) collecting;
        mapping(uint256 datasetId => mapping(uint32 version => uint256[] recallIds)) departures;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.Recalls")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xd0ac374e8be948446fdd678e8e4e054b11dfe573f2bcc1c7fece22b3c8831e00;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseToken internal immutable _licenseToken;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDatasetRegistry internal immutable _registry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _consents;
    /// @dev May have no code yet: it is only compared with the caller.
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _disputeManager;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address registry, address consents, address disputeManager) {
        _licenseToken = ILicenseToken(licenseToken);
        _registry = IDatasetRegistry(registry);
        // Zero would let nobody in.
        // slither-disable-start missing-zero-check
        _consents = consents;
        _disputeManager = disputeManager;
        // slither-disable-end missing-zero-check
    }

    modifier onlyDatasetOwner(uint256 recallId) {
        uint256 datasetId = _recall(recallId).datasetId;
        address owner = _ownerOf(datasetId);
        if (msg.sender != owner) revert Recalls_NotOwner(datasetId, msg.sender, owner);
        _;
    }

    /// @dev A recall that exists: every recall has a reason.
    function _recall(uint256 recallId) internal view returns (Recall storage recall) {
        recall = _storage().recalls[recallId];
        if (recall.reason == Reason.None) revert Recalls_Unknown(recallId);
    }

    function _ownerOf(uint256 datasetId) internal view returns (address) {
        return IERC721(address(_registry)).ownerOf(datasetId);
    }

    function _requireVersion(uint256 datasetId, uint32 version) internal view {
        if (_registry.statusOf(datasetId, version) == IDatasetRegistry.Status.None) {
            revert Recalls_UnknownVersion(datasetId, version);
        }
    }

    /// @dev Whether the license reaches the recalled version and lived when the recall was opened.
    function _affects(Recall storage recall, uint256 licenseId) internal view returns (bool) {
        (bool known, LicenseHead head) = _headOf(licenseId);
        if (!known || head.start() > recall.openedAt || head.hasAny(LicenseFlags.ENDED)) return false;
        if (head.isExpired(recall.openedAt)) return false;
        (uint256 datasetId, uint32 version) = (recall.datasetId, recall.version);
        if (head.datasetId() == datasetId) {
            uint32 licensed = head.version();
            return licensed == version || (licensed < version && head.hasAny(LicenseFlags.LATER_VERSIONS));
        }
        return _hasComponent(head, datasetId, version);
    }

    /// @dev Whether the version that was sold is a bundle with this version in it, as LicenseToken.accessTo has it.
    function _hasComponent(LicenseHead head, uint256 datasetId, uint32 version) private view returns (bool) {
        // Who answers many recalls asks for each license; the list is bounded.
        // slither-disable-next-line calls-loop
        IDatasetRegistry.Parent[] memory parents = _registry.parentsOf(head.datasetId(), head.version());
        for (uint256 i; i < parents.length; ++i) {
            IDatasetRegistry.Parent memory parent = parents[i];
            if (parent.datasetId == datasetId) return parent.bundle && parent.version == version;
        }
        return false;
    }

    /// @dev The head of a license, or that there is none, for which LicenseToken reverts.
    function _headOf(uint256 licenseId) private view returns (bool known, LicenseHead head) {
        // The second word is the rail, which is not asked for. Who answers many recalls asks for each license.
        // slither-disable-next-line unused-return,calls-loop
        (bool success, bytes32 word,) = LowLevelCall.staticcallReturn64Bytes(
            address(_licenseToken), abi.encodeCall(ILicenseToken.releaseOf, (licenseId))
        );
        return (success, LicenseHead.wrap(uint256(word)));
    }

    function _storage() internal pure returns (RecallsStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
