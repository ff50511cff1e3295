// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IProofRegistry } from "../interfaces/proofs/IProofRegistry.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";

/// @notice Storage and neighbors of ProofRegistry.
abstract contract ProofState is IProofRegistry, ColophonUpgradeable {
    /// @dev A recorded run, one slot: what contracts ask for. The rest is in its event.
    struct StoredRecord {
        address runner;
        uint40 recordedAt;
        uint16 program;
        uint8 grade;
        bool revoked;
    }

    /// @dev Two slots for a submission, the statement apart.
    struct StoredProgram {
        bytes32 vkey;
        uint32 statementVersion;
        uint40 from;
        uint40 until;
        uint40 unsoundAt;
        bool adherence;
        bytes32 statement;
    }

    /// @dev One slot for a submission: the last 80 bits of the code hash stand beside the verifier. Code cannot change under the rules of
    /// today's chains but for accounts that delegate theirs, and no one finds other code with the same 80 bits for those.
    struct StoredRoute {
        address verifier;
        Assurance assurance;
        bool stopped;
        uint80 codeTag;
        bytes32 codeHash;
    }

    /// @dev The first or last record of a license at one grade, one slot.
    struct First {
        uint40 at;
        uint216 recordId;
    }

    /// @custom:storage-location erc7201:colophon.storage.ProofRegistry
    struct ProofRegistryStorage {
        uint16 programCount;
        /// @dev Numbered from 1.
        mapping(uint16 program => StoredProgram) programs;
        mapping(bytes4 selector => StoredRoute) routes;
        mapping(uint256 recordId => StoredRecord) records;
        mapping(uint256 licenseId => mapping(uint8 grade => First)) firsts;
        mapping(address runner => uint64) cancelled;
        /// @dev The last record of a license at one grade, while the first stands; none of a license with one record.
        mapping(uint256 licenseId => mapping(uint8 grade => First)) lasts;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.ProofRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x59290c179abecdbe8d9958dd1622f324b8cc39ddef521dcc7ddb824cf7d58c00;

    /// @dev Grades, from the weakest to the strongest: see IProofRegistry.
    uint8 internal constant GRADES = 4;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseToken internal immutable _licenses;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDatasetRegistry internal immutable _registry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _receipts;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _disputeManager;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address registry, address computeReceipts, address disputeManager) {
        _licenses = ILicenseToken(licenseToken);
        _registry = IDatasetRegistry(registry);
        // Both may have no code yet: the one is asked only when it has, the other is only compared with the caller.
        // slither-disable-start missing-zero-check
        _receipts = computeReceipts;
        _disputeManager = disputeManager;
        // slither-disable-end missing-zero-check
    }

    /// @inheritdoc IProofRegistry
    function stands(uint256 recordId) public view returns (bool) {
        StoredRecord storage stored = _storage().records[recordId];
        return stored.runner != address(0) && !stored.revoked && _storage().programs[stored.program].unsoundAt == 0;
    }

    function _storage() internal pure returns (ProofRegistryStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
