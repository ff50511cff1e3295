// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Roles } from "../../contracts/access/Roles.sol";
import { IProtocolConfig } from "../../contracts/interfaces/governance/IProtocolConfig.sol";
import { TestUSDC } from "../tokens/TestUSDC.sol";
import { DeploymentAddresses } from "./DeploymentAddresses.sol";
import { DeploymentConfig, PaymentTokenConfig } from "./DeploymentConfig.sol";
import { Permissions } from "./Permissions.sol";

/// @dev The one function of Superfluid's SuperTokenFactory that makes a wrapper. `upgradability` 1 is semi-upgradable.
interface ISuperTokenFactory {
    function createERC20Wrapper(
        address underlying,
        uint8 decimals,
        uint8 upgradability,
        string calldata name,
        string calldata symbol
    )
        external
        returns (address superToken);
}

/// @notice Rails, payment tokens and roles; ends with the timelock as the AccessManager's only admin.
/// @dev A new manager reserves every restricted function to its admin, so the deployer sets rails and tokens before roles
/// are given out. Execution delays count from the grant at once, whereas later changes of delays need days: hence here.
abstract contract DeploymentWiring is DeploymentAddresses {
    uint8 internal constant ESCROW_RAIL = 1;

    uint8 private constant _SEMI_UPGRADABLE = 1;

    function _isAdmin(address account) internal view returns (bool isMember) {
        (isMember,) = accessManager.hasRole(Roles.ADMIN, account);
    }

    /// @dev The wrapper is found through the configuration; a run that stopped between making and listing makes another.
    function _deployTestTokens(DeploymentConfig memory config) internal {
        usdc = TestUSDC(_deployNamed("TestUSDC", ""));
        usdcx = protocolConfig.paymentToken(address(usdc)).superToken;
        if (usdcx != address(0) || !_isAdmin(config.deployer)) return;
        usdcx = ISuperTokenFactory(config.superTokenFactory)
            .createERC20Wrapper(address(usdc), usdc.decimals(), _SEMI_UPGRADABLE, "Super Test USDC", "USDCx");
        _setPaymentToken(address(usdc), usdcx, config.testTokenFeeBps);
    }

    function _wire(DeploymentConfig memory config) internal {
        _addRails();
        for (uint256 i; i < config.tokens.length; ++i) {
            PaymentTokenConfig memory listed = config.tokens[i];
            _setPaymentToken(listed.token, listed.superToken, listed.feeBps);
        }
        _restrictFunctions();
        _labelRoles();
        _grant(Roles.UPGRADER, config.upgrader, config.upgraderDelay);
        _grant(Roles.GOVERNOR, config.governor, config.governorDelay);
        _grant(Roles.GUARDIAN, config.guardian, 0);
        _grant(Roles.KEY_OPERATOR, config.keyOperator, config.keyOperatorDelay);
        _grant(Roles.ADMIN, address(timelock), 0);
        accessManager.renounceRole(Roles.ADMIN, config.deployer);
    }

    function _addRails() private {
        (address rail,,) = licenseToken.railAt(ESCROW_RAIL);
        if (rail == address(0)) licenseToken.addRail(ESCROW_RAIL, address(escrow), false);
    }

    function _setPaymentToken(address token, address superToken, uint16 feeBps) private {
        IProtocolConfig.PaymentToken memory listed = protocolConfig.paymentToken(token);
        if (listed.allowed && listed.superToken == superToken && listed.feeBps == feeBps) return;
        protocolConfig.setPaymentToken(token, superToken, feeBps, true);
    }

    function _restrictFunctions() private {
        Permissions.Permission[9] memory list = Permissions.restricted();
        for (uint256 i; i < list.length; ++i) {
            _setFunctionRole(_addressOf(list[i].target), Permissions.selectorOf(list[i].signature), list[i].role);
        }
        string[8] memory proxies = Permissions.proxies();
        bytes4 upgrade = Permissions.selectorOf(Permissions.UPGRADE);
        for (uint256 i; i < proxies.length; ++i) {
            _setFunctionRole(_addressOf(proxies[i]), upgrade, Roles.UPGRADER);
        }
    }

    function _setFunctionRole(address target, bytes4 selector, uint64 role) private {
        if (accessManager.getTargetFunctionRole(target, selector) == role) return;
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        accessManager.setTargetFunctionRole(target, selectors, role);
    }

    /// @dev Guardians may cancel what the delayed roles have scheduled: that only makes things safer.
    function _labelRoles() private {
        Permissions.RoleInfo[4] memory roles = Permissions.roles();
        for (uint256 i; i < roles.length; ++i) {
            accessManager.labelRole(roles[i].id, roles[i].label);
            if (roles[i].id != Roles.GUARDIAN) accessManager.setRoleGuardian(roles[i].id, Roles.GUARDIAN);
        }
    }

    function _grant(uint64 role, address account, uint32 delay) private {
        (bool isMember, uint32 present) = accessManager.hasRole(role, account);
        if (!isMember || present != delay) accessManager.grantRole(role, account, delay);
    }
}
