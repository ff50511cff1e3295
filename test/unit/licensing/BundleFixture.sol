// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { Messages, ParentGrant } from "../../../contracts/types/Messages.sol";
import { ColophonTest } from "../../base/ColophonTest.sol";

/// @notice Datasets with parents that their owners (alice, bob or carol) granted.
abstract contract BundleFixture is ColophonTest {
    using Messages for ParentGrant;

    uint16 internal constant PARENT_SHARE = 1000;

    uint256 private _nonce;

    /// @notice A link to version 1 of a parent, granted to `owner` for these contents.
    function grantTo(
        address owner,
        uint256 parentId,
        IDatasetRegistry.VersionInput memory input,
        bool bundle,
        uint16 shareBps
    )
        internal
        returns (IDatasetRegistry.ParentLink memory link)
    {
        (link.parentId, link.parentVersion, link.shareBps, link.bundle) = (parentId, 1, shareBps, bundle);
        (link.nonce, link.deadline) = (++_nonce, uint40(block.timestamp + 1 days));
        ParentGrant memory message = ParentGrant({
            parentId: parentId,
            parentVersion: 1,
            childOwner: owner,
            childContentRoot: input.contentRoot,
            shareBps: shareBps,
            bundle: bundle,
            nonce: link.nonce,
            deadline: link.deadline
        });
        link.signature = sign(_keyOf(registry.ownerOf(parentId)), message.hash());
    }

    /// @notice The same with PARENT_SHARE, for who publishes next: alice for a parent of carol, else carol.
    function grant(
        uint256 parentId,
        IDatasetRegistry.VersionInput memory input,
        bool bundle
    )
        internal
        returns (IDatasetRegistry.ParentLink memory)
    {
        address owner = registry.ownerOf(parentId) == carol ? alice : carol;
        return grantTo(owner, parentId, input, bundle, PARENT_SHARE);
    }

    function publishAs(
        address owner,
        IDatasetRegistry.VersionInput memory input,
        IDatasetRegistry.ParentLink[] memory links
    )
        internal
        returns (uint256)
    {
        vm.prank(owner);
        return registry.publish(owner, input, links);
    }

    function one(IDatasetRegistry.ParentLink memory link)
        internal
        pure
        returns (IDatasetRegistry.ParentLink[] memory links)
    {
        links = new IDatasetRegistry.ParentLink[](1);
        links[0] = link;
    }

    function two(
        IDatasetRegistry.ParentLink memory a,
        IDatasetRegistry.ParentLink memory b
    )
        internal
        pure
        returns (IDatasetRegistry.ParentLink[] memory links)
    {
        links = new IDatasetRegistry.ParentLink[](2);
        (links[0], links[1]) = (a, b);
    }

    function _keyOf(address account) private view returns (uint256) {
        if (account == alice) return aliceKey;
        return account == bob ? bobKey : carolKey;
    }
}
