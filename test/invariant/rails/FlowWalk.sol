// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IRevenueDistributor } from "../../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import {
    IConstantFlowMinimal,
    IDistributionMinimal,
    ISuperTokenMinimal,
    ISuperfluidHostMinimal
} from "../../../contracts/payments/superfluid/ISuperfluidMinimal.sol";
import { Messages, ParentGrant } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { AllRails, IFlowPayer } from "../../base/AllRails.sol";

interface IFlowSender {
    function createFlow(address token, address receiver, int96 rate, bytes calldata ctx) external returns (bytes memory);
}

interface IPoolClaims {
    function claimAll(address member) external returns (bool);
    function getTotalAmountReceivedByMember(address member) external view returns (uint256);
}

/// @notice What walks over flows have in common: two payers (bob and carol), two contributors (dave and erin) and a liquidator
/// (mallory) on the real Superfluid framework, time that passes, and accounts' whole money.
abstract contract FlowWalk is AllRails {
    uint16 internal constant PARENT_BPS = 1000;
    uint16 internal constant SPLIT_BPS = 9000;

    /// @dev In super token units, plain tokens included.
    mapping(address payer => int256) internal had;
    mapping(address payer => int256) internal liquidated;
    mapping(string act => uint256) public calls;
    address internal distributions;
    uint256 internal parentId;
    address internal parentOwner;
    /// @dev The contributors.
    address internal dave = makeAddr("dave");
    address internal erin = makeAddr("erin");

    function setUp() public virtual override {
        super.setUp();
        distributions = vm.parseJsonAddress(vm.readFile(".colophon/superfluid.addresses.json"), ".gda");
        (had[bob], had[carol]) = (_total(bob), _total(carol));
        usdc.mint(mallory, FUNDS);
        vm.startPrank(mallory);
        usdc.approve(usdcx, FUNDS);
        IFlowPayer(usdcx).upgrade(FUNDS * SUPER_SCALE);
        vm.stopPrank();
    }

    /// @dev Minutes or days; small numbers and large ones are spread alike.
    function actWarp(uint256 seed, bool far) external {
        seed = uint256(keccak256(abi.encode(seed)));
        _pass(far ? bound(seed, 6 hours, 30 days) : bound(seed, 1, 6 hours));
        ++calls["warp"];
    }

    /// @dev Lets time pass; models that follow flows do so here.
    function _pass(uint256 seconds_) internal virtual {
        forward(seconds_);
    }

    // ---- the market

    /// @dev PRICE a month in super token units a second, rounded down.
    function _rate() internal pure returns (uint256) {
        return uint256(PRICE) * SUPER_SCALE / STREAM_PERIOD;
    }

    function _payer(uint256 seed) internal view returns (address) {
        return seed % 2 == 0 ? bob : carol;
    }

    /// @dev A split of alice's: 60 % for one contributor, 30 % for another.
    function _split(uint256 datasetId) internal returns (uint16) {
        IRevenueDistributor.Member[] memory members = new IRevenueDistributor.Member[](2);
        (address low, address high) = dave < erin ? (dave, erin) : (erin, dave);
        members[0] = IRevenueDistributor.Member(low, SPLIT_BPS * 2 / 3);
        members[1] = IRevenueDistributor.Member(high, SPLIT_BPS / 3);
        vm.prank(alice);
        return distributor.createSplit(datasetId, members, new IRevenueDistributor.Consent[](0));
    }

    /// @dev A dataset of alice's that owes a parent a tenth.
    function _publishChild() internal returns (uint256 childId) {
        uint256 key;
        (parentOwner, key) = makeAddrAndKey("parent's owner");
        parentId = publishDataset(parentOwner);
        IDatasetRegistry.VersionInput memory input = versionInput();
        IDatasetRegistry.ParentLink[] memory links = new IDatasetRegistry.ParentLink[](1);
        (links[0].parentId, links[0].parentVersion, links[0].shareBps) = (parentId, 1, PARENT_BPS);
        links[0].deadline = uint40(vm.getBlockTimestamp() + 1 days);
        ParentGrant memory grant =
            ParentGrant(parentId, 1, alice, input.contentRoot, PARENT_BPS, false, 0, links[0].deadline);
        links[0].signature = sign(key, Messages.hash(grant));
        vm.prank(alice);
        childId = registry.publish(alice, input, links);
        addEncoding(childId, 1);
    }

    /// @dev Pays out of the distributor whatever waits there in a token, for whoever may have owned the title.
    function _fetch(address token) internal {
        if (distributor.accruedFees(token) != 0) distributor.collectFees(token);
        if (distributor.accruedRoyalty(parentId, 1, token) != 0) distributor.payRoyalty(parentId, 1, token);
        address[2] memory owners = [alice, dave];
        for (uint256 i; i < owners.length; ++i) {
            if (distributor.claimable(owners[i], token) != 0) distributor.claim(owners[i], token, owners[i]);
        }
    }

    function _claimFromPool(Offer memory offer) internal {
        address pool = _poolOf(offer);
        if (pool == address(0)) return;
        IPoolClaims(pool).claimAll(dave);
        IPoolClaims(pool).claimAll(erin);
    }

    /// @dev The contributors' pool, zero when nothing was paid to it yet.
    function _poolOf(Offer memory offer) internal view returns (address) {
        return offer.split == 0 ? address(0) : distributor.poolOf(offer.datasetId, offer.split, address(usdc));
    }

    // ---- flows

    function _beginFlow(address payer, address receiver, uint256 rate) internal {
        _callFlows(payer, abi.encodeCall(IFlowSender.createFlow, (usdcx, receiver, int96(uint96(rate)), "")));
    }

    function _endFlow(address by, address payer, address receiver) internal {
        _callFlows(by, abi.encodeCall(IConstantFlowMinimal.deleteFlow, (usdcx, payer, receiver, "")));
    }

    /// @dev A payer runs dry and a stranger ends one of its flows; then the payer has its money again.
    function _liquidate(address payer, address receiver) internal {
        (int256 available,,) = ISuperTokenMinimal(usdcx).realtimeBalanceOf(payer, vm.getBlockTimestamp());
        vm.prank(payer);
        IERC20(usdcx).transfer(mallory, uint256(available));
        _pass(1);
        int256 before = _total(payer);
        _endFlow(mallory, payer, receiver);
        liquidated[payer] += before - _total(payer);
        vm.prank(mallory);
        IERC20(usdcx).transfer(payer, uint256(available));
    }

    /// @dev A stranger ends what an insolvent vault passes on into a pool.
    function _liquidateInto(address vault, address pool) internal {
        bytes memory data = abi.encodeCall(IDistributionMinimal.distributeFlow, (usdcx, vault, pool, 0, ""));
        vm.prank(mallory);
        ISuperfluidHostMinimal(superfluidHost).callAgreement(distributions, data, "");
    }

    function _callFlows(address by, bytes memory data) private {
        vm.prank(by);
        ISuperfluidHostMinimal(superfluidHost).callAgreement(flows, data, "");
    }

    // ---- reading

    /// @dev An account's money in super token units: what it can spend, what is locked as deposits, and plain tokens.
    function _total(address account) internal view returns (int256) {
        return _superTotal(account) + int256(usdc.balanceOf(account) * SUPER_SCALE);
    }

    /// @dev The same without plain tokens. A pool's is what waits there for its members.
    function _superTotal(address account) internal view returns (int256) {
        (int256 available, uint256 deposit, uint256 owed) =
            ISuperTokenMinimal(usdcx).realtimeBalanceOf(account, vm.getBlockTimestamp());
        return available + int256(deposit) - int256(owed);
    }
}
