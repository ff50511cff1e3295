// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILiveStreamRail } from "../interfaces/payments/ILiveStreamRail.sol";
import { IRevenueDistributor } from "../interfaces/payments/IRevenueDistributor.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { LicenseHead } from "../types/LicenseHead.sol";
import { PaymentRail } from "./PaymentRail.sol";
import { Shares } from "./Shares.sol";
import { IGDAForwarder, ISuperfluidPoolMinimal, PoolConfig } from "./superfluid/ISuperfluidMinimal.sol";

/// @notice Storage of live streams, and which part of a rate goes into which pool.
abstract contract LiveBook is ILiveStreamRail, PaymentRail {
    /// @custom:storage-location erc7201:colophon.storage.LiveStreamRail
    struct LiveStreamRailStorage {
        mapping(uint256 licenseId => Live) lives;
        mapping(address superToken => address) collectors;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.LiveStreamRail")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x6d1c487b556c95456cff8882ebd7033cdaeea5f5489b83995f5dee24cc2d7700;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDatasetRegistry internal immutable _registry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IGDAForwarder private immutable _gdaForwarder;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address registry, address gdaForwarder) {
        (_registry, _gdaForwarder) = (IDatasetRegistry(registry), IGDAForwarder(gdaForwarder));
    }

    /// @inheritdoc ILiveStreamRail
    function collect(address superToken) external nonReentrant {
        address collector = _collector(superToken);
        // Zero when the distributor is connected; then it has arrived already.
        // slither-disable-next-line unused-return
        ISuperfluidPoolMinimal(collector).claimAll(address(_distributor));
        _distributor.noteArrival(superToken);
    }

    /// @inheritdoc ILiveStreamRail
    function collectorOf(address superToken) external view returns (address) {
        return _lives().collectors[superToken];
    }

    /// @inheritdoc ILiveStreamRail
    function liveOf(uint256 licenseId) external view returns (Live memory) {
        return _lives().lives[licenseId];
    }

    /// @dev The pool of the contributors and what of `rate` goes there: a multiple of its units, so that nothing is rounded away,
    /// and not more than fee and parents leave, so that the rest always pays those.
    // A split's members are bounded, and only the protocol's own contracts are called.
    // slither-disable-next-line calls-loop
    function _routeOf(uint256 licenseId, address token, uint256 rate) internal returns (address pool, uint96 poolRate) {
        // That this rail is the license's says the market.
        // slither-disable-next-line unused-return
        (LicenseHead head,) = _licenseToken.releaseOf(licenseId);
        if (head.split() == 0) return (address(0), 0);
        uint256 datasetId = head.datasetId();
        IRevenueDistributor.Member[] memory members = _distributor.membersOf(datasetId, head.split());
        uint256 units = 0;
        for (uint256 i = 0; i < members.length; ++i) {
            units += members[i].shareBps;
        }
        uint256 exact = rate * (Shares.BPS - head.feeBps()) * _leftByParents(datasetId, head.version()) * units;
        exact /= Shares.BPS ** 3;
        poolRate = uint96(exact - exact % units);
        if (poolRate == 0) return (address(0), 0);
        pool = _readyPool(datasetId, head.split(), token, members.length);
    }

    /// @dev The pool whose only member is the distributor, made at its first use.
    // Superfluid calls nobody back for a pool, and every caller is guarded.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function _collector(address superToken) internal returns (address collector) {
        collector = _lives().collectors[superToken];
        if (collector != address(0)) return collector;
        bool done;
        (done, collector) = _gdaForwarder.createPool(superToken, address(this), PoolConfig(false, true));
        if (!done || collector == address(0)) revert LiveStreamRail_PoolCallFailed(collector);
        _lives().collectors[superToken] = collector;
        emit CollectorCreated(superToken, collector);
        done = ISuperfluidPoolMinimal(collector).updateMemberUnits(address(_distributor), 1);
        if (!done) revert LiveStreamRail_PoolCallFailed(collector);
    }

    function _lives() internal pure returns (LiveStreamRailStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }

    function _leftByParents(uint256 datasetId, uint32 version) private view returns (uint256 leftBps) {
        leftBps = Shares.BPS;
        IDatasetRegistry.Parent[] memory parents = _registry.parentsOf(datasetId, version);
        for (uint256 i = 0; i < parents.length; ++i) {
            leftBps -= parents[i].shareBps;
        }
    }

    /// @dev Splits that a release would prepare itself are prepared here; of larger ones somebody has to before the first sale.
    function _readyPool(uint256 datasetId, uint16 split, address token, uint256 members)
        private
        returns (address pool)
    {
        // Dust is not asked for.
        // slither-disable-next-line unused-return
        (uint256 ready,,) = _distributor.poolState(datasetId, split, token);
        if (ready < members) {
            if (members > _distributor.MAX_LAZY_MEMBERS()) revert PaymentRail_BadTerms("split");
            _distributor.preparePool(datasetId, split, token, members);
        }
        return _distributor.poolOf(datasetId, split, token);
    }
}
