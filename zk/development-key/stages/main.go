// Command stages makes a development key for SP1's Groth16 circuit, and proofs under it, with SP1's own Go module: three stages, each a
// process of its own, since together they would not fit a machine's memory.
//
//	stages compile DIR           constraints.json, groth16_witness.json -> groth16_circuit.bin
//	stages setup DIR             groth16_circuit.bin -> groth16_pk.bin, groth16_vk.bin
//	stages prove DIR WITNESS     WITNESS -> groth16.json, verified
//
// A stage whose files are there does nothing. Files are written beside and renamed, so that one that is there is whole.
//
// Whoever runs the setup could forge proofs under its key, and nobody can tell that they did not: the key is for development.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/consensys/gnark/logger"
)

const usage = "usage: stages compile DIR | stages setup DIR | stages prove DIR WITNESS"

func main() {
	logger.Disable()
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return errors.New(usage)
	}
	stage, files := args[0], folder(args[1])
	switch {
	case stage == "compile" && len(args) == 2:
		return unlessThere(files, circuitFile, compile)
	case stage == "setup" && len(args) == 2:
		// The verification key is written last.
		return unlessThere(files, verificationKeyFile, setup)
	case stage == "prove" && len(args) == 3:
		return unlessThere(files, proofFile, func(files folder) error { return prove(files, args[2]) })
	}
	return errors.New(usage)
}

// folder that holds the files of all stages.
type folder string

const (
	constraintsFile     = "constraints.json"
	sampleWitnessFile   = "groth16_witness.json"
	circuitFile         = "groth16_circuit.bin"
	provingKeyFile      = "groth16_pk.bin"
	verificationKeyFile = "groth16_vk.bin"
	proofFile           = "groth16.json"
)

func (f folder) path(name string) string { return filepath.Join(string(f), name) }

func unlessThere(files folder, product string, make func(folder) error) error {
	path := files.path(product)
	if _, err := os.Stat(path); err == nil {
		fmt.Printf("%s is there already.\n", path)
		return nil
	}
	return make(files)
}
