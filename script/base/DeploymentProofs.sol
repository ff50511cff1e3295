// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { IProofRegistry } from "../../contracts/interfaces/proofs/IProofRegistry.sol";
import { DeploymentConfigs, ProofRouteConfig } from "./DeploymentConfig.sol";
import { DeploymentTrust } from "./DeploymentTrust.sol";

/// @notice Proofs: the program of this tree, and the verifiers that the configuration names.
abstract contract DeploymentProofs is DeploymentTrust {
    /// @dev Programs with their keys, as the guest's build wrote them.
    string private constant _PROGRAMS = "zk/elf/programs.json";

    /// @dev Thrown when a verifier that is not for production is asked for on a chain that is not local.
    error Deployment_RouteNotForProduction(bytes4 selector, uint8 assurance);

    function _deployProofs() internal {
        bytes memory init = abi.encodeWithSignature("initialize(address)", accessManager);
        _deployProxy("ComputeReceipts", abi.encode(licenseToken), init);
        bytes memory args = abi.encode(licenseToken, registry, computeReceipts, disputeManager);
        _deployProxy("ProofRegistry", args, init);
    }

    /// @dev Each part only where it is missing: a run that stopped goes on.
    function _wireProofs(ProofRouteConfig[] memory routes) internal {
        if (proofRegistry.programCount() == 0) {
            string memory json = vm.readFile(_PROGRAMS);
            bytes32 vkey = vm.parseJsonBytes32(json, ".programs.adherence.vkey");
            uint256 version = vm.parseJsonUint(json, ".programs.adherence.statementVersion");
            // Its number is 1, as the first.
            // slither-disable-next-line unused-return
            proofRegistry.addProgram(proofRegistry.ADHERENCE(), vkey, SafeCast.toUint32(version), 0, 0);
        }
        for (uint256 i; i < routes.length; ++i) {
            ProofRouteConfig memory route = routes[i];
            if (proofRegistry.routeOf(route.selector).verifier != address(0)) continue;
            IProofRegistry.Assurance assurance = IProofRegistry.Assurance(route.assurance);
            proofRegistry.addRoute(route.selector, route.verifier, assurance, route.codeHash);
        }
    }

    /// @dev Keys made by one party, and verifiers that check nothing, stay on local chains.
    function _checkRoutes(ProofRouteConfig[] memory routes) internal view {
        if (block.chainid == DeploymentConfigs.LOCAL_CHAIN_ID) return;
        for (uint256 i; i < routes.length; ++i) {
            bool production = routes[i].assurance == uint8(IProofRegistry.Assurance.Production);
            require(production, Deployment_RouteNotForProduction(routes[i].selector, routes[i].assurance));
        }
    }
}
