// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { ITermsRegistry } from "../interfaces/licensing/ITermsRegistry.sol";
import { TermsFlags, Uses } from "../types/Uses.sol";

/// @title License terms, content-addressed
contract TermsRegistry is ITermsRegistry, ColophonUpgradeable {
    /// @dev What no sale needs, kept apart from the head so that a sale reads one slot.
    struct Tail {
        uint128 quota;
        bytes32 territoryHash;
        bytes32 documentHash;
    }

    /// @custom:storage-location erc7201:colophon.storage.TermsRegistry
    struct TermsRegistryStorage {
        uint32 count;
        mapping(bytes32 termsId => TermsHead) heads;
        mapping(bytes32 termsId => Tail) tails;
        mapping(uint32 index => bytes32 termsId) ids;
        mapping(bytes32 name => bytes32 termsId) templates;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.TermsRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x3b0a5e0b6aa4c29550bc7c7844601e9f04c492689de4eddb75081cde43580000;

    uint16 private constant _MAX_BPS = 10_000;

    /// @notice Sets the authority. Once, by the proxy's constructor.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    /// @inheritdoc ITermsRegistry
    function register(Terms calldata terms) external returns (bytes32 termsId) {
        termsId = idOf(terms);
        TermsRegistryStorage storage $ = _storage();
        if ($.heads[termsId].index != 0) return termsId;
        _check(terms);
        uint32 index = SafeCast.toUint32(uint256($.count) + 1);
        $.count = index;
        $.heads[termsId] = TermsHead({
            index: index,
            uses: terms.uses,
            flags: terms.flags,
            duration: terms.duration,
            revocationNotice: terms.revocationNotice,
            derivativeShareBps: terms.derivativeShareBps,
            resaleRoyaltyBps: terms.resaleRoyaltyBps
        });
        $.tails[termsId] =
            Tail({ quota: terms.quota, territoryHash: terms.territoryHash, documentHash: terms.documentHash });
        $.ids[index] = termsId;
        emit TermsRegistered(termsId, index, terms);
    }

    /// @inheritdoc ITermsRegistry
    function setTemplate(bytes32 name, bytes32 termsId) external restricted {
        TermsRegistryStorage storage $ = _storage();
        require(termsId == bytes32(0) || $.heads[termsId].index != 0, TermsRegistry_Unknown(termsId));
        $.templates[name] = termsId;
        emit TemplateSet(name, termsId);
    }

    /// @inheritdoc ITermsRegistry
    function headOf(bytes32 termsId) external view returns (TermsHead memory head) {
        head = _storage().heads[termsId];
        require(head.index != 0, TermsRegistry_Unknown(termsId));
    }

    /// @inheritdoc ITermsRegistry
    function termsOf(bytes32 termsId) external view returns (Terms memory) {
        TermsRegistryStorage storage $ = _storage();
        TermsHead memory head = $.heads[termsId];
        require(head.index != 0, TermsRegistry_Unknown(termsId));
        Tail memory tail = $.tails[termsId];
        return Terms({
            uses: head.uses,
            flags: head.flags,
            duration: head.duration,
            revocationNotice: head.revocationNotice,
            derivativeShareBps: head.derivativeShareBps,
            resaleRoyaltyBps: head.resaleRoyaltyBps,
            quota: tail.quota,
            territoryHash: tail.territoryHash,
            documentHash: tail.documentHash
        });
    }

    /// @inheritdoc ITermsRegistry
    function idAt(uint32 index) external view returns (bytes32) {
        return _storage().ids[index];
    }

    /// @inheritdoc ITermsRegistry
    function template(bytes32 name) external view returns (bytes32) {
        return _storage().templates[name];
    }

    /// @inheritdoc ITermsRegistry
    function idOf(Terms calldata terms) public pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    /// @dev Terms say only what has a meaning: a field whose flag is off would read as a promise and be none.
    function _check(Terms calldata terms) private pure {
        require(terms.uses != 0, TermsRegistry_NoUse());
        require(
            terms.uses & ~Uses.ALL == 0 && terms.flags & ~TermsFlags.ALL == 0,
            TermsRegistry_UnknownBits(terms.uses, terms.flags)
        );
        require(terms.derivativeShareBps <= _MAX_BPS, TermsRegistry_BpsTooHigh(terms.derivativeShareBps));
        require(terms.resaleRoyaltyBps <= _MAX_BPS, TermsRegistry_BpsTooHigh(terms.resaleRoyaltyBps));
        require(
            terms.revocationNotice == 0 || terms.flags & TermsFlags.REVOCABLE != 0,
            TermsRegistry_FieldNeedsFlag("revocationNotice", TermsFlags.REVOCABLE)
        );
        require(
            terms.resaleRoyaltyBps == 0 || terms.flags & TermsFlags.TRANSFERABLE != 0,
            TermsRegistry_FieldNeedsFlag("resaleRoyaltyBps", TermsFlags.TRANSFERABLE)
        );
        require(
            terms.flags & TermsFlags.FIRST_REFUSAL == 0 || terms.flags & TermsFlags.TRANSFERABLE != 0,
            TermsRegistry_FieldNeedsFlag("firstRefusal", TermsFlags.TRANSFERABLE)
        );
        require(terms.documentHash != bytes32(0), TermsRegistry_NoDocument());
    }

    function _storage() private pure returns (TermsRegistryStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
