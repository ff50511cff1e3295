// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBondCover } from "../interfaces/payments/IBondCover.sol";
import { ILiveStreamRail } from "../interfaces/payments/ILiveStreamRail.sol";
import { ILiveVault } from "../interfaces/payments/ILiveVault.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IStreamOffers } from "../interfaces/payments/IStreamOffers.sol";
import { IStreamVault } from "../interfaces/payments/IStreamVault.sol";
import { LicenseHead } from "../types/LicenseHead.sol";
import { Offer } from "../types/Offer.sol";
import { LiveBook } from "./LiveBook.sol";
import { PaymentRail } from "./PaymentRail.sol";
import { StreamDeals } from "./StreamDeals.sol";
import { StreamTermsLib } from "./StreamTermsLib.sol";
import { IConstantFlowMinimal, ISuperTokenMinimal, ISuperfluidHostMinimal } from "./superfluid/ISuperfluidMinimal.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";
import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Streams without holdback
/// @notice See ILiveStreamRail.
contract LiveStreamRail is LiveBook {
    using SafeERC20 for IERC20;

    /// @dev Where a live stream is fixed and who calls about it.
    struct Parts {
        address superToken;
        uint96 rate;
        uint96 poolRate;
        address pool;
        address payer;
    }

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IStreamOffers private immutable _offers;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _host;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _flows;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _vaultTemplate;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _providerBond;

    /// @param flows The Constant Flow Agreement.
    /// @param providerBond Where provider bonds will be: without code there, every offer is refused.
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
        address gdaForwarder,
        address vaultTemplate,
        address providerBond
    )
        PaymentRail(market, licenseToken, distributor, disputeManager)
        LiveBook(registry, gdaForwarder)
    {
        // Without any of these no license could be sold.
        // slither-disable-next-line missing-zero-check
        (_host, _flows, _vaultTemplate, _providerBond) = (host, flows, vaultTemplate, providerBond);
        _offers = IStreamOffers(offers);
    }

    /// @notice Sets the AccessManager. Once.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    // ---- purchase

    /// @inheritdoc IPaymentRail
    /// @dev `railData` is `abi.encode(uint256 buffer, uint256 wrap)`, base units out of an allowance to the rail: for the vaults'
    /// buffers (first what their deposits lack, the rest shared by rate), and for the payer's own account. Nothing is due: the flows pay.
    // The market opens each license once and is guarded; the stream is booked before flows start.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
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
        Parts memory p = _partsOf(offer);
        p.payer = payer;
        (p.pool, p.poolRate) = _routeOf(licenseId, offer.token, p.rate);
        Live storage live = _lives().lives[licenseId];
        if (p.poolRate != 0) live.contributors = _make(licenseId, p, p.pool, p.poolRate);
        (live.rate, live.rest) = (p.rate, _make(licenseId, p, _collector(p.superToken), p.rate - p.poolRate));
        emit LiveOpened(licenseId, payer, live.contributors, live.rest, p.superToken, p.rate, p.poolRate);
        (uint256 buffer, uint256 wrap) = abi.decode(railData, (uint256, uint256));
        _wrap(offer.token, p.superToken, payer, payer, wrap);
        _addBuffer(licenseId, live, offer.token, payer, p.superToken, buffer);
        _run(licenseId, live, payer, p.superToken);
        return 0;
    }

    // ---- running

    /// @inheritdoc IPaymentRail
    /// @dev Books what was passed on, and brings passing on in line with the payer's flows: stops what only the buffers pay,
    /// begins again when the flows are back. Returns base units.
    function settle(uint256 licenseId, Offer calldata offer) external nonReentrant returns (uint128 released) {
        Live storage live = _live(licenseId, offer);
        uint256 units = _book(licenseId, live, offer.token);
        (bool comes, bool passes, bool any) = _flowsOf(live);
        bool may = comes && !live.frozen && !_over(licenseId, live);
        bool right = may ? passes : !any;
        if (right && units == 0) revert LiveStreamRail_NothingDue(licenseId);
        if (!right) _align(licenseId, live, may);
        return uint128(units / _scaleOf(ILiveVault(live.rest).deal().superToken));
    }

    /// @inheritdoc ILiveStreamRail
    function pause(uint256 licenseId, Offer calldata offer) external nonReentrant {
        Live storage live = _live(licenseId, offer);
        _requirePayer(licenseId, live);
        _stop(licenseId, live);
        _book(licenseId, live, offer.token);
    }

    /// @inheritdoc ILiveStreamRail
    function reopen(uint256 licenseId, Offer calldata offer, uint256 buffer) external nonReentrant {
        Live storage live = _live(licenseId, offer);
        if (live.frozen) revert PaymentRail_Frozen(licenseId);
        if (_over(licenseId, live)) revert LiveStreamRail_WrongState(licenseId);
        ILiveVault.Deal memory d = _requirePayer(licenseId, live);
        _stop(licenseId, live);
        _book(licenseId, live, offer.token);
        _addBuffer(licenseId, live, offer.token, d.payer, d.superToken, buffer);
        _run(licenseId, live, d.payer, d.superToken);
    }

    // ---- the end

    /// @inheritdoc IPaymentRail
    /// @dev Anyone ends a license whose end has come, the dispute manager at once. Before, holder, payer, the dataset's owner or
    /// the provider give notice by it.
    function close(uint256 licenseId, Offer calldata offer) external nonReentrant {
        Live storage live = _live(licenseId, offer);
        if (msg.sender != _disputeManager && !_over(licenseId, live)) {
            _giveNotice(licenseId, live, offer);
            if (!_over(licenseId, live)) return;
        }
        _end(licenseId, live, offer.token);
    }

    /// @inheritdoc IPaymentRail
    /// @dev Whatever was not passed on is the payer's: there is no more to refund, and no less.
    function refund(uint256 licenseId, Offer calldata offer, uint128) external onlyDisputeManager nonReentrant {
        _end(licenseId, _live(licenseId, offer), offer.token);
    }

    /// @inheritdoc IPaymentRail
    // Only the license's own vaults are called.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign
    function freeze(uint256 licenseId) external onlyDisputeManager nonReentrant {
        Live storage live = _running(licenseId);
        if (live.frozen) revert PaymentRail_Frozen(licenseId);
        live.frozen = true;
        emit LiveFrozen(licenseId, true);
        // What was passed on until now is booked with the next settlement.
        _halt(licenseId, live);
    }

    /// @inheritdoc IPaymentRail
    function unfreeze(uint256 licenseId) external onlyDisputeManager nonReentrant {
        Live storage live = _running(licenseId);
        if (!live.frozen) revert LiveStreamRail_WrongState(licenseId);
        live.frozen = false;
        emit LiveFrozen(licenseId, false);
    }

    /// @inheritdoc ILiveStreamRail
    function sweep(uint256 licenseId) external nonReentrant {
        Live storage live = _lives().lives[licenseId];
        if (!live.ended) revert LiveStreamRail_WrongState(licenseId);
        _stop(licenseId, live);
        _empty(licenseId, live);
    }

    // ---- views

    /// @inheritdoc IPaymentRail
    function standing(uint256 licenseId) external view returns (Standing) {
        Live storage live = _lives().lives[licenseId];
        if (live.rest == address(0)) return Standing.None;
        if (live.ended) return Standing.Closed;
        if (live.frozen) return Standing.Frozen;
        if (live.endsAt != 0 && block.timestamp >= live.endsAt) return Standing.Closed;
        (bool comes, bool passes,) = _flowsOf(live);
        if (!passes) return Standing.Lapsed;
        return comes ? Standing.Current : Standing.Grace;
    }

    /// @inheritdoc IPaymentRail
    function checkOffer(Offer calldata offer) external view {
        _partsOf(offer);
    }

    // ---- private: the state

    /// @dev The live stream of the license, which must not have ended.
    function _running(uint256 licenseId) private view returns (Live storage live) {
        live = _lives().lives[licenseId];
        if (live.rest == address(0) || live.ended) revert LiveStreamRail_WrongState(licenseId);
    }

    function _live(uint256 licenseId, Offer calldata offer) private view returns (Live storage live) {
        live = _running(licenseId);
        _requireOffer(licenseId, offer);
    }

    /// @dev Whether the license's end has come: by notice, expiry or revocation.
    function _over(uint256 licenseId, Live storage live) private view returns (bool) {
        if (live.endsAt != 0 && live.endsAt <= block.timestamp) return true;
        // That it is a license of this rail says its stream.
        // slither-disable-next-line unused-return
        (LicenseHead head,) = _licenseToken.releaseOf(licenseId);
        return head.expiry() != 0 && head.expiry() <= block.timestamp;
    }

    function _requirePayer(uint256 licenseId, Live storage live) private view returns (ILiveVault.Deal memory d) {
        d = ILiveVault(live.rest).deal();
        if (msg.sender != d.payer) revert PaymentRail_NotAllowed(licenseId, msg.sender);
    }

    /// @dev The offer's rate, if it is live and the provider's bond covers it. A neighbor without code is never called.
    function _partsOf(Offer calldata offer) private view returns (Parts memory p) {
        IStreamVault.Deal memory d = _offers.liveDealOf(offer.token, offer.price, offer.railTerms);
        if (_providerBond.code.length == 0 || !IBondCover(_providerBond).covers(offer)) {
            revert PaymentRail_BadTerms("bond");
        }
        (p.superToken, p.rate) = (d.superToken, d.rate);
    }

    function _flowsOf(Live storage live) private view returns (bool comes, bool passes, bool any) {
        (comes, passes) = ILiveVault(live.rest).flows();
        any = passes;
        if (live.contributors == address(0)) return (comes, passes, any);
        (bool alsoComes, bool alsoPasses) = ILiveVault(live.contributors).flows();
        return (comes && alsoComes, passes && alsoPasses, any || alsoPasses);
    }

    function _scaleOf(address superToken) private view returns (uint256) {
        return StreamDeals.scaleOf(ISuperTokenMinimal(superToken).getUnderlyingDecimals());
    }

    function _giveNotice(uint256 licenseId, Live storage live, Offer calldata offer) private {
        if (live.endsAt != 0) revert LiveStreamRail_WrongState(licenseId);
        bool seller = msg.sender == offer.provider || msg.sender == _registryOwner(offer.datasetId);
        if (!seller && msg.sender != ILiveVault(live.rest).deal().payer) _requireHolder(licenseId);
        live.endsAt = uint40(block.timestamp + StreamTermsLib.notice(offer.railTerms));
        emit NoticeGiven(licenseId, msg.sender, live.endsAt);
    }

    function _registryOwner(uint256 datasetId) private view returns (address) {
        return IERC721(address(_registry)).ownerOf(datasetId);
    }

    // ---- private: vaults and flows

    function _make(uint256 licenseId, Parts memory p, address pool, uint96 rate) private returns (address) {
        bytes memory args = abi.encode(ILiveVault.Deal(p.superToken, p.payer, rate, pool));
        return Clones.cloneDeterministicWithImmutableArgs(_vaultTemplate, args, keccak256(abi.encode(licenseId, pool)));
    }

    /// @dev Takes base units from the payer and sends them, wrapped, to `to`.
    function _wrap(address token, address superToken, address payer, address to, uint256 amount) private {
        // What is asked for is nothing, or something: no balance is compared.
        // slither-disable-next-line incorrect-equality
        if (amount == 0) return;
        _pull(token, payer, amount);
        IERC20(token).forceApprove(superToken, amount);
        ISuperTokenMinimal(superToken).upgradeTo(to, amount * _scaleOf(superToken), "");
    }

    function _addBuffer(
        uint256 licenseId,
        Live storage live,
        address token,
        address payer,
        address superToken,
        uint256 amount
    )
        private
    {
        if (amount == 0) return;
        emit BufferAdded(licenseId, token, amount);
        uint256 rest = live.contributors == address(0) ? amount : _restOf(live, superToken, amount);
        _wrap(token, superToken, payer, live.rest, rest);
        _wrap(token, superToken, payer, live.contributors, amount - rest);
    }

    /// @dev What of a buffer goes to the rest's vault. Each gets first what its deposit lacks: Superfluid has a least deposit in
    /// some tokens, which a small part of the rate would miss. What is left is shared by rate.
    function _restOf(Live storage live, address superToken, uint256 amount) private view returns (uint256) {
        uint96 rate = ILiveVault(live.rest).deal().rate;
        uint256 lacks = _lackOf(superToken, live.rest, rate);
        uint256 scale = _scaleOf(superToken);
        uint256 spare =
            Math.saturatingSub(amount * scale, lacks + _lackOf(superToken, live.contributors, live.rate - rate));
        return Math.min(amount, Math.ceilDiv(lacks + Math.mulDiv(spare, rate, live.rate), scale));
    }

    /// @dev Units that a vault that passes nothing on lacks for the deposit of its flow.
    function _lackOf(address superToken, address vault, uint96 rate) private view returns (uint256) {
        uint256 needs = IConstantFlowMinimal(_flows).getDepositRequiredForFlowRate(superToken, int96(rate));
        // Nothing is locked while nothing is passed on.
        // slither-disable-next-line unused-return
        (int256 available,,) = ISuperTokenMinimal(superToken).realtimeBalanceOf(vault, block.timestamp);
        return available < int256(needs) ? uint256(int256(needs) - available) : 0;
    }

    /// @dev Starts the payer's flows by its flow-operator permission, and passes them on; Superfluid says why not.
    function _run(uint256 licenseId, Live storage live, address payer, address superToken) private {
        _start(ILiveVault(live.rest), payer, superToken);
        if (live.contributors != address(0)) _start(ILiveVault(live.contributors), payer, superToken);
        emit Passing(licenseId, true);
    }

    function _start(ILiveVault vault, address payer, address superToken) private {
        bytes memory call_ = abi.encodeCall(
            IConstantFlowMinimal.createFlowByOperator, (superToken, payer, address(vault), int96(vault.deal().rate), "")
        );
        // The returned context is of no use outside a callback.
        // slither-disable-next-line unused-return
        ISuperfluidHostMinimal(_host).callAgreement(_flows, call_, "");
        vault.begin();
    }

    /// @dev Passes on again if the flows are back and the buffers are enough; else stops.
    function _align(uint256 licenseId, Live storage live, bool may) private {
        _halt(licenseId, live);
        if (!may) return;
        try ILiveVault(live.rest).begin() { }
        catch {
            return;
        }
        if (live.contributors != address(0)) {
            try ILiveVault(live.contributors).begin() { }
            catch {
                ILiveVault(live.rest).halt();
                return;
            }
        }
        emit Passing(licenseId, true);
    }

    function _halt(uint256 licenseId, Live storage live) private {
        emit Passing(licenseId, false);
        ILiveVault(live.rest).halt();
        if (live.contributors != address(0)) ILiveVault(live.contributors).halt();
    }

    /// @dev Ends the payer's flows and passing on.
    function _stop(uint256 licenseId, Live storage live) private {
        _halt(licenseId, live);
        ILiveVault(live.rest).stop();
        if (live.contributors != address(0)) ILiveVault(live.contributors).stop();
    }

    // ---- private: money

    /// @dev Has the distributor book what was passed on since the last time.
    function _book(uint256 licenseId, Live storage live, address token) private returns (uint256 units) {
        (uint256 rest, uint256 duration) = ILiveVault(live.rest).book();
        uint256 toPool = 0;
        // Each flow's own time is in its units.
        // slither-disable-next-line unused-return
        if (live.contributors != address(0)) (toPool,) = ILiveVault(live.contributors).book();
        units = rest + toPool;
        if (units == 0) return 0;
        emit Passed(licenseId, toPool, rest);
        address superToken = ILiveVault(live.rest).deal().superToken;
        _distributor.distributePassed(licenseId, token, superToken, toPool, rest, live.rate * duration);
    }

    function _end(uint256 licenseId, Live storage live, address token) private {
        _stop(licenseId, live);
        _book(licenseId, live, token);
        live.ended = true;
        _empty(licenseId, live);
        _licenseToken.end(licenseId);
    }

    /// @dev All that is left is the payer's.
    // Callers are guarded, and the vaults are the license's own.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function _empty(uint256 licenseId, Live storage live) private {
        ILiveVault.Deal memory d = ILiveVault(live.rest).deal();
        uint256 units = _emptied(ILiveVault(live.rest), d);
        if (live.contributors != address(0)) units += _emptied(ILiveVault(live.contributors), d);
        emit LiveEnded(licenseId, d.payer, d.superToken, units);
    }

    // Likewise.
    // slither-disable-next-line reentrancy-benign,reentrancy-events
    function _emptied(ILiveVault vault, ILiveVault.Deal memory d) private returns (uint256 units) {
        bool sent;
        (units, sent) = vault.empty();
        if (!sent) _push(d.superToken, d.payer, units);
    }
}
