/** The verifier contract and the SDK give one verdict on each proof, real or changed. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { sp1VerifierV6Abi } from "@colophon-protocol/contracts";
import { type Address, bytesToHex, createClient, type Hex, hexToBytes, http, publicActions, walletActions } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error plain JavaScript, build-time only
import { MNEMONIC, startAnvil } from "../../../tools/testing/index.mjs";
import { Sp1ProofRefused, verifySp1Groth16 } from "../../src/proofs/index.js";
import { externalJson, hasExternal } from "../formats/vectors.js";

const ARTIFACT = resolve(import.meta.dirname, "../../../out/Sp1VerifierV6.sol/Sp1VerifierV6.json");

let chain: Awaited<ReturnType<typeof startAnvil>>;
let client: ReturnType<typeof clientOf>;
let address: Address;

function clientOf(url: string) {
  const account = mnemonicToAccount(MNEMONIC);
  return createClient({ account, chain: foundry, transport: http(url), pollingInterval: 20 })
    .extend(publicActions)
    .extend(walletActions);
}

beforeAll(async () => {
  chain = await startAnvil();
  client = clientOf(chain.url);
  const { bytecode } = JSON.parse(readFileSync(ARTIFACT, "utf8"));
  const hash = await client.deployContract({ abi: sp1VerifierV6Abi, bytecode: bytecode.object });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  address = contractAddress as Address;
});
afterAll(() => chain?.child.stop());

interface Proof {
  vkey: Hex;
  publicValues: Hex;
  proof: Hex;
}

const onChain = ({ vkey, publicValues, proof }: Proof) =>
  client
    .readContract({ address, abi: sp1VerifierV6Abi, functionName: "verifyProof", args: [vkey, publicValues, proof] })
    .then(
      () => "accepted",
      (error: Error) => /error:? (\w+)\(/i.exec(error.message)?.[1] ?? error.message,
    );

function offChain(proof: Proof): string {
  try {
    verifySp1Groth16(proof);
    return "accepted";
  } catch (error) {
    if (!(error instanceof Sp1ProofRefused)) throw error;
    return error.code;
  }
}

/** What the contract reverts with where the SDK refuses with a code. */
const REVERTS: Record<string, string> = {
  accepted: "accepted",
  length: "Sp1Verifier_WrongLength",
  selector: "Sp1Verifier_WrongSelector",
  "exit-code": "Sp1Verifier_ProgramFailed",
  "vk-root": "Sp1Verifier_WrongVkRoot",
  field: "PublicInputNotInField",
  point: "ProofInvalid",
  pairing: "ProofInvalid",
};

/** One bit of one part turned. */
function flip(proof: Proof, part: keyof Proof, byte: number, bit = 0): Proof {
  const bytes = hexToBytes(proof[part]);
  bytes[byte] = (bytes[byte] as number) ^ (1 << bit);
  return { ...proof, [part]: bytesToHex(bytes) };
}

describe.runIf(hasExternal("sp1"))("the verifier on chain and in the SDK", () => {
  it("agree on published proofs, and on one changed bit in each part", async () => {
    const names = ["v6.1.0-groth16-fibonacci", "v6.1.0-groth16-128-byte-values"];
    const published: Proof[] = names.map((name) => externalJson(`sp1/${name}.json`));
    const foreign: Proof[] = ["v6.0.0-groth16-fibonacci", "v6.0.0-plonk-fibonacci"].map((name) =>
      externalJson(`sp1/${name}.json`),
    );
    const [first] = published as [Proof, Proof];
    // Every word of the proof at its lowest and at its highest bit, and the selector.
    const words = Array.from({ length: 11 }, (_, i) => [
      flip(first, "proof", 35 + i * 32),
      flip(first, "proof", 4 + i * 32, 7),
    ]);
    const changed = [
      ...words.flat(),
      flip(first, "proof", 2),
      flip(first, "vkey", 31),
      flip(first, "vkey", 0, 7),
      flip(first, "publicValues", 0),
    ];
    const verdicts = new Map<string, number>();
    for (const proof of [...published, ...foreign, ...changed]) {
      const verdict = offChain(proof);
      expect(await onChain(proof), verdict).toBe(REVERTS[verdict]);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    expect(verdicts.get("accepted")).toBe(2);
    expect([...verdicts.keys()].sort()).toEqual(Object.keys(REVERTS).sort());
  });
});
