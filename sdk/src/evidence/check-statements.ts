/** Checks of what others signed: delivery receipts, the compute receipt, a provider's log. */
import { hashStruct, hashTypedData, recoverTypedDataAddress } from "viem";
import { logOriginHash } from "../actions/logs.js";
import { fromHex, type Hex, toHex, utf8 } from "../formats/bytes.js";
import { messageTypes } from "../formats/generated/eip712.js";
import { sha256 } from "../formats/hash.js";
import { messageFromJson } from "../formats/message-json.js";
import { leafHash, verifyConsistency, verifyInclusion } from "../formats/tree.js";
import { type Message, typedData } from "../formats/typed-data.js";
import { type LogHead, openCheckpoint } from "../log/checkpoint.js";
import { assuranceOfGrade, isAboutLicense } from "../log/entries.js";
import { ed25519Verifier } from "../log/note.js";
import { type InTotoStatement, verifyInToto } from "../provenance/in-toto.js";
import {
  COMPUTE_RECEIPT_TYPE,
  type ComputeReceiptPredicate,
  type JobOutput,
  jobInputsHash,
  jobManifestHash,
  jobOutputsHash,
} from "../provenance/job.js";
import { enclaveAddress } from "../provenance/simulated-enclave.js";
import type { LicenseFact, ReceiptFact } from "./facts.js";
import { type Case, licenseSubject } from "./findings.js";
import type { OpenedFile } from "./open.js";
import { deliveryFormat, type LogPart, logFormat } from "./part-formats.js";
import { demand, EvidenceRefused, within, withinAsync } from "./refusal.js";

const domainOf = ({ bundle }: Case) => ({
  chainId: bundle.index.chainId,
  licenseToken: bundle.addressOf("LicenseToken"),
});

/** Delivery receipts are the providers', of the licensed encodings. @throws EvidenceRefused `delivery-receipt` */
export async function checkDeliveries(examined: Case): Promise<void> {
  const { bundle, facts, findings } = examined;
  for (const license of facts.licenses) {
    const of = licenseSubject(license.licenseId);
    const file = bundle.part({ role: "delivery-receipt", of });
    if (file) await checkDelivery(examined, license, file);
    else findings.notChecked.push(`what was delivered under ${of}: there is no receipt in the bundle`);
  }
}

async function checkDelivery(examined: Case, license: LicenseFact, file: OpenedFile): Promise<void> {
  const code = "delivery-receipt";
  const { data, signature, signer } = await deliveryIn(examined, file);
  const { message } = data;
  const by = await recoverTypedDataAddress({ ...data, signature }).catch(() => undefined);
  demand(by?.toLowerCase() === signer, code, `the receipt is not signed by ${signer}.`, file.path);
  const { licenseId, datasetId, encoding, encodingRoot, chunks, bytesServed, sequence } = message;
  const of = licenseSubject(license.licenseId);
  demand(
    licenseId === license.licenseId && datasetId === license.datasetId,
    code,
    `the receipt is not of ${of}.`,
    file.path,
  );
  if (encoding === license.encoding && message.version === license.version) {
    const sameRoot = encodingRoot.toLowerCase() === license.encodingRoot;
    demand(sameRoot, code, "the receipt names another encoding root than the chain.", file.path);
  } else examined.findings.notChecked.push(`the root of encoding ${encoding}, which was delivered under ${of}`);
  if (signer !== license.provider) {
    examined.findings.assumed.push(`that ${signer} signed receipts for the provider ${license.provider}`);
  }
  const found = `${chunks} chunks, ${bytesServed} bytes, receipt ${sequence}`;
  examined.findings.holds(code, `a delivery under ${of} is acknowledged by its provider's signature`, found);
}

/** A delivery receipt, with its hash as logs name it. */
async function deliveryIn(examined: Case, file: OpenedFile) {
  const part = within("delivery-receipt", file.path, () => deliveryFormat.read(file.bytes));
  const message = within("delivery-receipt", file.path, () => messageFromJson("DeliveryReceipt", part.message));
  return { ...part, data: typedData("DeliveryReceipt", domainOf(examined), message) };
}

/** The compute receipt is the recorded one, and its evidence the one that it names. @throws EvidenceRefused `compute-receipt` */
export function checkComputeReceipt(examined: Case): void {
  const { bundle, run, facts, findings } = examined;
  const [file, evidence] = [bundle.part({ role: "compute-receipt" }), bundle.part({ role: "attestation" })];
  const code = "compute-receipt";
  const { receipt } = facts;
  if (!receipt || receipt.recordedAt === 0) {
    findings.notChecked.push("where the run took place: its record names no receipt that was recorded");
    demand(!file && !evidence, code, "it belongs to no recorded receipt.", (file ?? evidence)?.path);
    return;
  }
  const same = receipt.runManifestHash === run.runManifestHash && receipt.runner === run.runner && !receipt.revoked;
  demand(same, code, "the recorded receipt is of another run, or a ruling revoked it.");
  const message = recordedReceipt(examined);
  const id = hashStruct({ data: message, primaryType: "ComputeReceipt", types: messageTypes });
  demand(id === run.attestationDigest, code, "the recorded receipt is not the one that the proof names.");
  findings.holds(code, "a compute receipt of this run is recorded", `${id}, signed by ${receipt.signer}`);
  if (receipt.simulated)
    findings.notChecked.push("where the run took place: its receipt is of a simulated enclave, which proves nothing");
  if (evidence) {
    const hash = toHex(sha256(evidence.bytes));
    demand(
      hash === receipt.evidenceHash,
      code,
      `the evidence has the hash ${hash}, registered is ${receipt.evidenceHash}.`,
      evidence.path,
    );
    findings.holds(code, "the enclave's evidence is the one that was registered", hash);
    if (!receipt.simulated)
      findings.notChecked.push(
        "the evidence of the hardware itself: verify it with its maker's trust roots (docs/proofs.md, attestations)",
      );
  } else findings.notChecked.push("the enclave's evidence: it is not in the bundle");
  if (file) checkJob(examined, { file, evidence, receipt, message });
  else findings.notChecked.push("the job: its receipt is only known by the hashes on chain");
}

/** What ReceiptRecorded says. */
function recordedReceipt({ events, run }: Case): Message<"ComputeReceipt"> {
  const event = events.find(
    ({ event: name, args }) => name === "ReceiptRecorded" && args.receiptId === run.attestationDigest,
  );
  if (!event) throw new EvidenceRefused("compute-receipt", "the event that recorded the receipt is not in the bundle.");
  return within("compute-receipt", undefined, () => messageFromJson("ComputeReceipt", event.args.receipt));
}

interface Job {
  file: OpenedFile;
  evidence: OpenedFile | undefined;
  receipt: ReceiptFact;
  message: Message<"ComputeReceipt">;
}

/** The in-toto statement says what was recorded, and is signed by the enclave's key where the evidence shows it. */
function checkJob({ findings }: Case, { file, evidence, receipt, message }: Job): void {
  const code = "compute-receipt";
  const envelope = within(
    code,
    file.path,
    () => JSON.parse(new TextDecoder().decode(file.bytes)) as { payload: string },
  );
  const key = evidence && publicKeyIn(evidence.bytes);
  let signed = "its signature was not checked: the enclave's key is not in the bundle";
  if (key !== undefined && enclaveAddress(key).toLowerCase() === receipt.signer) {
    const keys = [{ algorithm: "secp256k1" as const, publicKey: fromHex(key) }];
    within(code, file.path, () => verifyInToto(envelope, COMPUTE_RECEIPT_TYPE, { keys }));
    signed = "signed by the enclave's key";
  }
  const statement = within(
    code,
    file.path,
    () => JSON.parse(atob(envelope.payload)) as Partial<InTotoStatement> | null,
  );
  const stated = (statement?.predicate ?? {}) as Partial<ComputeReceiptPredicate> & Record<string, unknown>;
  const own = Object.entries(message).filter(([name]) => name !== "licensesHash");
  const same = own.every(([name, value]) => String(stated[name]).toLowerCase() === String(value).toLowerCase());
  const hashed = within(code, file.path, () => isHashed(statement, message));
  demand(same && hashed, code, "the statement says something else than the receipt on chain.", file.path);
  findings.holds(code, "the job's statement says what was recorded", `${stated.job?.name ?? "a job"}; ${signed}`);
}

/** Job, inputs and outputs are those whose hashes were recorded. */
function isHashed(statement: Partial<InTotoStatement> | null, message: Message<"ComputeReceipt">): boolean {
  const { job } = (statement?.predicate ?? {}) as Partial<ComputeReceiptPredicate>;
  if (!job) return false;
  const outputs = (statement?.subject ?? []).map(({ name, digest }): JobOutput => {
    return { name, sha256: `0x${digest.sha256}` };
  });
  return (
    jobManifestHash(job) === message.jobManifestHash &&
    jobInputsHash(job) === message.inputsHash &&
    jobOutputsHash(outputs) === message.outputsHash
  );
}

function publicKeyIn(evidence: Uint8Array): Hex | undefined {
  try {
    const { publicKey } = JSON.parse(new TextDecoder().decode(evidence)) as { publicKey?: unknown };
    return typeof publicKey === "string" && /^0x0[23][0-9a-f]{64}$/.test(publicKey) ? (publicKey as Hex) : undefined;
  } catch {
    // Evidence of hardware is no JSON of ours.
    return undefined;
  }
}

/** Entries are in the providers' logs, and these are those anchored on chain. @throws EvidenceRefused `log-inclusion` */
export async function checkLogs(examined: Case, trustedKeys: readonly string[]): Promise<void> {
  const { bundle, facts, findings } = examined;
  for (const license of facts.licenses) {
    const of = licenseSubject(license.licenseId);
    const file = bundle.part({ role: "log-inclusion", of });
    if (file) await checkLog(examined, license, file, trustedKeys);
    else findings.notChecked.push(`what the provider's log says of ${of}: it is not in the bundle`);
  }
}

async function checkLog(
  examined: Case,
  license: LicenseFact,
  file: OpenedFile,
  trustedKeys: readonly string[],
): Promise<void> {
  const code = "log-inclusion";
  const { facts, findings } = examined;
  const log = within(code, file.path, () => logFormat.read(file.bytes));
  demand(log.provider === license.provider, code, `the log is not of the provider ${license.provider}.`, file.path);
  const { provider, signer, verifierKey } = log;
  const authority = { ...domainOf(examined), provider, signer };
  const head = await withinAsync(code, file.path, () =>
    openCheckpoint(log.checkpoint, ed25519Verifier(verifierKey), authority),
  );
  const known = trustedKeys.length === 0 || trustedKeys.includes(verifierKey);
  demand(known, code, `the log's key is ${verifierKey}, which is not one that you trust.`, file.path);
  if (trustedKeys.length === 0) findings.assumed.push(`that the log of ${provider} has the key ${verifierKey}`);
  if (signer !== provider) findings.assumed.push(`that ${signer} signed log heads for the provider ${provider}`);
  for (const { index, entry, inclusion } of log.entries) {
    const proof = inclusion.map((node) => fromHex(node, 32));
    const included = verifyInclusion({
      leafHash: leafHash(utf8(entry)),
      index,
      size: head.size,
      proof,
      root: head.root,
    });
    demand(included, code, `entry ${index} is not in the log of ${head.size} entries that was signed.`, file.path);
  }
  const kinds = await kindsOf(examined, license, file, log);
  const anchoredAt = within(code, file.path, () => anchorOf(log, head, facts));
  const dated = anchoredAt === undefined ? "not anchored on chain" : `anchored on chain at ${anchoredAt}`;
  findings.holds(
    code,
    `the provider's log tells of ${licenseSubject(license.licenseId)}`,
    `${counted(kinds)}; ${dated}`,
  );
  if (anchoredAt === undefined)
    findings.notChecked.push(
      `since when the entries are in the log of ${provider}: no head of it that has them is anchored`,
    );
}

/** "sale, key-release (2), run": kinds in the order in which they first come. */
function counted(kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${kind} (${count})`)).join(", ");
}

/**
 * What the entries are about: the license, or its dataset; a delivery entry's hash is the receipt's, where that is here, and an entry
 * of this run says what its record says.
 */
async function kindsOf(examined: Case, license: LicenseFact, file: OpenedFile, log: LogPart): Promise<string[]> {
  const receipt = examined.bundle.part({ role: "delivery-receipt", of: licenseSubject(license.licenseId) });
  const delivered = receipt && (await deliveryIn(examined, receipt));
  return log.entries.map(({ index, entry }) => {
    const said = within("log-inclusion", file.path, () => (JSON.parse(entry) ?? {}) as Record<string, unknown>);
    demand(isAboutLicense(said, license), "log-inclusion", `entry ${index} is not about this license.`, file.path);
    if (said.type === "delivery" && delivered && String(said.sequence) === String(delivered.data.message.sequence)) {
      const same = said.receiptHash === hashTypedData(delivered.data);
      demand(same, "log-inclusion", `entry ${index} is of another delivery receipt than the one here.`, file.path);
    }
    if (said.type === "run" && said.recordId === String(examined.run.recordId)) {
      const same = saysOfRun(said, examined);
      demand(same, "log-inclusion", `entry ${index} says something else of the run than its record.`, file.path);
    }
    return String(said.type);
  });
}

/** Whether an entry says of the run what the chain says. Where on chain is left out: a reorganization may have moved it since. */
function saysOfRun(said: Record<string, unknown>, { run }: Case): boolean {
  const { runManifestHash, program, grade, attestationDigest } = run;
  const receiptId = BigInt(attestationDigest) === 0n ? undefined : attestationDigest;
  return (
    said.runManifestHash === runManifestHash &&
    said.program === program &&
    said.assurance === assuranceOfGrade(grade) &&
    said.receiptId === receiptId
  );
}

/** When the entries were anchored at the latest; undefined where no anchored head has them all. */
function anchorOf({ anchored, provider, entries }: LogPart, head: LogHead, facts: Case["facts"]): number | undefined {
  const originHash = logOriginHash(head.origin);
  const onChain = facts.logHeads.find((each) => each.provider === provider && each.originHash === originHash);
  const size = onChain?.size ?? 0;
  demand(
    (anchored?.size ?? 0) === size,
    "log-inclusion",
    `the chain has an anchored head of ${size} entries, the bundle says ${anchored?.size ?? 0}.`,
  );
  if (!anchored || !onChain) return undefined;
  const proof = anchored.consistency.map((node) => fromHex(node, 32));
  const heads = { size1: size, root1: fromHex(onChain.root, 32), size2: head.size, root2: head.root };
  const same = verifyConsistency({ ...heads, proof });
  demand(same, "log-inclusion", "the log does not begin with the head that is anchored on chain.");
  return entries.every(({ index }) => index < size) ? onChain.anchoredAt : undefined;
}
