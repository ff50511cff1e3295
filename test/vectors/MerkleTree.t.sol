// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Test } from "forge-std/Test.sol";

import { MerkleTree } from "../../contracts/common/MerkleTree.sol";

/// @dev The library takes proofs from calldata.
contract MerkleTreeCaller {
    function verify(
        bytes32 root,
        uint256 size,
        uint256 index,
        bytes32 leaf,
        bytes32[] calldata proof
    )
        external
        view
        returns (bool)
    {
        return MerkleTree.verify(root, size, index, leaf, proof);
    }

    function verifyConsistency(
        uint256 size,
        bytes32 root,
        uint256 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    )
        external
        view
        returns (bool)
    {
        return MerkleTree.verifyConsistency(size, root, newSize, newRoot, proof);
    }

    function rootsOf(
        uint256 size,
        uint256 newSize,
        bytes32[] calldata path
    )
        external
        view
        returns (bool fits, bytes32 root, bytes32 newRoot)
    {
        return MerkleTree.rootsOf(size, newSize, path);
    }
}

/// @notice RFC 9162 trees against the vectors that all languages share, against foreign vectors, and against a tree built
/// here by the RFC's recursive definition.
contract MerkleTreeTest is Test {
    MerkleTreeCaller internal caller = new MerkleTreeCaller();

    function test_LeavesOfTheSharedVectors() public view {
        string memory json = vm.readFile("spec/vectors/tree.json");
        uint256 count;
        for (; vm.keyExistsJson(json, _key("leaves", count, "")); ++count) {
            string memory leaf = _key("leaves", count, "");
            bytes memory encoded = vm.parseJsonBytes(json, string.concat(leaf, ".encoded"));
            bytes32 expected = vm.parseJsonBytes32(json, string.concat(leaf, ".leafHash"));
            assertEq(MerkleTree.leafHash(encoded), expected);
            assertEq(
                MerkleTree.chunkLeafHash(
                    uint64(vm.parseJsonUint(json, string.concat(leaf, ".index"))),
                    uint32(vm.parseJsonUint(json, string.concat(leaf, ".size"))),
                    uint8(vm.parseJsonUint(json, string.concat(leaf, ".flags"))),
                    vm.parseJsonBytes32(json, string.concat(leaf, ".digest"))
                ),
                expected
            );
        }
        assertGt(count, 0);
    }

    function test_InclusionProofsOfTheSharedVectors() public view {
        string memory json = vm.readFile("spec/vectors/tree.json");
        uint256 valid;
        uint256 count;
        for (; vm.keyExistsJson(json, _key("inclusion", count, "")); ++count) {
            string memory proof = _key("inclusion", count, "");
            bool expected = vm.parseJsonBool(json, string.concat(proof, ".valid"));
            bool found = caller.verify(
                vm.parseJsonBytes32(json, string.concat(proof, ".root")),
                vm.parseJsonUint(json, string.concat(proof, ".size")),
                vm.parseJsonUint(json, string.concat(proof, ".index")),
                vm.parseJsonBytes32(json, string.concat(proof, ".leafHash")),
                vm.parseJsonBytes32Array(json, string.concat(proof, ".proof"))
            );
            assertEq(found, expected, vm.parseJsonString(json, string.concat(proof, ".name")));
            if (expected) ++valid;
        }
        assertGt(valid, 0);
        assertGt(count, valid);
    }

    /// @dev Skipped by name where the foreign vectors are not at hand.
    function test_InclusionProofsOfTheRfcVectors() public {
        string memory path =
            string.concat(vm.envOr("COLOPHON_VECTORS", string("../shared/vectors")), "/rfc/merkle-inclusion.json");
        if (!vm.exists(path)) vm.skip(true, "the RFC 9162 vectors are not at COLOPHON_VECTORS");
        string memory json = vm.readFile(path);
        uint256 valid;
        uint256 count;
        for (; vm.keyExistsJson(json, _key("cases", count, "")); ++count) {
            bool expected = vm.parseJsonBool(json, _key("cases", count, ".valid"));
            assertEq(_verifyRfc(json, count), expected, vm.parseJsonString(json, _key("cases", count, ".file")));
            if (expected) ++valid;
        }
        assertEq(count, 98);
        assertEq(valid, 6);
    }

    function test_ConsistencyProofsOfTheSharedVectors() public view {
        string memory json = vm.readFile("spec/vectors/tree.json");
        uint256 valid;
        uint256 count;
        for (; vm.keyExistsJson(json, _key("consistency", count, "")); ++count) {
            string memory proof = _key("consistency", count, "");
            bool expected = vm.parseJsonBool(json, string.concat(proof, ".valid"));
            bool found = caller.verifyConsistency(
                vm.parseJsonUint(json, string.concat(proof, ".size1")),
                vm.parseJsonBytes32(json, string.concat(proof, ".root1")),
                vm.parseJsonUint(json, string.concat(proof, ".size2")),
                vm.parseJsonBytes32(json, string.concat(proof, ".root2")),
                vm.parseJsonBytes32Array(json, string.concat(proof, ".proof"))
            );
            assertEq(found, expected, vm.parseJsonString(json, string.concat(proof, ".name")));
            if (expected) ++valid;
        }
        assertGt(valid, 0);
        assertGt(count, valid);
    }

    /// @dev Skipped by name where the foreign vectors are not at hand.
    function test_ConsistencyProofsOfTheRfcVectors() public {
        string memory path =
            string.concat(vm.envOr("COLOPHON_VECTORS", string("../shared/vectors")), "/rfc/merkle-consistency.json");
        if (!vm.exists(path)) vm.skip(true, "the RFC 9162 vectors are not at COLOPHON_VECTORS");
        string memory json = vm.readFile(path);
        uint256 valid;
        uint256 count;
        for (; vm.keyExistsJson(json, _key("cases", count, "")); ++count) {
            bool expected = vm.parseJsonBool(json, _key("cases", count, ".valid"));
            assertEq(_consistentRfc(json, count), expected, vm.parseJsonString(json, _key("cases", count, ".file")));
            if (expected) ++valid;
        }
        assertEq(count, 98);
        assertEq(valid, 6);
    }

    /// @dev Of all pairs of sizes: the RFC's proof proves, and the path with its first node gives both roots.
    function testFuzz_EveryTreeIsTheBeginningOfItsLaterSelf(uint256 size, uint256 newSize, bytes32 seed) public view {
        newSize = bound(newSize, 2, 70);
        size = bound(size, 1, newSize - 1);
        bytes32[] memory leaves = _leaves(newSize, seed);
        (bytes32 root, bytes32 newRoot) = (_root(leaves, 0, size), _root(leaves, 0, newSize));
        bytes32[] memory proof = _consistency(leaves, 0, newSize, size, true);
        assertTrue(caller.verifyConsistency(size, root, newSize, newRoot, proof), "proof");
        _assertRoots(size, newSize, _path(leaves, newSize, size), root, newRoot);
    }

    /// @dev A path to the true new root never makes another old root: whatever is changed in it, it no longer fits or makes
    /// another new root. Only so a different old root is a refutation.
    function testFuzz_NoOtherPathMakesTheNewRoot(
        uint256 size,
        uint256 newSize,
        bytes32 seed,
        uint256 change
    )
        public
        view
    {
        newSize = bound(newSize, 2, 70);
        size = bound(size, 1, newSize - 1);
        bytes32[] memory leaves = _leaves(newSize, seed);
        bytes32 newRoot = _root(leaves, 0, newSize);
        bytes32[] memory path = _path(leaves, newSize, size);
        if (change % 3 == 0) path[(change >> 8) % path.length] ^= bytes32(uint256(1) << (change >> 248));
        else path = change % 3 == 1 ? _longer(path) : _shorter(path);
        (bool fits,, bytes32 made) = caller.rootsOf(size, newSize, path);
        assertFalse(fits && made == newRoot);
    }

    function testFuzz_NoRootsWithoutOrder(uint256 size, uint256 newSize, bytes32 node) public view {
        bytes32[] memory path = new bytes32[](1);
        path[0] = node;
        newSize = bound(newSize, 0, type(uint64).max);
        size = bound(size, newSize, type(uint64).max);
        (bool fits,,) = caller.rootsOf(size, newSize, path);
        assertFalse(fits, "not smaller");
        (fits,,) = caller.rootsOf(0, newSize, path);
        assertFalse(fits, "nothing is the beginning of everything");
    }

    function testFuzz_EveryLeafOfEveryTreeIsProven(uint256 size, uint256 index, bytes32 seed) public view {
        size = bound(size, 1, 70);
        index = bound(index, 0, size - 1);
        bytes32[] memory leaves = _leaves(size, seed);
        bytes32 root = _root(leaves, 0, size);
        bytes32[] memory proof = _proof(leaves, 0, size, index);
        assertTrue(caller.verify(root, size, index, leaves[index], proof));
    }

    function testFuzz_NothingElseIsProven(uint256 size, uint256 index, bytes32 seed, uint256 change) public view {
        size = bound(size, 2, 70);
        index = bound(index, 0, size - 1);
        bytes32[] memory leaves = _leaves(size, seed);
        bytes32 root = _root(leaves, 0, size);
        bytes32[] memory proof = _proof(leaves, 0, size, index);
        uint256 kind = change % 5;
        if (kind == 0) {
            assertFalse(caller.verify(root, size, index, ~leaves[index], proof), "leaf");
        } else if (kind == 1) {
            uint256 other = addmod(index, 1 + (change >> 8) % (size - 1), size);
            assertFalse(caller.verify(root, size, other, leaves[index], proof), "index");
        } else if (kind == 2) {
            proof[(change >> 8) % proof.length] ^= bytes32(uint256(1));
            assertFalse(caller.verify(root, size, index, leaves[index], proof), "node");
        } else if (kind == 3) {
            assertFalse(caller.verify(~root, size, index, leaves[index], proof), "root");
        } else {
            assertFalse(caller.verify(root, size, index, leaves[index], _longer(proof)), "longer");
            assertFalse(caller.verify(root, size, index, leaves[index], _shorter(proof)), "shorter");
        }
    }

    function testFuzz_NoLeafLiesBeyondTheTree(uint256 size, uint256 index, bytes32 leaf) public view {
        size = bound(size, 0, type(uint128).max);
        index = bound(index, size, type(uint256).max);
        assertFalse(caller.verify(leaf, size, index, leaf, new bytes32[](0)));
    }

    /// @dev A value that is no hash at all cannot even be asked about: as good as refused.
    function _verifyRfc(string memory json, uint256 position) private view returns (bool) {
        (bool rootIsHash, bytes32 root) = _hex(json, _key("cases", position, ".root"));
        (bool leafIsHash, bytes32 leaf) = _hex(json, _key("cases", position, ".leafHash"));
        (bool proofIsHashes, bytes32[] memory proof) = _rfcProof(json, position);
        if (!rootIsHash || !leafIsHash || !proofIsHashes) return false;
        uint256 size = vm.parseJsonUint(json, _key("cases", position, ".treeSize"));
        uint256 index = vm.parseJsonUint(json, _key("cases", position, ".leafIndex"));
        return caller.verify(root, size, index, leaf, proof);
    }

    function _consistentRfc(string memory json, uint256 position) private view returns (bool) {
        (bool proofIsHashes, bytes32[] memory proof) = _rfcProof(json, position);
        if (!proofIsHashes) return false;
        bytes32 root1 = _rfcRoot(json, _key("cases", position, ".root1"));
        bytes32 root2 = _rfcRoot(json, _key("cases", position, ".root2"));
        uint256 size1 = vm.parseJsonUint(json, _key("cases", position, ".size1"));
        uint256 size2 = vm.parseJsonUint(json, _key("cases", position, ".size2"));
        return caller.verifyConsistency(size1, root1, size2, root2, proof);
    }

    /// @dev Some roots are no hashes, and are only compared: any two values that are equal when they are will do.
    function _rfcRoot(string memory json, string memory key) private pure returns (bytes32 root) {
        bool isHash;
        (isHash, root) = _hex(json, key);
        if (!isHash) root = keccak256(bytes(vm.parseJsonString(json, key)));
    }

    function _rfcProof(string memory json, uint256 position) private view returns (bool whole, bytes32[] memory proof) {
        (whole, proof) = (true, new bytes32[](0));
        for (uint256 i; vm.keyExistsJson(json, _proofKey(position, i)); ++i) {
            (bool isHash, bytes32 node) = _hex(json, _proofKey(position, i));
            whole = whole && isHash;
            proof = _append(proof, node);
        }
    }

    function _hex(string memory json, string memory key) private pure returns (bool isHash, bytes32 value) {
        bytes memory raw = vm.parseBytes(string.concat("0x", vm.parseJsonString(json, key)));
        return (raw.length == 32, bytes32(raw));
    }

    function _proofKey(uint256 position, uint256 node) private pure returns (string memory) {
        return string.concat(_key("cases", position, ".proof["), vm.toString(node), "]");
    }

    function _key(string memory list, uint256 position, string memory rest) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(position), "]", rest);
    }

    function _leaves(uint256 size, bytes32 seed) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](size);
        for (uint256 i; i < size; ++i) {
            leaves[i] = MerkleTree.leafHash(abi.encode(seed, i));
        }
    }

    /// @dev RFC 9162 section 2.1.1: the largest power of two below n goes left.
    function _root(bytes32[] memory leaves, uint256 from, uint256 n) private pure returns (bytes32) {
        if (n == 1) return leaves[from];
        uint256 left = _split(n);
        return MerkleTree.nodeHash(_root(leaves, from, left), _root(leaves, from + left, n - left));
    }

    /// @dev RFC 9162 section 2.1.3.1.
    function _proof(
        bytes32[] memory leaves,
        uint256 from,
        uint256 n,
        uint256 index
    )
        private
        pure
        returns (bytes32[] memory)
    {
        if (n == 1) return new bytes32[](0);
        uint256 left = _split(n);
        if (index < left) {
            return _append(_proof(leaves, from, left, index), _root(leaves, from + left, n - left));
        }
        return _append(_proof(leaves, from + left, n - left, index - left), _root(leaves, from, left));
    }

    /// @dev RFC 9162 section 2.1.4.1: `whole` while the old tree is a complete subtree that the verifier has.
    function _consistency(
        bytes32[] memory leaves,
        uint256 from,
        uint256 n,
        uint256 m,
        bool whole
    )
        private
        pure
        returns (bytes32[] memory)
    {
        if (m == n) {
            return whole ? new bytes32[](0) : _append(new bytes32[](0), _root(leaves, from, n));
        }
        uint256 left = _split(n);
        if (m <= left) {
            return _append(_consistency(leaves, from, left, m, whole), _root(leaves, from + left, n - left));
        }
        return _append(_consistency(leaves, from + left, n - left, m - left, false), _root(leaves, from, left));
    }

    function _assertRoots(
        uint256 size,
        uint256 newSize,
        bytes32[] memory path,
        bytes32 root,
        bytes32 newRoot
    )
        private
        view
    {
        (bool fits, bytes32 a, bytes32 b) = caller.rootsOf(size, newSize, path);
        assertTrue(fits, "fits");
        assertEq(a, root, "root");
        assertEq(b, newRoot, "new root");
    }

    /// @dev The proof with the node that it starts from.
    function _path(bytes32[] memory leaves, uint256 n, uint256 m) private pure returns (bytes32[] memory path) {
        path = _consistency(leaves, 0, n, m, true);
        if (m & (m - 1) != 0) return path;
        bytes32[] memory rest = path;
        path = new bytes32[](rest.length + 1);
        path[0] = _root(leaves, 0, m);
        for (uint256 i; i < rest.length; ++i) {
            path[i + 1] = rest[i];
        }
    }

    function _split(uint256 n) private pure returns (uint256 k) {
        k = 1;
        while (k * 2 < n) k *= 2;
    }

    function _append(bytes32[] memory list, bytes32 last) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i; i < list.length; ++i) {
            longer[i] = list[i];
        }
        longer[list.length] = last;
    }

    function _longer(bytes32[] memory proof) private pure returns (bytes32[] memory) {
        return _append(proof, bytes32(uint256(1)));
    }

    function _shorter(bytes32[] memory proof) private pure returns (bytes32[] memory shorter) {
        shorter = new bytes32[](proof.length - 1);
        for (uint256 i; i < shorter.length; ++i) {
            shorter[i] = proof[i];
        }
    }
}
