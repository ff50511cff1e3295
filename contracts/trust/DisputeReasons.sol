// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IDisputeTypes } from "../interfaces/trust/IDisputeTypes.sol";

/// @notice What a dispute did and must undo, and who is who in it: one bit each.
library DisputeFlags {
    /// @dev It holds the license's money.
    uint16 internal constant MONEY = 1 << 0;
    /// @dev It stops the version's new sales.
    uint16 internal constant SALES = 1 << 1;
    /// @dev It holds a lock of the provider's bond.
    uint16 internal constant LOCKED = 1 << 2;
    uint16 internal constant ANSWERED = 1 << 3;
    /// @dev It holds the license's access, because a ruling that ends the license was appealed.
    uint16 internal constant ACCESS = 1 << 4;
    /// @dev The claimant is the license's holder or payer, so that the seller answers; else the holder does.
    uint16 internal constant BUYER = 1 << 5;
    uint16 internal constant APPEALED = 1 << 6;
}

/// @notice What rulings may do: one bit each.
library Remedies {
    /// @dev Refund of what the license's rail holds.
    uint8 internal constant REFUND = 1 << 0;
    /// @dev Loss and penalty out of the provider's bond.
    uint8 internal constant BOND = 1 << 1;
    /// @dev End of the license.
    uint8 internal constant END = 1 << 2;
    /// @dev Status and record of the version.
    uint8 internal constant STATUS = 1 << 3;
    /// @dev Revocation of a proof, badge or receipt.
    uint8 internal constant RECORD = 1 << 4;
    /// @dev Whether a recall stands.
    uint8 internal constant RECALL = 1 << 5;
    /// @dev The claim itself stops new sales.
    uint8 internal constant TAKEDOWN = 1 << 6;
    /// @dev Upheld, it ends access to the version as well.
    uint8 internal constant SUSPEND = 1 << 7;
}

/// @notice What each reason is about and which remedies it has.
library DisputeReasons {
    /// @dev Remedies by reason, 8 bits each from the lowest: None, NotDelivered, NotAsDescribed, FalseEncoding, ServiceFailure, Contested,
    /// BreachOfTerms, FalseStatement, Copyright, Privacy, ConsentWithdrawn, UnlawfulContent, FalseRecord, ContestedRecall, Misconduct,
    /// FalseProof, FalseAttestation, FalseReceipt.
    uint256 private constant _TABLE = 0x101010022008c848c8480404010303010100;

    function remedies(IDisputeTypes.Reason reason) internal pure returns (uint8) {
        return uint8(_TABLE >> (8 * uint256(reason)));
    }

    function has(IDisputeTypes.Reason reason, uint8 remedy) internal pure returns (bool) {
        return remedies(reason) & remedy != 0;
    }

    /// @notice What claims with this reason are about.
    function subject(IDisputeTypes.Reason reason) internal pure returns (IDisputeTypes.Subject) {
        if (reason == IDisputeTypes.Reason.None) return IDisputeTypes.Subject.None;
        if (reason <= IDisputeTypes.Reason.FalseStatement) return IDisputeTypes.Subject.License;
        if (reason <= IDisputeTypes.Reason.FalseRecord) return IDisputeTypes.Subject.Version;
        if (reason == IDisputeTypes.Reason.ContestedRecall) return IDisputeTypes.Subject.Recall;
        if (reason == IDisputeTypes.Reason.Misconduct) return IDisputeTypes.Subject.Provider;
        if (reason == IDisputeTypes.Reason.FalseProof) return IDisputeTypes.Subject.Proof;
        if (reason == IDisputeTypes.Reason.FalseAttestation) return IDisputeTypes.Subject.Attestation;
        return IDisputeTypes.Subject.Receipt;
    }

    /// @notice Whether holder or payer of a license may give this reason, and whether its seller's side may.
    function sides(IDisputeTypes.Reason reason) internal pure returns (bool buyer, bool seller) {
        buyer = reason <= IDisputeTypes.Reason.Contested;
        seller = reason >= IDisputeTypes.Reason.Contested;
    }
}
