// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRevenueDistributor } from "../interfaces/payments/IRevenueDistributor.sol";
import { Shares } from "./Shares.sol";
import { SplitBook } from "./SplitBook.sol";
import {
    IGDAForwarder,
    ISuperTokenMinimal,
    ISuperfluidPoolMinimal,
    PoolConfig
} from "./superfluid/ISuperfluidMinimal.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Pays contributors through one Superfluid pool per split and token, with members' shares as units.
/// @dev Superfluid is not trusted to work: what it refuses is credited to the members instead, so a release never waits
/// for it (docs/decisions/0003-distribution.md).
abstract contract PoolPayer is SplitBook {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @inheritdoc IRevenueDistributor
    uint256 public constant MAX_LAZY_MEMBERS = 16;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IGDAForwarder private immutable _gdaForwarder;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address gdaForwarder) {
        _gdaForwarder = IGDAForwarder(gdaForwarder);
    }

    /// @inheritdoc IRevenueDistributor
    // Only this contract calls it, from functions that are guarded against reentrancy.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-events
    function distributeToPool(uint256 datasetId, uint16 split, address token, uint256 amount) external {
        if (msg.sender != address(this)) revert RevenueDistributor_NotSelf(msg.sender);
        Pool storage pool = _storage().pools[datasetId][split][token];
        address superToken = _superToken(token);
        Split storage shares = _storage().splits[datasetId][split];
        uint256 members = shares.members.length;
        if (pool.ready < members) {
            if (members > MAX_LAZY_MEMBERS) revert RevenueDistributor_PoolNotReady(datasetId, split, token);
            _prepare(datasetId, split, token, superToken, members);
        }
        _distribute(pool, shares.totalBps, token, superToken, amount);
    }

    /// @inheritdoc IRevenueDistributor
    function poolOf(uint256 datasetId, uint16 split, address token) external view returns (address) {
        return _storage().pools[datasetId][split][token].pool;
    }

    /// @inheritdoc IRevenueDistributor
    function poolState(
        uint256 datasetId,
        uint16 split,
        address token
    )
        external
        view
        returns (uint256 ready, uint256 baseDust, uint256 superDust)
    {
        Pool storage pool = _storage().pools[datasetId][split][token];
        return (pool.ready, pool.baseDust, pool.superDust);
    }

    /// @dev Sends `amount` and earlier dust to the members: through the pool, or else as credits.
    // The call is to itself; what follows happens only when all of it was undone.
    // slither-disable-next-line reentrancy-benign,reentrancy-events
    function _payContributors(uint256 datasetId, uint16 split, address token, uint256 amount) internal {
        if (amount == 0) return;
        // A call to itself, so that whatever Superfluid refuses is undone as a whole.
        try this.distributeToPool(datasetId, split, token, amount) { }
        catch {
            _creditMembers(datasetId, split, token, amount);
        }
    }

    /// @dev What of `contributors` super tokens, with earlier dust, a pool can take as it stands; zero when its units are not
    /// all set, or dust in base units has to go first.
    function _divisible(
        Pool storage pool,
        Split storage shares,
        uint256 contributors
    )
        internal
        view
        returns (uint256 divisible)
    {
        if (pool.ready < shares.members.length || pool.baseDust != 0) return 0;
        // What does not divide stays as dust.
        // slither-disable-next-line unused-return
        (divisible,) = Shares.evenly(contributors + pool.superDust, shares.totalBps);
    }

    /// @dev Books that a vault has paid `toPool` of `contributors` super tokens, and of earlier dust, into the pool.
    function _bookPoolPaid(
        Pool storage pool,
        address token,
        address superToken,
        uint256 contributors,
        uint256 toPool
    )
        internal
    {
        uint256 before = pool.superDust;
        uint256 dust = before + contributors - toPool;
        if (dust != before) {
            pool.superDust = dust.toUint16();
            Ledger storage ledger = _storage().ledgers[superToken];
            ledger.owed = ledger.owed - before + dust;
        }
        emit PoolPaid(pool.pool, token, 0, superToken, toPool);
    }

    /// @dev Makes the pool if there is none and sets the units of up to `limit` more members.
    // At most MAX_MEMBERS members; every caller is guarded against reentrancy.
    // slither-disable-next-line calls-loop,reentrancy-events
    function _prepare(uint256 datasetId, uint16 split, address token, address superToken, uint256 limit) internal {
        Pool storage pool = _storage().pools[datasetId][split][token];
        Member[] storage members = _storage().splits[datasetId][split].members;
        address at = pool.pool;
        if (at == address(0)) {
            at = _createPool(superToken);
            pool.pool = at;
            emit PoolCreated(datasetId, split, token, superToken, at);
        }
        uint256 from = pool.ready;
        uint256 to = members.length - from > limit ? from + limit : members.length;
        pool.ready = uint8(to);
        for (uint256 i = from; i < to; ++i) {
            Member memory member = members[i];
            bool set = ISuperfluidPoolMinimal(at).updateMemberUnits(member.account, member.shareBps);
            if (!set) revert RevenueDistributor_PoolCallFailed(at);
        }
    }

    function _superToken(address token) internal view returns (address superToken) {
        superToken = _config.paymentToken(token).superToken;
        if (superToken == address(0)) revert RevenueDistributor_NoSuperToken(token);
    }

    /// @dev Only this contract changes units, and members cannot pass units on. Anyone may distribute, for streams do so from
    /// their vaults: what strangers send is the members'.
    function _createPool(address superToken) private returns (address pool) {
        bool made;
        (made, pool) = _gdaForwarder.createPool(superToken, address(this), PoolConfig(false, true));
        if (!made || pool == address(0)) revert RevenueDistributor_PoolCallFailed(pool);
    }

    /// @dev Wraps what can be wrapped and distributes what divides evenly; books the rest as dust for the next time.
    function _distribute(Pool storage pool, uint256 units, address token, address superToken, uint256 amount) private {
        uint256 base = amount + pool.baseDust;
        uint256 decimals = ISuperTokenMinimal(superToken).getUnderlyingDecimals();
        (uint256 convertible, uint256 minted) = Shares.toSuper(base, decimals);
        (uint256 divisible, uint256 rest) = Shares.evenly(minted + pool.superDust, units);
        _setBaseDust(pool, token, base - convertible);
        _bookPaid(token, convertible);
        _bookWrapped(superToken, minted, divisible);
        pool.superDust = uint16(rest);
        address at = pool.pool;
        emit PoolPaid(at, token, convertible, superToken, divisible);

        IERC20(token).forceApprove(superToken, convertible);
        ISuperTokenMinimal(superToken).upgrade(minted);
        if (divisible > 0 && !_gdaForwarder.distribute(superToken, address(this), at, divisible, "")) {
            revert RevenueDistributor_PoolCallFailed(at);
        }
    }

    /// @dev Bounded by MAX_MEMBERS. What does not divide evenly, less than one base unit per member, stays as dust.
    function _creditMembers(uint256 datasetId, uint16 split, address token, uint256 amount) private {
        Pool storage pool = _storage().pools[datasetId][split][token];
        Split storage shares = _storage().splits[datasetId][split];
        uint256 totalBps = shares.totalBps;
        uint256 count = shares.members.length;
        uint256 total = amount + pool.baseDust;
        uint256 left = total;
        for (uint256 i = 0; i < count; ++i) {
            Member memory member = shares.members[i];
            uint256 part = Shares.memberPart(total, member.shareBps, totalBps);
            left -= part;
            _credit(token, member.account, part, false);
        }
        _setBaseDust(pool, token, left);
    }

    function _setBaseDust(Pool storage pool, address token, uint256 dust) private {
        Ledger storage ledger = _storage().ledgers[token];
        ledger.owed = ledger.owed - pool.baseDust + dust;
        pool.baseDust = dust.toUint72();
    }

    /// @dev The super token's own books: wrapping made `minted`, `distributed` left, the dust in between is the pools'.
    function _bookWrapped(address superToken, uint256 minted, uint256 distributed) private {
        Ledger storage ledger = _storage().ledgers[superToken];
        ledger.received += minted.toUint128();
        ledger.paid += distributed.toUint128();
        ledger.owed = ledger.owed + minted - distributed;
    }
}
