// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ITrustMoney } from "../interfaces/trust/ITrustMoney.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice Money in and out that nobody can block, as the rails have it (payments/PaymentRail).
abstract contract TrustMoney is ITrustMoney, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @custom:storage-location erc7201:colophon.storage.TrustMoney
    struct TrustMoneyStorage {
        mapping(address account => mapping(address token => uint256)) deferred;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.TrustMoney")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _MONEY_STORAGE_SLOT = 0x2426b18d25b88b89ea3eb9b5970593ccdefdfb8b02ea7db3c3746e4d98014b00;

    /// @inheritdoc ITrustMoney
    function claimDeferred(address account, address token, address to) external nonReentrant {
        if (to != account && msg.sender != account) revert TrustMoney_NotAccount(account, msg.sender);
        mapping(address token => uint256) storage deferred = _moneyStorage().deferred[account];
        uint256 amount = deferred[token];
        if (amount == 0) revert TrustMoney_NothingToClaim(account, token);
        deferred[token] = 0;
        emit DeferredClaimed(account, token, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc ITrustMoney
    function deferredOf(address account, address token) external view returns (uint256) {
        return _moneyStorage().deferred[account][token];
    }

    /// @dev Pays, or credits what the token refuses to send, so that nobody can block an outcome by being unpayable.
    function _push(address token, address to, uint256 amount) internal {
        if (amount > 0 && !IERC20(token).trySafeTransfer(to, amount)) {
            _moneyStorage().deferred[to][token] += amount;
            emit PayoutDeferred(to, token, amount);
        }
    }

    /// @dev Takes exactly `amount` from the allowance of `from` to this contract. Callers decide who may name `from`.
    // slither-disable-next-line arbitrary-send-erc20
    function _pull(address token, address from, uint256 amount) internal {
        if (amount == 0) return;
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(from, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert TrustMoney_TransferTax(token, amount, received);
    }

    function _moneyStorage() private pure returns (TrustMoneyStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _MONEY_STORAGE_SLOT
        }
    }
}
