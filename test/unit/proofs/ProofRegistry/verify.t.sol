// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProofRegistry } from "../../../../contracts/interfaces/proofs/IProofRegistry.sol";
import { ISP1Verifier } from "../../../../contracts/interfaces/proofs/ISP1Verifier.sol";
import { Sp1Groth16Verifier } from "../../../../contracts/proofs/verifier/Sp1Groth16Verifier.sol";
import { ProofTest } from "../ProofTest.sol";
import { Sp1Vectors } from "../Sp1Vectors.sol";

/// @dev A verifier that does what a test says.
contract ToldVerifier is ISP1Verifier {
    enum Act {
        Accept,
        UseUpAllGas,
        TellGas
    }

    Act private _act;

    function tell(Act act) external {
        _act = act;
    }

    function verifyProof(bytes32, bytes calldata, bytes calldata) external view {
        uint256 given = gasleft();
        Act act = _act;
        if (act == Act.UseUpAllGas) {
            assembly {
                invalid()
            }
        }
        if (act == Act.TellGas) {
            assembly {
                mstore(0, given)
                revert(0, 0x20)
            }
        }
    }
}

/// @notice What verifiers get and what becomes of what they say.
contract VerifyTest is ProofTest, Sp1Vectors {
    bytes4 internal constant TOLD = 0x0A0B0C0D;
    bytes4 internal constant SP1 = 0x4388a21c;
    /// @dev The gas of a verifier, the 64th that stays with the caller, and what the call itself takes.
    uint256 internal constant NEEDED = uint256(400_000) * 64 / 63 + 10_000;
    /// @dev More than all the rest of a submission.
    uint256 internal constant REST = 300_000;

    ToldVerifier internal told;

    function setUp() public override {
        super.setUp();
        told = new ToldVerifier();
        route(TOLD, address(told), IProofRegistry.Assurance.Mock);
    }

    function test_Verify_RevertWhen_TheProofIsOfAnotherRun() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        Sp1Proof memory p = published("v6.1.0-groth16-128-byte-values");
        s.proof = p.proof;
        expectRefusedProof(SP1, abi.encodeWithSelector(Sp1Groth16Verifier.ProofInvalid.selector));
        submitAs(bob, s);
    }

    /// @dev The precompile takes all that the real verifier gives it; the submission costs a bounded amount nevertheless.
    function test_Verify_RevertWhen_APointOfTheProofIsNotOnItsCurve() public {
        (IProofRegistry.Submission memory s,) = goodRun();
        s.proof = published("v6.1.0-groth16-128-byte-values").proof;
        s.proof[s.proof.length - 1] ^= 0x01;
        (bytes memory refusal, uint256 used) = _submit(s, 20_000_000);
        assertEq(refusal, _refused(SP1, abi.encodeWithSelector(Sp1Groth16Verifier.ProofInvalid.selector)));
        assertLt(used, proofRegistry.VERIFIER_GAS() + REST);
    }

    function test_Verify_RevertWhen_TheVerifierUsesUpAllItsGas() public {
        IProofRegistry.Submission memory s = _told(ToldVerifier.Act.UseUpAllGas);
        (bytes memory refusal, uint256 used) = _submit(s, 20_000_000);
        assertEq(refusal, _refused(TOLD, ""));
        assertGt(used, proofRegistry.VERIFIER_GAS());
        assertLt(used, proofRegistry.VERIFIER_GAS() + REST);
    }

    function testFuzz_Verify_WhenThereIsEnoughGas(uint256 gas) public {
        IProofRegistry.Submission memory s = _told(ToldVerifier.Act.TellGas);
        (bytes memory refusal,) = _submit(s, bound(gas, NEEDED + REST, 30_000_000));
        (bytes4 by, bytes memory reason) = abi.decode(_arguments(refusal), (bytes4, bytes));
        assertEq(by, TOLD);
        assertEq(refusal, _refused(TOLD, reason));
        uint256 given = abi.decode(reason, (uint256));
        assertLe(given, 400_000);
        assertGt(given, 399_000, "all of it but its own first steps");
    }

    function testFuzz_Verify_RevertWhen_ARefusalMayBeALackOfGas(uint256 gas) public {
        IProofRegistry.Submission memory s = _told(ToldVerifier.Act.UseUpAllGas);
        (bytes memory refusal,) = _submit(s, bound(gas, REST, NEEDED));
        (uint256 given, uint256 needed) = abi.decode(_arguments(refusal), (uint256, uint256));
        assertEq(refusal, abi.encodeWithSelector(IProofRegistry.ProofRegistry_TooLittleGas.selector, given, NEEDED));
        assertLt(given, needed);
    }

    /// @dev Any gas at all: the run is recorded whole, or nothing is.
    function testFuzz_Verify_WhenTheGasIsAnything(uint256 gas, bool refuses) public {
        IProofRegistry.Submission memory s = _told(refuses ? ToldVerifier.Act.UseUpAllGas : ToldVerifier.Act.Accept);
        IProofRegistry.AdherenceValues memory v = abi.decode(s.publicValues, (IProofRegistry.AdherenceValues));
        uint256 recordId = proofRegistry.recordIdOf(PROGRAM, v.runManifestHash);
        vm.prank(bob);
        (bool success,) =
            address(proofRegistry).call{ gas: bound(gas, 21_000, 1_000_000) }(abi.encodeCall(proofRegistry.submit, (s)));
        assertFalse(success && refuses);
        assertEq(proofRegistry.stands(recordId), success);
        assertEq(proofRegistry.provenAt(licenseId, 1), success ? block.timestamp : 0);
    }

    function _told(ToldVerifier.Act act) private returns (IProofRegistry.Submission memory s) {
        told.tell(act);
        (s,) = goodRun();
        s.proof = abi.encodePacked(TOLD, "whatever");
    }

    /// @dev What a submission with `gas` reverts with, and what it used.
    function _submit(IProofRegistry.Submission memory s, uint256 gas) private returns (bytes memory, uint256) {
        bytes memory input = abi.encodeCall(proofRegistry.submit, (s));
        vm.prank(bob);
        uint256 before = gasleft();
        (bool success, bytes memory refusal) = address(proofRegistry).call{ gas: gas }(input);
        uint256 used = before - gasleft();
        assertFalse(success);
        return (refusal, used);
    }

    function _refused(bytes4 by, bytes memory reason) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IProofRegistry.ProofRegistry_ProofRefused.selector, by, reason);
    }

    /// @dev An error's arguments.
    function _arguments(bytes memory data) private pure returns (bytes memory arguments) {
        arguments = new bytes(data.length - 4);
        for (uint256 i; i < arguments.length; ++i) {
            arguments[i] = data[i + 4];
        }
    }
}
