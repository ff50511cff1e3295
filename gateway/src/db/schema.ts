/** The gateway's whole state besides blobs. One schema for Postgres and PGlite; times are Unix seconds, ids decimal text. */
import type { JobReason, JobState } from "@colophon-protocol/sdk/delivery";
import type { JobManifest, JobResult } from "@colophon-protocol/sdk/provenance";
import { bigint, bit, boolean, index, integer, jsonb, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";

/** Chunks whose delivery one row of `served_segments` remembers, a bit each. */
export const SEGMENT_BITS = 4096;

const seconds = (name: string) => bigint(name, { mode: "number" });
const count = (name: string) => bigint(name, { mode: "number" });
const exact = (name: string) => bigint(name, { mode: "bigint" });

/** Secrets that all processes of one provider share, sealed under its signing key: a dump alone signs nothing. */
export const sealedSecrets = pgTable("sealed_secrets", {
  name: text("name").primaryKey(),
  sealed: text("sealed").notNull(),
});

/** Sign-in challenges that were handed out and not used yet. */
export const challenges = pgTable(
  "challenges",
  { nonce: text("nonce").primaryKey(), expiresAt: seconds("expires_at").notNull() },
  (table) => [index("challenges_expiry").on(table.expiresAt)],
);

/** DPoP proofs seen within their life: each is good once. */
export const dpopProofs = pgTable(
  "dpop_proofs",
  { id: text("id").primaryKey(), expiresAt: seconds("expires_at").notNull() },
  (table) => [index("dpop_proofs_expiry").on(table.expiresAt)],
);

/** Encodings that this provider accepted, with the signature that says so. Hashes are those of blobs. */
export const encodings = pgTable(
  "encodings",
  {
    datasetId: text("dataset_id").notNull(),
    version: count("version").notNull(),
    encoding: integer("encoding").notNull(),
    encodingRoot: text("encoding_root").notNull(),
    contentRoot: text("content_root").notNull(),
    chunkCount: count("chunk_count").notNull(),
    cipherBytes: count("cipher_bytes").notNull(),
    manifestHash: text("manifest_hash").notNull(),
    envelopeHash: text("envelope_hash").notNull(),
    encodingLeaves: text("encoding_leaves").notNull(),
    contentLeaves: text("content_leaves").notNull(),
    acceptance: jsonb("acceptance").$type<Record<string, string | number>>().notNull(),
    signature: text("signature").notNull(),
    acceptedAt: seconds("accepted_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.datasetId, table.version, table.encoding] })],
);

/** What went out under a license. `bytesSent` counts repeats, the segments below do not. */
export const deliveries = pgTable(
  "deliveries",
  {
    licenseId: text("license_id").notNull(),
    datasetId: text("dataset_id").notNull(),
    version: count("version").notNull(),
    encoding: integer("encoding").notNull(),
    bytesSent: count("bytes_sent").notNull(),
    chunksSent: count("chunks_sent").notNull(),
    servedFrom: seconds("served_from").notNull(),
    servedUntil: seconds("served_until").notNull(),
  },
  (table) => [primaryKey({ columns: [table.licenseId, table.version, table.encoding] })],
);

/** Which chunks went out whole at least once: bit i of segment s is chunk s·SEGMENT_BITS + i. */
export const servedSegments = pgTable(
  "served_segments",
  {
    licenseId: text("license_id").notNull(),
    version: count("version").notNull(),
    encoding: integer("encoding").notNull(),
    segment: integer("segment").notNull(),
    bits: bit("bits", { dimensions: SEGMENT_BITS }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.licenseId, table.version, table.encoding, table.segment] })],
);

/** Later encodings that licensees asked for by signature: of each signer the newest request for each. */
export const encodingRequests = pgTable(
  "encoding_requests",
  {
    licenseId: text("license_id").notNull(),
    signer: text("signer").notNull(),
    encoding: integer("encoding").notNull(),
    version: count("version").notNull(),
    sequence: exact("sequence").notNull(),
    signedAt: seconds("signed_at").notNull(),
    signature: text("signature").notNull(),
    receivedAt: seconds("received_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.licenseId, table.signer, table.encoding] })],
);

/** Delivery receipts that were signed. The primary key is what makes sequences strictly increasing across processes. */
export const receipts = pgTable(
  "receipts",
  {
    licenseId: text("license_id").notNull(),
    sequence: count("sequence").notNull(),
    version: count("version").notNull(),
    encoding: integer("encoding").notNull(),
    message: jsonb("message").$type<Record<string, string | number>>().notNull(),
    signature: text("signature").notNull(),
    signedAt: seconds("signed_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.licenseId, table.sequence] })],
);

/** Offers of licenses that were asked about: found in the chain's events once, and checked against the license's offer id. */
export const licenseOffers = pgTable("license_offers", {
  licenseId: text("license_id").primaryKey(),
  offer: jsonb("offer").$type<Record<string, unknown>>().notNull(),
});

/** Usage counted under metered licenses: one row each, whose lock orders all that is counted. `head` is the last event's hash. */
export const meters = pgTable("meters", {
  licenseId: text("license_id").primaryKey(),
  units: exact("units").notNull(),
  sequence: exact("sequence").notNull(),
  head: text("head").notNull(),
});

/** Units that are being served and not counted yet. One that its process left behind lapses, in the licensee's favor. */
export const meterReservations = pgTable(
  "meter_reservations",
  {
    licenseId: text("license_id").notNull(),
    key: text("key").notNull(),
    units: exact("units").notNull(),
    expiresAt: seconds("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.licenseId, table.key] })],
);

/** What was counted, signed by the provider, each event naming the hash of the one before. A key counts once per license. */
export const meterEvents = pgTable(
  "meter_events",
  {
    licenseId: text("license_id").notNull(),
    sequence: exact("sequence").notNull(),
    key: text("key").notNull(),
    units: exact("units").notNull(),
    total: exact("total").notNull(),
    time: seconds("time").notNull(),
    previous: text("previous").notNull(),
    hash: text("hash").notNull(),
    signature: text("signature").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.licenseId, table.sequence] }),
    unique("meter_events_key").on(table.licenseId, table.key),
  ],
);

/** The newest voucher of each metered license. Amounts are decimal text: they have up to 96 bits. */
export const meterVouchers = pgTable("meter_vouchers", {
  licenseId: text("license_id").primaryKey(),
  units: exact("units").notNull(),
  amount: text("amount").notNull(),
  sequence: exact("sequence").notNull(),
  signer: text("signer").notNull(),
  signature: text("signature").notNull(),
  receivedAt: seconds("received_at").notNull(),
  /** Since when it has waited to be redeemed: the time of the oldest voucher that nothing has billed yet. */
  waitingSince: seconds("waiting_since").notNull(),
  /** Whether the chain was seen to have billed it, or a later one. */
  billed: boolean("billed").notNull().default(false),
});

/** What was served under streaming licenses, in order: what service reports are about. `entry` is canonical JSON, hashed as it is. */
export const deliveryLog = pgTable(
  "delivery_log",
  {
    licenseId: text("license_id").notNull(),
    sequence: exact("sequence").notNull(),
    time: seconds("time").notNull(),
    bytes: count("bytes").notNull(),
    chunks: count("chunks").notNull(),
    entry: text("entry").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.licenseId, table.sequence] }),
    index("delivery_log_time").on(table.licenseId, table.time),
  ],
);

/** The provider's public log, in order. `entry` is canonical JSON, hashed as it is. */
export const logEntries = pgTable("log_entries", {
  index: count("index").primaryKey(),
  entry: text("entry").notNull(),
  leafHash: text("leaf_hash").notNull(),
});

/** Roots of full tiles of that log: `hash` covers 256^level entries. Level 0 is the entries' own. */
export const logNodes = pgTable(
  "log_nodes",
  { level: integer("level").notNull(), index: count("index").notNull(), hash: text("hash").notNull() },
  (table) => [primaryKey({ columns: [table.level, table.index] })],
);

/** One row, whose lock orders the log: its name, its entries, and the newest head that was signed. */
export const logHead = pgTable("log_head", {
  id: integer("id").primaryKey(),
  origin: text("origin").notNull(),
  size: count("size").notNull(),
  signedSize: count("signed_size"),
  checkpoint: text("checkpoint"),
});

/** What key nodes said that they released, signed. The primary key is what brings each into the log once: the statement's digest. */
export const keyReleases = pgTable("key_releases", {
  releaseHash: text("release_hash").primaryKey(),
  licenseId: text("license_id").notNull(),
  release: jsonb("release").$type<Record<string, unknown>>().notNull(),
  signer: text("signer").notNull(),
  signature: text("signature").notNull(),
  receivedAt: seconds("received_at").notNull(),
});

/** Recorded runs that are in the log, for each license: the chain may show one again in another block. */
export const loggedRuns = pgTable(
  "logged_runs",
  { recordId: text("record_id").notNull(), licenseId: text("license_id").notNull() },
  (table) => [primaryKey({ columns: [table.recordId, table.licenseId] })],
);

/** How far each contract's events have been read. */
export const keeperCursors = pgTable("keeper_cursors", {
  name: text("name").primaryKey(),
  block: exact("block").notNull(),
});

/** Licenses that the keeper looks after, and when it looks again. `done` ones are left alone for good. */
export const keeperTasks = pgTable(
  "keeper_tasks",
  {
    kind: text("kind").notNull(),
    licenseId: text("license_id").notNull(),
    done: boolean("done").notNull(),
    failures: integer("failures").notNull(),
    /** Seconds of this machine's clock. */
    nextAt: seconds("next_at").notNull(),
    lastError: text("last_error"),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.licenseId] }),
    index("keeper_tasks_due").on(table.kind, table.done, table.nextAt),
  ],
);

/**
 * Transactions that the keeper signed, written before they are sent: after a crash they are found and followed, never signed anew
 * under another nonce. `fee` in wei, decimal text, once mined.
 */
export const keeperTransactions = pgTable(
  "keeper_transactions",
  {
    nonce: count("nonce").notNull(),
    sender: text("sender").notNull(),
    kind: text("kind").notNull(),
    subject: text("subject").notNull(),
    to: text("to").notNull(),
    data: text("data").notNull(),
    gas: exact("gas").notNull(),
    raw: text("raw").notNull(),
    hash: text("hash").notNull(),
    maxFeePerGas: text("max_fee_per_gas").notNull(),
    sentAt: seconds("sent_at").notNull(),
    /** `sent`, `mined`, `reverted`, or `replaced` when another transaction of the account took the nonce. */
    state: text("state").notNull(),
    fee: text("fee"),
    /** Hashes of earlier versions with a lower fee, any of which may be mined instead. */
    earlier: jsonb("earlier").$type<string[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.sender, table.nonce] }), index("keeper_transactions_sent").on(table.sentAt)],
);

/** Plain samples that a dataset's owner sells for cents, without a license. `amount` in base units of `token`, decimal text. */
export const samples = pgTable(
  "samples",
  {
    datasetId: text("dataset_id").notNull(),
    sha256: text("sha256").notNull(),
    name: text("name").notNull(),
    mediaType: text("media_type").notNull(),
    token: text("token").notNull(),
    amount: text("amount").notNull(),
    seller: text("seller").notNull(),
  },
  (table) => [primaryKey({ columns: [table.datasetId, table.sha256] })],
);

/** EIP-3009 authorizations that were handed in for samples: each buys one, and is written down before it is settled. */
export const samplePayments = pgTable(
  "sample_payments",
  {
    token: text("token").notNull(),
    payer: text("payer").notNull(),
    nonce: text("nonce").notNull(),
    resource: text("resource").notNull(),
    /** Where it was paid; null while it is not known to be. */
    transaction: text("transaction"),
  },
  (table) => [primaryKey({ columns: [table.token, table.payer, table.nonce] })],
);

/**
 * Jobs that licensees submitted. Dataset keys are never written: a job whose process ended is `interrupted`, not gone on with.
 * `leaseUntil` is in seconds of this machine's clock; past it, the process that had the job is taken for dead.
 */
export const jobs = pgTable(
  "jobs",
  {
    id: text("id").primaryKey(),
    account: text("account").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    requestHash: text("request_hash").notNull(),
    manifest: jsonb("manifest").$type<JobManifest>().notNull(),
    /** `queued`, `running`, `done`, `failed`, `cancelled` or `interrupted`. */
    state: text("state").$type<JobState>().notNull(),
    reason: jsonb("reason").$type<JobReason>(),
    result: jsonb("result").$type<JobResult>(),
    leaseUntil: seconds("lease_until").notNull(),
    submittedAt: seconds("submitted_at").notNull(),
    endedAt: seconds("ended_at"),
  },
  (table) => [
    unique("jobs_idempotency").on(table.account, table.idempotencyKey),
    index("jobs_unfinished").on(table.state, table.leaseUntil),
  ],
);

/** What jobs made, as base64. */
export const jobOutputs = pgTable(
  "job_outputs",
  {
    jobId: text("job_id").notNull(),
    name: text("name").notNull(),
    content: text("content").notNull(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.name] })],
);
