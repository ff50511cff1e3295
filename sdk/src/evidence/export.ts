/** Makes evidence bundles. */
import type { Deployment } from "../core/deployment.js";
import { getDeployment } from "../core/deployment.js";
import type { ColophonClient } from "../core/types.js";
import type { SignedDeliveryReceipt } from "../delivery/client.js";
import { type Hex, toHex } from "../formats/bytes.js";
import { sha256 } from "../formats/hash.js";
import { messageToJson } from "../formats/message-json.js";
import { readRunManifest } from "../formats/run-manifest.js";
import { termsBytes, termsTemplates } from "../formats/terms.js";
import { findRun } from "../proofs/find-run.js";
import { encodeAdherenceValues } from "../proofs/public-values.js";
import { type ArchiveFile, writeArchive } from "./archive.js";
import { ChainReader } from "./chain-reader.js";
import { EVENT_ABIS, type EvidenceEvent, eventsFormat, roleOfEvent } from "./events.js";
import { licenseSubject, versionSubject } from "./findings.js";
import { type Gathered, gather } from "./gather.js";
import {
  type EvidenceFile,
  type EvidenceIndex,
  type EvidencePart,
  type EvidenceRole,
  type EvidenceSigner,
  INDEX_PATH,
  indexBytes,
  SIGNATURE_PATH,
  signIndex,
} from "./index-file.js";
import { type EvidenceLog, logPartOf, type OpenedLog, openEvidenceLog } from "./log-part.js";
import { deliveryFormat, logFormat, proofFormat } from "./part-formats.js";
import { within } from "./refusal.js";
import { type EvidenceReport, verifyEvidence } from "./verify.js";
import { witnessFormat } from "./witness.js";

/** What only somebody else than the chain has; each is optional, and named as absent where it is not given. */
export interface EvidenceParts {
  /** Canonical bytes of the run manifest. */
  runManifest?: Uint8Array | undefined;
  /** The proof, where its transaction does not show it. */
  proof?: Hex | undefined;
  /** The compute receipt: JSON of the DSSE envelope. */
  computeReceipt?: Uint8Array | undefined;
  /** The enclave's evidence: the bytes whose SHA-256 was registered. */
  attestation?: Uint8Array | undefined;
  /** Canonical bytes of manifests of the licensed versions, in any order; others are passed over. */
  manifests?: readonly Uint8Array[] | undefined;
  /** Canonical bytes of terms documents, in any order; the templates are known. */
  terms?: readonly Uint8Array[] | undefined;
  /** Delivery receipts, at most one of a license. */
  deliveries?: readonly Pick<SignedDeliveryReceipt, "receipt" | "signature" | "provider">[] | undefined;
  /** Logs of the licenses' providers. */
  logs?: readonly EvidenceLog[] | undefined;
  /** Why something is not given, in words. */
  reasons?: Partial<Record<EvidenceRole, string>> | undefined;
}

/** What is exported, and by whom. */
export interface ExportEvidenceParameters extends EvidenceParts {
  recordId: bigint;
  signer: EvidenceSigner;
  deployment?: Deployment | undefined;
  /** Block whose state is proven; the latest unless told. Its node must still have its state. */
  block?: bigint | undefined;
  /** Where to start looking for events; the first block of the deployment unless told. */
  fromBlock?: bigint | undefined;
}

/** A bundle, and what its verifier says of it. */
export interface ExportedEvidence {
  archive: Uint8Array;
  report: EvidenceReport;
}

const UNGIVEN: Readonly<Record<EvidenceRole, string>> = {
  record: "no event of the record was found",
  license: "no event of its sale was found",
  payments: "the chain shows none up to the bundle's block",
  revocations: "the chain shows none up to the bundle's block",
  "chain-state": "the state was not read",
  proof: "the transaction does not show it, and it was not given",
  "run-manifest": "the runner's, and not given",
  "compute-receipt": "not given, or the run names none",
  attestation: "not given, or the run names no receipt",
  "delivery-receipt": "the licensee's, and not given",
  manifest: "not given",
  terms: "not given, and none of the templates",
  "log-inclusion": "the provider's log was not read, or says nothing of it",
};

/**
 * Makes the bundle of a recorded run, and verifies it. The same inputs at the same block give the same bytes.
 * @throws EvidenceRefused when a part does not belong to the run, or the chain's headers or receipts have a form that nobody can
 * prove with; ColophonError when the node does not answer, or does not serve eth_getProof
 */
export async function exportEvidence(
  client: ColophonClient,
  { recordId, signer, deployment, block, fromBlock, ...parts }: ExportEvidenceParameters,
): Promise<ExportedEvidence> {
  const where = deployment ?? getDeployment(client.chain?.id ?? 0);
  const contracts = contractsOf(where);
  const chain = await ChainReader.open(client, contracts, block);
  const opened = await Promise.all((parts.logs ?? []).map(openEvidenceLog));
  const names = opened.map(({ name }) => name);
  const start = fromBlock ?? firstBlock(where);
  const gathered = await gather(chain, { recordId, contracts, fromBlock: start, logs: names });
  const shelf = new Shelf(parts.reasons ?? {});
  shelveEvents(shelf, gathered);
  await shelveRun(shelf, { client, deployment: where, gathered, parts });
  shelveDocuments(shelf, gathered, parts);
  await shelveLogs(shelf, gathered, opened);
  shelf.put({ role: "chain-state" }, "chain/state.json", witnessFormat.write(await chain.witness()));

  const { hash, number, timestamp } = chain.block as { hash: Hex; number: Hex; timestamp?: Hex };
  const index: EvidenceIndex = {
    format: "colophon-evidence-bundle",
    formatVersion: 1,
    ...{ chainId: where.chainId, recordId: String(recordId) },
    block: { number: Number(number), hash, timestamp: Number(timestamp) },
    contracts: [...contracts].map(([name, address]) => ({ name, address })),
    signer: { algorithm: "secp256k1", publicKey: signer.publicKey },
    ...shelf.contents(),
  };
  const bytes = within("index", INDEX_PATH, () => indexBytes(index));
  const signature = await signIndex(index, bytes, signer);
  const archive = writeArchive([
    { path: INDEX_PATH, bytes },
    { path: SIGNATURE_PATH, bytes: signature },
    ...shelf.files(),
  ]);
  return { archive, report: await verifyEvidence(archive, { deployment: where }) };
}

/** Contracts that evidence is about, ascending by name. */
function contractsOf({ contracts }: Deployment): ReadonlyMap<string, Hex> {
  const names = [...Object.keys(EVENT_ABIS), "TermsRegistry"].filter((name) => contracts[name]).sort();
  return new Map(names.map((name) => [name, contracts[name]?.address.toLowerCase() as Hex]));
}

const firstBlock = ({ contracts }: Deployment): bigint =>
  BigInt(Math.min(...Object.values(contracts).map(({ block = 0 }) => block)));

/** The files of a bundle in the making. */
class Shelf {
  private readonly shelved = new Map<string, EvidenceFile & { bytes: Uint8Array }>();
  private readonly missing: (EvidencePart & { reason: string })[] = [];

  constructor(private readonly reasons: Partial<Record<EvidenceRole, string>>) {}

  put(part: EvidencePart, path: string, bytes: Uint8Array, mediaType = "application/json"): void {
    const digest = toHex(sha256(bytes));
    this.shelved.set(path, { ...part, path, mediaType, sha256: digest, size: bytes.length, bytes });
  }

  /** The part where there is one, else why not. */
  putOr(part: EvidencePart, path: string, bytes: Uint8Array | undefined, mediaType?: string): void {
    if (bytes) this.put(part, path, bytes, mediaType);
    else this.missing.push({ ...part, reason: this.reasons[part.role] ?? UNGIVEN[part.role] });
  }

  private sorted() {
    return [...this.shelved.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  contents(): Pick<EvidenceIndex, "files" | "absent"> {
    return { files: this.sorted().map(({ bytes: _, ...file }) => file), absent: this.missing };
  }

  files(): ArchiveFile[] {
    return this.sorted().map(({ path, bytes }) => ({ path, bytes }));
  }
}

function shelveEvents(shelf: Shelf, { events, facts }: Gathered): void {
  const file = (own: readonly EvidenceEvent[]) =>
    own.length === 0
      ? undefined
      : eventsFormat.write({ format: "colophon-evidence-events", formatVersion: 1, events: [...own] });
  const ofRole = (role: EvidenceRole) => events.filter((event) => roleOfEvent(event) === role);
  for (const role of ["record", "payments", "revocations"] as const) {
    shelf.putOr({ role }, `events/${role}.json`, file(ofRole(role)));
  }
  for (const { licenseId, offerId } of facts.licenses) {
    const own = ofRole("license").filter(
      ({ args }) => args.licenseId === String(licenseId) || (args.licenseId === undefined && args.offerId === offerId),
    );
    shelf.putOr({ role: "license", of: licenseSubject(licenseId) }, `events/license-${licenseId}.json`, file(own));
  }
}

interface RunParts {
  client: ColophonClient;
  deployment: Deployment;
  gathered: Gathered;
  parts: EvidenceParts;
}

async function shelveRun(shelf: Shelf, { client, deployment, gathered, parts }: RunParts): Promise<void> {
  const { values, proof: shown } = await findRun(client, { recordId: gathered.run.recordId, deployment });
  const proof = parts.proof ?? shown;
  const made = proof && {
    ...({ format: "colophon-evidence-proof", formatVersion: 1 } as const),
    ...{ publicValues: encodeAdherenceValues(values), proof: proof.toLowerCase() as Hex },
  };
  shelf.putOr({ role: "proof" }, "run/proof.json", made && proofFormat.write(made));
  const { runManifest, computeReceipt, attestation } = parts;
  if (runManifest) within("run-manifest", undefined, () => readRunManifest(runManifest));
  shelf.putOr({ role: "run-manifest" }, "run/manifest.json", runManifest);
  const dsse = "application/vnd.dsse.envelope.v1+json";
  shelf.putOr({ role: "compute-receipt" }, "run/receipt.dsse.json", computeReceipt, dsse);
  shelf.putOr({ role: "attestation" }, "run/attestation", attestation, "application/octet-stream");
}

function shelveDocuments(shelf: Shelf, { facts }: Gathered, parts: EvidenceParts): void {
  const byHash = (documents: readonly Uint8Array[] = []) =>
    new Map(documents.map((bytes) => [toHex(sha256(bytes)), bytes] as const));
  const manifests = byHash(parts.manifests);
  for (const version of facts.versions) {
    const path = `manifests/dataset-${version.datasetId}-version-${version.version}.json`;
    shelf.putOr({ role: "manifest", of: versionSubject(version) }, path, manifests.get(version.manifestHash));
  }
  const terms = byHash([
    ...Object.values(termsTemplates).map((template) => termsBytes(template)),
    ...(parts.terms ?? []),
  ]);
  for (const { licenseId, termsDocumentHash } of facts.licenses) {
    const of = licenseSubject(licenseId);
    shelf.putOr({ role: "terms", of }, `terms/license-${licenseId}.json`, terms.get(termsDocumentHash));
    const delivery = parts.deliveries?.find(({ receipt }) => receipt.licenseId === licenseId);
    const part = delivery && {
      ...({ format: "colophon-evidence-delivery", formatVersion: 1 } as const),
      message: messageToJson(delivery.receipt),
      signature: delivery.signature.toLowerCase() as Hex,
      signer: delivery.provider.toLowerCase() as Hex,
    };
    const bytes = part && deliveryFormat.write(part);
    shelf.putOr({ role: "delivery-receipt", of }, `deliveries/license-${licenseId}.json`, bytes);
  }
}

async function shelveLogs(shelf: Shelf, { facts }: Gathered, logs: readonly OpenedLog[]): Promise<void> {
  for (const license of facts.licenses) {
    const log = logs.find(({ name }) => name.provider === license.provider);
    const part = log && (await logPartOf(log, license, facts));
    const path = `log/license-${license.licenseId}.json`;
    const of = licenseSubject(license.licenseId);
    shelf.putOr({ role: "log-inclusion", of }, path, part && logFormat.write(part));
  }
}
