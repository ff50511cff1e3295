// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { IDisputeManager } from "../interfaces/trust/IDisputeManager.sol";
import { Settlement } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { DisputeFilings } from "./DisputeFilings.sol";
import { DisputeState } from "./DisputeState.sol";

/// @title Disputes
/// @notice See IDisputeManager: the state machine is described there. The code is in four parts, because one contract cannot hold it:
/// this proxied one (claims, views), DisputeCourt and DisputeRemedies (by delegatecall: rulings, ends) and DisputeReader (reads only:
/// what the chain says of a claim).
contract DisputeManager is DisputeFilings, ColophonUpgradeable {
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _court;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _remedies;

    /// @inheritdoc IDisputeManager
    uint32 public constant FORCE_AFTER = _FORCE_AFTER;

    /// @param court DisputeCourt, made with the same neighbors.
    /// @param remedies DisputeRemedies, likewise.
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(Neighbors memory neighbors, address court, address remedies) DisputeState(neighbors) {
        // Without them nothing could be ruled or ended: a deployment checks that they answer.
        // slither-disable-next-line missing-zero-check
        (_court, _remedies) = (court, remedies);
    }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    // ---- answers, arbitrators and rulings: what these do stands in DisputeCourt

    /// @inheritdoc IDisputeManager
    function respond(uint256, Offer calldata, Evidence calldata) external {
        _run(_court);
    }

    /// @inheritdoc IDisputeManager
    function submitEvidence(uint256, Evidence calldata) external {
        _run(_court);
    }

    /// @inheritdoc IDisputeManager
    function showChunkKey(uint256, uint16, ChunkEvidence calldata) external {
        _run(_court);
    }

    /// @inheritdoc IDisputeManager
    function refer(uint256, bytes calldata) external payable {
        _run(_court);
    }

    /// @inheritdoc IDisputeManager
    function rule(uint256, Ruling calldata) external {
        _run(_court);
    }

    /// @inheritdoc IDisputeManager
    function appeal(uint256, Offer calldata, bytes calldata) external payable {
        _run(_court);
    }

    // ---- how disputes end: what these do stands in DisputeRemedies

    /// @inheritdoc IDisputeManager
    function counterBond(uint256) external {
        _run(_remedies);
    }

    /// @inheritdoc IDisputeManager
    function conclude(uint256, Offer calldata) external {
        _run(_remedies);
    }

    /// @inheritdoc IDisputeManager
    function withdraw(uint256, Offer calldata) external {
        _run(_remedies);
    }

    /// @inheritdoc IDisputeManager
    function settle(Settlement calldata, Offer calldata, bytes calldata, bytes calldata) external {
        _run(_remedies);
    }

    /// @inheritdoc IDisputeManager
    function endLicense(uint256) external {
        _run(_remedies);
    }

    /// @inheritdoc IDisputeManager
    function settleLicense(uint256, Offer calldata) external {
        _run(_remedies);
    }

    /// @inheritdoc IDisputeManager
    function applyFault(uint256, Offer calldata, address) external returns (uint128) {
        _run(_remedies);
    }

    // ---- governance: likewise in DisputeCourt

    /// @inheritdoc IDisputeManager
    function setArbitrator(address, uint16, uint32) external restricted returns (uint16) {
        _run(_court);
    }

    /// @inheritdoc IDisputeManager
    function delistArbitrator(uint16) external restricted {
        _run(_court);
    }

    /// @inheritdoc IDisputeManager
    function setNumbers(Numbers calldata) external restricted {
        _run(_court);
    }

    /// @inheritdoc IDisputeManager
    function setBond(Subject, address, uint128) external restricted {
        _run(_court);
    }

    // ---- what the reader works out

    /// @inheritdoc IDisputeManager
    function previewRuling(uint256, Ruling calldata, Offer calldata) external view returns (Preview memory) {
        _ask(address(_reader));
    }

    /// @inheritdoc IDisputeManager
    function reliefOf(uint256, bool) external view returns (Ruling memory) {
        _ask(address(_reader));
    }

    // ---- views

    /// @inheritdoc IDisputeManager
    function disputeOf(uint256 disputeId) external view returns (Dispute memory) {
        return _viewOf(disputeId);
    }

    /// @inheritdoc IDisputeManager
    function rulingOf(uint256 disputeId) external view returns (Ruling memory) {
        return _storage().rulings[disputeId];
    }

    /// @inheritdoc IDisputeManager
    function bondsOf(uint256 disputeId)
        external
        view
        returns (address appellant, uint128 appealBond, uint128 countered)
    {
        AppealBond memory appealed = _storage().appeals[disputeId];
        return (appealed.appellant, appealed.amount, _storage().counterBonds[disputeId]);
    }

    /// @inheritdoc IDisputeManager
    function heldOf(uint256 licenseId) external view returns (LicenseBook memory) {
        return _storage().licenses[licenseId];
    }

    /// @inheritdoc IDisputeManager
    function stakeOf(uint256 disputeId) external view returns (address token, uint128 claimed) {
        Stake memory stake = _storage().stakes[disputeId];
        return (stake.token, stake.claimed);
    }

    /// @inheritdoc IDisputeManager
    function stoppedOf(uint256 datasetId, uint32 version) external view returns (uint32 holds, uint32 rejected) {
        VersionBook memory book = _storage().versions[datasetId << 32 | version];
        return (book.holds, book.rejected);
    }

    /// @notice See IDisputeManager.
    function judgeAt(uint16 index) external view returns (Judge memory) {
        return _storage().judges[index];
    }

    /// @notice See IDisputeManager.
    function judgeOf(address arbitrator) external view returns (uint16) {
        return _storage().judgeOf[arbitrator];
    }

    /// @notice See IDisputeManager.
    function numbersAt(uint16 index) external view returns (Numbers memory) {
        return _storage().numbers[index];
    }

    /// @notice See IDisputeManager.
    function counts() external view returns (uint16 numbers, uint256 disputes) {
        return (_storage().numbersCount, _storage().disputeCount);
    }

    /// @notice See IDisputeManager.
    function bondOf(Subject subject, address token) external view returns (uint128) {
        return _storage().bonds[subject][token];
    }

    // ---- private

    /// @dev Runs this call by another part's code, on this storage, and answers as it does.
    function _run(address code) private {
        // The code is the implementation's own.
        // slither-disable-next-line controlled-delegatecall
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, 0, calldatasize())
            let done := delegatecall(gas(), code, data, calldatasize(), 0, 0)
            returndatacopy(data, 0, returndatasize())
            if iszero(done) { revert(data, returndatasize()) }
            return(data, returndatasize())
        }
    }

    /// @dev Answers this call as the reader does.
    function _ask(address reader) private view {
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, 0, calldatasize())
            let done := staticcall(gas(), reader, data, calldatasize(), 0, 0)
            returndatacopy(data, 0, returndatasize())
            if iszero(done) { revert(data, returndatasize()) }
            return(data, returndatasize())
        }
    }
}
