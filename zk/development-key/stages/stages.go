package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/backend/groth16"
	"github.com/consensys/gnark/backend/witness"
	"github.com/consensys/gnark/constraint"
	"github.com/consensys/gnark/frontend"
	"github.com/consensys/gnark/frontend/cs/r1cs"
	"github.com/succinctlabs/sp1-recursion-gnark/sp1"
)

// compile turns SP1's list of operations into a constraint system.
func compile(files folder) error {
	progress := begin("compile")
	defer progress.end()
	// SP1's circuit reads its operations from the file that the first variable names. With the second it checks ranges bit by bit: without,
	// it would ask for a commitment, which SP1's verifiers know nothing of.
	for name, value := range map[string]string{"CONSTRAINTS_JSON": files.path(constraintsFile), "GROTH16": "1"} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	input, err := readWitness(files.path(sampleWitnessFile))
	if err != nil {
		return err
	}
	circuit := sp1.NewCircuit(input)
	system, err := frontend.Compile(ecc.BN254.ScalarField(), r1cs.NewBuilder, &circuit)
	if err != nil {
		return fmt.Errorf("the circuit does not compile: %w", err)
	}
	progress.say("%d constraints, %d public inputs with the constant one", system.GetNbConstraints(), system.GetNbPublicVariables())
	debug.FreeOSMemory()
	return write(files.path(circuitFile), func(w *bufio.Writer) error {
		_, err := system.WriteTo(w)
		return err
	})
}

// setup makes the two keys of the circuit from randomness that it forgets.
func setup(files folder) error {
	progress := begin("setup")
	defer progress.end()
	system, err := readCircuit(files)
	if err != nil {
		return err
	}
	debug.FreeOSMemory()
	progress.say("circuit read")
	provingKey, verificationKey, err := groth16.Setup(system)
	if err != nil {
		return fmt.Errorf("the setup failed: %w", err)
	}
	system = nil
	debug.FreeOSMemory()
	progress.say("keys made")
	err = write(files.path(provingKeyFile), func(w *bufio.Writer) error { return provingKey.WriteDump(w) })
	if err != nil {
		return err
	}
	return write(files.path(verificationKeyFile), func(w *bufio.Writer) error {
		_, err := verificationKey.WriteTo(w)
		return err
	})
}

// prove proves the witness of a wrapped SP1 proof and verifies what came out.
func prove(files folder, witnessFile string) error {
	progress := begin("prove")
	defer progress.end()
	input, err := readWitness(witnessFile)
	if err != nil {
		return err
	}
	system, err := readCircuit(files)
	if err != nil {
		return err
	}
	provingKey := groth16.NewProvingKey(ecc.BN254)
	if err := read(files.path(provingKeyFile), provingKey.ReadDump); err != nil {
		return err
	}
	debug.FreeOSMemory()
	progress.say("circuit and key read")
	assignment := sp1.NewCircuit(input)
	full, err := frontend.NewWitness(&assignment, ecc.BN254.ScalarField())
	if err != nil {
		return fmt.Errorf("%s is no witness of the circuit: %w", witnessFile, err)
	}
	proof, err := groth16.Prove(system, provingKey, full)
	if err != nil {
		return fmt.Errorf("%s does not satisfy the circuit: %w", witnessFile, err)
	}
	progress.say("proven")
	if err := verify(files, proof, full); err != nil {
		return err
	}
	progress.say("verified")
	return writeProof(files.path(proofFile), sp1.NewSP1Groth16Proof(&proof, input))
}

func verify(files folder, proof groth16.Proof, full witness.Witness) error {
	key := groth16.NewVerifyingKey(ecc.BN254)
	err := read(files.path(verificationKeyFile), func(r io.Reader) error {
		_, err := key.ReadFrom(r)
		return err
	})
	if err != nil {
		return err
	}
	public, err := full.Public()
	if err != nil {
		return err
	}
	if err := groth16.Verify(proof, key, public); err != nil {
		return fmt.Errorf("the proof does not verify: %w", err)
	}
	return nil
}

// writeProof writes the public inputs, and what stands behind the selector in the proof that SP1's verifiers take.
func writeProof(path string, proof sp1.Proof) error {
	text, err := json.MarshalIndent(map[string]any{
		"publicInputs": proof.PublicInputs,
		"encodedProof": proof.EncodedProof,
	}, "", "  ")
	if err != nil {
		return err
	}
	return write(path, func(w *bufio.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

func readWitness(path string) (sp1.WitnessInput, error) {
	var input sp1.WitnessInput
	text, err := os.ReadFile(path)
	if err != nil {
		return input, fmt.Errorf("no witness (colophon-wrap writes it): %w", err)
	}
	if err := json.Unmarshal(text, &input); err != nil {
		return input, fmt.Errorf("%s is no witness: %w", path, err)
	}
	return input, nil
}

func readCircuit(files folder) (constraint.ConstraintSystem, error) {
	system := groth16.NewCS(ecc.BN254)
	err := read(files.path(circuitFile), func(r io.Reader) error {
		_, err := system.ReadFrom(r)
		return err
	})
	return system, err
}
