// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IArbitrator } from "../interfaces/trust/IArbitrator.sol";
import { Offer } from "../types/Offer.sol";
import { BondFloat } from "./BondFloat.sol";
import { DisputeMath } from "./DisputeMath.sol";
import { DisputeFlags, DisputeReasons } from "./DisputeReasons.sol";
import { DisputeState } from "./DisputeState.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice From the answer to the ruling: evidence, counter-bonds, arbitrators and the appeal.
abstract contract DisputeRulings is DisputeState {
    using DisputeReasons for Reason;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    // ---- evidence

    /// @notice See IDisputeManager.
    function respond(uint256 disputeId, Offer calldata offer, Evidence calldata evidence) external {
        StoredDispute storage d = _in(disputeId, Phase.Open);
        _requireNotAfter(disputeId, d.deadline);
        if (msg.sender != d.respondent) {
            // Who serves the data may know more than who sold it.
            bool mayAnswer = d.flags & DisputeFlags.BUYER != 0 && msg.sender == offer.provider;
            if (!mayAnswer) revert DisputeManager_NotAllowed(disputeId, msg.sender);
            _requireOffer(d.subjectId, offer);
        }
        _setAnswered(disputeId, d);
        emit EvidenceSubmitted(disputeId, msg.sender, evidence.hash, evidence.uri, evidence.recipient);
    }

    /// @notice See IDisputeManager.
    function submitEvidence(uint256 disputeId, Evidence calldata evidence) external {
        _open(disputeId);
        emit EvidenceSubmitted(disputeId, msg.sender, evidence.hash, evidence.uri, evidence.recipient);
    }

    /// @notice See IDisputeManager.
    function showChunkKey(uint256 disputeId, uint16 encoding, ChunkEvidence calldata evidence) external {
        StoredDispute storage d = _open(disputeId);
        if (d.reason.subject() != Subject.License) revert DisputeManager_BadEvidence("subject");
        _reader.checkChunk(d.subjectId, encoding, evidence);
        emit ChunkKeyShown(disputeId, msg.sender, encoding, evidence);
    }

    // ---- rulings

    /// @notice See IDisputeManager.
    // The phase has changed before the arbitrator is called, and the entrance is guarded.
    // slither-disable-next-line reentrancy-eth,reentrancy-benign,reentrancy-events
    function refer(uint256 disputeId, bytes calldata extra) external payable nonReentrant {
        StoredDispute storage d = _in(disputeId, Phase.Open);
        uint40 deadline = d.deadline;
        if (d.flags & DisputeFlags.ANSWERED == 0) _requireAfter(disputeId, deadline);
        _requireNotAfter(disputeId, uint256(deadline) + _storage().numbers[d.numbers].referWindow);
        Judge memory judge = _storage().judges[d.judge];
        if (!judge.listed) revert DisputeManager_NoArbitrator();
        _ask(disputeId, d, judge, 0, extra);
    }

    /// @notice See IDisputeManager.
    function rule(uint256 disputeId, Ruling calldata ruling) external nonReentrant {
        StoredDispute storage d = _in(disputeId, Phase.Asked);
        (Judge memory judge, uint8 round) = _judgeOf(d);
        if (msg.sender != judge.arbitrator) revert DisputeManager_NotAllowed(disputeId, msg.sender);
        _requireNotAfter(disputeId, d.deadline);
        bytes32 wrong = DisputeMath.wrongPart(d.reason, ruling);
        if (wrong != 0) revert DisputeManager_BadRuling(disputeId, wrong);
        // Also where no appeal is open, both sides see what the first ruling will do before it is done.
        uint256 window = round == 0 ? _storage().numbers[d.numbers].appealWindow : 0;
        uint40 appealBy = uint40(block.timestamp + window);
        (d.phase, d.deadline) = (Phase.Ruled, appealBy);
        _storage().rulings[disputeId] = ruling;
        emit DisputeRuled(disputeId, round, ruling, appealBy);
    }

    /// @notice See IDisputeManager.
    // The appeal is booked before any other contract is called, and the entrance is guarded.
    // slither-disable-next-line reentrancy-eth,reentrancy-benign,reentrancy-events
    function appeal(uint256 disputeId, Offer calldata offer, bytes calldata extra) external payable nonReentrant {
        StoredDispute storage d = _in(disputeId, Phase.Ruled);
        if (msg.sender != d.claimant && msg.sender != d.respondent) {
            revert DisputeManager_NotAllowed(disputeId, msg.sender);
        }
        if (d.flags & DisputeFlags.APPEALED != 0) revert DisputeManager_WrongPhase(disputeId, Phase.Ruled);
        _requireNotAfter(disputeId, d.deadline);
        DisputeManagerStorage storage $ = _storage();
        uint16 higher = $.judges[d.judge].appealTo;
        if (higher == 0) revert DisputeManager_NoArbitrator();
        Numbers storage numbers = $.numbers[d.numbers];
        address token = _tokenOf(d, offer);
        uint256 bond = uint256(BondFloat.unpack(d.bond)) * numbers.appealFactor;
        $.appeals[disputeId] = AppealBond(msg.sender, bond.toUint96());
        d.flags |= DisputeFlags.APPEALED;
        emit DisputeAppealed(disputeId, msg.sender, token, uint128(bond));
        if ($.rulings[disputeId].endsAt != 0) {
            d.flags |= DisputeFlags.ACCESS;
            _holdAccess(d.subjectId);
        }
        _ask(disputeId, d, $.judges[higher], 1, extra);
        _pull(token, msg.sender, bond);
    }

    // ---- shared

    /// @dev The arbitrator whose turn it is.
    function _judgeOf(StoredDispute storage d) internal view returns (Judge memory judge, uint8 round) {
        DisputeManagerStorage storage $ = _storage();
        judge = $.judges[d.judge];
        if (d.flags & DisputeFlags.APPEALED != 0) (judge, round) = ($.judges[judge.appealTo], 1);
    }

    /// @dev Hands the dispute to an arbitrator, with what it costs out of the caller's pocket.
    // Callers are guarded; what is over of the native currency is the caller's own.
    // slither-disable-next-line arbitrary-send-eth
    function _ask(
        uint256 disputeId,
        StoredDispute storage d,
        Judge memory judge,
        uint8 round,
        bytes calldata extra
    )
        private
    {
        uint40 ruleBy = uint40(block.timestamp + judge.rulingWindow);
        (d.phase, d.deadline) = (Phase.Asked, ruleBy);
        emit DisputeReferred(disputeId, round, judge.arbitrator, ruleBy);
        IArbitrator arbitrator = IArbitrator(judge.arbitrator);
        (address token, uint256 amount, uint256 native) = arbitrator.cost(round);
        if (msg.value < native) revert DisputeManager_CostNotPaid(msg.value, native);
        if (amount != 0) IERC20(token).safeTransferFrom(msg.sender, judge.arbitrator, amount);
        arbitrator.request{ value: native }(disputeId, round, msg.sender, extra);
        if (msg.value > native) Address.sendValue(payable(msg.sender), msg.value - native);
    }

    /// @dev Interim, by ruling: who lost the license at first instance does not use it while an appeal runs.
    function _holdAccess(uint256 licenseId) private {
        uint16 holds = ++_storage().licenses[licenseId].access;
        emit LicenseHeld(licenseId, false, true, holds);
        if (holds == 1) _licenseToken.setFrozen(licenseId, true);
    }
}
