// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Offer } from "../../types/Offer.sol";
import { IPaymentRail } from "./IPaymentRail.sol";

/// @title Streams without holdback
/// @notice The payer's flows go on while they come in: the contributors' part into their pool, and the rest (fee, parents, owner)
/// as a flow of its own into a pool whose only member is the distributor, each through a vault of its own (ILiveVault). Nothing waits for a proof, and what was passed on cannot come back: the provider's bond stands in for that, so
/// offers are refused unless it covers them. docs/decisions/0007-streams.md says who pays what when something fails.
///
/// Rail terms are those of IStreamRail with `holdbackBps` 0, `period` and `notice`; all else is zero. Access is open while the
/// vaults pass on: in grace while only their buffers pay. It is the payer's money, and so the payer's interest, that somebody
/// settles when its flow has stopped.
interface ILiveStreamRail is IPaymentRail {
    /// @notice A license's live stream.
    /// @param contributors The vault that pays contributors, zero when the license pinned no split.
    /// @param rest The vault that pays everything else.
    /// @param rate Units of the super token per second, both together.
    /// @param endsAt When the notice has run; 0 without notice.
    struct Live {
        address contributors;
        uint96 rate;
        address rest;
        uint40 endsAt;
        bool ended;
        bool frozen;
    }

    /// @notice A live stream opened: of `rate`, `poolRate` goes to the contributors.
    event LiveOpened(
        uint256 indexed licenseId,
        address indexed payer,
        address contributors,
        address rest,
        address superToken,
        uint96 rate,
        uint96 poolRate
    );
    /// @notice The distributor's own pool in a super token was made.
    event CollectorCreated(address indexed superToken, address collector);
    /// @notice Passing on began or stopped.
    event Passing(uint256 indexed licenseId, bool on);
    /// @notice What was passed on since the last time, in units of the super token.
    event Passed(uint256 indexed licenseId, uint256 toPool, uint256 rest);
    /// @notice The payer put base units of the token into the vault's buffer.
    event BufferAdded(uint256 indexed licenseId, address token, uint256 amount);
    /// @notice One side ends the license.
    event NoticeGiven(uint256 indexed licenseId, address indexed by, uint40 endsAt);
    /// @notice A dispute froze or unfroze the license: meanwhile nothing is passed on.
    event LiveFrozen(uint256 indexed licenseId, bool frozen);
    /// @notice Stream and license ended; `units` of the super token, all that was left, went to the payer.
    event LiveEnded(uint256 indexed licenseId, address indexed payer, address superToken, uint256 units);

    /// @dev Thrown when the license is not known, has ended, or is not frozen.
    error LiveStreamRail_WrongState(uint256 licenseId);
    /// @dev Thrown when nothing was passed on and nothing has to change.
    error LiveStreamRail_NothingDue(uint256 licenseId);
    /// @dev Thrown when Superfluid refuses to make a pool or to set its units.
    error LiveStreamRail_PoolCallFailed(address pool);

    /// @notice Ends the payer's flow and passing on at once; access ends with them, until reopened. Payer.
    function pause(uint256 licenseId, Offer calldata offer) external;
    /// @notice Sets the payer's flow by its flow-operator permission, adds `buffer` base units to the vault out of an allowance
    /// to this rail, and passes on again. Payer.
    function reopen(uint256 licenseId, Offer calldata offer, uint256 buffer) external;
    /// @notice After the end: ends a flow that was opened since and sends what came to the payer. Anyone.
    function sweep(uint256 licenseId) external;
    /// @notice Brings what flowed into the distributor's own pool to the distributor. Anyone.
    function collect(address superToken) external;

    /// @notice The live stream of a license; all zero when none.
    function liveOf(uint256 licenseId) external view returns (Live memory);
    /// @notice The pool whose only member is the distributor, zero before its first use.
    function collectorOf(address superToken) external view returns (address);
}
