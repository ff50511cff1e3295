/** Settings of one run: command line before environment before config file. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { CliError, EXIT } from "./exit-codes.js";
import { readPrivate, writePrivate } from "./secrets.js";

/** Settings that the config file may hold. Never a private key: only where it is. */
const CONFIG_KEYS = ["rpcUrl", "chain", "deployment", "gateway", "indexer", "keyFile"] as const;
export type ConfigKey = (typeof CONFIG_KEYS)[number];
export type Config = Partial<Record<ConfigKey, string>>;

/** What every command knows. */
export interface Settings extends Config {
  json: boolean;
  dryRun: boolean;
  /** Account that a dry run without a key acts for. */
  from?: string;
}

const ENVIRONMENT: Record<ConfigKey, string> = {
  rpcUrl: "COLOPHON_RPC_URL",
  chain: "COLOPHON_CHAIN",
  deployment: "COLOPHON_DEPLOYMENT",
  gateway: "COLOPHON_GATEWAY",
  indexer: "COLOPHON_INDEXER",
  keyFile: "COLOPHON_KEY_FILE",
};

/** Where the config file is: `COLOPHON_CONFIG`, else in the user's config folder. */
export function configPath(): string {
  const folder = process.env.XDG_CONFIG_HOME ?? join(homedir(), ".config");
  return process.env.COLOPHON_CONFIG ?? join(folder, "colophon", "config.json");
}

/** The config file's content; empty when there is none. @throws CliError when it is malformed or others can read it */
export async function readConfig(): Promise<Config> {
  const path = configPath();
  const text = await readPrivate(path);
  if (text === undefined) return {};
  const value = parseJson(text, path);
  if (typeof value !== "object" || value === null) throw new CliError(`${path} is not a JSON object.`, EXIT.usage);
  for (const [key, setting] of Object.entries(value)) {
    requireConfigKey(key);
    if (typeof setting !== "string") throw new CliError(`${path}: ${key} must be a string.`, EXIT.usage);
  }
  return value as Config;
}

/** Sets one setting of the config file. */
export async function writeConfig(key: string, value: string): Promise<string> {
  requireConfigKey(key);
  const config = { ...(await readConfig()), [key]: value };
  await writePrivate(configPath(), `${JSON.stringify(config, null, 2)}\n`);
  return configPath();
}

function requireConfigKey(key: string): asserts key is ConfigKey {
  if ((CONFIG_KEYS as readonly string[]).includes(key)) return;
  throw new CliError(`There is no setting "${key}".`, EXIT.usage, `Expected one of: ${CONFIG_KEYS.join(", ")}.`);
}

/** Completes the command line's options from environment and config file. */
export async function completeSettings(options: Partial<Settings>): Promise<Settings> {
  const config = await readConfig();
  const found: Config = {};
  for (const key of CONFIG_KEYS) {
    const value = options[key] ?? process.env[ENVIRONMENT[key]] ?? config[key];
    if (value !== undefined && value !== "") found[key] = value;
  }
  const { json = false, dryRun = false, from } = options;
  return { ...found, json, dryRun, ...(from === undefined ? {} : { from }) };
}

/** A setting that a command cannot do without. @throws CliError saying how to give it */
export function requireSetting(settings: Settings, key: ConfigKey, flag: string): string {
  const value = settings[key];
  if (value) return value;
  throw new CliError(
    `${flag} is needed.`,
    EXIT.usage,
    `Pass ${flag}, set ${ENVIRONMENT[key]}, or: colophon config set ${key} <value>`,
  );
}

/** Reads a file. @throws CliError when it cannot be read */
export async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: Error) => {
    throw new CliError(`Cannot read ${path}: ${(cause as NodeJS.ErrnoException).code ?? cause.message}.`, EXIT.usage);
  });
}

/** Reads and parses a JSON file. @throws CliError when it is missing or not JSON */
export async function readJsonFile(path: string): Promise<unknown> {
  return parseJson(new TextDecoder().decode(await readBytes(path)), path);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError(`${path} is not JSON: ${(cause as Error).message}.`, EXIT.usage);
  }
}
