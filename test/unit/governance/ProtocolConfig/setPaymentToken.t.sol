// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import { IProtocolConfig } from "../../../../contracts/interfaces/governance/IProtocolConfig.sol";
import { TestUSDC } from "../../../../script/tokens/TestUSDC.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

contract SetPaymentTokenTest is ColophonTest {
    address internal token;

    function setUp() public override {
        super.setUp();
        token = address(new TestUSDC());
    }

    function test_RevertWhen_TheCallerLacksTheRole() public {
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, mallory));
        protocolConfig.setPaymentToken(token, address(0), 0, true);
    }

    function test_RevertWhen_TheTokenIsZero() public {
        vm.prank(governance);
        vm.expectRevert(IProtocolConfig.ProtocolConfig_ZeroAddress.selector);
        protocolConfig.setPaymentToken(address(0), address(0), 0, true);
    }

    function testFuzz_RevertWhen_TheFeeIsAboveTheCap(uint16 feeBps) public {
        uint16 cap = protocolConfig.MAX_FEE_BPS();
        feeBps = uint16(bound(feeBps, cap + 1, type(uint16).max));
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IProtocolConfig.ProtocolConfig_FeeTooHigh.selector, feeBps, cap));
        protocolConfig.setPaymentToken(token, address(0), feeBps, true);
    }

    function test_RevertWhen_TheSuperTokenWrapsAnotherToken() public {
        vm.prank(governance);
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolConfig.ProtocolConfig_WrongSuperToken.selector, token, usdcx, address(usdc))
        );
        protocolConfig.setPaymentToken(token, usdcx, 0, true);
    }

    function test_RevertWhen_TheSuperTokenWouldBeReplaced() public {
        vm.prank(governance);
        vm.expectRevert(
            abi.encodeWithSelector(IProtocolConfig.ProtocolConfig_SuperTokenFixed.selector, address(usdc), usdcx)
        );
        protocolConfig.setPaymentToken(address(usdc), address(0), FEE_BPS, true);
    }

    function test_RevertWhen_NothingWouldChange() public {
        vm.prank(governance);
        vm.expectRevert(IProtocolConfig.ProtocolConfig_NoChange.selector);
        protocolConfig.setPaymentToken(address(usdc), usdcx, FEE_BPS, true);
    }

    function testFuzz_WhenTheTokenIsNew(uint16 feeBps) public {
        feeBps = uint16(bound(feeBps, 0, protocolConfig.MAX_FEE_BPS()));
        vm.expectEmit(address(protocolConfig));
        emit IProtocolConfig.PaymentTokenSet(token, address(0), feeBps, true);
        vm.prank(governance);
        protocolConfig.setPaymentToken(token, address(0), feeBps, true);
        IProtocolConfig.PaymentToken memory stored = protocolConfig.paymentToken(token);
        assertEq(stored.superToken, address(0));
        assertEq(stored.feeBps, feeBps);
        assertTrue(stored.allowed);
    }

    function test_WhenTheTokenIsDelisted() public {
        vm.expectEmit(address(protocolConfig));
        emit IProtocolConfig.PaymentTokenSet(address(usdc), usdcx, FEE_BPS, false);
        vm.prank(governance);
        protocolConfig.setPaymentToken(address(usdc), usdcx, FEE_BPS, false);
        IProtocolConfig.PaymentToken memory stored = protocolConfig.paymentToken(address(usdc));
        assertEq(stored.superToken, usdcx);
        assertEq(stored.feeBps, FEE_BPS);
        assertFalse(stored.allowed);
    }
}
