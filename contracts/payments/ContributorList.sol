// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IContributorList } from "../interfaces/payments/IContributorList.sol";
import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The template of all lists of contributors
/// @notice See IContributorList. Root and total stand in the clone's code: immutable, and cheaper than storage.
contract ContributorList is IContributorList, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    mapping(address token => uint256) private _paid;
    mapping(address account => mapping(address token => uint256)) private _paidTo;

    /// @inheritdoc IContributorList
    function claim(
        address token,
        address account,
        uint256 units,
        bytes32[] calldata proof,
        address to
    )
        external
        nonReentrant
        returns (uint256 amount)
    {
        if (to != account && msg.sender != account) revert ContributorList_NotAccount(account, msg.sender);
        (bytes32 root_, uint256 total) = _list();
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, units))));
        if (!MerkleProof.verifyCalldata(proof, root_, leaf)) revert ContributorList_NotListed(account, units);
        amount = _dueTo(account, units, total, token);
        // An amount computed here, not a balance: exactly nothing is what is meant.
        // slither-disable-next-line incorrect-equality
        if (amount == 0) revert ContributorList_NothingToClaim(account, token);
        _paid[token] += amount;
        _paidTo[account][token] += amount;
        emit ContributorPaid(account, token, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc IContributorList
    function root() external view returns (bytes32 root_) {
        (root_,) = _list();
    }

    /// @inheritdoc IContributorList
    function totalUnits() external view returns (uint256 total) {
        (, total) = _list();
    }

    /// @inheritdoc IContributorList
    function paidTo(address account, address token) external view returns (uint256) {
        return _paidTo[account][token];
    }

    /// @inheritdoc IContributorList
    function dueTo(address account, uint256 units, address token) external view returns (uint256) {
        (, uint256 total) = _list();
        return _dueTo(account, units, total, token);
    }

    /// @inheritdoc IContributorList
    function received(address token) public view returns (uint256) {
        return IERC20(token).balanceOf(address(this)) + _paid[token];
    }

    function _dueTo(address account, uint256 units, uint256 total, address token) private view returns (uint256) {
        return Math.mulDiv(received(token), units, total) - _paidTo[account][token];
    }

    function _list() private view returns (bytes32 root_, uint256 total) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (bytes32, uint256));
    }
}
