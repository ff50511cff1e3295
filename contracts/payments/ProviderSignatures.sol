// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { KeyPurposes } from "../trust/TrustBits.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice Whose signatures rails take for a provider's: its own, and those of its registered keys.
library ProviderSignatures {
    /// @notice Whether the provider signed the message, or a key that ProviderBond has for its receipts and that is not revoked.
    /// @dev The bond is asked only where the signature is not the provider's own. A key counts now or not at all: revoking it stops
    /// it from moving money at once, whatever it signed before. The provider's own key signs for an account with code only if
    /// that code agrees.
    function areFor(
        address licenseToken,
        address providerBond,
        address provider,
        bytes32 structHash,
        bytes calldata signature
    )
        internal
        view
        returns (bool)
    {
        if (TypedData.isSignedBy(licenseToken, structHash, provider, signature)) return true;
        // Its address is known from its salt, before it has code.
        if (providerBond.code.length == 0) return false;
        // Why a signature is none does not matter.
        // slither-disable-next-line unused-return
        (address key,,) = ECDSA.tryRecoverCalldata(TypedData.digest(licenseToken, structHash), signature);
        if (key == provider) return false;
        return IProviderBond(providerBond).isKeyFor(provider, key, KeyPurposes.RECEIPTS, uint40(block.timestamp));
    }
}
