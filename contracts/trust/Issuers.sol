// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../interfaces/trust/IAttestationRegistry.sol";
import { AttestationState } from "./AttestationState.sol";

/// @notice Who may attest, and with what weight: a tree below governance in which weight is handed on and never copied.
/// @dev An accreditation hangs on a term of its accreditor. A term ends for good when the accreditation does, so what hung on it
/// comes back to life with no later one. An issuer has one accreditation at a time, so there are no loops.
abstract contract Issuers is AttestationState {
    /// @inheritdoc IAttestationRegistry
    uint8 public constant MAX_DEPTH = 3;
    /// @inheritdoc IAttestationRegistry
    uint16 public constant MAX_WEIGHT_BPS = 10_000;

    /// @inheritdoc IAttestationRegistry
    function accreditByGovernance(address issuer, uint16 weightBps, uint40 expiresAt) external restricted {
        Issuer storage stored = _storage().issuers[issuer];
        bool renewal = stored.accreditor == address(0) && _isAccredited(issuer);
        if (!renewal) _drop(issuer, stored);
        _give(issuer, stored, renewal, address(0), weightBps, expiresAt);
    }

    /// @inheritdoc IAttestationRegistry
    function accredit(address issuer, uint16 weightBps, uint40 expiresAt) external {
        if (!_isAccredited(msg.sender)) revert AttestationRegistry_NotAccredited(msg.sender);
        Issuer storage above = _storage().issuers[msg.sender];
        if (above.depth >= MAX_DEPTH) revert AttestationRegistry_TooDeep(msg.sender, above.depth);
        Issuer storage stored = _storage().issuers[issuer];
        bool accredited = _isAccredited(issuer);
        bool renewal = accredited && stored.accreditor == msg.sender;
        if (accredited && !renewal) revert AttestationRegistry_AlreadyAccredited(issuer, stored.accreditor);
        if (!renewal) _drop(issuer, stored);
        uint16 had = stored.weightBps;
        uint256 left = uint256(above.weightBps) - above.givenBps + had;
        if (weightBps > left) revert AttestationRegistry_WeightExceeded(msg.sender, weightBps, left);
        above.givenBps = above.givenBps - had + weightBps;
        _give(issuer, stored, renewal, msg.sender, weightBps, expiresAt);
    }

    /// @inheritdoc IAttestationRegistry
    function removeAccreditation(address issuer) external {
        Issuer storage stored = _storage().issuers[issuer];
        bool own = stored.weightBps != 0 && stored.accreditor == msg.sender
            && stored.accreditorTerm == _storage().issuers[msg.sender].term;
        if (!own) revert AttestationRegistry_NotAccreditor(issuer, msg.sender);
        _drop(issuer, stored);
    }

    /// @inheritdoc IAttestationRegistry
    function removeIssuer(address issuer) external restricted {
        Issuer storage stored = _storage().issuers[issuer];
        if (stored.weightBps == 0) revert AttestationRegistry_NotAccredited(issuer);
        _drop(issuer, stored);
    }

    /// @inheritdoc IAttestationRegistry
    function issuerOf(address issuer) external view returns (Issuer memory) {
        return _storage().issuers[issuer];
    }

    /// @inheritdoc IAttestationRegistry
    function weightOf(address issuer) public view returns (uint16 weightBps) {
        if (!_isAccredited(issuer)) return 0;
        Issuer storage stored = _storage().issuers[issuer];
        return stored.weightBps - stored.givenBps;
    }

    /// @dev Whether every accreditation from here up to governance runs. Ends: a parent was accredited before its child, and no
    /// chain is longer than MAX_DEPTH.
    function _isAccredited(address issuer) internal view returns (bool) {
        for (uint256 i; i < MAX_DEPTH; ++i) {
            Issuer storage stored = _storage().issuers[issuer];
            if (stored.weightBps == 0) return false;
            if (stored.expiresAt != 0 && block.timestamp >= stored.expiresAt) return false;
            address above = stored.accreditor;
            if (above == address(0)) return true;
            if (_storage().issuers[above].term != stored.accreditorTerm) return false;
            issuer = above;
        }
        return false;
    }

    /// @dev Writes a new accreditation, or new numbers into one that runs. The accreditor's books are done.
    function _give(
        address issuer,
        Issuer storage stored,
        bool renewal,
        address accreditor,
        uint16 weightBps,
        uint40 expiresAt
    )
        private
    {
        uint16 given = stored.givenBps;
        if (weightBps == 0 || weightBps < given || weightBps > MAX_WEIGHT_BPS) {
            revert AttestationRegistry_BadWeight(weightBps, given == 0 ? 1 : given, MAX_WEIGHT_BPS);
        }
        if (issuer == address(0)) revert AttestationRegistry_NotAccredited(issuer);
        if (expiresAt != 0 && expiresAt <= block.timestamp) {
            revert AttestationRegistry_BadExpiry(expiresAt, block.timestamp + 1, type(uint40).max);
        }
        (stored.weightBps, stored.expiresAt) = (weightBps, expiresAt);
        if (!renewal) {
            stored.accreditor = accreditor;
            stored.since = uint40(block.timestamp);
            Issuer storage above = _storage().issuers[accreditor];
            (stored.depth, stored.accreditorTerm) = accreditor == address(0) ? (1, 0) : (above.depth + 1, above.term);
        }
        emit IssuerAccredited(
            issuer, accreditor, weightBps, expiresAt, stored.depth, stored.term, stored.accreditorTerm
        );
    }

    /// @dev Ends an accreditation, if there is one, and gives its weight back where the term that gave it still runs.
    function _drop(address issuer, Issuer storage stored) private {
        uint16 weightBps = stored.weightBps;
        if (weightBps == 0) return;
        address accreditor = stored.accreditor;
        if (accreditor != address(0)) {
            Issuer storage above = _storage().issuers[accreditor];
            if (above.term == stored.accreditorTerm) above.givenBps -= weightBps;
        }
        uint32 term = stored.term;
        delete _storage().issuers[issuer];
        stored.term = term + 1;
        emit IssuerRemoved(issuer, accreditor, msg.sender, term);
    }
}
