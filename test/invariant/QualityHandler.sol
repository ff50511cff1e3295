// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IQualityOracle } from "../../contracts/interfaces/trust/IQualityOracle.sol";
import { Uses } from "../../contracts/types/Uses.sol";
import { QualityTest } from "../unit/trust/QualityOracle/QualityTest.sol";

/// @notice Random walks of requests and reporters who agree, lie, keep silent, come and go. Ghosts follow the money from outside.
abstract contract QualityHandler is QualityTest {
    uint256 internal constant LICENSES = 3;

    /// @dev Paid in and not paid out, by anybody.
    uint256 internal ghostNet;
    uint256[LICENSES] internal licensesOf;
    mapping(uint256 requestId => mapping(address reporter => uint16)) internal scoreOf;
    /// @dev The evidence of a license as it was given, packed.
    mapping(uint256 licenseId => bytes32) internal ghostEvidence;
    mapping(string act => uint256) public calls;

    function setUp() public virtual override {
        super.setUp();
        vm.prank(seller);
        quality.declareMethod(datasetId, 1, METHOD);
        vm.warp(START + 1);
        for (uint256 i = 0; i < LICENSES; ++i) {
            licensesOf[i] = _license(Uses.TRAIN, 0, 0);
        }
        _fund(treasury);
        ghostNet = usd.balanceOf(address(quality));
    }

    // ---- acts

    function actRequest(uint8 seats, uint128 reward) external {
        seats = uint8(bound(seats, 3, 7));
        reward = uint128(bound(reward, seats * LEAST_REWARD, 1000e6));
        _requestOf(seats, reward);
        ghostNet += reward;
        ++calls["request"];
    }

    function actRequestForLicense(uint256 license, bool holder, uint128 reward) external {
        reward = uint128(bound(reward, 3 * LEAST_REWARD, 1000e6));
        vm.prank(holder ? buyer : seller);
        try quality.requestForLicense(licensesOf[license % LICENSES], address(usd), reward, 3) {
            ghostNet += reward;
            ++calls["license"];
        } catch { }
    }

    function actCommit(uint256 request, uint256 reporter, uint16 score) external {
        uint256 requestId = _pick(request);
        if (requestId == 0) return;
        address who = reporters[reporter % reporters.length];
        score %= 10_001;
        bytes32 commitment = quality.commitmentOf(requestId, who, score, "salt");
        vm.prank(who);
        try quality.commit(requestId, commitment) {
            scoreOf[requestId][who] = score;
            ++calls["commit"];
        } catch { }
    }

    /// @dev All seats at once, most of them alike, so that walks reach scores.
    function actFill(uint256 request, uint16 score, uint256 seed) external {
        uint256 requestId = _pick(request);
        if (requestId == 0) return;
        for (uint256 i = 0; i < reporters.length; ++i) {
            uint16 own = (seed >> i) % 5 == 0 ? uint16(seed >> (8 + i)) % 10_001 : score % 9001 + uint16(i);
            bytes32 commitment = quality.commitmentOf(requestId, reporters[i], own, "salt");
            vm.prank(reporters[i]);
            try quality.commit(requestId, commitment) {
                scoreOf[requestId][reporters[i]] = own;
            } catch { }
        }
    }

    function actReveal(uint256 request, uint256 silent) external {
        uint256 requestId = _pick(request);
        if (requestId == 0) return;
        for (uint256 i = 0; i < reporters.length; ++i) {
            if ((silent >> (4 * i)) % 4 == 0) continue;
            vm.prank(reporters[i]);
            try quality.reveal(requestId, scoreOf[requestId][reporters[i]], "salt") {
                ++calls["reveal"];
            } catch { }
        }
    }

    function actSettle(uint256 request) external {
        uint256 requestId = _pick(request);
        if (requestId == 0) return;
        try quality.settle(requestId) {
            ++calls["settle"];
        } catch { }
        _followEvidence();
    }

    function actDeposit(uint256 reporter, uint128 amount) external {
        address who = reporters[reporter % reporters.length];
        amount = uint128(bound(amount, 1, 100e6));
        vm.prank(buyer);
        quality.deposit(who, address(usd), amount);
        ghostNet += amount;
    }

    function actWithdraw(uint256 account, uint128 amount) external {
        address who = account % 4 == 0 ? treasury : reporters[account % reporters.length];
        uint128 free = _balance(who) - _locked(who);
        if (free == 0) return;
        amount = uint128(bound(amount, 1, free));
        vm.prank(who);
        quality.withdraw(who, address(usd), amount, who);
        ghostNet -= amount;
    }

    /// @dev More than is free is never paid out.
    function actOverdraw(uint256 account) external {
        address who = reporters[account % reporters.length];
        uint128 more = _balance(who) - _locked(who) + 1;
        vm.prank(who);
        try quality.withdraw(who, address(usd), more, who) {
            fail();
        } catch { }
    }

    function actGovern(uint256 reporter, uint16 penalty, uint128 stake) external {
        address who = reporters[reporter % reporters.length];
        bool admitted = (reporter >> 8) % 8 != 0;
        if (admitted != quality.isReporter(who)) quality.setReporter(who, admitted);
        penalty = uint16(bound(penalty, 1, 10_000));
        quality.setRules(IQualityOracle.Rules(2 days, 1 days, 1000, penalty / 2, penalty));
        stake = uint128(bound(stake, 1, DEPOSIT));
        if (stake != quality.tokenTermsOf(address(usd)).stake) {
            quality.setTokenTerms(address(usd), LEAST_REWARD, stake);
        }
    }

    function actWarp(uint256 seconds_) external {
        vm.warp(block.timestamp + seconds_ % 2 days);
    }

    // ---- parts

    /// @dev One of the last requests, 0 when there is none.
    function _pick(uint256 seed) internal view returns (uint256) {
        uint256 count = quality.requestCount();
        if (count == 0) return 0;
        uint256 last = count < 6 ? count : 6;
        return count - seed % last;
    }

    /// @dev QUALITY-3: evidence, once given, stays.
    function _followEvidence() internal {
        for (uint256 i = 0; i < LICENSES; ++i) {
            (uint256 requestId, uint16 score, uint40 at) = quality.evidenceOf(licensesOf[i]);
            bytes32 now_ = keccak256(abi.encode(requestId, score, at));
            if (ghostEvidence[licensesOf[i]] != 0) assertEq(now_, ghostEvidence[licensesOf[i]], "QUALITY-3");
            if (at != 0) ghostEvidence[licensesOf[i]] = now_;
            assertLe(at, block.timestamp, "QUALITY-3: a time that lies ahead");
        }
    }
}
