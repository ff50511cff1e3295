import { readFile } from "node:fs/promises";
import { type Address, getAddress, isAddress } from "viem";
import { KeyNodeConfigError } from "./errors.js";

/** Chain ids on which a head may be any age: development chains mine only when asked. */
const LOCAL_CHAIN_IDS = new Set([31337, 1337]);

/** One chain under the name that conditions use for it. */
export interface ChainConfig {
  chainId: number;
  rpcUrl: string;
  licenseToken: Address;
  /** Blocks below the head at which access is read; 0 on local chains. */
  confirmations: number;
  /** Seconds that the head may lag behind, or lead, this machine's clock; 0 turns the check off, on local chains only. */
  maxHeadAge: number;
  /** Milliseconds for one RPC call. */
  rpcTimeoutMs: number;
  /** Gateway of the provider whose log is told what is released on this chain; nobody is told when absent. */
  gatewayUrl?: string;
}

export interface KeyNodeConfig {
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** Address under which clients reach this node; Lit's sessions are bound to it. Derived from host and port when absent. */
  publicUrl?: string;
  chains: Record<string, ChainConfig>;
  /** Where statements wait for a provider's log, the chain's name behind it; needed where a chain has a gateway. */
  outboxFile?: string;
  corsOrigins: string[];
  maxBodyBytes: number;
  /** Requests per minute and client address, with a burst of as many. */
  rateLimitPerMinute: number;
  /** Take the client address from X-Forwarded-For: only behind a proxy that sets it. */
  trustProxy: boolean;
  /** Longest life of a signed request, seconds. */
  maxRequestTtl: number;
  /** Seconds by which a client's clock may be ahead. */
  clockSkew: number;
  /** Longest life of a Lit session, seconds. */
  maxSessionTtl: number;
  logLevel: string;
}

/** What the process reads besides: where the share is and what opens it. */
export interface KeyNodeFileConfig extends KeyNodeConfig {
  shareFile: string;
  passphrase: string;
}

const DEFAULT_CONFIG: Omit<KeyNodeConfig, "chains"> = {
  host: "127.0.0.1",
  port: 7470,
  corsOrigins: ["*"],
  maxBodyBytes: 32 * 1024,
  rateLimitPerMinute: 300,
  trustProxy: false,
  maxRequestTtl: 300,
  clockSkew: 30,
  maxSessionTtl: 86_400,
  logLevel: "info",
};

/**
 * Completes and checks a configuration.
 * @throws KeyNodeConfigError naming the field, what was found and what was expected.
 */
export function parseKeyNodeConfig(input: unknown): KeyNodeConfig {
  const raw = expectObject("configuration", input);
  const known = new Set([
    ...Object.keys(DEFAULT_CONFIG),
    "chains",
    "publicUrl",
    "outboxFile",
    "shareFile",
    "passphraseFile",
  ]);
  const unknown = Object.keys(raw).filter((key) => !known.has(key));
  if (unknown.length > 0) throw new KeyNodeConfigError(`Unknown fields in the configuration: ${unknown.join(", ")}.`);
  const all = { ...DEFAULT_CONFIG, ...raw } as Record<string, unknown>;
  const named = Object.entries(expectObject("chains", raw.chains));
  const chains = Object.fromEntries(named.map(([name, chain]) => [name, parseChain(name, chain)]));
  if (named.length === 0) throw new KeyNodeConfigError("chains is empty: name at least one chain.");
  const told = Object.keys(chains).find((name) => chains[name]?.gatewayUrl !== undefined);
  if (told !== undefined && raw.outboxFile === undefined) {
    throw new KeyNodeConfigError(
      `outboxFile is missing: name a file where statements for chains.${told}.gatewayUrl wait.`,
    );
  }
  if (!Array.isArray(all.corsOrigins)) throw new KeyNodeConfigError("corsOrigins must be a list of origins.");
  return {
    host: expectString("host", all.host),
    port: expectInteger("port", all.port, 0, 65_535),
    ...(raw.publicUrl === undefined ? {} : { publicUrl: expectUrl("publicUrl", raw.publicUrl) }),
    chains,
    ...(raw.outboxFile === undefined ? {} : { outboxFile: expectString("outboxFile", raw.outboxFile) }),
    corsOrigins: all.corsOrigins.map((origin) => expectString("corsOrigins", origin)),
    maxBodyBytes: expectInteger("maxBodyBytes", all.maxBodyBytes, 4096, 1 << 20),
    rateLimitPerMinute: expectInteger("rateLimitPerMinute", all.rateLimitPerMinute, 1, 1_000_000),
    trustProxy: all.trustProxy === true,
    maxRequestTtl: expectInteger("maxRequestTtl", all.maxRequestTtl, 10, 3600),
    clockSkew: expectInteger("clockSkew", all.clockSkew, 0, 300),
    maxSessionTtl: expectInteger("maxSessionTtl", all.maxSessionTtl, 60, 7 * 86_400),
    logLevel: expectString("logLevel", all.logLevel),
  };
}

/**
 * Reads a configuration file; `COLOPHON_KEYNODE_PORT`, `_HOST`, `_PUBLIC_URL`, `_SHARE_FILE`, `_OUTBOX_FILE` (beside the share file
 * unless named), `_LOG_LEVEL` override it, and the passphrase comes from `COLOPHON_KEYNODE_PASSPHRASE` or the file named by `passphraseFile` or `COLOPHON_KEYNODE_PASSPHRASE_FILE`.
 * @throws KeyNodeConfigError when something is missing or wrong.
 */
export async function loadKeyNodeConfig(path: string, env: NodeJS.ProcessEnv): Promise<KeyNodeFileConfig> {
  const raw = expectObject("configuration", await readJson(path));
  const { COLOPHON_KEYNODE_PORT: port, COLOPHON_KEYNODE_HOST: host, COLOPHON_KEYNODE_PUBLIC_URL: publicUrl } = env;
  const sharePath = env.COLOPHON_KEYNODE_SHARE_FILE ?? raw.shareFile;
  const outboxFile = env.COLOPHON_KEYNODE_OUTBOX_FILE ?? raw.outboxFile ?? (sharePath && `${sharePath}.releases`);
  const config = parseKeyNodeConfig({
    ...raw,
    ...(outboxFile ? { outboxFile } : {}),
    ...(port ? { port: Number(port) } : {}),
    ...(host ? { host } : {}),
    ...(publicUrl ? { publicUrl } : {}),
    ...(env.COLOPHON_KEYNODE_LOG_LEVEL ? { logLevel: env.COLOPHON_KEYNODE_LOG_LEVEL } : {}),
  });
  const shareFile = expectString("shareFile", sharePath);
  const passphraseFile = env.COLOPHON_KEYNODE_PASSPHRASE_FILE ?? raw.passphraseFile;
  const passphrase =
    env.COLOPHON_KEYNODE_PASSPHRASE ?? (passphraseFile ? await readSecret(String(passphraseFile)) : undefined);
  if (!passphrase) {
    throw new KeyNodeConfigError("No passphrase: set COLOPHON_KEYNODE_PASSPHRASE or name a passphraseFile.");
  }
  return { ...config, shareFile, passphrase };
}

function parseChain(name: string, input: unknown): ChainConfig {
  const raw = expectObject(`chains.${name}`, input);
  const chainId = expectInteger(`chains.${name}.chainId`, raw.chainId, 1, Number.MAX_SAFE_INTEGER);
  const local = LOCAL_CHAIN_IDS.has(chainId);
  const maxHeadAge = expectInteger(`chains.${name}.maxHeadAge`, raw.maxHeadAge ?? (local ? 0 : 120), 0, 86_400);
  if (maxHeadAge === 0 && !local) {
    throw new KeyNodeConfigError(`chains.${name}.maxHeadAge must be set: 0 (no check) is for local chains only.`);
  }
  if (typeof raw.licenseToken !== "string" || !isAddress(raw.licenseToken, { strict: false })) {
    throw new KeyNodeConfigError(`chains.${name}.licenseToken must be an address, got ${String(raw.licenseToken)}.`);
  }
  return {
    chainId,
    rpcUrl: expectUrl(`chains.${name}.rpcUrl`, raw.rpcUrl),
    licenseToken: getAddress(raw.licenseToken),
    confirmations: expectInteger(`chains.${name}.confirmations`, raw.confirmations ?? (local ? 0 : 12), 0, 10_000),
    maxHeadAge,
    rpcTimeoutMs: expectInteger(`chains.${name}.rpcTimeoutMs`, raw.rpcTimeoutMs ?? 5000, 100, 60_000),
    ...(raw.gatewayUrl === undefined ? {} : { gatewayUrl: expectUrl(`chains.${name}.gatewayUrl`, raw.gatewayUrl) }),
  };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new KeyNodeConfigError(`Cannot read the configuration ${path}: ${(error as Error).message}.`);
  }
}

async function readSecret(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new KeyNodeConfigError(`Cannot read the passphrase file: ${(error as Error).message}.`);
  }
}

function expectObject(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new KeyNodeConfigError(`${name} must be an object.`);
}

function expectString(name: string, value: unknown): string {
  if (typeof value === "string" && value.length > 0) return value;
  throw new KeyNodeConfigError(`${name} must be a non-empty text, got ${typeof value}.`);
}

function expectUrl(name: string, value: unknown): string {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return (value as string).replace(/\/$/, "");
  throw new KeyNodeConfigError(`${name} must be an http or https address.`);
}

function expectInteger(name: string, value: unknown, min: number, max: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new KeyNodeConfigError(`${name} must be a whole number from ${min} to ${max}, got ${String(value)}.`);
}
