// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Lists of contributors, for splits among thousands
/// @notice A list is given whole, so that its root is known to be of a well-formed list (its units add up, nobody is in it
/// twice), and so that events alone hold all that claims need. Put its address into a split as a member.
interface IContributorLists {
    /// @notice A contributor with a share of `units` in the list's total.
    struct Contributor {
        address account;
        uint96 units;
    }

    /// @notice A list was made. Complete; immutable.
    event ListCreated(
        address indexed list, uint256 indexed datasetId, bytes32 root, uint256 totalUnits, Contributor[] contributors
    );

    /// @dev Thrown when a list has no contributors or more than MAX_CONTRIBUTORS.
    error ContributorLists_Count(uint256 given, uint256 max);
    /// @dev Thrown when contributors are not sorted by address, repeated or zero.
    error ContributorLists_NotSorted(address account);
    /// @dev Thrown when a contributor has no units.
    error ContributorLists_ZeroUnits(address account);

    /// @notice Most contributors of one list, so that making it fits a transaction. A split can have several lists.
    function MAX_CONTRIBUTORS() external view returns (uint256);

    /// @notice Makes a list for a dataset, or finds the same list made before. Anyone: a list by itself earns nothing.
    /// @param datasetId Keeps lists of different datasets apart, and with them their dust.
    /// @param contributors Sorted by address, units above 0.
    function create(uint256 datasetId, Contributor[] calldata contributors) external returns (address list);

    /// @notice Where the list is or would be.
    function addressOf(uint256 datasetId, Contributor[] calldata contributors) external view returns (address list);
    /// @notice The list's root: leaves `keccak256(keccak256(abi.encode(account, units)))` in the order of the list, nodes the
    /// keccak256 of their two children, smaller first, in the complete binary tree of OpenZeppelin's `merkle-tree` with
    /// `sortLeaves: false`.
    function rootOf(Contributor[] calldata contributors) external pure returns (bytes32 root, uint256 totalUnits);
}
