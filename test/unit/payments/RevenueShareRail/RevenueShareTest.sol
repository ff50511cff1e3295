// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPaymentRail } from "../../../../contracts/interfaces/payments/IPaymentRail.sol";
import { IRevenueShareRail } from "../../../../contracts/interfaces/payments/IRevenueShareRail.sol";
import { RevenueShareRail } from "../../../../contracts/payments/RevenueShareRail.sol";
import { Messages, RevenueAudit, RevenueStatement } from "../../../../contracts/types/Messages.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { PaymentsFixture } from "../PaymentsFixture.sol";
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

/// @notice A revenue-share offer: 250 USDC guaranteed per period of 30 days, 5 % of revenue, audited.
abstract contract RevenueShareTest is PaymentsFixture {
    uint8 internal constant SHARE_RAIL = 4;
    uint32 internal constant PERIOD = 30 days;
    uint32 internal constant DUE = 10 days;
    uint32 internal constant CURE = 5 days;
    uint32 internal constant AUDIT_WINDOW = 20 days;
    uint16 internal constant SHARE_BPS = 500;
    /// @dev 5 % of it is 500 USDC, twice the guarantee.
    uint128 internal constant REVENUE = 10_000e6;
    uint128 internal constant OWED = 500e6;

    RevenueShareRail internal rail;
    address internal auditor;
    uint256 internal auditorKey;

    function setUp() public virtual override {
        super.setUp();
        (auditor, auditorKey) = makeAddrAndKey("auditor");
        RevenueShareRail implementation =
            new RevenueShareRail(address(market), address(licenses), address(distributor), disputes);
        bytes memory init = abi.encodeCall(implementation.initialize, (address(manager)));
        rail = RevenueShareRail(address(new ERC1967Proxy(address(implementation), init)));
        licenses.addRail(SHARE_RAIL, address(rail), true);
        vm.prank(buyer);
        usdc.approve(address(rail), type(uint256).max);
    }

    function _shareTerms() internal view returns (IRevenueShareRail.ShareTerms memory) {
        return IRevenueShareRail.ShareTerms({
            period: PERIOD,
            due: DUE,
            cure: CURE,
            auditWindow: AUDIT_WINDOW,
            shareBps: SHARE_BPS,
            countersigned: false,
            auditor: auditor
        });
    }

    function _shareOffer() internal view returns (Offer memory offer) {
        offer = _offer();
        offer.rail = SHARE_RAIL;
        offer.railTerms = rail.packTerms(_shareTerms());
    }

    function _shared() internal returns (uint256 licenseId, Offer memory offer) {
        offer = _shareOffer();
        licenseId = _buy(offer);
    }

    /// @dev First second after a period.
    function _endOf(uint32 period) internal pure returns (uint256) {
        return uint256(START) + uint256(period) * PERIOD;
    }

    function _statement(
        uint256 licenseId,
        uint32 period,
        uint128 revenue
    )
        internal
        view
        returns (RevenueStatement memory)
    {
        return RevenueStatement(licenseId, period, address(usdc), revenue, keccak256("report"), uint40(block.timestamp));
    }

    function _signed(RevenueStatement memory statement, uint256 key) internal view returns (bytes memory) {
        return _sign(key, Messages.hash(statement));
    }

    /// @dev States a period right after its end, signed and paid by the buyer.
    function _state(uint256 licenseId, Offer memory offer, uint32 period, uint128 revenue) internal returns (uint128) {
        vm.warp(_endOf(period));
        RevenueStatement memory statement = _statement(licenseId, period, revenue);
        bytes memory signature = _signed(statement, buyerKey);
        vm.prank(buyer);
        return rail.submitStatement(licenseId, offer, statement, signature, "");
    }

    function _audit(uint256 licenseId, uint32 period, uint128 revenue) internal view returns (RevenueAudit memory) {
        return RevenueAudit(licenseId, period, address(usdc), revenue, keccak256("audit"), uint40(block.timestamp));
    }

    function _submitAudit(uint256 licenseId, Offer memory offer, uint32 period, uint128 revenue) internal {
        RevenueAudit memory audit = _audit(licenseId, period, revenue);
        rail.submitAudit(licenseId, offer, audit, _sign(auditorKey, Messages.hash(audit)));
    }

    function _assertStanding(uint256 licenseId, IPaymentRail.Standing expected) internal view {
        assertEq(uint8(rail.standing(licenseId)), uint8(expected), "standing");
    }

    function _freeze(uint256 licenseId) internal {
        vm.prank(disputes);
        rail.freeze(licenseId);
    }

    function _wrong(uint256 licenseId, bytes32 field) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IRevenueShareRail.RevenueShareRail_WrongStatement.selector, licenseId, field);
    }

    function _notOpen(uint256 licenseId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IRevenueShareRail.RevenueShareRail_NotOpen.selector, licenseId);
    }

    function _nothingDue(uint256 licenseId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IRevenueShareRail.RevenueShareRail_NothingDue.selector, licenseId);
    }

    function _badSignature(address signer) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IRevenueShareRail.RevenueShareRail_BadSignature.selector, signer);
    }
}
