import { index, onchainEnum, onchainTable } from "ponder";

// Runs with their proofs, and receipts of where they ran. See money.ts for why it stands here.

export const assurance = onchainEnum("assurance", ["NONE", "MOCK", "DEVELOPMENT", "PRODUCTION"]);

/** A program whose proofs are taken from `from` to before `until` (null: no end). Its records stand until it is found unsound. */
export const proofProgram = onchainTable("proof_program", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  program: t.integer().notNull(),
  statement: t.hex().notNull(),
  vkey: t.hex().notNull(),
  statementVersion: t.integer().notNull(),
  from: t.bigint().notNull(),
  until: t.bigint(),
  unsoundAt: t.bigint(),
  unsoundReason: t.hex(),
  addedAt: t.bigint().notNull(),
  transactionHash: t.hex().notNull(),
}));

/** Where proofs that begin with `selector` are checked. */
export const proofRoute = onchainTable("proof_route", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  selector: t.hex().notNull(),
  verifier: t.hex().notNull(),
  assurance: assurance().notNull(),
  codeHash: t.hex().notNull(),
  addedAt: t.bigint().notNull(),
  stoppedAt: t.bigint(),
  transactionHash: t.hex().notNull(),
}));

/** A recorded run. It stands unless it was revoked or its program was found unsound. `grade`: 1 mock to 4 with bound times. */
export const run = onchainTable(
  "run",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    recordId: t.bigint().notNull(),
    programRef: t.text().notNull(),
    routeRef: t.text().notNull(),
    assurance: assurance().notNull(),
    grade: t.integer().notNull(),
    timesBound: t.boolean().notNull(),
    runner: t.hex().notNull(),
    submitter: t.hex().notNull(),
    runManifestHash: t.hex().notNull(),
    licenseSetHash: t.hex().notNull(),
    attestationDigest: t.hex(),
    entries: t.bigint().notNull(),
    distinctEntries: t.bigint().notNull(),
    runStart: t.bigint().notNull(),
    runEnd: t.bigint().notNull(),
    recordedAt: t.bigint().notNull(),
    revokedAt: t.bigint(),
    revokedReason: t.hex(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ runnerIndex: index().on(table.runner), manifestIndex: index().on(table.runManifestHash) }),
);

/** One licensed version that a run used; `uses` are the claimed bits. */
export const runVersion = onchainTable(
  "run_version",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    runRef: t.text().notNull(),
    licenseRef: t.text().notNull(),
    datasetRef: t.text().notNull(),
    versionRef: t.text().notNull(),
    uses: t.integer().notNull(),
  }),
  (table) => ({
    runIndex: index().on(table.runRef),
    licenseIndex: index().on(table.licenseRef),
    versionIndex: index().on(table.versionRef),
  }),
);

/** Adherence of a run under one license. */
export const adherence = onchainTable(
  "adherence",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseRef: t.text().notNull(),
    runRef: t.text().notNull(),
    grade: t.integer().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ licenseIndex: index().on(table.licenseRef), runIndex: index().on(table.runRef) }),
);

/** Up to which sequence a runner took its statements back. */
export const cancelledStatements = onchainTable("cancelled_statements", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  runner: t.hex().notNull(),
  upTo: t.bigint().notNull(),
  at: t.bigint().notNull(),
}));

/** Which enclaves count. */
export const enclavePolicy = onchainTable("enclave_policy", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  policyId: t.hex().notNull(),
  publisher: t.hex().notNull(),
  platform: t.hex().notNull(),
  rootHash: t.hex().notNull(),
  minimumTcb: t.bigint().notNull(),
  simulated: t.boolean().notNull(),
  debugForbidden: t.boolean().notNull(),
  measurements: t.hex().array().notNull(),
  deniedAdvisories: t.hex().array().notNull(),
  publishedAt: t.bigint().notNull(),
  transactionHash: t.hex().notNull(),
}));

/** Who checks evidence of enclaves, off chain. */
export const evidenceVerifier = onchainTable("evidence_verifier", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  verifier: t.hex().notNull(),
  admitted: t.boolean().notNull(),
  since: t.bigint().notNull(),
}));

/** A key inside an enclave, as last registered under a policy. */
export const enclaveSigner = onchainTable(
  "enclave_signer",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    policyRef: t.text().notNull(),
    signer: t.hex().notNull(),
    verifier: t.hex().notNull(),
    measurement: t.hex().notNull(),
    evidenceHash: t.hex().notNull(),
    tcb: t.bigint().notNull(),
    debug: t.boolean().notNull(),
    advisories: t.hex().array().notNull(),
    from: t.bigint().notNull(),
    expiresAt: t.bigint().notNull(),
    revokedAt: t.bigint(),
    revokedBy: t.hex(),
    revokedReason: t.hex(),
    contradiction: t.hex().array(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ policyIndex: index().on(table.policyRef) }),
);

/** A receipt of a job. It stands unless a ruling revoked it, or its signer was revoked. `grade`: 1 simulated, 2 attested. */
export const computeReceipt = onchainTable(
  "compute_receipt",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    receiptId: t.hex().notNull(),
    policyRef: t.text().notNull(),
    signerRef: t.text().notNull(),
    grade: t.integer().notNull(),
    runner: t.hex().notNull(),
    jobManifestHash: t.hex().notNull(),
    inputsHash: t.hex().notNull(),
    outputsHash: t.hex().notNull(),
    runManifestHash: t.hex().notNull(),
    evidenceHash: t.hex().notNull(),
    startedAt: t.bigint().notNull(),
    endedAt: t.bigint().notNull(),
    recordedAt: t.bigint().notNull(),
    revokedAt: t.bigint(),
    revokedReason: t.hex(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ manifestIndex: index().on(table.runManifestHash), signerIndex: index().on(table.signerRef) }),
);

/** A receipt under one license. */
export const licenseReceipt = onchainTable(
  "license_receipt",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseRef: t.text().notNull(),
    receiptRef: t.text().notNull(),
    grade: t.integer().notNull(),
    at: t.bigint().notNull(),
  }),
  (table) => ({ licenseIndex: index().on(table.licenseRef), receiptIndex: index().on(table.receiptRef) }),
);

/** A provider's append-only log, as its latest anchored head says. `origin` is its name: the first line of each of its heads. */
export const providerLog = onchainTable(
  "provider_log",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    providerRef: t.text().notNull(),
    originHash: t.hex().notNull(),
    origin: t.text().notNull(),
    size: t.bigint().notNull(),
    root: t.hex().notNull(),
    signedAt: t.bigint().notNull(),
    anchoredAt: t.bigint().notNull(),
    anchorCount: t.integer().notNull(),
    openedAt: t.bigint().notNull(),
  }),
  (table) => ({ providerIndex: index().on(table.providerRef) }),
);

/** One anchored head: what is under `root` was in the log by `at`. */
export const logAnchor = onchainTable(
  "log_anchor",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    logRef: t.text().notNull(),
    size: t.bigint().notNull(),
    root: t.hex().notNull(),
    signer: t.hex().notNull(),
    signedAt: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ logIndexRef: index().on(table.logRef) }),
);
