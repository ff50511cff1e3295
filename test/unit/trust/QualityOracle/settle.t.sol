// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IQualityOracle } from "../../../../contracts/interfaces/trust/IQualityOracle.sol";
import { Uses } from "../../../../contracts/types/Uses.sol";
import { QualityTest } from "./QualityTest.sol";

contract SettleTest is QualityTest {
    /// @dev Of a stake of 50: a fifth and a half.
    uint128 private constant OUTLIER = STAKE / 5;
    uint128 private constant SILENCE = STAKE / 2;

    uint256 private _id;

    function setUp() public override {
        super.setUp();
        _id = _request();
    }

    function test_Settle_RevertWhen_TheRequestIsUnknown() external {
        vm.expectRevert(_unknownRequest(9));
        quality.settle(9);
    }

    function test_Settle_RevertWhen_ItIsSettled() external {
        vm.warp(START + COMMIT_WINDOW + 1);
        quality.settle(_id);
        vm.expectRevert(_settledError(_id));
        quality.settle(_id);
    }

    function test_Settle_RevertWhen_WindowsStillRun() external {
        uint256 end = START + COMMIT_WINDOW + REVEAL_WINDOW;
        bytes memory early = abi.encodeWithSelector(IQualityOracle.QualityOracle_TooEarly.selector, _id, end + 1);
        _commit(_id, 0, 8000);
        vm.expectRevert(early);
        quality.settle(_id);
        _commit(_id, 1, 8000);
        _commit(_id, 2, 8000);
        vm.warp(START + COMMIT_WINDOW + 1);
        _reveal(_id, 0, 8000);
        vm.warp(end);
        vm.expectRevert(early);
        quality.settle(_id);
        vm.warp(end + 1);
        quality.settle(_id);
    }

    function test_Settle_WhenTooFewCommitted() external {
        _commit(_id, 0, 8000);
        _commit(_id, 1, 8000);
        vm.warp(START + COMMIT_WINDOW + 1);
        vm.expectEmit(address(quality));
        emit IQualityOracle.QualityFailed(_id, buyer, REWARD, 2, 0);
        vm.prank(stranger);
        quality.settle(_id);
        assertEq(_balance(buyer), REWARD);
        assertEq(_locked(reporters[0]), 0);
        assertEq(_balance(reporters[0]), DEPOSIT, "nobody had to reveal");
        assertEq(_balance(treasury), 0);
        assertEq(uint8(quality.requestOf(_id).state), uint8(IQualityOracle.State.Failed));
    }

    function test_Settle_WhenAllWhoCommittedHaveRevealed() external {
        _report(_id, _scores(7000, 8000, 9000));
        quality.settle(_id);
        assertEq(quality.requestOf(_id).score, 8000);
        assertEq(quality.requestOf(_id).settledAt, START + COMMIT_WINDOW + 1);
    }

    function test_Settle_WhenAllAgree() external {
        _report(_id, _scores(8000, 8200, 8100, 7900, 9000));
        vm.expectEmit(address(quality));
        emit IQualityOracle.SeatSettled(_id, reporters[0], REWARD / 5, 0);
        vm.expectEmit(address(quality));
        emit IQualityOracle.QualityScored(_id, datasetId, 1, 0, METHOD, 8100, 5);
        quality.settle(_id);
        for (uint256 i = 0; i < 5; ++i) {
            assertEq(_balance(reporters[i]), DEPOSIT + REWARD / 5);
            assertEq(_locked(reporters[i]), 0);
        }
    }

    function test_Settle_WhenOneIsFarFromTheMedian() external {
        _report(_id, _scores(8000, 8000, 8000, 9001, 9000));
        vm.expectEmit(address(quality));
        emit IQualityOracle.SeatSettled(_id, reporters[3], 0, OUTLIER);
        quality.settle(_id);
        assertEq(_balance(reporters[0]), DEPOSIT + REWARD / 4);
        assertEq(_balance(reporters[3]), DEPOSIT - OUTLIER);
        assertEq(_balance(reporters[4]), DEPOSIT + REWARD / 4, "within the tolerance");
        assertEq(_balance(treasury), OUTLIER);
    }

    function test_Settle_WhenOneKeepsSilent() external {
        for (uint256 i = 0; i < 4; ++i) {
            _commit(_id, i, 8000);
        }
        vm.warp(START + COMMIT_WINDOW + 1);
        for (uint256 i = 0; i < 3; ++i) {
            _reveal(_id, i, 8000);
        }
        vm.warp(START + COMMIT_WINDOW + REVEAL_WINDOW + 1);
        quality.settle(_id);
        assertEq(_balance(reporters[3]), DEPOSIT - SILENCE);
        assertEq(_locked(reporters[3]), 0);
        assertEq(_balance(treasury), SILENCE + REWARD % 3);
        assertEq(_balance(reporters[0]), DEPOSIT + REWARD / 3);
    }

    function test_Settle_WhenTooFewReveal() external {
        _commitAndRevealOnly(2);
        vm.expectEmit(address(quality));
        emit IQualityOracle.QualityFailed(_id, buyer, REWARD, 5, 2);
        quality.settle(_id);
        assertEq(_balance(buyer), REWARD);
        assertEq(_balance(reporters[0]), DEPOSIT + 3 * SILENCE / 2, "half of three penalties");
        assertEq(_balance(reporters[1]), DEPOSIT + 3 * SILENCE / 2);
        assertEq(_balance(reporters[4]), DEPOSIT - SILENCE);
        assertEq(_balance(treasury), 0);
    }

    function test_Settle_WhenNobodyReveals() external {
        _commitAndRevealOnly(0);
        quality.settle(_id);
        assertEq(_balance(buyer), REWARD);
        assertEq(_balance(treasury), 5 * SILENCE);
    }

    function test_Settle_WhenTheNumberOfReportsIsEven() external {
        for (uint256 i = 0; i < 4; ++i) {
            _commit(_id, i, uint16(1000 + i * 2500));
        }
        vm.warp(START + COMMIT_WINDOW + 1);
        for (uint256 i = 0; i < 4; ++i) {
            _reveal(_id, i, uint16(1000 + i * 2500));
        }
        quality.settle(_id);
        assertEq(quality.requestOf(_id).score, 3500, "a score that somebody gave");
        assertEq(_balance(reporters[1]), DEPOSIT + REWARD);
    }

    function test_Settle_WhenTheRewardDoesNotDivide() external {
        uint256 requestId = _requestOf(3, 100e6 + 1);
        for (uint256 i = 0; i < 3; ++i) {
            _commit(requestId, i, 8000);
        }
        for (uint256 i = 0; i < 3; ++i) {
            _reveal(requestId, i, 8000);
        }
        quality.settle(requestId);
        assertEq(_balance(reporters[0]), DEPOSIT + (100e6 + 1) / uint128(3));
        assertEq(_balance(treasury), (100e6 + 1) % 3);
    }

    function test_Settle_WhenTheReporterWasStoppedMeanwhile() external {
        _report(_id, _scores(8000, 8000, 8000));
        quality.stopReporter(reporters[0]);
        quality.settle(_id);
        assertEq(_balance(reporters[0]), DEPOSIT + REWARD / 3);
    }

    function test_Settle_WhenGovernedNumbersChangedMeanwhile() external {
        quality.setRules(IQualityOracle.Rules(1 hours, 1 hours, 5000, 10_000, 10_000));
        quality.setTokenTerms(address(usd), 1, 1);
        _report(_id, _scores(8000, 8000, 5000));
        quality.settle(_id);
        assertEq(_balance(reporters[2]), DEPOSIT - OUTLIER);
    }

    function testFuzz_Settle_WhenAnyScoresComeIn(uint16[5] calldata given, uint8 shown, uint128 reward) external {
        reward = uint128(bound(reward, 5 * LEAST_REWARD, 1e11));
        shown = uint8(bound(shown, 0, 5));
        uint256 requestId = _requestOf(SEATS, reward);
        for (uint256 i = 0; i < 5; ++i) {
            _commit(requestId, i, given[i] % 10_001);
        }
        for (uint256 i = 0; i < shown; ++i) {
            _reveal(requestId, i, given[i] % 10_001);
        }
        vm.warp(START + REVEAL_WINDOW + 1);
        quality.settle(requestId);
        IQualityOracle.Request memory asked = quality.requestOf(requestId);
        if (shown >= 3) _assertMedian(given, shown, asked.score);
        else assertEq(uint8(asked.state), uint8(IQualityOracle.State.Failed));
        uint256 sum = uint256(_balance(treasury)) + _balance(buyer);
        for (uint256 i = 0; i < reporters.length; ++i) {
            sum += _balance(reporters[i]);
            assertEq(_locked(reporters[i]), 0);
        }
        assertEq(sum, reporters.length * uint256(DEPOSIT) + reward, "to the unit");
    }

    // ---- release evidence

    function test_ProvenAt_WhenTheLicenseHasNoScore() external view {
        assertEq(quality.provenAt(1, 1), 0);
    }

    function test_ProvenAt_WhenTheScoreReachesTheGrade() external {
        (uint256 licenseId,) = _scored(8099);
        assertEq(quality.provenAt(licenseId, 80), block.timestamp);
        assertEq(quality.provenAt(licenseId, 1), block.timestamp);
        (uint256 requestId, uint16 score, uint40 at) = quality.evidenceOf(licenseId);
        assertEq(requestId, 2);
        assertEq(score, 8099);
        assertEq(at, block.timestamp);
    }

    function test_ProvenAt_WhenTheScoreIsBelowTheGrade() external {
        (uint256 licenseId,) = _scored(8099);
        assertEq(quality.provenAt(licenseId, 81), 0);
        assertEq(quality.provenAt(licenseId, 255), 0);
    }

    function test_ProvenAt_WhenTheOtherSidesRequestIsSettledLater() external {
        (uint256 licenseId, uint256 other) = _scored(7000);
        uint256 at = block.timestamp;
        vm.warp(at + 9);
        for (uint256 i = 0; i < 3; ++i) {
            _reveal(other, i + 3, 9900);
        }
        quality.settle(other);
        assertEq(quality.requestOf(other).score, 9900, "a score all the same");
        assertEq(quality.provenAt(licenseId, 70), at);
        assertEq(quality.provenAt(licenseId, 71), 0);
    }

    // ---- parts

    /// @dev A license whose first score this is; the other side's request waits for its reveals.
    function _scored(uint16 score) private returns (uint256 licenseId, uint256 other) {
        vm.prank(seller);
        quality.declareMethod(datasetId, 1, METHOD);
        vm.warp(START + 1);
        licenseId = _license(Uses.TRAIN, 0, 0);
        vm.prank(buyer);
        uint256 requestId = quality.requestForLicense(licenseId, address(usd), REWARD, 3);
        vm.prank(seller);
        other = quality.requestForLicense(licenseId, address(usd), REWARD, 3);
        for (uint256 i = 0; i < 3; ++i) {
            _commit(requestId, i, score);
            _commit(other, i + 3, 9900);
        }
        for (uint256 i = 0; i < 3; ++i) {
            _reveal(requestId, i, score);
        }
        vm.expectEmit(address(quality));
        emit IQualityOracle.ReleaseEvidenceRecorded(licenseId, requestId, score);
        quality.settle(requestId);
    }

    function _commitAndRevealOnly(uint256 shown) private {
        for (uint256 i = 0; i < SEATS; ++i) {
            _commit(_id, i, 8000);
        }
        for (uint256 i = 0; i < shown; ++i) {
            _reveal(_id, i, 8000);
        }
        vm.warp(START + COMMIT_WINDOW + REVEAL_WINDOW + 1);
    }

    /// @dev As many reports below as above, the odd one below for even numbers, and itself among them.
    function _assertMedian(uint16[5] calldata given, uint256 shown, uint16 score) private pure {
        (uint256 below, uint256 same) = (0, 0);
        for (uint256 i = 0; i < shown; ++i) {
            uint16 one = given[i] % 10_001;
            if (one < score) ++below;
            if (one == score) ++same;
        }
        assertGt(same, 0, "a report");
        uint256 middle = (shown - 1) / 2;
        assertLe(below, middle);
        assertGt(below + same, middle);
    }
}
