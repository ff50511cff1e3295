// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../interfaces/trust/IAttestationRegistry.sol";
import { AttestationState } from "./AttestationState.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice What can be attested. Schemas are content-addressed: anyone registers one, nobody changes one.
abstract contract Schemas is AttestationState {
    uint256 private constant _MAX_FIELDS = 1024;
    /// @dev A bit for each kind but None.
    uint256 private constant _ALL_KINDS = (1 << (uint256(type(SubjectKind).max) + 1)) - 2;

    /// @inheritdoc IAttestationRegistry
    function registerSchema(SchemaInput calldata input) external returns (bytes32 schema) {
        schema =
            keccak256(abi.encode(input.documentHash, input.kinds, input.maxValidity, keccak256(bytes(input.fields))));
        AttestationRegistryStorage storage $ = _storage();
        if ($.schemas[schema].index != 0) return schema;
        uint256 length = bytes(input.fields).length;
        bool fits = input.documentHash != bytes32(0) && length != 0 && length <= _MAX_FIELDS;
        if (!fits || input.kinds == 0 || input.kinds & ~_ALL_KINDS != 0) revert AttestationRegistry_BadSchema();
        uint32 index = SafeCast.toUint32(uint256($.schemaCount) + 1);
        $.schemaCount = index;
        $.schemaIds[index] = schema;
        $.schemas[schema] = Schema({
            documentHash: input.documentHash,
            index: index,
            kinds: input.kinds,
            maxValidity: input.maxValidity,
            known: false,
            fields: input.fields
        });
        emit SchemaRegistered(
            schema, index, msg.sender, input.documentHash, input.kinds, input.maxValidity, input.fields
        );
    }

    /// @inheritdoc IAttestationRegistry
    function setSchemaKnown(bytes32 schema, bytes32 name, bool known) external restricted {
        AttestationRegistryStorage storage $ = _storage();
        Schema storage stored = _schema(schema);
        bytes32 present = $.known[name];
        if (known ? stored.known : present != schema) revert AttestationRegistry_NoChange();
        if (known && present != bytes32(0)) {
            $.schemas[present].known = false;
            emit SchemaKnownSet(present, name, false);
        }
        stored.known = known;
        $.known[name] = known ? schema : bytes32(0);
        emit SchemaKnownSet(schema, name, known);
    }

    /// @inheritdoc IAttestationRegistry
    function schemaOf(bytes32 schema) external view returns (Schema memory) {
        return _schema(schema);
    }

    /// @inheritdoc IAttestationRegistry
    function schemaAt(uint32 index) external view returns (bytes32) {
        return _storage().schemaIds[index];
    }

    /// @inheritdoc IAttestationRegistry
    function knownSchema(bytes32 name) external view returns (bytes32) {
        return _storage().known[name];
    }

    function _schema(bytes32 schema) internal view returns (Schema storage stored) {
        stored = _storage().schemas[schema];
        if (stored.index == 0) revert AttestationRegistry_UnknownSchema(schema);
    }
}
