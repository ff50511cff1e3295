import { type Context, ponder } from "ponder:registry";
import { accreditation, attestationSchema, badge, issuer, subjectKind, withdrawnAttestation } from "ponder:schema";
import { type Address, type Hex, hexToString, numberToHex, zeroAddress } from "viem";
import { chainId, idOf, logAction, momentOrNull, touchAccount } from "../shared";

const kinds = subjectKind.enumValues;

ponder.on("AttestationRegistry:SchemaRegistered", async ({ event, context }) => {
  const { maxValidity, ...rest } = event.args;
  await context.db.insert(attestationSchema).values({
    id: idOf(rest.schema),
    chainId,
    ...rest,
    maxValidity: momentOrNull(maxValidity),
    known: false,
    badgeCount: 0,
    registeredAt: event.block.timestamp,
  });
  await logAction(context.db, event, "REGISTER_SCHEMA", { actor: rest.by });
});

ponder.on("AttestationRegistry:SchemaKnownSet", async ({ event, context }) => {
  const { schema, name, known } = event.args;
  const text = hexToString(name).replace(/\0+$/, "");
  await context.db.update(attestationSchema, { id: idOf(schema) }).set({ known, name: known ? text : null });
  await logAction(context.db, event, "SET_KNOWN_SCHEMA");
});

ponder.on("AttestationRegistry:IssuerAccredited", async ({ event, context }) => {
  const { issuer: address, weightBps, expiresAt, term, accreditorTerm, depth } = event.args;
  const accreditor = event.args.accreditor === zeroAddress ? null : event.args.accreditor;
  const accreditorRef = accreditor && idOf(accreditor);
  const id = idOf(address);
  const before = await context.db.find(issuer, { id });
  const renewed = before?.running === true && before.term === term;
  const now = event.block.timestamp;
  if (accreditorRef) await give(context, accreditorRef, weightBps - (renewed ? before.weightBps : 0));
  const numbers = { weightBps, expiresAt: momentOrNull(expiresAt) };
  const place = { accreditorRef, accreditor, depth, term, accreditorTerm, running: true, updatedAt: now };
  const since = renewed ? before.since : now;
  const row = { ...numbers, ...place, since, givenBps: renewed ? before.givenBps : 0 };
  await context.db
    .insert(issuer)
    .values({ id, chainId, address, ...row, badgeCount: 0, revokedCount: 0 })
    .onConflictDoUpdate(row);
  await context.db
    .insert(accreditation)
    .values({ id: idOf(address, term), chainId, issuerRef: id, accreditor, term, ...numbers, since })
    .onConflictDoUpdate({ ...numbers, renewedAt: now });
  await touchAccount(context.db, event, address);
  await logAction(context.db, event, "ACCREDIT", { actor: accreditor ?? event.transaction.from });
});

ponder.on("AttestationRegistry:IssuerRemoved", async ({ event, context }) => {
  const { issuer: address, by, term } = event.args;
  const id = idOf(address);
  const row = await context.db.find(issuer, { id });
  if (row?.accreditorRef) {
    const above = await context.db.find(issuer, { id: row.accreditorRef });
    // A term that ended took back all that it had given.
    if (above?.term === row.accreditorTerm) await give(context, above.id, -row.weightBps);
  }
  const none = { accreditorRef: null, accreditor: null, accreditorTerm: 0, depth: 0, weightBps: 0, givenBps: 0 };
  await context.db
    .update(issuer, { id })
    .set({ ...none, expiresAt: null, running: false, term: term + 1, updatedAt: event.block.timestamp });
  await context.db
    .update(accreditation, { id: idOf(address, term) })
    .set({ endedAt: event.block.timestamp, endedBy: by });
  await logAction(context.db, event, "END_ACCREDITATION", { actor: by });
});

ponder.on("AttestationRegistry:BadgeIssued", async ({ event, context }) => {
  const { badgeId, issuer: by, subject, schema, dataHash, issuedAt, expiresAt, nonce, data } = event.args;
  const about = partsOf(subject);
  const [issuerRef, schemaRef] = [idOf(by), idOf(schema)];
  await context.db.insert(badge).values({
    id: idOf(badgeId),
    chainId,
    badgeId,
    issuerRef,
    issuer: by,
    schemaRef,
    subject,
    ...about,
    dataHash,
    data: data === "0x" ? null : data,
    nonce,
    issuedAt: BigInt(issuedAt),
    expiresAt: momentOrNull(expiresAt),
    recordedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await context.db.update(issuer, { id: issuerRef }).set((row) => ({ badgeCount: row.badgeCount + 1 }));
  await context.db.update(attestationSchema, { id: schemaRef }).set((row) => ({ badgeCount: row.badgeCount + 1 }));
  if (about.account) await touchAccount(context.db, event, about.account);
  const { datasetRef } = about;
  await logAction(context.db, event, "ISSUE_BADGE", { actor: by, ...(datasetRef && { datasetRef }) });
});

ponder.on("AttestationRegistry:BadgeRevoked", async ({ event, context }) => {
  const { badgeId, by, reason } = event.args;
  const { issuerRef, datasetRef } = await context.db
    .update(badge, { id: idOf(badgeId) })
    .set({ revokedAt: event.block.timestamp, revokedBy: by, revocationReason: reason });
  await context.db.update(issuer, { id: issuerRef }).set((row) => ({ revokedCount: row.revokedCount + 1 }));
  await logAction(context.db, event, "REVOKE_BADGE", { actor: by, ...(datasetRef && { datasetRef }) });
});

ponder.on("AttestationRegistry:AttestationWithdrawn", async ({ event, context }) => {
  const { badgeId, issuer: by, reason } = event.args;
  await context.db
    .insert(withdrawnAttestation)
    .values({ id: idOf(by, badgeId), chainId, badgeId, issuerRef: idOf(by), reason, at: event.block.timestamp })
    .onConflictDoNothing();
  await logAction(context.db, event, "WITHDRAW_ATTESTATION", { actor: by });
});

/** Adds to what an accreditor has given of its weight. */
const give = (context: Context, id: string, bps: number) =>
  context.db.update(issuer, { id }).set((row) => ({ givenBps: row.givenBps + bps }));

/** What a packed subject names: kind 8 bits, 88 zero bits, then an address or `version << 40 | datasetId`. */
function partsOf(subject: Hex): {
  subjectKind: (typeof kinds)[number];
  account?: Address;
  datasetRef?: string;
  versionRef?: string;
} {
  const raw = BigInt(subject);
  const kind = kinds[Number(raw >> 248n)] ?? "NONE";
  const named = raw & ((1n << 160n) - 1n);
  if (kind === "PROVIDER" || kind === "PERSON") return { subjectKind: kind, account: numberToHex(named, { size: 20 }) };
  const [datasetId, version] = [named & 0xffffffffffn, named >> 40n];
  const datasetRef = idOf(datasetId);
  return { subjectKind: kind, datasetRef, ...(version > 0n && { versionRef: idOf(datasetId, version) }) };
}
