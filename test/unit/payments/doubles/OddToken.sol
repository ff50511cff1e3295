// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token of any number of decimals, free to mint, that can misbehave in the ways that payment tokens do.
contract OddToken is ERC20 {
    uint8 private immutable _decimals;

    /// @dev Accounts that the token refuses to pay, as USDC's blacklist does.
    mapping(address account => bool) public refused;
    /// @dev Basis points kept on every transfer.
    uint256 public taxBps;
    /// @dev Called, once, on the next transfer: how a token with hooks would let an attacker in.
    address private _hookTarget;
    bytes private _hookData;
    bool public hookSucceeded;
    bytes public hookResult;

    error OddToken_Refused(address account);

    constructor(uint8 decimals_) ERC20("Odd", "ODD") {
        _decimals = decimals_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function refuse(address account, bool on) external {
        refused[account] = on;
    }

    function tax(uint256 bps) external {
        taxBps = bps;
    }

    function hook(address target, bytes calldata data) external {
        (_hookTarget, _hookData) = (target, data);
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (refused[to]) revert OddToken_Refused(to);
        uint256 kept = from == address(0) ? 0 : value * taxBps / 10_000;
        super._update(from, to, value - kept);
        if (kept > 0) super._update(from, address(0), kept);
        address target = _hookTarget;
        if (target != address(0)) {
            _hookTarget = address(0);
            (hookSucceeded, hookResult) = target.call(_hookData);
        }
    }
}
