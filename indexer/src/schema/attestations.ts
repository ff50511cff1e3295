import { index, onchainEnum, onchainTable } from "ponder";

// Issuers, schemas, badges; consents. See money.ts for why it stands here.

export const subjectKind = onchainEnum("subject_kind", ["NONE", "DATASET", "VERSION", "PROVIDER", "PERSON"]);

/** `fields` are the data as ABI types with names; `kinds` has bit k for subject kind k; `name` is governance's while it is `known`. */
export const attestationSchema = onchainTable("attestation_schema", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  schema: t.hex().notNull(),
  index: t.integer().notNull(),
  by: t.hex().notNull(),
  documentHash: t.hex().notNull(),
  kinds: t.integer().notNull(),
  maxValidity: t.bigint(),
  fields: t.text().notNull(),
  name: t.text(),
  known: t.boolean().notNull(),
  badgeCount: t.integer().notNull(),
  registeredAt: t.bigint().notNull(),
}));

/**
 * An issuer and its accreditation. It is accredited while its own runs and all above it up to governance do (`accreditor` null): each is
 * `running`, not expired, and hangs on the accreditor's present `term`. `/issuers/{address}` says whether it is now.
 */
export const issuer = onchainTable(
  "issuer",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    address: t.hex().notNull(),
    accreditorRef: t.text(),
    accreditor: t.hex(),
    running: t.boolean().notNull(),
    weightBps: t.integer().notNull(),
    givenBps: t.integer().notNull(),
    expiresAt: t.bigint(),
    depth: t.integer().notNull(),
    term: t.integer().notNull(),
    accreditorTerm: t.integer().notNull(),
    since: t.bigint().notNull(),
    badgeCount: t.integer().notNull(),
    revokedCount: t.integer().notNull(),
    updatedAt: t.bigint().notNull(),
  }),
  (table) => ({ accreditorIndex: index().on(table.accreditorRef) }),
);

/** An issuer's timeline: each accreditation as last renewed, and how it ended. */
export const accreditation = onchainTable(
  "accreditation",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    issuerRef: t.text().notNull(),
    accreditor: t.hex(),
    term: t.integer().notNull(),
    weightBps: t.integer().notNull(),
    expiresAt: t.bigint(),
    since: t.bigint().notNull(),
    renewedAt: t.bigint(),
    endedAt: t.bigint(),
    endedBy: t.hex(),
  }),
  (table) => ({ issuerIndex: index().on(table.issuerRef) }),
);

/**
 * An attestation on chain. `account` is the subject's when it is a person or provider, `datasetRef` (and `versionRef`) when it is one of
 * these. It is valid while it is not revoked, not expired and its issuer accredited; `/badges` says so as of now. `data` is null when an anchored one keeps it
 * off chain.
 */
export const badge = onchainTable(
  "badge",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    badgeId: t.bigint().notNull(),
    issuerRef: t.text().notNull(),
    issuer: t.hex().notNull(),
    schemaRef: t.text().notNull(),
    subject: t.hex().notNull(),
    subjectKind: subjectKind().notNull(),
    datasetRef: t.text(),
    versionRef: t.text(),
    account: t.hex(),
    dataHash: t.hex().notNull(),
    data: t.hex(),
    nonce: t.bigint().notNull(),
    issuedAt: t.bigint().notNull(),
    expiresAt: t.bigint(),
    recordedAt: t.bigint().notNull(),
    revokedAt: t.bigint(),
    revokedBy: t.hex(),
    revocationReason: t.hex(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    issuerIndex: index().on(table.issuerRef),
    schemaIndex: index().on(table.schemaRef),
    datasetIndex: index().on(table.datasetRef),
    accountIndex: index().on(table.account),
  }),
);

/** An attestation that its issuer took back before anybody anchored it. */
export const withdrawnAttestation = onchainTable(
  "withdrawn_attestation",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    badgeId: t.bigint().notNull(),
    issuerRef: t.text().notNull(),
    reason: t.hex().notNull(),
    at: t.bigint().notNull(),
  }),
  (table) => ({ issuerIndex: index().on(table.issuerRef) }),
);

/** A consent by its hash. One that was revoked without ever being recorded has its parties and its end, and null for the rest. */
export const consent = onchainTable(
  "consent",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    consentHash: t.hex().notNull(),
    grantor: t.hex().notNull(),
    controller: t.hex().notNull(),
    receiptHash: t.hex(),
    uses: t.integer(),
    validFrom: t.bigint(),
    validUntil: t.bigint(),
    nonce: t.bigint(),
    batchRef: t.text(),
    recordedAt: t.bigint(),
    revokedAt: t.bigint(),
    revokedBy: t.hex(),
    revocationReason: t.hex(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    grantorIndex: index().on(table.grantor),
    controllerIndex: index().on(table.controller),
    batchIndex: index().on(table.batchRef),
  }),
);

/** The root of many consents, anchored by their controller. */
export const consentAnchor = onchainTable(
  "consent_anchor",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    controller: t.hex().notNull(),
    root: t.hex().notNull(),
    size: t.bigint().notNull(),
    anchoredAt: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ controllerIndex: index().on(table.controller) }),
);

/** A consent (`consentRef`) or a whole batch (`batchRef`) is of a version. `recallRef` is what the consent's revocation started. */
export const consentLink = onchainTable(
  "consent_link",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    consentRef: t.text(),
    batchRef: t.text(),
    datasetRef: t.text().notNull(),
    versionRef: t.text().notNull(),
    leavesHash: t.hex(),
    recallRef: t.text(),
    linkedAt: t.bigint(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    consentIndex: index().on(table.consentRef),
    batchIndex: index().on(table.batchRef),
    versionIndex: index().on(table.versionRef),
  }),
);

/** Who else may revoke a grantor's consents. */
export const consentGuardian = onchainTable("consent_guardian", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  grantor: t.hex().notNull(),
  guardian: t.hex(),
  namedAt: t.bigint().notNull(),
}));
