/** The account that signs. Its key comes from the environment or a private file, and is never printed. */
import type { Address } from "viem";
import { getAddress, isAddress } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { CliError, EXIT } from "./exit-codes.js";
import { readPrivate } from "./secrets.js";
import type { Settings } from "./settings.js";

/** The signing account, undefined when no key was given. @throws CliError when the key is malformed; the key is not shown */
export async function findAccount(settings: Settings): Promise<PrivateKeyAccount | undefined> {
  const fromFile = settings.keyFile ? await readKeyFile(settings.keyFile) : undefined;
  const key = process.env.COLOPHON_PRIVATE_KEY ?? fromFile;
  if (!key) return undefined;
  const where = process.env.COLOPHON_PRIVATE_KEY ? "COLOPHON_PRIVATE_KEY" : settings.keyFile;
  const hex = key.trim().replace(/^0x/, "");
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) {
    throw new CliError(
      `${where} does not hold a private key.`,
      EXIT.usage,
      "Expected 64 hex digits, with or without 0x.",
    );
  }
  try {
    return privateKeyToAccount(`0x${hex}`);
  } catch {
    throw new CliError(`${where} holds a number that is no private key.`, EXIT.usage);
  }
}

/** The signing account. @throws CliError saying how to give a key */
export async function requireSigner(settings: Settings): Promise<PrivateKeyAccount> {
  const account = await findAccount(settings);
  if (account) return account;
  throw new CliError(
    "This needs a key to sign with.",
    EXIT.usage,
    "Set COLOPHON_PRIVATE_KEY, or pass --key-file <file>.",
  );
}

/** Whom a command acts for: the signing account, or in a dry run `--from`. */
export async function actingAddress(settings: Settings): Promise<Address> {
  if (settings.from && !settings.dryRun) {
    throw new CliError("--from only works with --dry-run.", EXIT.usage, "Sending needs the key itself.");
  }
  if (settings.from) return parseAddress("--from", settings.from);
  return (await requireSigner(settings)).address;
}

async function readKeyFile(path: string): Promise<string> {
  const text = await readPrivate(path);
  if (text !== undefined) return text;
  throw new CliError(`There is no key file ${path}.`, EXIT.usage);
}

/** An address from the command line, checksummed. @throws CliError naming the option */
export function parseAddress(name: string, value: string): Address {
  if (isAddress(value, { strict: false })) return getAddress(value);
  throw new CliError(`${name} is "${value}".`, EXIT.usage, "Expected an address: 0x and 40 hex digits.");
}
