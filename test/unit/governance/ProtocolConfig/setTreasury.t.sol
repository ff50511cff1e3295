// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

import { ProtocolConfig } from "../../../../contracts/governance/ProtocolConfig.sol";
import { IProtocolConfig } from "../../../../contracts/interfaces/governance/IProtocolConfig.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

contract SetTreasuryTest is ColophonTest {
    function test_RevertWhen_TheCallerLacksTheRole() public {
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, mallory));
        protocolConfig.setTreasury(mallory);
    }

    function test_RevertWhen_TheTreasuryIsZero() public {
        vm.prank(governance);
        vm.expectRevert(IProtocolConfig.ProtocolConfig_ZeroAddress.selector);
        protocolConfig.setTreasury(address(0));
    }

    function test_RevertWhen_TheTreasuryStaysTheSame() public {
        vm.prank(governance);
        vm.expectRevert(IProtocolConfig.ProtocolConfig_NoChange.selector);
        protocolConfig.setTreasury(treasury);
    }

    function test_WhenTheTreasuryChanges() public {
        vm.expectEmit(address(protocolConfig));
        emit IProtocolConfig.TreasurySet(treasury, carol);
        vm.prank(governance);
        protocolConfig.setTreasury(carol);
        assertEq(protocolConfig.treasury(), carol);
    }

    function test_RevertWhen_ItIsCalledAgain() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        protocolConfig.initialize(mallory, mallory);
    }

    function test_RevertWhen_ItIsCalledOnTheImplementation() public {
        ProtocolConfig implementation = ProtocolConfig(_implementationOf("ProtocolConfig"));
        assertGt(address(implementation).code.length, 0);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        implementation.initialize(mallory, mallory);
    }

    function test_RevertWhen_TheFirstTreasuryIsZero() public {
        address implementation = _implementationOf("ProtocolConfig");
        vm.expectRevert(IProtocolConfig.ProtocolConfig_ZeroAddress.selector);
        new ERC1967Proxy(implementation, abi.encodeCall(ProtocolConfig.initialize, (mallory, address(0))));
    }
}
