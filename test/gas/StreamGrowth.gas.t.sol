// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IContributorLists } from "../../contracts/interfaces/payments/IContributorLists.sol";
import { IRevenueDistributor } from "../../contracts/interfaces/payments/IRevenueDistributor.sol";
import { IStreamRail } from "../../contracts/interfaces/payments/IStreamRail.sol";
import { IStreamVault } from "../../contracts/interfaces/payments/IStreamVault.sol";
import { IDatasetRegistry } from "../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { Offer } from "../../contracts/types/Offer.sol";
import { EvidenceDouble } from "../mocks/EvidenceDouble.sol";
import { MarketLoops } from "../mocks/MarketLoop.sol";
import { StreamTest } from "../unit/payments/StreamRail/StreamTest.sol";

/// @notice That streams cost the same however many there are: licenses of one payer, epochs behind a settlement, contributors of a
/// release. Whole transactions, each isolated; every settlement has a predecessor, so that it pays for no slot's first use.
/// forge-config: default.isolate = true
contract StreamGrowthGasTest is StreamTest {
    uint256 private constant FLAT = 0.05e18;
    address private constant FIRST = address(0x1000000);

    function setUp() public override {
        super.setUp();
        // Deposits of ten thousand flows, and what they stream meanwhile.
        _fundStream(buyer, 10e6 * 1e6);
    }

    /// @dev One payer, all of them open: another is opened, and one of them settled.
    function test_Licenses() external {
        Offer memory offer = _timeOffer();
        uint256 one = _openAndSettle(offer, 0, "licenses.1");
        uint256 hundred = _openAndSettle(offer, 98, "licenses.100");
        uint256 thousand = _openAndSettle(offer, 898, "licenses.1000");
        assertApproxEqRel(hundred, one, FLAT, "settling grows with a hundred licenses");
        assertApproxEqRel(thousand, one, FLAT, "settling grows with a thousand licenses");
    }

    /// @dev More than a test may use of gas: what opens them is not counted.
    function test_TenThousandLicenses() external {
        Offer memory offer = _timeOffer();
        uint256 one = _openAndSettle(offer, 0, "licenses.1");
        uint256 many = _openAndSettle(offer, 9998, "licenses.10000");
        assertApproxEqRel(many, one, FLAT, "settling grows with ten thousand licenses");
    }

    function test_Epochs() external {
        Offer memory offer = _timeOffer();
        offer.split = _createSplit(_members(carol, 7000, dave, 3000));
        uint256[3] memory counts = [uint256(1), 100, 10_000];
        uint256[3] memory used;
        // The pool's own first payments.
        rail.settle(_warmed(offer), offer);
        for (uint256 i; i < 3; ++i) {
            uint256 licenseId = _warm(offer);
            vm.warp(block.timestamp + counts[i] * EPOCH);
            rail.settle(licenseId, offer);
            used[i] = vm.snapshotGasLastCall("growth", string.concat("settle.epochs.", vm.toString(counts[i])));
        }
        assertApproxEqRel(used[1], used[0], FLAT, "settling grows with a hundred epochs");
        assertApproxEqRel(used[2], used[0], FLAT, "settling grows with ten thousand epochs");
    }

    /// @dev The members of a pool, a list that stands in the split as one member for a thousand, and lists for ten thousand.
    function test_Contributors() external {
        uint256[4] memory used;
        used[0] = _settleTo(_membersOf(1), "settle.contributors.1");
        // Shares of one dataset do not fall without consent: each has a dataset of its own.
        datasetId = _publish(seller, new IDatasetRegistry.ParentLink[](0));
        used[1] = _settleTo(_membersOf(64), "settle.contributors.64");
        datasetId = _publish(seller, new IDatasetRegistry.ParentLink[](0));
        used[2] = _settleTo(_listsOf(1, 1000), "settle.contributors.1000");
        datasetId = _publish(seller, new IDatasetRegistry.ParentLink[](0));
        used[3] = _settleTo(_listsOf(4, 2500), "settle.contributors.10000");
        assertApproxEqRel(used[1], used[0], FLAT, "settling grows with the members of a pool");
        assertApproxEqRel(used[2], used[0], FLAT, "settling grows with the contributors of a list");
        assertApproxEqRel(used[3], used[0], FLAT, "settling grows with lists");
    }

    /// @dev What evidence adds to a settlement: the keeper is a double, which costs next to nothing.
    function test_Evidence() external {
        address keeper = _addressOf("ComputeReceipts");
        vm.etch(keeper, address(new EvidenceDouble()).code);
        Offer memory offer = _streamOffer(_streamTerms(IStreamRail.Proof.ComputeReceipt));
        uint256 licenseId = _buy(offer);
        for (uint256 i = 1; i <= 3; ++i) {
            vm.warp(START + i * EPOCH);
            EvidenceDouble(keeper).set(licenseId, uint40(block.timestamp), 2);
            rail.settle(licenseId, offer);
        }
        vm.snapshotGasLastCall("growth", "gas.epoch.settle.evidence");
    }

    // ---- helpers

    /// @dev Opens `more` licenses in the market's place, then one through it, settles that and snapshots both. Returns the settlement's gas.
    function _openAndSettle(Offer memory offer, uint256 more, string memory id) private returns (uint256 used) {
        uint256 licenseId = _buy(offer);
        // In transactions of twenty-five at most, which each fit a block.
        vm.pauseGasMetering();
        for (uint256 opened; opened < more; opened += 25) {
            uint256 count = more - opened < 25 ? more - opened : 25;
            MarketLoops.openMany(
                address(market), address(rail), licenseId + 1e9 + opened, count, offer, buyer, buyer, ""
            );
        }
        vm.resumeGasMetering();
        vm.prank(buyer);
        licenseId = market.buy(offer, buyer, "ref", "");
        vm.snapshotGasLastCall("growth", string.concat("open.", id));
        for (uint256 i; i < 2; ++i) {
            vm.warp(block.timestamp + EPOCH);
            rail.settle(licenseId, offer);
        }
        used = vm.snapshotGasLastCall("growth", string.concat("settle.", id));
    }

    /// @dev A license of which one epoch was settled.
    function _warm(Offer memory offer) private returns (uint256 licenseId) {
        licenseId = _buy(offer);
        vm.warp(block.timestamp + EPOCH);
        rail.settle(licenseId, offer);
    }

    /// @dev Another, of which a second epoch is over.
    function _warmed(Offer memory offer) private returns (uint256 licenseId) {
        licenseId = _warm(offer);
        vm.warp(block.timestamp + EPOCH);
    }

    function _settleTo(IRevenueDistributor.Member[] memory members, string memory id) private returns (uint256 used) {
        Offer memory offer = _timeOffer();
        offer.split = _createSplit(members);
        distributor.preparePool(datasetId, offer.split, address(usdc), members.length);
        rail.settle(_warmed(offer), offer);
        uint256 licenseId = _warmed(offer);
        rail.settle(licenseId, offer);
        used = vm.snapshotGasLastCall("growth", id);
        IStreamVault(_vault(licenseId)).collect();
        vm.snapshotGasLastCall("growth", string.concat("collect", _after(id)));
    }

    /// @dev "settle.contributors.1" → ".contributors.1".
    function _after(string memory id) private pure returns (string memory) {
        return vm.replace(id, "settle", "");
    }

    function _membersOf(uint256 count) private pure returns (IRevenueDistributor.Member[] memory members) {
        members = new IRevenueDistributor.Member[](count);
        for (uint256 i; i < count; ++i) {
            members[i] = IRevenueDistributor.Member(address(uint160(FIRST) + uint160(i)), uint16(6400 / count));
        }
    }

    /// @dev Lists of `count` contributors each, sorted by address as members of a split are.
    function _listsOf(uint256 lists, uint256 count) private returns (IRevenueDistributor.Member[] memory members) {
        address template = deployCode("ContributorList.sol:ContributorList");
        IContributorLists factory_ =
            IContributorLists(deployCode("ContributorLists.sol:ContributorLists", abi.encode(template)));
        members = new IRevenueDistributor.Member[](lists);
        for (uint256 i; i < lists; ++i) {
            address list = factory_.create(datasetId, _contributorsOf(i * count, count));
            uint256 at = i;
            for (; at != 0 && members[at - 1].account > list; --at) {
                members[at] = members[at - 1];
            }
            members[at] = IRevenueDistributor.Member(list, uint16(6400 / lists));
        }
    }

    function _contributorsOf(
        uint256 first,
        uint256 count
    )
        private
        pure
        returns (IContributorLists.Contributor[] memory entries)
    {
        entries = new IContributorLists.Contributor[](count);
        for (uint256 i; i < count; ++i) {
            entries[i] = IContributorLists.Contributor(address(uint160(FIRST) + uint160(first + i)), uint96(1 + i % 97));
        }
    }
}
