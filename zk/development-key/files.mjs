// The files at both ends: the scenario's input, and what is committed of a proof. Needs the build (`npm run build`).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = resolve(here, "../..");

/** Name of the circuit with the development key, as its verifier says it. */
export const VERSION = "v6.1.0-development";

const json = (/** @type {unknown} */ value) => `${JSON.stringify(value, null, 2)}\n`;

/** Writes the scenario's run, as the guest reads it. @param {string} dir */
export async function writeInput(dir) {
  const { scenarioEvidence, scenarioDocument } = await import("../../tools/dist/scenario/index.js");
  const evidence = await scenarioEvidence();
  const committed = readFileSync(join(here, "scenario.json"), "utf8");
  if (committed !== json(scenarioDocument(evidence))) {
    throw new Error(
      "The scenario is not the committed one (zk/development-key/scenario.json). If it was changed on purpose, write that file " +
        "first: node tools/dist/scenario/main.js DIR.",
    );
  }
  writeFileSync(join(dir, "run.input"), evidence.input);
}

/**
 * A proof as SP1's verifiers take it, from what the stage `prove` left.
 * @param {{ key: Uint8Array, encodedProof: string, vkey: string, publicValues: string }} parts key: in gnark's form; encodedProof: hex
 *   without the selector; vkey: the program's
 */
export function proofDocument({ key, encodedProof, vkey, publicValues }) {
  const verifierHash = createHash("sha256").update(key).digest("hex");
  return {
    about: "A real proof of the fixed scenario under a key that one party made: no security, for local chains alone.",
    circuit: VERSION,
    verifierHash: `0x${verifierHash}`,
    vkey,
    publicValues,
    proof: `0x${verifierHash.slice(0, 8)}${encodedProof}`,
  };
}

/** Checks the proof without a chain, then writes key, proof and the key's numbers for Solidity. @param {string} dir */
export async function writeResults(dir) {
  const { SP1_GROTH16_V6_1_0, verifySp1Groth16 } = await import("@colophon-protocol/sdk/proofs");
  const key = readFileSync(join(dir, "groth16_vk.bin"));
  const { encodedProof } = JSON.parse(readFileSync(join(dir, "groth16.json"), "utf8"));
  const { publicValues } = JSON.parse(readFileSync(join(here, "scenario.json"), "utf8"));
  const { programs } = JSON.parse(readFileSync(join(root, "zk/elf/programs.json"), "utf8"));
  const document = proofDocument({ key, encodedProof, vkey: programs.adherence.vkey, publicValues });
  verifySp1Groth16({ ...document, verifier: { version: VERSION, key, vkRoot: SP1_GROTH16_V6_1_0.vkRoot } });
  copyFileSync(join(dir, "groth16_vk.bin"), join(here, "groth16_vk.bin"));
  writeNumbers(join(here, "groth16_vk.bin"), join(root, "contracts/proofs/verifier/DevelopmentKey.sol"));
  writeFileSync(join(here, "proof.json"), json(document));
  writeFileSync(join(dir, "written"), `${document.verifierHash}\n`);
  console.log(
    "Written: groth16_vk.bin and proof.json beside this program, contracts/proofs/verifier/DevelopmentKey.sol.",
  );
}

/** @param {string} key @param {string} contract files */
function writeNumbers(key, contract) {
  const args = ["run", ".", "-key", key, "-numbers", "-name", "DevelopmentKey", "-out", contract];
  const { status, error } = spawnSync("go", args, { cwd: join(root, "tools/sp1-verifier"), stdio: "inherit" });
  if (error || status !== 0)
    throw new Error(`tools/sp1-verifier did not write ${contract}: ${error?.message ?? status}`);
}
