// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title License terms, content-addressed
/// @notice The enforceable part of terms. The same struct gives the same id whoever registers it; prose is only a hash.
interface ITermsRegistry {
    /// @param uses Bits of `Uses`: what may be done. Default deny.
    /// @param flags Bits of `TermsFlags`.
    /// @param duration Seconds that a license lasts, 0 for no end.
    /// @param revocationNotice Seconds between the owner's revocation and its effect; only with REVOCABLE.
    /// @param derivativeShareBps Least share that a derivative made under a license owes, in basis points.
    /// @param resaleRoyaltyBps ERC-2981 royalty on resale of the license, in basis points; only with TRANSFERABLE.
    /// @param quota Units (rows, tokens, bytes: the document says which) that may be used, 0 for no limit.
    /// @param territoryHash SHA-256 of the canonical sorted list of ISO 3166 codes, zero for the world.
    /// @param documentHash SHA-256 of the canonical terms document (spec/schemas/terms.v1), which names the prose.
    struct Terms {
        uint16 uses;
        uint16 flags;
        uint40 duration;
        uint32 revocationNotice;
        uint16 derivativeShareBps;
        uint16 resaleRoyaltyBps;
        uint128 quota;
        bytes32 territoryHash;
        bytes32 documentHash;
    }

    /// @notice What a sale pins, in one storage slot.
    struct TermsHead {
        uint32 index;
        uint16 uses;
        uint16 flags;
        uint40 duration;
        uint32 revocationNotice;
        uint16 derivativeShareBps;
        uint16 resaleRoyaltyBps;
    }

    /// @notice Terms were registered for the first time. Complete.
    event TermsRegistered(bytes32 indexed termsId, uint32 indexed index, Terms terms);
    /// @notice A name of the template catalogue now points to `termsId`; zero removes it.
    event TemplateSet(bytes32 indexed name, bytes32 indexed termsId);

    /// @dev Thrown when terms are not registered.
    error TermsRegistry_Unknown(bytes32 termsId);
    /// @dev Thrown when terms allow nothing.
    error TermsRegistry_NoUse();
    /// @dev Thrown when a bit without meaning is set.
    error TermsRegistry_UnknownBits(uint16 uses, uint16 flags);
    /// @dev Thrown when a share or royalty is above 100 %.
    error TermsRegistry_BpsTooHigh(uint16 bps);
    /// @dev Thrown when a field is set whose flag is not: `field` names it.
    error TermsRegistry_FieldNeedsFlag(bytes32 field, uint16 flag);
    /// @dev Thrown when the document hash is zero.
    error TermsRegistry_NoDocument();

    /// @notice Registers terms; returns their id also when they were registered before.
    function register(Terms calldata terms) external returns (bytes32 termsId);
    /// @notice Points a catalogue name at registered terms. Restricted.
    function setTemplate(bytes32 name, bytes32 termsId) external;
    /// @notice `keccak256(abi.encode(terms))`.
    function idOf(Terms calldata terms) external pure returns (bytes32 termsId);
    /// @notice The head of registered terms; reverts when unknown. One storage slot.
    function headOf(bytes32 termsId) external view returns (TermsHead memory);
    /// @notice Whole terms; reverts when unknown.
    function termsOf(bytes32 termsId) external view returns (Terms memory);
    /// @notice The id at an index, zero when unknown. Indexes run from 1.
    function idAt(uint32 index) external view returns (bytes32 termsId);
    /// @notice The terms that a catalogue name points to, zero when none.
    function template(bytes32 name) external view returns (bytes32 termsId);
}
