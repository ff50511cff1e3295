// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Test } from "forge-std/Test.sol";

import { TypedData } from "../../contracts/common/TypedData.sol";
import {
    Attestation,
    AvailabilityReceipt,
    Checkpoint,
    ComputeReceipt,
    Consent,
    DeliveryReceipt,
    DeliveryRequest,
    EncodingAcceptance,
    EncodingRequest,
    Messages,
    ParentGrant,
    RecallAcknowledgement,
    RevenueAudit,
    RevenueStatement,
    RunStatement,
    ServiceReport,
    Settlement,
    SplitConsent,
    UsageVoucher
} from "../../contracts/types/Messages.sol";

/// @notice EIP-712 messages against the vectors that all languages share.
contract MessagesTest is Test {
    string internal json;

    function setUp() public {
        json = vm.readFile("spec/vectors/eip712.json");
        vm.chainId(vm.parseJsonUint(json, ".domain.chainId"));
    }

    function test_TheDomainIsTheVectors() public view {
        address verifying = vm.parseJsonAddress(json, ".domain.verifyingContract");
        assertEq(TypedData.domainSeparator(verifying), vm.parseJsonBytes32(json, ".domainSeparator"));
    }

    function test_EveryDigestFollowsFromTheStructHash() public view {
        address verifying = vm.parseJsonAddress(json, ".domain.verifyingContract");
        uint256 count;
        for (; vm.keyExistsJson(json, _key(count, "")); ++count) {
            bytes32 structHash = vm.parseJsonBytes32(json, _key(count, ".structHash"));
            assertEq(TypedData.digest(verifying, structHash), vm.parseJsonBytes32(json, _key(count, ".digest")));
        }
        assertGt(count, 0);
    }

    /// @dev Every message that a contract acts on is known here, and every such message in the vectors is hashed alike.
    function test_MessagesOnChainHashAsInTheVectors() public view {
        uint256 known;
        for (uint256 i; vm.keyExistsJson(json, _key(i, "")); ++i) {
            if (!vm.parseJsonBool(json, _key(i, ".onChain"))) continue;
            string memory name = vm.parseJsonString(json, _key(i, ".primaryType"));
            (bytes32 typeHash, bytes32 structHash) = _hash(name, vm.parseJsonBytes(json, _key(i, ".encoded")));
            assertEq(typeHash, vm.parseJsonBytes32(json, _key(i, ".typeHash")), name);
            assertEq(typeHash, keccak256(bytes(vm.parseJsonString(json, _key(i, ".type")))), name);
            assertEq(structHash, vm.parseJsonBytes32(json, _key(i, ".structHash")), name);
            ++known;
        }
        assertEq(known, 36, "eighteen messages, each plain and with its largest values");
    }

    function _hash(string memory name, bytes memory encoded) private pure returns (bytes32, bytes32) {
        bytes32 id = keccak256(bytes(name));
        if (id == keccak256("EncodingAcceptance")) {
            EncodingAcceptance memory m = abi.decode(encoded, (EncodingAcceptance));
            return (Messages.ENCODING_ACCEPTANCE_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("DeliveryReceipt")) {
            DeliveryReceipt memory m = abi.decode(encoded, (DeliveryReceipt));
            return (Messages.DELIVERY_RECEIPT_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("EncodingRequest")) {
            EncodingRequest memory m = abi.decode(encoded, (EncodingRequest));
            return (Messages.ENCODING_REQUEST_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("ParentGrant")) {
            ParentGrant memory m = abi.decode(encoded, (ParentGrant));
            return (Messages.PARENT_GRANT_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("SplitConsent")) {
            SplitConsent memory m = abi.decode(encoded, (SplitConsent));
            return (Messages.SPLIT_CONSENT_TYPEHASH, Messages.hash(m));
        }
        return _hashOfPayment(id, name, encoded);
    }

    /// @dev Messages that rails act on.
    function _hashOfPayment(
        bytes32 id,
        string memory name,
        bytes memory encoded
    )
        private
        pure
        returns (bytes32, bytes32)
    {
        if (id == keccak256("UsageVoucher")) {
            UsageVoucher memory m = abi.decode(encoded, (UsageVoucher));
            return (Messages.USAGE_VOUCHER_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("ServiceReport")) {
            ServiceReport memory m = abi.decode(encoded, (ServiceReport));
            return (Messages.SERVICE_REPORT_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("RevenueStatement")) {
            RevenueStatement memory m = abi.decode(encoded, (RevenueStatement));
            return (Messages.REVENUE_STATEMENT_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("RevenueAudit")) {
            RevenueAudit memory m = abi.decode(encoded, (RevenueAudit));
            return (Messages.REVENUE_AUDIT_TYPEHASH, Messages.hash(m));
        }
        return _hashOfTrust(id, name, encoded);
    }

    /// @dev Messages that trust acts on.
    function _hashOfTrust(bytes32 id, string memory name, bytes memory encoded)
        private
        pure
        returns (bytes32, bytes32)
    {
        if (id == keccak256("Checkpoint")) {
            Checkpoint memory m = abi.decode(encoded, (Checkpoint));
            return (Messages.CHECKPOINT_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("Consent")) {
            Consent memory m = abi.decode(encoded, (Consent));
            return (Messages.CONSENT_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("RecallAcknowledgement")) {
            RecallAcknowledgement memory m = abi.decode(encoded, (RecallAcknowledgement));
            return (Messages.RECALL_ACKNOWLEDGEMENT_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("DeliveryRequest")) {
            DeliveryRequest memory m = abi.decode(encoded, (DeliveryRequest));
            return (Messages.DELIVERY_REQUEST_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("AvailabilityReceipt")) {
            AvailabilityReceipt memory m = abi.decode(encoded, (AvailabilityReceipt));
            return (Messages.AVAILABILITY_RECEIPT_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("Settlement")) {
            Settlement memory m = abi.decode(encoded, (Settlement));
            return (Messages.SETTLEMENT_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("RunStatement")) {
            RunStatement memory m = abi.decode(encoded, (RunStatement));
            return (Messages.RUN_STATEMENT_TYPEHASH, Messages.hash(m));
        }
        if (id == keccak256("ComputeReceipt")) {
            ComputeReceipt memory m = abi.decode(encoded, (ComputeReceipt));
            return (Messages.COMPUTE_RECEIPT_TYPEHASH, Messages.hash(m));
        }
        assertEq(name, "Attestation");
        Attestation memory attestation = abi.decode(encoded, (Attestation));
        return (Messages.ATTESTATION_TYPEHASH, Messages.hash(attestation));
    }

    function _key(uint256 position, string memory rest) private pure returns (string memory) {
        return string.concat(".messages[", vm.toString(position), "]", rest);
    }
}
