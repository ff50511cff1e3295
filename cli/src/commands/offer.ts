/** `colophon offer`: what is for sale. */
import { writeFile } from "node:fs/promises";
import {
  buildOffer,
  checkRailTerms,
  closeOffer,
  coverOf,
  encodingOf,
  findOffer,
  liveDealOf,
  type Offer,
  offerId,
  offerState,
  offerToJson,
  openOffer,
  parseOffer,
  RAILS,
  summarizeRailTerms,
  unpackRailTerms,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { isHex } from "viem";
import { actingAddress, parseAddress } from "../account.js";
import { type Context, createContext } from "../context.js";
import { type Printable, toJson } from "../output.js";
import { parseAmount, parseHash, parseId, parseInteger, parseTime } from "../parse.js";
import { printOutcome, write } from "../send.js";
import { readJsonFile, type Settings } from "../settings.js";
import { addRailOptions, type RailOptions, railTermsOf } from "./rail-options.js";
import { termsIdOf } from "./terms.js";
import { amountText, tokenAddress, tokenUnits } from "./token.js";

export function addOffer(program: Command): void {
  const offer = program.command("offer").description("open, close and show offers");
  const open = offer
    .command("open")
    .description("open an offer for one version")
    .requiredOption("--dataset <id>", "dataset")
    .requiredOption("--terms <terms>", "id, template or file of registered terms")
    .requiredOption("--price <amount>", 'price in whole tokens, such as "250"')
    .requiredOption("--token <token>", "payment token: an address, or a name of the deployment")
    .option("--version-number <n>", "version", "1")
    .option("--encoding <n>", "encoding", "1")
    .option("--split <n>", "split among contributors; 0 for the owner alone", "0")
    .option("--arbitrator <address>", "who rules when money is contested")
    .option("--opens-at <time>", "seconds or date", "0")
    .option("--closes-at <time>", "seconds or date; 0 for never", "0")
    .option("--editions <n>", "licenses it sells at most; 0 for no limit", "0")
    .option("--exclusive", "nothing else of the version sells while a license lives")
    .option("--out <file>", "write the offer's JSON, for buyers")
    .action((_, command) => runOpen(command.optsWithGlobals()));
  addRailOptions(open);
  for (const [name, text, run] of [
    ["close", "close an offer for good", runClose],
    ["show", "an offer, its state and how it is paid", runShow],
  ] as const) {
    offer
      .command(name)
      .argument("<offer>", "id, or file of the offer's JSON")
      .description(text)
      .action((what, _, command) => run(what, command.optsWithGlobals()));
  }
}

/** An offer by id (from the chain's events) or from a JSON file. @throws CliError, ColophonError */
export async function loadOffer({ client, deployment }: Context, what: string): Promise<Offer> {
  if (isHex(what)) return findOffer(client, { deployment, offerId: parseHash("<offer>", what) });
  const value = await readJsonFile(what);
  return parseOffer((value as { offer?: unknown } | null)?.offer ?? value);
}

interface OpenOptions extends Settings, RailOptions {
  dataset: string;
  terms: string;
  price: string;
  token: string;
  versionNumber: string;
  encoding: string;
  split: string;
  arbitrator?: string;
  opensAt: string;
  closesAt: string;
  editions: string;
  exclusive?: boolean;
  out?: string;
}

async function runOpen(options: OpenOptions): Promise<void> {
  const datasetId = parseId("--dataset", options.dataset);
  const version = parseInteger("--version-number", options.versionNumber, 1, 2 ** 24 - 1);
  const encoding = parseInteger("--encoding", options.encoding, 1, 65_535);
  const split = parseInteger("--split", options.split, 0, 65_535);
  const editions = parseInteger("--editions", options.editions, 0, 2 ** 32 - 1);
  // Checked before anything is asked of the chain; a bond's decimals come from there.
  railTermsOf(options, 18);
  const termsId = await termsIdOf(options.terms);
  const context = await createContext(options);
  const { client, deployment } = context;
  const token = tokenAddress(context, options.token);
  const units = await tokenUnits(context, token);
  const { provider } = await encodingOf(client, { deployment, datasetId, version, encoding });
  const offer = buildOffer({
    seller: await actingAddress(context.settings),
    datasetId,
    version,
    encoding,
    termsId,
    token,
    price: parseAmount("--price", options.price, units.decimals),
    provider,
    split,
    editions,
    exclusive: options.exclusive === true,
    opensAt: parseTime("--opens-at", options.opensAt),
    closesAt: parseTime("--closes-at", options.closesAt),
    railTerms: railTermsOf(options, units.decimals),
    ...(options.arbitrator ? { arbitrator: parseAddress("--arbitrator", options.arbitrator) } : {}),
  });
  const cover = await checkTerms(context, offer);
  const outcome = await write(context, openOffer, { offer });
  if (options.out && !outcome.dryRun) await writeFile(options.out, `${toJson(offerToJson(offer))}\n`);
  printOutcome(context, outcome, () => ({
    offerId: offerId(offer),
    price: amountText(offer.price, units),
    payment: summarizeRailTerms(offer, (amount) => amountText(amount, units)),
    ...(cover ? { bond: coverText(cover, units) } : {}),
    offer: offerToJson(offer) as Printable,
  }));
}

/**
 * Asks the rail whether the offer could sell. Of a live offer only the terms: the provider puts its bond behind it once it is known,
 * and until then it sells nothing.
 * @returns what covers a live offer now
 */
async function checkTerms({ client, deployment }: Context, offer: Offer) {
  if (offer.rail !== RAILS.live) return checkRailTerms(client, { deployment, offer });
  const [cover] = await Promise.all([
    coverOf(client, { deployment, offer }),
    liveDealOf(client, { deployment, offer }),
  ]);
  return cover;
}

function coverText(
  { allocated, required, covered }: Awaited<ReturnType<typeof coverOf>>,
  units: Parameters<typeof amountText>[1],
) {
  return { allocated: amountText(allocated, units), required: amountText(required, units), covered };
}

async function runClose(what: string, options: Settings): Promise<void> {
  const context = await createContext(options);
  const offer = await loadOffer(context, what);
  printOutcome(context, await write(context, closeOffer, { offer }), () => ({
    offerId: offerId(offer),
    status: "Closed",
  }));
}

async function runShow(what: string, options: Settings): Promise<void> {
  const context = await createContext(options);
  const { client, deployment, output } = context;
  const offer = await loadOffer(context, what);
  const id = offerId(offer);
  const [state, units] = await Promise.all([
    offerState(client, { deployment, offerId: id }),
    tokenUnits(context, offer.token),
  ]);
  const terms = unpackRailTerms(offer);
  const { rail: _, ...termsOfRail } = terms;
  output.result({
    offerId: id,
    status: state.status,
    sold: state.sold,
    price: amountText(offer.price, units),
    offer: offerToJson(offer) as Printable,
    payment: summarizeRailTerms(offer, (amount) => amountText(amount, units)),
    [terms.rail]: termsOfRail as Printable,
    ...(terms.rail === "live" ? { bond: coverText(await coverOf(client, { deployment, offer }), units) } : {}),
  });
}
