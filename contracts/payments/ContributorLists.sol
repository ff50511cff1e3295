// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IContributorLists } from "../interfaces/payments/IContributorLists.sol";
import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @title Maker of lists of contributors
/// @notice See IContributorLists. Keeps nothing: a list's address follows from what is in it.
contract ContributorLists is IContributorLists {
    /// @inheritdoc IContributorLists
    uint256 public constant MAX_CONTRIBUTORS = 4096;

    address private immutable _template;

    /// @param template The ContributorList that all lists are clones of.
    // A template without code would make accounts that nobody can claim from; the deployment checks it.
    // slither-disable-next-line missing-zero-check
    constructor(address template) {
        _template = template;
    }

    /// @inheritdoc IContributorLists
    function create(uint256 datasetId, Contributor[] calldata contributors) external returns (address list) {
        (bytes32 root, uint256 totalUnits) = rootOf(contributors);
        (bytes memory args, bytes32 salt) = (abi.encode(root, totalUnits), _saltOf(datasetId, root));
        list = Clones.predictDeterministicAddressWithImmutableArgs(_template, args, salt);
        if (list.code.length != 0) return list;
        emit ListCreated(list, datasetId, root, totalUnits, contributors);
        // The address is known before.
        // slither-disable-next-line unused-return
        Clones.cloneDeterministicWithImmutableArgs(_template, args, salt);
    }

    /// @inheritdoc IContributorLists
    function addressOf(uint256 datasetId, Contributor[] calldata contributors) external view returns (address) {
        (bytes32 root, uint256 totalUnits) = rootOf(contributors);
        bytes memory args = abi.encode(root, totalUnits);
        return Clones.predictDeterministicAddressWithImmutableArgs(_template, args, _saltOf(datasetId, root));
    }

    /// @inheritdoc IContributorLists
    function rootOf(Contributor[] calldata contributors) public pure returns (bytes32 root, uint256 totalUnits) {
        uint256 count = contributors.length;
        if (count == 0 || count > MAX_CONTRIBUTORS) revert ContributorLists_Count(count, MAX_CONTRIBUTORS);
        bytes32[] memory nodes = new bytes32[](2 * count - 1);
        address last = address(0);
        for (uint256 i; i < count; ++i) {
            Contributor calldata contributor = contributors[i];
            (address account, uint256 units) = (contributor.account, contributor.units);
            if (account <= last) revert ContributorLists_NotSorted(account);
            if (units == 0) revert ContributorLists_ZeroUnits(account);
            last = account;
            totalUnits += units;
            nodes[nodes.length - 1 - i] = keccak256(bytes.concat(keccak256(abi.encode(account, units))));
        }
        for (uint256 i = count - 1; i != 0; --i) {
            nodes[i - 1] = Hashes.commutativeKeccak256(nodes[2 * i - 1], nodes[2 * i]);
        }
        return (nodes[0], totalUnits);
    }

    function _saltOf(uint256 datasetId, bytes32 root) private pure returns (bytes32) {
        return keccak256(abi.encode(datasetId, root));
    }
}
