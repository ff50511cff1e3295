// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import { ERC3009 } from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

/// @notice A dollar token with EIP-2612 and EIP-3009, as USDC has them. Anyone mints.
contract DollarToken is ERC20Permit, ERC3009 {
    constructor() ERC20("Dollar", "USD") ERC20Permit("Dollar") { }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }
}

/// @notice Keeps 1 % of every transfer.
contract TaxedToken is DollarToken {
    function _update(address from, address to, uint256 value) internal override {
        if (from == address(0) || to == address(0)) return super._update(from, to, value);
        uint256 tax = value / 100;
        super._update(from, address(0xdead), tax);
        super._update(from, to, value - tax);
    }
}

/// @notice Calls somebody back on every transfer, with the call data it was given; passes the failure on.
contract CallingToken is DollarToken {
    address private _target;
    bytes private _callData;

    function callOnTransfer(address target, bytes calldata callData) external {
        (_target, _callData) = (target, callData);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (_target == address(0) || from == address(0)) return;
        (bool success, bytes memory reason) = _target.call(_callData);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}
