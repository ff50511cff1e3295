/** `colophon log`: a provider's append-only log, believed only as far as it is signed, and dated where it is anchored. */
import {
  anchorLog,
  type Deployment,
  logEntryIncludedAt,
  logHead,
  logOriginHash,
  openLog,
} from "@colophon-protocol/sdk";
import { fromHex, toHex } from "@colophon-protocol/sdk/formats";
import { type LogAuthority, LogReader, type OpenedCheckpoint } from "@colophon-protocol/sdk/log";
import type { Command } from "commander";
import type { Address } from "viem";
import { parseAddress } from "../account.js";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import type { Printable } from "../output.js";
import { parseInteger } from "../parse.js";
import { printOutcome, write } from "../send.js";
import { requireSetting, type Settings } from "../settings.js";
import { addVerb } from "./verbs.js";

interface LogOptions extends Settings {
  provider: string;
  signer?: string;
  logKey?: string;
}

export function addLog(program: Command): void {
  const log = program.command("log").description("a provider's append-only log: what it says, and since when");
  const verb = (usage: string, text: string, example: string) =>
    addVerb(log, usage, text, example)
      .requiredOption("--provider <address>", "whose log it is")
      .option("--signer <address>", "who signs its heads for contracts; the provider unless told")
      .option(
        "--log-key <key>",
        "its key, name+hash+key, from the provider's service description; asked of the log unless told",
      );
  const gateway = "--provider 0x7099… --gateway http://127.0.0.1:7480";
  verb("head", "the newest signed head, and the one that is anchored on chain", `log head ${gateway}`).action(
    (_, command) => runHead(command.optsWithGlobals()),
  );
  verb(
    "entry <index>",
    "one entry with its proof, and since when it is there at the latest",
    `log entry 0 ${gateway}`,
  ).action((index, _, command) => runEntry(index, command.optsWithGlobals()));
  verb(
    "verify",
    "read the whole log: every entry under the head, and the head after the anchored one",
    `log verify ${gateway}`,
  ).action((_, command) => runVerify(command.optsWithGlobals()));
  verb("anchor", "anchor the newest head on chain; anyone may", `log anchor ${gateway}`).action((_, command) =>
    runAnchor(command.optsWithGlobals()),
  );
}

/** A log with its newest head, and what of it is anchored. */
interface Opened {
  context: Context;
  provider: Address;
  reader: LogReader;
  head: OpenedCheckpoint;
  anchored: Awaited<ReturnType<typeof logHead>>;
  /** Whether the key came from the log itself: then the provider's signature for contracts is all that says whose it is. */
  keyFromLog: boolean;
}

async function open(options: LogOptions): Promise<Opened> {
  const provider = parseAddress("--provider", options.provider);
  const signer = options.signer === undefined ? provider : parseAddress("--signer", options.signer);
  const context = await createContext(options);
  const { client, deployment, chainId, settings } = context;
  const url = `${requireSetting(settings, "gateway", "--gateway").replace(/\/+$/, "")}/log`;
  const authority = { chainId, licenseToken: licenseTokenOf(deployment), provider, signer } satisfies LogAuthority;
  const reader = new LogReader({ url, verifierKey: options.logKey ?? (await keyOfLog(url)), authority });
  const head = await reader.head();
  const anchored = await logHead(client, { deployment, provider, originHash: logOriginHash(head.origin) });
  return { context, provider, reader, head, anchored, keyFromLog: options.logKey === undefined };
}

/** The key that a log names itself: it says of one log that it is one, not whose it is. @throws CliError */
export async function keyOfLog(url: string): Promise<string> {
  const response = await fetch(`${url}/key`);
  if (response.ok) return (await response.text()).trim();
  throw new CliError(
    `The log answered ${response.status} for its key.`,
    EXIT.unreachable,
    "Check --gateway, or give --log-key.",
  );
}

/** @throws CliError when the deployment has none */
export function licenseTokenOf({ contracts }: Deployment): Address {
  const found = contracts.LicenseToken?.address;
  if (found) return found;
  throw new CliError("The deployment lists no LicenseToken.", EXIT.usage, "Check --deployment.");
}

const shown = ({ head, anchored, keyFromLog }: Opened) => ({
  origin: head.origin,
  size: head.size,
  root: toHex(head.root),
  signedAt: head.onChain?.head.signedAt,
  signer: head.onChain?.signer,
  key: keyFromLog ? "as the log says; the provider's own signature was checked" : "as given",
  anchored: anchored && { size: anchored.size, root: anchored.root, anchoredAt: anchored.anchoredAt },
});

async function runHead(options: LogOptions): Promise<void> {
  const opened = await open(options);
  opened.context.output.result(shown(opened));
}

async function runEntry(given: string, options: LogOptions): Promise<void> {
  const index = parseInteger("<index>", given, 0, Number.MAX_SAFE_INTEGER);
  const opened = await open(options);
  const { reader, head, context } = opened;
  const { entry, leafHash, proof } = await reader.entry(index, head);
  const text = new TextDecoder().decode(entry);
  const includedBy = await dated(opened, index, toHex(leafHash));
  context.output.result({
    index,
    entry: parsed(text),
    leafHash: toHex(leafHash),
    proof: proof.map((node) => toHex(node)),
    size: head.size,
    includedBy,
  });
}

/** When the entry was anchored, as the contract says it. */
async function dated({ context, provider, reader, head, anchored }: Opened, index: number, leafHash: `0x${string}`) {
  if (!anchored || BigInt(index) >= anchored.size) return undefined;
  const { proof } = await reader.entry(index, anchoredHead(head, anchored));
  const { client, deployment } = context;
  const entry = { index: BigInt(index), leafHash, proof: proof.map((node) => toHex(node)) };
  return logEntryIncludedAt(client, { deployment, provider, originHash: logOriginHash(head.origin), ...entry });
}

async function runVerify(options: LogOptions): Promise<void> {
  const opened = await open(options);
  const { reader, head, anchored, context } = opened;
  if (anchored) await reader.consistency(anchoredHead(head, anchored), head);
  const kinds: Record<string, number> = {};
  let read = 0;
  for await (const entry of reader.entries(0, head.size, head)) {
    const content = parsed(new TextDecoder().decode(entry));
    const kind = typeof content === "object" && content !== null && "type" in content ? String(content.type) : "other";
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (++read % 256 === 0) context.output.progress(`${read} of ${head.size} entries`);
  }
  context.output.result({ ...shown(opened), entries: read, kinds, beginsWithAnchored: anchored ? true : undefined });
}

async function runAnchor(options: LogOptions): Promise<void> {
  const opened = await open(options);
  const { reader, head, anchored, context } = opened;
  const signed = head.onChain as NonNullable<typeof head.onChain>;
  const outcome = anchored
    ? await write(context, anchorLog, { ...signed, proof: await proofSince(reader, head, anchored) })
    : await write(context, openLog, { ...signed, origin: head.origin });
  printOutcome(context, outcome, () => ({ origin: head.origin, size: head.size, root: toHex(head.root) }));
}

async function proofSince(reader: LogReader, head: OpenedCheckpoint, anchored: NonNullable<Opened["anchored"]>) {
  return (await reader.consistency(anchoredHead(head, anchored), head)).map((node) => toHex(node));
}

const anchoredHead = ({ origin }: OpenedCheckpoint, { size, root }: NonNullable<Opened["anchored"]>) => ({
  origin,
  size: Number(size),
  root: fromHex(root, 32),
});

/** Entries of ours are JSON; others are shown as they are. */
function parsed(text: string): Printable {
  try {
    return JSON.parse(text) as Printable;
  } catch {
    return text;
  }
}
