// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { Create3 } from "@openzeppelin/contracts/utils/Create3.sol";
import { Test } from "forge-std/Test.sol";

import { ColophonFactory } from "../../../../contracts/access/ColophonFactory.sol";
import { IColophonFactory } from "../../../../contracts/interfaces/access/IColophonFactory.sol";

contract Payload {
    error Payload_Refused(uint256 number);

    uint256 public immutable number;

    constructor(uint256 number_) payable {
        require(number_ != 0, Payload_Refused(number_));
        number = number_;
    }
}

contract DeployTest is Test {
    ColophonFactory internal factory;
    bytes32 internal constant SALT = keccak256("salt");

    function setUp() public {
        factory = new ColophonFactory(address(this));
    }

    function test_RevertWhen_TheCallerIsNotTheOwner() public {
        address mallory = makeAddr("mallory");
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, mallory));
        factory.deploy(SALT, _initCode(1));
    }

    function test_RevertWhen_TheSaltWasUsed() public {
        address deployed = factory.deploy(SALT, _initCode(1));
        vm.expectRevert(abi.encodeWithSelector(IColophonFactory.ColophonFactory_SaltUsed.selector, SALT, deployed));
        factory.deploy(SALT, _initCode(2));
    }

    function test_RevertWhen_TheInitCodeIsEmpty() public {
        vm.expectRevert(Create3.Create3EmptyBytecode.selector);
        factory.deploy(SALT, "");
    }

    function test_RevertWhen_TheConstructorReverts() public {
        vm.expectRevert(abi.encodeWithSelector(Payload.Payload_Refused.selector, 0));
        factory.deploy(SALT, _initCode(0));
        assertEq(factory.addressOf(SALT).code.length, 0);
    }

    function testFuzz_WhenTheSaltIsFree(bytes32 salt, uint256 number) public {
        number = bound(number, 1, type(uint256).max);
        address expected = factory.addressOf(salt);
        assertEq(expected, Create3.computeAddress(salt, address(factory)));
        vm.expectEmit(address(factory));
        emit IColophonFactory.Deployed(salt, expected);
        address deployed = factory.deploy(salt, _initCode(number));
        assertEq(deployed, expected);
        assertEq(Payload(deployed).number(), number);
    }

    function test_WhenValueIsSent() public {
        address deployed = factory.deploy{ value: 3 ether }(SALT, _initCode(1));
        assertEq(deployed.balance, 3 ether);
    }

    function _initCode(uint256 number) private pure returns (bytes memory) {
        return abi.encodePacked(type(Payload).creationCode, abi.encode(number));
    }
}
