// Command sp1-verifier writes the Solidity that belongs to a Groth16 verification key of SP1: gnark's own verifier, or the numbers
// alone, for the check in Sp1VerifierBase.
//
// The verifier's code is that of gnark's template, so that the arithmetic is gnark's. The numbers are read from what that template makes of
// the key, so that they are gnark's too.
//
//	go run . -key groth16_vk-v6.1.0.bin [-out file.sol]                            gnark's contract Sp1Groth16Verifier
//	go run . -key groth16_vk-v6.1.0.bin -numbers -name Sp1KeyV6 [-out file.sol]    the contract Sp1KeyV6 with the key's numbers
package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"os"
	"regexp"
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
	numbers := flag.Bool("numbers", false, "write the key's numbers alone")
	out := flag.String("out", "", "file to write (default: standard output)")
	flag.Parse()
	logger.Disable()
	write := verifierContract
	if *numbers {
		write = keyContract
	}
	if err := run(*keyFile, *name, *out, write); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// writer turns gnark's template, filled in, into a contract of this name; hash is the key's.
type writer func(template, name string, hash [sha256.Size]byte) (string, error)

func run(keyFile, name, out string, write writer) error {
	raw, err := os.ReadFile(keyFile)
	if err != nil {
		return fmt.Errorf("the key cannot be read (name its file with -key): %w", err)
	}
	text, err := generate(raw, name, write)
	if err != nil {
		return fmt.Errorf("%s: %w", keyFile, err)
	}
	if out == "" {
		_, err = os.Stdout.WriteString(text)
		return err
	}
	return os.WriteFile(out, []byte(text), 0o644)
}

func generate(raw []byte, name string, write writer) (string, error) {
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
	return write(strings.TrimSpace(template.String())+"\n", name, sha256.Sum256(raw))
}

func verifierContract(template, name string, hash [sha256.Size]byte) (string, error) {
	if !strings.HasPrefix(template, license) || strings.Count(template, templateName) != 1 {
		return "", errors.New("gnark's template changed: it should begin with its license and hold one contract Verifier")
	}
	text := license + origin(hash) + template[len(license):]
	return strings.Replace(text, templateName, "contract "+name+" {", 1), nil
}

func origin(hash [sha256.Size]byte) string {
	return fmt.Sprintf("// Written by tools/sp1-verifier from the key with SHA-256 %x. Do not edit.\n", hash)
}

// number of the key in gnark's template: `uint256 constant ALPHA_X = 123;`.
var number = regexp.MustCompile(`uint256 constant (\w+) = (\d+);`)

// place of a number in the memory that Sp1VerifierBase checks a proof in.
type place struct {
	offset int
	name   string
}

// places, as Sp1VerifierBase lays them out. PUB_2 is missing because the exit code is zero, PUB_3 because what its input adds never varies.
var places = []place{
	{0x80, "PUB_0_X"}, {0xa0, "PUB_0_Y"},
	{0x100, "DELTA_NEG_X_1"}, {0x120, "DELTA_NEG_X_0"}, {0x140, "DELTA_NEG_Y_1"}, {0x160, "DELTA_NEG_Y_0"},
	{0x180, "ALPHA_X"}, {0x1a0, "ALPHA_Y"},
	{0x1c0, "BETA_NEG_X_1"}, {0x1e0, "BETA_NEG_X_0"}, {0x200, "BETA_NEG_Y_1"}, {0x220, "BETA_NEG_Y_0"},
	{0x280, "GAMMA_NEG_X_1"}, {0x2a0, "GAMMA_NEG_X_0"}, {0x2c0, "GAMMA_NEG_Y_1"}, {0x2e0, "GAMMA_NEG_Y_0"},
	{0x300, "PUB_1_X"}, {0x320, "PUB_1_Y"},
	{0x360, "PUB_4_X"}, {0x380, "PUB_4_Y"},
}

func keyContract(template, name string, hash [sha256.Size]byte) (string, error) {
	numbers := map[string]string{}
	for _, found := range number.FindAllStringSubmatch(template, -1) {
		if value, ok := new(big.Int).SetString(found[2], 10); ok {
			numbers[found[1]] = fmt.Sprintf("%#066x", value)
		}
	}
	var missing []string
	take := func(name string) string {
		if numbers[name] == "" {
			missing = append(missing, name)
		}
		return numbers[name]
	}
	var words strings.Builder
	for _, each := range places {
		fmt.Fprintf(&words, "            mstore(add(f, %#x), %s)\n", each.offset, take(each.name))
	}
	text := strings.NewReplacer(
		"{ORIGIN}", origin(hash), "{PRAGMA}", pragma, "{NAME}", name, "{HASH}", fmt.Sprintf("%x", hash), "{WORDS}", words.String(),
		"{CONSTANT_X}", take("CONSTANT_X"), "{CONSTANT_Y}", take("CONSTANT_Y"), "{PUB_3_X}", take("PUB_3_X"), "{PUB_3_Y}", take("PUB_3_Y"),
	).Replace(license + keyTemplate)
	if len(missing) > 0 {
		return "", fmt.Errorf("gnark's template changed: it does not hold %s", strings.Join(missing, ", "))
	}
	return text, nil
}

const keyTemplate = `{ORIGIN}pragma solidity {PRAGMA};

import { Sp1VerifierBase } from "./Sp1VerifierBase.sol";

/// @title The numbers of one Groth16 key of SP1's circuit
abstract contract {NAME} is Sp1VerifierBase {
    /// @inheritdoc Sp1VerifierBase
    function _verifierHash() internal pure virtual override returns (bytes32) {
        return 0x{HASH};
    }

    /// @inheritdoc Sp1VerifierBase
    function _fixedPoints() internal pure override returns (uint256, uint256, uint256, uint256) {
        return (
            {CONSTANT_X},
            {CONSTANT_Y},
            {PUB_3_X},
            {PUB_3_Y}
        );
    }

    /// @inheritdoc Sp1VerifierBase
    function _writeKey(uint256 f) internal pure override {
        assembly ("memory-safe") {
{WORDS}        }
    }
}
`
