// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ProtocolConfig } from "../../../contracts/governance/ProtocolConfig.sol";
import { IProviderBond } from "../../../contracts/interfaces/trust/IProviderBond.sol";
import { ProviderBond } from "../../../contracts/trust/ProviderBond.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { OddToken } from "../payments/doubles/OddToken.sol";
import { MarketDouble } from "./doubles/MarketDouble.sol";
import { AccessManager } from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import { Test } from "forge-std/Test.sol";

/// @notice A provider bond behind its proxy with a registered provider, accounts that have the token and the allowance, and
/// plain addresses where the three verifiers stand. The test contract is the AccessManager's admin.
abstract contract BondFixture is Test {
    uint40 internal constant START = 1_800_000_000;
    uint32 internal constant THAW = 21 days;
    uint32 internal constant OWN_LAG = 2 days;
    uint96 internal constant MINIMUM = 100e6;
    uint16 internal constant RATIO_BPS = 2000;
    uint128 internal constant PRICE = 250e6;
    uint128 internal constant FUNDS = 1e15;
    uint128 internal constant STAKE = 10_000e6;

    AccessManager internal manager;
    ProtocolConfig internal config;
    MarketDouble internal market;
    ProviderBond internal bonds;
    OddToken internal token;

    address internal faults = makeAddr("faults");
    address internal challenges = makeAddr("challenges");
    address internal disputes = makeAddr("disputes");
    address internal treasury = makeAddr("treasury");
    address internal payout = makeAddr("payout");
    address internal harmed = makeAddr("harmed");
    address internal reporter = makeAddr("reporter");
    address internal stranger = makeAddr("stranger");
    address internal dana = makeAddr("dana");
    address internal erik = makeAddr("erik");
    address internal provider;
    uint256 internal providerKey;

    function setUp() public virtual {
        vm.warp(START);
        (provider, providerKey) = makeAddrAndKey("provider");
        manager = new AccessManager(address(this));
        market = new MarketDouble();
        bytes memory init = abi.encodeCall(ProtocolConfig.initialize, (address(manager), treasury));
        config = ProtocolConfig(address(new ERC1967Proxy(address(new ProtocolConfig()), init)));
        bonds = _deployBonds();
        token = _newToken();
        bonds.setBondToken(address(token), MINIMUM, RATIO_BPS, true);
        _register(provider);
        _fund(token, provider);
        _fund(token, dana);
        _fund(token, erik);
        _fund(token, stranger);
    }

    function _deployBonds() internal virtual returns (ProviderBond) {
        address implementation =
            address(new ProviderBond(address(0), address(market), address(config), faults, challenges, disputes));
        bytes memory init = abi.encodeCall(ProviderBond.initialize, (address(manager)));
        return ProviderBond(address(new ERC1967Proxy(implementation, init)));
    }

    /// @dev A payment token that can misbehave.
    function _newToken() internal returns (OddToken odd) {
        odd = new OddToken(6);
        config.setPaymentToken(address(odd), address(0), 250, true);
    }

    function _fund(OddToken odd, address account) internal {
        odd.mint(account, FUNDS);
        vm.prank(account);
        odd.approve(address(bonds), type(uint256).max);
    }

    function _profile() internal view returns (IProviderBond.Profile memory) {
        return IProviderBond.Profile(payout, "https://provider.example", keccak256("endpoints"), keccak256("terms"));
    }

    function _register(address account) internal {
        IProviderBond.Profile memory profile = _profile();
        vm.prank(account);
        bonds.register(profile);
    }

    // ---- moves

    function _deposit(uint128 amount) internal {
        vm.prank(provider);
        bonds.deposit(provider, address(token), amount);
    }

    function _delegate(address delegator, uint128 amount) internal returns (uint128 shares) {
        vm.prank(delegator);
        return bonds.delegate(provider, address(token), amount, 0);
    }

    function _requestUndelegation(address delegator, uint128 shares) internal {
        vm.prank(delegator);
        bonds.requestUndelegation(provider, address(token), shares);
    }

    function _completeUndelegation(address delegator) internal returns (uint128) {
        vm.prank(delegator);
        return bonds.completeUndelegation(provider, address(token), 0);
    }

    function _requestWithdrawal(uint128 amount) internal {
        vm.prank(provider);
        bonds.requestWithdrawal(address(token), amount);
    }

    function _completeWithdrawal() internal returns (uint128) {
        vm.prank(provider);
        return bonds.completeWithdrawal(address(token));
    }

    function _allocate(Offer memory offer, uint128 amount, uint128 valueAtRisk) internal {
        vm.prank(provider);
        bonds.allocate(offer, amount, valueAtRisk);
    }

    function _requestDeallocation(Offer memory offer, uint128 amount) internal {
        vm.prank(provider);
        bonds.requestDeallocation(offer, amount);
    }

    function _completeDeallocation(Offer memory offer) internal returns (uint128) {
        vm.prank(provider);
        return bonds.completeDeallocation(offer);
    }

    function _lock(bytes32 claimId, bytes32 offerId, uint128 amount) internal returns (uint128) {
        vm.prank(disputes);
        return bonds.lock(claimId, provider, address(token), offerId, amount);
    }

    function _noCaps() internal {
        bonds.setSlashCap(IProviderBond.Verifier.ObjectiveFaults, 10_000);
        bonds.setSlashCap(IProviderBond.Verifier.DisputeManager, 10_000);
    }

    // ---- offers and orders

    function _offer() internal view returns (Offer memory offer) {
        offer.seller = stranger;
        offer.datasetId = 1;
        (offer.version, offer.encoding) = (1, 1);
        (offer.token, offer.price, offer.provider) = (address(token), PRICE, provider);
    }

    function _otherOffer() internal view returns (Offer memory offer) {
        offer = _offer();
        offer.salt = 1;
    }

    function _idOf(Offer memory offer) internal pure returns (bytes32) {
        return keccak256(abi.encode(offer));
    }

    /// @dev An order about the provider as such, for a loss of nobody.
    function _order(uint128 penalty) internal view returns (IProviderBond.SlashOrder memory order) {
        (order.provider, order.token) = (provider, address(token));
        (order.claimId, order.evidence) = (keccak256("claim"), keccak256("evidence"));
        (order.penalty, order.reporter) = (penalty, reporter);
    }

    /// @dev An order about license 7 of an offer.
    function _licenseOrder(
        Offer memory offer,
        uint128 loss,
        uint128 penalty
    )
        internal
        view
        returns (IProviderBond.SlashOrder memory order)
    {
        order = _order(penalty);
        (order.offerId, order.licenseId, order.harmed, order.loss) = (_idOf(offer), 7, harmed, loss);
    }

    /// @dev Slashes as the dispute manager.
    function _slash(IProviderBond.SlashOrder memory order) internal returns (uint128 taken) {
        vm.prank(disputes);
        (uint128 a, uint128 b, uint128 c) = bonds.slash(order);
        return a + b + c;
    }

    // ---- state

    function _account() internal view returns (IProviderBond.Account memory) {
        return bonds.accountOf(provider, address(token));
    }

    function _delegation(address delegator) internal view returns (IProviderBond.Delegation memory) {
        return bonds.delegationOf(provider, address(token), delegator);
    }

    function _after(uint256 time) internal {
        vm.warp(block.timestamp + time);
    }

    // ---- errors

    function _tooMuch(uint256 asked, uint256 available) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProviderBond.ProviderBond_TooMuch.selector, asked, available);
    }

    function _badField(bytes32 field, uint256 given) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProviderBond.ProviderBond_BadField.selector, field, given);
    }

    function _notRegistered(address account) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProviderBond.ProviderBond_NotRegistered.selector, account);
    }

    function _notAccepted(address account) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProviderBond.ProviderBond_TokenNotAccepted.selector, account);
    }

    function _stillThawing(uint256 thawedAt) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProviderBond.ProviderBond_StillThawing.selector, thawedAt);
    }

    function _notVerifier(address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProviderBond.ProviderBond_NotVerifier.selector, caller);
    }

    function _inUse(uint128 allocated, uint128 locked) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProviderBond.ProviderBond_InUse.selector, allocated, locked);
    }

    function _lessThanAgreed(uint256 given, uint256 agreed) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProviderBond.ProviderBond_LessThanAgreed.selector, given, agreed);
    }
}
