// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Amounts in 40 bits: 32 of mantissa, 8 of exponent. A dispute's bond is asked for in such amounts, so that a dispute about a
/// license is two slots.
library BondFloat {
    uint256 private constant _MANTISSA_BITS = 32;

    /// @notice The least such amount that is not below `amount`: exact up to 2^32, above by less than one part in 2^31 more.
    function pack(uint128 amount) internal pure returns (uint40) {
        uint256 bits = Math.log2(amount) + 1;
        uint256 exponent = bits > _MANTISSA_BITS ? bits - _MANTISSA_BITS : 0;
        uint256 mantissa = Math.ceilDiv(amount, 1 << exponent);
        // Rounding up may need one bit more.
        if (mantissa >> _MANTISSA_BITS != 0) (mantissa, exponent) = (mantissa >> 1, exponent + 1);
        return uint40(mantissa << 8 | exponent);
    }

    function unpack(uint40 packed) internal pure returns (uint128) {
        return uint128(uint256(packed >> 8) << uint8(packed));
    }
}
