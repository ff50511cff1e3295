// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IStreamOffers } from "../interfaces/payments/IStreamOffers.sol";
import { IStreamRail } from "../interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../interfaces/payments/IStreamVault.sol";
import { LicenseHead } from "../types/LicenseHead.sol";
import { Messages, ServiceReport } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { PaymentRail } from "./PaymentRail.sol";
import { StreamDeals } from "./StreamDeals.sol";
import { StreamData, StreamFlags } from "./StreamState.sol";
import { StreamTermsLib } from "./StreamTermsLib.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Which epochs are over, what they hold, and how they are concluded: by arithmetic on a cursor, never by loops.
/// @dev Epoch n lasts from start + n * length to before start + (n + 1) * length; the last one ends with the license.
abstract contract StreamEpochs is IStreamRail, PaymentRail {
    using SafeCast for uint256;

    /// @dev What a call about a license's stream needs to know besides the stream.
    /// @param end When the license ends, zero when that is not set.
    /// @param length Seconds of an epoch.
    struct Deal {
        uint256 licenseId;
        uint256 datasetId;
        uint256 end;
        uint256 length;
        IStreamVault vault;
    }

    /// @custom:storage-location erc7201:colophon.storage.StreamRail
    struct StreamRailStorage {
        mapping(uint256 licenseId => StreamData) streams;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.StreamRail")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xde9d1a3825a2e8082887d12597e8e3074ffc70ffad4c9d4647b2e018f79bed00;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IStreamOffers internal immutable _offers;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address offers) {
        _offers = IStreamOffers(offers);
    }

    // ---- time

    function _dealOf(
        uint256 licenseId,
        Offer calldata offer
    )
        internal
        view
        returns (StreamData storage s, Deal memory deal)
    {
        s = _known(licenseId);
        _requireOffer(licenseId, offer);
        (deal.licenseId, deal.length) = (licenseId, StreamTermsLib.epoch(offer.railTerms));
        deal.vault = IStreamVault(s.vault);
        LicenseHead head = _headOf(licenseId);
        deal.datasetId = head.datasetId();
        deal.end = _endOf(s, head);
    }

    /// @dev When the license ends: by notice, or by expiry or revocation, whichever comes first; 0 for never.
    function _endOf(StreamData storage s, LicenseHead head) internal view returns (uint256 end) {
        uint40 expiry = head.expiry();
        end = s.flags & StreamFlags.NOTICED == 0 ? 0 : s.endsAt;
        if (expiry != 0 && (end == 0 || expiry < end)) end = expiry;
    }

    function _headOf(uint256 licenseId) internal view returns (LicenseHead head) {
        // That it is a license of this rail says its stream.
        // slither-disable-next-line unused-return
        (head,) = _licenseToken.releaseOf(licenseId);
    }

    /// @dev End of the first `count` epochs.
    function _boundary(StreamData storage s, Deal memory deal, uint256 count) internal view returns (uint256 at) {
        at = s.start + count * deal.length;
        if (deal.end != 0 && deal.end < at) at = deal.end;
    }

    /// @dev Epochs that are over at `time`; all that there will be when the license had ended by then.
    function _over(StreamData storage s, Deal memory deal, uint256 time) internal view returns (uint24) {
        if (time < s.start) return 0;
        if (deal.end != 0 && deal.end <= time) return Math.ceilDiv(deal.end - s.start, deal.length).toUint24();
        return ((time - s.start) / deal.length).toUint24();
    }

    /// @dev Whether the license has ended and `count` epochs are all of it.
    function _isWhole(StreamData storage s, Deal memory deal, uint256 count) private view returns (bool) {
        return deal.end != 0 && deal.end <= block.timestamp && count >= _over(s, deal, block.timestamp);
    }

    // ---- what is due

    /// @dev The range that may be concluded now, and whether by refund; reverts with the reason when there is none.
    function _due(
        StreamData storage s,
        Deal memory deal,
        bytes32[2] calldata terms
    )
        internal
        view
        returns (uint24 to, bool refunds)
    {
        if (_isWhole(s, deal, s.settled)) revert StreamRail_NothingDue(deal.licenseId);
        if (StreamTermsLib.proof(terms) == Proof.Time) {
            to = _over(s, deal, block.timestamp);
            if (to <= s.settled) revert PaymentRail_TooEarly(deal.licenseId, _boundary(s, deal, to + uint256(1)));
        } else if (s.flags & (StreamFlags.REPORTED | StreamFlags.CONTESTED) != 0) {
            _requireAfter(deal.licenseId, s.deadline);
            to = s.reportedTo;
            refunds = s.flags & StreamFlags.CONTESTED != 0 && StreamTermsLib.defaultRefund(terms);
        } else {
            // Evidence counts until the default is applied, so it is asked first.
            if (StreamTermsLib.isByEvidence(terms)) to = _proven(s, deal, terms);
            if (to > s.settled) return (to, false);
            uint256 openFor = StreamTermsLib.openFor(terms);
            to = _overdue(s, deal, openFor);
            if (to <= s.settled) revert PaymentRail_TooEarly(deal.licenseId, _reportUntil(s, deal, openFor) + 1);
            refunds = StreamTermsLib.defaultRefund(terms);
        }
    }

    /// @dev Epochs that are over, and had begun when evidence was last recorded.
    function _proven(StreamData storage s, Deal memory deal, bytes32[2] calldata terms) private view returns (uint24) {
        uint256 at = _offers.lastProvenAt(deal.licenseId, terms);
        if (at < s.start) return 0;
        return uint24(Math.min((at - s.start) / deal.length + 1, _over(s, deal, block.timestamp)));
    }

    /// @dev Epochs whose time for a report or evidence has passed.
    function _overdue(StreamData storage s, Deal memory deal, uint256 openFor) private view returns (uint24) {
        if (block.timestamp <= uint256(s.movedAt) + openFor) return 0;
        uint256 time = block.timestamp - openFor - 1;
        return _over(s, deal, time);
    }

    /// @dev Last second for a report over the next epoch, or before evidence can come too late: a report or freeze gives the time anew.
    function _reportUntil(StreamData storage s, Deal memory deal, uint256 openFor) internal view returns (uint256) {
        return Math.max(_boundary(s, deal, s.settled + uint256(1)), s.movedAt) + openFor;
    }

    // ---- reports

    function _submitReport(
        StreamData storage s,
        Deal memory deal,
        Offer calldata offer,
        ServiceReport calldata report,
        bytes calldata signature
    )
        internal
    {
        uint256 licenseId = deal.licenseId;
        if (StreamTermsLib.proof(offer.railTerms) != Proof.Report) {
            revert PaymentRail_NotAllowed(licenseId, msg.sender);
        }
        _requireFlags(licenseId, s, 0, StreamFlags.DONE | StreamFlags.REPORTED | StreamFlags.CONTESTED);
        _requireField(licenseId, report.licenseId == licenseId, "licenseId");
        _requireField(licenseId, report.datasetId == deal.datasetId, "datasetId");
        _requireField(licenseId, report.servedRoot != 0, "servedRoot");
        _requireField(licenseId, report.epochFrom == s.settled, "epochFrom");
        uint24 to = _requireOver(s, deal, report.epochTo);
        _requireNotAfter(licenseId, report.deadline);
        _requireNotAfter(licenseId, _reportUntil(s, deal, StreamTermsLib.openFor(offer.railTerms)));
        bytes32 reportHash = Messages.hash(report);
        if (!_offers.isSignedFor(offer.provider, reportHash, signature)) {
            revert StreamRail_BadSignature(offer.provider);
        }
        uint40 windowEnds = uint40(block.timestamp + StreamTermsLib.window(offer.railTerms));
        (s.reportedTo, s.deadline) = (to, windowEnds);
        s.flags |= StreamFlags.REPORTED;
        emit ServiceReported(licenseId, s.settled, to, reportHash, windowEnds);
    }

    function _contest(StreamData storage s, Deal memory deal, Offer calldata offer, bytes32 reasonHash) internal {
        uint256 licenseId = deal.licenseId;
        _requireFlags(licenseId, s, StreamFlags.REPORTED, 0);
        if (msg.sender != StreamDeals.read(address(deal.vault)).payer) _requireHolder(licenseId);
        _requireNotAfter(licenseId, s.deadline);
        uint40 defaultAt = uint40(block.timestamp + StreamTermsLib.defaultAfter(offer.railTerms));
        uint128 bond = StreamTermsLib.contestBond(offer.railTerms);
        s.deadline = defaultAt;
        s.flags = (s.flags & ~StreamFlags.REPORTED) | StreamFlags.CONTESTED;
        s.contester = msg.sender;
        emit EpochsContested(licenseId, msg.sender, bond, reasonHash, defaultAt);
        _pull(offer.token, msg.sender, bond);
    }

    /// @dev The end of a range that starts at the cursor and is over now.
    function _requireOver(StreamData storage s, Deal memory deal, uint256 to) internal view returns (uint24) {
        uint24 over = _over(s, deal, block.timestamp);
        if (to <= s.settled || to > over) revert StreamRail_WrongEpoch(deal.licenseId, to, s.settled, over);
        return uint24(to);
    }

    function _requireField(uint256 licenseId, bool condition, bytes32 field) private pure {
        if (!condition) revert StreamRail_WrongReport(licenseId, field);
    }

    // ---- concluding

    /// @dev Concludes the epochs from the cursor to `to`, which held `held`, booked as gone by the vault: `refunded`
    /// of it to the payer, the rest to the distributor. The stream is booked before money moves.
    // Callers are guarded; each event tells of its own move.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function _conclude(
        StreamData storage s,
        Deal memory deal,
        Offer calldata offer,
        uint24 to,
        uint128 held,
        uint128 refunded,
        Outcome outcome
    )
        internal
        returns (uint128 released)
    {
        released = held - refunded;
        emit EpochsSettled(deal.licenseId, s.settled, to, outcome, offer.token, released, refunded);
        address contester = _advance(s, deal, to);
        if (refunded > 0) {
            // In what was streamed, which no issuer of the payment token can hold up.
            IStreamVault.Deal memory d = StreamDeals.read(address(deal.vault));
            _sendToPayer(deal.vault, d, refunded * StreamDeals.scaleOf(d.decimals));
        }
        if (released > 0) {
            _distributor.distributeFrom(address(deal.vault), deal.licenseId, offer.token, released);
        }
        if (contester != address(0)) _returnBond(deal, offer, contester, refunded > 0 || outcome == Outcome.Faulted);
        if (s.flags & StreamFlags.DONE != 0) _sweep(s, deal);
    }

    /// @dev Moves the cursor.
    function _advance(StreamData storage s, Deal memory deal, uint24 to) private returns (address contester) {
        uint8 flags = s.flags;
        s.settled = to;
        if (flags & (StreamFlags.REPORTED | StreamFlags.CONTESTED) != 0) {
            // The next epochs could not be reported meanwhile.
            (s.reportedTo, s.deadline, s.movedAt) = (0, 0, uint40(block.timestamp));
            if (flags & StreamFlags.CONTESTED != 0) (contester, s.contester) = (s.contester, address(0));
            flags &= ~(StreamFlags.REPORTED | StreamFlags.CONTESTED);
        }
        if (flags & StreamFlags.ENDED != 0 && _isWhole(s, deal, to)) flags |= StreamFlags.DONE;
        s.flags = flags;
    }

    /// @dev The bond goes with the outcome: back to the contester when the epochs are faulted or anything is refunded, else to
    /// the seller, whose money waited.
    function _returnBond(Deal memory deal, Offer calldata offer, address contester, bool refunded) private {
        uint128 bond = StreamTermsLib.contestBond(offer.railTerms);
        address bondTo = refunded ? contester : offer.seller;
        emit ContestEnded(deal.licenseId, bondTo, bond);
        _push(offer.token, bondTo, bond);
    }

    // ---- money

    /// @dev Sends super tokens to the payer, or credits them here: nobody can block an outcome by being unpayable.
    function _sendToPayer(IStreamVault vault, IStreamVault.Deal memory d, uint256 units) private {
        if (!vault.sendToPayer(units)) _push(d.superToken, d.payer, units);
    }

    /// @dev Sends all that does not count to the payer.
    // Only the license's own vault is called, and every entrance is guarded.
    // slither-disable-next-line reentrancy-events
    function _sweep(StreamData storage s, Deal memory deal) internal {
        uint256 time = deal.end != 0 && deal.end < block.timestamp ? deal.end : block.timestamp;
        uint256 units = deal.vault.takeStray(time, s.flags & StreamFlags.DONE != 0);
        if (units > 0) {
            IStreamVault.Deal memory d = StreamDeals.read(address(deal.vault));
            emit StraySwept(deal.licenseId, d.payer, d.superToken, units);
            _sendToPayer(deal.vault, d, units);
        }
    }

    // ---- guards

    function _stream(uint256 licenseId) internal view returns (StreamData storage s) {
        s = _storage().streams[licenseId];
    }

    /// @dev The stream, which must exist.
    function _known(uint256 licenseId) internal view returns (StreamData storage s) {
        s = _stream(licenseId);
        _requireFlags(licenseId, s, StreamFlags.OPENED, 0);
    }

    /// @dev All of `set` must be set and all of `clear` clear.
    function _requireFlags(uint256 licenseId, StreamData storage s, uint8 set, uint8 clear) internal view {
        uint8 flags = s.flags;
        if (flags & set != set || flags & clear != 0) revert StreamRail_WrongState(licenseId, flags);
    }

    function _storage() private pure returns (StreamRailStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
