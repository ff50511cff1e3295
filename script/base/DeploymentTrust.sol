// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { IAttestationRegistry } from "../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { IDisputeTypes } from "../../contracts/interfaces/trust/IDisputeTypes.sol";
import { CouncilConfig } from "./DeploymentConfig.sol";
import { DeploymentWiring } from "./DeploymentWiring.sol";

/// @notice Trust: bonds, faults, challenges, disputes, attestations, consents, recalls, quality.
/// @dev The numbers here are the first ones; governance changes them within the bounds that the contracts keep.
abstract contract DeploymentTrust is DeploymentWiring {
    /// @dev In whole tokens.
    uint96 private constant _LEAST_BOND = 100;
    uint16 private constant _BOND_RATIO_BPS = 2000;
    uint96 private constant _CLAIM_BOND = 25;
    uint96 private constant _REPORTER_STAKE = 100;
    uint96 private constant _LEAST_REWARD = 1;

    uint32 private constant _COUNCIL_RULES_WITHIN = 14 days;

    function _deployTrust() internal {
        bytes memory init = abi.encodeWithSignature("initialize(address)", accessManager);
        bytes memory verifiers = abi.encode(objectiveFaults, serviceChallenges, disputeManager);
        _deployProxy("ProviderBond", bytes.concat(abi.encode(licenseToken, market, protocolConfig), verifiers), init);
        bytes memory provers = abi.encode(licenseToken, registry, providerBond, disputeManager);
        _deployProxy("ObjectiveFaults", provers, init);
        _deployProxy("ServiceChallenges", provers, init);
        _deployDisputes(init);
        _deployProxy("AttestationRegistry", abi.encode(licenseToken, disputeManager), init);
        _deployProxy("ConsentRegistry", abi.encode(licenseToken, recalls), init);
        _deployProxy("Recalls", abi.encode(licenseToken, registry, consents, disputeManager), init);
        _deployProxy("QualityOracle", abi.encode(licenseToken, registry, protocolConfig), init);
    }

    /// @dev DisputeManager's code stands in four parts: one alone would be too large.
    function _deployDisputes(bytes memory init) private {
        bytes memory read =
            abi.encode(licenseToken, registry, providerBond, attestations, proofRegistry, computeReceipts, recalls);
        _deployVersioned("DisputeReader", read);
        bytes memory neighbors = bytes.concat(
            abi.encode(licenseToken, registry, providerBond, objectiveFaults, serviceChallenges, attestations),
            abi.encode(proofRegistry, computeReceipts, recalls, _implementationOf("DisputeReader"))
        );
        _deployVersioned("DisputeRemedies", neighbors);
        _deployVersioned("DisputeCourt", bytes.concat(neighbors, abi.encode(protocolConfig)));
        bytes memory parts = abi.encode(_implementationOf("DisputeCourt"), _implementationOf("DisputeRemedies"));
        _deployProxy("DisputeManager", bytes.concat(neighbors, parts), init);
        _deployProxy("CouncilArbitrator", abi.encode(disputeManager), init);
    }

    /// @dev Each part only where it is missing: a run that stopped goes on.
    function _wireTrust(CouncilConfig memory config, address[] memory tokens) internal override {
        for (uint256 i; i < tokens.length; ++i) {
            _wireToken(tokens[i], SafeCast.toUint96(10 ** IERC20Metadata(tokens[i]).decimals()));
        }
        _wireSchemas();
        if (council.present() == 0) {
            council.setCouncil(config.members, config.names, config.threshold, config.appealThreshold);
        }
        uint16 judge = disputeManager.judgeOf(address(council));
        // An appeal goes to the same council, which then needs more votes.
        if (judge == 0) judge = disputeManager.setArbitrator(address(council), 1, _COUNCIL_RULES_WITHIN);
        (uint16 numbers,) = disputeManager.counts();
        if (numbers == 0 && tokens.length != 0) disputeManager.setNumbers(_numbers(judge, tokens[0]));
    }

    function _wireToken(address token, uint96 whole) private {
        if (!providerBond.bondToken(token).accepted) {
            providerBond.setBondToken(token, _LEAST_BOND * whole, _BOND_RATIO_BPS, true);
        }
        if (qualityOracle.tokenTermsOf(token).stake == 0) {
            qualityOracle.setTokenTerms(token, _LEAST_REWARD * whole, _REPORTER_STAKE * whole);
        }
        for (uint8 subject = 1; subject <= uint8(type(IDisputeTypes.Subject).max); ++subject) {
            if (disputeManager.bondOf(IDisputeTypes.Subject(subject), token) != 0) continue;
            disputeManager.setBond(IDisputeTypes.Subject(subject), token, _CLAIM_BOND * whole);
        }
    }

    function _numbers(uint16 judge, address bondToken) private pure returns (IDisputeTypes.Numbers memory) {
        return IDisputeTypes.Numbers({
            responseWindow: 5 days,
            referWindow: 7 days,
            appealWindow: 5 days,
            limitation: 180 days,
            priceBps: 500,
            counterFactor: 2,
            appealFactor: 2,
            judge: judge,
            bondToken: bondToken
        });
    }

    /// @dev The badges that the dApp knows by name, as spec/ describes them.
    function _wireSchemas() private {
        string memory json = vm.readFile("spec/vectors/badges.json");
        for (uint256 i; vm.keyExistsJson(json, _schemaKey(i, "")); ++i) {
            bytes32 name = bytes32(bytes(vm.parseJsonString(json, _schemaKey(i, ".name"))));
            if (attestations.knownSchema(name) != bytes32(0)) continue;
            bytes32 schema = attestations.registerSchema(
                IAttestationRegistry.SchemaInput({
                    documentHash: vm.parseJsonBytes32(json, _schemaKey(i, ".documentHash")),
                    kinds: SafeCast.toUint8(vm.parseJsonUint(json, _schemaKey(i, ".kinds"))),
                    maxValidity: SafeCast.toUint40(vm.parseJsonUint(json, _schemaKey(i, ".maxValidity"))),
                    fields: vm.parseJsonString(json, _schemaKey(i, ".fields"))
                })
            );
            attestations.setSchemaKnown(schema, name, true);
        }
    }

    function _schemaKey(uint256 position, string memory rest) private pure returns (string memory) {
        return string.concat(".schemas[", vm.toString(position), "]", rest);
    }
}
