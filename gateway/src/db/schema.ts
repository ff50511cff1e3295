/** The gateway's whole state besides blobs. One schema for Postgres and PGlite; times are Unix seconds, ids decimal text. */
import { bigint, bit, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";

/** Chunks whose delivery one row of `served_segments` remembers, a bit each. */
export const SEGMENT_BITS = 4096;

const seconds = (name: string) => bigint(name, { mode: "number" });
const count = (name: string) => bigint(name, { mode: "number" });

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
    sequence: bigint("sequence", { mode: "bigint" }).notNull(),
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
