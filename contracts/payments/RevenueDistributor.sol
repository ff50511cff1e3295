// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { IRevenueDistributor } from "../interfaces/payments/IRevenueDistributor.sol";
import { IStreamVault } from "../interfaces/payments/IStreamVault.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { LicenseHead } from "../types/LicenseHead.sol";
import { DistributorLedger } from "./DistributorLedger.sol";
import { PoolPayer } from "./PoolPayer.sol";
import { Shares } from "./Shares.sol";
import { ISuperTokenMinimal, ISuperfluidPoolMinimal } from "./superfluid/ISuperfluidMinimal.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title Money after release
/// @notice See IRevenueDistributor. Divides what rails release; holds what waits.
contract RevenueDistributor is ColophonUpgradeable, ReentrancyGuardTransient, PoolPayer {
    using SafeERC20 for IERC20;

    /// @dev How one release is divided; the parts add up to what came in.
    struct Parts {
        uint256 fee;
        uint256 parents;
        uint256 contributors;
        uint256 owner;
    }

    /// @dev What the license pinned, and who earns now.
    struct Sale {
        LicenseHead head;
        uint256 datasetId;
        uint16 split;
        address owner;
        IDatasetRegistry.Parent[] parents;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        address licenseToken,
        address registry,
        address config,
        address gdaForwarder
    )
        DistributorLedger(licenseToken, registry, config)
        PoolPayer(gdaForwarder)
    { }

    function initialize(address authority) external initializer {
        __AccessManaged_init(authority);
    }

    /// @inheritdoc IRevenueDistributor
    function distribute(uint256 licenseId, address token, uint256 amount) external nonReentrant {
        (LicenseHead head, address rail) = _licenseToken.releaseOf(licenseId);
        if (msg.sender != rail) revert RevenueDistributor_NotRail(licenseId, msg.sender, rail);
        (address owner, IDatasetRegistry.Parent[] memory parents) = _registry.payeesOf(head.datasetId(), head.version());
        _divide(licenseId, head, owner, parents, token, amount);
    }

    /// @inheritdoc IRevenueDistributor
    // The caller is a rail and names a vault of its own; whatever that does, only what it releases is booked.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function distributeFrom(address vault, uint256 licenseId, address token, uint128 amount) external nonReentrant {
        Sale memory sale = _saleOf(licenseId);
        Pool storage pool = _storage().pools[sale.datasetId][sale.split][token];
        // A struct in memory starts as zeros, and stays so when all must come here.
        // slither-disable-next-line uninitialized-local
        Parts memory parts;
        address superToken = pool.pool == address(0) ? address(0) : ISuperfluidPoolMinimal(pool.pool).superToken();
        uint256 units = 0;
        uint256 toPool = 0;
        if (superToken != address(0)) {
            // Of at most 18 decimals all can be converted.
            // slither-disable-next-line unused-return
            (, units) = Shares.toSuper(amount, ISuperTokenMinimal(superToken).getUnderlyingDecimals());
            parts = _partsOf(sale, units);
            toPool = _divisible(pool, _storage().splits[sale.datasetId][sale.split], parts.contributors);
            // Earlier dust is here, not in the vault: more than was released cannot leave from there.
            if (toPool > units) toPool = 0;
        }
        bool direct = IStreamVault(vault).release(amount, pool.pool, toPool);
        if (!direct) return _divide(licenseId, sale.head, sale.owner, sale.parents, token, amount);
        _bookAway(superToken, units, toPool);
        _accrueParents(sale.datasetId, sale.parents, superToken, units - parts.fee);
        _announce(licenseId, sale, superToken, units, parts);
        _bookPoolPaid(pool, token, superToken, parts.contributors, toPool);
        _credit(superToken, sale.owner, parts.owner, true);
    }

    /// @inheritdoc IRevenueDistributor
    function distributePassed(
        uint256 licenseId,
        address token,
        address superToken,
        uint256 toPool,
        uint256 rest,
        uint256 basis
    )
        external
        nonReentrant
    {
        Sale memory sale = _saleOf(licenseId);
        Parts memory parts = _partsOf(sale, basis);
        (parts.contributors, parts.owner) = (toPool, rest - parts.fee - parts.parents);
        _bookAway(superToken, toPool + rest, toPool);
        _accrueParents(sale.datasetId, sale.parents, superToken, basis - parts.fee);
        _announce(licenseId, sale, superToken, toPool + rest, parts);
        if (toPool != 0) {
            _bookPoolPaid(_storage().pools[sale.datasetId][sale.split][token], token, superToken, toPool, toPool);
        }
        _credit(superToken, sale.owner, parts.owner, true);
    }

    /// @inheritdoc IRevenueDistributor
    function preparePool(uint256 datasetId, uint16 split, address token, uint256 limit) external nonReentrant {
        _requireSplit(datasetId, split);
        uint256 members = _storage().splits[datasetId][split].members.length;
        if (_storage().pools[datasetId][split][token].ready == members) revert RevenueDistributor_NothingToPay();
        _prepare(datasetId, split, token, _superToken(token), limit);
    }

    /// @inheritdoc IRevenueDistributor
    function payRoyalty(uint256 datasetId, uint32 version, address token) external nonReentrant {
        _payRoyalty(datasetId, version, token, _ownerOf(datasetId));
    }

    /// @inheritdoc IRevenueDistributor
    function payPastRoyalty(uint256 datasetId, uint32 version, address token, address owner) external nonReentrant {
        _payRoyalty(datasetId, version, token, owner);
    }

    /// @inheritdoc IRevenueDistributor
    function collectFees(address token) external nonReentrant {
        uint256 amount = _feesOf(token);
        if (amount == 0) revert RevenueDistributor_NothingToPay();
        address treasury = _config.treasury();
        _bookPaid(token, amount);
        emit FeesCollected(token, treasury, amount);
        IERC20(token).safeTransfer(treasury, amount);
    }

    /// @inheritdoc IRevenueDistributor
    function claim(address account, address token, address to) external nonReentrant {
        if (to != account && msg.sender != account) revert RevenueDistributor_NotAccount(account, msg.sender);
        uint256 amount = _storage().claimable[account][token];
        if (amount == 0) revert RevenueDistributor_NothingToPay();
        _storage().claimable[account][token] = 0;
        _storage().ledgers[token].owed -= amount;
        _bookPaid(token, amount);
        emit Claimed(account, token, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc IRevenueDistributor
    function accruedFees(address token) external view returns (uint256) {
        return _feesOf(token);
    }

    /// @inheritdoc IRevenueDistributor
    function accruedRoyalty(uint256 datasetId, uint32 version, address token) external view returns (uint256) {
        return _storage().royalties[_royaltyKey(datasetId, version, token, _ownerOf(datasetId))];
    }

    /// @inheritdoc IRevenueDistributor
    function accruedRoyaltyOf(
        uint256 datasetId,
        uint32 version,
        address token,
        address owner
    )
        external
        view
        returns (uint256)
    {
        return _storage().royalties[_royaltyKey(datasetId, version, token, owner)];
    }

    /// @inheritdoc IRevenueDistributor
    function claimable(address account, address token) external view returns (uint256) {
        return _storage().claimable[account][token];
    }

    /// @inheritdoc IRevenueDistributor
    function booksOf(address token) external view returns (Books memory) {
        Ledger storage ledger = _storage().ledgers[token];
        return Books(ledger.received, ledger.paid, ledger.received - ledger.paid);
    }

    /// @dev Divides what has arrived. On the stack and in one walk over the parents, because every release comes here.
    // The books are final before the first payment; afterwards a refused payment is only credited.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-events
    function _divide(
        uint256 licenseId,
        LicenseHead head,
        address owner,
        IDatasetRegistry.Parent[] memory parents,
        address token,
        uint256 amount
    )
        private
    {
        if (amount == 0) revert RevenueDistributor_NothingToPay();
        uint256 datasetId = head.datasetId();
        // A struct in memory starts as zeros; contributors stay so without a split.
        // slither-disable-next-line uninitialized-local
        Parts memory parts;
        parts.fee = Shares.portion(amount, head.feeBps());
        parts.owner = amount - parts.fee;
        parts.parents = _accrueParents(datasetId, parents, token, parts.owner);
        parts.owner -= parts.parents;
        if (head.split() != 0) {
            parts.contributors = Shares.portion(parts.owner, _storage().splits[datasetId][head.split()].totalBps);
            parts.owner -= parts.contributors;
        }

        _bookRelease(token, amount, parts.owner);
        emit Distributed(
            licenseId, datasetId, token, amount, parts.fee, parts.parents, parts.contributors, parts.owner, owner
        );
        _payContributors(datasetId, head.split(), token, parts.contributors);
        _payBooked(token, owner, parts.owner);
    }

    /// @dev The sale, whose rail must be calling.
    function _saleOf(uint256 licenseId) private view returns (Sale memory sale) {
        (LicenseHead head, address rail) = _licenseToken.releaseOf(licenseId);
        if (msg.sender != rail) revert RevenueDistributor_NotRail(licenseId, msg.sender, rail);
        (sale.head, sale.datasetId, sale.split) = (head, head.datasetId(), head.split());
        (sale.owner, sale.parents) = _registry.payeesOf(sale.datasetId, head.version());
    }

    function _partsOf(Sale memory sale, uint256 amount) private view returns (Parts memory parts) {
        parts.fee = Shares.portion(amount, sale.head.feeBps());
        uint256 rest = amount - parts.fee;
        for (uint256 i = 0; i < sale.parents.length; ++i) {
            parts.parents += Shares.portion(rest, sale.parents[i].shareBps);
        }
        rest -= parts.parents;
        if (sale.split != 0) {
            parts.contributors = Shares.portion(rest, _storage().splits[sale.datasetId][sale.split].totalBps);
        }
        parts.owner = rest - parts.contributors;
    }

    function _announce(uint256 licenseId, Sale memory sale, address token, uint256 amount, Parts memory parts) private {
        emit Distributed(
            licenseId,
            sale.datasetId,
            token,
            amount,
            parts.fee,
            parts.parents,
            parts.contributors,
            parts.owner,
            sale.owner
        );
    }

    /// @dev Accrues each parent's share of `amount`, to whoever owns the parent now: a later sale of its title does not
    /// take the past along. One level: a parent's own parents are served when its royalty is paid.
    function _accrueParents(
        uint256 datasetId,
        IDatasetRegistry.Parent[] memory parents,
        address token,
        uint256 amount
    )
        private
        returns (uint256 total)
    {
        for (uint256 i = 0; i < parents.length; ++i) {
            IDatasetRegistry.Parent memory parent = parents[i];
            uint256 share = Shares.portion(amount, parent.shareBps);
            if (share == 0) continue;
            total += share;
            address owner = _ownerOf(parent.datasetId);
            _storage().royalties[_royaltyKey(parent.datasetId, parent.version, token, owner)] += share;
            emit RoyaltyAccrued(parent.datasetId, parent.version, token, datasetId, share, owner);
        }
        if (total > 0) _storage().ledgers[token].owed += total;
    }

    function _payRoyalty(uint256 datasetId, uint32 version, address token, address owner) private {
        bytes32 key = _royaltyKey(datasetId, version, token, owner);
        uint256 amount = _storage().royalties[key];
        if (amount == 0) revert RevenueDistributor_NothingToPay();
        // Whose it is may be what the suspension is about.
        if (_registry.statusOf(datasetId, version) == IDatasetRegistry.Status.Suspended) {
            revert RevenueDistributor_Suspended(datasetId, version);
        }
        _storage().royalties[key] = 0;
        _storage().ledgers[token].owed -= amount;
        uint256 toParents = _accrueParents(datasetId, _registry.parentsOf(datasetId, version), token, amount);
        uint256 toOwner = amount - toParents;
        _bookPaid(token, toOwner);
        emit RoyaltyPaid(datasetId, version, token, owner, toOwner, toParents);
        _payBooked(token, owner, toOwner);
    }

    function _royaltyKey(
        uint256 datasetId,
        uint32 version,
        address token,
        address owner
    )
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(datasetId, version, token, owner));
    }
}
