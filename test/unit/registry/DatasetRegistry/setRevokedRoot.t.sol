// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import { IDatasetRegistry } from "../../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { ColophonTest } from "../../../base/ColophonTest.sol";

contract SetRevokedRootTest is ColophonTest {
    uint256 internal datasetId;

    function setUp() public override {
        super.setUp();
        datasetId = publishDataset(alice);
    }

    function test_RevertWhen_TheCallerIsNeitherOwnerNorDisputeManager() public {
        vm.prank(governance);
        vm.expectRevert(
            abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_NotOwner.selector, datasetId, governance, alice)
        );
        registry.setRevokedRoot(datasetId, 1, unique("revoked"));
    }

    function test_RevertWhen_TheVersionIsUnknown() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatasetRegistry.DatasetRegistry_UnknownVersion.selector, datasetId, 2));
        registry.setRevokedRoot(datasetId, 2, unique("revoked"));
    }

    function testFuzz_WhenTheOwnerSetsRootsOverTime(uint16[8] memory gaps, uint256 asked) public {
        bytes32[8] memory roots;
        uint256[8] memory times;
        for (uint256 i; i < gaps.length; ++i) {
            forward(uint256(gaps[i]) + 1);
            roots[i] = i == 5 ? bytes32(0) : unique("revoked");
            times[i] = vm.getBlockTimestamp();
            vm.expectEmit(address(registry));
            emit IDatasetRegistry.RevokedRootSet(datasetId, 1, roots[i], uint32(i + 1));
            vm.prank(alice);
            registry.setRevokedRoot(datasetId, 1, roots[i]);
        }
        asked = bound(asked, START, times[7] + 10);
        bytes32 expected;
        for (uint256 i; i < times.length; ++i) {
            if (times[i] <= asked) expected = roots[i];
        }
        assertEq(registry.revokedRootAt(datasetId, 1, uint40(asked)), expected);
    }

    function test_WhenItIsSetTwiceInOneSecond() public {
        vm.startPrank(alice);
        registry.setRevokedRoot(datasetId, 1, unique("first"));
        bytes32 last = unique("last");
        vm.expectEmit(address(registry));
        emit IDatasetRegistry.RevokedRootSet(datasetId, 1, last, 1);
        registry.setRevokedRoot(datasetId, 1, last);
        assertEq(registry.revokedRootAt(datasetId, 1, uint40(block.timestamp)), last);
        assertEq(registry.revokedRootAt(datasetId, 1, uint40(block.timestamp - 1)), bytes32(0));
    }

    function test_WhenTheDisputeManagerSetsIt() public {
        bytes32 root = unique("revoked");
        vm.prank(address(disputeManager));
        registry.setRevokedRoot(datasetId, 1, root);
        assertEq(registry.revokedRootAt(datasetId, 1, uint40(block.timestamp)), root);
    }

    function test_RevertWhen_TheDatasetIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 2));
        registry.tokenURI(2);
    }

    function test_GivenSeveralVersions() public {
        string memory first = registry.tokenURI(datasetId);
        assertEq(first, registry.versionURI(datasetId, 1));
        addVersion(datasetId);
        assertEq(registry.tokenURI(datasetId), registry.versionURI(datasetId, 2));
        assertNotEq(registry.tokenURI(datasetId), first);
    }

    /// @dev Decodes the base32 text again, by other means than it was encoded with.
    function testFuzz_GivenAnyHash(bytes32 hash) public {
        vm.assume(hash != bytes32(0));
        IDatasetRegistry.VersionInput memory input = versionInput();
        input.manifestHash = hash;
        uint256 id = registry.publish(alice, input, new IDatasetRegistry.ParentLink[](0));
        bytes memory text = bytes(registry.tokenURI(id));
        assertEq(text.length, 7 + 59);
        bytes memory start = new bytes(8);
        for (uint256 i; i < 8; ++i) {
            start[i] = text[i];
        }
        assertEq(string(start), "ipfs://b");
        assertEq(_decodeBase32(text, 8), abi.encodePacked(hex"01551220", hash));
    }

    function test_GivenAnyHash_OfAnEmptyBlock() public {
        IDatasetRegistry.VersionInput memory input = versionInput();
        input.manifestHash = sha256("");
        uint256 id = registry.publish(alice, input, new IDatasetRegistry.ParentLink[](0));
        assertEq(registry.tokenURI(id), "ipfs://bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
    }

    function test_WhenTheDatasetIsUnknownToTheRegistry() public view {
        IDatasetRegistry.SaleState memory state = registry.saleState(99, 1, 1);
        assertEq(state.owner, address(0));
        assertEq(uint8(state.status), uint8(IDatasetRegistry.Status.None));
        assertEq(state.provider, address(0));
        assertEq(state.parentCount, 0);
    }

    function test_ShouldKnowItsStandards() public view {
        assertTrue(registry.supportsInterface(type(IERC165).interfaceId));
        assertTrue(registry.supportsInterface(type(IERC721).interfaceId));
        assertTrue(registry.supportsInterface(0x5b5e139f), "ERC-721 metadata");
        assertTrue(registry.supportsInterface(0x49064906), "ERC-4906");
        assertFalse(registry.supportsInterface(0xffffffff));
        assertEq(registry.name(), "Colophon Dataset");
        assertEq(registry.symbol(), "COLD");
    }

    function _decodeBase32(bytes memory text, uint256 from) private pure returns (bytes memory out) {
        out = new bytes((text.length - from) * 5 / 8);
        uint256 held;
        uint256 bits;
        uint256 n;
        for (uint256 i = from; i < text.length; ++i) {
            uint8 c = uint8(text[i]);
            held = (held << 5) | (c >= 0x61 ? c - 0x61 : c - 0x32 + 26);
            bits += 5;
            if (bits < 8) continue;
            bits -= 8;
            out[n++] = bytes1(uint8(held >> bits));
            held &= (1 << bits) - 1;
        }
        require(held == 0, "padding bits are set");
    }
}
