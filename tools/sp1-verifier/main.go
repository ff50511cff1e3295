// Command sp1-verifier writes the Solidity verifier that belongs to a Groth16 verification key of SP1.
//
// The code is that of gnark's template, so that the arithmetic is gnark's; the numbers are the key's.
//
//	go run . -key groth16_vk-v6.1.0.bin [-name Sp1Groth16Verifier] [-out file.sol]
package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/backend/groth16"
	"github.com/consensys/gnark/backend/solidity"
	"github.com/consensys/gnark/logger"
)

// publicInputs of SP1's wrap circuit since v6: program key, digest of the public values, exit code, root of the
// recursion keys, nonce.
const publicInputs = 5

// pragma is the compiler that foundry.toml pins.
const pragma = "0.8.37"

// What gnark's template begins with, and the name it gives to the contract.
const (
	license      = "// SPDX-License-Identifier: MIT\n"
	templateName = "contract Verifier {"
)

func main() {
	keyFile := flag.String("key", "", "verification key in gnark's binary form, as in the crate sp1-verifier")
	name := flag.String("name", "Sp1Groth16Verifier", "name of the contract")
	out := flag.String("out", "", "file to write (default: standard output)")
	flag.Parse()
	logger.Disable()
	if err := run(*keyFile, *name, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(keyFile, name, out string) error {
	raw, err := os.ReadFile(keyFile)
	if err != nil {
		return fmt.Errorf("the key cannot be read (name its file with -key): %w", err)
	}
	text, err := generate(raw, name)
	if err != nil {
		return fmt.Errorf("%s: %w", keyFile, err)
	}
	if out == "" {
		_, err = os.Stdout.WriteString(text)
		return err
	}
	return os.WriteFile(out, []byte(text), 0o644)
}

func generate(raw []byte, name string) (string, error) {
	key := groth16.NewVerifyingKey(ecc.BN254)
	read, err := key.ReadFrom(bytes.NewReader(raw))
	if err != nil {
		return "", fmt.Errorf("no Groth16 key over BN254 in gnark's form: %w", err)
	}
	if read != int64(len(raw)) {
		return "", fmt.Errorf("%d bytes, of which the key takes %d", len(raw), read)
	}
	if inputs := key.NbPublicWitness(); inputs != publicInputs {
		return "", fmt.Errorf("the key has %d public inputs, expected %d", inputs, publicInputs)
	}
	var template bytes.Buffer
	if err := key.ExportSolidity(&template, solidity.WithPragmaVersion(pragma)); err != nil {
		return "", err
	}
	text := strings.TrimSpace(template.String()) + "\n"
	if !strings.HasPrefix(text, license) || strings.Count(text, templateName) != 1 {
		return "", errors.New("gnark's template changed: it should begin with its license and hold one contract Verifier")
	}
	origin := fmt.Sprintf("// Written by tools/sp1-verifier from the key with SHA-256 %x. Do not edit.\n", sha256.Sum256(raw))
	text = license + origin + text[len(license):]
	return strings.Replace(text, templateName, "contract "+name+" {", 1), nil
}
