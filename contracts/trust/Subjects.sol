// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../interfaces/trust/IAttestationRegistry.sol";

/// @notice What a badge is about, in 32 bytes: kind 8 bits (the highest) | 88 zero bits | 160 bits. These are an address, or
/// `version << 40 | datasetId`. Stored in 168 bits: the zeros are left out.
library Subjects {
    uint256 private constant _KIND = 248;
    uint256 private constant _STORED_KIND = 160;
    uint256 private constant _VERSION = 40;

    function ofDataset(uint256 datasetId) internal pure returns (bytes32 subject) {
        subject = _pack(IAttestationRegistry.SubjectKind.Dataset, datasetId);
        check(subject);
    }

    function ofVersion(uint256 datasetId, uint32 version) internal pure returns (bytes32 subject) {
        // A dataset id too large would look like another version.
        if (datasetId > type(uint40).max) {
            revert IAttestationRegistry.AttestationRegistry_BadSubject(bytes32(datasetId));
        }
        subject = _pack(IAttestationRegistry.SubjectKind.Version, uint256(version) << _VERSION | datasetId);
        check(subject);
    }

    function ofProvider(address provider) internal pure returns (bytes32 subject) {
        subject = _pack(IAttestationRegistry.SubjectKind.Provider, uint160(provider));
        check(subject);
    }

    function ofPerson(address person) internal pure returns (bytes32 subject) {
        subject = _pack(IAttestationRegistry.SubjectKind.Person, uint160(person));
        check(subject);
    }

    /// @notice The kind of a subject that is packed well; reverts for any other.
    function check(bytes32 subject) internal pure returns (IAttestationRegistry.SubjectKind kind) {
        uint256 raw = uint256(subject);
        uint256 number = raw >> _KIND;
        uint256 rest = raw & type(uint248).max;
        bool named = rest != 0 && rest <= type(uint160).max;
        if (number == uint256(IAttestationRegistry.SubjectKind.Dataset)) {
            named = named && rest <= type(uint40).max;
        } else if (number == uint256(IAttestationRegistry.SubjectKind.Version)) {
            uint256 version = rest >> _VERSION;
            named = uint40(rest) != 0 && version != 0 && version <= type(uint32).max;
        } else if (number == 0 || number > uint256(type(IAttestationRegistry.SubjectKind).max)) {
            named = false;
        }
        if (!named) revert IAttestationRegistry.AttestationRegistry_BadSubject(subject);
        return IAttestationRegistry.SubjectKind(number);
    }

    /// @notice Who holds the subject's badges: a person or provider itself, else an address that stands for the subject.
    /// @dev Nobody has the key of that address: it is the hash of something that is no public key.
    function holder(bytes32 subject) internal pure returns (address) {
        IAttestationRegistry.SubjectKind kind = check(subject);
        if (kind == IAttestationRegistry.SubjectKind.Provider || kind == IAttestationRegistry.SubjectKind.Person) {
            return accountOf(subject);
        }
        return address(uint160(uint256(keccak256(abi.encode("colophon.subject", subject)))));
    }

    /// @notice The address that a provider's or person's subject names.
    function accountOf(bytes32 subject) internal pure returns (address) {
        return address(uint160(uint256(subject)));
    }

    function store(bytes32 subject) internal pure returns (uint168) {
        uint256 raw = uint256(subject);
        return uint168((raw >> _KIND) << _STORED_KIND | uint160(raw));
    }

    function load(uint168 stored) internal pure returns (bytes32) {
        return bytes32((uint256(stored) >> _STORED_KIND) << _KIND | uint160(stored));
    }

    function _pack(IAttestationRegistry.SubjectKind kind, uint256 rest) private pure returns (bytes32) {
        return bytes32(uint256(kind) << _KIND | rest);
    }
}
