// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import { IDisputeTypes } from "../../../../contracts/interfaces/trust/IDisputeTypes.sol";
import { CouncilArbitrator } from "../../../../contracts/trust/arbitration/CouncilArbitrator.sol";
import { Offer } from "../../../../contracts/types/Offer.sol";
import { DisputeFixture } from "../DisputeFixture.sol";

contract DisputeManagerSettingsTest is DisputeFixture {
    address private _governor;

    function setUp() public override {
        super.setUp();
        _governor = governance;
    }

    function test_SetArbitrator_RevertWhen_TheCallerIsNoGovernor() external {
        vm.prank(mallory);
        vm.expectRevert(_unauthorized());
        disputes.setArbitrator(address(council), 0, RULING);
    }

    function test_SetArbitrator_RevertWhen_TheArbitratorHasNoCode() external {
        vm.prank(_governor);
        vm.expectRevert(_outOfBounds("arbitrator"));
        disputes.setArbitrator(mallory, 0, RULING);
    }

    function test_SetArbitrator_RevertWhen_TheRulingWindowIsOutOfBounds() external {
        vm.startPrank(_governor);
        vm.expectRevert(_outOfBounds("rulingWindow"));
        disputes.setArbitrator(address(council), 0, 2 days - 1);
        vm.expectRevert(_outOfBounds("rulingWindow"));
        disputes.setArbitrator(address(council), 0, 90 days + 1);
        vm.stopPrank();
    }

    function test_SetArbitrator_RevertWhen_TheHigherArbitratorIsNotListed() external {
        vm.prank(_governor);
        vm.expectRevert(_outOfBounds("appealTo"));
        disputes.setArbitrator(address(council), 3, RULING);
    }

    function test_SetArbitrator_GivenAnArbitrator() external {
        address other = address(new CouncilArbitrator(address(disputes)));
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.JudgeSet(2, other, 90 days, councilJudge, true);
        vm.prank(_governor);
        assertEq(disputes.setArbitrator(other, councilJudge, 90 days), 2, "index");
        assertEq(disputes.judgeOf(other), 2, "listed");
        IDisputeTypes.Judge memory judge = disputes.judgeAt(2);
        assertEq(judge.arbitrator, other, "arbitrator");
        assertEq(judge.rulingWindow, 90 days, "window");
        assertEq(judge.appealTo, councilJudge, "appeal");
        assertTrue(judge.listed, "listed");
    }

    function test_SetArbitrator_GivenAnArbitratorThatIsListedAlready() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        vm.prank(_governor);
        assertEq(disputes.setArbitrator(address(council), 0, 3 days), 2, "a new entry");
        assertEq(disputes.judgeOf(address(council)), 2, "new disputes");
        bringToCouncil(disputeId, offer);
        assertEq(disputes.disputeOf(disputeId).deadline, block.timestamp + RULING, "the old window");
    }

    function test_DelistArbitrator_RevertWhen_TheCallerMayNotDelist() external {
        vm.prank(mallory);
        vm.expectRevert(_unauthorized());
        disputes.delistArbitrator(councilJudge);
    }

    function test_DelistArbitrator_RevertWhen_TheEntryIsNotListed() external {
        vm.startPrank(_governor);
        vm.expectRevert(IDisputeTypes.DisputeManager_NoArbitrator.selector);
        disputes.delistArbitrator(9);
        disputes.delistArbitrator(councilJudge);
        vm.expectRevert(IDisputeTypes.DisputeManager_NoArbitrator.selector);
        disputes.delistArbitrator(councilJudge);
        vm.stopPrank();
    }

    function test_DelistArbitrator_GivenAListedArbitrator() external {
        address other = address(new CouncilArbitrator(address(disputes)));
        vm.startPrank(_governor);
        uint16 index = disputes.setArbitrator(other, 0, RULING);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.JudgeSet(index, other, RULING, 0, false);
        disputes.delistArbitrator(index);
        vm.stopPrank();
        assertEq(disputes.judgeOf(other), 0, "no more");
        Offer memory offer = escrowOffer();
        offer.arbitrator = other;
        openOffer(offer);
        uint256 licenseId = buy(offer, bob);
        uint256 disputeId = file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, offer);
        assertEq(disputes.disputeOf(disputeId).judge, councilJudge, "the default instead");
    }

    function test_DelistArbitrator_GivenTheDefaultArbitrator() external {
        (Offer memory offer, uint256 licenseId) = buyEscrow();
        vm.prank(_governor);
        disputes.delistArbitrator(councilJudge);
        IDisputeTypes.Claim memory claim = claimOf(IDisputeTypes.Reason.NotDelivered, licenseId);
        vm.prank(bob);
        vm.expectRevert(IDisputeTypes.DisputeManager_NoArbitrator.selector);
        disputes.open(claim, offer, evidence());
    }

    function test_SetNumbers_RevertWhen_TheCallerSetsNoNumbers() external {
        IDisputeTypes.Numbers memory n = numbersInput();
        vm.prank(mallory);
        vm.expectRevert(_unauthorized());
        disputes.setNumbers(n);
    }

    function test_SetNumbers_RevertWhen_ANumberIsOutOfItsBounds() external {
        IDisputeTypes.Numbers memory n = numbersInput();
        n.responseWindow = 2 days - 1;
        _refused(n, "responseWindow");
        n = numbersInput();
        n.responseWindow = 21 days + 1;
        _refused(n, "responseWindow");
        n = numbersInput();
        n.referWindow = 2 days - 1;
        _refused(n, "referWindow");
        n = numbersInput();
        n.appealWindow = 21 days + 1;
        _refused(n, "appealWindow");
        n = numbersInput();
        n.limitation = 30 days - 1;
        _refused(n, "limitation");
        n = numbersInput();
        n.limitation = 1095 days + 1;
        _refused(n, "limitation");
        n = numbersInput();
        n.priceBps = 2001;
        _refused(n, "priceBps");
        n = numbersInput();
        n.counterFactor = 0;
        _refused(n, "counterFactor");
        n = numbersInput();
        n.counterFactor = 11;
        _refused(n, "counterFactor");
        n = numbersInput();
        n.appealFactor = 1;
        _refused(n, "appealFactor");
        n = numbersInput();
        n.appealFactor = 11;
        _refused(n, "appealFactor");
    }

    function test_SetNumbers_RevertWhen_TheDefaultJudgeIsNotListed() external {
        IDisputeTypes.Numbers memory n = numbersInput();
        n.judge = 0;
        _refused(n, "judge");
        n.judge = 2;
        _refused(n, "judge");
    }

    function test_SetNumbers_RevertWhen_TheTokenIsNoPaymentToken() external {
        IDisputeTypes.Numbers memory n = numbersInput();
        n.bondToken = usdcx;
        _refused(n, "bondToken");
    }

    function test_SetNumbers_GivenNewNumbersWhileADisputeIsOpen() external {
        (uint256 disputeId,, Offer memory offer) = fileNotDelivered();
        IDisputeTypes.Numbers memory n = numbersInput();
        (n.responseWindow, n.referWindow, n.appealWindow, n.priceBps) = (2 days, 2 days, 2 days, 100);
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.NumbersSet(2, n);
        vm.prank(_governor);
        disputes.setNumbers(n);
        assertEq(abi.encode(disputes.numbersAt(2)), abi.encode(n), "stored");
        assertEq(abi.encode(disputes.numbersAt(1)), abi.encode(numbersInput()), "kept");
        forward(RESPONSE);
        respondAs(alice, disputeId, offer);
        forward(REFER);
        disputes.refer(disputeId, "");
        (Offer memory other, uint256 licenseId) = buyEscrow();
        uint256 second = file(bob, IDisputeTypes.Reason.NotDelivered, licenseId, other);
        assertEq(disputes.disputeOf(second).deadline, block.timestamp + 2 days, "the new ones");
        assertEq(disputes.disputeOf(second).bond, 1e6, "the fixed bond is more now");
    }

    function test_SetBond_RevertWhen_TheCallerSetsNoBonds() external {
        vm.prank(mallory);
        vm.expectRevert(_unauthorized());
        disputes.setBond(IDisputeTypes.Subject.Version, address(usdc), 1);
    }

    function test_SetBond_RevertWhen_TheAmountIsMoreThanCanBeStored() external {
        vm.prank(_governor);
        vm.expectRevert(_outOfBounds("amount"));
        disputes.setBond(IDisputeTypes.Subject.Version, address(usdc), type(uint80).max / 32 + 1);
    }

    function test_SetBond_GivenAnAmount() external {
        vm.expectEmit(address(disputes));
        emit IDisputeTypes.BondSet(IDisputeTypes.Subject.Version, address(usdc), 77e6);
        vm.prank(_governor);
        disputes.setBond(IDisputeTypes.Subject.Version, address(usdc), 77e6);
        assertEq(disputes.bondOf(IDisputeTypes.Subject.Version, address(usdc)), 77e6, "stored");
        uint256 id = versionId(publishDataset(alice), 1);
        uint256 disputeId = file(mallory, IDisputeTypes.Reason.Copyright, id, none);
        assertEq(disputes.disputeOf(disputeId).bond, 77e6, "asked for");
    }

    function _refused(IDisputeTypes.Numbers memory n, bytes32 field) private {
        vm.prank(_governor);
        vm.expectRevert(_outOfBounds(field));
        disputes.setNumbers(n);
    }

    function _outOfBounds(bytes32 field) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDisputeTypes.DisputeManager_OutOfBounds.selector, field);
    }

    function _unauthorized() private view returns (bytes memory) {
        return abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, mallory);
    }
}
