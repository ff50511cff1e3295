// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Deployment } from "./base/Deployment.sol";
import { DeploymentConfig, DeploymentConfigs } from "./base/DeploymentConfig.sol";
import { Permissions } from "./base/Permissions.sol";

/// @notice Deploys the protocol by script/config/<chainId>.json and writes deployments/<chainId>.json.
/// @dev `node tools/forge.mjs script script/Deploy.s.sol --rpc-url <url> --broadcast --sender <deployer> --slow`, with a
/// signer of forge's (`--account`, `--ledger`, or `--unlocked` on a local chain).
contract Deploy is Deployment {
    bool public constant IS_SCRIPT = true;

    /// @notice Deploys as the script's sender.
    function run() external {
        deploy(DeploymentConfigs.load(msg.sender), _path());
    }

    /// @notice Deploys `config` and writes the address book to `path`.
    function deploy(DeploymentConfig memory config, string memory path) public {
        _check(config);
        vm.startBroadcast(config.deployer);
        _deployAll(config);
        vm.stopBroadcast();
        _write(config, path);
    }

    function _write(DeploymentConfig memory config, string memory path) private {
        string memory previous = vm.exists(path) ? vm.readFile(path) : "{}";
        _add(previous, "ColophonFactory", FACTORY_SALT, address(factory), address(0));
        _add(previous, "TimelockController");
        _add(previous, "AccessManager");
        string[] memory proxies = Permissions.proxies();
        for (uint256 i; i < proxies.length; ++i) {
            address proxy = _addressOf(proxies[i]);
            _add(previous, proxies[i], _salt(proxies[i]), proxy, _implementationAt(proxy));
        }
        if (config.testTokens) _add(previous, "TestUSDC");
        _addVersioned(previous, "StreamOffers");
        _addVersioned(previous, "StreamVault");
        _addVersioned(previous, "LiveVault");
        _addVersioned(previous, "ContributorList");
        _addVersioned(previous, "ContributorLists");
        _addVersioned(previous, "DisputeReader");
        _addVersioned(previous, "DisputeCourt");
        _addVersioned(previous, "DisputeRemedies");
        _addVersioned(previous, "Sp1VerifierV6");
        if (config.mockVerifier) _addVersioned(previous, "MockSp1Verifier");
        string memory contracts = _addVersioned(previous, "ColophonLens");
        vm.serializeUint("deployment", "chainId", block.chainid);
        vm.serializeAddress("deployment", "deployer", config.deployer);
        vm.serializeString("deployment", "external", _external(config));
        vm.writeJson(vm.serializeString("deployment", "contracts", contracts), path);
    }

    /// @dev What the protocol uses but does not deploy.
    function _external(DeploymentConfig memory config) private returns (string memory json) {
        vm.serializeAddress("external", "permit2", config.permit2);
        vm.serializeAddress("external", "superfluidHost", config.superfluidHost);
        json = vm.serializeAddress("external", "gdaForwarder", config.gdaForwarder);
        if (config.testTokens) json = vm.serializeAddress("external", "testUSDCx", usdcx);
    }

    function _add(string memory previous, string memory name) private returns (string memory) {
        return _add(previous, name, _salt(name), _addressOf(name), address(0));
    }

    function _addVersioned(string memory previous, string memory name) private returns (string memory) {
        return _add(previous, name, _versionedSalt(name), _implementationOf(name), address(0));
    }

    /// @dev Adds a contract to the address book and returns all of it so far. `block` is the newest block before the
    /// deployment: nothing of the contract happened up to there. It stays when the contract was there before this run.
    /// `codeHash` is of the code that runs: a proxy's implementation.
    function _add(
        string memory previous,
        string memory name,
        bytes32 salt,
        address deployed,
        address implementation
    )
        private
        returns (string memory contracts)
    {
        address code = implementation == address(0) ? deployed : implementation;
        string memory key = string.concat("contract.", name);
        vm.serializeAddress(key, "address", deployed);
        vm.serializeString(key, "version", VERSION);
        vm.serializeBytes32(key, "codeHash", code.codehash);
        if (implementation != address(0)) vm.serializeAddress(key, "implementation", implementation);
        string memory json = vm.serializeUint(key, "block", _blockOf(previous, name, salt));
        return vm.serializeString("contracts", name, json);
    }

    function _blockOf(string memory previous, string memory name, bytes32 salt) private view returns (uint256) {
        string memory key = string.concat(".contracts.", name, ".block");
        if (deployedNow[salt] || !vm.keyExistsJson(previous, key)) return block.number;
        return vm.parseJsonUint(previous, key);
    }

    /// @dev ERC-1967: where a proxy keeps its implementation.
    function _implementationAt(address proxy) private view returns (address) {
        bytes32 slot = bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);
        return address(uint160(uint256(vm.load(proxy, slot))));
    }

    function _path() private view returns (string memory) {
        return string.concat("deployments/", vm.toString(block.chainid), ".json");
    }
}
