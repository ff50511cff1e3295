// Proofs, as they come about: a run recorded by the mock verifier, a job's receipt by a simulated enclave, an anchored log.
import {
  anchorLogSync,
  licenseSetHashOnChain,
  logOriginHash,
  openLogSync,
  proofProgramOf,
  publishEnclavePolicySync,
  receiptLicensesHash,
  recordComputeReceiptSync,
  registerEnclaveSignerSync,
  resolveAddress,
  revokeEnclaveSignerSync,
  signCheckpoint,
  signComputeReceipt,
  submitProofSync,
} from "@colophon-protocol/sdk";
import { MerkleTree, toHex } from "@colophon-protocol/sdk/formats";
import { encodeAdherenceValues } from "@colophon-protocol/sdk/proofs";
import { concat, type Hex, keccak256, sha256, stringToBytes, stringToHex, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { actor, type World } from "./history.js";
import { WHO } from "./market.js";

const ADHERENCE = 1;
const TRAIN = 2;
export const ORIGIN = "provider.example/log";
export const enclave = privateKeyToAccount(keccak256(stringToBytes("a key in an enclave")));

const hash = (text: string): Hex => keccak256(stringToBytes(text));
const present = async (world: World) =>
  Number((await actor(world, WHO.keeper).client.getBlock({ blockTag: "latest" })).timestamp);

/** The license's holder records a run that used it; the local chain's mock verifier takes the proof. */
export async function recordRun(world: World, licenseId: bigint, datasetId: bigint) {
  const { client, address } = actor(world, WHO.buyer);
  const { deployment } = world;
  const runStart = await present(world);
  const entries = [{ licenseId, datasetId, version: 1, uses: TRAIN }];
  const values = {
    statementVersion: 1,
    runManifestHash: hash("run manifest"),
    licenseSetHash: await licenseSetHashOnChain(client, { deployment, entries, runStart }),
    entries: 12n,
    distinctEntries: 8n,
    runner: address,
    runStart,
    runEnd: runStart,
    attestationDigest: zeroHash,
    chainId: 31337n,
    registry: resolveAddress(client, "DatasetRegistry", { deployment }),
  };
  const publicValues = encodeAdherenceValues(values);
  const { vkey } = await proofProgramOf(client, { deployment, program: ADHERENCE });
  const mock = sha256(stringToHex("colophon mock verifier")).slice(0, 10) as Hex;
  const proof = concat([mock, sha256(concat([vkey, publicValues]))]);
  const { recordId } = await submitProofSync(client, { deployment, program: ADHERENCE, entries, publicValues, proof });
  return { recordId, values, mock };
}

/** A simulated enclave's key is registered, signs a receipt under the license, and is revoked. */
export async function recordReceipt(world: World, licenseId: bigint) {
  const { deployment } = world;
  const { client, address: runner } = actor(world, WHO.buyer);
  const policy = {
    platform: "simulated",
    rootHash: hash("root"),
    minimumTcb: 0n,
    simulated: true,
    debugForbidden: false,
    measurements: [hash("measurement")],
    deniedAdvisories: [],
  };
  const { policy: id } = await publishEnclavePolicySync(client, { deployment, ...policy });
  const startedAt = await present(world);
  const evidence = {
    measurement: hash("measurement"),
    evidenceHash: hash("evidence"),
    tcb: 0n,
    debug: false,
    advisories: [],
    expiresAt: startedAt + 86_400,
  };
  await registerEnclaveSignerSync(client, { deployment, policy, signer: enclave.address, evidence });
  const endedAt = await present(world);
  const receipt = {
    policy: id,
    jobManifestHash: hash("job"),
    inputsHash: hash("inputs"),
    outputsHash: hash("outputs"),
    runManifestHash: hash("run manifest"),
    evidenceHash: evidence.evidenceHash,
    licensesHash: receiptLicensesHash([licenseId]),
    signer: enclave.address,
    runner,
    startedAt: endedAt,
    endedAt,
  };
  const signature = await signComputeReceipt(client, { deployment, account: enclave, message: receipt });
  const { receiptId } = await recordComputeReceiptSync(client, {
    deployment,
    receipt,
    signature,
    licenses: [licenseId],
  });
  const signer = { policy: id, signer: enclave.address, reasonHash: hash("it leaked") };
  await revokeEnclaveSignerSync(client, { deployment, ...signer });
  return { policy: id, receiptId };
}

/** The provider's log is opened with five entries and extended to twelve. */
export async function anchorLog(world: World) {
  const { deployment } = world;
  const { client, address: provider } = actor(world, WHO.provider);
  const leaves = Array.from({ length: 12 }, (_, i) => Buffer.from(hash(`entry ${i}`).slice(2), "hex"));
  const tree = MerkleTree.from(leaves);
  const signed = async (size: number) => {
    const root = toHex(tree.root(size));
    const head = {
      provider,
      originHash: logOriginHash(ORIGIN),
      size: BigInt(size),
      root,
      signedAt: await present(world),
    };
    return { head, signer: provider, signature: await signCheckpoint(client, { deployment, message: head }) };
  };
  await openLogSync(client, { deployment, origin: ORIGIN, ...(await signed(5)) });
  const proof = tree.consistencyProof(5).map((node) => toHex(node));
  const last = await signed(12);
  await anchorLogSync(client, { deployment, ...last, proof });
  return { provider, head: last.head, firstRoot: toHex(tree.root(5)) };
}
