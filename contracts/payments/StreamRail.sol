// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IStreamRail } from "../interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../interfaces/payments/IStreamVault.sol";
import { ServiceReport } from "../types/Messages.sol";
import { Offer } from "../types/Offer.sol";
import { PaymentRail } from "./PaymentRail.sol";
import { StreamDeals } from "./StreamDeals.sol";
import { StreamEpochs } from "./StreamEpochs.sol";
import { StreamData, StreamFlags } from "./StreamState.sol";
import { StreamTermsLib } from "./StreamTermsLib.sol";
import { IConstantFlowMinimal, ISuperTokenMinimal, ISuperfluidHostMinimal } from "./superfluid/ISuperfluidMinimal.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";
import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Streams, escrowed by epochs
/// @notice See IStreamRail: the state machine is described there.
contract StreamRail is StreamEpochs {
    using SafeERC20 for IERC20;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _host;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _flows;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IERC721 private immutable _registry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _vaultTemplate;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address market,
        address licenseToken,
        address distributor,
        address disputeManager,
        address registry,
        address offers,
        address host,
        address flows,
        address vaultTemplate
    )
        PaymentRail(market, licenseToken, distributor, disputeManager)
        StreamEpochs(offers)
    {
        // Without Superfluid no license could be sold.
        // slither-disable-next-line missing-zero-check
        (_host, _flows) = (host, flows);
        _registry = IERC721(registry);
        // Without a template no license could be sold.
        // slither-disable-next-line missing-zero-check
        _vaultTemplate = vaultTemplate;
    }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    // ---- purchase

    /// @inheritdoc IPaymentRail
    /// @dev `railData` is empty, or `abi.encode(uint256)`: base units of the token that the rail wraps for the payer first, out
    /// of an allowance to the rail. Nothing is due: the flow pays.
    // The market opens each license once and is guarded; the stream is booked before the flow starts.
    // slither-disable-next-line reentrancy-benign
    function open(
        uint256 licenseId,
        Offer calldata offer,
        address,
        address payer,
        bytes calldata railData
    )
        external
        onlyMarket
        nonReentrant
        returns (uint128 due)
    {
        IStreamVault.Deal memory d = _offers.dealOf(offer.token, offer.price, offer.railTerms);
        (d.payer, d.start) = (payer, uint40(block.timestamp));
        address vault =
            Clones.cloneDeterministicWithImmutableArgs(_vaultTemplate, StreamDeals.encode(d), bytes32(licenseId));
        StreamData storage s = _stream(licenseId);
        (s.vault, s.start, s.grace, s.flags) =
        (vault, d.start, StreamTermsLib.grace(offer.railTerms), StreamFlags.OPENED);
        emit StreamOpened(licenseId, payer, vault, d.superToken, d.rate, d.start);
        if (railData.length != 0) _wrapFor(d, offer.token, abi.decode(railData, (uint256)));
        _setFlow(vault, d, d.rate, false);
        return 0;
    }

    // ---- epochs

    /// @inheritdoc IPaymentRail
    function settle(uint256 licenseId, Offer calldata offer) external nonReentrant returns (uint128 released) {
        (StreamData storage s, Deal memory deal) = _movable(licenseId, offer);
        (uint24 to, bool refunds) = _due(s, deal, offer.railTerms);
        uint128 held = deal.vault.take(_boundary(s, deal, to));
        return _conclude(s, deal, offer, to, held, refunds ? held : 0, refunds ? Outcome.Faulted : Outcome.Proven);
    }

    /// @inheritdoc IStreamRail
    function submitReport(
        uint256 licenseId,
        Offer calldata offer,
        ServiceReport calldata report,
        bytes calldata signature
    )
        external
        nonReentrant
    {
        (StreamData storage s, Deal memory deal) = _dealOf(licenseId, offer);
        _submitReport(s, deal, offer, report, signature);
    }

    /// @inheritdoc IStreamRail
    function contest(uint256 licenseId, Offer calldata offer, bytes32 reasonHash) external nonReentrant {
        (StreamData storage s, Deal memory deal) = _dealOf(licenseId, offer);
        _contest(s, deal, offer, reasonHash);
    }

    /// @inheritdoc IStreamRail
    function rule(uint256 licenseId, Offer calldata offer, uint128 refundAmount) external nonReentrant {
        (StreamData storage s, Deal memory deal) = _movable(licenseId, offer);
        if (msg.sender != offer.arbitrator) revert PaymentRail_NotAllowed(licenseId, msg.sender);
        _requireFlags(licenseId, s, StreamFlags.CONTESTED, 0);
        _requireNotAfter(licenseId, s.deadline);
        uint24 to = s.reportedTo;
        uint128 held = deal.vault.take(_boundary(s, deal, to));
        if (refundAmount > held) revert StreamRail_AmountTooHigh(refundAmount, held);
        _conclude(s, deal, offer, to, held, refundAmount, Outcome.Ruled);
    }

    /// @inheritdoc IStreamRail
    function concede(uint256 licenseId, Offer calldata offer, uint24 toEpoch) external nonReentrant {
        (StreamData storage s, Deal memory deal) = _movable(licenseId, offer);
        if (msg.sender != offer.provider) revert PaymentRail_NotAllowed(licenseId, msg.sender);
        // A contest is about its whole range, and about a bond.
        if (s.flags & StreamFlags.CONTESTED != 0 && toEpoch < s.reportedTo) {
            revert StreamRail_WrongEpoch(licenseId, toEpoch, s.reportedTo, type(uint24).max);
        }
        uint24 to = _requireOver(s, deal, toEpoch);
        uint128 held = deal.vault.take(_boundary(s, deal, to));
        _conclude(s, deal, offer, to, held, held, Outcome.Faulted);
    }

    // ---- the flow

    /// @inheritdoc IStreamRail
    function pause(uint256 licenseId, Offer calldata offer) external nonReentrant {
        Deal memory deal = _running(licenseId, offer);
        _requirePayer(deal);
        emit StreamPaused(licenseId);
        deal.vault.stop(true, false);
    }

    /// @inheritdoc IStreamRail
    function reopen(uint256 licenseId, Offer calldata offer) external nonReentrant {
        Deal memory deal = _running(licenseId, offer);
        IStreamVault.Deal memory d = _requirePayer(deal);
        uint256 running = deal.vault.sync();
        uint96 rate = deal.vault.rate();
        if (running == rate) revert StreamRail_WrongRate(licenseId, rate, rate);
        emit StreamReopened(licenseId, rate);
        _setFlow(address(deal.vault), d, rate, running != 0);
        // The vault looks; what it saw is not asked for.
        // slither-disable-next-line unused-return
        deal.vault.sync();
    }

    /// @inheritdoc IStreamRail
    function changeRate(uint256 licenseId, Offer calldata offer, uint96 rate) external nonReentrant {
        Deal memory deal = _running(licenseId, offer);
        IStreamVault.Deal memory d = StreamDeals.read(address(deal.vault));
        uint96 agreed = deal.vault.rate();
        bool raises = msg.sender == d.payer && rate > agreed && rate <= uint96(type(int96).max);
        bool lowers = rate != 0 && rate < agreed && msg.sender == _registry.ownerOf(offer.datasetId);
        if (!raises && !lowers) revert StreamRail_WrongRate(licenseId, agreed, rate);
        emit RateChanged(licenseId, msg.sender, rate);
        deal.vault.setRate(rate);
        if (lowers) return;
        _setFlow(address(deal.vault), d, rate, deal.vault.sync() != 0);
        // The vault looks; what it saw is not asked for.
        // slither-disable-next-line unused-return
        deal.vault.sync();
    }

    /// @inheritdoc IStreamRail
    function sync(uint256 licenseId) external nonReentrant {
        // The vault looks; what it saw is not asked for.
        // slither-disable-next-line unused-return
        IStreamVault(_known(licenseId).vault).sync();
    }

    /// @inheritdoc IStreamRail
    function sweep(uint256 licenseId) external nonReentrant {
        StreamData storage s = _known(licenseId);
        // A struct in memory starts as zeros; the rest is not asked for.
        // slither-disable-next-line uninitialized-local
        Deal memory deal;
        (deal.licenseId, deal.vault, deal.end) = (licenseId, IStreamVault(s.vault), _endOf(s, _headOf(licenseId)));
        // A flow opened after the end pays for nothing.
        if (s.flags & StreamFlags.ENDED != 0) deal.vault.stop(false, true);
        _sweep(s, deal);
    }

    // ---- the end

    /// @inheritdoc IPaymentRail
    /// @dev The dispute manager closes in the seller's favor: all is released. Anyone ends a license whose end has come. Before,
    /// holder, payer, the dataset's owner or the provider give notice by it.
    function close(uint256 licenseId, Offer calldata offer) external nonReentrant {
        (StreamData storage s, Deal memory deal) = _dealOf(licenseId, offer);
        _requireFlags(licenseId, s, 0, StreamFlags.ENDED);
        if (msg.sender == _disputeManager) return _remedy(s, deal, offer, 0);
        if (deal.end == 0 || block.timestamp < deal.end) {
            _giveNotice(s, deal, offer);
            if (block.timestamp < s.endsAt) return;
            deal.end = s.endsAt;
        }
        _end(s, deal);
        if (s.flags & StreamFlags.DONE != 0) _sweep(s, deal);
    }

    /// @inheritdoc IPaymentRail
    function freeze(uint256 licenseId) external onlyDisputeManager nonReentrant {
        StreamData storage s = _known(licenseId);
        _requireFlags(licenseId, s, 0, StreamFlags.DONE);
        if (s.flags & StreamFlags.FROZEN != 0) revert PaymentRail_Frozen(licenseId);
        s.flags |= StreamFlags.FROZEN;
        s.frozenAt = uint40(block.timestamp);
        emit StreamFrozen(licenseId, true);
    }

    /// @inheritdoc IPaymentRail
    function unfreeze(uint256 licenseId) external onlyDisputeManager nonReentrant {
        StreamData storage s = _known(licenseId);
        _requireFlags(licenseId, s, StreamFlags.FROZEN, 0);
        s.flags &= ~StreamFlags.FROZEN;
        // Nothing could be ruled or settled meanwhile; nobody shall lose by it.
        s.movedAt = uint40(block.timestamp);
        if (s.flags & StreamFlags.CONTESTED != 0) s.deadline += uint40(block.timestamp) - s.frozenAt;
        emit StreamFrozen(licenseId, false);
    }

    /// @inheritdoc IPaymentRail
    /// @dev What is held grows by the second: more than it refunds all of it.
    function refund(uint256 licenseId, Offer calldata offer, uint128 amount) external onlyDisputeManager nonReentrant {
        (StreamData storage s, Deal memory deal) = _dealOf(licenseId, offer);
        _remedy(s, deal, offer, amount);
    }

    // ---- views

    /// @inheritdoc IPaymentRail
    function standing(uint256 licenseId) external view returns (Standing) {
        StreamData storage s = _stream(licenseId);
        uint8 flags = s.flags;
        if (flags == 0) return Standing.None;
        if (flags & StreamFlags.ENDED != 0) return Standing.Closed;
        if (flags & StreamFlags.FROZEN != 0) return Standing.Frozen;
        if (flags & StreamFlags.NOTICED != 0 && block.timestamp >= s.endsAt) return Standing.Closed;
        (bool runs, bool tolerated) = IStreamVault(s.vault).payment(s.grace);
        if (runs) return Standing.Current;
        return tolerated ? Standing.Grace : Standing.Lapsed;
    }

    /// @inheritdoc IPaymentRail
    function checkOffer(Offer calldata offer) external view {
        // It reverts with the reason; what the terms come to is not asked for.
        // slither-disable-next-line unused-return
        _offers.dealOf(offer.token, offer.price, offer.railTerms);
    }

    /// @inheritdoc IStreamRail
    function streamOf(uint256 licenseId) external view returns (Stream memory) {
        StreamData storage s = _stream(licenseId);
        return Stream(
            s.vault, s.start, s.settled, s.grace, s.flags, s.reportedTo, s.deadline, s.movedAt, s.endsAt, s.contester
        );
    }

    // ---- private

    function _wrapFor(IStreamVault.Deal memory d, address token, uint256 amount) private {
        _pull(token, d.payer, amount);
        IERC20(token).forceApprove(d.superToken, amount);
        ISuperTokenMinimal(d.superToken).upgradeTo(d.payer, amount * StreamDeals.scaleOf(d.decimals), "");
    }

    /// @dev Sets the payer's flow by its flow-operator permission; Superfluid says why not.
    function _setFlow(address vault, IStreamVault.Deal memory d, uint96 rate, bool exists) private {
        bytes4 selector = exists
            ? IConstantFlowMinimal.updateFlowByOperator.selector
            : IConstantFlowMinimal.createFlowByOperator.selector;
        bytes memory call_ = abi.encodeWithSelector(selector, d.superToken, d.payer, vault, rate, "");
        // The returned context is of no use outside a callback.
        // slither-disable-next-line unused-return
        ISuperfluidHostMinimal(_host).callAgreement(_flows, call_, "");
    }

    /// @dev For moves of epochs' money: the deal, unless a dispute holds it or all is over.
    function _movable(
        uint256 licenseId,
        Offer calldata offer
    )
        private
        view
        returns (StreamData storage s, Deal memory deal)
    {
        (s, deal) = _dealOf(licenseId, offer);
        if (s.flags & StreamFlags.FROZEN != 0) revert PaymentRail_Frozen(licenseId);
        if (s.flags & StreamFlags.DONE != 0) revert StreamRail_NothingDue(licenseId);
    }

    /// @dev For changes of the flow: the deal, whose end must not have come.
    function _running(uint256 licenseId, Offer calldata offer) private view returns (Deal memory deal) {
        StreamData storage s;
        (s, deal) = _dealOf(licenseId, offer);
        _requireFlags(licenseId, s, 0, StreamFlags.ENDED);
        if (deal.end != 0) _requireNotAfter(licenseId, deal.end - 1);
    }

    function _requirePayer(Deal memory deal) private view returns (IStreamVault.Deal memory d) {
        d = StreamDeals.read(address(deal.vault));
        if (msg.sender != d.payer) revert PaymentRail_NotAllowed(deal.licenseId, msg.sender);
    }

    function _giveNotice(StreamData storage s, Deal memory deal, Offer calldata offer) private {
        uint256 licenseId = deal.licenseId;
        _requireFlags(licenseId, s, 0, StreamFlags.NOTICED);
        bool seller = msg.sender == offer.provider || msg.sender == _registry.ownerOf(offer.datasetId);
        if (!seller && msg.sender != StreamDeals.read(address(deal.vault)).payer) _requireHolder(licenseId);
        uint40 endsAt = uint40(block.timestamp + StreamTermsLib.notice(offer.railTerms));
        s.endsAt = endsAt;
        s.flags |= StreamFlags.NOTICED;
        emit NoticeGiven(licenseId, msg.sender, endsAt);
    }

    /// @dev Ends stream and license. Epochs until the end stay to be concluded.
    // Callers are guarded, and the vault and the license token are the protocol's own.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function _end(StreamData storage s, Deal memory deal) private {
        deal.vault.stop(false, true);
        uint8 flags = s.flags | StreamFlags.ENDED;
        if (s.settled >= _over(s, deal, block.timestamp)) flags |= StreamFlags.DONE;
        s.flags = flags;
        emit StreamEnded(deal.licenseId);
        _licenseToken.end(deal.licenseId);
    }

    /// @dev A ruling of the dispute manager: concludes all that is held, frozen or not, and ends the license.
    function _remedy(StreamData storage s, Deal memory deal, Offer calldata offer, uint128 amount) private {
        _requireFlags(deal.licenseId, s, 0, StreamFlags.DONE);
        if (s.flags & StreamFlags.ENDED == 0) {
            if (deal.end == 0 || block.timestamp < deal.end) {
                // The end is now; from here on it reads like a notice that has run.
                (s.endsAt, deal.end) = (uint40(block.timestamp), block.timestamp);
                s.flags |= StreamFlags.NOTICED;
            }
            _end(s, deal);
        }
        s.flags &= ~(StreamFlags.FROZEN | StreamFlags.DONE);
        uint128 held = deal.vault.take(deal.end);
        uint24 to = _over(s, deal, block.timestamp);
        _conclude(s, deal, offer, to, held, amount < held ? amount : held, Outcome.Ruled);
    }
}
