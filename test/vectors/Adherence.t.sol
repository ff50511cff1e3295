// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProofRegistry } from "../../contracts/interfaces/proofs/IProofRegistry.sol";
import { IDatasetRegistry } from "../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { ColophonTest } from "../base/ColophonTest.sol";

/// @notice The adherence statement's public values, and the license set as the registry rebuilds it, against the vectors that all
/// languages share.
contract AdherenceVectorsTest is ColophonTest {
    string private json;

    function setUp() public override {
        super.setUp();
        json = vm.readFile("spec/vectors/adherence.json");
    }

    function test_PublicValuesDecodeAsInTheVectors() public view {
        uint256 count;
        for (; vm.keyExistsJson(json, _key(count, "")); ++count) {
            bytes memory encoded = vm.parseJsonBytes(json, _key(count, ".publicValues"));
            assertEq(encoded.length, 352);
            IProofRegistry.AdherenceValues memory v = abi.decode(encoded, (IProofRegistry.AdherenceValues));
            assertEq(keccak256(abi.encode(v)), keccak256(encoded), "one form");
            assertEq(v.statementVersion, _number(count, "statementVersion"));
            assertEq(v.runManifestHash, _word(count, "runManifestHash"));
            assertEq(v.licenseSetHash, _word(count, "licenseSetHash"));
            assertEq(v.entries, _number(count, "entries"));
            assertEq(v.distinctEntries, _number(count, "distinctEntries"));
            assertEq(v.runner, vm.parseJsonAddress(json, _key(count, ".values.runner")));
            assertEq(v.runStart, _number(count, "runStart"));
            assertEq(v.runEnd, _number(count, "runEnd"));
            assertEq(v.attestationDigest, _word(count, "attestationDigest"));
            assertEq(v.chainId, _number(count, "chainId"));
            assertEq(v.registry, vm.parseJsonAddress(json, _key(count, ".values.registry")));
        }
        assertGt(count, 3);
    }

    /// @dev The registry of datasets answers with the vector's roots; everything else is the contract's own work.
    function test_TheLicenseSetIsHashedAsInTheVectors() public {
        uint256 count;
        for (; vm.keyExistsJson(json, _key(count, "")); ++count) {
            uint40 start = uint40(_number(count, "runStart"));
            IProofRegistry.Entry[] memory entries = _entries(count, start);
            assertEq(proofRegistry.licenseSetHash(entries, start), _word(count, "licenseSetHash"), vm.toString(count));
        }
        assertGt(count, 3);
    }

    function _entries(uint256 at, uint40 start) private returns (IProofRegistry.Entry[] memory entries) {
        uint256 n;
        while (vm.keyExistsJson(json, _license(at, n, ""))) ++n;
        entries = new IProofRegistry.Entry[](n);
        for (uint256 i; i < n; ++i) {
            string memory evidence = _key(at, string.concat(".evidence[", vm.toString(i), "]"));
            IProofRegistry.Entry memory e = entries[i];
            e.licenseId = vm.parseUint(vm.parseJsonString(json, _license(at, i, ".licenseId")));
            e.datasetId = vm.parseUint(vm.parseJsonString(json, _license(at, i, ".datasetId")));
            e.version = uint32(vm.parseJsonUint(json, _license(at, i, ".version")));
            e.uses = uint16(vm.parseJsonUint(json, string.concat(evidence, ".uses")));
            IDatasetRegistry.Roots memory v;
            v.contentRoot = vm.parseJsonBytes32(json, _license(at, i, ".contentRoot"));
            v.recordRoot = vm.parseJsonBytes32(json, string.concat(evidence, ".recordRoot"));
            v.revokedRoot = vm.parseJsonBytes32(json, string.concat(evidence, ".revokedRoot"));
            bytes memory asks = abi.encodeCall(IDatasetRegistry.rootsAt, (e.datasetId, e.version, start));
            vm.mockCall(address(registry), asks, abi.encode(v));
        }
    }

    function _number(uint256 at, string memory field) private view returns (uint256) {
        return vm.parseJsonUint(json, _key(at, string.concat(".values.", field)));
    }

    function _word(uint256 at, string memory field) private view returns (bytes32) {
        return vm.parseJsonBytes32(json, _key(at, string.concat(".values.", field)));
    }

    function _license(uint256 at, uint256 position, string memory rest) private pure returns (string memory) {
        return _key(at, string.concat(".document.licenses[", vm.toString(position), "]", rest));
    }

    function _key(uint256 position, string memory rest) private pure returns (string memory) {
        return string.concat(".valid[", vm.toString(position), "]", rest);
    }
}
