// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../../../contracts/common/TypedData.sol";
import { IProofRegistry } from "../../../contracts/interfaces/proofs/IProofRegistry.sol";
import { IDatasetRegistry } from "../../../contracts/interfaces/registry/IDatasetRegistry.sol";
import { Messages, RunStatement } from "../../../contracts/types/Messages.sol";
import { Offer } from "../../../contracts/types/Offer.sol";
import { Uses } from "../../../contracts/types/Uses.sol";
import { AllRails } from "../../base/AllRails.sol";
import { MockSp1Verifier } from "../../mocks/MockSp1Verifier.sol";

/// @notice The deployed protocol with its mock verifier, a license of bob's and a run under it.
abstract contract ProofTest is AllRails {
    using Messages for RunStatement;

    uint16 internal constant PROGRAM = 1;
    uint40 internal constant RUN_TIME = 1 hours;

    MockSp1Verifier internal verifier;
    bytes4 internal selector;
    bytes32 internal vkey;
    Offer internal offer;
    uint256 internal licenseId;
    uint256 internal datasetId;

    function setUp() public virtual override {
        super.setUp();
        verifier = mockVerifier;
        selector = bytes4(verifier.VERIFIER_HASH());
        vkey = proofRegistry.programOf(PROGRAM).vkey;
        (offer, licenseId) = buyEscrow();
        datasetId = offer.datasetId;
        forward(1 days);
    }

    function route(bytes4 to, address at, IProofRegistry.Assurance assurance) internal {
        vm.prank(governance);
        proofRegistry.addRoute(to, at, assurance, at.codehash);
    }

    /// @notice One entry: bob's license, its version, to train.
    function entriesOf(uint256 id) internal view returns (IProofRegistry.Entry[] memory entries) {
        entries = new IProofRegistry.Entry[](1);
        entries[0] = IProofRegistry.Entry(
            id, licenseToken.licenseOf(id).datasetId, licenseToken.licenseOf(id).version, Uses.TRAIN
        );
    }

    /// @notice Public values of a run of bob's that ends now.
    function valuesOf(IProofRegistry.Entry[] memory entries)
        internal
        returns (IProofRegistry.AdherenceValues memory values)
    {
        values.statementVersion = 1;
        values.runManifestHash = unique("manifest of a run");
        (values.entries, values.distinctEntries) = (5, 4);
        values.runner = bob;
        (values.runStart, values.runEnd) = (uint40(block.timestamp) - RUN_TIME, uint40(block.timestamp));
        values.licenseSetHash = setHash(entries, values.runStart);
        (values.chainId, values.registry) = (block.chainid, address(registry));
    }

    /// @notice The license set as the guest hashes it, on its own account.
    function setHash(IProofRegistry.Entry[] memory entries, uint40 runStart) internal view returns (bytes32) {
        bytes memory set;
        for (uint256 i; i < entries.length; ++i) {
            IProofRegistry.Entry memory e = entries[i];
            IDatasetRegistry.Version memory v = registry.versionOf(e.datasetId, e.version);
            bytes32 revoked = registry.revokedRootAt(e.datasetId, e.version, runStart);
            set =
                bytes.concat(set, abi.encodePacked(e.licenseId, v.contentRoot, v.recordRoot, revoked, uint256(e.uses)));
        }
        return sha256(set);
    }

    function submissionOf(
        IProofRegistry.Entry[] memory entries,
        IProofRegistry.AdherenceValues memory values
    )
        internal
        view
        returns (IProofRegistry.Submission memory submission)
    {
        submission.program = PROGRAM;
        submission.entries = entries;
        submission.publicValues = abi.encode(values);
        submission.proof = verifier.proofOf(vkey, submission.publicValues);
    }

    /// @notice A run of bob's under his license, ready to be submitted.
    function goodRun()
        internal
        returns (IProofRegistry.Submission memory, IProofRegistry.AdherenceValues memory values)
    {
        IProofRegistry.Entry[] memory entries = entriesOf(licenseId);
        values = valuesOf(entries);
        return (submissionOf(entries, values), values);
    }

    function submitAs(address caller, IProofRegistry.Submission memory submission) internal returns (uint256) {
        vm.prank(caller);
        return proofRegistry.submit(submission);
    }

    function statementOf(
        IProofRegistry.AdherenceValues memory v,
        uint64 sequence
    )
        internal
        pure
        returns (RunStatement memory)
    {
        return RunStatement(
            v.runManifestHash, v.licenseSetHash, v.runner, v.runStart, v.runEnd, v.attestationDigest, sequence
        );
    }

    function signStatement(
        IProofRegistry.AdherenceValues memory values,
        uint64 sequence,
        uint256 key
    )
        internal
        view
        returns (bytes memory)
    {
        return sign(key, statementOf(values, sequence).hash());
    }

    function digestOf(IProofRegistry.AdherenceValues memory v, uint64 sequence) internal view returns (bytes32) {
        return TypedData.digest(address(licenseToken), statementOf(v, sequence).hash());
    }

    /// @notice What the event of a run says of its public values.
    function runValuesOf(IProofRegistry.AdherenceValues memory v)
        internal
        pure
        returns (IProofRegistry.RunValues memory)
    {
        return IProofRegistry.RunValues(
            v.licenseSetHash, v.entries, v.distinctEntries, v.runStart, v.runEnd, v.attestationDigest
        );
    }

    function expectRefusedProof(bytes4 by, bytes memory reason) internal {
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_ProofRefused.selector, by, reason));
    }

    /// @notice Submits with these values and expects the refusal of one.
    function expectRefused(
        IProofRegistry.Submission memory s,
        IProofRegistry.AdherenceValues memory v,
        bytes32 field,
        bytes32 given,
        bytes32 expected
    )
        internal
    {
        s.publicValues = abi.encode(v);
        s.proof = verifier.proofOf(vkey, s.publicValues);
        expectWrong(field, given, expected);
        submitAs(bob, s);
    }

    function expectFlaw(uint256 id, IProofRegistry.Flaw flaw) internal {
        vm.expectRevert(abi.encodeWithSelector(IProofRegistry.ProofRegistry_LicenseFlaw.selector, id, flaw));
    }

    function expectWrong(bytes32 field, bytes32 given, bytes32 expected) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IProofRegistry.ProofRegistry_WrongValue.selector, field, given, expected)
        );
    }
}
