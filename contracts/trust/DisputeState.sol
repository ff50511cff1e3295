// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IDisputeTypes } from "../interfaces/trust/IDisputeTypes.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { Offer } from "../types/Offer.sol";
import { OfferBytes } from "../types/OfferBytes.sol";
import { BondFloat } from "./BondFloat.sol";
import { DisputeReader } from "./DisputeReader.sol";
import { DisputeFlags, DisputeReasons } from "./DisputeReasons.sol";
import { TrustMoney } from "./TrustMoney.sol";

/// @notice Storage of the disputes, their neighbors, and the guards that every move shares.
abstract contract DisputeState is IDisputeTypes, TrustMoney {
    using DisputeReasons for Reason;

    /// @notice Where everything is.
    struct Neighbors {
        address licenseToken;
        address registry;
        address providerBond;
        address objectiveFaults;
        address serviceChallenges;
        address attestations;
        address proofRegistry;
        address computeReceipts;
        address recalls;
        address reader;
    }

    /// @dev A dispute as stored, two slots; see the interface's Dispute.
    /// @param bond A BondFloat.
    /// @param subjectId The claim's id, 0 when it has more than 40 bits: then it is in `subjectIds`.
    struct StoredDispute {
        address claimant;
        uint40 bond;
        uint40 subjectId;
        Reason reason;
        Phase phase;
        // next slot
        address respondent;
        uint40 deadline;
        uint16 judge;
        uint16 numbers;
        uint16 flags;
        Outcome outcome;
    }

    /// @dev What a claim says beyond the dispute itself: only where it says anything.
    struct Stake {
        address token;
        uint96 claimed;
    }

    struct AppealBond {
        address appellant;
        uint96 amount;
    }

    /// @dev Takedowns of one version. One slot.
    /// @param placed Whether the registry's restriction is ours to lift.
    struct VersionBook {
        uint32 holds;
        uint32 rejected;
        bool placed;
    }

    /// @custom:storage-location erc7201:colophon.storage.DisputeManager
    struct DisputeManagerStorage {
        uint16 numbersCount;
        uint16 judgeCount;
        uint64 disputeCount;
        /// @dev Of the numbers in force, what every claim needs; the default judge is 0 when it was delisted.
        uint32 responseWindow;
        uint32 limitation;
        uint16 priceBps;
        uint16 defaultJudge;
        // next slot
        mapping(uint256 disputeId => StoredDispute) disputes;
        mapping(uint256 disputeId => uint256) subjectIds;
        mapping(uint256 disputeId => Ruling) rulings;
        mapping(uint256 disputeId => Stake) stakes;
        mapping(uint256 disputeId => AppealBond) appeals;
        mapping(uint256 disputeId => uint128) counterBonds;
        mapping(uint256 disputeId => mapping(address party => bytes32)) offers;
        mapping(uint256 licenseId => LicenseBook) licenses;
        mapping(uint256 versionId => VersionBook) versions;
        mapping(uint16 index => Judge) judges;
        mapping(address arbitrator => uint16) judgeOf;
        mapping(uint16 index => Numbers) numbers;
        mapping(Subject subject => mapping(address token => uint128)) bonds;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.DisputeManager")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x6290c16811bff2774611206d2725de23d2798e981efd3bf0b4fe339b68286e00;

    uint32 internal constant _FORCE_AFTER = 30 days;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseToken internal immutable _licenseToken;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDatasetRegistry internal immutable _registry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IProviderBond internal immutable _providerBond;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _objectiveFaults;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _serviceChallenges;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _attestations;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _proofRegistry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _computeReceipts;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _recalls;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    DisputeReader internal immutable _reader;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(Neighbors memory n) {
        _licenseToken = ILicenseToken(n.licenseToken);
        _registry = IDatasetRegistry(n.registry);
        _providerBond = IProviderBond(n.providerBond);
        // Zero would let nobody in.
        // slither-disable-start missing-zero-check
        _objectiveFaults = n.objectiveFaults;
        _serviceChallenges = n.serviceChallenges;
        _attestations = n.attestations;
        _proofRegistry = n.proofRegistry;
        _computeReceipts = n.computeReceipts;
        _recalls = n.recalls;
        // slither-disable-end missing-zero-check
        _reader = DisputeReader(n.reader);
    }

    function _storage() internal pure returns (DisputeManagerStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }

    // ---- guards

    /// @dev A dispute that has not ended.
    function _open(uint256 disputeId) internal view returns (StoredDispute storage d) {
        d = _storage().disputes[disputeId];
        Phase phase = d.phase;
        if (phase == Phase.None) revert DisputeManager_Unknown(disputeId);
        if (phase == Phase.Closed) revert DisputeManager_WrongPhase(disputeId, phase);
    }

    function _in(uint256 disputeId, Phase phase) internal view returns (StoredDispute storage d) {
        d = _storage().disputes[disputeId];
        Phase present = d.phase;
        if (present == Phase.None) revert DisputeManager_Unknown(disputeId);
        if (present != phase) revert DisputeManager_WrongPhase(disputeId, present);
    }

    function _requireOffer(uint256 licenseId, Offer calldata offer) internal view {
        bytes32 expected = _licenseToken.offerIdOf(licenseId);
        bytes32 given = OfferBytes.id(offer);
        if (given != expected || expected == 0) revert DisputeManager_WrongOffer(licenseId, expected, given);
    }

    /// @dev `until` is the last second at which a call works.
    function _requireNotAfter(uint256 disputeId, uint256 until) internal view {
        if (block.timestamp > until) revert DisputeManager_TooLate(disputeId, until);
    }

    /// @dev `until` is the last second at which a call does not work yet.
    function _requireAfter(uint256 disputeId, uint256 until) internal view {
        if (block.timestamp <= until) revert DisputeManager_TooEarly(disputeId, until + 1);
    }

    /// @dev Token of the dispute's bonds.
    function _tokenOf(StoredDispute storage d, Offer calldata offer) internal view returns (address) {
        if (d.reason.subject() != Subject.License) return _storage().numbers[d.numbers].bondToken;
        _requireOffer(d.subjectId, offer);
        return offer.token;
    }

    // ---- what follows from what

    function _subjectOf(uint256 disputeId, StoredDispute storage d) internal view returns (uint256 subjectId) {
        subjectId = d.subjectId;
        if (subjectId == 0) subjectId = _storage().subjectIds[disputeId];
    }

    /// @dev The dispute as the interface shows it.
    function _viewOf(uint256 disputeId) internal view returns (Dispute memory v) {
        StoredDispute storage d = _storage().disputes[disputeId];
        (v.claimant, v.respondent) = (d.claimant, d.respondent);
        (v.bond, v.subjectId) = (BondFloat.unpack(d.bond), _subjectOf(disputeId, d));
        (v.reason, v.phase, v.outcome) = (d.reason, d.phase, d.outcome);
        (v.deadline, v.judge, v.numbers, v.flags) = (d.deadline, d.judge, d.numbers, d.flags);
    }

    /// @dev Dataset and version of a version claim's id.
    function _versionOf(uint256 subjectId) internal pure returns (uint256 datasetId, uint32 version) {
        return (subjectId >> 32, uint32(subjectId));
    }

    /// @dev The lock's name at ProviderBond.
    function _claimId(uint256 disputeId) internal view returns (bytes32) {
        return keccak256(abi.encode(address(this), disputeId));
    }

    /// @dev A neighbor without code is never called.
    function _exists(address neighbor) internal view returns (bool) {
        return neighbor.code.length != 0;
    }

    function _setAnswered(uint256 disputeId, StoredDispute storage d) internal {
        if (d.flags & DisputeFlags.ANSWERED != 0) return;
        d.flags |= DisputeFlags.ANSWERED;
        emit DisputeAnswered(disputeId, msg.sender);
    }

    /// @dev Restricts a version, unless it is restricted as much.
    function _restrict(uint256 datasetId, uint32 version, IDatasetRegistry.Status status) internal returns (bool done) {
        // A restriction as strict is no failure: somebody else placed it, and lifts it.
        try _registry.restrictStatus(datasetId, version, status) {
            done = true;
        } catch (bytes memory reason) {
            _requireReason(reason);
        }
    }

    /// @dev A refusal of our own contracts has a reason; without one it ran out of gas, which nobody shall cause at will.
    function _requireReason(bytes memory reason) internal pure {
        if (reason.length < 4) revert DisputeManager_BadClaim("gas");
    }
}
