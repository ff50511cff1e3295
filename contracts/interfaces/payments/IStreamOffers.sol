// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IStreamRail } from "./IStreamRail.sol";
import { IStreamVault } from "./IStreamVault.sol";

/// @title What streaming offers mean
/// @notice Packs, unpacks and checks the rail terms of streaming offers, and knows where evidence and providers' keys are kept.
/// Without state and behind no proxy: the rail asks it at every sale, sellers and clients before.
interface IStreamOffers {
    /// @notice What a vault for such an offer would be made with; payer and start are zero. Reverts with PaymentRail_BadTerms
    /// when the terms are out of bounds, the token has no super token, or the price gives no rate; with StreamRail_NoEvidenceKept
    /// when the contract that would keep the named evidence has no code.
    /// @dev rate = price * 10^(18 - decimals) / period, rounded down: a period never costs more than the price.
    function dealOf(
        address token,
        uint128 price,
        bytes32[2] calldata railTerms
    )
        external
        view
        returns (IStreamVault.Deal memory);
    /// @notice The same for a live offer (ILiveStreamRail), whose `holdbackBps` is 0.
    function liveDealOf(
        address token,
        uint128 price,
        bytes32[2] calldata railTerms
    )
        external
        view
        returns (IStreamVault.Deal memory);
    /// @notice When the evidence that the offer names was last recorded for the license, as the contract that keeps it says; 0 when none
    /// stands, when that contract fails to answer, or when no evidence is named.
    function lastProvenAt(uint256 licenseId, bytes32[2] calldata railTerms) external view returns (uint40);
    /// @notice Whether the provider signed the message with this struct hash, or a key that ProviderBond has for its receipts now.
    function isSignedFor(address provider, bytes32 structHash, bytes calldata signature) external view returns (bool);
    /// @notice Packs rail terms for an offer.
    function packTerms(IStreamRail.StreamTerms calldata terms) external pure returns (bytes32[2] memory);
    /// @notice Unpacks rail terms of an offer.
    function unpackTerms(bytes32[2] calldata packed) external pure returns (IStreamRail.StreamTerms memory);
}
