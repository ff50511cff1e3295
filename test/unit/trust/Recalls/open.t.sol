// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRecalls } from "../../../../contracts/interfaces/trust/IRecalls.sol";
import { RecallTest } from "./RecallTest.sol";

contract OpenTest is RecallTest {
    function test_Open_RevertWhen_TheVersionDoesNotExist() external {
        bytes memory unknown = abi.encodeWithSelector(IRecalls.Recalls_UnknownVersion.selector, datasetId, 2);
        _expectOpen(seller, 2, IRecalls.Reason.OptOut, LEAVES, ROOT, 0, unknown);
        _expectOpen(disputes, 2, IRecalls.Reason.OptOut, LEAVES, 0, 0, unknown);
    }

    function test_Open_RevertWhen_TheCallerIsNeitherOwnerNorDisputeManager() external {
        _expectOpen(buyer, 1, IRecalls.Reason.OptOut, LEAVES, ROOT, 0, _notOwner(buyer));
    }

    function test_Open_RevertWhen_TheReasonIsNoneOrAConsents() external {
        IRecalls.Reason[2] memory bad = [IRecalls.Reason.None, IRecalls.Reason.ConsentRevoked];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory reason = abi.encodeWithSelector(IRecalls.Recalls_BadReason.selector, bad[i]);
            _expectOpen(seller, 1, bad[i], LEAVES, ROOT, 0, reason);
        }
        bytes memory none = abi.encodeWithSelector(IRecalls.Recalls_BadReason.selector, IRecalls.Reason.None);
        _expectOpen(disputes, 1, IRecalls.Reason.None, LEAVES, ROOT, 0, none);
    }

    function test_Open_RevertWhen_NothingLeaves() external {
        bytes memory reason = abi.encodeWithSelector(IRecalls.Recalls_NothingLeaves.selector);
        _expectOpen(seller, 1, IRecalls.Reason.OptOut, 0, ROOT, 0, reason);
    }

    function test_Open_RevertWhen_TheRootIsNotTheOneInForce() external {
        _expectOpen(seller, 1, IRecalls.Reason.OptOut, LEAVES, "other", 0, _notInForce("other", ROOT));
        _expectOpen(seller, 1, IRecalls.Reason.OptOut, LEAVES, 0, 0, _notInForce(0, ROOT));
        _setRoot(0);
        _expectOpen(seller, 1, IRecalls.Reason.OptOut, LEAVES, ROOT, 0, _notInForce(ROOT, 0));
        _expectOpen(seller, 1, IRecalls.Reason.OptOut, LEAVES, 0, 0, _notInForce(0, 0));
    }

    function test_Open_RevertWhen_ThePeriodIsOutOfBounds() external {
        _expectOpen(seller, 1, IRecalls.Reason.OptOut, LEAVES, ROOT, PERIOD - 1, _badPeriod(PERIOD - 1, PERIOD));
        uint32 long = 365 days + 1;
        _expectOpen(seller, 1, IRecalls.Reason.OptOut, LEAVES, ROOT, long, _badPeriod(long, PERIOD));
    }

    function test_Open_WhenTheOwnerOpens() external {
        IRecalls.Recall memory expected;
        (expected.datasetId, expected.version, expected.reason) = (datasetId, 1, IRecalls.Reason.OptOut);
        (expected.openedBy, expected.openedAt, expected.collectsUntil) = (seller, START, START);
        (expected.deadline, expected.period, expected.contestPeriod) = (START + PERIOD, PERIOD, CONTEST_PERIOD);
        (expected.leavesHash, expected.revokedRoot) = (LEAVES, ROOT);
        vm.expectEmit(address(recalls));
        emit IRecalls.RecallOpened(1, datasetId, 1, expected);
        assertEq(_openRecall(), 1);
        assertEq(abi.encode(recalls.recallOf(1)), abi.encode(expected));
        assertEq(recalls.recallCount(), 1);
        assertEq(_openRecall(), 2, "sequential");
    }

    function testFuzz_Open_WhenTheOwnerGivesMoreTime(uint32 period) external {
        period = uint32(bound(period, PERIOD, 365 days));
        vm.prank(seller);
        uint256 recallId = recalls.open(datasetId, 1, IRecalls.Reason.Defect, LEAVES, ROOT, period);
        assertEq(recalls.recallOf(recallId).deadline, START + period);
    }

    function test_Open_WhenARulingOpensIt() external {
        vm.prank(disputes);
        uint256 recallId = recalls.open(datasetId, 1, IRecalls.Reason.Takedown, LEAVES, 0, 0);
        assertEq(recalls.recallOf(recallId).openedBy, disputes);
        assertEq(recalls.recallOf(recallId).revokedRoot, 0);
        vm.prank(disputes);
        recallId = recalls.open(datasetId, 1, IRecalls.Reason.ConsentRevoked, LEAVES, ROOT, 0);
        assertEq(recalls.recallOf(recallId).revokedRoot, ROOT, "or name one");
    }

    function test_Open_RevertWhen_ARulingNamesARootThatIsNotInForce() external {
        _expectOpen(disputes, 1, IRecalls.Reason.Takedown, LEAVES, "other", 0, _notInForce("other", ROOT));
    }

    // ---- by consent

    function test_OpenByConsent_RevertWhen_TheCallerIsNotTheConsentRegistry() external {
        vm.expectRevert(abi.encodeWithSelector(IRecalls.Recalls_NotConsents.selector, seller));
        vm.prank(seller);
        recalls.openByConsent(datasetId, 1, "consent", LEAVES);
    }

    function test_OpenByConsent_RevertWhen_AConsentsVersionDoesNotExist() external {
        vm.expectRevert(abi.encodeWithSelector(IRecalls.Recalls_UnknownVersion.selector, datasetId, 2));
        vm.prank(address(consents));
        recalls.openByConsent(datasetId, 2, "consent", LEAVES);
    }

    function test_OpenByConsent_WhenItIsTheFirstOfItsDay() external {
        bytes32 total = keccak256(abi.encode(bytes32(0), bytes32("one"), LEAVES));
        vm.expectEmit(address(recalls));
        emit IRecalls.WithdrawalCollected(1, "one", LEAVES, total);
        IRecalls.Recall memory opened = recalls.recallOf(_openByConsent("one"));
        assertEq(uint8(opened.reason), uint8(IRecalls.Reason.ConsentRevoked));
        assertEq(opened.leavesHash, total);
        assertEq(opened.revokedRoot, 0, "the owner names it");
        assertEq(opened.collectsUntil, START + 1 days);
        assertEq(opened.deadline, START + 1 days + PERIOD);
    }

    function test_OpenByConsent_GivenARecallOfTheVersionCollects() external {
        uint256 recallId = _openByConsent("one");
        bytes32 before = recalls.recallOf(recallId).leavesHash;
        vm.warp(START + 1 days - 1);
        assertEq(_openByConsent("two"), recallId);
        IRecalls.Recall memory grown = recalls.recallOf(recallId);
        assertEq(grown.leavesHash, keccak256(abi.encode(before, bytes32("two"), LEAVES)));
        assertEq(grown.deadline, START + 1 days + PERIOD, "the clock stays");
        assertEq(recalls.recallCount(), 1);
    }

    function test_OpenByConsent_GivenThatRecallNoLongerCollects() external {
        uint256 recallId = _openByConsent("one");
        vm.warp(START + 1 days);
        assertEq(_openByConsent("two"), recallId + 1);
    }

    function test_OpenByConsent_GivenThatRecallWasDismissed() external {
        uint256 recallId = _openByConsent("one");
        _decide(recallId, false);
        assertEq(_openByConsent("two"), recallId + 1);
    }

    function test_OpenByConsent_GivenAnotherVersionsRecallCollects() external {
        uint256 recallId = _openByConsent("one");
        _newVersion("2");
        vm.prank(address(consents));
        assertEq(recalls.openByConsent(datasetId, 2, "one", LEAVES), recallId + 1);
    }

    // ---- governed periods

    function test_SetPeriods_RevertWhen_TheCallerIsNotGovernance() external {
        vm.expectRevert(_unauthorized(stranger));
        vm.prank(stranger);
        recalls.setPeriods(7 days, 7 days);
    }

    function test_SetPeriods_RevertWhen_APeriodIsOutOfItsBounds() external {
        uint32[2] memory bad = [uint32(1 days - 1), uint32(365 days + 1)];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(_badPeriod(bad[i], 1 days));
            recalls.setPeriods(bad[i], 7 days);
            vm.expectRevert(_badPeriod(bad[i], 1 days));
            recalls.setPeriods(7 days, bad[i]);
        }
    }

    function test_SetPeriods_WhenGovernanceSetsThem() external {
        uint256 earlier = _openRecall();
        vm.expectEmit(address(recalls));
        emit IRecalls.RecallPeriodsSet(7 days, 9 days);
        recalls.setPeriods(7 days, 9 days);
        (uint32 least, uint32 contest) = recalls.periods();
        assertEq(least, 7 days);
        assertEq(contest, 9 days);
        IRecalls.Recall memory opened = recalls.recallOf(_openRecall());
        assertEq(opened.deadline, START + 7 days);
        assertEq(opened.contestPeriod, 9 days);
        assertEq(recalls.recallOf(earlier).deadline, START + PERIOD);
        assertEq(recalls.recallOf(earlier).contestPeriod, CONTEST_PERIOD);
    }

    function test_RecallOf_RevertWhen_TheRecallIsUnknown() external {
        vm.expectRevert(_unknownRecall(1));
        recalls.recallOf(1);
        vm.expectRevert(_unknownRecall(0));
        recalls.standingOf(0, licenseId);
    }

    function _expectOpen(
        address caller,
        uint32 version,
        IRecalls.Reason reason,
        bytes32 leaves,
        bytes32 root,
        uint32 period,
        bytes memory refusal
    )
        private
    {
        vm.expectRevert(refusal);
        vm.prank(caller);
        recalls.open(datasetId, version, reason, leaves, root, period);
    }

    function _notInForce(bytes32 named, bytes32 inForce) private view returns (bytes memory) {
        return abi.encodeWithSelector(IRecalls.Recalls_RootNotInForce.selector, datasetId, 1, named, inForce);
    }

    function _badPeriod(uint256 given, uint256 least) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRecalls.Recalls_BadPeriod.selector, given, least, 365 days);
    }
}
