// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProofRegistry } from "../../contracts/interfaces/proofs/IProofRegistry.sol";
import { ProofTest } from "../unit/proofs/ProofTest.sol";

/// @notice Gas of recording adherence, each in its own isolated transaction. The verifier is the mock, which costs next to nothing: a
/// real one adds its pairing check, about 200,000.
/// forge-config: default.isolate = true
contract ProofsGasTest is ProofTest {
    /// @dev What is left for everything but the pairing check.
    uint256 private constant WITHOUT_VERIFIER = 170_000;

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
