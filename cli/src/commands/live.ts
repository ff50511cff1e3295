/** `colophon live`: licenses that pay by the second, straight to the owners. */
import {
  claimableInLivePool,
  closeLive,
  collectLive,
  liquidationTime,
  pauseLive,
  prepareReopenLive,
  prepareTopUp,
  readLive,
  runwaySeconds,
  settleLive,
  sweepLive,
  unitsToBase,
  unpackLiveTerms,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { actingAddress } from "../account.js";
import { parseAmount, parseDuration } from "../parse.js";
import { runPrepared } from "../prepared.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { dealContext } from "./deal.js";
import { amountText } from "./token.js";

export function addLive(program: Command): void {
  const live = program.command("live").description("licenses that pay by the second, straight to the owners");
  const one = (name: string, text: string) => live.command(name).argument("<id>", "license").description(text);
  one("status", "the flow, its buffers, and how long it lasts").action((id, _, command) =>
    runStatus(id, command.optsWithGlobals()),
  );
  one("pause", "stop paying, and using, until reopened; only the payer").action((id, _, command) =>
    runPause(id, command.optsWithGlobals()),
  );
  one("reopen", "pay again, buffers included; only the payer")
    .option("--runway <duration>", "how long what is wrapped shall last; a period unless told")
    .option("--margin <duration>", "how long the buffers shall pay once the flow has stopped; an hour unless told")
    .action((id, _, command) => runReopen(id, command.optsWithGlobals()));
  one("cancel", "give notice; once it has run, end the license by the same command").action((id, _, command) =>
    runCancel(id, command.optsWithGlobals()),
  );
  one("settle", "book what was passed on, and stop or begin as the flow does; anyone may").action((id, _, command) =>
    runSettle(id, command.optsWithGlobals()),
  );
  one(
    "collect",
    "bring what flowed for owner, parents and fee to the distributor, of all live licenses; anyone may",
  ).action((id, _, command) => runCollect(id, command.optsWithGlobals()));
  one("top-up", "wrap more, so that the payer's streams last longer")
    .argument("<amount>", "in whole tokens")
    .action((id, amount, _, command) => runTopUp(id, amount, command.optsWithGlobals()));
  one("sweep", "after the end, send what came to the vaults since to the payer; anyone may").action((id, _, command) =>
    runSweep(id, command.optsWithGlobals()),
  );
}

async function runStatus(id: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "live", options);
  const { client, deployment, output } = context;
  const state = await readLive(client, { ...deal, deployment });
  const { live, balance, vaults } = state;
  const { period } = unpackLiveTerms(deal.offer.railTerms);
  const text = (amount: bigint) => amountText(unitsToBase(amount, state.decimals), units);
  const sum = (of: "unbooked" | "buffer") => vaults.reduce((total, vault) => total + vault[of], 0n);
  output.result({
    licenseId: deal.licenseId,
    standing: state.standing,
    payer: state.payer,
    superToken: state.superToken,
    rate: state.rate,
    pricePerPeriod: text(state.rate * BigInt(period)),
    periodSeconds: period,
    paying: state.comes,
    passing: state.passes,
    frozen: live.frozen,
    ended: live.ended,
    vaults: vaults.map(({ vault, pool, rate }) => ({ vault, pool, rate })),
    unbooked: text(sum("unbooked")),
    buffer: text(sum("buffer")),
    ...(live.endsAt > 0 ? { endsAt: live.endsAt } : {}),
    available: text(balance.available),
    runwaySeconds: runwaySeconds(balance, balance.at),
    liquidationAt: liquidationTime(balance),
  });
}

async function runPause(id: string, options: Settings): Promise<void> {
  const { context, deal } = await dealContext(id, "live", options);
  printOutcome(context, await write(context, pauseLive, deal), () => ({ licenseId: deal.licenseId, paused: true }));
}

interface ReopenOptions extends Settings {
  runway?: string;
  margin?: string;
}

async function runReopen(id: string, options: ReopenOptions): Promise<void> {
  const lasting = {
    ...(options.runway ? { runway: parseDuration("--runway", options.runway) } : {}),
    ...(options.margin ? { margin: parseDuration("--margin", options.margin) } : {}),
  };
  const { context, deal, units } = await dealContext(id, "live", options);
  const { client, deployment, settings } = context;
  const account = await actingAddress(settings);
  const prepared = await prepareReopenLive(client, { ...deal, deployment, account, ...lasting });
  const { rate, wrap, buffer } = prepared.flow;
  const amounts = { wrapped: amountText(wrap, units), buffer: amountText(buffer, units) };
  await runPrepared(context, prepared, { licenseId: deal.licenseId, rate, ...amounts });
}

async function runCancel(id: string, options: Settings): Promise<void> {
  const { context, deal } = await dealContext(id, "live", options);
  printOutcome(context, await write(context, closeLive, deal), (event) => ({
    licenseId: deal.licenseId,
    ...(event ? { endsAt: event.endsAt } : { ended: true }),
  }));
}

async function runSettle(id: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "live", options);
  const { client, deployment } = context;
  const text = (amount: bigint) => amountText(unitsToBase(amount, units.decimals), units);
  const outcome = await write(context, settleLive, deal);
  const passing = outcome.dryRun ? undefined : (await readLive(client, { ...deal, deployment })).passes;
  printOutcome(context, outcome, (event) => ({
    licenseId: deal.licenseId,
    toContributors: text(event?.toPool ?? 0n),
    rest: text(event?.rest ?? 0n),
    passing: passing ?? null,
  }));
}

async function runCollect(id: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "live", options);
  const { client, deployment } = context;
  const { superToken } = await readLive(client, { ...deal, deployment });
  const waiting = await claimableInLivePool(client, { superToken, deployment });
  printOutcome(context, await write(context, collectLive, { superToken }), () => ({
    superToken,
    collected: amountText(unitsToBase(waiting, units.decimals), units),
  }));
}

async function runTopUp(id: string, value: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "live", options);
  const { client, deployment, settings } = context;
  const amount = parseAmount("<amount>", value, units.decimals);
  const { superToken, decimals } = await readLive(client, { ...deal, deployment });
  const account = await actingAddress(settings);
  const prepared = await prepareTopUp(client, { token: deal.offer.token, superToken, decimals, amount, account });
  await runPrepared(context, prepared, { licenseId: deal.licenseId, wrapped: amountText(amount, units) });
}

async function runSweep(id: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "live", options);
  const { licenseId } = deal;
  printOutcome(context, await write(context, sweepLive, { licenseId }), (event) => ({
    licenseId,
    swept: amountText(unitsToBase(event?.units ?? 0n, units.decimals), units),
    ...(event ? { payer: event.payer, superToken: event.superToken } : {}),
  }));
}
