// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title One streaming license's own account
/// @notice Receives the payer's flow, knows what it paid in every second, and holds it in super tokens, for one license
/// alone: Superfluid keys a flow by sender and receiver and knows solvency per account, so what happens to one license's
/// stream touches no other. A minimal clone, immutable; only its rail moves anything. Who pays, in what, since when and at
/// which first rate is part of its code, so that no upgrade of the rail and no vote can change it.
/// @dev Units are the super token's, 18 decimals; `scale` of them are one base unit of the payment token.
///
/// What counts: what the payer's own flow paid, at most the agreed rate. Superfluid tells nobody when a flow changes, so the
/// vault looks at every move. As long as the flow is as it was seen, all follows from that without a look at any balance.
/// When it is not, the vault's balance tells how much came, and Superfluid when flows last changed: of one change since the last
/// look (a liquidation, a deletion, a deletion and a new flow, another rate) every second is known exactly. Of several, the
/// sum is exact and the earlier seconds are taken to be paid first. All else in the vault is stray: the payer's.
interface IStreamVault {
    /// @notice What is fixed when the vault is made.
    struct Deal {
        address superToken;
        uint8 decimals;
        address payer;
        uint40 start;
        uint96 rate;
    }

    /// @notice The flow as last seen.
    /// @param rate Agreed units per second.
    /// @param seenAt From when `seenRate` has counted.
    /// @param seenRate Counted units per second since.
    /// @param received Units that counted up to `seenAt`.
    /// @param out Units that left for concluded epochs.
    /// @param stray Units that were here at the last look and do not count.
    /// @param unpaid Seconds for which payment was missing up to `seenAt`, pauses aside.
    /// @param paused Whether the payer paused by the rail.
    /// @param ended Whether nothing counts any more.
    struct Flow {
        uint96 rate;
        uint40 seenAt;
        uint96 seenRate;
        uint120 received;
        uint128 out;
        uint128 stray;
        uint40 unpaid;
        bool paused;
        bool ended;
    }

    /// @notice The flow changed: since `at`, `rate` counts, on top of `received` until then. Values after the change.
    event FlowSeen(uint40 at, uint96 rate, uint120 received, uint40 unpaid, uint128 stray);

    /// @notice What was due to the distributor went there.
    event Collected(uint256 units);

    /// @dev Thrown when the caller is not the rail.
    error StreamVault_NotRail(address caller);
    /// @dev Thrown when the caller is not the distributor.
    error StreamVault_NotDistributor(address caller);
    /// @dev Thrown when more is released than the rail has taken in this transaction. Base units.
    error StreamVault_NotTaken(uint256 amount, uint256 taken);
    /// @dev Thrown when nothing waits for the distributor.
    error StreamVault_NothingDue();

    /// @notice The rail that the vault obeys.
    function rail() external view returns (address);
    /// @notice What was fixed when the vault was made.
    function deal() external view returns (Deal memory);
    /// @notice Agreed units per second.
    function rate() external view returns (uint96);
    /// @notice The flow as last seen; `sync` looks again.
    function flow() external view returns (Flow memory);
    /// @notice Units that count from the start to `time`, which must not lie ahead, with the flow as it is now.
    function receivedUntil(uint256 time) external view returns (uint256);
    /// @notice Whether the flow runs at the agreed rate or more now; if not, whether what is missing can be put up with: no
    /// more than `grace` seconds, no more than was paid before, and no pause.
    function payment(uint256 grace) external view returns (bool runs, bool tolerated);
    /// @notice Units that were released and wait here for the distributor, which has booked them.
    function due() external view returns (uint256);
    /// @notice Sends what waits here to the distributor. Anyone.
    function collect() external;

    // Only the rail:

    /// @notice Looks at the flow and records what changed.
    /// @return running Units per second that the payer's flow has now, zero when there is none.
    function sync() external returns (uint256 running);
    /// @notice Agrees on another rate, from now on.
    function setRate(uint96 agreed) external;
    /// @notice Ends the flow from the payer as its receiver, if it runs.
    /// @param pause Whether the time until a new flow is not missing payment.
    /// @param end Whether nothing counts any more.
    function stop(bool pause, bool end) external;
    /// @notice Books what counts up to `time` and did not leave yet as gone, in whole base units of the payment token; what is
    /// below one goes with the next time. The rail then sends it, or has the distributor release it.
    function take(uint256 time) external returns (uint128 amount);
    /// @notice Sends units to the payer, or to the rail if the token refuses the payer.
    /// @return sent False when the rail got them; it then credits the payer.
    function sendToPayer(uint256 units) external returns (bool sent);
    /// @notice Takes what does not count up to `time`; the rail then sends it.
    /// @param all Whether nothing counts any more, because every epoch is concluded.
    function takeStray(uint256 time, bool all) external returns (uint256 units);

    // Only the distributor:

    /// @notice Releases `amount` base units, which the rail took in this transaction: `toPool` units into the pool, the rest
    /// waits to be collected. When `toPool` is zero or Superfluid refuses, all goes to the distributor, unwrapped.
    /// @return direct Whether the pool was paid.
    function release(uint128 amount, address pool, uint256 toPool) external returns (bool direct);
}
