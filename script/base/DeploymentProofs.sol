// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { IProofRegistry } from "../../contracts/interfaces/proofs/IProofRegistry.sol";
import { ISP1VerifierWithHash } from "../../contracts/interfaces/proofs/ISP1Verifier.sol";
import { DeploymentConfig, DeploymentConfigs, ProofRouteConfig } from "./DeploymentConfig.sol";
import { DeploymentTrust } from "./DeploymentTrust.sol";

/// @notice Proofs: the program of this tree, its verifier of SP1's proofs, and the verifiers that the configuration names.
abstract contract DeploymentProofs is DeploymentTrust {
    /// @dev Programs with their keys, as the guest's build wrote them.
    string private constant _PROGRAMS = "zk/elf/programs.json";

    /// @dev Thrown when a verifier that is not for production is asked for on a chain that is not local.
    error Deployment_RouteNotForProduction(bytes4 selector, uint8 assurance);
    /// @dev Thrown when the mock verifier is asked for on a chain that is not local.
    error Deployment_MockVerifierNotLocal(uint256 chainId);

    function _deployProofs(bool withMock) internal {
        bytes memory init = abi.encodeWithSignature("initialize(address)", accessManager);
        _deployProxy("ComputeReceipts", abi.encode(licenseToken, disputeManager), init);
        bytes memory args = abi.encode(licenseToken, registry, computeReceipts, disputeManager);
        _deployProxy("ProofRegistry", args, init);
        _deployProxy("CheckpointLog", abi.encode(licenseToken, providerBond, objectiveFaults), init);
        _deployVersioned("Sp1VerifierV6", "");
        if (withMock) _deployVersioned("MockSp1Verifier", "");
    }

    /// @dev Each part only where it is missing: a run that stopped goes on.
    function _wireProofs(DeploymentConfig memory config) internal {
        if (proofRegistry.programCount() == 0) {
            string memory json = vm.readFile(_PROGRAMS);
            bytes32 vkey = vm.parseJsonBytes32(json, ".programs.adherence.vkey");
            uint256 version = vm.parseJsonUint(json, ".programs.adherence.statementVersion");
            // Its number is 1, as the first.
            // slither-disable-next-line unused-return
            proofRegistry.addProgram(proofRegistry.ADHERENCE(), vkey, SafeCast.toUint32(version), 0, 0);
        }
        // The configuration's first: a gateway that it names takes the place of this tree's verifier.
        for (uint256 i; i < config.proofRoutes.length; ++i) {
            _addRoute(config.proofRoutes[i]);
        }
        _addRoute(_routeTo("Sp1VerifierV6", IProofRegistry.Assurance.Production));
        if (config.mockVerifier) _addRoute(_routeTo("MockSp1Verifier", IProofRegistry.Assurance.Mock));
    }

    function _addRoute(ProofRouteConfig memory route) private {
        if (proofRegistry.routeOf(route.selector).verifier != address(0)) return;
        IProofRegistry.Assurance assurance = IProofRegistry.Assurance(route.assurance);
        proofRegistry.addRoute(route.selector, route.verifier, assurance, route.codeHash);
    }

    /// @dev A verifier of this deployment, under the selector that it names itself.
    function _routeTo(
        string memory name,
        IProofRegistry.Assurance assurance
    )
        private
        view
        returns (ProofRouteConfig memory)
    {
        address verifier = _implementationOf(name);
        bytes4 selector = bytes4(ISP1VerifierWithHash(verifier).VERIFIER_HASH());
        return ProofRouteConfig(selector, verifier, uint8(assurance), verifier.codehash);
    }

    /// @dev Keys made by one party, and verifiers that check nothing, stay on local chains.
    function _checkProofs(bool withMock, ProofRouteConfig[] memory routes) internal view {
        if (block.chainid == DeploymentConfigs.LOCAL_CHAIN_ID) return;
        require(!withMock, Deployment_MockVerifierNotLocal(block.chainid));
        for (uint256 i; i < routes.length; ++i) {
            bool production = routes[i].assurance == uint8(IProofRegistry.Assurance.Production);
            require(production, Deployment_RouteNotForProduction(routes[i].selector, routes[i].assurance));
        }
    }
}
