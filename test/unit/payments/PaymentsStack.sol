// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonFactory } from "../../../contracts/access/ColophonFactory.sol";
import { ProtocolConfig } from "../../../contracts/governance/ProtocolConfig.sol";
import { LicenseMarket } from "../../../contracts/licensing/LicenseMarket.sol";
import { LicenseToken } from "../../../contracts/licensing/LicenseToken.sol";
import { TermsRegistry } from "../../../contracts/licensing/TermsRegistry.sol";
import { EscrowRail } from "../../../contracts/payments/EscrowRail.sol";
import { RevenueDistributor } from "../../../contracts/payments/RevenueDistributor.sol";
import { DatasetRegistry } from "../../../contracts/registry/DatasetRegistry.sol";
import { TestUSDC } from "../../../script/tokens/TestUSDC.sol";
import { AccessManager } from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import { Test } from "forge-std/Test.sol";

/// @dev The one function of Superfluid's factory that the tests need: wraps a token (1: its logic follows the framework).
interface ISuperTokenFactoryMinimal {
    function createERC20Wrapper(
        address underlyingToken,
        uint8 upgradability,
        string calldata name,
        string calldata symbol
    )
        external
        returns (address superToken);
}

/// @notice Everything that money passes, real and behind proxies, on the real Superfluid framework. The test contract is
/// the AccessManager's admin; `disputes` stands where the dispute manager will.
abstract contract PaymentsStack is Test {
    address internal constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
    uint8 internal constant RAIL = 1;
    uint16 internal constant FEE_BPS = 250;

    AccessManager internal manager;
    ColophonFactory internal factory;
    DatasetRegistry internal registry;
    TermsRegistry internal terms;
    ProtocolConfig internal config;
    LicenseToken internal licenses;
    LicenseMarket internal market;
    EscrowRail internal escrow;
    RevenueDistributor internal distributor;
    TestUSDC internal usdc;
    address internal usdcx;

    address internal superTokenFactory;
    address internal gdaForwarder;

    address internal disputes = makeAddr("disputes");
    address internal treasury = makeAddr("treasury");

    function _deployStack() internal {
        _loadSuperfluid();
        manager = new AccessManager(address(this));
        factory = new ColophonFactory(address(this));
        address token = _addressOf("LicenseToken");
        address reg = _addressOf("DatasetRegistry");
        address trm = _addressOf("TermsRegistry");
        address mkt = _addressOf("LicenseMarket");
        address cfg = _addressOf("ProtocolConfig");
        address dst = _addressOf("RevenueDistributor");
        _proxy("ProtocolConfig", "", abi.encodeCall(ProtocolConfig.initialize, (address(manager), treasury)));
        _proxy("TermsRegistry", "", _init());
        _proxy("DatasetRegistry", abi.encode(token, trm, disputes), _init());
        _proxy("LicenseToken", abi.encode(mkt, reg, trm, disputes), _init());
        _proxy("LicenseMarket", abi.encode(token, reg, trm, cfg, dst, PERMIT2), _init());
        _proxy("RevenueDistributor", abi.encode(token, reg, cfg, gdaForwarder), _init());
        bytes memory keepers =
            abi.encode(_addressOf("ComputeReceipts"), _addressOf("ProofRegistry"), _addressOf("QualityOracle"));
        bytes memory args =
            bytes.concat(abi.encode(mkt, token, dst, disputes), keepers, abi.encode(_addressOf("ProviderBond")));
        escrow = EscrowRail(_proxy("EscrowRail", args, _init()));
        (licenses, registry, terms) = (LicenseToken(token), DatasetRegistry(reg), TermsRegistry(trm));
        (market, config, distributor) = (LicenseMarket(mkt), ProtocolConfig(cfg), RevenueDistributor(dst));
        licenses.addRail(RAIL, address(escrow), false);
        usdc = new TestUSDC();
        usdcx = _wrap(address(usdc));
        config.setPaymentToken(address(usdc), usdcx, FEE_BPS, true);
    }

    /// @dev A super token for `token`.
    function _wrap(address token) internal returns (address) {
        return ISuperTokenFactoryMinimal(superTokenFactory).createERC20Wrapper(token, 1, "Super", "SUP");
    }

    function _loadSuperfluid() private {
        vm.loadAllocs(".colophon/superfluid.allocs.json");
        string memory addresses = vm.readFile(".colophon/superfluid.addresses.json");
        gdaForwarder = vm.parseJsonAddress(addresses, ".gdaForwarder");
        superTokenFactory = vm.parseJsonAddress(addresses, ".superTokenFactory");
    }

    /// @dev From the artifact: the code of eight contracts inside every test contract would make each slow to compile.
    function _proxy(string memory name, bytes memory arguments, bytes memory init) private returns (address) {
        address implementation = deployCode(string.concat(name, ".sol:", name), arguments);
        return factory.deploy(
            _salt(name), abi.encodePacked(type(ERC1967Proxy).creationCode, abi.encode(implementation, init))
        );
    }

    function _init() private view returns (bytes memory) {
        return abi.encodeCall(TermsRegistry.initialize, (address(manager)));
    }

    function _addressOf(string memory name) internal view returns (address) {
        return factory.addressOf(_salt(name));
    }

    function _salt(string memory name) private pure returns (bytes32) {
        return keccak256(bytes(string.concat("colophon.", name)));
    }
}
