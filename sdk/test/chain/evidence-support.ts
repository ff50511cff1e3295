import { hashTypedData } from "viem";
import { mnemonicToAccount, sign } from "viem/accounts";
// @ts-expect-error plain JavaScript, build-time only
import { MNEMONIC } from "../../../tools/testing/index.mjs";
import {
  type ArchiveFile,
  accountSigner,
  type EvidenceIndex,
  type EvidenceParts,
  type EvidenceSigner,
  exportEvidence,
  readArchive,
  signIndex,
  writeArchive,
} from "../../src/evidence/index.js";
import {
  canonicalBytes,
  leafHash,
  type Message,
  root,
  runManifestBytes,
  runManifestHash,
  sha256,
  toHex,
  typedData,
  utf8,
} from "../../src/formats/index.js";
import { openLogSync, proofProgramOf, submitProofSync } from "../../src/index.js";
import {
  chainSigner,
  ed25519Signer,
  ed25519Verifier,
  formatEntries,
  type LogEvent,
  LogReader,
  logEntryText,
  openCheckpoint,
  signCheckpointNote,
} from "../../src/log/index.js";
import {
  adherenceInput,
  evidenceOfRun,
  executeAdherence,
  findAdherenceProgram,
  manifestOfRun,
  mockSp1Proof,
  runEntries,
  startRun,
} from "../../src/proofs/index.js";
import { contentOf, deliveryOf, type Hex, word } from "../proofs/run-support.js";
import { publishAndOffer, purchase, startWorld, type World } from "./support.js";

const CHUNKS = 8;
const ORIGIN = "provider.example/log";
const account = (addressIndex: number) => mnemonicToAccount(MNEMONIC, { addressIndex });
const [buyer, provider] = [account(2), account(3)];

/** Signs as one of the world's accounts; the licensee unless told. */
export function signerOf(addressIndex = 2): EvidenceSigner {
  const { publicKey, getHdKey } = account(addressIndex);
  const privateKey = `0x${Buffer.from(getHdKey().privateKey as Uint8Array).toString("hex")}` as const;
  return accountSigner({ publicKey, sign: ({ hash }) => sign({ hash, privateKey, to: "hex" }) });
}

/** UTF-8. */
export const bytesOfText = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A JSON file of a bundle. */
export function jsonIn(archive: Uint8Array, path: string): Record<string, unknown> {
  const file = readArchive(archive).find((each) => each.path === path);
  return JSON.parse(new TextDecoder().decode(file?.bytes));
}

type Change = (json: never) => unknown;

/** The bundle with some JSON files changed, its index made to fit and signed anew, as a forger would. */
export async function edited(
  archive: Uint8Array,
  changes: Record<string, Change>,
  signer = signerOf(),
): Promise<Uint8Array> {
  const [first, , ...rest] = readArchive(archive) as [ArchiveFile, ArchiveFile, ...ArchiveFile[]];
  const written = (path: string, json: unknown) =>
    canonicalBytes((changes[path] as Change)(structuredClone(json) as never));
  const files = rest.map(({ path, bytes }) => ({
    path,
    bytes: changes[path] ? written(path, jsonIn(archive, path)) : bytes,
  }));
  const kept = jsonIn(archive, first.path) as unknown as EvidenceIndex;
  const listed = kept.files.map((file, i) => {
    const { bytes } = files[i] as ArchiveFile;
    return { ...file, size: bytes.length, sha256: toHex(sha256(bytes)) };
  });
  const fitted = { ...kept, files: listed, signer: { ...kept.signer, publicKey: signer.publicKey } };
  const bytes = changes[first.path] ? written(first.path, fitted) : canonicalBytes(fitted);
  const index = JSON.parse(new TextDecoder().decode(bytes)) as EvidenceIndex;
  const signature = await signIndex(index, bytes, signer);
  return writeArchive([{ ...first, bytes }, { path: "bundle.dsse.json", bytes: signature }, ...files]);
}

/** A license bought and a run recorded under it, with the provider's receipt and log. */
export async function recordedWorld() {
  const world = await startWorld();
  const { deployment } = world;
  const { contentRoot } = contentOf(CHUNKS);
  const offer = await publishAndOffer(world, {}, undefined, { contentRoot });
  await world.mint(buyer.address, offer.price);
  const { licenseId } = await purchase(world, offer);
  await world.pass(60);
  const run = await startRun(world.buyer, {
    ...{ deployment, licenses: [{ licenseId }], purpose: "train", runner: buyer.address },
  });
  await world.pass(10);
  const delivered = deliveryOf(CHUNKS, [0, 3, 4], licenseId);
  const runEnd = Number((await world.buyer.getBlock()).timestamp);
  const salt = new Uint8Array(32).fill(1);
  const manifest = manifestOfRun(run, { deliveries: [delivered], runEnd, count: 2, salt });
  const { publicValues } = await executeAdherence(adherenceInput(evidenceOfRun(run, manifest, [delivered])));
  const { vkey } = await proofProgramOf(world.buyer, { deployment, program: 1 });
  const program = await findAdherenceProgram(world.buyer, { deployment, vkey });
  const submission = {
    program,
    entries: runEntries(run, manifest),
    publicValues,
    proof: mockSp1Proof(vkey, publicValues),
  };
  const { recordId, receipt } = await submitProofSync(world.buyer, { deployment, ...submission });
  const delivery = await deliveryReceipt(world, licenseId);
  const told: RunEvent = {
    ...{ type: "run", licenseId: String(licenseId), recordId: String(recordId), statement: "adherence", program },
    ...{ runManifestHash: runManifestHash(manifest), assurance: "mock" },
    ...{ block: Number(receipt.blockNumber), transactionHash: receipt.transactionHash },
  };
  const logOf = (run: RunEvent, origin: string) => anchoredLog(world, { licenseId, delivery, run, origin });
  const log = await logOf(told, ORIGIN);
  const parts: EvidenceParts = { runManifest: runManifestBytes(manifest), deliveries: [delivery], logs: [log] };
  return { world, recordId, licenseId, offer, vkey, manifest, parts, deployment, told, logOf };
}
export type RecordedWorld = Awaited<ReturnType<typeof recordedWorld>>;

/** Exports with all parts unless told otherwise. */
export const bundleOf = ({ world, recordId, parts, deployment }: RecordedWorld, change: object = {}) =>
  exportEvidence(world.owner, { recordId, deployment, signer: signerOf(), ...parts, ...change });

const domain = ({ deployment }: World) => ({
  chainId: deployment.chainId,
  licenseToken: deployment.contracts.LicenseToken?.address as `0x${string}`,
});

async function deliveryReceipt(world: World, licenseId: bigint) {
  const receipt: Message<"DeliveryReceipt"> = {
    ...{ licenseId, datasetId: 1n, version: 1, encoding: 1, encodingRoot: word("e0"), servedRoot: word("5e") },
    ...{ chunks: 3n, bytesServed: 3_000_000n, sequence: 1n, servedFrom: 1, servedUntil: 2, deadline: 4_000_000_000 },
  };
  const data = typedData("DeliveryReceipt", domain(world), receipt);
  const signature = await provider.signTypedData(data as never);
  return { receipt, signature, provider: provider.address, receiptHash: hashTypedData(data as never) };
}

type RunEvent = Extract<LogEvent, { type: "run" }>;

interface LogContents {
  licenseId: bigint;
  delivery: { receiptHash: Hex };
  /** What it says of the run. */
  run: RunEvent;
  origin: string;
}

/** A log of six entries, five of them about the license or its dataset, its head anchored. */
async function anchoredLog(world: World, { licenseId, delivery: { receiptHash }, run, origin }: LogContents) {
  const time = Number((await world.buyer.getBlock()).timestamp);
  const license = { licenseId: String(licenseId), datasetId: "1", version: 1 };
  const roots = { encodingRoot: word("e0"), contentRoot: contentOf(CHUNKS).contentRoot, manifestHash: word("3a") };
  const events: LogEvent[] = [
    { type: "ingest", datasetId: "1", version: 1, encoding: 1, ...roots },
    { type: "sale", ...license, licenseId: "999", encoding: 1 },
    { type: "sale", ...license, encoding: 1 },
    { type: "key-release", ...license, keyHash: word("4e"), node: 2, releasedAt: time, releaseHash: word("7e") },
    { type: "delivery", licenseId: license.licenseId, sequence: 1, receiptHash },
    run,
  ];
  const entries = events.map((event) => utf8(logEntryText(event, time)));
  const hashes = entries.map((entry) => leafHash(entry));
  const head = { origin, size: entries.length, root: root(hashes) };
  const key = ed25519Signer(origin, new Uint8Array(32).fill(7));
  const authority = { ...domain(world), provider: provider.address, signer: provider.address };
  const note = await signCheckpointNote(head, [key, chainSigner(origin, authority, provider, time)]);
  const { onChain } = await openCheckpoint(note, ed25519Verifier(key.verifierKey), authority);
  await openLogSync(world.provider, {
    deployment: world.deployment,
    origin,
    ...(onChain as NonNullable<typeof onChain>),
  });
  const answers: Record<string, Uint8Array> = {
    checkpoint: utf8(note),
    "tile/0/000.p/6": Buffer.concat(hashes),
    "tile/entries/000.p/6": formatEntries(entries),
  };
  const fetch: typeof globalThis.fetch = async (input) => {
    const found = answers[String(input).replace("https://log.example/", "")];
    return new Response((found ?? null) as BodyInit | null, { status: found ? 200 : 404 });
  };
  const { verifierKey } = key;
  const reader = new LogReader({ url: "https://log.example/", verifierKey, authority, fetch });
  return { reader, verifierKey, provider: provider.address };
}
