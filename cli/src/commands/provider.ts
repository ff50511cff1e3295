/** `colophon provider`: who serves data, with which keys. */
import {
  addProviderKey,
  findProviderProfile,
  KEY_PURPOSE_BITS,
  type KeyPurpose,
  providerKey,
  providerOf,
  registerProvider,
  revokeProviderKey,
  setDelegatorShare,
} from "@colophon-protocol/sdk";
import { getProvider, getReputation } from "@colophon-protocol/sdk/indexer";
import type { Command } from "commander";
import type { Hex } from "viem";
import { actingAddress, parseAddress } from "../account.js";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { checksummed } from "../output.js";
import { parsePercent } from "../parse.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { fileHash, parseNamed } from "./trust-values.js";
import { addVerb } from "./verbs.js";

const PURPOSES = Object.keys(KEY_PURPOSE_BITS) as KeyPurpose[];

interface ProfileOptions extends Settings {
  payout?: string;
  endpoints?: string;
  description?: string;
  terms?: string;
}

export function addProvider(program: Command): void {
  const provider = program
    .command("provider")
    .description("register as a provider, and name the keys that sign for it");
  const profile = (usage: string, text: string, ...examples: string[]) =>
    addVerb(provider, usage, text, ...examples)
      .option("--payout <address>", "who gets rewards and withdrawals; the provider itself unless told")
      .option("--endpoints <uri>", "where the service description is")
      .option("--description <file>", "that description, or its SHA-256")
      .option("--terms <file>", "the provider terms that are accepted, or their SHA-256");
  profile(
    "register",
    "register as a provider",
    "provider register --endpoints https://provider.example/service.json --description service.json --terms provider-terms.txt",
  ).action((_, command) => runRegister(command.optsWithGlobals()));
  profile(
    "update",
    "change what is registered; what is not given stays",
    "provider update --payout 0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  ).action((_, command) => runUpdate(command.optsWithGlobals()));
  addVerb(
    provider,
    "share <percent>",
    "set the delegators' part of what `bond reward` hands out: more at once, less after the thawing time",
    "provider share 20",
  ).action((percent, _, command) => runShare(percent, command.optsWithGlobals()));
  addVerb(
    provider,
    "show [address]",
    "a provider as registered; with --indexer its record and reputation too",
    "provider show",
    "provider show 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --indexer http://127.0.0.1:42069 --json",
  ).action((address, _, command) => runShow(address, command.optsWithGlobals()));

  const keys = provider.command("keys").description("keys that sign receipts and log heads for the provider");
  addVerb(
    keys,
    "add <address>",
    "let a key sign from now on; a key is added once",
    "provider keys add 0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65 --for receipts logs",
  )
    .option("--for <purpose...>", `what it signs: ${PURPOSES.join(", ")}`, PURPOSES)
    .action((key, _, command) => runAddKey(key, command.optsWithGlobals()));
  addVerb(
    keys,
    "revoke <address>",
    "end a key from now on, for good; what it signed before stays signed",
    "provider keys revoke 0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65",
  ).action((key, _, command) => runRevokeKey(key, command.optsWithGlobals()));
  addVerb(
    keys,
    "show <address>",
    "what a key signs, from when to when",
    "provider keys show 0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65",
  )
    .option("--provider <address>", "whose key; the signing account's unless told")
    .action((key, _, command) => runShowKey(key, command.optsWithGlobals()));
}

interface Given {
  payout?: Hex;
  endpoints?: string;
  endpointsHash?: Hex;
  termsHash?: Hex;
}

/** What of a profile is on the command line. @throws CliError where an address of a service lacks its description */
async function givenProfile({ payout, endpoints, description, terms }: ProfileOptions): Promise<Given> {
  if ((endpoints === undefined) !== (description === undefined)) {
    const missing = endpoints === undefined ? "--endpoints" : "--description";
    throw new CliError(`${missing} is missing.`, EXIT.usage, "Give the URI and the file it leads to together.");
  }
  return {
    ...(payout === undefined ? {} : { payout: parseAddress("--payout", payout) }),
    ...(endpoints === undefined ? {} : { endpoints }),
    ...(description === undefined ? {} : { endpointsHash: await fileHash("--description", description) }),
    ...(terms === undefined ? {} : { termsHash: await fileHash("--terms", terms) }),
  };
}

async function runRegister(options: ProfileOptions): Promise<void> {
  const given = await givenProfile(options);
  const { endpoints, endpointsHash, termsHash } = given;
  if (endpoints === undefined || endpointsHash === undefined || termsHash === undefined) {
    const missing = endpoints === undefined ? "--endpoints" : "--terms";
    throw new CliError(
      `${missing} is missing.`,
      EXIT.usage,
      "A provider says where it serves and which terms it accepts.",
    );
  }
  const context = await createContext(options);
  const payout = given.payout ?? (await actingAddress(context.settings));
  await putProfile(context, { payout, endpoints, endpointsHash, termsHash });
}

async function runUpdate(options: ProfileOptions): Promise<void> {
  const given = await givenProfile(options);
  if (Object.keys(given).length === 0) {
    throw new CliError(
      "There is nothing to change.",
      EXIT.usage,
      "Give --payout, --endpoints with --description, or --terms.",
    );
  }
  const context = await createContext(options);
  const { client, deployment, settings } = context;
  const found = await findProviderProfile(client, { deployment, provider: await actingAddress(settings) });
  if (!found) throw new CliError("This account is no provider yet.", EXIT.usage, "Use `colophon provider register`.");
  await putProfile(context, { ...found, ...given });
}

async function putProfile(context: Context, profile: Required<Given>): Promise<void> {
  printOutcome(context, await write(context, registerProvider, profile), (event) => ({
    provider: event?.provider,
    ...profile,
  }));
}

async function runShare(value: string, options: Settings): Promise<void> {
  const bps = parsePercent("<percent>", value);
  const context = await createContext(options);
  printOutcome(context, await write(context, setDelegatorShare, { bps }), (event) => ({
    provider: event?.provider,
    percent: bps / 100,
    effectiveAt: event?.effectiveAt,
  }));
}

async function runAddKey(value: string, options: Settings & { for: string[] }): Promise<void> {
  const key = parseAddress("<address>", value);
  const purposes = options.for.flatMap((each) => each.split(",")).map((each) => parseNamed("--for", each, PURPOSES));
  const context = await createContext(options);
  printOutcome(context, await write(context, addProviderKey, { key, purposes }), () => ({ key, purposes }));
}

async function runRevokeKey(value: string, options: Settings): Promise<void> {
  const key = parseAddress("<address>", value);
  const context = await createContext(options);
  printOutcome(context, await write(context, revokeProviderKey, { key }), () => ({ key, revoked: true }));
}

async function runShowKey(value: string, options: Settings & { provider?: string }): Promise<void> {
  const key = parseAddress("<address>", value);
  const context = await createContext(options);
  const { client, deployment, output, settings } = context;
  const provider = options.provider ? parseAddress("--provider", options.provider) : await actingAddress(settings);
  const found = await providerKey(client, { deployment, provider, key });
  output.result({ provider, key, added: found !== undefined, ...found });
}

async function runShow(value: string | undefined, options: Settings): Promise<void> {
  const asked = value === undefined ? undefined : parseAddress("[address]", value);
  const context = await createContext(options);
  const { client, deployment, output, settings, chainId } = context;
  const provider = asked ?? (await actingAddress(settings));
  const [found, profile] = await Promise.all([
    providerOf(client, { deployment, provider }),
    findProviderProfile(client, { deployment, provider }),
  ]);
  const known = settings.indexer ? await recordOf({ url: settings.indexer }, chainId, provider) : {};
  output.result(checksummed({ provider, registered: found !== undefined, ...profile, ...found, ...known }));
}

/** What an indexer knows of a provider besides. */
async function recordOf(options: { url: string }, chainId: number, provider: Hex) {
  const [record, reputation] = await Promise.all([
    getProvider(options, { chainId, provider }),
    getReputation(options, { kind: "provider", id: provider }),
  ]);
  const { score, terms } = reputation;
  const { keys, accounts, faults, logForks, challenges } = record ?? {};
  return { keys, accounts, faults, logForks, challenges, reputation: { score, terms } };
}
