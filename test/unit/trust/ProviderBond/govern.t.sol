// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBondParameters } from "../../../../contracts/interfaces/trust/IBondParameters.sol";
import { IProviderBond } from "../../../../contracts/interfaces/trust/IProviderBond.sol";
import { BondOperations } from "../../../../contracts/trust/BondOperations.sol";
import { OddToken } from "../../payments/doubles/OddToken.sol";
import { BondFixture } from "../BondFixture.sol";
import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

contract ProviderBondGovernTest is BondFixture {
    function test_SetBondToken_RevertGiven_TheCallerIsNobody() external {
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        bonds.setBondToken(address(token), 1, 1, false);
        vm.expectRevert(refused);
        bonds.stopBondToken(address(token));
        vm.expectRevert(refused);
        bonds.setParameters(IBondParameters.Parameters(30 days, 0, 0));
        vm.expectRevert(refused);
        bonds.setSlashCap(IProviderBond.Verifier.DisputeManager, 600);
    }

    function test_SetBondToken_RevertWhen_ANumberIsOutOfBounds() external {
        vm.expectRevert(_badField("minimum", 0));
        bonds.setBondToken(address(token), 0, 0, true);
        vm.expectRevert(_badField("ratioBps", 10_001));
        bonds.setBondToken(address(token), 1, 10_001, true);
    }

    function test_SetBondToken_RevertGiven_TheTokenIsNoPaymentToken() external {
        OddToken other = new OddToken(6);
        vm.expectRevert(_notAccepted(address(other)));
        bonds.setBondToken(address(other), 1, 1, true);
    }

    function test_SetBondToken_RevertWhen_NothingWouldChange() external {
        vm.expectRevert(IProviderBond.ProviderBond_NoChange.selector);
        bonds.setBondToken(address(token), MINIMUM, RATIO_BPS, true);
        bonds.stopBondToken(address(token));
        vm.expectRevert(_notAccepted(address(token)));
        bonds.stopBondToken(address(token));
    }

    function test_SetBondToken_WhenATokenIsAcceptedOrStopped() external {
        vm.expectEmit(address(bonds));
        emit IBondParameters.BondTokenSet(address(token), 5, 6, true);
        bonds.setBondToken(address(token), 5, 6, true);
        assertEq(abi.encode(bonds.bondToken(address(token))), abi.encode(5, 6, true));
        vm.expectEmit(address(bonds));
        emit IBondParameters.BondTokenSet(address(token), 5, 6, false);
        bonds.stopBondToken(address(token));
        assertEq(bonds.requiredBond(address(token), 10_000), 11, "what it takes is still told");
    }

    function test_SetParameters_RevertWhen_AParameterIsOutOfBounds() external {
        vm.expectRevert(_badField("thawingTime", 7 days - 1));
        bonds.setParameters(IBondParameters.Parameters(7 days - 1, 1000, 4));
        vm.expectRevert(_badField("thawingTime", 90 days + 1));
        bonds.setParameters(IBondParameters.Parameters(90 days + 1, 1000, 4));
        vm.expectRevert(_badField("rewardBps", 5001));
        bonds.setParameters(IBondParameters.Parameters(7 days, 5001, 4));
        vm.expectRevert(_badField("delegationRatio", 9));
        bonds.setParameters(IBondParameters.Parameters(7 days, 5000, 9));
    }

    function test_SetParameters_RevertWhen_NoParameterWouldChange() external {
        vm.expectRevert(IProviderBond.ProviderBond_NoChange.selector);
        bonds.setParameters(IBondParameters.Parameters(THAW, 1000, 4));
    }

    function test_SetParameters_WhenParametersChange() external {
        vm.expectEmit(address(bonds));
        emit IBondParameters.ParametersSet(7 days, 5000, 0);
        bonds.setParameters(IBondParameters.Parameters(7 days, 5000, 0));
        assertEq(abi.encode(bonds.parameters()), abi.encode(7 days, 5000, 0));
        _deposit(1000e6);
        _delegate(dana, 1000e6);
        vm.expectRevert(_tooMuch(1001e6, 1000e6));
        _allocate(_offer(), 1001e6, 0);
        _requestWithdrawal(1000e6);
        assertEq(_account().thawedAt, START + 7 days + OWN_LAG);
    }

    function test_SetSlashCap_RevertWhen_ACapIsOutOfBoundsOrOfNobody() external {
        vm.expectRevert(_badField("capBps", 499));
        bonds.setSlashCap(IProviderBond.Verifier.DisputeManager, 499);
        vm.expectRevert(_badField("capBps", 10_001));
        bonds.setSlashCap(IProviderBond.Verifier.DisputeManager, 10_001);
        vm.expectRevert(_badField("verifier", 0));
        bonds.setSlashCap(IProviderBond.Verifier.None, 600);
        vm.expectRevert(IProviderBond.ProviderBond_NoChange.selector);
        bonds.setSlashCap(IProviderBond.Verifier.DisputeManager, 5000);
    }

    function test_SetSlashCap_WhenACapChanges() external {
        vm.expectEmit(address(bonds));
        emit IProviderBond.SlashCapSet(IProviderBond.Verifier.ServiceChallenges, 600);
        bonds.setSlashCap(IProviderBond.Verifier.ServiceChallenges, 600);
        assertEq(bonds.slashCap(IProviderBond.Verifier.ServiceChallenges), 600);
        assertEq(bonds.slashCap(IProviderBond.Verifier.ObjectiveFaults), 5000);
        assertEq(bonds.slashCap(IProviderBond.Verifier.DisputeManager), 5000);
        assertEq(bonds.slashCap(IProviderBond.Verifier.None), 0);
    }

    function test_Initialize_RevertWhen_ItIsCalledAgain() external {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        bonds.initialize(stranger);
    }

    function test_Initialize_WhenThePartThatHasTheOperationsIsCalledItself() external {
        BondOperations operations = new BondOperations();
        vm.startPrank(dana);
        operations.register(_profile());
        token.approve(address(operations), type(uint256).max);
        vm.expectRevert(_notAccepted(address(token)));
        operations.deposit(dana, address(token), 1);
        vm.expectRevert(_notAccepted(address(token)));
        operations.delegate(dana, address(token), 1, 0);
        vm.expectRevert(_notAccepted(address(token)));
        operations.reward(dana, address(token), 1);
    }
}
