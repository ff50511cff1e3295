// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { BondState } from "./BondState.sol";
import { KeyPurposes } from "./TrustBits.sol";

/// @notice Who a provider is, who signs for it from now on, and what it shares.
abstract contract BondIdentity is BondState {
    /// @notice See IProviderBond.
    function register(IProviderBond.Profile calldata profile) external {
        if (profile.payout == address(0)) revert IProviderBond.ProviderBond_BadField("payout", 0);
        if (profile.endpointsHash == 0) revert IProviderBond.ProviderBond_BadField("endpointsHash", 0);
        if (profile.termsHash == 0) revert IProviderBond.ProviderBond_BadField("termsHash", 0);
        IProviderBond.Provider storage stored = _storage().providers[msg.sender];
        if (stored.registeredAt == 0) stored.registeredAt = uint40(block.timestamp);
        stored.payout = profile.payout;
        emit IProviderBond.ProviderRegistered(
            msg.sender, profile.payout, profile.endpoints, profile.endpointsHash, profile.termsHash
        );
    }

    /// @notice See IProviderBond.
    function addKey(address key, uint8 purposes) external {
        _requireRegistered(msg.sender);
        if (key == address(0)) revert IProviderBond.ProviderBond_BadField("key", 0);
        if (purposes == 0 || purposes & ~KeyPurposes.ALL != 0) {
            revert IProviderBond.ProviderBond_BadField("purposes", purposes);
        }
        IProviderBond.Key storage stored = _storage().keys[msg.sender][key];
        if (stored.from != 0 || key == msg.sender) revert IProviderBond.ProviderBond_KeyUsed(msg.sender, key);
        (stored.from, stored.purposes) = (uint40(block.timestamp), purposes);
        emit IProviderBond.KeyAdded(msg.sender, key, purposes);
    }

    /// @notice See IProviderBond.
    function revokeKey(address key) external {
        IProviderBond.Key storage stored = _storage().keys[msg.sender][key];
        if (stored.from == 0 || stored.until != 0) revert IProviderBond.ProviderBond_NoKey(msg.sender, key);
        stored.until = uint40(block.timestamp);
        emit IProviderBond.KeyRevoked(msg.sender, key);
    }

    /// @notice See IProviderBond.
    function setDelegatorShare(uint16 bps) external {
        _requireRegistered(msg.sender);
        if (bps > BPS) revert IProviderBond.ProviderBond_BadField("bps", bps);
        IProviderBond.Provider storage stored = _storage().providers[msg.sender];
        uint16 present = _delegatorBps(stored);
        bool pending = stored.nextAt > block.timestamp;
        if (pending ? bps == stored.nextBps : bps == present) revert IProviderBond.ProviderBond_NoChange();
        uint40 effectiveAt = uint40(block.timestamp);
        if (bps >= present) {
            (stored.delegatorBps, stored.nextBps, stored.nextAt) = (bps, 0, 0);
        } else {
            effectiveAt += _storage().parameters.thawingTime;
            (stored.delegatorBps, stored.nextBps, stored.nextAt) = (present, bps, effectiveAt);
        }
        emit IProviderBond.DelegatorShareSet(msg.sender, bps, effectiveAt);
    }
}
