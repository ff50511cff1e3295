// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Test } from "forge-std/Test.sol";

import { TestUSDC } from "../../script/tokens/TestUSDC.sol";

/// @notice The local payment token behaves as USDC does where the protocol relies on it: EIP-2612 and EIP-3009.
contract TestUSDCTest is Test {
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant VALUE = 5e6;
    bytes32 internal constant NONCE = keccak256("nonce");

    TestUSDC internal usdc;
    address internal from;
    uint256 internal fromKey;
    address internal to = makeAddr("to");

    function setUp() public {
        vm.warp(START);
        usdc = new TestUSDC();
        (from, fromKey) = makeAddrAndKey("from");
        usdc.mint(from, 10e6);
    }

    function test_AnAuthorizationMovesMoneyOnce() public {
        (uint8 v, bytes32 r, bytes32 s) = _signed(usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH());
        vm.expectEmit(address(usdc));
        emit TestUSDC.AuthorizationUsed(from, NONCE);
        usdc.transferWithAuthorization(from, to, VALUE, START - 1, START + 1, NONCE, v, r, s);
        assertEq(usdc.balanceOf(to), VALUE);
        assertTrue(usdc.authorizationState(from, NONCE));
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_AuthorizationUsed.selector, from, NONCE));
        usdc.transferWithAuthorization(from, to, VALUE, START - 1, START + 1, NONCE, v, r, s);
    }

    function test_OnlyThePayeeReceives() public {
        (uint8 v, bytes32 r, bytes32 s) = _signed(usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH());
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_CallerNotPayee.selector, address(this), to));
        usdc.receiveWithAuthorization(from, to, VALUE, START - 1, START + 1, NONCE, v, r, s);
        vm.prank(to);
        usdc.receiveWithAuthorization(from, to, VALUE, START - 1, START + 1, NONCE, v, r, s);
        assertEq(usdc.balanceOf(to), VALUE);
    }

    function test_AnAuthorizationHasItsTime() public {
        (uint8 v, bytes32 r, bytes32 s) = _signed(usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH());
        vm.warp(START - 1);
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_NotYetValid.selector, START - 1));
        usdc.transferWithAuthorization(from, to, VALUE, START - 1, START + 1, NONCE, v, r, s);
        vm.warp(START + 1);
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_Expired.selector, START + 1));
        usdc.transferWithAuthorization(from, to, VALUE, START - 1, START + 1, NONCE, v, r, s);
    }

    function test_AnotherAmountIsNotSigned() public {
        (uint8 v, bytes32 r, bytes32 s) = _signed(usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH());
        vm.expectPartialRevert(TestUSDC.TestUSDC_BadSignature.selector);
        usdc.transferWithAuthorization(from, to, VALUE + 1, START - 1, START + 1, NONCE, v, r, s);
    }

    function test_ACancelledAuthorizationIsSpent() public {
        bytes32 structHash = keccak256(abi.encode(usdc.CANCEL_AUTHORIZATION_TYPEHASH(), from, NONCE));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(fromKey, _digest(structHash));
        vm.expectEmit(address(usdc));
        emit TestUSDC.AuthorizationCanceled(from, NONCE);
        usdc.cancelAuthorization(from, NONCE, v, r, s);
        (v, r, s) = _signed(usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH());
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_AuthorizationUsed.selector, from, NONCE));
        usdc.transferWithAuthorization(from, to, VALUE, START - 1, START + 1, NONCE, v, r, s);
    }

    function test_APermitIsAnAllowance() public {
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, from, to, VALUE, 0, START));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(fromKey, _digest(structHash));
        usdc.permit(from, to, VALUE, START, v, r, s);
        assertEq(usdc.allowance(from, to), VALUE);
    }

    function _signed(bytes32 typeHash) private view returns (uint8, bytes32, bytes32) {
        bytes32 structHash = keccak256(abi.encode(typeHash, from, to, VALUE, START - 1, START + 1, NONCE));
        return vm.sign(fromKey, _digest(structHash));
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", usdc.DOMAIN_SEPARATOR(), structHash));
    }
}
