/** Parents of versions: grants that their owners sign, and the links that a new version brings along. */
import { randomBytes } from "node:crypto";
import { cancelGrant, isGrantUsed, type ParentLink, saleState, signParentGrant } from "@colophon-protocol/sdk";
import type { Message } from "@colophon-protocol/sdk/formats";
import type { Command } from "commander";
import { type Address, bytesToBigInt, type Hex, isAddressEqual } from "viem";
import { actingAddress, parseAddress, requireSigner } from "../account.js";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import type { Printable } from "../output.js";
import { MAX_BPS, parseHash, parseId, parseInteger, parsePercent, parseTime } from "../parse.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { readSigned, shownSigned, writeSigned } from "../signed-file.js";
import { MAX_VERSION } from "./component.js";
import { chainNow, parseVersion } from "./trust-values.js";
import { addVerb } from "./verbs.js";

const MONTH = 30 * 86_400;

/** What `--help` says of `--parent`. */
export const PARENT_HELP =
  "a parent: the file of its owner's grant, or <dataset>/<version>:<percent>:<license> by a license of yours with `derive`";

/** Adds the verbs of a parent's owner. */
export function addGrantVerbs(dataset: Command): void {
  addVerb(
    dataset,
    "grant <id>",
    "let one child version name your dataset as a parent: signs a file for who publishes the child, sends nothing",
    "dataset grant 1 --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --content-root 0x5e… --share 5 --out grant.json",
    "dataset grant 1 --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --content-root 0x5e… --bundle --out grant.json",
  )
    .requiredOption("--to <address>", "who will publish the child")
    .requiredOption("--content-root <hash>", "contents of the child, as `dataset ingest` prints them")
    .requiredOption("--out <file>", "where to write the grant")
    .option("--version-number <n>", "version", "1")
    .option("--share <percent>", "part of what the child earns after the fee that is paid to your dataset", "0")
    .option("--bundle", "licenses of the child open your version too")
    .option("--deadline <time>", "until when it may be used; 30 days from now unless told")
    .option("--nonce <n>", "tells grants apart, so that one can be cancelled; a random one unless told")
    .action((id, _, command) => runGrant(id, command.optsWithGlobals()));
  addVerb(
    dataset,
    "cancel-grant <grant>",
    "make a grant of yours unusable, by its file or nonce, unless a version was published with it already",
    "dataset cancel-grant grant.json",
  ).action((grant, _, command) => runCancel(grant, command.optsWithGlobals()));
}

interface GrantOptions extends Settings {
  to: string;
  contentRoot: string;
  out: string;
  versionNumber: string;
  share: string;
  bundle?: boolean;
  deadline?: string;
  nonce?: string;
}

async function runGrant(id: string, options: GrantOptions): Promise<void> {
  const parentId = parseId("<id>", id);
  const terms = {
    parentId,
    parentVersion: parseInteger("--version-number", options.versionNumber, 1, MAX_VERSION),
    childOwner: parseAddress("--to", options.to),
    childContentRoot: parseHash("--content-root", options.contentRoot),
    shareBps: parsePercent("--share", options.share),
    bundle: options.bundle === true,
    nonce: options.nonce === undefined ? bytesToBigInt(randomBytes(8)) : parseNonce("--nonce", options.nonce),
  };
  const until = options.deadline === undefined ? undefined : parseTime("--deadline", options.deadline);
  const context = await createContext(options);
  const { client, deployment, settings, output } = context;
  const message = { ...terms, deadline: until ?? (await chainNow(context)) + MONTH };
  await requireParentOwner(context, message, await actingAddress(settings));
  if (settings.dryRun) {
    output.result({ dryRun: true, ...shownGrant(message) });
    return;
  }
  const signature = await signParentGrant(client, { deployment, account: await requireSigner(settings), message });
  await writeSigned<"ParentGrant">(options.out, { message, signature });
  output.result(shownSigned<"ParentGrant">({ message, signature }));
}

const shownGrant = (message: Message<"ParentGrant">): { [key: string]: Printable } => ({ message: { ...message } });

/** A grant of anyone but the owner would only fail when the child is published, in somebody else's hands. */
async function requireParentOwner(
  { client, deployment }: Context,
  { parentId, parentVersion, nonce }: Message<"ParentGrant">,
  signer: Address,
): Promise<void> {
  const place = { deployment, datasetId: parentId, version: parentVersion, encoding: 1 };
  const { owner } = await saleState(client, place);
  if (!isAddressEqual(owner, signer)) {
    throw new CliError(`Dataset ${parentId} is owned by ${owner}.`, EXIT.usage, "Only its owner grants.");
  }
  if (await isGrantUsed(client, { deployment, owner, nonce })) {
    throw new CliError(`Nonce ${nonce} was used or cancelled.`, EXIT.usage, "Pass another --nonce, or none.");
  }
}

async function runCancel(grant: string, options: Settings): Promise<void> {
  const isNonce = /^\d+$/.test(grant);
  const nonce = isNonce ? parseNonce("<grant>", grant) : (await readSigned("ParentGrant", grant)).message.nonce;
  const context = await createContext(options);
  const { client, deployment, settings } = context;
  const owner = await actingAddress(settings);
  if (await isGrantUsed(client, { deployment, owner, nonce })) {
    throw new CliError(
      `Your grant ${nonce} was used or cancelled before.`,
      EXIT.refused,
      "Parents of a version that is published stay: `colophon dataset show` lists them.",
    );
  }
  printOutcome(context, await write(context, cancelGrant, { nonce }), () => ({ nonce, cancelled: true }));
}

// ---- links of a version to be published

/** A link, and how it was given. */
export interface GivenLink {
  link: ParentLink;
  /** What the grant is for; undefined for a license. */
  grantedTo?: { owner: Address; contentRoot: Hex };
  from: string;
}

/** Reads what `--parent` names. @throws CliError, FormatError when a value or file is malformed, or the links do not add up */
export async function readParents(values: readonly string[]): Promise<GivenLink[]> {
  const links = await Promise.all(values.map((value) => (isLicensed(value) ? byLicense(value) : byGrant(value))));
  const ids = new Set(links.map(({ link }) => link.parentId));
  if (ids.size < links.length) {
    throw new CliError("--parent names a dataset twice.", EXIT.usage, "Name each parent once, with its whole share.");
  }
  const total = links.reduce((sum, { link }) => sum + link.shareBps, 0);
  if (total > MAX_BPS) {
    throw new CliError(`The parents' shares come to ${total / 100} %.`, EXIT.usage, "Expected at most 100 % in all.");
  }
  return links;
}

/** Whether a value has, or was meant to have, the form of a link by license; anything else is a file. */
const isLicensed = (value: string) => /^\d+(\/\d+)?(:|$)/.test(value);

function byLicense(value: string): GivenLink {
  const [place, percent, license, ...rest] = value.split(":");
  if (!place || percent === undefined || license === undefined || rest.length > 0) {
    throw new CliError(
      `--parent is "${value}".`,
      EXIT.usage,
      "Expected a grant's file, or <dataset>/<version>:<percent>:<license>, such as 1/1:10:7.",
    );
  }
  const { datasetId, version } = parseVersion("--parent", place);
  const link = {
    ...{ parentId: datasetId, parentVersion: version, shareBps: parsePercent("--parent", percent), bundle: false },
    ...{ licenseId: parseId("--parent", license), nonce: 0n, deadline: 0, signature: "0x" as const },
  };
  return { link, from: `license ${license}` };
}

async function byGrant(path: string): Promise<GivenLink> {
  const { message, signature } = await readSigned("ParentGrant", path);
  const { childOwner, childContentRoot, ...terms } = message;
  return {
    link: { ...terms, licenseId: 0n, signature },
    grantedTo: { owner: childOwner, contentRoot: childContentRoot },
    from: path,
  };
}

/** Checks that grants are for this version: on chain that would look like a wrong signature. @throws CliError */
export function requireGrantedTo(links: readonly GivenLink[], child: { owner: Address; contentRoot: Hex }): void {
  for (const { grantedTo, from } of links) {
    if (!grantedTo) continue;
    if (grantedTo.contentRoot.toLowerCase() !== child.contentRoot.toLowerCase()) {
      throw new CliError(
        `${from} is a grant for contents ${grantedTo.contentRoot}.`,
        EXIT.usage,
        `This store holds ${child.contentRoot}: have the parent's owner grant for that.`,
      );
    }
    if (!isAddressEqual(grantedTo.owner, child.owner)) {
      throw new CliError(`${from} is a grant to ${grantedTo.owner}.`, EXIT.usage, `You publish as ${child.owner}.`);
    }
  }
}

/** Links as people read them. */
export const shownParents = (links: readonly GivenLink[]): Printable =>
  links.map(({ link: { parentId, parentVersion, shareBps, bundle }, from }) => ({
    parent: `${parentId}/${parentVersion}`,
    percent: shareBps / 100,
    bundle,
    by: from,
  }));

function parseNonce(name: string, value: string): bigint {
  return value === "0" ? 0n : parseId(name, value);
}
