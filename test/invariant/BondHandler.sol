// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProviderBond } from "../../contracts/interfaces/trust/IProviderBond.sol";
import { ProviderBond } from "../../contracts/trust/ProviderBond.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { OddToken } from "../unit/payments/doubles/OddToken.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Moves of one provider, three delegators and three verifiers, in any order, and what went in and out by its own count.
contract BondHandler is Test {
    uint256 private constant OFFERS = 3;
    uint256 private constant CLAIMS = 6;

    ProviderBond private immutable _bonds;
    OddToken private immutable _token;
    address public immutable provider;

    address[3] public delegators;
    address[3] public verifiers;
    address public payout = makeAddr("payout");
    address public harmed = makeAddr("harmed");
    address public reporter = makeAddr("reporter");

    /// @dev Ghosts, in base units.
    uint256 public staked;
    uint256 public left;
    uint256 public slashed;
    uint256 public toHarmed;
    uint256 public toReporter;
    uint256 public toTreasury;
    uint256 public shared;
    uint256 public claimed;
    mapping(uint256 licenseId => uint256) public paidFor;
    mapping(uint256 licenseId => uint256) public worstLoss;
    /// @dev Set when a move did what it must never do.
    string public broken;

    constructor(ProviderBond bonds, OddToken token, address provider_, address[3] memory verifiers_) {
        (_bonds, _token, provider, verifiers) = (bonds, token, provider_, verifiers_);
        for (uint256 i; i < 3; ++i) {
            delegators[i] = makeAddr(string.concat("delegator ", vm.toString(i)));
            _fund(delegators[i]);
        }
        _fund(provider);
        _fund(address(this));
    }

    // ---- stake

    function deposit(uint128 amount) external {
        amount = uint128(bound(amount, 1, 1e15));
        vm.prank(provider);
        _bonds.deposit(provider, address(_token), amount);
        staked += amount;
    }

    function requestWithdrawal(uint128 amount) external {
        IProviderBond.Account memory a = _account();
        amount = uint128(bound(amount, 0, a.own));
        if (amount == 0 && a.thawing == 0) return;
        vm.prank(provider);
        _try(abi.encodeCall(_bonds.requestWithdrawal, (address(_token), amount)));
    }

    function completeWithdrawal() external {
        IProviderBond.Account memory a = _account();
        vm.prank(provider);
        (bool done, bytes memory answer) = _try(abi.encodeCall(_bonds.completeWithdrawal, (address(_token))));
        if (!done) return;
        uint256 amount = abi.decode(answer, (uint128));
        left += amount;
        if (block.timestamp < a.thawedAt) broken = "own stake left before it thawed";
        if (a.own + a.delegated - amount < uint256(a.allocated) + a.locked) {
            broken = "what stands behind something left";
        }
        if (a.own - amount < a.locked && a.own < a.locked) broken = "own stake left a claim to delegators";
    }

    function delegate(uint256 who, uint128 amount) external {
        address delegator = delegators[who % 3];
        amount = uint128(bound(amount, 1, 1e15));
        vm.prank(delegator);
        (bool done,) = _try(abi.encodeCall(_bonds.delegate, (provider, address(_token), amount, 0)));
        if (!done) return;
        staked += amount;
    }

    function requestUndelegation(uint256 who, uint128 shares) external {
        address delegator = delegators[who % 3];
        IProviderBond.Delegation memory d = _delegation(delegator);
        shares = uint128(bound(shares, 0, d.shares));
        vm.prank(delegator);
        _try(abi.encodeCall(_bonds.requestUndelegation, (provider, address(_token), shares)));
    }

    function completeUndelegation(uint256 who) external {
        address delegator = delegators[who % 3];
        address other = delegators[(who % 3 + 1) % 3];
        IProviderBond.Delegation memory d = _delegation(delegator);
        uint256 before = _delegation(other).worth;
        vm.prank(delegator);
        (bool done, bytes memory answer) =
            _try(abi.encodeCall(_bonds.completeUndelegation, (provider, address(_token), 0)));
        if (!done) return;
        left += abi.decode(answer, (uint128));
        if (block.timestamp < d.thawedAt) broken = "delegated stake left before it thawed";
        if (_delegation(other).worth < before) broken = "a leaver took from those who stay";
    }

    function reward(uint128 amount, uint16 bps) external {
        vm.prank(provider);
        _try(abi.encodeCall(_bonds.setDelegatorShare, (uint16(bps % 10_001))));
        amount = uint128(bound(amount, 1, 1e12));
        uint256 before = _token.balanceOf(payout);
        _bonds.reward(provider, address(_token), amount);
        shared += amount - (_token.balanceOf(payout) - before);
    }

    function claimRewards(uint256 who) external {
        bytes memory call_ = abi.encodeCall(_bonds.claimRewards, (provider, address(_token), delegators[who % 3]));
        (bool done, bytes memory answer) = _try(call_);
        if (done) claimed += abi.decode(answer, (uint128));
    }

    // ---- allocations

    function allocate(uint256 which, uint128 amount, uint128 valueAtRisk) external {
        amount = uint128(bound(amount, 0, uint256(_account().own) + _account().delegated));
        vm.prank(provider);
        _try(abi.encodeCall(_bonds.allocate, (offer(which), amount, valueAtRisk)));
    }

    function requestDeallocation(uint256 which, uint128 amount) external {
        amount = uint128(bound(amount, 0, _bonds.allocationOf(offer(which)).amount));
        vm.prank(provider);
        _try(abi.encodeCall(_bonds.requestDeallocation, (offer(which), amount)));
    }

    function completeDeallocation(uint256 which) external {
        vm.prank(provider);
        _try(abi.encodeCall(_bonds.completeDeallocation, (offer(which))));
    }

    // ---- claims

    function lock(uint256 claim, uint256 by, uint256 which, uint128 amount) external {
        bytes32 offerId = which % 4 == 3 ? bytes32(0) : _idOf(which);
        amount = uint128(bound(amount, 0, 1e15));
        vm.prank(verifiers[by % 3]);
        _try(abi.encodeCall(_bonds.lock, (_claim(claim), provider, address(_token), offerId, amount)));
    }

    function unlock(uint256 claim, uint256 by) external {
        vm.prank(verifiers[by % 3]);
        _try(abi.encodeCall(_bonds.unlock, (_claim(claim))));
    }

    function slash(uint256 claim, uint256 by, uint256 which, uint128 loss, uint128 penalty) external {
        IProviderBond.SlashOrder memory order;
        (order.provider, order.token, order.claimId) = (provider, address(_token), _claim(claim));
        order.offerId = which % 4 == 3 ? bytes32(0) : _idOf(which);
        (order.licenseId, order.harmed) = (1 + claim % 3, harmed);
        (order.loss, order.penalty) = (uint128(bound(loss, 0, 1e14)), uint128(bound(penalty, 0, 1e14)));
        order.reporter = claim % 2 == 0 ? reporter : address(0);
        address verifier = verifiers[by % 3];
        IProviderBond.Account memory a = _account();
        IProviderBond.Lock memory held = _bonds.lockOf(order.claimId);
        vm.prank(verifier);
        (bool done, bytes memory answer) = _try(abi.encodeCall(_bonds.slash, (order)));
        if (done) _count(order, a, held, by % 3 == 0 ? 0 : held.amount, answer);
    }

    function _count(
        IProviderBond.SlashOrder memory order,
        IProviderBond.Account memory a,
        IProviderBond.Lock memory,
        uint256 used,
        bytes memory answer
    )
        private
    {
        (uint256 h, uint256 r, uint256 t) = abi.decode(answer, (uint256, uint256, uint256));
        (toHarmed, toReporter, toTreasury, slashed) =
        (toHarmed + h, toReporter + r, toTreasury + t, slashed + h + r + t);
        paidFor[order.licenseId] += h;
        if (order.loss > worstLoss[order.licenseId]) worstLoss[order.licenseId] = order.loss;
        uint256 stake = uint256(a.own) + a.delegated;
        if (stake - (h + r + t) + used < a.locked) broken = "a slash took what other claims hold";
        if (h + r + t > stake) broken = "more was slashed than there was";
        IProviderBond.Account memory b = _account();
        // Only dust of an emptied epoch goes from delegators to own stake.
        if (b.delegated < a.delegated && b.own > (uint256(a.shares) >> 32) + 1 && b.epoch == a.epoch) {
            broken = "delegated stake was slashed before own stake";
        }
    }

    function dropLock(uint256 claim) external {
        _try(abi.encodeCall(_bonds.dropLock, (_claim(claim))));
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 1 hours, 40 days));
    }

    // ---- everything out, in the end

    /// @dev Ends every claim after its age, and takes all stake out. What stays is what nobody owns.
    function windDown() external {
        for (uint256 i; i < CLAIMS; ++i) {
            if (_bonds.lockOf(_claim(i)).provider == address(0)) continue;
            vm.warp(block.timestamp + 365 days);
            _bonds.dropLock(_claim(i));
        }
        for (uint256 i; i < OFFERS; ++i) {
            uint128 amount = _bonds.allocationOf(offer(i)).amount;
            vm.prank(provider);
            (bool asked,) = _try(abi.encodeCall(_bonds.requestDeallocation, (offer(i), amount)));
            if (!asked) continue;
            vm.warp(block.timestamp + 90 days);
            vm.prank(provider);
            _bonds.completeDeallocation(offer(i));
        }
        for (uint256 i; i < 3; ++i) {
            _leave(delegators[i]);
        }
        uint128 own = _account().own;
        if (own == 0) return;
        vm.startPrank(provider);
        _bonds.requestWithdrawal(address(_token), own);
        vm.warp(block.timestamp + 93 days);
        left += _bonds.completeWithdrawal(address(_token));
        vm.stopPrank();
    }

    function _leave(address delegator) private {
        uint128 shares = _delegation(delegator).shares;
        if (shares != 0) {
            vm.startPrank(delegator);
            _bonds.requestUndelegation(provider, address(_token), shares);
            vm.warp(block.timestamp + 90 days);
            left += _bonds.completeUndelegation(provider, address(_token), 0);
            vm.stopPrank();
        }
        if (_delegation(delegator).rewards != 0) {
            claimed += _bonds.claimRewards(provider, address(_token), delegator);
        }
    }

    // ---- helpers

    function offer(uint256 which) public view returns (Offer memory o) {
        o.salt = which % OFFERS;
        (o.token, o.price, o.provider) = (address(_token), 250e6, provider);
    }

    function _idOf(uint256 which) private view returns (bytes32) {
        return keccak256(abi.encode(offer(which)));
    }

    function _claim(uint256 claim) private pure returns (bytes32) {
        return keccak256(abi.encode("claim", claim % CLAIMS));
    }

    function _account() private view returns (IProviderBond.Account memory) {
        return _bonds.accountOf(provider, address(_token));
    }

    function _delegation(address delegator) private view returns (IProviderBond.Delegation memory) {
        return _bonds.delegationOf(provider, address(_token), delegator);
    }

    /// @dev A call that may be refused for a reason of the bond's own; anything else (a panic, a missing reason) is broken.
    function _try(bytes memory call_) private returns (bool done, bytes memory answer) {
        (done, answer) = address(_bonds).call(call_);
        if (!done && (answer.length < 4 || bytes4(answer) == 0x4e487b71)) broken = "a move panicked";
    }

    function _fund(address account) private {
        _token.mint(account, type(uint128).max);
        vm.prank(account);
        _token.approve(address(_bonds), type(uint256).max);
    }
}
