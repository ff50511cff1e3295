// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IObjectiveFaults } from "../../../../contracts/interfaces/trust/IObjectiveFaults.sol";
import { Checkpoint, Messages } from "../../../../contracts/types/Messages.sol";
import { DollarToken } from "../../licensing/doubles/PaymentTokens.sol";
import { FaultFixture } from "../FaultFixture.sol";
import { Trees } from "../Trees.sol";
import { IAccessManaged } from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract ObjectiveFaultsEquivocationTest is FaultFixture {
    bytes32 private constant ORIGIN = keccak256("log.provider.example");
    uint128 private constant PENALTY = STAKE / 5;

    bytes32[] private _log;

    function setUp() public override {
        super.setUp();
        for (uint256 i; i < 21; ++i) {
            _log.push(keccak256(abi.encode("entry", i)));
        }
    }

    function _head(uint64 size, bytes32 root) private view returns (Checkpoint memory) {
        return Checkpoint(provider, ORIGIN, size, root, uint40(block.timestamp));
    }

    function _signedHead(Checkpoint memory head) private view returns (IObjectiveFaults.SignedHead memory) {
        return IObjectiveFaults.SignedHead(head, logKey, _sign(logSecret, Messages.hash(head)));
    }

    /// @dev The true head of the first `size` entries.
    function _true(uint64 size) private view returns (IObjectiveFaults.SignedHead memory) {
        return _signedHead(_head(size, Trees.root(Trees.first(_log, size))));
    }

    function _false(uint64 size) private view returns (IObjectiveFaults.SignedHead memory) {
        return _signedHead(_head(size, keccak256("another history")));
    }

    function _path(uint64 from, uint64 to) private view returns (bytes32[] memory) {
        return Trees.path(Trees.first(_log, to), from);
    }

    function _none() private pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }

    function _report(
        IObjectiveFaults.SignedHead memory a,
        IObjectiveFaults.SignedHead memory b,
        bytes32[] memory path
    )
        private
    {
        vm.prank(reporter);
        faults.equivocation(a, b, path, address(usd));
    }

    /// @dev Heads and paths are hashed before the revert is expected: that too is a call.
    function _refuse(
        bytes memory reason,
        IObjectiveFaults.SignedHead memory a,
        IObjectiveFaults.SignedHead memory b,
        bytes32[] memory path
    )
        private
    {
        vm.expectRevert(reason);
        faults.equivocation(a, b, path, address(usd));
    }

    function _wrong(bytes32 field) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IObjectiveFaults.ObjectiveFaults_WrongEvidence.selector, field);
    }

    function _noFault() private pure returns (bytes memory) {
        return abi.encodeWithSelector(IObjectiveFaults.ObjectiveFaults_NoFault.selector);
    }

    function _notSigned(IObjectiveFaults.SignedHead memory head) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IObjectiveFaults.ObjectiveFaults_BadSignature.selector, provider, head.signer, head.head.signedAt
        );
    }

    // ---- what is no fork

    function test_Equivocation_RevertWhen_TheHeadsAreOfDifferentProvidersOrLogs() external {
        IObjectiveFaults.SignedHead memory other = _false(5);
        other.head.provider = seller;
        _refuse(_wrong("provider"), _true(5), other, _none());
        other = _false(5);
        other.head.originHash = 0;
        _refuse(_wrong("originHash"), _true(5), other, _none());
    }

    function test_Equivocation_RevertWhen_TheHeadsStandInTheWrongOrder() external {
        _refuse(_wrong("size"), _true(6), _false(5), _path(5, 6));
    }

    function test_Equivocation_RevertWhen_APathComesWithHeadsOfOneSize() external {
        _refuse(_wrong("path"), _true(6), _false(6), _path(5, 6));
    }

    function test_Equivocation_RevertWhen_HeadsOfOneSizeAgree() external {
        Checkpoint memory later = _true(6).head;
        later.signedAt -= 1;
        _refuse(_noFault(), _true(6), _signedHead(later), _none());
    }

    function test_Equivocation_RevertWhen_ThePathDoesNotMakeTheLargerRoot() external {
        bytes memory refused =
            abi.encodeWithSelector(IObjectiveFaults.ObjectiveFaults_BadProof.selector, bytes32("path"));
        _refuse(refused, _false(5), _true(9), _path(5, 8));
        _refuse(refused, _false(5), _true(9), _none());
        _refuse(refused, _true(5), _false(9), _path(5, 9));
        _refuse(refused, _signedHead(_head(0, keccak256("not empty"))), _true(9), _path(1, 9));
    }

    function test_Equivocation_RevertWhen_TheSmallerHeadIsAPrefixOfTheLarger() external {
        for (uint64 size = 1; size < 21; ++size) {
            _refuse(_noFault(), _true(size), _true(21), _path(size, 21));
        }
    }

    function test_Equivocation_RevertGiven_AHeadIsNotSignedByTheProviderOrItsLogKey() external {
        IObjectiveFaults.SignedHead memory head = _false(5);
        (head.signer, head.signature) = (receiptKey, _sign(receiptSecret, Messages.hash(head.head)));
        _refuse(_notSigned(head), _true(5), head, _none());
        head = _false(5);
        head.signature = _true(5).signature;
        _refuse(_notSigned(head), head, _true(5), _none());
    }

    function test_Equivocation_RevertWhen_AHeadIsTooOld() external {
        (IObjectiveFaults.SignedHead memory a, IObjectiveFaults.SignedHead memory b) = (_true(5), _false(5));
        vm.warp(START + 365 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IObjectiveFaults.ObjectiveFaults_TooOld.selector, START + 365 days));
        _report(a, b, _none());
    }

    // ---- what is

    function test_Equivocation_WhenTwoHeadsOfOneSizeDiffer() external {
        (IObjectiveFaults.SignedHead memory a, IObjectiveFaults.SignedHead memory b) = (_true(5), _false(5));
        bytes32 faultId = faults.logFaultId(provider, ORIGIN, address(usd));
        vm.expectEmit(address(faults));
        emit IObjectiveFaults.LogForked(provider, ORIGIN, 5, a.head.root, 5, b.head.root);
        vm.expectEmit(address(faults));
        emit IObjectiveFaults.FaultProven(
            faultId,
            provider,
            IObjectiveFaults.Fault.Equivocation,
            0,
            reporter,
            keccak256(abi.encode(Messages.hash(a.head), Messages.hash(b.head))),
            0
        );
        _report(a, b, _none());
        assertEq(STAKE - _stake(), PENALTY);
        assertEq(usd.balanceOf(reporter), PENALTY / 10);
        assertEq(faults.forkedAt(provider, ORIGIN), START);
        assertEq(faults.forkedAt(provider, keccak256("another log")), 0);
    }

    function test_Equivocation_WhenTheSmallerHeadIsNoPrefixOfTheLarger() external {
        _report(_false(8), _true(21), _path(8, 21));
        assertEq(STAKE - _stake(), PENALTY);
    }

    function testFuzz_Equivocation_AnySizes(uint64 size, uint64 newSize) external {
        newSize = uint64(bound(newSize, 2, 21));
        size = uint64(bound(size, 1, newSize - 1));
        _report(_false(size), _true(newSize), _path(size, newSize));
        assertEq(STAKE - _stake(), PENALTY);
    }

    function test_Equivocation_RevertWhen_TheForkIsBroughtAgainForTheSameToken() external {
        _report(_true(5), _false(5), _none());
        bytes memory again = abi.encodeWithSelector(
            IObjectiveFaults.ObjectiveFaults_AlreadyProven.selector, faults.logFaultId(provider, ORIGIN, address(usd))
        );
        _refuse(again, _false(8), _true(21), _path(8, 21));
    }

    function test_Equivocation_WhenTheForkIsBroughtAgainForAnotherToken() external {
        _report(_true(5), _false(5), _none());
        DollarToken other = new DollarToken();
        config.setPaymentToken(address(other), address(0), 0, true);
        bonds.setBondToken(address(other), 1, 0, true);
        other.mint(provider, 1000);
        vm.startPrank(provider);
        other.approve(address(bonds), 1000);
        bonds.deposit(provider, address(other), 1000);
        vm.stopPrank();
        faults.equivocation(_true(5), _false(5), _none(), address(other));
        assertEq(bonds.stakeOf(provider, address(other)), 800);
        assertEq(STAKE - _stake(), PENALTY, "once in each");
    }

    function test_Equivocation_GivenALicenseWasBoughtSince() external {
        vm.prank(provider);
        bonds.allocate(_servedOffer(), STAKE, 0);
        _report(_true(5), _false(5), _none());
        (uint128 allocated,,) = bonds.coverOf(_servedOffer());
        assertEq(allocated, STAKE - PENALTY);
    }

    // ---- governance

    function test_SetPenalty_RevertGiven_TheCallerIsNobody() external {
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        faults.setPenalty(IObjectiveFaults.Fault.Equivocation, IObjectiveFaults.Penalty(1, 1));
        vm.expectRevert(refused);
        faults.setClock(IObjectiveFaults.Clock(1 days, 365 days));
    }

    function test_SetPenalty_RevertWhen_APenaltyIsOutOfBoundsOrUnchanged() external {
        _expectField("fault", 0);
        faults.setPenalty(IObjectiveFaults.Fault.None, IObjectiveFaults.Penalty(1, 1));
        _expectField("priceBps", 20_001);
        faults.setPenalty(IObjectiveFaults.Fault.WrongContent, IObjectiveFaults.Penalty(20_001, 1));
        _expectField("priceBps", 10_001);
        faults.setPenalty(IObjectiveFaults.Fault.Equivocation, IObjectiveFaults.Penalty(10_001, 1));
        _expectField("priceBps", 0);
        faults.setPenalty(IObjectiveFaults.Fault.LateReceipt, IObjectiveFaults.Penalty(0, 1));
        _expectField("floorBps", 10_001);
        faults.setPenalty(IObjectiveFaults.Fault.LateReceipt, IObjectiveFaults.Penalty(1, 10_001));
        vm.expectRevert(IObjectiveFaults.ObjectiveFaults_NoChange.selector);
        faults.setPenalty(IObjectiveFaults.Fault.Equivocation, IObjectiveFaults.Penalty(2000, 0));
    }

    function test_SetPenalty_WhenAPenaltyChanges() external {
        vm.expectEmit(address(faults));
        emit IObjectiveFaults.PenaltySet(IObjectiveFaults.Fault.Equivocation, 100, 0);
        faults.setPenalty(IObjectiveFaults.Fault.Equivocation, IObjectiveFaults.Penalty(100, 0));
        assertEq(abi.encode(faults.penaltyOf(IObjectiveFaults.Fault.Equivocation)), abi.encode(100, 0));
        _report(_true(5), _false(5), _none());
        assertEq(STAKE - _stake(), STAKE / 100);
    }

    function test_SetClock_RevertWhen_ATimeIsOutOfBoundsOrUnchanged() external {
        _expectField("lateGrace", 1 hours - 1);
        faults.setClock(IObjectiveFaults.Clock(1 hours - 1, 365 days));
        _expectField("lateGrace", 30 days + 1);
        faults.setClock(IObjectiveFaults.Clock(30 days + 1, 365 days));
        _expectField("maxAge", 90 days - 1);
        faults.setClock(IObjectiveFaults.Clock(1 hours, 90 days - 1));
        _expectField("maxAge", 1095 days + 1);
        faults.setClock(IObjectiveFaults.Clock(1 hours, 1095 days + 1));
        vm.expectRevert(IObjectiveFaults.ObjectiveFaults_NoChange.selector);
        faults.setClock(IObjectiveFaults.Clock(6 hours, 365 days));
    }

    function test_SetClock_WhenATimeChanges() external {
        vm.expectEmit(address(faults));
        emit IObjectiveFaults.ClockSet(1 hours, 90 days);
        faults.setClock(IObjectiveFaults.Clock(1 hours, 90 days));
        assertEq(abi.encode(faults.clock()), abi.encode(1 hours, 90 days));
    }

    function _expectField(bytes32 field, uint256 given) private {
        vm.expectRevert(abi.encodeWithSelector(IObjectiveFaults.ObjectiveFaults_BadField.selector, field, given));
    }
}
