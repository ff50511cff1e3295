// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ColophonUpgradeable } from "../common/ColophonUpgradeable.sol";
import { IKeyNetwork } from "../interfaces/keys/IKeyNetwork.sol";

/// @title The nodes, threshold, epoch and public key of a key network
contract KeyNetwork is IKeyNetwork, ColophonUpgradeable {
    /// @custom:storage-location erc7201:colophon.storage.KeyNetwork
    struct KeyNetworkStorage {
        uint256 epoch;
        uint256 threshold;
        bytes publicKey;
        Node[] nodes;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.KeyNetwork")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0xc5ee98e32b115f74e196a32a26cd822cce050206e1917e18e10998afec47c900;

    /// @inheritdoc IKeyNetwork
    uint256 public constant MAX_NODES = 32;

    /// @dev A compressed BLS12-381 G1 point.
    uint256 private constant _PUBLIC_KEY_LENGTH = 48;

    /// @dev Lit's staking states: its client reads the nodes again when the next set is locked, then goes on as active.
    uint8 private constant _LIT_ACTIVE = 0;
    uint8 private constant _LIT_NEXT_SET_LOCKED = 1;

    /// @notice Sets the authority. Once, by the proxy's constructor.
    function initialize(address authority_) external initializer {
        __AccessManaged_init(authority_);
    }

    /// @inheritdoc IKeyNetwork
    function startEpoch(uint256 threshold_, bytes calldata publicKey_, Node[] calldata nodes_) external restricted {
        require(nodes_.length >= 2 && nodes_.length <= MAX_NODES, KeyNetwork_BadNodeCount(nodes_.length, MAX_NODES));
        require(threshold_ >= 2 && threshold_ <= nodes_.length, KeyNetwork_BadThreshold(threshold_, nodes_.length));
        require(publicKey_.length == _PUBLIC_KEY_LENGTH, KeyNetwork_BadPublicKey(publicKey_.length));
        KeyNetworkStorage storage $ = _storage();
        delete $.nodes;
        for (uint256 i; i < nodes_.length; ++i) {
            _checkNode(nodes_, i);
            $.nodes.push(nodes_[i]);
        }
        ($.threshold, $.publicKey) = (threshold_, publicKey_);
        emit EpochStarted(++$.epoch, threshold_, publicKey_, nodes_);
        emit StateChanged(_LIT_NEXT_SET_LOCKED);
        emit StateChanged(_LIT_ACTIVE);
    }

    /// @inheritdoc IKeyNetwork
    function epoch() external view returns (uint256) {
        return _storage().epoch;
    }

    /// @inheritdoc IKeyNetwork
    function threshold() external view returns (uint256) {
        return _storage().threshold;
    }

    /// @inheritdoc IKeyNetwork
    function publicKey() external view returns (bytes memory) {
        return _storage().publicKey;
    }

    /// @inheritdoc IKeyNetwork
    function nodes() external view returns (Node[] memory) {
        return _storage().nodes;
    }

    /// @inheritdoc IKeyNetwork
    /// @dev Epochs end only by the next one, so their length and times are zero. IPv6, rewards and Lit's transport keys do
    /// not exist here.
    function getActiveUnkickedValidatorStructsAndCounts()
        external
        view
        returns (Epoch memory current, uint256 minimum, Validator[] memory validators)
    {
        KeyNetworkStorage storage $ = _storage();
        current.number = $.epoch;
        minimum = $.threshold;
        uint256 count = $.nodes.length;
        validators = new Validator[](count);
        for (uint256 i; i < count; ++i) {
            Node storage node = $.nodes[i];
            (validators[i].ip, validators[i].port, validators[i].nodeAddress) = (node.ip, node.port, node.operator);
        }
    }

    /// @dev One operator with two nodes would hold two shares, which defeats the threshold.
    function _checkNode(Node[] calldata nodes_, uint256 position) private pure {
        address operator = nodes_[position].operator;
        require(operator != address(0) && bytes(nodes_[position].endpoint).length != 0, KeyNetwork_BadNode(position));
        for (uint256 i; i < position; ++i) {
            require(nodes_[i].operator != operator, KeyNetwork_BadNode(position));
        }
    }

    function _storage() private pure returns (KeyNetworkStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }
}
