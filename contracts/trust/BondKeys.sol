// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { BondBase } from "./BondBase.sol";
import { KeyPurposes } from "./TrustBits.sol";

/// @notice Who the providers are, and who signed for them when.
abstract contract BondKeys is BondBase {
    /// @inheritdoc IProviderBond
    function providerOf(address provider) external view returns (Provider memory p) {
        p = _storage().providers[provider];
        if (p.nextAt != 0 && block.timestamp >= p.nextAt) (p.delegatorBps, p.nextBps, p.nextAt) = (p.nextBps, 0, 0);
    }

    /// @inheritdoc IProviderBond
    function payoutOf(address provider) external view returns (address) {
        return _payoutOf(provider);
    }

    /// @inheritdoc IProviderBond
    function keyOf(address provider, address key) external view returns (Key memory) {
        return _storage().keys[provider][key];
    }

    /// @inheritdoc IProviderBond
    function isKeyOf(address provider, address key, uint40 at) external view returns (bool) {
        return _isKeyFor(provider, key, KeyPurposes.ALL, at);
    }

    /// @inheritdoc IProviderBond
    function isKeyFor(address provider, address key, uint8 purpose, uint40 at) external view returns (bool) {
        return _isKeyFor(provider, key, purpose, at);
    }

    function _isKeyFor(address provider, address key, uint8 purposes, uint40 at) private view returns (bool) {
        if (key == address(0)) return false;
        if (key == provider) return true;
        Key memory k = _storage().keys[provider][key];
        return k.purposes & purposes != 0 && k.from <= at && (k.until == 0 || at < k.until);
    }
}
