// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";

/// @notice A license's head as stored: one slot, fields in the order of ILicenseToken.License from the lowest bit
/// (docs/decisions/0001-bit-layouts.md).
type LicenseHead is uint256;

using LicenseHeads for LicenseHead global;

/// @notice Flags of a license head: one bit each.
library LicenseFlags {
    /// @dev The rail is asked for its standing at every access.
    uint8 internal constant LIVE = 1 << 0;
    uint8 internal constant FROZEN_BY_RAIL = 1 << 1;
    uint8 internal constant ENDED = 1 << 2;
    /// @dev Revoked; in effect from `expiry`.
    uint8 internal constant REVOKED = 1 << 3;
    uint8 internal constant TRANSFERABLE = 1 << 4;
    uint8 internal constant LATER_VERSIONS = 1 << 5;
    uint8 internal constant FROZEN_BY_DISPUTE = 1 << 6;
    uint8 internal constant EXCLUSIVE = 1 << 7;

    uint8 internal constant FROZEN = FROZEN_BY_RAIL | FROZEN_BY_DISPUTE;
}

/// @notice Packing of license heads. Written by hand so that a mint is one store and an access check one load.
library LicenseHeads {
    uint256 private constant VERSION = 40;
    uint256 private constant ENCODING = 64;
    uint256 private constant START = 80;
    uint256 private constant EXPIRY = 120;
    uint256 private constant TERMS = 160;
    uint256 private constant SPLIT = 192;
    uint256 private constant FEE = 208;
    uint256 private constant USES = 224;
    uint256 private constant RAIL = 240;
    uint256 private constant FLAGS = 248;

    function pack(ILicenseToken.License memory l) internal pure returns (LicenseHead) {
        uint256 low = uint256(l.datasetId) | uint256(l.version) << VERSION | uint256(l.encoding) << ENCODING
            | uint256(l.start) << START | uint256(l.expiry) << EXPIRY;
        uint256 high = uint256(l.termsIndex) << TERMS | uint256(l.split) << SPLIT | uint256(l.feeBps) << FEE
            | uint256(l.uses) << USES | uint256(l.rail) << RAIL | uint256(l.flags) << FLAGS;
        return LicenseHead.wrap(low | high);
    }

    function unpack(LicenseHead head) internal pure returns (ILicenseToken.License memory l) {
        uint256 raw = LicenseHead.unwrap(head);
        l.datasetId = uint40(raw);
        l.version = uint24(raw >> VERSION);
        l.encoding = uint16(raw >> ENCODING);
        l.start = uint40(raw >> START);
        l.expiry = uint40(raw >> EXPIRY);
        l.termsIndex = uint32(raw >> TERMS);
        l.split = uint16(raw >> SPLIT);
        l.feeBps = uint16(raw >> FEE);
        l.uses = uint16(raw >> USES);
        l.rail = uint8(raw >> RAIL);
        l.flags = uint8(raw >> FLAGS);
    }

    /// @notice True for a license that was minted: every license has a start.
    function exists(LicenseHead head) internal pure returns (bool) {
        return head.start() != 0;
    }

    function datasetId(LicenseHead head) internal pure returns (uint256) {
        return uint40(LicenseHead.unwrap(head));
    }

    function version(LicenseHead head) internal pure returns (uint32) {
        return uint24(LicenseHead.unwrap(head) >> VERSION);
    }

    function start(LicenseHead head) internal pure returns (uint40) {
        return uint40(LicenseHead.unwrap(head) >> START);
    }

    function expiry(LicenseHead head) internal pure returns (uint40) {
        return uint40(LicenseHead.unwrap(head) >> EXPIRY);
    }

    function termsIndex(LicenseHead head) internal pure returns (uint32) {
        return uint32(LicenseHead.unwrap(head) >> TERMS);
    }

    function split(LicenseHead head) internal pure returns (uint16) {
        return uint16(LicenseHead.unwrap(head) >> SPLIT);
    }

    function feeBps(LicenseHead head) internal pure returns (uint16) {
        return uint16(LicenseHead.unwrap(head) >> FEE);
    }

    function rail(LicenseHead head) internal pure returns (uint8) {
        return uint8(LicenseHead.unwrap(head) >> RAIL);
    }

    /// @notice True when all bits of `asked` are licensed, and at least one is asked.
    function allows(LicenseHead head, uint16 asked) internal pure returns (bool) {
        return asked != 0 && asked & ~uint16(LicenseHead.unwrap(head) >> USES) == 0;
    }

    /// @notice True when any of `flags` is set.
    function hasAny(LicenseHead head, uint8 flags) internal pure returns (bool) {
        return uint8(LicenseHead.unwrap(head) >> FLAGS) & flags != 0;
    }

    /// @notice True from the first second at which the license no longer runs.
    function isExpired(LicenseHead head, uint256 timestamp) internal pure returns (bool) {
        uint40 end = head.expiry();
        return end != 0 && timestamp >= end;
    }

    /// @notice Neither ended, revoked in effect, nor expired.
    function isLive(LicenseHead head, uint256 timestamp) internal pure returns (bool) {
        return head.exists() && !head.hasAny(LicenseFlags.ENDED) && !head.isExpired(timestamp);
    }

    /// @notice The head with its start and flags set, whatever they were.
    function started(LicenseHead head, uint40 at, uint8 flags) internal pure returns (LicenseHead) {
        uint256 mask = (uint256(type(uint40).max) << START) | (uint256(type(uint8).max) << FLAGS);
        return LicenseHead.wrap((LicenseHead.unwrap(head) & ~mask) | uint256(at) << START | uint256(flags) << FLAGS);
    }

    function withFlag(LicenseHead head, uint8 flag, bool set) internal pure returns (LicenseHead) {
        uint256 bit = uint256(flag) << FLAGS;
        uint256 raw = LicenseHead.unwrap(head);
        return LicenseHead.wrap(set ? raw | bit : raw & ~bit);
    }

    function withExpiry(LicenseHead head, uint40 end) internal pure returns (LicenseHead) {
        uint256 cleared = LicenseHead.unwrap(head) & ~(uint256(type(uint40).max) << EXPIRY);
        return LicenseHead.wrap(cleared | uint256(end) << EXPIRY);
    }
}
