// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProofRegistry } from "../../contracts/interfaces/proofs/IProofRegistry.sol";
import { Sp1VerifierV6 } from "../../contracts/proofs/verifier/Sp1VerifierV6.sol";
import { ProofTest } from "../unit/proofs/ProofTest.sol";
import { Sp1Vectors } from "../unit/proofs/Sp1Vectors.sol";

/// @dev The real verifier's code from the first check to the pairing. Only the two inputs that a run decides, program key and digest of
/// the public values, are those of a published proof, since nobody can prove a run of this test under the ceremony key.
contract PublishedInputs is Sp1VerifierV6 {
    uint256 private immutable _key;
    uint256 private immutable _digest;

    constructor(bytes32 key, bytes memory publicValues) {
        (_key, _digest) = (uint256(key), uint256(sha256(publicValues)) & ((1 << 253) - 1));
    }

    function _verify(uint256, uint256, uint256 nonce, bytes calldata points) internal view override {
        super._verify(_key, _digest, nonce, points);
    }

    function _verifierHash() internal pure override returns (bytes32) {
        return "a published proof's inputs";
    }
}

/// @notice Gas of recording adherence, each in its own isolated transaction. The mock verifier costs next to nothing and shows what
/// everything else does.
/// forge-config: default.isolate = true
contract ProofsGasTest is ProofTest, Sp1Vectors {
    /// @dev docs/BENCHMARKS.md, gas.proof.record.
    uint256 private constant BUDGET = 340_000;
    /// @dev What is left for everything but the pairing check.
    uint256 private constant WITHOUT_VERIFIER = 170_000;

    /// @dev A whole submission of real size: public values and proof as a real one has them, and the real verifier's work.
    function test_RecordByARealProof() public {
        Sp1Proof memory p = published("v6.1.0-groth16-128-byte-values");
        PublishedInputs real = new PublishedInputs(p.vkey, p.publicValues);
        bytes4 to = "a pu";
        route(to, address(real), IProofRegistry.Assurance.Production);
        (IProofRegistry.Submission memory s,) = goodRun();
        s.proof = p.proof;
        for (uint256 i; i < 4; ++i) {
            s.proof[i] = to[i];
        }
        submitAs(bob, s);
        assertLe(vm.snapshotGasLastCall("proofs", "gas.proof.record"), BUDGET, "over budget");
        assertGt(proofRegistry.provenAt(licenseId, 3), 0);
    }

    function test_RecordForOneLicense() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        submitAs(bob, s);
        assertLe(vm.snapshotGasLastCall("proofs", "gas.proof.record.mock"), WITHOUT_VERIFIER, "over budget");
    }

    function test_RecordWithASignedStatement() public {
        (IProofRegistry.Submission memory s, IProofRegistry.AdherenceValues memory v) = goodRun();
        (s.sequence, s.signature) = (1, signStatement(v, 1, bobKey));
        submitAs(mallory, s);
        vm.snapshotGasLastCall("proofs", "gas.proof.record.mock.signed");
    }

    /// @dev Sixteen licenses of sixteen datasets in one run.
    function test_RecordForSixteenLicenses() public {
        IProofRegistry.Entry[] memory entries = new IProofRegistry.Entry[](16);
        for (uint256 i; i < 16; ++i) {
            (, uint256 id) = buyEscrow();
            entries[i] = entriesOf(id)[0];
        }
        forward(1 days);
        IProofRegistry.Submission memory s = submissionOf(entries, valuesOf(entries));
        submitAs(bob, s);
        vm.snapshotGasLastCall("proofs", "gas.proof.record.mock.16");
    }
}
