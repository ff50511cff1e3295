// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ISP1Verifier } from "../../../../contracts/interfaces/proofs/ISP1Verifier.sol";
import { ISp1VerifierV6 } from "../../../../contracts/interfaces/proofs/ISp1VerifierV6.sol";
import { Sp1Groth16Verifier } from "../../../../contracts/proofs/verifier/Sp1Groth16Verifier.sol";
import { Sp1VerifierV6 } from "../../../../contracts/proofs/verifier/Sp1VerifierV6.sol";
import { Sp1Vectors } from "../Sp1Vectors.sol";

contract Sp1VerifierV6VerifyProofTest is Sp1Vectors {
    /// @dev Order of the scalar field of BN254.
    uint256 internal constant FIELD = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// @dev Where the parts of a proof begin.
    uint256 internal constant EXIT_CODE = 4;
    uint256 internal constant VK_ROOT = 36;
    uint256 internal constant NONCE = 68;
    uint256 internal constant WORDS = 100;

    Sp1VerifierV6 internal verifier;

    function setUp() external {
        verifier = new Sp1VerifierV6();
    }

    function test_ShouldNameTheHashOfTheCeremonyKeyAndTheVersion() external view {
        bytes memory key = vm.readFileBinary("tools/sp1-verifier/groth16_vk-v6.1.0.bin");
        assertEq(verifier.VERIFIER_HASH(), sha256(key), "hash");
        assertEq(verifier.VERSION(), "v6.1.0", "version");
    }

    function test_WhenTheProofIsOneOfThePublishedProofs() external {
        string[2] memory names = ["v6.1.0-groth16-fibonacci", "v6.1.0-groth16-128-byte-values"];
        for (uint256 i = 0; i < names.length; ++i) {
            Sp1Proof memory p = published(names[i]);
            verifier.verifyProof(p.vkey, p.publicValues, p.proof);
        }
    }

    function testFuzz_RevertWhen_TheProgramKeyIsChanged(uint256 vkey) external {
        Sp1Proof memory p = _proof();
        vkey = bound(vkey, 0, FIELD - 1);
        vm.assume(bytes32(vkey) != p.vkey);
        p.vkey = bytes32(vkey);
        _refused(p, abi.encodeWithSelector(Sp1Groth16Verifier.ProofInvalid.selector));
    }

    function testFuzz_RevertWhen_TheProgramKeyIsNoFieldElement(uint256 vkey) external {
        Sp1Proof memory p = _proof();
        p.vkey = bytes32(bound(vkey, FIELD, type(uint256).max));
        _refused(p, abi.encodeWithSelector(Sp1Groth16Verifier.PublicInputNotInField.selector));
    }

    function testFuzz_RevertWhen_ThePublicValuesAreChanged(bytes memory values) external {
        Sp1Proof memory p = _proof();
        vm.assume(keccak256(values) != keccak256(p.publicValues));
        p.publicValues = values;
        _refused(p, abi.encodeWithSelector(Sp1Groth16Verifier.ProofInvalid.selector));
    }

    function testFuzz_RevertWhen_TheSelectorIsChanged(bytes4 selector) external {
        Sp1Proof memory p = _proof();
        vm.assume(selector != bytes4(p.proof));
        for (uint256 i = 0; i < 4; ++i) {
            p.proof[i] = selector[i];
        }
        _refused(p, _wrongSelector(selector));
    }

    function test_RevertWhen_TheProofIsOfAnotherVersionOrProofSystem() external {
        _refused(published("v6.0.0-groth16-fibonacci"), _wrongSelector(0x0e78f4db));
        Sp1Proof memory plonk = published("v6.0.0-plonk-fibonacci");
        _refused(plonk, abi.encodeWithSelector(ISp1VerifierV6.Sp1Verifier_WrongLength.selector, 964, 356));
    }

    function testFuzz_RevertWhen_TheLengthIsAnotherOne(uint256 length) external {
        Sp1Proof memory p = _proof();
        length = bound(length, 0, 1000);
        vm.assume(length != p.proof.length);
        bytes memory cut = new bytes(length);
        for (uint256 i = 0; i < length && i < p.proof.length; ++i) {
            cut[i] = p.proof[i];
        }
        p.proof = cut;
        _refused(p, abi.encodeWithSelector(ISp1VerifierV6.Sp1Verifier_WrongLength.selector, length, 356));
    }

    function testFuzz_RevertWhen_TheExitCodeIsNotZero(uint256 exitCode) external {
        vm.assume(exitCode != 0);
        Sp1Proof memory p = _proof();
        _put(p.proof, EXIT_CODE, exitCode);
        _refused(p, abi.encodeWithSelector(ISp1VerifierV6.Sp1Verifier_ProgramFailed.selector, exitCode));
    }

    function testFuzz_RevertWhen_TheRootOfTheRecursionKeysIsChanged(bytes32 root) external {
        bytes32 expected = verifier.VK_ROOT();
        vm.assume(root != expected);
        Sp1Proof memory p = _proof();
        _put(p.proof, VK_ROOT, uint256(root));
        _refused(p, abi.encodeWithSelector(ISp1VerifierV6.Sp1Verifier_WrongVkRoot.selector, root, expected));
    }

    function testFuzz_RevertWhen_TheNonceIsChanged(uint256 nonce) external {
        Sp1Proof memory p = _proof();
        nonce = bound(nonce, 0, FIELD - 1);
        vm.assume(nonce != _at(p.proof, NONCE));
        _put(p.proof, NONCE, nonce);
        _refused(p, abi.encodeWithSelector(Sp1Groth16Verifier.ProofInvalid.selector));
    }

    function testFuzz_RevertWhen_TheNonceIsNoFieldElement(uint256 nonce) external {
        Sp1Proof memory p = _proof();
        _put(p.proof, NONCE, bound(nonce, FIELD, type(uint256).max));
        _refused(p, abi.encodeWithSelector(Sp1Groth16Verifier.PublicInputNotInField.selector));
    }

    /// @dev Each word once by one bit, once for zero, once for a number outside the field, and swapped with the next.
    function test_RevertWhen_OneOfTheEightWordsIsChanged() external {
        for (uint256 i = 0; i < 8; ++i) {
            uint256 offset = WORDS + i * 32;
            uint256 word = _at(_proof().proof, offset);
            uint256[3] memory others = [word ^ 1, 0, type(uint256).max];
            for (uint256 k = 0; k < others.length; ++k) {
                Sp1Proof memory p = _proof();
                _put(p.proof, offset, others[k]);
                _refused(p, abi.encodeWithSelector(Sp1Groth16Verifier.ProofInvalid.selector));
            }
            Sp1Proof memory swapped = _proof();
            uint256 next = WORDS + ((i + 1) % 8) * 32;
            _put(swapped.proof, offset, _at(swapped.proof, next));
            _put(swapped.proof, next, word);
            _refused(swapped, abi.encodeWithSelector(Sp1Groth16Verifier.ProofInvalid.selector));
        }
    }

    function testFuzz_RevertWhen_OneBitAnywhereIsChanged(uint256 bit) external {
        Sp1Proof memory p = published("v6.1.0-groth16-128-byte-values");
        bytes memory all = abi.encodePacked(p.vkey, p.publicValues, p.proof);
        bit = bound(bit, 0, all.length * 8 - 1);
        all[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        vm.expectRevert();
        this.verifyParts{ gas: 1_000_000 }(all, p.publicValues.length);
    }

    /// @dev What gnark's own function says of the same inputs, with all five of them multiplied.
    function testFuzz_WhenTheGeneratedFunctionIsAskedTheSame(uint256 where, uint256 value, bool other) external {
        Sp1Proof memory p = published(other ? "v6.1.0-groth16-128-byte-values" : "v6.1.0-groth16-fibonacci");
        // Unchanged, another key, another nonce, or another of the eight words: any number, or one bit.
        where = bound(where, 0, 10);
        if (where == 1) p.vkey = bytes32(_changed(uint256(p.vkey), value));
        if (where > 1) {
            uint256 offset = where == 2 ? NONCE : WORDS + (where - 3) * 32;
            _put(p.proof, offset, _changed(_at(p.proof, offset), value));
        }
        uint256[8] memory words;
        for (uint256 i; i < 8; ++i) {
            words[i] = _at(p.proof, WORDS + i * 32);
        }
        uint256 digest = uint256(sha256(p.publicValues)) & ((1 << 253) - 1);
        uint256[5] memory inputs = [uint256(p.vkey), digest, 0, uint256(verifier.VK_ROOT()), _at(p.proof, NONCE)];
        bytes memory expected = _verdict(abi.encodeWithSignature("verifyProof(uint256[8],uint256[5])", words, inputs));
        bytes memory found = _verdict(abi.encodeCall(ISP1Verifier.verifyProof, (p.vkey, p.publicValues, p.proof)));
        assertEq(found, expected);
        if (where == 0) assertEq(found, abi.encode(true, ""), "the proof as published");
    }

    /// @dev Whether the verifier takes it, and its reason where it does not.
    function _verdict(bytes memory asked) private view returns (bytes memory) {
        (bool taken, bytes memory reason) = address(verifier).staticcall{ gas: 1_000_000 }(asked);
        return abi.encode(taken, reason);
    }

    /// @dev A number with a bit turned where `how` is even, or another number.
    function _changed(uint256 number, uint256 how) private pure returns (uint256) {
        return how % 2 == 0 ? number ^ (1 << ((how >> 1) % 256)) : uint256(keccak256(abi.encode(how)));
    }

    /// @dev External, so that its input can be sliced.
    function verifyParts(bytes calldata all, uint256 valuesLength) external view {
        uint256 values = 32 + valuesLength;
        verifier.verifyProof(bytes32(all[:32]), all[32:values], all[values:]);
    }

    function _proof() private returns (Sp1Proof memory) {
        return published("v6.1.0-groth16-fibonacci");
    }

    function _refused(Sp1Proof memory p, bytes memory reason) private {
        vm.expectRevert(reason);
        // The precompile takes all the gas it gets where a point is not on its curve: leave it a transaction's worth.
        verifier.verifyProof{ gas: 1_000_000 }(p.vkey, p.publicValues, p.proof);
    }

    function _wrongSelector(bytes4 received) private view returns (bytes memory) {
        bytes4 expected = bytes4(verifier.VERIFIER_HASH());
        return abi.encodeWithSelector(ISp1VerifierV6.Sp1Verifier_WrongSelector.selector, received, expected);
    }

    function _at(bytes memory data, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), offset))
        }
    }

    function _put(bytes memory data, uint256 offset, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(data, 0x20), offset), word)
        }
    }
}
