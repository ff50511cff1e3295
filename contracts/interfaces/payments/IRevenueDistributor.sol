// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Money after release: protocol fee, parents' royalties, contributors' shares
/// @notice `distribute` takes the fee that the license pinned, then each parent's share, one level up, into accruals, then
/// pays contributors by the split that the license pinned: split 0 pays the owner directly, any other goes through a
/// Superfluid pool of that split and token, made at its first use. What Superfluid refuses is credited to the members
/// instead, so a release never waits for it. Every unit is accounted: in = out + held, per token.
/// Title: revenue belongs to who owns the dataset at the moment it is released; a parent's share, to who owns the parent then.
interface IRevenueDistributor {
    /// @notice A contributor's share in basis points of what remains after fee and parents. Shares of a split may add up to
    /// less than 100 %; the rest is the owner's.
    struct Member {
        address account;
        uint16 shareBps;
    }

    /// @notice A contributor's signature under a split that lowers its share (SplitConsent).
    struct Consent {
        address member;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Books of one token, in base units: `received` = `paid` + `held`.
    struct Books {
        uint256 received;
        uint256 paid;
        uint256 held;
    }

    /// @notice A split was made. Complete; immutable.
    event SplitCreated(uint256 indexed datasetId, uint16 indexed split, Member[] members);
    /// @notice A split's pool in a token was made.
    event PoolCreated(
        uint256 indexed datasetId, uint16 indexed split, address indexed token, address superToken, address pool
    );
    /// @notice A release was distributed: `amount = fee + parents + contributors + toOwner`. `owner` was paid at once, unless
    /// `Credited` follows. `token` is a super token when a stream's vault paid the pool itself.
    event Distributed(
        uint256 indexed licenseId,
        uint256 indexed datasetId,
        address indexed token,
        uint256 amount,
        uint256 fee,
        uint256 parents,
        uint256 contributors,
        uint256 toOwner,
        address owner
    );
    /// @notice Contributors were paid through their pool: `amount` of the token was wrapped (none, if it came as super tokens
    /// from a stream's vault), and `distributed` super tokens, with the dust of earlier times and without that of this one,
    /// went to the members.
    event PoolPaid(
        address indexed pool, address indexed token, uint256 amount, address superToken, uint256 distributed
    );
    /// @notice A parent version earned `amount` from a child, for `owner`, who owns the parent at this moment.
    event RoyaltyAccrued(
        uint256 indexed parentId,
        uint32 indexed parentVersion,
        address indexed token,
        uint256 childId,
        uint256 amount,
        address owner
    );
    /// @notice A parent's accrual was paid: `toOwner` to its owner, at once unless `Credited` follows, `toParents` one level
    /// up.
    event RoyaltyPaid(
        uint256 indexed datasetId,
        uint32 indexed version,
        address indexed token,
        address owner,
        uint256 toOwner,
        uint256 toParents
    );
    /// @notice A payment waits to be claimed. `refused`: it is the one that the event before it told of, and the token refused
    /// to send it, or a stream's vault still holds it. Otherwise a contributor's share, because Superfluid refused the pool.
    event Credited(address indexed account, address indexed token, uint256 amount, bool refused);
    /// @notice A credited payment was claimed.
    event Claimed(address indexed account, address indexed token, address to, uint256 amount);
    /// @notice Protocol fees were paid to the treasury.
    event FeesCollected(address indexed token, address indexed treasury, uint256 amount);

    /// @dev Thrown when the caller is not the license's rail.
    error RevenueDistributor_NotRail(uint256 licenseId, address caller, address rail);
    /// @dev Thrown when the caller does not own the dataset.
    error RevenueDistributor_NotOwner(uint256 datasetId, address caller, address owner);
    /// @dev Thrown when a split has no members or more than MAX_MEMBERS.
    error RevenueDistributor_MemberCount(uint256 given, uint256 max);
    /// @dev Thrown when members are not sorted by address, repeated or zero.
    error RevenueDistributor_MembersNotSorted(address account);
    /// @dev Thrown when a member's share is zero.
    error RevenueDistributor_ZeroShare(address account);
    /// @dev Thrown when shares add up to more than 100 %.
    error RevenueDistributor_SharesTooHigh(uint256 totalBps);
    /// @dev Thrown when a contributor's share is lowered without a valid consent.
    error RevenueDistributor_ConsentMissing(address member, uint16 from, uint16 to);
    /// @dev Thrown when a split does not exist.
    error RevenueDistributor_UnknownSplit(uint256 datasetId, uint16 split);
    /// @dev Thrown when a token has no super token and so cannot go through a pool.
    error RevenueDistributor_NoSuperToken(address token);
    /// @dev Thrown when the amount has not arrived before the call.
    error RevenueDistributor_NotReceived(address token, uint256 expected, uint256 arrived);
    /// @dev Thrown when a royalty waits because its version is suspended.
    error RevenueDistributor_Suspended(uint256 datasetId, uint32 version);
    /// @dev Thrown when there is nothing to pay.
    error RevenueDistributor_NothingToPay();
    /// @dev Thrown when a large split's pool has members whose units are not set yet; see preparePool.
    error RevenueDistributor_PoolNotReady(uint256 datasetId, uint16 split, address token);
    /// @dev Thrown when anyone but the contract itself calls `distributeToPool`.
    error RevenueDistributor_NotSelf(address caller);
    /// @dev Thrown when a claim goes elsewhere than to the account, and the caller is another.
    error RevenueDistributor_NotAccount(address account, address caller);
    /// @dev Thrown when Superfluid refuses a call.
    error RevenueDistributor_PoolCallFailed(address pool);

    /// @notice Most members of one split.
    function MAX_MEMBERS() external view returns (uint256);
    /// @notice Most members for which a release makes the pool itself; above, `preparePool` does, in steps that fit a
    /// transaction, and until then releases credit the members.
    function MAX_LAZY_MEMBERS() external view returns (uint256);

    /// @notice Makes the next split of a dataset. Only the owner. Counts for later sales only; lowering anyone's share
    /// against the split before needs that member's SplitConsent.
    /// @param members Sorted by address, shares above 0, together at most 10,000.
    function createSplit(
        uint256 datasetId,
        Member[] calldata members,
        Consent[] calldata consents
    )
        external
        returns (uint16 split);
    /// @notice Distributes `amount` that the license's rail has transferred here just before. Only that rail.
    function distribute(uint256 licenseId, address token, uint256 amount) external;
    /// @notice Distributes `amount` base units of `token` out of a stream's vault. Contributors are paid from there into their
    /// pool, the rest waits there until it is collected, and all is booked in super tokens, the owner's part as a credit.
    /// Without a pool that can be paid so, everything comes here, unwrapped, and is distributed. Only the license's rail.
    function distributeFrom(address vault, uint256 licenseId, address token, uint128 amount) external;
    /// @notice Books what a live stream has passed on: `toPool` super tokens went into the split's pool in `token`, `rest` towards
    /// this contract. Fee and parents are those of `basis`, for which the rest is enough; what they leave is the owner's,
    /// as a credit. Only the license's rail.
    function distributePassed(
        uint256 licenseId,
        address token,
        address superToken,
        uint256 toPool,
        uint256 rest,
        uint256 basis
    )
        external;
    /// @notice Sees that super tokens arrived from vaults or live streams. Anyone; changes no amount that anybody can claim.
    function noteArrival(address token) external;
    /// @notice Makes a split's pool in a token and sets the units of up to `limit` more members. Anyone.
    function preparePool(uint256 datasetId, uint16 split, address token, uint256 limit) external;
    /// @notice The part of `distribute` that Superfluid may refuse. Only this contract itself.
    function distributeToPool(uint256 datasetId, uint16 split, address token, uint256 amount) external;
    /// @notice Pays a parent version's accrual: its own parents' shares one level up, the rest to its owner. Anyone. While the
    /// version is suspended, its accrual waits and grows.
    function payRoyalty(uint256 datasetId, uint32 version, address token) external;
    /// @notice The same for what accrued while `owner` held the title. Anyone.
    function payPastRoyalty(uint256 datasetId, uint32 version, address token, address owner) external;
    /// @notice Pays accrued protocol fees to the treasury. Anyone.
    function collectFees(address token) external;
    /// @notice Pays what an earlier direct payment could not. Anyone may call.
    /// @param to Receiver; only the account itself may choose another one than itself.
    function claim(address account, address token, address to) external;

    /// @notice Number of splits of a dataset; they run from 1 to this. Split 0 is the owner alone.
    function splitCount(uint256 datasetId) external view returns (uint16);
    /// @notice What of the held super tokens waits in streams' vaults. It is collected there (IStreamVault).
    function awayOf(address token) external view returns (uint256);
    /// @notice Members of a split.
    function membersOf(uint256 datasetId, uint16 split) external view returns (Member[] memory);
    /// @notice Hash that SplitConsent signs: `keccak256(abi.encode(members))`.
    function splitHashOf(Member[] calldata members) external pure returns (bytes32);
    /// @notice The Superfluid pool of a split and token, zero before its first use.
    function poolOf(uint256 datasetId, uint16 split, address token) external view returns (address);
    /// @notice Protocol fees that wait.
    function accruedFees(address token) external view returns (uint256);
    /// @notice What a pool has ready and carries on.
    /// @return ready Members whose units are set.
    /// @return baseDust Base units of the token left over.
    /// @return superDust Super tokens left over.
    function poolState(
        uint256 datasetId,
        uint16 split,
        address token
    )
        external
        view
        returns (uint256 ready, uint256 baseDust, uint256 superDust);
    /// @notice Royalties that wait for a parent version's present owner.
    function accruedRoyalty(uint256 datasetId, uint32 version, address token) external view returns (uint256);
    /// @notice Royalties of a parent version that accrued while `owner` held the title.
    function accruedRoyaltyOf(
        uint256 datasetId,
        uint32 version,
        address token,
        address owner
    )
        external
        view
        returns (uint256);
    /// @notice Direct payments that wait for an account.
    function claimable(address account, address token) external view returns (uint256);
    /// @notice Books of a token.
    function booksOf(address token) external view returns (Books memory);
}
