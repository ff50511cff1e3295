/** `colophon resale`: selling licenses on. */
import {
  announceResale,
  cancelResale,
  licenseHolder,
  offerIdOfLicense,
  prepareTakeResale,
  resaleOf,
  resaleRoyalty,
  transferLicense,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { actingAddress, parseAddress } from "../account.js";
import { type Context, createContext } from "../context.js";
import { parseAmount, parseId } from "../parse.js";
import { runPrepared } from "../prepared.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { loadOffer } from "./offer.js";
import { amountText, tokenUnits } from "./token.js";

export function addResale(program: Command): void {
  const resale = program
    .command("resale")
    .description("sell licenses on; under a first refusal the dataset's owner may take them first");
  const one = (name: string, text: string) => resale.command(name).argument("<id>", "license").description(text);
  one("show", "the resale that is announced with its times, and the royalty that the terms ask for")
    .option("--price <amount>", "royalty of this price, in whole tokens; of the announced one unless told")
    .action((id, _, command) => runShow(id, command.optsWithGlobals()));
  one("announce", "name buyer and price; the dataset's owner has 7 days to take the license at that price")
    .requiredOption("--buyer <address>", "who may have it after that")
    .requiredOption("--price <amount>", "in whole tokens of the license's offer")
    .action((id, _, command) => runAnnounce(id, command.optsWithGlobals()));
  one("cancel", "take the announcement back; only the holder").action((id, _, command) =>
    runCancel(id, command.optsWithGlobals()),
  );
  one("take", "take an announced license at its price; only the dataset's owner")
    .option("--max-price <amount>", "most that may be paid, in whole tokens")
    .action((id, _, command) => runTake(id, command.optsWithGlobals()));
  one("transfer", "move a license; what is paid for it is between the two")
    .requiredOption("--to <address>", "the new holder: under a first refusal, the announced buyer")
    .action((id, _, command) => runTransfer(id, command.optsWithGlobals()));
}

/** A license with its offer: prices are in the offer's token. */
async function saleContext(id: string, options: Settings) {
  const licenseId = parseId("<id>", id);
  const context: Context = await createContext(options);
  const { client, deployment } = context;
  const offer = await loadOffer(context, await offerIdOfLicense(client, { deployment, licenseId }));
  return { context, deal: { licenseId, offer }, units: await tokenUnits(context, offer.token) };
}

async function runShow(id: string, options: Settings & { price?: string }): Promise<void> {
  const { context, deal, units } = await saleContext(id, options);
  const { client, deployment, output } = context;
  const place = { deployment, licenseId: deal.licenseId };
  const [resale, holder] = await Promise.all([resaleOf(client, place), licenseHolder(client, place)]);
  const asked = options.price === undefined ? resale?.price : parseAmount("--price", options.price, units.decimals);
  const royalty = asked === undefined ? undefined : await resaleRoyalty(client, { ...place, price: asked });
  const { price, ...rest } = resale ?? { price: undefined };
  output.result({
    licenseId: deal.licenseId,
    holder,
    announced: resale !== undefined,
    ...(price === undefined ? {} : { price: amountText(price, units), ...rest }),
    ...(royalty ? { royalty: amountText(royalty.amount, units), royaltyTo: royalty.receiver } : {}),
  });
}

async function runAnnounce(id: string, options: Settings & { buyer: string; price: string }): Promise<void> {
  const buyer = parseAddress("--buyer", options.buyer);
  const { context, deal, units } = await saleContext(id, options);
  const { licenseId } = deal;
  const price = parseAmount("--price", options.price, units.decimals);
  printOutcome(context, await write(context, announceResale, { licenseId, buyer, price }), (event) => ({
    licenseId,
    buyer,
    price: amountText(price, units),
    refusalUntil: event?.refusalUntil,
    openUntil: event?.openUntil,
  }));
}

async function runCancel(id: string, options: Settings): Promise<void> {
  const licenseId = parseId("<id>", id);
  const context = await createContext(options);
  printOutcome(context, await write(context, cancelResale, { licenseId }), () => ({ licenseId, announced: false }));
}

async function runTake(id: string, options: Settings & { maxPrice?: string }): Promise<void> {
  const { context, deal, units } = await saleContext(id, options);
  const { client, deployment, settings } = context;
  const limit = options.maxPrice ? { maxPrice: parseAmount("--max-price", options.maxPrice, units.decimals) } : {};
  const account = await actingAddress(settings);
  const prepared = await prepareTakeResale(client, { ...deal, deployment, account, ...limit });
  await runPrepared(context, prepared, {
    licenseId: deal.licenseId,
    from: prepared.holder,
    [settings.dryRun ? "price" : "paid"]: amountText(prepared.price, units),
  });
}

async function runTransfer(id: string, options: Settings & { to: string }): Promise<void> {
  const to = parseAddress("--to", options.to);
  const licenseId = parseId("<id>", id);
  const context = await createContext(options);
  const from = await licenseHolder(context.client, { deployment: context.deployment, licenseId });
  printOutcome(context, await write(context, transferLicense, { licenseId, from, to }), () => ({
    licenseId,
    holder: to,
  }));
}
