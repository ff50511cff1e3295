// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAttestationRegistry } from "../../../../contracts/interfaces/trust/IAttestationRegistry.sol";
import { TrustFixture } from "../TrustFixture.sol";

contract RegisterSchemaTest is TrustFixture {
    bytes private constant _BAD = abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_BadSchema.selector);
    bytes private constant _NO_CHANGE =
        abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_NoChange.selector);

    function test_RegisterSchema_RevertWhen_ASchemaHasNoDocumentKindOrFields() external {
        IAttestationRegistry.SchemaInput memory input = _schemaInput();
        input.documentHash = 0;
        vm.expectRevert(_BAD);
        badges.registerSchema(input);
        input = _schemaInput();
        input.kinds = 0;
        vm.expectRevert(_BAD);
        badges.registerSchema(input);
        input = _schemaInput();
        input.fields = "";
        vm.expectRevert(_BAD);
        badges.registerSchema(input);
    }

    function test_RegisterSchema_RevertWhen_ItsFieldsAreTooLong() external {
        IAttestationRegistry.SchemaInput memory input = _schemaInput();
        input.fields = string(new bytes(1025));
        vm.expectRevert(_BAD);
        badges.registerSchema(input);
        input.fields = string(new bytes(1024));
        badges.registerSchema(input);
    }

    function test_RegisterSchema_RevertWhen_ItNamesAnUnknownKind() external {
        IAttestationRegistry.SchemaInput memory input = _schemaInput();
        input.kinds = 1;
        vm.expectRevert(_BAD);
        badges.registerSchema(input);
        input.kinds = 32;
        vm.expectRevert(_BAD);
        badges.registerSchema(input);
    }

    function test_RegisterSchema_WhenItIsNew() external {
        IAttestationRegistry.SchemaInput memory input = _schemaInput();
        (input.kinds, input.maxValidity) = (2, 9);
        bytes32 id = keccak256(abi.encode(input.documentHash, uint8(2), uint40(9), keccak256(bytes(input.fields))));
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.SchemaRegistered(id, 2, stranger, input.documentHash, 2, 9, input.fields);
        vm.prank(stranger);
        assertEq(badges.registerSchema(input), id);
        IAttestationRegistry.Schema memory stored = badges.schemaOf(id);
        assertEq(stored.documentHash, input.documentHash);
        assertEq(stored.index, 2);
        assertEq(stored.kinds, 2);
        assertEq(stored.maxValidity, 9);
        assertFalse(stored.known);
        assertEq(stored.fields, input.fields);
        assertEq(badges.schemaAt(2), id);
        assertEq(badges.schemaAt(3), 0);
    }

    function test_RegisterSchema_GivenItIsRegisteredAlready() external {
        vm.recordLogs();
        vm.prank(stranger);
        assertEq(badges.registerSchema(_schemaInput()), schema);
        assertEq(vm.getRecordedLogs().length, 0, "nothing happened");
        assertEq(badges.schemaAt(2), 0);
    }

    function testFuzz_RegisterSchema_WhenAnyPartDiffers(bytes32 document, uint8 kinds, uint40 validity) external {
        vm.assume(document != 0);
        kinds = uint8(bound(kinds, 1, 15)) << 1;
        IAttestationRegistry.SchemaInput memory input = _schemaInput();
        bool same = document == input.documentHash && kinds == input.kinds && validity == input.maxValidity;
        (input.documentHash, input.kinds, input.maxValidity) = (document, kinds, validity);
        assertEq(badges.registerSchema(input) == schema, same);
    }

    function test_SetSchemaKnown_RevertWhen_TheCallerIsNotGovernance() external {
        vm.expectRevert(_unauthorized(stranger));
        vm.prank(stranger);
        badges.setSchemaKnown(schema, "gdpr-audited", true);
    }

    function test_SetSchemaKnown_RevertWhen_TheSchemaDoesNotExist() external {
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_UnknownSchema.selector, bytes32("x"))
        );
        badges.setSchemaKnown("x", "gdpr-audited", true);
    }

    function test_SetSchemaKnown_RevertWhen_NothingWouldChange() external {
        vm.expectRevert(_NO_CHANGE);
        badges.setSchemaKnown(schema, "gdpr-audited", false);
        badges.setSchemaKnown(schema, "gdpr-audited", true);
        vm.expectRevert(_NO_CHANGE);
        badges.setSchemaKnown(schema, "gdpr-audited", true);
        vm.expectRevert(_NO_CHANGE);
        badges.setSchemaKnown(schema, "another name", true);
        vm.expectRevert(_NO_CHANGE);
        badges.setSchemaKnown(schema, "another name", false);
    }

    function test_SetSchemaKnown_WhenGovernanceListsIt() external {
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.SchemaKnownSet(schema, "gdpr-audited", true);
        badges.setSchemaKnown(schema, "gdpr-audited", true);
        assertEq(badges.knownSchema("gdpr-audited"), schema);
        assertTrue(badges.schemaOf(schema).known);
    }

    function test_SetSchemaKnown_GivenTheNameIsTaken() external {
        badges.setSchemaKnown(schema, "gdpr-audited", true);
        IAttestationRegistry.SchemaInput memory input = _schemaInput();
        input.maxValidity = 1;
        bytes32 next = badges.registerSchema(input);
        vm.expectEmit(address(badges));
        emit IAttestationRegistry.SchemaKnownSet(schema, "gdpr-audited", false);
        badges.setSchemaKnown(next, "gdpr-audited", true);
        assertEq(badges.knownSchema("gdpr-audited"), next);
        assertFalse(badges.schemaOf(schema).known);
    }

    function test_SetSchemaKnown_WhenGovernanceTakesItOff() external {
        badges.setSchemaKnown(schema, "gdpr-audited", true);
        badges.setSchemaKnown(schema, "gdpr-audited", false);
        assertEq(badges.knownSchema("gdpr-audited"), 0);
        assertFalse(badges.schemaOf(schema).known);
    }

    function test_SchemaOf_RevertWhen_ItIsUnknown() external {
        vm.expectRevert(
            abi.encodeWithSelector(IAttestationRegistry.AttestationRegistry_UnknownSchema.selector, bytes32("x"))
        );
        badges.schemaOf("x");
    }
}
