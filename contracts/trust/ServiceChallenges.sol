// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IEscrowRail } from "../interfaces/payments/IEscrowRail.sol";
import { IDisputeManager } from "../interfaces/trust/IDisputeManager.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { IServiceChallenges } from "../interfaces/trust/IServiceChallenges.sol";
import { AvailabilityReceipt, DeliveryRequest } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { ChallengeChecks } from "./ChallengeChecks.sol";
import { TrustEvidence } from "./TrustEvidence.sol";

/// @title Requests that nobody answered
/// @notice See IServiceChallenges: states and moves are described there.
contract ServiceChallenges is ChallengeChecks {
    /// @inheritdoc IServiceChallenges
    uint32 public constant MIN_ANSWER_WINDOW = 1 hours;
    /// @inheritdoc IServiceChallenges
    uint32 public constant MAX_ANSWER_WINDOW = 7 days;
    /// @inheritdoc IServiceChallenges
    uint32 public constant MAX_COOLDOWN = 30 days;
    /// @inheritdoc IServiceChallenges
    uint16 public constant MAX_FEE_BPS = 1000;
    /// @inheritdoc IServiceChallenges
    uint16 public constant MAX_PENALTY_BPS = 5000;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDisputeManager private immutable _disputeManager;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address licenseToken,
        address registry,
        address providerBond,
        address disputeManager
    )
        ChallengeChecks(licenseToken, registry, providerBond)
    {
        _disputeManager = IDisputeManager(disputeManager);
    }

    /// @notice Sets the AccessManager and the first numbers. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
        _setTerms(
            Terms({
                answerWindow: 1 days,
                cooldown: 3 days,
                feeBps: 100,
                feeFloorBps: 50,
                penaltyBps: 1000,
                penaltyFloorBps: 500,
                open: true
            })
        );
    }

    // ---- challenges

    /// @inheritdoc IServiceChallenges
    // The challenge is stored before any call that could come back, and every entrance is guarded.
    // slither-disable-next-line reentrancy-events,reentrancy-benign
    function open(
        Offer calldata offer,
        DeliveryRequest calldata request,
        bytes calldata signature,
        uint128 maxFee
    )
        external
        nonReentrant
        returns (uint256 challengeId)
    {
        Terms memory t = terms();
        if (!t.open) revert ServiceChallenges_Stopped();
        uint40 deadline = uint40(block.timestamp) + t.answerWindow;
        _requireRequest(offer, request, signature, deadline);
        (uint128 fee, uint128 penalty) = _costOf(t, offer);
        if (fee == 0) revert ServiceChallenges_BadRequest("fee");
        if (fee > maxFee) revert ServiceChallenges_FeeTooHigh(fee, maxFee);
        challengeId = _store(request, t.cooldown, deadline, fee);
        emit ChallengeOpened(
            challengeId, request.licenseId, offer.provider, msg.sender, request, fee, penalty, deadline
        );
        _pull(offer.token, msg.sender, fee);
        // How much of the penalty there is to lock says the bond's event.
        // slither-disable-next-line unused-return
        _bonds.lock(claimIdOf(challengeId), offer.provider, offer.token, _idOf(offer), penalty);
    }

    /// @inheritdoc IServiceChallenges
    // The challenge has ended before any call; a refused payment is only credited.
    // slither-disable-next-line reentrancy-events,reentrancy-benign
    function answer(
        Offer calldata offer,
        AvailabilityReceipt calldata receipt,
        uint32 size,
        uint8 flags,
        bytes32[] calldata proof,
        address signer,
        bytes calldata signature
    )
        external
        nonReentrant
    {
        uint256 challengeId = receipt.challengeId;
        StoredChallenge memory c = _openAt(challengeId);
        if (block.timestamp > c.deadline) revert ServiceChallenges_TooLate(challengeId, c.deadline);
        _requireOffer(c.licenseId, offer);
        _requireAnswer(offer, c, receipt, signer, signature);
        _requireLeaf(offer.datasetId, c, receipt, size, flags, proof);
        _storage().challenges[challengeId].state = State.Answered;
        address paidTo = _bonds.payoutOf(offer.provider);
        emit ChallengeAnswered(challengeId, receipt.digest, signer, paidTo, c.fee);
        _bonds.unlock(claimIdOf(challengeId));
        _push(offer.token, paidTo, c.fee);
    }

    /// @inheritdoc IServiceChallenges
    // The challenge has ended before any call that pays; a refused payment is only credited.
    // slither-disable-next-line reentrancy-events,reentrancy-benign
    function fault(uint256 challengeId, Offer calldata offer) external nonReentrant {
        StoredChallenge memory c = _openAt(challengeId);
        if (block.timestamp <= c.deadline) revert ServiceChallenges_TooEarly(challengeId, uint256(c.deadline) + 1);
        _requireOffer(c.licenseId, offer);
        ILicenseToken.Access access = _accessNow(c.licenseId, c.version);
        // A license that has expired since gave access until the deadline: that was asked at the opening.
        if (access == ILicenseToken.Access.Granted || access == ILicenseToken.Access.Expired) {
            _storage().challenges[challengeId].state = State.Faulted;
            _punish(challengeId, c, offer);
        } else {
            _storage().challenges[challengeId].state = State.Void;
            emit ChallengeVoided(challengeId, uint8(access), c.fee);
            _bonds.unlock(claimIdOf(challengeId));
        }
        _push(offer.token, c.challenger, c.fee);
    }

    // ---- governance

    /// @inheritdoc IServiceChallenges
    function setTerms(Terms calldata terms_) external restricted {
        if (keccak256(abi.encode(terms_)) == keccak256(abi.encode(terms()))) {
            revert ServiceChallenges_NoChange();
        }
        _setTerms(terms_);
    }

    /// @inheritdoc IServiceChallenges
    function stop() external restricted {
        Terms memory t = terms();
        if (!t.open) revert ServiceChallenges_NoChange();
        t.open = false;
        _setTerms(t);
    }

    // ---- views

    /// @inheritdoc IServiceChallenges
    function terms() public view returns (Terms memory) {
        ChallengeStorage storage $ = _storage();
        return $.terms[$.termsIndex];
    }

    /// @inheritdoc IServiceChallenges
    function challengeOf(uint256 challengeId) external view returns (Challenge memory) {
        StoredChallenge memory c = _storage().challenges[challengeId];
        return Challenge({
            licenseId: c.licenseId,
            version: c.version,
            encoding: c.encoding,
            chunk: c.chunk,
            openedAt: c.openedAt,
            deadline: c.deadline,
            state: c.state,
            challenger: c.challenger,
            fee: c.fee
        });
    }

    /// @inheritdoc IServiceChallenges
    function challengeCount() external view returns (uint256) {
        return _storage().count;
    }

    /// @inheritdoc IServiceChallenges
    function lastOf(uint256 licenseId) external view returns (uint256 challengeId, uint64 sequence, uint40 openedAt) {
        Last memory last = _storage().last[licenseId];
        return (last.challengeId, last.sequence, last.openedAt);
    }

    /// @inheritdoc IServiceChallenges
    function costOf(Offer calldata offer) external view returns (uint128 fee, uint128 penalty) {
        return _costOf(terms(), offer);
    }

    /// @inheritdoc IServiceChallenges
    function claimIdOf(uint256 challengeId) public view returns (bytes32) {
        return keccak256(abi.encode(address(this), challengeId));
    }

    // ---- private

    /// @dev The penalty, at the terms of the opening; and where nothing was delivered yet, the money back and the license's end,
    /// which the licensee asked for with its request.
    // Callers have ended the challenge, and are guarded.
    // slither-disable-next-line reentrancy-benign,reentrancy-events
    function _punish(uint256 challengeId, StoredChallenge memory c, Offer calldata offer) private {
        uint128 refunded = 0;
        if (_isUndelivered(c.licenseId)) refunded = _disputeManager.applyFault(c.licenseId, offer, c.challenger);
        emit ChallengeFaulted(challengeId, offer.provider, refunded, c.fee);
        // What is left out is nothing.
        // slither-disable-next-line uninitialized-local
        IProviderBond.SlashOrder memory order;
        (order.provider, order.token, order.offerId) = (offer.provider, offer.token, _idOf(offer));
        (order.claimId, order.licenseId) = (claimIdOf(challengeId), c.licenseId);
        (, order.penalty) = _costOf(_storage().terms[c.termsIndex], offer);
        order.reporter = c.challenger;
        order.evidence = bytes32(challengeId);
        // What it came to says the bond's event.
        // slither-disable-next-line unused-return
        _bonds.slash(order);
    }

    /// @dev Whether the license's money is still held and no receipt was recorded. Rails without holds know no delivery.
    function _isUndelivered(uint256 licenseId) private view returns (bool) {
        // Only the rail is asked for.
        // slither-disable-next-line unused-return
        (, address rail) = _licenses.releaseOf(licenseId);
        return TrustEvidence.holdOf(rail, licenseId) == IEscrowRail.HoldState.Held;
    }

    function _store(
        DeliveryRequest calldata request,
        uint32 cooldown,
        uint40 deadline,
        uint128 fee
    )
        private
        returns (uint256 challengeId)
    {
        ChallengeStorage storage $ = _storage();
        Last memory last = $.last[request.licenseId];
        uint256 from = last.challengeId == 0 ? 0 : uint256(last.openedAt) + cooldown;
        if (block.timestamp < from) revert ServiceChallenges_TooSoon(request.licenseId, from);
        if (request.sequence <= last.sequence) revert ServiceChallenges_BadRequest("sequence");
        challengeId = ++$.count;
        uint40 present = uint40(block.timestamp);
        $.last[request.licenseId] =
            Last({ challengeId: uint64(challengeId), sequence: request.sequence, openedAt: present });
        // Licenses and chunks are counted in fewer bits; the fee was checked when it was worked out.
        $.challenges[challengeId] = StoredChallenge({
            licenseId: uint64(request.licenseId),
            version: request.version,
            encoding: request.encoding,
            chunk: uint40(request.chunk),
            openedAt: present,
            deadline: deadline,
            state: State.Open,
            termsIndex: $.termsIndex,
            challenger: msg.sender,
            fee: uint96(fee)
        });
    }

    function _setTerms(Terms memory t) private {
        if (t.answerWindow < MIN_ANSWER_WINDOW || t.answerWindow > MAX_ANSWER_WINDOW) {
            revert ServiceChallenges_BadField("answerWindow", t.answerWindow);
        }
        // So a license has one open challenge at most.
        if (t.cooldown <= t.answerWindow || t.cooldown > MAX_COOLDOWN) {
            revert ServiceChallenges_BadField("cooldown", t.cooldown);
        }
        if (t.feeBps > MAX_FEE_BPS) revert ServiceChallenges_BadField("feeBps", t.feeBps);
        if (t.feeFloorBps == 0 || t.feeFloorBps > MAX_FEE_BPS) {
            revert ServiceChallenges_BadField("feeFloorBps", t.feeFloorBps);
        }
        if (t.penaltyBps < t.feeBps || t.penaltyBps > MAX_PENALTY_BPS) {
            revert ServiceChallenges_BadField("penaltyBps", t.penaltyBps);
        }
        if (t.penaltyFloorBps < t.feeFloorBps || t.penaltyFloorBps > MAX_PENALTY_BPS) {
            revert ServiceChallenges_BadField("penaltyFloorBps", t.penaltyFloorBps);
        }
        ChallengeStorage storage $ = _storage();
        $.terms[++$.termsIndex] = t;
        emit TermsSet(t);
    }
}
