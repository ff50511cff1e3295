// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IEscrowRail } from "../interfaces/payments/IEscrowRail.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IDisputeManager } from "../interfaces/trust/IDisputeManager.sol";
import { IObjectiveFaults } from "../interfaces/trust/IObjectiveFaults.sol";
import { IProviderBond } from "../interfaces/trust/IProviderBond.sol";
import { LicenseFlags } from "../types/LicenseHead.sol";
import { DeliveryReceipt } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { FaultEvidence } from "./FaultEvidence.sol";
import { FaultMarks } from "./TrustBits.sol";
import { TrustEvidence } from "./TrustEvidence.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Faults that need no judge
/// @notice See IObjectiveFaults: what is a fault and what is not is described there.
contract ObjectiveFaults is FaultEvidence, ReentrancyGuardTransient {
    /// @inheritdoc IObjectiveFaults
    uint16 public constant MAX_PRICE_BPS = 20_000;
    /// @inheritdoc IObjectiveFaults
    uint32 public constant MIN_LATE_GRACE = 1 hours;
    /// @inheritdoc IObjectiveFaults
    uint32 public constant MAX_LATE_GRACE = 30 days;
    /// @inheritdoc IObjectiveFaults
    uint32 public constant MIN_MAX_AGE = 90 days;
    /// @inheritdoc IObjectiveFaults
    uint32 public constant MAX_MAX_AGE = 3 * 365 days;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDisputeManager private immutable _disputeManager;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address licenseToken,
        address registry,
        address providerBond,
        address disputeManager
    )
        FaultEvidence(licenseToken, registry, providerBond)
    {
        _disputeManager = IDisputeManager(disputeManager);
    }

    /// @notice Sets the AccessManager and the first numbers. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
        _setClock(Clock({ lateGrace: 6 hours, maxAge: 365 days }));
        Penalty memory content = Penalty({ priceBps: 5000, floorBps: 2500 });
        _setPenalty(Fault.WrongContent, content);
        _setPenalty(Fault.WrongRoot, content);
        _setPenalty(Fault.LateReceipt, Penalty({ priceBps: 2500, floorBps: 1000 }));
        _setPenalty(Fault.Equivocation, Penalty({ priceBps: 2000, floorBps: 0 }));
    }

    // ---- licenses

    /// @inheritdoc IObjectiveFaults
    function wrongContent(
        Offer calldata offer,
        SignedReceipt calldata signed,
        Contradiction calldata proof
    )
        external
        nonReentrant
        returns (uint128 refunded, uint128 compensated)
    {
        Case memory c = _checked(offer, signed);
        DeliveryReceipt calldata receipt = signed.receipt;
        _requireContradiction(
            receipt,
            proof,
            _registry.encodingOf(receipt.datasetId, receipt.version, receipt.encoding).encodingRoot,
            _registry.versionOf(receipt.datasetId, receipt.version).chunkCount
        );
        return _applyContentFault(offer, Fault.WrongContent, c);
    }

    /// @inheritdoc IObjectiveFaults
    function wrongRoot(
        Offer calldata offer,
        SignedReceipt calldata signed
    )
        external
        nonReentrant
        returns (uint128 refunded, uint128 compensated)
    {
        Case memory c = _checked(offer, signed);
        DeliveryReceipt calldata receipt = signed.receipt;
        IDatasetRegistry.Encoding memory encoding =
            _registry.encodingOf(receipt.datasetId, receipt.version, receipt.encoding);
        if (receipt.encodingRoot == encoding.encodingRoot) revert ObjectiveFaults_NoFault();
        return _applyContentFault(offer, Fault.WrongRoot, c);
    }

    /// @inheritdoc IObjectiveFaults
    // The bond refuses a second time before anything is paid; the event tells of the first.
    // slither-disable-next-line reentrancy-events
    function lateReceipt(Offer calldata offer, SignedReceipt calldata signed) external nonReentrant {
        Case memory c = _checked(offer, signed);
        // What a rail or a ruling ended otherwise has no time on chain.
        uint256 expiry = c.head.expiry();
        uint256 end = expiry + _storage().numbers.lateGrace;
        if (expiry == 0 || signed.receipt.servedUntil <= end) revert ObjectiveFaults_NoFault();
        IProviderBond.SlashOrder memory order = _orderOf(offer, Fault.LateReceipt, c);
        order.mark = FaultMarks.LATE;
        emit FaultProven(order.claimId, offer.provider, Fault.LateReceipt, c.licenseId, msg.sender, c.evidence, 0);
        _slash(order);
    }

    // ---- logs

    /// @inheritdoc IObjectiveFaults
    function equivocation(
        SignedHead calldata smaller,
        SignedHead calldata larger,
        bytes32[] calldata path,
        address token
    )
        external
        nonReentrant
    {
        (address provider, bytes32 originHash) = (smaller.head.provider, smaller.head.originHash);
        bytes32 evidence = _requireFork(smaller, larger, path);
        bytes32 faultId = logFaultId(provider, originHash, token);
        FaultStorage storage $ = _storage();
        if ($.proven[faultId]) revert ObjectiveFaults_AlreadyProven(faultId);
        $.proven[faultId] = true;
        if ($.forkedAt[provider][originHash] == 0) {
            $.forkedAt[provider][originHash] = uint40(block.timestamp);
            emit LogForked(
                provider, originHash, smaller.head.size, smaller.head.root, larger.head.size, larger.head.root
            );
        }
        // What is left out is nothing.
        // slither-disable-next-line uninitialized-local
        IProviderBond.SlashOrder memory order;
        (order.provider, order.token, order.claimId) = (provider, token, faultId);
        (order.reporter, order.evidence) = (msg.sender, evidence);
        uint256 stake = _bonds.stakeOf(provider, token);
        order.penalty = uint128(stake * _penaltyOf(Fault.Equivocation).priceBps / BPS);
        emit FaultProven(faultId, provider, Fault.Equivocation, 0, msg.sender, evidence, 0);
        _slash(order);
    }

    // ---- governance

    /// @inheritdoc IObjectiveFaults
    function setPenalty(Fault fault, Penalty calldata penalty) external restricted {
        Penalty memory present = _penaltyOf(fault);
        if (present.priceBps == penalty.priceBps && present.floorBps == penalty.floorBps) {
            revert ObjectiveFaults_NoChange();
        }
        _setPenalty(fault, penalty);
    }

    /// @inheritdoc IObjectiveFaults
    function setClock(Clock calldata clock_) external restricted {
        Clock memory present = clock();
        if (present.lateGrace == clock_.lateGrace && present.maxAge == clock_.maxAge) {
            revert ObjectiveFaults_NoChange();
        }
        _setClock(clock_);
    }

    // ---- views

    /// @inheritdoc IObjectiveFaults
    function penaltyOf(Fault fault) external view returns (Penalty memory) {
        return _penaltyOf(fault);
    }

    /// @inheritdoc IObjectiveFaults
    function clock() public view returns (Clock memory) {
        Numbers storage numbers = _storage().numbers;
        return Clock({ lateGrace: numbers.lateGrace, maxAge: numbers.maxAge });
    }

    /// @inheritdoc IObjectiveFaults
    function forkedAt(address provider, bytes32 originHash) external view returns (uint40) {
        return _storage().forkedAt[provider][originHash];
    }

    /// @inheritdoc IObjectiveFaults
    function licenseFaultId(uint256 licenseId, Fault fault) public pure returns (bytes32) {
        // Both content faults are one.
        if (fault == Fault.WrongRoot) fault = Fault.WrongContent;
        return keccak256(abi.encode(fault, licenseId));
    }

    /// @inheritdoc IObjectiveFaults
    function logFaultId(address provider, bytes32 originHash, address token) public pure returns (bytes32) {
        return keccak256(abi.encode(Fault.Equivocation, provider, originHash, token));
    }

    // ---- private

    /// @dev Refunds what is held and ends the license, then takes the rest of the loss and the penalty from the bond.
    // The bond refuses a second time, and callers are guarded: what neighbors pay out meanwhile changes nothing here.
    // slither-disable-next-line reentrancy-events
    function _applyContentFault(
        Offer calldata offer,
        Fault fault,
        Case memory c
    )
        private
        returns (uint128 refunded, uint128 compensated)
    {
        IProviderBond.SlashOrder memory order = _orderOf(offer, fault, c);
        // Of a hold that has ended nothing is held.
        if (TrustEvidence.holdOf(c.rail, c.licenseId) < IEscrowRail.HoldState.Released) {
            refunded = _disputeManager.applyFault(c.licenseId, offer, msg.sender);
        }
        emit FaultProven(order.claimId, offer.provider, fault, c.licenseId, msg.sender, c.evidence, refunded);
        order.mark = FaultMarks.CONTENT;
        // A license that its rail had ended before was paid back, or its end was somebody's choice: no loss is left.
        if (!c.head.hasAny(LicenseFlags.ENDED)) {
            order.harmed = IERC721(address(_licenses)).ownerOf(c.licenseId);
            order.loss = uint128(Math.saturatingSub(offer.price, refunded));
        }
        compensated = _slash(order);
    }

    function _orderOf(
        Offer calldata offer,
        Fault fault,
        Case memory c
    )
        private
        view
        returns (IProviderBond.SlashOrder memory order)
    {
        (order.provider, order.token, order.offerId) = (offer.provider, offer.token, c.offerId);
        (order.claimId, order.licenseId) = (licenseFaultId(c.licenseId, fault), c.licenseId);
        (order.reporter, order.evidence) = (msg.sender, c.evidence);
        Penalty memory penalty = _penaltyOf(fault);
        uint256 byPrice = uint256(offer.price) * penalty.priceBps / BPS;
        uint256 byBond = uint256(_bonds.requiredBond(offer.token, 0)) * penalty.floorBps / BPS;
        order.penalty = uint128(Math.min(Math.max(byPrice, byBond), type(uint128).max));
    }

    function _slash(IProviderBond.SlashOrder memory order) private returns (uint128 toHarmed) {
        // What reporter and treasury got says the bond's event.
        // slither-disable-next-line unused-return
        (toHarmed,,) = _bonds.slash(order);
    }

    function _setPenalty(Fault fault, Penalty memory penalty) private {
        if (fault == Fault.None) revert ObjectiveFaults_BadField("fault", 0);
        uint256 most = fault == Fault.Equivocation ? BPS : MAX_PRICE_BPS;
        if (penalty.priceBps == 0 || penalty.priceBps > most) {
            revert ObjectiveFaults_BadField("priceBps", penalty.priceBps);
        }
        if (penalty.floorBps > BPS) revert ObjectiveFaults_BadField("floorBps", penalty.floorBps);
        _storePenalty(fault, penalty);
        emit PenaltySet(fault, penalty.priceBps, penalty.floorBps);
    }

    function _setClock(Clock memory c) private {
        if (c.lateGrace < MIN_LATE_GRACE || c.lateGrace > MAX_LATE_GRACE) {
            revert ObjectiveFaults_BadField("lateGrace", c.lateGrace);
        }
        if (c.maxAge < MIN_MAX_AGE || c.maxAge > MAX_MAX_AGE) revert ObjectiveFaults_BadField("maxAge", c.maxAge);
        Numbers storage numbers = _storage().numbers;
        (numbers.lateGrace, numbers.maxAge) = (c.lateGrace, c.maxAge);
        emit ClockSet(c.lateGrace, c.maxAge);
    }
}
