// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Roles } from "../../contracts/access/Roles.sol";
import { IProtocolConfig } from "../../contracts/interfaces/governance/IProtocolConfig.sol";
import { TestUSDC } from "../tokens/TestUSDC.sol";
import { DeploymentAddresses } from "./DeploymentAddresses.sol";
import { CouncilConfig, DeploymentConfig, PaymentTokenConfig } from "./DeploymentConfig.sol";
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
        _wireTrust(config.council, _tokensOf(config));
        accessManager.multicall(_handOver(config));
    }

    /// @dev What trust starts with; in DeploymentTrust.
    function _wireTrust(CouncilConfig memory config, address[] memory tokens) internal virtual;

    /// @dev Payment tokens, of which the first is the one for claims that no offer prices.
    function _tokensOf(DeploymentConfig memory config) private view returns (address[] memory tokens) {
        uint256 more = config.testTokens ? 1 : 0;
        tokens = new address[](config.tokens.length + more);
        if (config.testTokens) tokens[0] = address(usdc);
        for (uint256 i; i < config.tokens.length; ++i) {
            tokens[i + more] = config.tokens[i].token;
        }
    }

    /// @dev Whether an escrow license is in standing stands with the license itself; the other rails are asked.
    function _addRails() private {
        _addRail(ESCROW_RAIL, address(escrow), false);
        _addRail(STREAM_RAIL, address(streams), true);
        _addRail(METER_RAIL, address(meters), true);
        _addRail(REVENUE_SHARE_RAIL, address(revenueShares), true);
        _addRail(LIVE_STREAM_RAIL, address(liveStreams), true);
    }

    function _addRail(uint8 index, address rail, bool asked) private {
        (address present,,) = licenseToken.railAt(index);
        if (present == address(0)) licenseToken.addRail(index, rail, asked);
    }

    function _setPaymentToken(address token, address superToken, uint16 feeBps) private {
        IProtocolConfig.PaymentToken memory listed = protocolConfig.paymentToken(token);
        if (listed.allowed && listed.superToken == superToken && listed.feeBps == feeBps) return;
        protocolConfig.setPaymentToken(token, superToken, feeBps, true);
    }

    /// @dev One transaction, so a run that stops leaves either nothing or everything of it. The admin goes last.
    function _handOver(DeploymentConfig memory config) private view returns (bytes[] memory calls) {
        Permissions.Permission[] memory list = Permissions.restricted();
        string[] memory proxies = Permissions.proxies();
        calls = new bytes[](list.length + proxies.length + 4 + 3 + 6);
        uint256 n;
        for (uint256 i; i < list.length; ++i) {
            calls[n++] = _functionRole(list[i].target, list[i].signature, list[i].role);
        }
        for (uint256 i; i < proxies.length; ++i) {
            calls[n++] = _functionRole(proxies[i], Permissions.UPGRADE, Roles.UPGRADER);
        }
        n = _labels(calls, n);
        calls[n++] = _grant(Roles.UPGRADER, config.upgrader, config.upgraderDelay);
        calls[n++] = _grant(Roles.GOVERNOR, config.governor, config.governorDelay);
        calls[n++] = _grant(Roles.GUARDIAN, config.guardian, 0);
        calls[n++] = _grant(Roles.KEY_OPERATOR, config.keyOperator, config.keyOperatorDelay);
        calls[n++] = _grant(Roles.ADMIN, address(timelock), 0);
        calls[n] = abi.encodeCall(accessManager.renounceRole, (Roles.ADMIN, config.deployer));
    }

    function _functionRole(
        string memory target,
        string memory signature,
        uint64 role
    )
        private
        view
        returns (bytes memory)
    {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = Permissions.selectorOf(signature);
        return abi.encodeCall(accessManager.setTargetFunctionRole, (_addressOf(target), selectors, role));
    }

    /// @dev Guardians may cancel what the delayed roles have scheduled: that only makes things safer.
    function _labels(bytes[] memory calls, uint256 n) private view returns (uint256) {
        Permissions.RoleInfo[4] memory roles = Permissions.roles();
        for (uint256 i; i < roles.length; ++i) {
            uint64 id = roles[i].id;
            calls[n++] = abi.encodeCall(accessManager.labelRole, (id, roles[i].label));
            if (id == Roles.GUARDIAN) continue;
            calls[n++] = abi.encodeCall(accessManager.setRoleGuardian, (id, Roles.GUARDIAN));
        }
        return n;
    }

    function _grant(uint64 role, address account, uint32 delay) private view returns (bytes memory) {
        return abi.encodeCall(accessManager.grantRole, (role, account, delay));
    }
}
