// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { TimelockController } from "@openzeppelin/contracts/governance/TimelockController.sol";
import { Create3 } from "@openzeppelin/contracts/utils/Create3.sol";

import { Roles } from "../../contracts/access/Roles.sol";
import { IProofRegistry } from "../../contracts/interfaces/proofs/IProofRegistry.sol";
import { ISP1Verifier } from "../../contracts/interfaces/proofs/ISP1Verifier.sol";
import { Sp1Groth16Verifier } from "../../contracts/proofs/verifier/Sp1Groth16Verifier.sol";
import { Deploy } from "../../script/Deploy.s.sol";
import { Deployment } from "../../script/base/Deployment.sol";
import {
    DeploymentConfig,
    DeploymentConfigs,
    PaymentTokenConfig,
    ProofRouteConfig
} from "../../script/base/DeploymentConfig.sol";
import { DeploymentProofs } from "../../script/base/DeploymentProofs.sol";
import { Permissions } from "../../script/base/Permissions.sol";
import { TestUSDC } from "../../script/tokens/TestUSDC.sol";
import { ColophonTest } from "../base/ColophonTest.sol";
import { World } from "../base/World.sol";
import { Sp1Vectors } from "../unit/proofs/Sp1Vectors.sol";

/// @notice The deploy script: who holds what at the end, its address book, a second run, and what it refuses.
contract DeployTest is ColophonTest, World, Sp1Vectors {
    uint256 internal constant PUBLIC_CHAIN = 84_532;
    /// @dev Of SP1's circuit v6.1.0.
    bytes4 internal constant SP1_SELECTOR = 0x4388a21c;

    Deploy internal script;

    function setUp() public override {
        super.setUp();
        script = new Deploy();
        vm.createDir("deployments/local", true);
    }

    function test_TheDeployerEndsWithNothing() public {
        uint64[5] memory roles = [Roles.ADMIN, Roles.UPGRADER, Roles.GOVERNOR, Roles.GUARDIAN, Roles.KEY_OPERATOR];
        for (uint256 i; i < roles.length; ++i) {
            (bool isMember,) = accessManager.hasRole(roles[i], deployer);
            assertFalse(isMember, vm.toString(roles[i]));
        }
        assertFalse(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), deployer));
        assertFalse(timelock.hasRole(timelock.PROPOSER_ROLE(), deployer));
        assertFalse(timelock.hasRole(timelock.CANCELLER_ROLE(), deployer));
        assertEq(factory.owner(), address(timelock));
        vm.prank(deployer);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, deployer));
        factory.deploy(keccak256("more"), hex"00");
    }

    function test_TheTimelockIsTheOnlyAdmin() public view {
        (bool isMember, uint32 delay) = accessManager.hasRole(Roles.ADMIN, address(timelock));
        assertTrue(isMember);
        assertEq(delay, 0);
        (isMember,) = accessManager.hasRole(Roles.ADMIN, governance);
        assertFalse(isMember);
        assertTrue(timelock.hasRole(timelock.PROPOSER_ROLE(), governance));
        assertTrue(timelock.hasRole(timelock.EXECUTOR_ROLE(), address(0)));
        assertTrue(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), address(timelock)));
        assertFalse(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), governance));
    }

    function test_EveryRoleIsWhereTheConfigurationSays() public view {
        Permissions.RoleInfo[4] memory roles = Permissions.roles();
        for (uint256 i; i < roles.length; ++i) {
            (bool isMember, uint32 delay) = accessManager.hasRole(roles[i].id, governance);
            assertTrue(isMember, roles[i].label);
            assertEq(delay, 0);
            uint64 guardian = roles[i].id == Roles.GUARDIAN ? Roles.ADMIN : Roles.GUARDIAN;
            assertEq(accessManager.getRoleGuardian(roles[i].id), guardian, roles[i].label);
        }
    }

    function test_EveryRailSells() public view {
        address[5] memory rails =
            [address(escrow), address(streams), address(meters), address(revenueShares), address(liveStreams)];
        uint8[5] memory indexes = [ESCROW_RAIL, STREAM_RAIL, METER_RAIL, REVENUE_SHARE_RAIL, LIVE_STREAM_RAIL];
        for (uint256 i; i < rails.length; ++i) {
            (address rail, bool live, bool sells) = licenseToken.railAt(indexes[i]);
            assertEq(rail, rails[i]);
            assertEq(live, rail != address(escrow));
            assertTrue(sells);
        }
    }

    function test_TrustHasItsFirstNumbers() public view {
        assertTrue(providerBond.bondToken(address(usdc)).accepted);
        assertGt(qualityOracle.tokenTermsOf(address(usdc)).stake, 0);
        assertEq(disputeManager.judgeAt(disputeManager.judgeOf(address(council))).arbitrator, address(council));
        assertEq(council.councilAt(council.present()).threshold, 2);
        (uint16 numbers, uint256 disputes) = disputeManager.counts();
        assertEq(disputeManager.numbersAt(numbers).bondToken, address(usdc));
        assertEq(disputes, 0);
        bytes32 schema = attestations.knownSchema("k-anonymous");
        assertTrue(attestations.schemaOf(schema).known);
    }

    function test_TheTestTokenIsListedWithItsSuperToken() public view {
        assertEq(protocolConfig.paymentToken(address(usdc)).superToken, usdcx);
        assertEq(protocolConfig.paymentToken(address(usdc)).feeBps, FEE_BPS);
        assertTrue(protocolConfig.paymentToken(address(usdc)).allowed);
        assertGt(usdcx.code.length, 0);
        assertEq(usdc.decimals(), 6);
    }

    /// @dev Addresses follow from the deployer and the names alone: they are right before anything exists.
    function test_AddressesAreKnownBefore() public {
        address other = makeAddr("another deployer");
        DeploymentConfig memory config = _configOf(other);
        address expectedFactory = _factoryAddress(other);
        assertNotEq(expectedFactory, address(factory));
        string[] memory proxies = Permissions.proxies();
        address[] memory expected = new address[](proxies.length);
        for (uint256 i; i < proxies.length; ++i) {
            expected[i] =
                Create3.computeAddress(keccak256(bytes(string.concat("colophon.", proxies[i]))), expectedFactory);
            assertEq(expected[i].code.length, 0, proxies[i]);
        }
        vm.startPrank(other);
        _deployAll(config);
        vm.stopPrank();
        assertEq(address(factory), expectedFactory);
        for (uint256 i; i < proxies.length; ++i) {
            assertGt(expected[i].code.length, 0, proxies[i]);
        }
    }

    function test_TheScriptWritesTheAddressBook() public {
        string memory path = "deployments/local/test-book.json";
        DeploymentConfig memory config = _configOf(makeAddr("another deployer"));
        vm.roll(77);
        script.deploy(config, path);
        string memory json = vm.readFile(path);
        assertEq(vm.parseJsonUint(json, ".chainId"), block.chainid);
        assertEq(vm.parseJsonAddress(json, ".deployer"), config.deployer);
        assertEq(vm.parseJsonAddress(json, ".external.permit2"), permit2);
        assertEq(vm.parseJsonAddress(json, ".external.gdaForwarder"), gdaForwarder);
        assertEq(vm.parseJsonAddress(json, ".external.superfluidHost"), superfluidHost);
        assertGt(vm.parseJsonAddress(json, ".external.testUSDCx").code.length, 0);
        string[] memory names = vm.parseJsonKeys(json, ".contracts");
        assertEq(names.length, Permissions.proxies().length + 15);
        for (uint256 i; i < names.length; ++i) {
            string memory key = string.concat(".contracts.", names[i]);
            address deployed = vm.parseJsonAddress(json, string.concat(key, ".address"));
            string memory implementation = string.concat(key, ".implementation");
            address code = vm.keyExistsJson(json, implementation) ? vm.parseJsonAddress(json, implementation) : deployed;
            assertGt(deployed.code.length, 0, names[i]);
            assertEq(vm.parseJsonBytes32(json, string.concat(key, ".codeHash")), code.codehash, names[i]);
            assertEq(vm.parseJsonString(json, string.concat(key, ".version")), VERSION);
            assertEq(vm.parseJsonUint(json, string.concat(key, ".block")), 77);
        }
        _runAgain(config, path, json);
        vm.removeFile(path);
    }

    /// @dev A second run, later and with a fresh script, changes neither the chain nor the address book.
    function _runAgain(DeploymentConfig memory config, string memory path, string memory json) private {
        vm.roll(99);
        uint256 nonce = vm.getNonce(config.deployer);
        Deploy again = new Deploy();
        vm.recordLogs();
        again.deploy(config, path);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(vm.getNonce(config.deployer), nonce);
        assertEq(vm.readFile(path), json);
    }

    function test_ARunThatStoppedIsFinished() public {
        address other = makeAddr("another deployer");
        DeploymentConfig memory config = _configOf(other);
        vm.startPrank(other);
        _deployFactory(other);
        factory.deploy(_versionedSalt("TermsRegistry"), vm.getCode("TermsRegistry.sol:TermsRegistry"));
        _deployAll(config);
        vm.stopPrank();
        assertEq(factory.owner(), address(timelock));
        assertFalse(_isAdmin(other));
        assertTrue(_isAdmin(address(timelock)));
        assertEq(terms.authority(), address(accessManager));
    }

    function test_TheTimelockActsAfterItsDelay() public {
        bytes memory call = abi.encodeCall(accessManager.grantRole, (Roles.GUARDIAN, carol, 0));
        vm.startPrank(governance);
        timelock.schedule(address(accessManager), 0, call, bytes32(0), bytes32(0), 1);
        bytes32 id = timelock.hashOperation(address(accessManager), 0, call, bytes32(0), bytes32(0));
        bytes32 ready = bytes32(1 << uint8(TimelockController.OperationState.Ready));
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnexpectedOperationState.selector, id, ready));
        timelock.execute(address(accessManager), 0, call, bytes32(0), bytes32(0));
        vm.stopPrank();
        forward(1);
        timelock.execute(address(accessManager), 0, call, bytes32(0), bytes32(0));
        (bool isMember,) = accessManager.hasRole(Roles.GUARDIAN, carol);
        assertTrue(isMember);
    }

    function test_RolesHaveDelaysOnPublicChains() public {
        vm.chainId(PUBLIC_CHAIN);
        DeploymentConfig memory config = _publicConfig();
        script.deploy(config, "deployments/local/test-public.json");
        vm.removeFile("deployments/local/test-public.json");
        _deployFactory(config.deployer);
        (, uint32 delay) = accessManager.hasRole(Roles.GOVERNOR, governance);
        assertEq(delay, Roles.GOVERNOR_DELAY);
        (, delay) = accessManager.hasRole(Roles.UPGRADER, governance);
        assertEq(delay, Roles.UPGRADER_DELAY);
        (, delay) = accessManager.hasRole(Roles.KEY_OPERATOR, governance);
        assertEq(delay, Roles.KEY_OPERATOR_DELAY);
        (, delay) = accessManager.hasRole(Roles.GUARDIAN, governance);
        assertEq(delay, 0);
        assertEq(timelock.getMinDelay(), 2 days);
        assertTrue(protocolConfig.paymentToken(address(usdc)).allowed);
    }

    function test_ShortDelaysAreRefusedOnPublicChains() public {
        vm.chainId(PUBLIC_CHAIN);
        DeploymentConfig memory config = _publicConfig();
        config.timelockDelay -= 1;
        _expectShort(config, "timelockDelay", config.timelockDelay, 2 days);
        config = _publicConfig();
        config.upgraderDelay = 0;
        _expectShort(config, "upgraderDelay", 0, Roles.UPGRADER_DELAY);
        config = _publicConfig();
        config.governorDelay = 0;
        _expectShort(config, "governorDelay", 0, Roles.GOVERNOR_DELAY);
        config = _publicConfig();
        config.keyOperatorDelay = 0;
        _expectShort(config, "keyOperatorDelay", 0, Roles.KEY_OPERATOR_DELAY);
    }

    function test_TestTokensAreRefusedOnPublicChains() public {
        vm.chainId(PUBLIC_CHAIN);
        DeploymentConfig memory config = _publicConfig();
        config.testTokens = true;
        vm.expectRevert(abi.encodeWithSelector(Deployment.Deployment_TestTokensNotLocal.selector, PUBLIC_CHAIN));
        script.deploy(config, "unused");
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_LocalOnly.selector, PUBLIC_CHAIN));
        new TestUSDC();
    }

    function test_VerifiersThatAreNotForProductionAreRefusedOnPublicChains() public {
        DeploymentConfig memory config = _publicConfig();
        config.proofRoutes = new ProofRouteConfig[](1);
        config.proofRoutes[0] = ProofRouteConfig(0x01020304, mallory, 3, mallory.codehash);
        vm.expectRevert(
            abi.encodeWithSelector(Deployment.Deployment_BadAddress.selector, "proofRoutes.verifier", mallory)
        );
        script.deploy(config, "unused");
        vm.chainId(PUBLIC_CHAIN);
        for (uint8 assurance; assurance < 3; ++assurance) {
            config.proofRoutes[0].assurance = assurance;
            vm.expectRevert(
                abi.encodeWithSelector(
                    DeploymentProofs.Deployment_RouteNotForProduction.selector, bytes4(0x01020304), assurance
                )
            );
            script.deploy(config, "unused");
        }
    }

    function test_ConfiguredVerifiersAreRoutedTo() public {
        DeploymentConfig memory config = _configOf(makeAddr("another deployer"));
        config.proofRoutes = new ProofRouteConfig[](1);
        config.proofRoutes[0] = ProofRouteConfig(0x01020304, address(script), 2, address(script).codehash);
        vm.startPrank(config.deployer);
        _deployAll(config);
        vm.stopPrank();
        assertEq(proofRegistry.routeOf(0x01020304).verifier, address(script));
        assertEq(uint8(proofRegistry.routeOf(0x01020304).assurance), 2);
        assertEq(proofRegistry.routeOf(SP1_SELECTOR).verifier, address(sp1Verifier));
        assertEq(proofRegistry.programCount(), 1);
    }

    /// @dev What proofs are checked by without any word in the configuration.
    function test_ProofsOfSp1GoToTheVerifierOfThisTree() public {
        IProofRegistry.Route memory route = proofRegistry.routeOf(SP1_SELECTOR);
        assertEq(route.verifier, address(sp1Verifier));
        assertEq(route.codeHash, address(sp1Verifier).codehash);
        assertEq(uint8(route.assurance), uint8(IProofRegistry.Assurance.Production));
        Sp1Proof memory p = published("v6.1.0-groth16-128-byte-values");
        ISP1Verifier(route.verifier).verifyProof(p.vkey, p.publicValues, p.proof);
        p.publicValues[0] ^= 0x01;
        vm.expectRevert(Sp1Groth16Verifier.ProofInvalid.selector);
        ISP1Verifier(route.verifier).verifyProof(p.vkey, p.publicValues, p.proof);
    }

    function test_TheMockVerifierIsRoutedToOnLocalChains() public view {
        IProofRegistry.Route memory route = proofRegistry.routeOf(bytes4(mockVerifier.VERIFIER_HASH()));
        assertEq(route.verifier, address(mockVerifier));
        assertEq(uint8(route.assurance), uint8(IProofRegistry.Assurance.Mock));
    }

    function test_TheMockVerifierIsRefusedOnPublicChains() public {
        vm.chainId(PUBLIC_CHAIN);
        DeploymentConfig memory config = _publicConfig();
        config.mockVerifier = true;
        vm.expectRevert(abi.encodeWithSelector(DeploymentProofs.Deployment_MockVerifierNotLocal.selector, PUBLIC_CHAIN));
        script.deploy(config, "unused");
    }

    function test_WithoutAWordOfItThereIsNoMockVerifier() public {
        vm.chainId(PUBLIC_CHAIN);
        DeploymentConfig memory config = _publicConfig();
        vm.startPrank(config.deployer);
        _deployAll(config);
        vm.stopPrank();
        assertEq(address(mockVerifier).code.length, 0);
        assertEq(proofRegistry.routeOf(bytes4(sha256("colophon mock verifier"))).verifier, address(0));
        assertEq(proofRegistry.routeOf(SP1_SELECTOR).verifier, address(sp1Verifier));
    }

    /// @dev On public chains Succinct's gateway can take the place of this tree's verifier. Its code is checked before anything is deployed.
    function test_AConfiguredGatewayTakesTheSelector() public {
        vm.chainId(PUBLIC_CHAIN);
        DeploymentConfig memory config = _publicConfig();
        config.proofRoutes = new ProofRouteConfig[](1);
        config.proofRoutes[0] = ProofRouteConfig(SP1_SELECTOR, address(script), 3, keccak256("other code"));
        bytes32 found = address(script).codehash;
        vm.expectRevert(
            abi.encodeWithSelector(
                Deployment.Deployment_WrongCode.selector, address(script), keccak256("other code"), found
            )
        );
        script.deploy(config, "unused");
        config.proofRoutes[0].codeHash = found;
        vm.startPrank(config.deployer);
        _deployAll(config);
        vm.stopPrank();
        assertEq(proofRegistry.routeOf(SP1_SELECTOR).verifier, address(script));
    }

    function test_MissingAddressesAreRefused() public {
        DeploymentConfig memory config = deploymentConfig();
        config.guardian = address(0);
        vm.expectRevert(abi.encodeWithSelector(Deployment.Deployment_BadAddress.selector, "guardian", address(0)));
        script.deploy(config, "unused");
        config = deploymentConfig();
        config.permit2 = mallory;
        vm.expectRevert(abi.encodeWithSelector(Deployment.Deployment_BadAddress.selector, "permit2", mallory));
        script.deploy(config, "unused");
    }

    function test_TheLocalConfigurationIsRead() public {
        DeploymentConfig memory config = DeploymentConfigs.load(deployer);
        assertEq(config.deployer, deployer);
        assertEq(config.permit2, permit2);
        assertEq(config.superfluidHost, superfluidHost);
        assertTrue(config.testTokens && config.mockVerifier);
        assertEq(config.governor, config.keyOperator);
        assertEq(config.governorDelay, 0);
    }

    function test_AChainWithoutConfigurationIsRefused() public {
        vm.chainId(PUBLIC_CHAIN);
        vm.expectRevert(
            abi.encodeWithSelector(
                DeploymentConfigs.DeploymentConfig_Missing.selector, PUBLIC_CHAIN, "script/config/84532.json"
            )
        );
        script.run();
    }

    function _configOf(address other) private returns (DeploymentConfig memory config) {
        config = deploymentConfig();
        config.deployer = other;
    }

    function _publicConfig() private returns (DeploymentConfig memory config) {
        config = _configOf(makeAddr("public deployer"));
        (config.timelockDelay, config.upgraderDelay) = (2 days, Roles.UPGRADER_DELAY);
        (config.governorDelay, config.keyOperatorDelay) = (Roles.GOVERNOR_DELAY, Roles.KEY_OPERATOR_DELAY);
        (config.testTokens, config.mockVerifier) = (false, false);
        config.tokens = new PaymentTokenConfig[](1);
        config.tokens[0] = PaymentTokenConfig({ token: address(usdc), superToken: usdcx, feeBps: 100 });
    }

    function _expectShort(DeploymentConfig memory config, string memory field, uint32 given, uint32 floor) private {
        vm.expectRevert(abi.encodeWithSelector(Deployment.Deployment_DelayTooShort.selector, field, given, floor));
        script.deploy(config, "unused");
    }
}
