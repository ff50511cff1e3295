// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IStreamOffers } from "../../../../contracts/interfaces/payments/IStreamOffers.sol";
import { IStreamRail } from "../../../../contracts/interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../../../../contracts/interfaces/payments/IStreamVault.sol";
import {
    IConstantFlowMinimal,
    ISuperfluidHostMinimal
} from "../../../../contracts/payments/superfluid/ISuperfluidMinimal.sol";
import { Messages, ServiceReport } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { PaymentsFixture } from "../PaymentsFixture.sol";
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @dev What senders do on Superfluid themselves.
interface IFlowSender {
    function createFlow(address token, address receiver, int96 rate, bytes calldata ctx) external returns (bytes memory);
    function updateFlow(address token, address receiver, int96 rate, bytes calldata ctx) external returns (bytes memory);
    function updateFlowOperatorPermissions(
        address token,
        address operator,
        uint8 permissions,
        int96 allowance,
        bytes calldata ctx
    )
        external
        returns (bytes memory);
}

interface ISuperTokenHolder {
    function upgrade(uint256 amount) external;
    function transferAll(address to) external;
    function realtimeBalanceOf(address account, uint256 time) external view returns (int256, uint256, uint256);
}

/// @notice The stream rail on the real Superfluid framework, with offers of 100 base units per second and hourly epochs.
abstract contract StreamTest is PaymentsFixture {
    uint8 internal constant STREAM = 7;
    uint32 internal constant PERIOD = 30 days;
    uint32 internal constant EPOCH = 1 hours;
    uint32 internal constant REPORT_WINDOW = 2 hours;
    uint32 internal constant OPEN_FOR = 6 hours;
    uint32 internal constant RULE_FOR = 3 days;
    uint32 internal constant NOTICE = 1 days;
    uint24 internal constant GRACE = 2 hours;
    uint96 internal constant RATE = 1e14;
    uint128 internal constant BASE_RATE = 100;
    uint128 internal constant STREAM_PRICE = BASE_RATE * PERIOD;
    uint128 internal constant EPOCH_PAY = BASE_RATE * EPOCH;
    uint256 internal constant SCALE = 1e12;

    IStreamRail internal rail;
    IStreamOffers internal offers;
    address internal host;
    address internal cfa;
    address internal gda;

    function setUp() public virtual override {
        super.setUp();
        string memory addresses = vm.readFile(".colophon/superfluid.addresses.json");
        (host, cfa) = (vm.parseJsonAddress(addresses, ".host"), vm.parseJsonAddress(addresses, ".cfa"));
        gda = vm.parseJsonAddress(addresses, ".gda");
        _deployRail();
        licenses.addRail(STREAM, address(rail), true);
        _fundStream(buyer, 1000e6);
        vm.prank(buyer);
        usdc.approve(address(rail), type(uint256).max);
    }

    function _deployRail() private {
        bytes32 salt = keccak256("colophon.StreamRail");
        rail = IStreamRail(factory.addressOf(salt));
        bytes memory keepers =
            abi.encode(_addressOf("ComputeReceipts"), _addressOf("ProofRegistry"), _addressOf("ProviderBond"));
        offers = IStreamOffers(
            deployCode("StreamOffers.sol:StreamOffers", bytes.concat(abi.encode(config, licenses), keepers))
        );
        address template = deployCode("StreamVault.sol:StreamVault", abi.encode(rail, distributor, host, cfa, gda));
        address implementation = deployCode(
            "StreamRail.sol:StreamRail",
            abi.encode(market, licenses, distributor, disputes, registry, offers, host, cfa, template)
        );
        bytes memory init = abi.encodeWithSignature("initialize(address)", manager);
        factory.deploy(salt, abi.encodePacked(type(ERC1967Proxy).creationCode, abi.encode(implementation, init)));
    }

    // ---- money

    /// @dev Super tokens for `account`, and its permission for the rail to open flows.
    function _fundStream(address account, uint256 amount) internal {
        usdc.mint(account, amount);
        vm.startPrank(account);
        usdc.approve(usdcx, amount);
        ISuperTokenHolder(usdcx).upgrade(amount * SCALE);
        vm.stopPrank();
        _permit(account, 7, type(int96).max);
    }

    function _permit(address account, uint8 permissions, int96 allowance) internal {
        _asFlow(
            account,
            abi.encodeCall(
                IFlowSender.updateFlowOperatorPermissions, (usdcx, address(rail), permissions, allowance, "")
            )
        );
    }

    /// @dev A call of `account` on the flow agreement.
    function _asFlow(address account, bytes memory data) internal {
        vm.prank(account);
        ISuperfluidHostMinimal(host).callAgreement(cfa, data, "");
    }

    function _createFlow(address from, address to, uint96 rate) internal {
        _asFlow(from, abi.encodeCall(IFlowSender.createFlow, (usdcx, to, int96(rate), "")));
    }

    function _updateFlow(address from, address to, uint96 rate) internal {
        _asFlow(from, abi.encodeCall(IFlowSender.updateFlow, (usdcx, to, int96(rate), "")));
    }

    function _deleteFlow(address caller, address from, address to) internal {
        _asFlow(caller, abi.encodeCall(IConstantFlowMinimal.deleteFlow, (usdcx, from, to, "")));
    }

    /// @dev Takes what the buyer can spend away, waits until its deposits no longer cover it, and has a stranger liquidate.
    function _liquidate(uint256 licenseId, uint256 after_) internal {
        vm.warp(block.timestamp + after_);
        _deleteFlow(stranger, buyer, _vault(licenseId));
    }

    function _superBalance(address account) internal view returns (uint256) {
        return IERC20(usdcx).balanceOf(account);
    }

    // ---- offers

    function _streamTerms(IStreamRail.Proof proof) internal pure returns (IStreamRail.StreamTerms memory t) {
        t.period = PERIOD;
        t.epoch = EPOCH;
        t.notice = NOTICE;
        t.grace = GRACE;
        t.holdbackBps = 10_000;
        t.proof = proof;
        if (proof == IStreamRail.Proof.Time) return t;
        t.openFor = OPEN_FOR;
        if (proof > IStreamRail.Proof.Report) {
            t.leastAssurance = 2;
            return t;
        }
        t.window = REPORT_WINDOW;
        t.defaultAfter = RULE_FOR;
        t.contestBond = BOND;
    }

    function _streamOffer(IStreamRail.StreamTerms memory t) internal view returns (Offer memory offer) {
        offer = _offer();
        offer.rail = STREAM;
        offer.price = STREAM_PRICE;
        offer.railTerms = offers.packTerms(t);
    }

    function _timeOffer() internal view returns (Offer memory) {
        return _streamOffer(_streamTerms(IStreamRail.Proof.Time));
    }

    function _reportOffer() internal view returns (Offer memory) {
        return _streamOffer(_streamTerms(IStreamRail.Proof.Report));
    }

    // ---- reports

    function _report(uint256 licenseId, uint32 from, uint32 to) internal view returns (ServiceReport memory) {
        return ServiceReport({
            licenseId: licenseId,
            datasetId: datasetId,
            epochFrom: from,
            epochTo: to,
            servedRoot: keccak256("served"),
            deliveries: 12,
            bytesServed: 12 << 20,
            deadline: uint40(block.timestamp + 1 days)
        });
    }

    function _submitReport(uint256 licenseId, Offer memory offer, ServiceReport memory report) internal {
        rail.submitReport(licenseId, offer, report, _sign(providerKey, Messages.hash(report)));
    }

    /// @dev A license of a report offer whose first `epochs` are over and reported.
    function _reported(Offer memory offer, uint32 epochs) internal returns (uint256 licenseId) {
        licenseId = _buy(offer);
        vm.warp(block.timestamp + epochs * EPOCH);
        _submitReport(licenseId, offer, _report(licenseId, 0, epochs));
    }

    function _contested(Offer memory offer, uint32 epochs) internal returns (uint256 licenseId) {
        licenseId = _reported(offer, epochs);
        vm.prank(buyer);
        rail.contest(licenseId, offer, "reasons");
    }

    // ---- reading and expecting

    function _vault(uint256 licenseId) internal view returns (address) {
        return rail.streamOf(licenseId).vault;
    }

    function _flow(uint256 licenseId) internal view returns (IStreamVault.Flow memory) {
        return IStreamVault(_vault(licenseId)).flow();
    }

    /// @dev Base units that count up to `time`.
    function _receivedUntil(uint256 licenseId, uint256 time) internal view returns (uint256) {
        return IStreamVault(_vault(licenseId)).receivedUntil(time) / SCALE;
    }

    function _assertStanding(uint256 licenseId, IPaymentRail.Standing standing) internal view {
        assertEq(uint8(rail.standing(licenseId)), uint8(standing), "standing");
    }

    function _flags(uint256 licenseId) internal view returns (uint8) {
        return rail.streamOf(licenseId).flags;
    }

    function _wrongStream(uint256 licenseId, uint8 flags) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IStreamRail.StreamRail_WrongState.selector, licenseId, flags);
    }

    function _railNotAllowed(uint256 licenseId, address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentRail.PaymentRail_NotAllowed.selector, licenseId, caller);
    }

    function _early(uint256 licenseId, uint256 from) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentRail.PaymentRail_TooEarly.selector, licenseId, from);
    }

    function _late(uint256 licenseId, uint256 until) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentRail.PaymentRail_TooLate.selector, licenseId, until);
    }

    function _nothingDue(uint256 licenseId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IStreamRail.StreamRail_NothingDue.selector, licenseId);
    }

    function _freezeStream(uint256 licenseId) internal {
        vm.prank(disputes);
        rail.freeze(licenseId);
    }

    /// @dev What the owner alone gets of a release after the fee.
    function _net(uint256 amount) internal pure returns (uint256) {
        return amount - amount * FEE_BPS / 10_000;
    }
}
