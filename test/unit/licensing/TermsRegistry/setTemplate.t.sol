// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import { ITermsRegistry } from "../../../../contracts/interfaces/licensing/ITermsRegistry.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

contract SetTemplateTest is ColophonTest {
    bytes32 internal constant NAME = "research";

    function test_RevertWhen_TheCallerLacksTheRole() public {
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, mallory));
        terms.setTemplate(NAME, bytes32(0));
    }

    function test_RevertWhen_TheTermsAreUnknown() public {
        bytes32 id = keccak256("nothing");
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(ITermsRegistry.TermsRegistry_Unknown.selector, id));
        terms.setTemplate(NAME, id);
    }

    function test_WhenTheTermsAreRegistered() public {
        bytes32 id = registerTerms(defaultTerms());
        vm.expectEmit(address(terms));
        emit ITermsRegistry.TemplateSet(NAME, id);
        vm.prank(governance);
        terms.setTemplate(NAME, id);
        assertEq(terms.template(NAME), id);
    }

    function test_WhenTheIdIsZero() public {
        bytes32 id = registerTerms(defaultTerms());
        vm.startPrank(governance);
        terms.setTemplate(NAME, id);
        vm.expectEmit(address(terms));
        emit ITermsRegistry.TemplateSet(NAME, bytes32(0));
        terms.setTemplate(NAME, bytes32(0));
        assertEq(terms.template(NAME), bytes32(0));
    }
}
