// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title One immutable list of contributors, as a member of splits
/// @notice An account of its own: whatever arrives in whatever token belongs to the list's contributors by their units, claimed
/// with a proof. In a split it stands as one member, so that a release costs the same for one contributor and for thousands.
/// It signs nothing, so no later split can lower its share; contributors who come later form a list of their own.
/// @dev Made by IContributorLists, which checks the list. Due to a contributor in all: `received * units / totalUnits`, rounded
/// down; what was claimed is subtracted. So dust, less than one base unit per contributor, waits for the next payment and
/// nothing else. Tokens whose balances fall by themselves do not fit.
interface IContributorList {
    /// @notice A contributor was paid, at `to`.
    event ContributorPaid(address indexed account, address indexed token, address to, uint256 amount);

    /// @dev Thrown when a claim goes elsewhere than to the account, and the caller is another.
    error ContributorList_NotAccount(address account, address caller);
    /// @dev Thrown when the proof does not show that the account is in the list with these units.
    error ContributorList_NotListed(address account, uint256 units);
    /// @dev Thrown when nothing is due to the account in this token.
    error ContributorList_NothingToClaim(address account, address token);

    /// @notice Pays what is due to a contributor. Anyone may call.
    /// @param proof Sibling hashes from the leaf upward (IContributorLists.rootOf says how the tree is made).
    /// @param to Receiver; only the account itself may choose another one than itself.
    /// @return amount Base units of `token` paid.
    function claim(
        address token,
        address account,
        uint256 units,
        bytes32[] calldata proof,
        address to
    )
        external
        returns (uint256 amount);

    /// @notice Root of the list's tree.
    function root() external view returns (bytes32);
    /// @notice Sum of all units.
    function totalUnits() external view returns (uint256);
    /// @notice Base units of `token` that arrived so far.
    function received(address token) external view returns (uint256);
    /// @notice Base units that the account has claimed.
    function paidTo(address account, address token) external view returns (uint256);
    /// @notice Base units due to a contributor of `units` now; says nothing of whether it is in the list.
    function dueTo(address account, uint256 units, address token) external view returns (uint256);
}
