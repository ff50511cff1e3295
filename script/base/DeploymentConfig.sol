// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { Vm } from "forge-std/Vm.sol";

/// @notice What a deployment is told: accounts, delays and outside addresses of one chain.
/// @param deployer Who sends the transactions; holds no role at the end.
/// @param proposer Who may propose to the timelock.
/// @param timelockDelay Seconds that every act of the AccessManager's admin waits.
/// @param tokens Payment tokens to list.
/// @param testTokens Whether to deploy TestUSDC with its SuperToken; local chains only.
/// @param testTokenFeeBps Protocol fee in TestUSDC, in basis points.
/// @param council Who rules on disputes by default.
/// @param mockVerifier Whether to deploy the mock verifier with its route; local chains only.
/// @param proofRoutes Verifiers of SP1 proofs that others deployed; on public chains for production only. A selector that is not
/// among them goes to the verifier that this tree deploys.
struct DeploymentConfig {
    address deployer;
    address treasury;
    address proposer;
    address upgrader;
    address governor;
    address guardian;
    address keyOperator;
    uint32 timelockDelay;
    uint32 upgraderDelay;
    uint32 governorDelay;
    uint32 keyOperatorDelay;
    address permit2;
    address gdaForwarder;
    address superfluidHost;
    address superTokenFactory;
    PaymentTokenConfig[] tokens;
    bool testTokens;
    uint16 testTokenFeeBps;
    CouncilConfig council;
    bool mockVerifier;
    ProofRouteConfig[] proofRoutes;
}

/// @notice The first council of arbitrators. Members in ascending order, with the names that they wish to be called in public.
struct CouncilConfig {
    address[] members;
    string[] names;
    uint8 threshold;
    uint8 appealThreshold;
}

/// @notice Where proofs that begin with `selector` are checked.
/// @param assurance 1 mock, 2 development key, 3 production.
/// @param codeHash What the verifier's code must hash to.
struct ProofRouteConfig {
    bytes4 selector;
    address verifier;
    uint8 assurance;
    bytes32 codeHash;
}

struct PaymentTokenConfig {
    address token;
    address superToken;
    uint16 feeBps;
}

/// @notice Reads script/config/<chainId>.json.
library DeploymentConfigs {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint256 internal constant LOCAL_CHAIN_ID = 31_337;

    /// @dev Thrown when a chain has no configuration: write one from script/config/TEMPLATE.json.
    error DeploymentConfig_Missing(uint256 chainId, string path);

    /// @notice The configuration of the present chain. On local chains the outside addresses are those of the generated
    /// Superfluid state.
    function load(address deployer) internal returns (DeploymentConfig memory config) {
        string memory path = string.concat("script/config/", vm.toString(block.chainid), ".json");
        require(vm.exists(path), DeploymentConfig_Missing(block.chainid, path));
        string memory json = vm.readFile(path);
        config.deployer = deployer;
        _readAccounts(config, json);
        _readDelays(config, json);
        _readTokens(config, json);
        _readCouncil(config.council, json);
        config.mockVerifier = vm.parseJsonBool(json, ".mockVerifier");
        config.proofRoutes = _readRoutes(json);
        bool local = block.chainid == LOCAL_CHAIN_ID;
        _readOutside(config, local ? vm.readFile(".colophon/superfluid.addresses.json") : json, local);
    }

    function _readAccounts(DeploymentConfig memory config, string memory json) private pure {
        config.treasury = vm.parseJsonAddress(json, ".treasury");
        config.proposer = vm.parseJsonAddress(json, ".proposer");
        config.upgrader = vm.parseJsonAddress(json, ".upgrader");
        config.governor = vm.parseJsonAddress(json, ".governor");
        config.guardian = vm.parseJsonAddress(json, ".guardian");
        config.keyOperator = vm.parseJsonAddress(json, ".keyOperator");
    }

    function _readDelays(DeploymentConfig memory config, string memory json) private pure {
        config.timelockDelay = SafeCast.toUint32(vm.parseJsonUint(json, ".timelockDelay"));
        config.upgraderDelay = SafeCast.toUint32(vm.parseJsonUint(json, ".upgraderDelay"));
        config.governorDelay = SafeCast.toUint32(vm.parseJsonUint(json, ".governorDelay"));
        config.keyOperatorDelay = SafeCast.toUint32(vm.parseJsonUint(json, ".keyOperatorDelay"));
    }

    function _readCouncil(CouncilConfig memory council, string memory json) private pure {
        council.members = vm.parseJsonAddressArray(json, ".council.members");
        council.names = vm.parseJsonStringArray(json, ".council.names");
        council.threshold = SafeCast.toUint8(vm.parseJsonUint(json, ".council.threshold"));
        council.appealThreshold = SafeCast.toUint8(vm.parseJsonUint(json, ".council.appealThreshold"));
    }

    function _readRoutes(string memory json) private view returns (ProofRouteConfig[] memory routes) {
        uint256 count;
        while (vm.keyExistsJson(json, _routeKey(count, ""))) ++count;
        routes = new ProofRouteConfig[](count);
        for (uint256 i; i < count; ++i) {
            routes[i] = ProofRouteConfig({
                selector: bytes4(vm.parseJsonBytes(json, _routeKey(i, ".selector"))),
                verifier: vm.parseJsonAddress(json, _routeKey(i, ".verifier")),
                assurance: SafeCast.toUint8(vm.parseJsonUint(json, _routeKey(i, ".assurance"))),
                codeHash: vm.parseJsonBytes32(json, _routeKey(i, ".codeHash"))
            });
        }
    }

    function _routeKey(uint256 position, string memory field) private pure returns (string memory) {
        return string.concat(".proofRoutes[", vm.toString(position), "]", field);
    }

    function _readTokens(DeploymentConfig memory config, string memory json) private view {
        config.testTokens = vm.parseJsonBool(json, ".testTokens");
        config.testTokenFeeBps = SafeCast.toUint16(vm.parseJsonUint(json, ".testTokenFeeBps"));
        uint256 count;
        while (vm.keyExistsJson(json, _tokenKey(count, ""))) ++count;
        config.tokens = new PaymentTokenConfig[](count);
        for (uint256 i; i < count; ++i) {
            config.tokens[i] = PaymentTokenConfig({
                token: vm.parseJsonAddress(json, _tokenKey(i, ".token")),
                superToken: vm.parseJsonAddress(json, _tokenKey(i, ".superToken")),
                feeBps: SafeCast.toUint16(vm.parseJsonUint(json, _tokenKey(i, ".feeBps")))
            });
        }
    }

    function _readOutside(DeploymentConfig memory config, string memory json, bool local) private pure {
        config.permit2 = vm.parseJsonAddress(json, ".permit2");
        config.gdaForwarder = vm.parseJsonAddress(json, ".gdaForwarder");
        config.superfluidHost = vm.parseJsonAddress(json, local ? ".host" : ".superfluidHost");
        config.superTokenFactory = vm.parseJsonAddress(json, ".superTokenFactory");
    }

    function _tokenKey(uint256 position, string memory field) private pure returns (string memory) {
        return string.concat(".tokens[", vm.toString(position), "]", field);
    }
}
