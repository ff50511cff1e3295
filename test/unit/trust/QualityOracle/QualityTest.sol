// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IQualityOracle } from "../../../../contracts/interfaces/trust/IQualityOracle.sol";
import { TrustFixture } from "../TrustFixture.sol";

/// @notice Requests in dollars, and reporters with money in their accounts.
abstract contract QualityTest is TrustFixture {
    bytes32 internal constant METHOD = keccak256("method");
    uint128 internal constant LEAST_REWARD = 10e6;
    uint128 internal constant STAKE = 50e6;
    uint128 internal constant REWARD = 100e6;
    uint128 internal constant DEPOSIT = 200e6;
    uint8 internal constant SEATS = 5;
    uint40 internal constant COMMIT_WINDOW = 2 days;
    uint40 internal constant REVEAL_WINDOW = 1 days;

    address[] internal reporters;

    function setUp() public virtual override {
        super.setUp();
        quality.setTokenTerms(address(usd), LEAST_REWARD, STAKE);
        for (uint256 i = 0; i < 7; ++i) {
            address reporter = makeAddr(string.concat("reporter ", vm.toString(i)));
            reporters.push(reporter);
            quality.setReporter(reporter, true);
            _pay(reporter, DEPOSIT);
        }
        _fund(buyer);
        _fund(seller);
    }

    // ---- money

    function _fund(address account) internal {
        usd.mint(account, 1e12);
        vm.prank(account);
        usd.approve(address(quality), type(uint256).max);
    }

    /// @dev Into the account, out of nowhere.
    function _pay(address account, uint128 amount) internal {
        _fund(account);
        vm.prank(account);
        quality.deposit(account, address(usd), amount);
    }

    function _balance(address account) internal view returns (uint128 balance) {
        (balance,) = quality.accountOf(account, address(usd));
    }

    function _locked(address account) internal view returns (uint128 locked) {
        (, locked) = quality.accountOf(account, address(usd));
    }

    // ---- requests

    function _request() internal returns (uint256 requestId) {
        return _requestOf(SEATS, REWARD);
    }

    function _requestOf(uint8 seats, uint128 reward) internal returns (uint256 requestId) {
        vm.prank(buyer);
        return quality.request(datasetId, 1, METHOD, address(usd), reward, seats);
    }

    function _commit(uint256 requestId, uint256 reporter, uint16 score) internal {
        bytes32 commitment = quality.commitmentOf(requestId, reporters[reporter], score, "salt");
        vm.prank(reporters[reporter]);
        quality.commit(requestId, commitment);
    }

    function _reveal(uint256 requestId, uint256 reporter, uint16 score) internal {
        vm.prank(reporters[reporter]);
        quality.reveal(requestId, score, "salt");
    }

    /// @dev The first reporters commit to these scores and, when the window is over, all reveal.
    function _report(uint256 requestId, uint16[] memory scores) internal {
        for (uint256 i = 0; i < scores.length; ++i) {
            _commit(requestId, i, scores[i]);
        }
        vm.warp(quality.requestOf(requestId).commitUntil + 1);
        for (uint256 i = 0; i < scores.length; ++i) {
            _reveal(requestId, i, scores[i]);
        }
    }

    function _scores(uint16 a, uint16 b, uint16 c) internal pure returns (uint16[] memory scores) {
        scores = new uint16[](3);
        (scores[0], scores[1], scores[2]) = (a, b, c);
    }

    function _scores(uint16 a, uint16 b, uint16 c, uint16 d, uint16 e) internal pure returns (uint16[] memory scores) {
        scores = new uint16[](5);
        (scores[0], scores[1], scores[2], scores[3], scores[4]) = (a, b, c, d, e);
    }

    function _unknownRequest(uint256 requestId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IQualityOracle.QualityOracle_Unknown.selector, requestId);
    }

    function _settledError(uint256 requestId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IQualityOracle.QualityOracle_Settled.selector, requestId);
    }
}
