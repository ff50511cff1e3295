/** `colophon license`: buying and using licenses. */
import {
  accessOf,
  accessTo,
  activateLicense,
  buy,
  confirmDelivery,
  delegateAccess,
  type Funding,
  holdOf,
  licenseOf,
  licensesReceivedBy,
  offerIdOfLicense,
  paymentStanding,
  prepareBuy,
  provenAt,
  ReleaseCondition,
  railName,
  settleHold,
  unpackEscrowTerms,
} from "@colophon-protocol/sdk";
import type { UseName } from "@colophon-protocol/sdk/formats";
import { getLicenses } from "@colophon-protocol/sdk/indexer";
import { type Command, Option } from "commander";
import type { Address, Hex } from "viem";
import { actingAddress, parseAddress, requireSigner } from "../account.js";
import { type Context, createContext } from "../context.js";
import type { Printable } from "../output.js";
import { parseAmount, parseDuration, parseHash, parseId, parseInteger, parseReference, parseTime } from "../parse.js";
import { runPrepared } from "../prepared.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { type ComponentOptions, componentOf, MAX_VERSION } from "./component.js";
import { dealContext } from "./deal.js";
import { loadOffer } from "./offer.js";
import { termsIdOf } from "./terms.js";
import { amountText, tokenUnits } from "./token.js";

const FUNDINGS = ["auto", "allowance", "permit", "authorization", "permit2"] as const;

export function addLicense(program: Command): void {
  const license = program.command("license").description("buy, list, show, delegate and confirm licenses");
  license
    .command("buy")
    .argument("<offer>", "id, or file of the offer's JSON")
    .description("buy a license; shows each step")
    .option("--max-price <amount>", "most that may be paid, in whole tokens")
    .option("--expected-terms <terms>", "id, template or file of the terms that the offer must have")
    .option("--licensee <address>", "who gets the license; the payer unless told")
    .option("--reference <text>", "for your books: a text of at most 32 bytes, or 32 bytes of hex")
    .addOption(new Option("--funding <way>", "how to pay").choices(FUNDINGS).default("auto"))
    .option("--deposit <amount>", "metered offers: the first deposit, in whole tokens")
    .option(
      "--spending-limit <amount>",
      "post-paid metered offers: most that bills may take; the cap's price unless told",
    )
    .option("--runway <duration>", "streaming offers: how long what is wrapped shall last; a period unless told")
    .option(
      "--margin <duration>",
      "live offers: how long the buffers pay once the flow has stopped; an hour unless told",
    )
    .action((offer, _, command) => runBuy(offer, command.optsWithGlobals()));
  license
    .command("list")
    .description(
      "licenses that an account holds, bought or handed over; with --indexer the dataset's name and the hold too",
    )
    .option("--holder <address>", "account; the signing one unless told")
    .action((_, command) => runList(command.optsWithGlobals()));
  license
    .command("show")
    .argument("<id>", "license")
    .description("a license: what it allows, whether it stands, where its money is")
    .option("--user <address>", "for whom to ask access; the signing account unless told")
    .action((id, _, command) => runShow(id, command.optsWithGlobals()));
  license
    .command("access")
    .argument("<id>", "license")
    .description(
      "whether an account may use a version now, or why not: of the license's dataset, or of a bundle's component",
    )
    .option("--user <address>", "account; the signing one unless told")
    .option(
      "--dataset <id>",
      "a component of the bundle that the license is for; the license's own dataset unless told",
    )
    .option("--version-number <n>", "version; the licensed one, or 1 of a component, unless told")
    .option("--uses <use...>", "uses, all of which must be allowed; those of the license unless told")
    .action((id, _, command) => runAccess(id, command.optsWithGlobals()));
  license
    .command("delegate")
    .argument("<id>", "license")
    .argument("<address>", "who gets access")
    .description("give access to another address until a time")
    .requiredOption("--until <time>", "seconds or date")
    .action((id, to, _, command) => runDelegate(id, to, command.optsWithGlobals()));
  license
    .command("activate")
    .argument("<id>", "license")
    .description("select the license for its version, for conditions that name no license")
    .option(
      "--dataset <id>",
      "a component of the bundle that the license is for; the license's own dataset unless told",
    )
    .option("--version-number <n>", "version of the component", "1")
    .action((id, _, command) => runActivate(id, command.optsWithGlobals()));
  for (const [name, text, action] of [
    ["confirm", "confirm delivery, which pays the seller at once", confirmDelivery],
    ["settle", "release the escrowed money after a quiet challenge window; anyone may", settleHold],
  ] as const) {
    license
      .command(name)
      .argument("<id>", "license")
      .description(text)
      .action((id, _, command) => runRelease(action, id, command.optsWithGlobals()));
  }
}

interface BuyOptions extends Settings {
  maxPrice?: string;
  expectedTerms?: string;
  licensee?: string;
  reference?: string;
  funding: Funding | "auto";
  deposit?: string;
  spendingLimit?: string;
  runway?: string;
  margin?: string;
}

async function runBuy(what: string, options: BuyOptions): Promise<void> {
  const reference = options.reference ? { reference: parseReference(options.reference) } : {};
  const licensee = options.licensee ? { licensee: parseAddress("--licensee", options.licensee) } : {};
  const expected = options.expectedTerms ? { expectedTermsId: await termsIdOf(options.expectedTerms) } : {};
  const context = await createContext(options);
  const { client, deployment, settings } = context;
  const offer = await loadOffer(context, what);
  const units = await tokenUnits(context, offer.token);
  const limit = options.maxPrice ? { maxPrice: parseAmount("--max-price", options.maxPrice, units.decimals) } : {};
  const account = settings.dryRun ? await actingAddress(settings) : await requireSigner(settings);
  const quoted = isOfferId(what) ? { expectedOfferId: parseHash("<offer>", what) } : {};
  const { funding } = options;
  const prepared = await prepareBuy(client, {
    deployment,
    offer,
    account,
    funding,
    ...reference,
    ...licensee,
    ...expected,
    ...limit,
    ...quoted,
    ...railChoices(options, units.decimals),
  });
  const { offerId, payer, due, flow } = prepared;
  const facts = {
    offerId,
    payer,
    licensee: prepared.licensee,
    [settings.dryRun ? "due" : "paid"]: amountText(due, units),
    funding: prepared.funding,
    ...(flow ? { superToken: flow.superToken, rate: flow.rate, wrapped: amountText(flow.wrap, units) } : {}),
    ...(flow?.buffer ? { buffer: amountText(flow.buffer, units) } : {}),
  };
  await runPrepared(context, prepared, facts, ({ receipt }) => ({
    licenseId: buy.extractEvent(receipt.logs).licenseId,
  }));
}

/** What the rail of the offer needs to know besides; the SDK refuses what it does not fit. */
function railChoices({ deposit, spendingLimit, runway, margin }: BuyOptions, decimals: number) {
  return {
    ...(deposit ? { deposit: parseAmount("--deposit", deposit, decimals) } : {}),
    ...(spendingLimit ? { spendingLimit: parseAmount("--spending-limit", spendingLimit, decimals) } : {}),
    ...(runway ? { runway: parseDuration("--runway", runway) } : {}),
    ...(margin ? { margin: parseDuration("--margin", margin) } : {}),
  };
}

const isOfferId = (what: string) => what.startsWith("0x") && what.length === 66;

async function runList(options: Settings & { holder?: string }): Promise<void> {
  const context = await createContext(options);
  const { client, deployment, settings, output } = context;
  const holder = options.holder ? parseAddress("--holder", options.holder) : await actingAddress(settings);
  const found = settings.indexer
    ? await indexedLicenses(context, settings.indexer, holder)
    : (await licensesReceivedBy(client, { deployment, account: holder })).map((licenseId) => ({ licenseId }));
  const rows = await Promise.all(
    found.map(async ({ licenseId, ...known }) => {
      const { datasetId, version, expiry, uses, useNames } = await licenseOf(client, { deployment, licenseId });
      const access = await accessOf(client, { deployment, licenseId, user: holder, version, uses });
      return { licenseId, datasetId, version, expiry, uses: useNames, access, ...known };
    }),
  );
  // Licenses that were passed on are somebody else's now.
  output.result(rows.filter(({ access }) => access !== "NotHolder"));
}

/** What an indexer adds: the dataset's name, and where an escrow's money is. Oldest first, as the chain lists them. */
async function indexedLicenses({ chainId }: Context, url: string, holder: Address) {
  const all: { licenseId: bigint; name: string | null; hold: string | null }[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await getLicenses({ url }, { chainId, holder, ...(cursor ? { cursor } : {}) });
    for (const { licenseId, dataset, hold } of page.items) {
      all.push({ licenseId, name: dataset.name, hold: hold && stateText(hold.state) });
    }
    cursor = page.cursor;
  }
  return all.reverse();
}

/** A hold's state as `license show` has it: `Held` for the indexer's "HELD". */
const stateText = (state: string) => state.charAt(0) + state.slice(1).toLowerCase();

/** Of an escrow: its hold and, where the offer names evidence, whether that was recorded in time. */
async function escrowMoney(context: Context, licenseId: bigint, offerId: Hex): Promise<{ [key: string]: Printable }> {
  const { client, deployment } = context;
  const offer = await loadOffer(context, offerId);
  const { condition, leastAssurance } = unpackEscrowTerms(offer.railTerms);
  const hold = { hold: { ...(await holdOf(client, { deployment, licenseId })) } };
  if (condition === ReleaseCondition.None) return hold;
  const recordedAt = (await provenAt(client, { deployment, licenseId, offer })) ?? null;
  const names = Object.keys(ReleaseCondition) as (keyof typeof ReleaseCondition)[];
  const name = names.find((each) => ReleaseCondition[each] === condition) ?? `condition ${condition}`;
  return { ...hold, evidence: { condition: name, leastAssurance, recordedAt } };
}

async function runShow(id: string, options: Settings & { user?: string }): Promise<void> {
  const licenseId = parseId("<id>", id);
  const context = await createContext(options);
  const { client, deployment, account, output } = context;
  const user = options.user ? parseAddress("--user", options.user) : account?.address;
  const place = { deployment, licenseId };
  const [license, offerId, standing] = await Promise.all([
    licenseOf(client, place),
    offerIdOfLicense(client, place),
    paymentStanding(client, place),
  ]);
  const rail = railName(license.rail) ?? `rail ${license.rail}`;
  const money = rail === "escrow" ? await escrowMoney(context, licenseId, offerId) : {};
  const { uses: _, flags: __, useNames, flagNames, ...rest } = license;
  const access = user
    ? await accessOf(client, { ...place, user, version: license.version, uses: license.uses })
    : undefined;
  output.result({
    licenseId,
    offerId,
    ...rest,
    rail,
    uses: useNames,
    flags: flagNames,
    standing,
    ...money,
    ...(user ? { user, access } : {}),
  });
}

interface AccessOptions extends Settings {
  user?: string;
  dataset?: string;
  versionNumber?: string;
  uses?: UseName[];
}

async function runAccess(id: string, options: AccessOptions): Promise<void> {
  const licenseId = parseId("<id>", id);
  const asked = options.dataset ? parseId("--dataset", options.dataset) : undefined;
  const number = options.versionNumber
    ? parseInteger("--version-number", options.versionNumber, 1, MAX_VERSION)
    : undefined;
  const { client, deployment, settings, output } = await createContext(options);
  const user = options.user ? parseAddress("--user", options.user) : await actingAddress(settings);
  const license = await licenseOf(client, { deployment, licenseId });
  const datasetId = asked ?? license.datasetId;
  const version = number ?? (datasetId === license.datasetId ? license.version : 1);
  const uses = options.uses ?? license.useNames;
  const access = await accessTo(client, { deployment, licenseId, user, datasetId, version, uses });
  output.result({ licenseId, user, datasetId, version, uses, access });
}

async function runDelegate(id: string, to: string, options: Settings & { until: string }): Promise<void> {
  const parameters = {
    licenseId: parseId("<id>", id),
    delegate: parseAddress("<address>", to),
    until: parseTime("--until", options.until),
  };
  const context = await createContext(options);
  printOutcome(context, await write(context, delegateAccess, parameters), () => parameters);
}

async function runActivate(id: string, options: Settings & ComponentOptions): Promise<void> {
  const licenseId = parseId("<id>", id);
  const component = componentOf(options);
  const context = await createContext(options);
  const own = await licenseOf(context.client, { deployment: context.deployment, licenseId });
  const { datasetId, version } = component ?? own;
  const parameters = { licenseId, datasetId, version };
  printOutcome(context, await write(context, activateLicense, parameters), () => parameters);
}

async function runRelease(
  action: typeof confirmDelivery | typeof settleHold,
  id: string,
  options: Settings,
): Promise<void> {
  const { context, deal, units } = await dealContext(id, "escrow", options);
  const { licenseId } = deal;
  const outcome = await write(context, action, deal);
  printOutcome(context, outcome, (event) => ({ licenseId, released: event && amountText(event.amount, units) }));
}
