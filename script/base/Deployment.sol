// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TimelockController } from "@openzeppelin/contracts/governance/TimelockController.sol";

import { Roles } from "../../contracts/access/Roles.sol";
import { DeploymentConfig, DeploymentConfigs, PaymentTokenConfig, ProofRouteConfig } from "./DeploymentConfig.sol";
import { DeploymentProofs } from "./DeploymentProofs.sol";
import { Permissions } from "./Permissions.sol";

/// @dev The one function of Superfluid's host that finds its agreements.
interface ISuperfluidHost {
    function getAgreementClass(bytes32 agreementType) external view returns (address);
}

/// @notice The whole first deployment. Script and tests run this very code, so tests exercise the real wiring.
/// @dev Whoever calls makes `config.deployer` the sender (broadcast or prank) and the present chain's clock runs on.
/// Running it again deploys only what has no code; once the deployer has handed over, it changes nothing.
abstract contract Deployment is DeploymentProofs {
    /// @notice Least delay of the timelock outside local chains.
    uint32 internal constant MIN_TIMELOCK_DELAY = 2 days;

    bytes32 private constant _CONSTANT_FLOW = keccak256("org.superfluid-finance.agreements.ConstantFlowAgreement.v1");
    bytes32 private constant _DISTRIBUTION =
        keccak256("org.superfluid-finance.agreements.GeneralDistributionAgreement.v1");

    /// @dev Thrown when an address is missing or must have code and has none: `field` names it.
    error Deployment_BadAddress(string field, address given);
    /// @dev Thrown when a contract of others does not have the code that the configuration names.
    error Deployment_WrongCode(address at, bytes32 expected, bytes32 found);
    /// @dev Thrown when a delay is below its floor outside local chains.
    error Deployment_DelayTooShort(string field, uint32 given, uint32 floor);
    /// @dev Thrown when nobody would rule on disputes: name the council's members.
    error Deployment_NoCouncil();
    /// @dev Thrown when test tokens are asked for on a chain that is not local.
    error Deployment_TestTokensNotLocal(uint256 chainId);

    /// @notice Deploys, wires and hands over.
    function _deployAll(DeploymentConfig memory config) internal {
        _check(config);
        _deployFactory(config.deployer);
        _deployGovernance(config);
        _deployRegistries(config);
        _deployLicensing(config);
        _deployPayments(config);
        _deployTrust();
        _deployProofs(config.mockVerifier);
        _deployLens();
        if (config.testTokens) _deployTestTokens(config);
        if (_isAdmin(config.deployer)) {
            _wireProofs(config);
            _wire(config);
        }
        if (factory.owner() == config.deployer) factory.transferOwnership(address(timelock));
    }

    function _deployGovernance(DeploymentConfig memory config) private {
        address[] memory proposers = new address[](1);
        proposers[0] = config.proposer;
        // Executors: the zero address, so that anyone may execute what was proposed in time.
        bytes memory timelockArgs = abi.encode(config.timelockDelay, proposers, new address[](1), address(0));
        timelock = TimelockController(payable(_deployNamed("TimelockController", timelockArgs)));
        _deployNamed("AccessManager", abi.encode(config.deployer));
    }

    function _deployRegistries(DeploymentConfig memory config) private {
        bytes memory init = abi.encodeWithSignature("initialize(address)", accessManager);
        bytes memory configInit = abi.encodeWithSignature("initialize(address,address)", accessManager, config.treasury);
        _deployProxy("ProtocolConfig", "", configInit);
        _deployProxy("TermsRegistry", "", init);
        bytes memory args = abi.encode(licenseToken, terms, disputeManager);
        _deployProxy("DatasetRegistry", args, init);
        _deployProxy("KeyNetwork", "", init);
    }

    function _deployLicensing(DeploymentConfig memory config) private {
        bytes memory init = abi.encodeWithSignature("initialize(address)", accessManager);
        _deployProxy("LicenseToken", abi.encode(market, registry, terms, disputeManager), init);
        bytes memory args = abi.encode(licenseToken, registry, terms, protocolConfig, distributor, config.permit2);
        _deployProxy("LicenseMarket", args, init);
    }

    function _deployPayments(DeploymentConfig memory config) private {
        bytes memory init = abi.encodeWithSignature("initialize(address)", accessManager);
        bytes memory args = abi.encode(market, licenseToken, distributor, disputeManager);
        _deployProxy("EscrowRail", bytes.concat(args, _evidenceKeepers()), init);
        _deployProxy("MeterRail", args, init);
        _deployProxy("RevenueShareRail", args, init);
        _deployStreams(config, init);
        args = abi.encode(licenseToken, registry, protocolConfig, config.gdaForwarder);
        _deployProxy("RevenueDistributor", args, init);
        _deployVersioned("ContributorList", "");
        _deployVersioned("ContributorLists", abi.encode(contributorList));
    }

    /// @dev Whose evidence an offer can name, and who keeps providers' keys; until they have code, nobody asks them.
    function _evidenceKeepers() private view returns (bytes memory) {
        return abi.encode(computeReceipts, proofRegistry, qualityOracle, providerBond);
    }

    function _deployStreams(DeploymentConfig memory config, bytes memory init) private {
        address host = config.superfluidHost;
        address flows = ISuperfluidHost(host).getAgreementClass(_CONSTANT_FLOW);
        bytes memory keepers = abi.encode(computeReceipts, proofRegistry, providerBond);
        _deployVersioned("StreamOffers", bytes.concat(abi.encode(protocolConfig, licenseToken), keepers));
        address distributions = ISuperfluidHost(host).getAgreementClass(_DISTRIBUTION);
        _deployVersioned("StreamVault", abi.encode(streams, distributor, host, flows, distributions));
        _deployVersioned("LiveVault", abi.encode(liveStreams, host, flows, distributions));
        bytes memory neighbors = abi.encode(market, licenseToken, distributor, disputeManager, registry);
        bytes memory framework = abi.encode(streamOffers, host, flows);
        _deployProxy("StreamRail", bytes.concat(neighbors, framework, abi.encode(streamVault)), init);
        bytes memory live = abi.encode(config.gdaForwarder, liveVault, providerBond);
        _deployProxy("LiveStreamRail", bytes.concat(neighbors, framework, live), init);
    }

    function _deployLens() private {
        bytes memory args = abi.encode(licenseToken, market, registry, terms, escrow, distributor, protocolConfig);
        _deployVersioned("ColophonLens", args);
    }

    /// @notice Refuses a configuration that lacks an address or asks for what its chain must not have.
    function _check(DeploymentConfig memory config) internal view {
        _checkAddress("treasury", config.treasury);
        _checkAddress("proposer", config.proposer);
        _checkAddress("upgrader", config.upgrader);
        _checkAddress("governor", config.governor);
        _checkAddress("guardian", config.guardian);
        _checkAddress("keyOperator", config.keyOperator);
        _checkCode("permit2", config.permit2);
        _checkCode("gdaForwarder", config.gdaForwarder);
        _checkCode("superfluidHost", config.superfluidHost);
        require(config.council.members.length != 0, Deployment_NoCouncil());
        for (uint256 i; i < config.tokens.length; ++i) {
            PaymentTokenConfig memory listed = config.tokens[i];
            _checkCode("tokens.token", listed.token);
            _checkCode("tokens.superToken", listed.superToken);
        }
        _checkProofs(config.mockVerifier, config.proofRoutes);
        for (uint256 i; i < config.proofRoutes.length; ++i) {
            _checkVerifier(config.proofRoutes[i]);
        }
        if (block.chainid != DeploymentConfigs.LOCAL_CHAIN_ID) _checkPublicChain(config);
    }

    function _checkPublicChain(DeploymentConfig memory config) private view {
        require(!config.testTokens, Deployment_TestTokensNotLocal(block.chainid));
        _checkDelay("timelockDelay", config.timelockDelay, MIN_TIMELOCK_DELAY);
        _checkDelay("upgraderDelay", config.upgraderDelay, Roles.UPGRADER_DELAY);
        _checkDelay("governorDelay", config.governorDelay, Roles.GOVERNOR_DELAY);
        _checkDelay("keyOperatorDelay", config.keyOperatorDelay, Roles.KEY_OPERATOR_DELAY);
    }

    function _checkAddress(string memory field, address given) private pure {
        require(given != address(0), Deployment_BadAddress(field, given));
    }

    function _checkCode(string memory field, address given) private view {
        require(given.code.length != 0, Deployment_BadAddress(field, given));
    }

    function _checkVerifier(ProofRouteConfig memory route) private view {
        _checkCode("proofRoutes.verifier", route.verifier);
        bytes32 found = route.verifier.codehash;
        require(found == route.codeHash, Deployment_WrongCode(route.verifier, route.codeHash, found));
    }

    function _checkDelay(string memory field, uint32 given, uint32 floor) private pure {
        require(given >= floor, Deployment_DelayTooShort(field, given, floor));
    }
}
