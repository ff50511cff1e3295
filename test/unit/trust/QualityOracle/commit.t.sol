// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IQualityOracle } from "../../../../contracts/interfaces/trust/IQualityOracle.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { QualityTest } from "./QualityTest.sol";

contract CommitTest is QualityTest {
    uint256 private _id;

    function setUp() public override {
        super.setUp();
        _id = _request();
    }

    function test_Commit_RevertWhen_TheRequestIsUnknown() external {
        vm.expectRevert(_unknownRequest(9));
        quality.commit(9, "commitment");
    }

    function test_Commit_RevertWhen_TheCallerIsNotAReporter() external {
        _expectCommit(_id, stranger, "commitment", _notReporter(_id, stranger));
    }

    function test_Commit_RevertWhen_TheReporterWasStopped() external {
        quality.stopReporter(reporters[0]);
        _expectCommit(_id, reporters[0], "commitment", _notReporter(_id, reporters[0]));
    }

    function test_Commit_RevertWhen_TheReporterIsPartyToTheRequest() external {
        quality.setReporter(buyer, true);
        quality.setReporter(seller, true);
        _expectCommit(_id, buyer, "commitment", _notReporter(_id, buyer));
        _expectCommit(_id, seller, "commitment", _notReporter(_id, seller));
        vm.prank(seller);
        quality.declareMethod(datasetId, 1, METHOD);
        vm.warp(START + 1);
        uint256 licenseId = _license(Uses.TRAIN, 0, 0);
        vm.prank(seller);
        uint256 requestId = quality.requestForLicense(licenseId, address(usd), REWARD, 3);
        _expectCommit(requestId, buyer, "commitment", _notReporter(requestId, buyer));
    }

    function test_Commit_RevertWhen_NothingIsCommittedTo() external {
        _expectCommit(_id, reporters[0], 0, abi.encodeWithSelector(IQualityOracle.QualityOracle_NoCommitment.selector));
    }

    function test_Commit_RevertWhen_TheReporterHasASeat() external {
        _commit(_id, 0, 8000);
        _expectCommit(
            _id,
            reporters[0],
            "again",
            abi.encodeWithSelector(IQualityOracle.QualityOracle_SeatTaken.selector, _id, reporters[0])
        );
    }

    function test_Commit_RevertWhen_ItsAccountDoesNotCoverTheStake() external {
        // Four stakes are all that was paid in.
        for (uint256 i = 0; i < 4; ++i) {
            _commit(_request(), 0, 8000);
        }
        _expectCommit(
            _id,
            reporters[0],
            "commitment",
            abi.encodeWithSelector(
                IQualityOracle.QualityOracle_StakeTooLow.selector, reporters[0], address(usd), 0, STAKE
            )
        );
    }

    function test_Commit_RevertWhen_TheCommitWindowIsOver() external {
        vm.warp(START + COMMIT_WINDOW);
        _commit(_id, 0, 8000);
        vm.warp(START + COMMIT_WINDOW + 1);
        _expectCommit(
            _id,
            reporters[1],
            "commitment",
            abi.encodeWithSelector(IQualityOracle.QualityOracle_CommitOver.selector, _id)
        );
    }

    function test_Commit_RevertWhen_AllSeatsAreTaken() external {
        _fill();
        _expectCommit(
            _id,
            reporters[5],
            "commitment",
            abi.encodeWithSelector(IQualityOracle.QualityOracle_CommitOver.selector, _id)
        );
    }

    function test_Commit_WhenAReporterCommits() external {
        vm.expectEmit(address(quality));
        emit IQualityOracle.ScoreCommitted(_id, reporters[0], "commitment");
        vm.prank(reporters[0]);
        quality.commit(_id, "commitment");
        assertEq(_locked(reporters[0]), STAKE);
        assertEq(_balance(reporters[0]), DEPOSIT);
        assertEq(quality.requestOf(_id).committed, 1);
        IQualityOracle.Report memory report = quality.reportsOf(_id)[0];
        assertEq(report.reporter, reporters[0]);
        assertEq(report.commitment, "commitment");
        assertFalse(report.revealed);
    }

    function test_Commit_WhenTheLastSeatIsTaken() external {
        vm.warp(START + 9);
        for (uint256 i = 0; i < 4; ++i) {
            _commit(_id, i, 8000);
        }
        vm.expectEmit(address(quality));
        emit IQualityOracle.SeatsTaken(_id, START + 9 + REVEAL_WINDOW);
        _commit(_id, 4, 8000);
        assertEq(quality.requestOf(_id).commitUntil, START + 9);
        assertEq(quality.requestOf(_id).revealUntil, START + 9 + REVEAL_WINDOW);
        _reveal(_id, 0, 8000);
    }

    // ---- reveal

    function test_Reveal_RevertWhen_ItIsNotTheTime() external {
        _commit(_id, 0, 8000);
        uint256 until = START + COMMIT_WINDOW + REVEAL_WINDOW;
        bytes memory notNow = abi.encodeWithSelector(
            IQualityOracle.QualityOracle_NotRevealing.selector, _id, START + COMMIT_WINDOW + 1, until
        );
        vm.warp(START + COMMIT_WINDOW);
        _expectReveal(reporters[0], 8000, "salt", notNow);
        vm.warp(until + 1);
        _expectReveal(reporters[0], 8000, "salt", notNow);
        vm.warp(until);
        _reveal(_id, 0, 8000);
    }

    function test_Reveal_RevertWhen_TheCallerHasNoSeat() external {
        _fill();
        _expectReveal(reporters[6], 8000, "salt", _nothing(reporters[6]));
    }

    function test_Reveal_RevertWhen_TheReporterRevealed() external {
        _fill();
        _reveal(_id, 0, 8000);
        _expectReveal(reporters[0], 8000, "salt", _nothing(reporters[0]));
    }

    function test_Reveal_RevertWhen_TheScoreIsAboveTheScale() external {
        _fill();
        _expectReveal(
            reporters[0], 10_001, "salt", abi.encodeWithSelector(IQualityOracle.QualityOracle_BadScore.selector, 10_001)
        );
    }

    function test_Reveal_RevertWhen_ScoreOrSaltIsNotTheOneCommittedTo() external {
        _fill();
        _expectReveal(reporters[0], 8001, "salt", _wrong(reporters[0]));
        _expectReveal(reporters[0], 8000, "pepper", _wrong(reporters[0]));
    }

    function test_Reveal_RevertWhen_AnothersCommitmentWasCopied() external {
        bytes32 original = quality.commitmentOf(_id, reporters[0], 8000, "salt");
        _commit(_id, 0, 8000);
        vm.prank(reporters[1]);
        quality.commit(_id, original);
        vm.warp(START + COMMIT_WINDOW + 1);
        _reveal(_id, 0, 8000);
        _expectReveal(reporters[1], 8000, "salt", _wrong(reporters[1]));
    }

    function test_Reveal_RevertWhen_TheRequestIsSettled() external {
        vm.warp(START + COMMIT_WINDOW + 1);
        quality.settle(_id);
        _expectReveal(reporters[0], 8000, "salt", _settledError(_id));
        _expectCommit(_id, reporters[0], "commitment", _settledError(_id));
    }

    function testFuzz_Reveal_WhenAReporterReveals(uint16 score, bytes32 salt) external {
        score = uint16(bound(score, 0, 10_000));
        bytes32 commitment = keccak256(abi.encode(_id, reporters[0], score, salt));
        vm.prank(reporters[0]);
        quality.commit(_id, commitment);
        vm.warp(START + COMMIT_WINDOW + 1);
        vm.expectEmit(address(quality));
        emit IQualityOracle.ScoreRevealed(_id, reporters[0], score);
        vm.prank(reporters[0]);
        quality.reveal(_id, score, salt);
        assertEq(quality.reportsOf(_id)[0].score, score);
        assertTrue(quality.reportsOf(_id)[0].revealed);
        assertEq(quality.requestOf(_id).revealed, 1);
    }

    function _fill() private {
        for (uint256 i = 0; i < SEATS; ++i) {
            _commit(_id, i, 8000);
        }
    }

    function _expectCommit(uint256 requestId, address reporter, bytes32 commitment, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(reporter);
        quality.commit(requestId, commitment);
    }

    function _expectReveal(address reporter, uint16 score, bytes32 salt, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(reporter);
        quality.reveal(_id, score, salt);
    }

    function _notReporter(uint256 requestId, address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IQualityOracle.QualityOracle_NotReporter.selector, requestId, account);
    }

    function _nothing(address account) private view returns (bytes memory) {
        return abi.encodeWithSelector(IQualityOracle.QualityOracle_NothingToReveal.selector, _id, account);
    }

    function _wrong(address account) private view returns (bytes memory) {
        return abi.encodeWithSelector(IQualityOracle.QualityOracle_WrongReveal.selector, _id, account);
    }
}
