// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Checkpoint } from "../../types/Messages.sol";

/// @title Anchored heads of providers' append-only logs
/// @notice A provider keeps a log (C2SP tlog-tiles) of what it took in, sold, delivered, metered and ran, and signs its heads. Here a
/// head is anchored: whatever an inclusion proof shows under it was in the log at that time at the latest.
///
/// Anyone may anchor a signed head. The next head of a log must prove that it begins with the anchored one (RFC 9162 consistency),
/// so what is anchored is one history: a provider that rewrote its log anchors nothing more, and its two signed heads are a fault
/// (IObjectiveFaults.equivocation), after which this log is closed for good.
///
/// An anchored head says when something was in the log at the latest. It does not say that it is true, nor that it is all.
interface ICheckpointLog {
    /// @param size Entries.
    /// @param signedAt As the head says, in seconds.
    /// @param anchoredAt When it was anchored, in seconds; 0 when no head of the log is.
    struct Head {
        bytes32 root;
        uint64 size;
        uint40 signedAt;
        uint40 anchoredAt;
    }

    /// @notice The first head of a log was anchored, under the log's origin line. Its head is in CheckpointAnchored.
    event LogOpened(address indexed provider, bytes32 indexed originHash, string origin);
    /// @notice A head of a log was anchored.
    /// @param signer The provider, or its key for logs.
    event CheckpointAnchored(
        address indexed provider, bytes32 indexed originHash, uint64 size, bytes32 root, uint40 signedAt, address signer
    );

    /// @dev Thrown when a log is opened whose origin line is empty, too long, of more than a line, or not the signed one.
    error CheckpointLog_BadOrigin(bytes32 originHash, bytes32 expected);
    /// @dev Thrown when a log is opened again.
    error CheckpointLog_AlreadyOpen(address provider, bytes32 originHash);
    /// @dev Thrown when a head follows none.
    error CheckpointLog_NotOpen(address provider, bytes32 originHash);
    /// @dev Thrown when a head is not larger than the anchored one, or is empty.
    error CheckpointLog_NotLarger(uint64 size, uint64 anchored);
    /// @dev Thrown when a head was signed before the anchored one, or is of the future.
    error CheckpointLog_BadTime(uint40 signedAt, uint40 anchored, uint256 present);
    /// @dev Thrown when the proof does not show that the log begins with its anchored head.
    error CheckpointLog_NotConsistent(address provider, bytes32 originHash, uint64 anchored, uint64 size);
    /// @dev Thrown when the signature is not the signer's, or the signer may not sign for the provider's logs at that time.
    error CheckpointLog_BadSignature(address provider, address signer, uint40 signedAt);
    /// @dev Thrown when the log was proven to have two histories.
    error CheckpointLog_Forked(address provider, bytes32 originHash, uint40 forkedAt);

    /// @notice Longest origin line, in bytes.
    function MAX_ORIGIN() external view returns (uint256);

    /// @notice Anchors the first head of a log. Emits LogOpened, CheckpointAnchored.
    /// @param origin The log's origin line; `head.originHash` is its keccak256.
    /// @param signer Who signed: the provider, or its key for logs at `head.signedAt`.
    /// @param signature EIP-712 Checkpoint signature over `head`.
    function open(string calldata origin, Checkpoint calldata head, address signer, bytes calldata signature) external;

    /// @notice Anchors a later head. Emits CheckpointAnchored.
    /// @param proof RFC 9162 consistency proof from the anchored head to this one.
    function anchor(
        Checkpoint calldata head,
        address signer,
        bytes calldata signature,
        bytes32[] calldata proof
    )
        external;

    /// @notice The latest anchored head of a log; all zero when there is none.
    function headOf(address provider, bytes32 originHash) external view returns (Head memory);

    /// @notice Since when, at the latest, an entry is in a log: when its latest anchored head was anchored, if the entry is under it.
    /// @param leafHash RFC 9162 hash of the entry.
    /// @param proof RFC 9162 inclusion proof to the latest anchored head.
    /// @return at Seconds; 0 when the proof does not show it.
    function includedAt(
        address provider,
        bytes32 originHash,
        uint64 index,
        bytes32 leafHash,
        bytes32[] calldata proof
    )
        external
        view
        returns (uint40 at);
}
