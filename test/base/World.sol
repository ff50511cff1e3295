// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Test } from "forge-std/Test.sol";

import { Deployment } from "../../script/base/Deployment.sol";
import { DeploymentAddresses } from "../../script/base/DeploymentAddresses.sol";
import { CouncilConfig, DeploymentConfig, PaymentTokenConfig } from "../../script/base/DeploymentConfig.sol";

/// @notice Who and where: what World fills in, and tests read.
abstract contract WorldState is Test, DeploymentAddresses {
    uint256 internal constant START = 1_800_000_000;
    uint128 internal constant PRICE = 100e6;
    uint16 internal constant FEE_BPS = 250;
    uint256 internal constant FUNDS = 1_000_000e6;

    /// @dev Owner of datasets.
    address internal alice;
    uint256 internal aliceKey;
    /// @dev Buyer.
    address internal bob;
    uint256 internal bobKey;
    /// @dev Second buyer, delegate, contributor: whoever is needed beside.
    address internal carol;
    uint256 internal carolKey;
    /// @dev Without any right.
    address internal mallory;
    address internal provider;
    uint256 internal providerKey;
    address internal arbitrator;
    address internal treasury;
    /// @dev The council that rules on disputes by default.
    address[3] internal councillors;
    address internal deployer;
    /// @dev Holds every role below the admin, without delay.
    address internal governance;

    address internal permit2;
    address internal gdaForwarder;
    address internal superfluidHost;
}

/// @notice Deploys the protocol for tests, by the deploy script's own code.
/// @dev A contract of its own, which tests delegate to: all of them would otherwise hold, and the compiler optimize, the code of
/// the whole deployment. It has no state but WorldState's, so that both agree on every slot.
contract World is WorldState, Deployment {
    /// @notice The whole protocol at time START, and actors with money.
    function build() external {
        vm.warp(START);
        _makeActors();
        vm.loadAllocs(".colophon/superfluid.allocs.json");
        DeploymentConfig memory config = deploymentConfig();
        vm.startPrank(deployer);
        _deployAll(config);
        vm.stopPrank();
        _fund(bob);
        _fund(carol);
    }

    /// @dev Three members: two votes rule, an appeal takes all three.
    function _councilConfig() private returns (CouncilConfig memory config) {
        (config.threshold, config.appealThreshold) = (2, 3);
        (config.members, config.names) = (new address[](3), new string[](3));
        for (uint160 i; i < 3; ++i) {
            (councillors[i], config.members[i]) = (address(0xC0DE01 + i), address(0xC0DE01 + i));
            config.names[i] = string.concat("member ", vm.toString(i));
            vm.label(councillors[i], config.names[i]);
        }
    }

    /// @notice What setUp deploys: no delays, all roles with `governance`.
    function deploymentConfig() internal returns (DeploymentConfig memory config) {
        string memory outside = vm.readFile(".colophon/superfluid.addresses.json");
        permit2 = vm.parseJsonAddress(outside, ".permit2");
        gdaForwarder = vm.parseJsonAddress(outside, ".gdaForwarder");
        superfluidHost = vm.parseJsonAddress(outside, ".host");
        config.deployer = deployer;
        config.treasury = treasury;
        (config.proposer, config.upgrader, config.governor) = (governance, governance, governance);
        (config.guardian, config.keyOperator) = (governance, governance);
        config.timelockDelay = 1;
        config.council = _councilConfig();
        (config.permit2, config.gdaForwarder, config.superfluidHost) = (permit2, gdaForwarder, superfluidHost);
        config.superTokenFactory = vm.parseJsonAddress(outside, ".superTokenFactory");
        config.testTokens = true;
        config.testTokenFeeBps = FEE_BPS;
        config.tokens = new PaymentTokenConfig[](0);
        config.mockVerifier = true;
    }

    function _fund(address account) private {
        usdc.mint(account, FUNDS);
        vm.startPrank(account);
        usdc.approve(address(market), type(uint256).max);
        usdc.approve(address(escrow), type(uint256).max);
        vm.stopPrank();
    }

    function _makeActors() private {
        (alice, aliceKey) = makeAddrAndKey("alice");
        (bob, bobKey) = makeAddrAndKey("bob");
        (carol, carolKey) = makeAddrAndKey("carol");
        (provider, providerKey) = makeAddrAndKey("provider");
        mallory = makeAddr("mallory");
        arbitrator = makeAddr("arbitrator");
        treasury = makeAddr("treasury");
        deployer = makeAddr("deployer");
        governance = makeAddr("governance");
    }
}
