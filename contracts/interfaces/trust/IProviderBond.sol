// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Offer } from "../../types/Offer.sol";
import { IBondCover } from "../payments/IBondCover.sol";
import { IBondParameters } from "./IBondParameters.sol";
import { ITrustMoney } from "./ITrustMoney.sol";

/// @title Providers, their keys and their bonds
/// @notice A provider bonds tokens and allocates them to its offers; delegators may stand behind it and share its fee income and
/// its risk. One account per provider and token: a bond covers offers that are priced in its token, so no price is ever asked.
///
/// An account's stake is `own + delegated`. Of it `allocated` stands behind offers, `locked` behind open claims, and the rest is
/// free. Three rules hold at all times:
///   1. What is locked stays: `locked <= own + delegated`, and no withdrawal, no undelegation and no other claim's slash lowers
///      the stake below it. A lock exists while a claim is open; it always ends (`unlock`, `slash`, or `dropLock` by anyone after
///      MAX_LOCK_AGE).
///   2. What leaves has thawed: own stake, delegated stake and allocations leave only after the thawing time that stood when they
///      were asked for. All of it is slashable to the second in which it is paid out, and none of it afterwards.
///   3. A thawing unit covers nothing new: `coverOf` counts it out from the request on.
///
/// A slash takes own stake first, then delegated stake. One for an offer reaches what is free, then what is allocated to that
/// offer; one for the provider as such (offerId 0) reaches all. Where allocations then exceed the stake, all shrink in proportion.
interface IProviderBond is IBondCover, IBondParameters, ITrustMoney {
    /// @notice Who may lock and slash.
    enum Verifier {
        None,
        ObjectiveFaults,
        ServiceChallenges,
        DisputeManager
    }

    /// @notice What a provider says of itself; emitted, of which the payout address is stored.
    /// @param payout Who gets the provider's part of rewards and what it withdraws.
    /// @param endpoints URI of the provider's service description.
    /// @param endpointsHash SHA-256 of that description.
    /// @param termsHash SHA-256 of the provider terms that it accepts.
    struct Profile {
        address payout;
        string endpoints;
        bytes32 endpointsHash;
        bytes32 termsHash;
    }

    /// @notice A provider as stored. `delegatorBps` of every reward is the delegators'; from `nextAt` on (when not 0) it is `nextBps`.
    struct Provider {
        address payout;
        uint40 registeredAt;
        uint16 delegatorBps;
        uint16 nextBps;
        uint40 nextAt;
    }

    /// @notice A key as stored, for good. Valid from `from` to before `until` (0: not revoked) for the bits of `purposes`.
    struct Key {
        uint40 from;
        uint40 until;
        uint8 purposes;
    }

    /// @notice An account.
    /// @param own The provider's stake, thawing stake included.
    /// @param delegated The delegators' stake, thawing stake included.
    /// @param locked Stake behind open claims.
    /// @param allocated Stake allocated to offers, thawing allocations included.
    /// @param thawing Own stake that is asked back; leaves from `thawedAt` on.
    /// @param delegatedThawing Delegated stake that is asked back, at its present worth.
    /// @param shares Delegators' shares of `delegated`.
    /// @param epoch Number of times that a slash emptied the delegated stake; shares of earlier epochs are worth nothing.
    struct Account {
        uint128 own;
        uint128 delegated;
        uint128 locked;
        uint128 allocated;
        uint128 thawing;
        uint40 thawedAt;
        uint128 delegatedThawing;
        uint128 shares;
        uint32 epoch;
    }

    /// @notice A delegator's part of an account. `worth` is what `shares` would be paid now; `rewards` waits to be claimed.
    struct Delegation {
        uint128 shares;
        uint128 worth;
        uint128 thawing;
        uint40 thawedAt;
        uint128 rewards;
    }

    /// @notice What stands behind an offer. `thawing` of `amount` was asked back and leaves from `thawedAt` on.
    struct Allocation {
        uint128 amount;
        uint128 thawing;
        uint40 thawedAt;
        uint128 valueAtRisk;
    }

    /// @notice A lock of stake behind an open claim.
    struct Lock {
        address provider;
        address token;
        uint128 amount;
        uint40 since;
        Verifier verifier;
    }

    /// @notice What a verifier proved, and what shall follow.
    /// @param offerId The offer that the fault is about; 0 for the provider as such.
    /// @param claimId The claim whose lock is used up; any number for a claim without lock.
    /// @param licenseId The license that was harmed; 0 for none. A license's loss is paid once, whoever proves it.
    /// @param mark Bits of the license's record that this slash sets and that must not be set yet (FaultMarks); 0 for none.
    /// @param harmed Who bears the loss; zero for nobody.
    /// @param loss What the license lost in all, in base units; what was compensated before is taken off here.
    /// @param penalty What is slashed on top of the loss.
    /// @param reporter Who gets the reward; zero for nobody.
    /// @param evidence Hash of what was proven.
    struct SlashOrder {
        address provider;
        address token;
        bytes32 offerId;
        bytes32 claimId;
        uint256 licenseId;
        uint8 mark;
        address harmed;
        uint128 loss;
        uint128 penalty;
        address reporter;
        bytes32 evidence;
    }

    /// @notice What a slash did. `toHarmed + toReporter + toTreasury = fromOwn + fromDelegated`, to the unit.
    /// @param fromAllocation What of it was allocated to the offer of the order.
    struct SlashResult {
        uint128 toHarmed;
        uint128 toReporter;
        uint128 toTreasury;
        uint128 fromOwn;
        uint128 fromDelegated;
        uint128 fromAllocation;
    }

    /// @notice A provider registered, or changed what it says of itself.
    event ProviderRegistered(
        address indexed provider, address payout, string endpoints, bytes32 endpointsHash, bytes32 termsHash
    );
    /// @notice A key signs for the provider from now on.
    event KeyAdded(address indexed provider, address indexed key, uint8 purposes);
    /// @notice A key signs no more from now on. What it signed before stays signed.
    event KeyRevoked(address indexed provider, address indexed key);
    /// @notice The delegators' part of rewards is `bps` from `effectiveAt` on.
    event DelegatorShareSet(address indexed provider, uint16 bps, uint40 effectiveAt);

    /// @notice Own stake was added.
    event Deposited(address indexed provider, address indexed token, address indexed from, uint128 amount);
    /// @notice Own stake is asked back: `amount` in all, 0 when the request was taken back.
    event WithdrawalThawing(address indexed provider, address indexed token, uint128 amount, uint40 thawedAt);
    /// @notice Own stake was paid out.
    event Withdrawn(address indexed provider, address indexed token, address to, uint128 amount);

    /// @notice A delegator added stake.
    event Delegated(
        address indexed provider,
        address indexed token,
        address indexed delegator,
        uint128 amount,
        uint128 shares,
        uint32 epoch
    );
    /// @notice Delegated stake is asked back: `shares` in all, 0 when the request was taken back.
    event UndelegationThawing(
        address indexed provider, address indexed token, address indexed delegator, uint128 shares, uint40 thawedAt
    );
    /// @notice Delegated stake was paid out.
    event Undelegated(
        address indexed provider, address indexed token, address indexed delegator, uint128 shares, uint128 amount
    );
    /// @notice A slash left less of the delegated stake than can be counted in shares: they are worth nothing, and `dust` base
    /// units became own stake. The next epoch begins.
    event DelegationEmptied(address indexed provider, address indexed token, uint32 nextEpoch, uint128 dust);
    /// @notice Income was shared: `toDelegators` to claim, the rest to the provider.
    event RewardShared(
        address indexed provider, address indexed token, address indexed from, uint128 amount, uint128 toDelegators
    );
    /// @notice A delegator's rewards were paid.
    event RewardsClaimed(address indexed provider, address indexed token, address indexed delegator, uint128 amount);

    /// @notice Stake was allocated to an offer (0 when only the value at risk changed).
    event Allocated(
        bytes32 indexed offerId, address indexed provider, address indexed token, uint128 amount, uint128 valueAtRisk
    );
    /// @notice An allocation is asked back: `amount` of it in all, 0 when the request was taken back.
    event DeallocationThawing(bytes32 indexed offerId, address indexed provider, uint128 amount, uint40 thawedAt);
    /// @notice An allocation became free stake.
    event Deallocated(bytes32 indexed offerId, address indexed provider, uint128 amount);
    /// @notice So little stake is left that allocations cannot be counted in shares: there are none any more.
    event AllocationsEmptied(address indexed provider, address indexed token, uint32 nextEpoch);

    /// @notice Stake was locked behind a claim.
    event Locked(
        bytes32 indexed claimId,
        address indexed provider,
        address indexed token,
        bytes32 offerId,
        uint128 amount,
        Verifier verifier
    );
    /// @notice A lock ended. A slash that follows in the same transaction used it up.
    event Unlocked(bytes32 indexed claimId, uint128 amount);
    /// @notice Stake was slashed. Complete with the order.
    event Slashed(
        bytes32 indexed claimId, address indexed provider, address indexed token, SlashOrder order, SlashResult result
    );
    /// @notice What slashes left to the treasury was paid to it.
    event TreasuryPaid(address indexed token, address indexed treasury, uint256 amount);

    /// @notice The most that one event of a verifier can take of a provider's stake changed.
    event SlashCapSet(Verifier indexed verifier, uint16 capBps);

    /// @dev Thrown when the provider has not registered.
    error ProviderBond_NotRegistered(address provider);
    /// @dev Thrown when a field that must be set is zero, or a number is out of its bounds: `field` names it.
    error ProviderBond_BadField(bytes32 field, uint256 given);
    /// @dev Thrown when a setter would change nothing.
    error ProviderBond_NoChange();
    /// @dev Thrown when a key was added before, or is the provider's own address: each is added once.
    error ProviderBond_KeyUsed(address provider, address key);
    /// @dev Thrown when a key is not in force.
    error ProviderBond_NoKey(address provider, address key);
    /// @dev Thrown when a token is not accepted as bond.
    error ProviderBond_TokenNotAccepted(address token);
    /// @dev Thrown when more is asked for than there is.
    error ProviderBond_TooMuch(uint256 asked, uint256 available);
    /// @dev Thrown when nothing is asked back.
    error ProviderBond_NothingThawing();
    /// @dev Thrown when it has not thawed; `thawedAt` is the first second at which the call works.
    error ProviderBond_StillThawing(uint40 thawedAt);
    /// @dev Thrown when all that thawed stands behind allocations or open claims.
    error ProviderBond_InUse(uint128 allocated, uint128 locked);
    /// @dev Thrown when a delegation would get fewer shares, or a leaving delegator less, than agreed to.
    error ProviderBond_LessThanAgreed(uint256 given, uint256 agreed);
    /// @dev Thrown when a delegation is so small that rounding would take more than a 10,000th of it.
    error ProviderBond_Imprecise(uint256 amount, uint256 worth);
    /// @dev Thrown when the caller is not the provider of the offer.
    error ProviderBond_NotProvider(address caller, address provider);
    /// @dev Thrown when the caller may not slash or lock, or the lock is another verifier's.
    error ProviderBond_NotVerifier(address caller);
    /// @dev Thrown when a claim has a lock already.
    error ProviderBond_LockExists(bytes32 claimId);
    /// @dev Thrown when a claim has no lock.
    error ProviderBond_NoLock(bytes32 claimId);
    /// @dev Thrown when a lock may not be dropped yet; `from` is the first second at which it may.
    error ProviderBond_LockRuns(bytes32 claimId, uint256 from);
    /// @dev Thrown when a lock is of another provider or token than the order.
    error ProviderBond_WrongLock(bytes32 claimId, address provider, address token);
    /// @dev Thrown when a license was slashed for this before.
    error ProviderBond_AlreadyMarked(uint256 licenseId, uint8 mark);
    /// @dev Thrown when there is nothing to pay.
    error ProviderBond_NothingToPay(address token);

    // ---- providers and keys

    /// @notice Registers the caller as provider, or changes what it says of itself. Emits ProviderRegistered.
    function register(Profile calldata profile) external;
    /// @notice Lets a key sign for the caller from now on. Emits KeyAdded.
    /// @param purposes Bits of KeyPurposes.
    function addKey(address key, uint8 purposes) external;
    /// @notice Ends a key from now on, for good: it cannot be added again. Emits KeyRevoked.
    function revokeKey(address key) external;
    /// @notice Sets the delegators' part of the caller's rewards: more at once, less only after the thawing time, so that every
    /// delegator can leave before. Emits DelegatorShareSet.
    function setDelegatorShare(uint16 bps) external;

    // ---- own stake

    /// @notice Adds own stake of a provider, out of the caller's allowance. Emits Deposited.
    function deposit(address provider, address token, uint128 amount) external;
    /// @notice Asks own stake of the caller back: `amount` in all, replacing an earlier request; 0 takes it back. It leaves after
    /// the thawing time and OWN_LAG, so later than delegators who follow. Emits WithdrawalThawing.
    function requestWithdrawal(address token, uint128 amount) external;
    /// @notice Pays out what has thawed and stands behind nothing; the rest stays thawed. Emits Withdrawn.
    /// @return amount Base units paid to the payout address.
    function completeWithdrawal(address token) external returns (uint128 amount);

    // ---- delegation

    /// @notice Puts stake behind a provider, out of the caller's allowance. Emits Delegated.
    /// @dev A share's worth falls with slashes and never rises with rewards, which are paid apart: nobody can inflate it.
    /// @param minShares Fewer shares than this revert.
    function delegate(
        address provider,
        address token,
        uint128 amount,
        uint128 minShares
    )
        external
        returns (uint128 shares);
    /// @notice Asks delegated stake back: `shares` in all, replacing an earlier request; 0 takes it back. Thawing shares earn and are
    /// slashed as others. Emits UndelegationThawing.
    function requestUndelegation(address provider, address token, uint128 shares) external;
    /// @notice Pays out what has thawed, whatever the provider does. While open claims lock delegated stake, shares are paid as if
    /// those were lost; whoever wants more waits until they end. Emits Undelegated.
    /// @param minAmount Less than this reverts.
    function completeUndelegation(address provider, address token, uint128 minAmount) external returns (uint128 amount);
    /// @notice Shares income of a provider, out of the caller's allowance: the delegators' part to claim, the rest to the
    /// provider's payout address. Emits RewardShared.
    function reward(address provider, address token, uint128 amount) external;
    /// @notice Pays a delegator its rewards of an account. Anyone. Emits RewardsClaimed.
    function claimRewards(address provider, address token, address delegator) external returns (uint128 amount);

    // ---- allocation

    /// @notice Puts free stake behind an offer of the caller, and says what is at risk with it. Emits Allocated.
    /// @param amount Base units added; 0 to change only the value at risk.
    /// @param valueAtRisk What licenses of the offer may lose at a time, in base units; counts where it is more than what was sold.
    function allocate(Offer calldata offer, uint128 amount, uint128 valueAtRisk) external;
    /// @notice Asks an allocation back: `amount` in all, replacing an earlier request; 0 takes it back. It covers nothing new from
    /// now on and is slashable for the offer until it is free. Emits DeallocationThawing.
    function requestDeallocation(Offer calldata offer, uint128 amount) external;
    /// @notice Frees what has thawed of an allocation. Emits Deallocated.
    function completeDeallocation(Offer calldata offer) external returns (uint128 amount);

    // ---- claims

    /// @notice Locks stake behind a claim: `amount`, or as much as a slash for the offer could take. Only verifiers. Emits Locked,
    /// unless nothing can be locked.
    function lock(
        bytes32 claimId,
        address provider,
        address token,
        bytes32 offerId,
        uint128 amount
    )
        external
        returns (uint128 locked);
    /// @notice Ends a claim's lock; nothing happens when it has none. Only the verifier that locked. Emits Unlocked.
    function unlock(bytes32 claimId) external;
    /// @notice Ends a lock that is older than MAX_LOCK_AGE. Anyone. Emits Unlocked.
    function dropLock(bytes32 claimId) external;
    /// @notice Slashes: first the harmed up to the loss, then the reporter's reward (of what is slashed, and of what is left), then
    /// the treasury. Takes at most the verifier's cap of the stake, and what the order reaches; takes less rather than revert.
    /// Only verifiers. Emits Slashed.
    /// @return toHarmed Paid to the harmed.
    /// @return toReporter Paid to the reporter.
    /// @return toTreasury Kept for the treasury (`payTreasury`).
    function slash(SlashOrder calldata order)
        external
        returns (uint128 toHarmed, uint128 toReporter, uint128 toTreasury);
    /// @notice Pays the treasury what slashes left to it. Anyone. Emits TreasuryPaid.
    function payTreasury(address token) external returns (uint256 amount);

    // ---- governance

    /// @notice Sets the most that one event of a verifier can take of a provider's stake in a token. Restricted. Emits SlashCapSet.
    function setSlashCap(Verifier verifier, uint16 capBps) external;

    // ---- views

    /// @notice Seconds by which own stake leaves later than delegated stake that was asked for in the same second.
    function OWN_LAG() external view returns (uint32);
    /// @notice Seconds after which anyone may end a lock. Verifiers end their claims before.
    function MAX_LOCK_AGE() external view returns (uint40);
    /// @notice Least that a slash cap may be, in basis points.
    function MIN_SLASH_CAP_BPS() external view returns (uint16);
    /// @notice A provider; all zero when not registered. A share whose time has come is in force.
    function providerOf(address provider) external view returns (Provider memory);
    /// @notice Where a provider is paid: its payout address, itself when it never registered.
    function payoutOf(address provider) external view returns (address);
    /// @notice A key's record; all zero when it never was one.
    function keyOf(address provider, address key) external view returns (Key memory);
    /// @notice True for the provider's own address, and for a key that was registered and not revoked at that second.
    function isKeyOf(address provider, address key, uint40 at) external view returns (bool);
    /// @notice The same for keys that have one of the purposes.
    function isKeyFor(address provider, address key, uint8 purpose, uint40 at) external view returns (bool);
    /// @notice An account.
    function accountOf(address provider, address token) external view returns (Account memory);
    /// @notice Own and delegated stake together.
    function stakeOf(address provider, address token) external view returns (uint128);
    /// @notice A delegator's part of an account.
    function delegationOf(address provider, address token, address delegator) external view returns (Delegation memory);
    /// @notice What stands behind an offer.
    function allocationOf(Offer calldata offer) external view returns (Allocation memory);
    /// @notice The lock of a claim; all zero when none.
    function lockOf(bytes32 claimId) external view returns (Lock memory);
    /// @notice What slashes paid for a license's loss so far, in base units of its offer's token.
    function compensated(uint256 licenseId) external view returns (uint128);
    /// @notice The marks that slashes left on a license (FaultMarks).
    function marksOf(uint256 licenseId) external view returns (uint8);
    /// @notice What the treasury may be paid.
    function treasuryOwed(address token) external view returns (uint256);
    /// @notice What stands behind a purchase of this offer.
    /// @dev The value at risk is the greater of what was declared and `price * sold` (at least one sale). `allocated` leaves out what
    /// is thawing, and shrinks with its account: to own stake that is neither thawing nor locked, and delegated stake up to the
    /// delegation ratio of that.
    /// @return allocated Base units that stand behind the offer now.
    /// @return required What the formula asks for.
    /// @return perPurchase What one license can be compensated with: `min(price, allocated * price / valueAtRisk)`, within the caps.
    function coverOf(Offer calldata offer)
        external
        view
        returns (uint128 allocated, uint128 required, uint128 perPurchase);
    /// @notice The most that one event of a verifier can take of a provider's stake, in basis points.
    function slashCap(Verifier verifier) external view returns (uint16);
}
