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

    function pack(ILicenseToken.License memory deal) internal pure returns (LicenseHead) {
        return compose(
                deal.datasetId,
                deal.version,
                deal.encoding,
                deal.expiry,
                deal.termsIndex,
                deal.split,
                deal.feeBps,
                deal.uses,
                deal.rail
            ).started(deal.start, deal.flags);
    }

    /// @notice The head of a deal that has not started: no start, no flags. Without a struct in memory, because every
    /// purchase comes here.
    function compose(
        uint40 datasetId_,
        uint24 version_,
        uint16 encoding,
        uint40 expiry_,
        uint32 termsIndex_,
        uint16 split_,
        uint16 feeBps_,
        uint16 uses,
        uint8 rail_
    )
        internal
        pure
        returns (LicenseHead)
    {
        uint256 low = uint256(datasetId_) | uint256(version_) << VERSION | uint256(encoding) << ENCODING
            | uint256(expiry_) << EXPIRY;
        uint256 high = uint256(termsIndex_) << TERMS | uint256(split_) << SPLIT | uint256(feeBps_) << FEE
            | uint256(uses) << USES | uint256(rail_) << RAIL;
        return LicenseHead.wrap(low | high);
    }

    function unpack(LicenseHead head) internal pure returns (ILicenseToken.License memory deal) {
        uint256 raw = LicenseHead.unwrap(head);
        deal.datasetId = uint40(raw);
        deal.version = uint24(raw >> VERSION);
        deal.encoding = uint16(raw >> ENCODING);
        deal.start = uint40(raw >> START);
        deal.expiry = uint40(raw >> EXPIRY);
        deal.termsIndex = uint32(raw >> TERMS);
        deal.split = uint16(raw >> SPLIT);
        deal.feeBps = uint16(raw >> FEE);
        deal.uses = uint16(raw >> USES);
        deal.rail = uint8(raw >> RAIL);
        deal.flags = uint8(raw >> FLAGS);
    }

    /// @notice True for a deal that was minted: every deal has a start.
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
