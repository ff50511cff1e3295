// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The nodes, threshold, epoch and public key of a key network
/// @notice Anyone can find the key nodes and check them from here. It also answers the part of Lit's staking contract that
/// Lit's own client (7.x) reads, so that client can find the nodes.
interface IKeyNetwork {
    /// @notice A key node. `endpoint` is its https URL; ip and port are what Lit's client builds a URL from.
    struct Node {
        address operator;
        uint32 ip;
        uint32 port;
        bytes32 publicKeyShareHash;
        string endpoint;
    }

    /// @notice Lit's view of a validator (names are Lit's).
    struct Validator {
        uint32 ip;
        uint128 ipv6;
        uint32 port;
        address nodeAddress;
        uint256 reward;
        uint256 senderPubKey;
        uint256 receiverPubKey;
    }

    /// @notice Lit's view of an epoch (names are Lit's).
    struct Epoch {
        uint256 epochLength;
        uint256 number;
        uint256 endTime;
        uint256 retries;
        uint256 timeout;
    }

    /// @notice A new epoch with its nodes. Complete. `publicKey` is a compressed BLS12-381 G1 point, 48 bytes.
    event EpochStarted(uint256 indexed epoch, uint256 threshold, bytes publicKey, Node[] nodes);
    /// @notice Lit's event, so that its client sees changes.
    event StateChanged(uint8 newState);

    /// @dev Thrown when the threshold is below 2 or above the number of nodes.
    error KeyNetwork_BadThreshold(uint256 threshold, uint256 nodes);
    /// @dev Thrown when there are fewer than 2 or more than MAX_NODES nodes.
    error KeyNetwork_BadNodeCount(uint256 nodes, uint256 max);
    /// @dev Thrown when a node has no operator or endpoint, or an operator that another node has.
    error KeyNetwork_BadNode(uint256 position);
    /// @dev Thrown when the public key is not 48 bytes.
    error KeyNetwork_BadPublicKey(uint256 length);

    /// @notice Most nodes of a network.
    function MAX_NODES() external view returns (uint256);
    /// @notice Starts the next epoch. Restricted. Emits EpochStarted and StateChanged.
    function startEpoch(uint256 threshold_, bytes calldata publicKey_, Node[] calldata nodes_) external;
    /// @notice Number of the present epoch, 0 before the first.
    function epoch() external view returns (uint256);
    /// @notice Shares needed to release a key.
    function threshold() external view returns (uint256);
    /// @notice The network's BLS public key (compressed G1, 48 bytes).
    function publicKey() external view returns (bytes memory);
    /// @notice The nodes, in the order of their share index (from 1).
    function nodes() external view returns (Node[] memory);
    /// @notice Lit's staking view: epoch, threshold and validators.
    function getActiveUnkickedValidatorStructsAndCounts()
        external
        view
        returns (Epoch memory, uint256, Validator[] memory);
}
