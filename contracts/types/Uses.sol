// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The uses that terms can allow: one bit each, default deny. The same bits stand in `spec/terms`.
/// @dev Bits are append-only: a published license keeps its meaning forever. Reading raw data is a use of its own, so a
/// compute-only license never releases a raw key.
library Uses {
    uint16 internal constant READ_RAW = 1 << 0;
    uint16 internal constant TRAIN = 1 << 1;
    uint16 internal constant FINE_TUNE = 1 << 2;
    uint16 internal constant EVALUATE = 1 << 3;
    uint16 internal constant INFER = 1 << 4;
    uint16 internal constant REDISTRIBUTE = 1 << 5;
    uint16 internal constant DERIVE = 1 << 6;
    uint16 internal constant MINT = 1 << 7;

    /// @dev All bits that have a meaning today; terms with any other bit are refused.
    uint16 internal constant ALL = (1 << 8) - 1;
}

/// @notice Flags of license terms: one bit each. The same bits stand in `spec/terms`.
library TermsFlags {
    uint16 internal constant COMMERCIAL = 1 << 0;
    uint16 internal constant TRANSFERABLE = 1 << 1;
    uint16 internal constant SHARE_ALIKE = 1 << 2;
    uint16 internal constant REVOCABLE = 1 << 3;
    uint16 internal constant LATER_VERSIONS = 1 << 4;
    uint16 internal constant DELETE_ON_EXPIRY = 1 << 5;
    uint16 internal constant REPORT_USE = 1 << 6;
    /// @dev Whoever owns the dataset may take a license that is about to be sold on, at the price announced.
    uint16 internal constant FIRST_REFUSAL = 1 << 7;

    uint16 internal constant ALL = (1 << 8) - 1;
}
