/** Configuration of the gateway: the environment, checked once. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { createSecureContext } from "node:tls";
import { type Address, getAddress, type Hex, isAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { ChainConfig } from "./chain/reader.js";
import type { JobLimits } from "./jobs/service.js";

/** Chains that mine only when asked: no confirmations, and a head of any age. */
const LOCAL_CHAIN_IDS = new Set([31337, 1337]);

export interface GatewayConfig {
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** Origin under which clients reach this gateway: tokens, DPoP proofs and sign-ins are bound to it. */
  publicUrl: string | undefined;
  /** Serves HTTPS with this certificate chain and key, PEM; plain HTTP, for a proxy in front, when undefined. */
  tls?: { cert: string; key: string } | undefined;
  chain: ChainConfig;
  /** Postgres; PGlite when undefined. */
  databaseUrl: string | undefined;
  /** PGlite's folder; in memory when undefined. */
  dataFolder: string | undefined;
  blobFolder: string;
  /** Signs receipts and acceptances. Never logged. */
  providerKey: Hex;
  /** Pays the gas of settling x402 payments; no samples are sold without it. Never logged. */
  x402Key?: Hex | undefined;
  /** Jobs for licensees; none are run without it. */
  jobs?: JobsConfig | undefined;
  /** Name of the provider's public log, for good; from the public URL, or the provider's address, when undefined. */
  logOrigin: string | undefined;
  /** Lets the operator ask for receipts. */
  operatorToken: string | undefined;
  publishers: "*" | Address[];
  /** Accounts whose statements about released keys the log takes: the key nodes' signers. None when undefined. */
  keyNodes?: readonly Address[] | undefined;
  corsOrigins: string[];
  /** Take the client address from X-Forwarded-For: only behind a proxy that sets it. */
  trustProxy: boolean;
  logLevel: string;
  limits: Limits;
}

/** What jobs need. */
interface JobsConfig {
  /** Pays the gas of their receipts. Never logged. */
  key: Hex;
  /** Kinds that come with the gateway by name, others by file. Nothing else runs. */
  kinds: string[];
}

/** Sizes in bytes, times in seconds unless named otherwise. */
export interface Limits extends JobLimits {
  tokenTtl: number;
  sessionTtl: number;
  /** Challenges a minute for one client address, and sign-ins a minute for one account. */
  challengesPerClient: number;
  signInsPerAccount: number;
  /** By how much a signed EncodingRequest may be older than our clock. */
  encodingRequestTtl: number;
  /** By how much a DPoP proof's time may differ from ours. */
  dpopMaxAge: number;
  /** Milliseconds for which an answer of the chain is believed. */
  accessTtlMs: number;
  /** Worth of what is served under a metered license without a voucher, in whole tokens of its offer, as decimal text. */
  unvouchered: string;
  /** Basis points of `unvouchered` from which a voucher is asked for. */
  voucherSoftBps: number;
  /** Vouchers a minute from one client address. */
  vouchersPerMinute: number;
  /** Statements of key nodes a minute from one client address. */
  keyReleasesPerMinute: number;
  /** Milliseconds between two looks at what the chain recorded of runs. */
  runsEveryMs: number;
  /** After which units that were reserved and not counted lapse. */
  reservationTtl: number;
  streamsPerLicense: number;
  streamsPerProcess: number;
  /** Milliseconds after which a client that takes nothing is cut off. */
  stallMs: number;
  maxBodyBytes: number;
  maxBlobBytes: number;
  /** Chunks whose trees are kept in memory, about 230 bytes each. */
  maxCachedChunks: number;
  accountingMs: number;
  receiptTtl: number;
  acceptanceTtl: number;
  retirementNotice: number;
  maxRetirementNotice: number;
  /** Mebibytes of JavaScript's heap for one job, and bytes of what it makes. */
  jobMemory: number;
  jobOutputBytes: number;
  /** Milliseconds for open streams, and receipts of jobs that are being recorded, to end at shutdown. */
  drainMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  tokenTtl: 300,
  sessionTtl: 43_200,
  challengesPerClient: 120,
  signInsPerAccount: 60,
  encodingRequestTtl: 3600,
  dpopMaxAge: 60,
  accessTtlMs: 3000,
  unvouchered: "1",
  voucherSoftBps: 5000,
  vouchersPerMinute: 60,
  keyReleasesPerMinute: 1200,
  runsEveryMs: 5000,
  reservationTtl: 120,
  streamsPerLicense: 8,
  streamsPerProcess: 256,
  stallMs: 30_000,
  maxBodyBytes: 524_288,
  maxBlobBytes: 67_108_864,
  maxCachedChunks: 2_000_000,
  accountingMs: 250,
  receiptTtl: 604_800,
  acceptanceTtl: 86_400,
  retirementNotice: 2_592_000,
  maxRetirementNotice: 31_536_000,
  jobsPerAccount: 4,
  jobsPerMinute: 6,
  jobsAtOnce: 1,
  jobsPerProcess: 32,
  jobInputBytes: 268_435_456,
  jobSeconds: 600,
  jobMemory: 1024,
  jobOutputBytes: 16_777_216,
  jobTtl: 604_800,
  drainMs: 15_000,
};

type NumericLimit = Exclude<keyof Limits, "unvouchered">;

/** A setting is missing or wrong. */
export class GatewayConfigError extends Error {
  override readonly name = "GatewayConfigError";
}

/**
 * Reads `COLOPHON_GATEWAY_*` and the few settings shared with other rooms; the README lists them.
 * @throws GatewayConfigError naming the variable, what was found and what was expected
 */
export function loadConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const own = (name: string) => env[`COLOPHON_GATEWAY_${name}`] || undefined;
  const folder = own("DIR");
  const limit = (name: NumericLimit, variable: string, max: number, min = 0) => {
    return integer(`COLOPHON_GATEWAY_${variable}`, own(variable), DEFAULT_LIMITS[name], max, min);
  };
  return {
    host: own("HOST") ?? "127.0.0.1",
    port: integer("COLOPHON_GATEWAY_PORT", own("PORT"), 7480, 65_535),
    publicUrl: origin("COLOPHON_GATEWAY_PUBLIC_URL", own("PUBLIC_URL")),
    tls: loadTls(own("TLS_CERT_FILE"), own("TLS_KEY_FILE")),
    chain: loadChain(env),
    databaseUrl: env.DATABASE_URL || undefined,
    dataFolder: own("DATA") ?? (folder && path.join(folder, "db")),
    blobFolder: required("COLOPHON_GATEWAY_BLOBS", own("BLOBS") ?? (folder && path.join(folder, "blobs")), "a folder"),
    providerKey: loadKey(
      "COLOPHON_GATEWAY_PROVIDER_KEY",
      secret(own("PROVIDER_KEY"), own("PROVIDER_KEY_FILE") ?? (folder && path.join(folder, "provider.key"))),
    ),
    x402Key: optionalKey("COLOPHON_GATEWAY_X402_KEY", secret(own("X402_KEY"), own("X402_KEY_FILE"))),
    jobs: loadJobs(secret(own("JOBS_KEY"), own("JOBS_KEY_FILE")), own("JOB_KINDS")),
    logOrigin: logOrigin(own("LOG_ORIGIN")),
    operatorToken: secret(own("OPERATOR_TOKEN"), own("OPERATOR_TOKEN_FILE")),
    publishers: own("PUBLISHERS") === "*" ? "*" : accounts("PUBLISHERS", own("PUBLISHERS"), ", or *"),
    keyNodes: accounts("KEY_NODES", own("KEY_NODES")),
    corsOrigins: (own("CORS_ORIGINS") ?? "*").split(",").map((entry) => entry.trim()),
    trustProxy: own("TRUST_PROXY") === "1" || own("TRUST_PROXY") === "true",
    logLevel: own("LOG_LEVEL") ?? "info",
    limits: {
      ...DEFAULT_LIMITS,
      tokenTtl: limit("tokenTtl", "TOKEN_TTL", 300),
      sessionTtl: limit("sessionTtl", "SESSION_TTL", 604_800),
      challengesPerClient: limit("challengesPerClient", "CHALLENGES_PER_MINUTE", 1_000_000, 1),
      signInsPerAccount: limit("signInsPerAccount", "SIGN_INS_PER_MINUTE", 1_000_000, 1),
      encodingRequestTtl: limit("encodingRequestTtl", "ENCODING_REQUEST_TTL", 2_592_000, 1),
      accessTtlMs: limit("accessTtlMs", "ACCESS_TTL_MS", 5000),
      unvouchered: decimal("COLOPHON_GATEWAY_UNVOUCHERED", own("UNVOUCHERED"), DEFAULT_LIMITS.unvouchered),
      voucherSoftBps: limit("voucherSoftBps", "VOUCHER_SOFT_BPS", 10_000),
      vouchersPerMinute: limit("vouchersPerMinute", "VOUCHERS_PER_MINUTE", 1_000_000, 1),
      keyReleasesPerMinute: limit("keyReleasesPerMinute", "KEY_RELEASES_PER_MINUTE", 1_000_000, 1),
      runsEveryMs: limit("runsEveryMs", "RUNS_EVERY_MS", 3_600_000, 100),
      reservationTtl: limit("reservationTtl", "RESERVATION_TTL", 86_400, 1),
      streamsPerLicense: limit("streamsPerLicense", "STREAMS_PER_LICENSE", 1024),
      streamsPerProcess: limit("streamsPerProcess", "STREAMS", 65_536),
      receiptTtl: limit("receiptTtl", "RECEIPT_TTL", 31_536_000),
      retirementNotice: limit("retirementNotice", "RETIREMENT_NOTICE", 31_536_000),
      jobsPerAccount: limit("jobsPerAccount", "JOBS_PER_ACCOUNT", 1024, 1),
      jobsPerMinute: limit("jobsPerMinute", "JOBS_PER_MINUTE", 1_000_000, 1),
      jobsAtOnce: limit("jobsAtOnce", "JOBS_AT_ONCE", 64, 1),
      jobsPerProcess: limit("jobsPerProcess", "JOBS", 65_536, 1),
      jobInputBytes: limit("jobInputBytes", "JOB_INPUT_BYTES", 2 ** 36, 1),
      jobSeconds: limit("jobSeconds", "JOB_SECONDS", 86_400, 1),
      jobMemory: limit("jobMemory", "JOB_MEMORY", 1_048_576, 16),
      jobOutputBytes: limit("jobOutputBytes", "JOB_OUTPUT_BYTES", 2 ** 28, 1),
      jobTtl: limit("jobTtl", "JOB_TTL", 31_536_000, 60),
      drainMs: limit("drainMs", "DRAIN_MS", 600_000),
    },
  };
}

function loadChain(env: NodeJS.ProcessEnv): ChainConfig {
  const chainId = integer("COLOPHON_CHAIN_ID", env.COLOPHON_CHAIN_ID, 31337, Number.MAX_SAFE_INTEGER);
  const contracts = deployedContracts(env.COLOPHON_DEPLOYMENT);
  const find = (variable: string, name: string) => {
    const found = env[variable] || contracts[name]?.address;
    if (found && isAddress(found, { strict: false })) return getAddress(found);
    throw new GatewayConfigError(
      `${variable} is ${found ?? "missing"}, expected the address of ${name}, or COLOPHON_DEPLOYMENT a file that lists it.`,
    );
  };
  const listed = (name: string) => {
    const address = contracts[name]?.address;
    return address === undefined ? undefined : getAddress(address);
  };
  const local = LOCAL_CHAIN_IDS.has(chainId);
  return {
    chainId,
    rpcUrl: required("COLOPHON_RPC_URL", env.COLOPHON_RPC_URL, "the URL of a JSON-RPC endpoint"),
    licenseToken: find("COLOPHON_LICENSE_TOKEN", "LicenseToken"),
    datasetRegistry: find("COLOPHON_DATASET_REGISTRY", "DatasetRegistry"),
    licenseMarket: listed("LicenseMarket"),
    meterRail: listed("MeterRail"),
    streamRail: listed("StreamRail"),
    liveStreamRail: listed("LiveStreamRail"),
    recalls: listed("Recalls"),
    checkpointLog: listed("CheckpointLog"),
    proofRegistry: listed("ProofRegistry"),
    computeReceipts: listed("ComputeReceipts"),
    confirmations: integer("COLOPHON_CONFIRMATIONS", env.COLOPHON_CONFIRMATIONS, local ? 0 : 5, 10_000),
    maxHeadAge: integer("COLOPHON_MAX_HEAD_AGE", env.COLOPHON_MAX_HEAD_AGE, local ? 0 : 120, 86_400),
    rpcTimeoutMs: integer("COLOPHON_RPC_TIMEOUT_MS", env.COLOPHON_RPC_TIMEOUT_MS, 5000, 60_000),
    fromBlock: BigInt(contracts.DatasetRegistry?.block ?? 0),
  };
}

function deployedContracts(file: string | undefined): Record<string, { address: string; block?: number }> {
  if (!file) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8")).contracts ?? {};
  } catch {
    throw new GatewayConfigError(
      "COLOPHON_DEPLOYMENT does not name a readable JSON file: expected a deployments/<chainId>.json.",
    );
  }
}

function loadJobs(key: string | undefined, kinds: string | undefined): JobsConfig | undefined {
  if (key === undefined && kinds === undefined) return undefined;
  const names = required("COLOPHON_GATEWAY_JOB_KINDS", kinds, "kinds of jobs with commas, such as softmax-digits");
  const listed = names.split(",").map((name) => name.trim());
  return { key: loadKey("COLOPHON_GATEWAY_JOBS_KEY", key), kinds: listed.filter(Boolean) };
}

function optionalKey(name: string, given: string | undefined): Hex | undefined {
  return given === undefined ? undefined : loadKey(name, given);
}

/** A private key. What was found is a secret, also when it is wrong. @throws GatewayConfigError */
export function loadKey(name: string, given: string | undefined): Hex {
  const key = required(`${name} (or _FILE)`, given, "a private key as 0x and 64 hex digits");
  try {
    privateKeyToAccount(key as Hex);
    return key as Hex;
  } catch {
    throw new GatewayConfigError(`${name} is not a private key: expected 0x and 64 hex digits.`);
  }
}

function loadTls(certFile: string | undefined, keyFile: string | undefined): GatewayConfig["tls"] {
  if (!certFile && !keyFile) return undefined;
  const cert = required("COLOPHON_GATEWAY_TLS_CERT_FILE", secret(undefined, certFile), "a PEM file beside the key's");
  const key = required(
    "COLOPHON_GATEWAY_TLS_KEY_FILE",
    secret(undefined, keyFile),
    "a PEM file beside the certificate's",
  );
  try {
    createSecureContext({ cert, key });
  } catch {
    throw new GatewayConfigError(
      "COLOPHON_GATEWAY_TLS_CERT_FILE and _KEY_FILE do not fit: expected a PEM certificate chain and its private key.",
    );
  }
  return { cert, key };
}

/** A secret as it is, or the contents of its file. @throws GatewayConfigError */
export function secret(inline: string | undefined, file: string | undefined): string | undefined {
  if (inline || !file) return inline;
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw new GatewayConfigError(`The file ${file} cannot be read: expected a secret in it.`);
  }
}

function logOrigin(name: string | undefined): string | undefined {
  if (name === undefined || (/^[^\s+]+$/u.test(name) && name.length <= 255)) return name;
  throw new GatewayConfigError(
    `COLOPHON_GATEWAY_LOG_ORIGIN is ${name}, expected a name like provider.example/log, without spaces and plus signs.`,
  );
}

function accounts(name: string, text: string | undefined, or = ""): Address[] {
  return (text ?? "")
    .split(",")
    .filter(Boolean)
    .map((entry) => {
      if (isAddress(entry.trim(), { strict: false })) return getAddress(entry.trim());
      throw new GatewayConfigError(`COLOPHON_GATEWAY_${name} has ${entry}, expected addresses with commas${or}.`);
    });
}

function required(name: string, value: string | undefined, expected: string): string {
  if (value) return value;
  throw new GatewayConfigError(`${name} is missing, expected ${expected}.`);
}

function origin(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text).origin;
  throw new GatewayConfigError(`${name} is ${text}, expected an origin such as https://gateway.example.`);
}

/** A decimal number as text. @throws GatewayConfigError */
export function decimal(name: string, text: string | undefined, fallback: string): string {
  if (text === undefined || /^\d{1,18}(\.\d{1,18})?$/.test(text)) return text ?? fallback;
  throw new GatewayConfigError(`${name} is ${text}, expected a decimal number such as 1 or 0.25.`);
}

/** An integer within bounds. @throws GatewayConfigError */
export function integer(name: string, text: string | undefined, fallback: number, max: number, min = 0): number {
  if (text === undefined || text === "") return fallback;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new GatewayConfigError(`${name} is ${text}, expected an integer from ${min} to ${max}.`);
}
