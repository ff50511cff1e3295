// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ISP1Verifier } from "../../contracts/interfaces/proofs/ISP1Verifier.sol";
import { Sp1VerifierV6 } from "../../contracts/proofs/verifier/Sp1VerifierV6.sol";
import { Sp1Vectors } from "../unit/proofs/Sp1Vectors.sol";

/// @notice Gas of a whole transaction that verifies a proof of SP1.
/// forge-config: default.isolate = true
contract Sp1VerifierGasTest is Sp1Vectors {
    uint256 private constant VERIFY_BUDGET = 230_000;

    /// @dev A published Groth16 proof over 128 bytes of public values.
    function test_Verify() external {
        Sp1Proof memory p = published("v6.1.0-groth16-128-byte-values");
        Sp1VerifierV6 verifier = new Sp1VerifierV6();
        // A view is called statically, which is no transaction: hence as a call.
        bytes memory input = abi.encodeCall(ISP1Verifier.verifyProof, (p.vkey, p.publicValues, p.proof));
        (bool success,) = address(verifier).call(input);
        assertTrue(success);
        assertLe(vm.snapshotGasLastCall("sp1", "gas.proof.verify"), VERIFY_BUDGET, "verify over budget");
    }
}
