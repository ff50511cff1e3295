package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/succinctlabs/sp1-recursion-gnark/sp1"
)

// A small circuit in SP1's own form: it commits the five public inputs, and divides in the extension field, for which its hints call the
// inverses in koalabear_inverse.c.
var operations = []sp1.Constraint{
	{Opcode: "WitnessV", Args: [][]string{{"key"}, {"0"}}},
	{Opcode: "WitnessV", Args: [][]string{{"digest"}, {"1"}}},
	{Opcode: "WitnessV", Args: [][]string{{"exit"}, {"2"}}},
	{Opcode: "WitnessV", Args: [][]string{{"root"}, {"3"}}},
	{Opcode: "WitnessV", Args: [][]string{{"nonce"}, {"4"}}},
	{Opcode: "CommitVkeyHash", Args: [][]string{{"key"}}},
	{Opcode: "CommitCommitedValuesDigest", Args: [][]string{{"digest"}}},
	{Opcode: "CommitExitCode", Args: [][]string{{"exit"}}},
	{Opcode: "CommitVkRoot", Args: [][]string{{"root"}}},
	{Opcode: "CommitProofNonce", Args: [][]string{{"nonce"}}},
	{Opcode: "WitnessE", Args: [][]string{{"a"}, {"0"}}},
	{Opcode: "InvE", Args: [][]string{{"b"}, {"a"}}},
	{Opcode: "MulE", Args: [][]string{{"c"}, {"a"}, {"b"}}},
	{Opcode: "ImmE", Args: [][]string{{"one"}, {"1", "0", "0", "0"}}},
	{Opcode: "AssertEqE", Args: [][]string{{"c"}, {"one"}}},
}

func witnessOf(publicInputs ...string) sp1.WitnessInput {
	return sp1.WitnessInput{
		Vars:                  publicInputs,
		Felts:                 []string{},
		Exts:                  [][]string{{"7", "11", "13", "2130706432"}},
		VkeyHash:              publicInputs[0],
		CommittedValuesDigest: publicInputs[1],
		ExitCode:              publicInputs[2],
		VkRoot:                publicInputs[3],
		ProofNonce:            publicInputs[4],
	}
}

func put(t *testing.T, path string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, args ...string) {
	t.Helper()
	if err := run(args); err != nil {
		t.Fatal(args, err)
	}
}

func refused(t *testing.T, why string, args ...string) {
	t.Helper()
	if err := run(args); err == nil || !strings.Contains(err.Error(), why) {
		t.Fatalf("%v: %v, expected %q", args, err, why)
	}
}

func TestStages(t *testing.T) {
	dir := t.TempDir()
	files := folder(dir)
	witness := files.path("witness.json")
	refused(t, "no witness", "compile", dir)
	put(t, files.path(constraintsFile), operations)
	put(t, files.path(sampleWitnessFile), witnessOf("1", "2", "0", "3", "0"))
	refused(t, "earlier stage", "setup", dir)
	must(t, "compile", dir)
	must(t, "setup", dir)

	put(t, witness, witnessOf("123", "456", "0", "789", "5"))
	must(t, "prove", dir, witness)
	var proof struct {
		PublicInputs []string
		EncodedProof string
	}
	text, err := os.ReadFile(files.path(proofFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &proof); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(proof.PublicInputs, " "); got != "123 456 0 789 5" {
		t.Fatalf("public inputs %s", got)
	}
	// Exit code, root, nonce and eight words, in hex: a proof of SP1's without its selector.
	if len(proof.EncodedProof) != 11*64 {
		t.Fatalf("a proof of %d digits", len(proof.EncodedProof))
	}

	before, err := os.Stat(files.path(verificationKeyFile))
	if err != nil {
		t.Fatal(err)
	}
	must(t, "setup", dir)
	after, err := os.Stat(files.path(verificationKeyFile))
	if err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Fatal("a key that is there was made again")
	}
}

func TestWitnessThatDoesNotFit(t *testing.T) {
	dir := t.TempDir()
	files := folder(dir)
	put(t, files.path(constraintsFile), operations)
	put(t, files.path(sampleWitnessFile), witnessOf("1", "2", "0", "3", "0"))
	must(t, "compile", dir)
	must(t, "setup", dir)
	wrong := witnessOf("1", "2", "0", "3", "0")
	wrong.VkeyHash = "9"
	put(t, files.path("wrong.json"), wrong)
	refused(t, "does not satisfy", "prove", dir, files.path("wrong.json"))
	if err := os.WriteFile(files.path("none.json"), []byte("no JSON"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "is no witness", "prove", dir, files.path("none.json"))
	if err := os.Truncate(files.path(circuitFile), 100); err != nil {
		t.Fatal(err)
	}
	refused(t, "delete it", "prove", dir, files.path("wrong.json"))
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"compile"}, {"compile", "a", "b"}, {"prove", "a"}, {"other", "a"}} {
		refused(t, "usage", args...)
	}
}
