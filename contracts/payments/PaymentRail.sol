// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IPaymentRail } from "../interfaces/payments/IPaymentRail.sol";
import { IRevenueDistributor } from "../interfaces/payments/IRevenueDistributor.sol";
import { Offer } from "../types/Offer.sol";
import { OfferBytes } from "../types/OfferBytes.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice What every rail shares: its neighbors, who may call what, and money in and out that nobody can block.
abstract contract PaymentRail is IPaymentRail, ColophonUpgradeable, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @custom:storage-location erc7201:colophon.storage.PaymentRail
    struct PaymentRailStorage {
        mapping(address account => mapping(address token => uint256)) deferred;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.PaymentRail")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _RAIL_STORAGE_SLOT = 0x8196536bf3fd4d38c7b8c458d4a828b46c21ea970b4b168ada0e60ead3a29d00;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address private immutable _market;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseToken internal immutable _licenseToken;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IRevenueDistributor internal immutable _distributor;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    address internal immutable _disputeManager;

    modifier onlyMarket() {
        if (msg.sender != _market) revert PaymentRail_NotMarket(msg.sender);
        _;
    }

    modifier onlyDisputeManager() {
        if (msg.sender != _disputeManager) revert PaymentRail_NotDisputeManager(msg.sender);
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address market, address licenseToken, address distributor, address disputeManager) {
        // Zero would refuse every caller; it would let nobody in.
        // slither-disable-next-line missing-zero-check
        _market = market;
        _licenseToken = ILicenseToken(licenseToken);
        _distributor = IRevenueDistributor(distributor);
        // Zero would refuse every caller; it would let nobody in.
        // slither-disable-next-line missing-zero-check
        _disputeManager = disputeManager;
    }

    /// @inheritdoc IPaymentRail
    function claimDeferred(address account, address token, address to) external nonReentrant {
        if (to != account && msg.sender != account) revert PaymentRail_NotAllowed(0, msg.sender);
        mapping(address token => uint256) storage deferred = _railStorage().deferred[account];
        uint256 amount = deferred[token];
        if (amount == 0) revert PaymentRail_NothingToClaim(account, token);
        deferred[token] = 0;
        emit DeferredClaimed(account, token, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc IPaymentRail
    function deferredOf(address account, address token) external view returns (uint256) {
        return _railStorage().deferred[account][token];
    }

    // ---- guards

    /// @dev Checks that `offer` is the one that the license was bought from.
    function _requireOffer(uint256 licenseId, Offer calldata offer) internal view {
        _requireSame(licenseId, _licenseToken.offerIdOf(licenseId), offer);
    }

    function _requireSame(uint256 licenseId, bytes32 expected, Offer calldata offer) internal pure {
        bytes32 given = OfferBytes.id(offer);
        if (given != expected) revert PaymentRail_WrongOffer(licenseId, expected, given);
    }

    function _requireHolder(uint256 licenseId) internal view {
        if (_holder(licenseId) != msg.sender) revert PaymentRail_NotAllowed(licenseId, msg.sender);
    }

    function _holder(uint256 licenseId) internal view returns (address) {
        return IERC721(address(_licenseToken)).ownerOf(licenseId);
    }

    /// @dev `until` is the last second at which a call works.
    function _requireNotAfter(uint256 licenseId, uint256 until) internal view {
        if (block.timestamp > until) revert PaymentRail_TooLate(licenseId, until);
    }

    /// @dev `until` is the last second at which a call does not work yet.
    function _requireAfter(uint256 licenseId, uint256 until) internal view {
        if (block.timestamp <= until) revert PaymentRail_TooEarly(licenseId, until + 1);
    }

    // ---- money

    /// @dev Hands `amount` of what this rail holds to the distributor, which divides it.
    function _distribute(uint256 licenseId, address token, uint256 amount) internal {
        IERC20(token).safeTransfer(address(_distributor), amount);
        _distributor.distribute(licenseId, token, amount);
    }

    /// @dev Pays, or credits what the token refuses to send, so that nobody can block an outcome by being unpayable.
    function _push(address token, address to, uint256 amount) internal {
        if (amount > 0 && !IERC20(token).trySafeTransfer(to, amount)) {
            _railStorage().deferred[to][token] += amount;
            emit PayoutDeferred(to, token, amount);
        }
    }

    /// @dev Takes exactly `amount` from the allowance of `from` to this rail. Callers decide who may name `from`.
    // slither-disable-next-line arbitrary-send-erc20
    function _pull(address token, address from, uint256 amount) internal {
        // What is asked for is nothing, or something: no balance is compared.
        // slither-disable-next-line incorrect-equality
        if (amount == 0) return;
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(from, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert PaymentRail_TransferTax(token, amount, received);
    }

    function _railStorage() private pure returns (PaymentRailStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _RAIL_STORAGE_SLOT
        }
    }
}
