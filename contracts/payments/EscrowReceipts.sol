// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../common/TypedData.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { DeliveryReceipt, EncodingRequest, Messages } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { EscrowHolds } from "./EscrowHolds.sol";
import { EscrowTermsLib } from "./EscrowTermsLib.sol";
import { ProviderSignatures } from "./ProviderSignatures.sol";

/// @notice Delivery receipts: what makes one count, and the challenge window that it opens.
abstract contract EscrowReceipts is EscrowHolds {
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _providerBond;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address providerBond) {
        // Zero has no code and is not asked: then providers sign themselves.
        // slither-disable-next-line missing-zero-check
        _providerBond = providerBond;
    }

    /// @dev Opens the challenge window if the receipt counts. `encoding` is the one that the licensee is owed.
    function _recordDelivery(
        uint256 licenseId,
        Offer calldata offer,
        ILicenseToken.License memory license,
        Hold memory hold,
        uint16 encoding,
        DeliveryReceipt calldata receipt,
        bytes calldata signature
    )
        internal
    {
        bool withdrawing = hold.state == HoldState.Withdrawing;
        if (!withdrawing) _requireState(licenseId, hold, HoldState.Held);
        _requireInTime(licenseId, offer, license.start, hold, withdrawing, receipt);
        _requireMatch(licenseId, license, encoding, receipt);
        bytes32 receiptHash = Messages.hash(receipt);
        _requireProviders(offer.provider, receiptHash, signature);

        uint40 windowEnds = uint40(block.timestamp + EscrowTermsLib.challengeWindow(offer.railTerms));
        hold.state = HoldState.Delivered;
        (hold.deadline, hold.requestedAt) = (windowEnds, 0);
        _setHold(licenseId, hold);
        emit DeliveryRecorded(licenseId, offer.provider, receiptHash, receipt.chunks, windowEnds);
        // A dispute's own freeze of access is kept apart by the license.
        if (withdrawing) _licenseToken.setFrozen(licenseId, false);
    }

    /// @dev The licensee's signed wish to be served from a later encoding; numbers only grow, so it works once per number.
    function _requireRequest(
        uint256 licenseId,
        ILicenseToken.License memory license,
        EncodingRequest calldata request,
        bytes calldata signature
    )
        internal
        view
    {
        _requireField(licenseId, request.licenseId == licenseId, "request.licenseId");
        _requireField(licenseId, request.version == license.version, "request.version");
        _requireField(licenseId, request.encoding > license.encoding, "request.encoding");
        address holder = _holder(licenseId);
        if (!TypedData.isSignedBy(address(_licenseToken), Messages.hash(request), holder, signature)) {
            revert EscrowRail_BadSignature(holder);
        }
    }

    /// @dev A withdrawal stops the SLA clock at its request: a receipt then counts within the objection window, for
    /// delivery before the request, and never when the request itself came after the deadline.
    function _requireInTime(
        uint256 licenseId,
        Offer calldata offer,
        uint40 start,
        Hold memory hold,
        bool withdrawing,
        DeliveryReceipt calldata receipt
    )
        private
        view
    {
        uint256 slaDeadline = uint256(start) + EscrowTermsLib.sla(offer.railTerms);
        uint256 servedBy = block.timestamp;
        if (withdrawing) {
            servedBy = hold.requestedAt;
            if (servedBy > slaDeadline) revert PaymentRail_TooLate(licenseId, slaDeadline);
            _requireNotAfter(licenseId, hold.deadline);
        } else {
            _requireNotAfter(licenseId, slaDeadline);
        }
        _requireNotAfter(licenseId, receipt.deadline);
        // servedBy never exceeds the SLA deadline here, so the receipt cannot either.
        _requireField(licenseId, receipt.servedFrom <= receipt.servedUntil, "servedFrom");
        _requireField(licenseId, receipt.servedUntil >= start && receipt.servedUntil <= servedBy, "servedUntil");
    }

    function _requireProviders(address provider, bytes32 receiptHash, bytes calldata signature) private view {
        if (!ProviderSignatures.areFor(address(_licenseToken), _providerBond, provider, receiptHash, signature)) {
            revert EscrowRail_BadSignature(provider);
        }
    }

    function _requireMatch(
        uint256 licenseId,
        ILicenseToken.License memory license,
        uint16 encoding,
        DeliveryReceipt calldata receipt
    )
        private
        pure
    {
        _requireField(licenseId, receipt.licenseId == licenseId, "licenseId");
        _requireField(licenseId, receipt.datasetId == license.datasetId, "datasetId");
        _requireField(licenseId, receipt.version == license.version, "version");
        _requireField(licenseId, receipt.encoding == encoding, "encoding");
        _requireField(licenseId, receipt.encodingRoot != 0, "encodingRoot");
        _requireField(licenseId, receipt.servedRoot != 0, "servedRoot");
        _requireField(licenseId, receipt.chunks > 0, "chunks");
    }

    function _requireField(uint256 licenseId, bool condition, bytes32 field) private pure {
        if (!condition) revert EscrowRail_WrongReceipt(licenseId, field);
    }
}
