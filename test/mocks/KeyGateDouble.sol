// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IKeyNetwork } from "../../contracts/interfaces/keys/IKeyNetwork.sol";
import { ILicenseToken } from "../../contracts/interfaces/licensing/ILicenseToken.sol";

/// @title Test double of the views that key nodes and Lit's client read
/// @notice Stands in for LicenseToken and KeyNetwork in the key network's own tests. Anyone may set anything.
contract KeyGateDouble {
    mapping(uint256 licenseId => ILicenseToken.License) private _licenses;
    mapping(uint256 licenseId => address) private _holders;
    mapping(uint256 licenseId => ILicenseToken.Access) private _forced;
    mapping(address user => mapping(uint256 datasetId => mapping(uint32 version => uint256))) private _active;
    mapping(uint256 licenseId => mapping(uint256 datasetId => bool)) private _components;
    IKeyNetwork.Validator[] private _validators;
    uint256 private _threshold;

    event StateChanged(uint8 newState);

    error LicenseToken_Unknown(uint256 licenseId);

    function setLicense(
        uint256 licenseId,
        address holder,
        uint40 datasetId,
        uint24 version,
        uint16 uses,
        uint40 expiry
    )
        external
    {
        ILicenseToken.License storage license = _licenses[licenseId];
        license.datasetId = datasetId;
        license.version = version;
        license.encoding = 1;
        license.uses = uses;
        license.expiry = expiry;
        license.start = uint40(block.timestamp);
        _holders[licenseId] = holder;
    }

    /// @notice Makes a bundle's license open a component.
    function setComponent(uint256 licenseId, uint256 datasetId) external {
        _components[licenseId][datasetId] = true;
    }

    /// @notice Forces an answer, as a rail or a ruling would; Granted ends it.
    function force(uint256 licenseId, ILicenseToken.Access access) external {
        _forced[licenseId] = access;
    }

    function activate(uint256 licenseId, uint256 datasetId, uint32 version) external {
        _active[msg.sender][datasetId][version] = licenseId;
    }

    function setNodes(uint256 threshold, uint32[] calldata ips, uint32[] calldata ports) external {
        delete _validators;
        _threshold = threshold;
        for (uint256 i = 0; i < ips.length; ++i) {
            _validators.push(
                IKeyNetwork.Validator({
                    ip: ips[i],
                    ipv6: 0,
                    port: ports[i],
                    nodeAddress: address(uint160(i + 1)),
                    reward: 0,
                    senderPubKey: 0,
                    receiverPubKey: 0
                })
            );
        }
        emit StateChanged(0);
    }

    function accessOf(
        uint256 licenseId,
        address user,
        uint32 version,
        uint16 uses
    )
        public
        view
        returns (ILicenseToken.Access)
    {
        ILicenseToken.License storage license = _licenses[licenseId];
        if (_holders[licenseId] == address(0)) return ILicenseToken.Access.None;
        if (_holders[licenseId] != user) return ILicenseToken.Access.NotHolder;
        if (_forced[licenseId] > ILicenseToken.Access.Granted) return _forced[licenseId];
        if (license.expiry != 0 && block.timestamp > license.expiry) return ILicenseToken.Access.Expired;
        if (license.version != version) return ILicenseToken.Access.VersionNotLicensed;
        if (license.uses & uses != uses) return ILicenseToken.Access.UseNotLicensed;
        return ILicenseToken.Access.Granted;
    }

    function accessTo(
        uint256 licenseId,
        address user,
        uint256 datasetId,
        uint32 version,
        uint16 uses
    )
        external
        view
        returns (ILicenseToken.Access access)
    {
        ILicenseToken.License storage license = _licenses[licenseId];
        if (license.datasetId == datasetId) return accessOf(licenseId, user, version, uses);
        access = accessOf(licenseId, user, license.version, uses);
        if (access != ILicenseToken.Access.Granted || _components[licenseId][datasetId]) return access;
        return ILicenseToken.Access.VersionNotLicensed;
    }

    function hasValidLicense(address user, uint256 datasetId, uint32 version, uint16 uses)
        external
        view
        returns (bool)
    {
        uint256 licenseId = _active[user][datasetId][version];
        if (_licenses[licenseId].datasetId != datasetId && !_components[licenseId][datasetId]) return false;
        return accessOf(licenseId, user, version, uses) == ILicenseToken.Access.Granted;
    }

    function activeLicense(address user, uint256 datasetId, uint32 version) external view returns (uint256) {
        return _active[user][datasetId][version];
    }

    function licenseOf(uint256 licenseId) external view returns (ILicenseToken.License memory) {
        if (_holders[licenseId] == address(0)) revert LicenseToken_Unknown(licenseId);
        return _licenses[licenseId];
    }

    function getActiveUnkickedValidatorStructsAndCounts()
        external
        view
        returns (IKeyNetwork.Epoch memory, uint256, IKeyNetwork.Validator[] memory)
    {
        return (IKeyNetwork.Epoch(3600, 1, block.timestamp + 3600, 0, 60), _threshold, _validators);
    }
}

/// @title Test double of a smart account: EIP-1271 signatures by its owner's key
contract KeyWalletDouble {
    address private immutable OWNER;

    constructor(address owner) {
        OWNER = owner;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bytes32 r = bytes32(signature[0:32]);
        bytes32 s = bytes32(signature[32:64]);
        return ecrecover(hash, uint8(signature[64]), r, s) == OWNER ? this.isValidSignature.selector : bytes4(0);
    }
}
