// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../../../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { TrustFixture } from "../TrustFixture.sol";

/// @notice The registry against spec/vectors/badges.json, which shares no code with it.
contract VectorsTest is TrustFixture {
    string private _json;

    function setUp() public override {
        super.setUp();
        _json = vm.readFile("spec/vectors/badges.json");
    }

    function test_Vectors_ShouldGiveEveryKnownSchemaTheIdOfTheVectors() external {
        uint256 count = 0;
        for (; vm.keyExistsJson(_json, _at("schemas", count, "")); ++count) {
            IAttestationRegistry.SchemaInput memory input = IAttestationRegistry.SchemaInput({
                documentHash: vm.parseJsonBytes32(_json, _at("schemas", count, ".documentHash")),
                kinds: uint8(vm.parseJsonUint(_json, _at("schemas", count, ".kinds"))),
                maxValidity: uint40(vm.parseJsonUint(_json, _at("schemas", count, ".maxValidity"))),
                fields: vm.parseJsonString(_json, _at("schemas", count, ".fields"))
            });
            bytes32 id = badges.registerSchema(input);
            assertEq(id, vm.parseJsonBytes32(_json, _at("schemas", count, ".schema")));
            assertEq(badges.schemaOf(id).fields, input.fields);
        }
        assertEq(count, 6);
    }

    function test_Vectors_ShouldPackEverySubjectAsTheVectorsDo() external view {
        uint256 count = 0;
        for (; vm.keyExistsJson(_json, _at("subjects", count, "")); ++count) {
            bytes32 expected = vm.parseJsonBytes32(_json, _at("subjects", count, ".subject"));
            assertEq(_pack(vm.parseJsonString(_json, _at("subjects", count, ".kind")), count), expected);
        }
        assertEq(count, 6);
    }

    function _pack(string memory kind, uint256 index) private view returns (bytes32) {
        bytes32 name = keccak256(bytes(kind));
        if (name == keccak256("Dataset")) {
            return badges.datasetSubject(vm.parseJsonUint(_json, _at("subjects", index, ".datasetId")));
        }
        if (name == keccak256("Version")) {
            uint256 dataset = vm.parseJsonUint(_json, _at("subjects", index, ".datasetId"));
            return badges.versionSubject(dataset, uint32(vm.parseJsonUint(_json, _at("subjects", index, ".version"))));
        }
        address account = vm.parseJsonAddress(_json, _at("subjects", index, ".account"));
        return name == keccak256("Provider") ? badges.providerSubject(account) : badges.personSubject(account);
    }

    function _at(string memory list, uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(index), "]", field);
    }
}
