// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../interfaces/payments/IEscrowRail.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice What fault contracts ask: whose signature is under a message, and whether a license's money is still held.
library TrustEvidence {
    /// @notice Whether `signer` signed the message.
    /// @dev A key signs for its account whatever code the account delegates to, so that nobody takes a signature back by putting
    /// code there; only then is a contract asked (ERC-1271).
    function isSigned(
        ILicenseToken licenses,
        bytes32 structHash,
        address signer,
        bytes calldata signature
    )
        internal
        view
        returns (bool)
    {
        bytes32 digest = TypedData.digest(address(licenses), structHash);
        // Why a signature is none does not matter.
        // slither-disable-next-line unused-return
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (recovered == signer && signer != address(0)) return true;
        return signer.code.length != 0 && TypedData.isSignedBy(address(licenses), structHash, signer, signature);
    }

    /// @notice Whether `signer` may sign for the provider at that second: itself, or its key for the purpose.
    function signsFor(
        IProviderBond bonds,
        address provider,
        address signer,
        uint8 purpose,
        uint40 at
    )
        internal
        view
        returns (bool)
    {
        return signer == provider || bonds.isKeyFor(provider, signer, purpose, at);
    }

    /// @notice The state of a license's hold; None where its rail keeps no holds.
    function holdOf(address rail, uint256 licenseId) internal view returns (IEscrowRail.HoldState) {
        // A rail without the function reverts.
        try IEscrowRail(rail).holdOf(licenseId) returns (IEscrowRail.Hold memory hold) {
            return hold.state;
        } catch {
            return IEscrowRail.HoldState.None;
        }
    }
}
