// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What the gateway reads of LicenseToken and DatasetRegistry, with every answer settable.
contract Chain {
    struct License {
        uint40 datasetId;
        uint24 version;
        uint16 encoding;
        uint40 start;
        uint40 expiry;
        uint32 termsIndex;
        uint16 split;
        uint16 feeBps;
        uint16 uses;
        uint8 rail;
        uint8 flags;
    }

    struct Version {
        bytes32 contentRoot;
        bytes32 recordRoot;
        bytes32 manifestHash;
        uint40 chunkCount;
        uint64 recordCount;
        uint64 byteSize;
        uint40 publishedAt;
        uint16 encodingCount;
        uint8 parentCount;
        uint8 status;
    }

    struct Encoding {
        bytes32 encodingRoot;
        address provider;
        uint32 retirementNotice;
        uint40 retiredAt;
    }

    event EncodingAdded(
        uint256 indexed datasetId,
        uint32 indexed version,
        uint16 indexed encoding,
        bytes32 encodingRoot,
        bytes32 envelopeHash,
        address provider,
        uint32 retirementNotice
    );

    error Unknown(uint256 id);

    mapping(uint256 id => address) internal _owners;
    mapping(uint256 id => Version) internal _versions;
    mapping(uint256 id => mapping(uint16 number => Encoding)) internal _encodings;
    mapping(uint256 id => License) internal _licenses;
    mapping(uint256 id => address) internal _holders;
    mapping(uint256 id => uint8) internal _answers;
    mapping(uint256 id => mapping(uint256 datasetId => bool)) internal _components;

    function setVersion(uint256 id, address owner, bytes32 contentRoot, bytes32 manifestHash, uint40 chunks) external {
        _owners[id] = owner;
        Version storage v = _versions[id];
        (v.contentRoot, v.manifestHash, v.chunkCount, v.status) = (contentRoot, manifestHash, chunks, 1);
    }

    function addEncoding(uint256 id, bytes32 root, bytes32 envelopeHash, address provider) external {
        uint16 number = ++_versions[id].encodingCount;
        _encodings[id][number] = Encoding(root, provider, 0, 0);
        emit EncodingAdded(id, 1, number, root, envelopeHash, provider, 0);
    }

    /// @dev Flags as in LicenseFlags: 1 says that the rail is asked at every access.
    function setFlags(uint256 id, uint8 flags) external {
        _licenses[id].flags = flags;
    }

    function setLicense(uint256 id, address holder, uint40 datasetId, uint16 encoding, uint40 expiry) external {
        _holders[id] = holder;
        License storage l = _licenses[id];
        (l.datasetId, l.version, l.encoding, l.expiry, l.uses) = (datasetId, 1, encoding, expiry, 1);
    }

    /// @dev 0: the answer follows from holder and expiry.
    function setAnswer(uint256 id, uint8 access) external {
        _answers[id] = access;
    }

    /// @dev Makes a bundle's license open version 1 of a component.
    function setComponent(uint256 id, uint256 datasetId, bool opens) external {
        _components[id][datasetId] = opens;
    }

    function accessTo(uint256 id, address user, uint256 datasetId, uint32 version, uint16 uses)
        external
        view
        returns (uint8 access)
    {
        License storage l = _licenses[id];
        if (l.datasetId == datasetId) return accessOf(id, user, version, uses);
        access = accessOf(id, user, l.version, uses);
        if (access == 1 && !(_components[id][datasetId] && version == 1)) return 11;
    }

    function accessOf(uint256 id, address user, uint32 version, uint16 uses) public view returns (uint8) {
        License storage l = _licenses[id];
        if (l.datasetId == 0) revert Unknown(id);
        if (_answers[id] != 0) return _answers[id];
        if (user != _holders[id]) return 2;
        if (l.expiry != 0 && block.timestamp >= l.expiry) return 3;
        if (uses & ~l.uses != 0) return 10;
        return version == l.version ? 1 : 11;
    }

    function licenseOf(uint256 id) external view returns (License memory) {
        if (_licenses[id].datasetId == 0) revert Unknown(id);
        return _licenses[id];
    }

    function isLive(uint256 id) external view returns (bool) {
        License storage l = _licenses[id];
        return _answers[id] != 4 && (l.expiry == 0 || block.timestamp < l.expiry);
    }

    function ownerOf(uint256 id) external view virtual returns (address) {
        if (_owners[id] == address(0)) revert Unknown(id);
        return _owners[id];
    }

    function versionOf(uint256 id, uint32) external view returns (Version memory) {
        if (_versions[id].status == 0) revert Unknown(id);
        return _versions[id];
    }

    function encodingOf(uint256 id, uint32, uint16 number) external view returns (Encoding memory) {
        if (_encodings[id][number].provider == address(0)) revert Unknown(id);
        return _encodings[id][number];
    }
}

/// @dev The license token's half, which numbers its owners by license.
contract Licenses is Chain {
    function ownerOf(uint256 id) external view override returns (address) {
        if (_holders[id] == address(0)) revert Unknown(id);
        return _holders[id];
    }
}

/// @dev An account that is a contract: whatever its owner signed, it signed (ERC-1271).
contract Account {
    address internal immutable OWNER;

    constructor(address owner) {
        OWNER = owner;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (bytes32 r, bytes32 s, uint8 v) = (bytes32(signature[0:32]), bytes32(signature[32:64]), uint8(signature[64]));
        return ecrecover(hash, v, r, s) == OWNER ? bytes4(0x1626ba7e) : bytes4(0);
    }
}
