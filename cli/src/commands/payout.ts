/** `colophon payout`: what a token refused to send, which waits at the contract that owes it. */
import { claimPayouts, PAYOUT_SOURCES, type WaitingPayout, waitingPayouts } from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { actingAddress, parseAddress, requireSigner } from "../account.js";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { dryRun, receiptOf } from "../send.js";
import type { Settings } from "../settings.js";
import { amountText, tokenAddress, tokenUnits } from "./token.js";
import { parseNamed } from "./trust-values.js";
import { addVerb } from "./verbs.js";

interface PayoutOptions extends Settings {
  token: string;
  holder?: string;
  source?: string;
  to?: string;
}

export function addPayout(program: Command): void {
  const payout = program
    .command("payout")
    .description("payouts that a token refused: they wait until somebody sends them on");
  const ofToken = (usage: string, text: string, ...examples: string[]) =>
    addVerb(payout, usage, text, ...examples)
      .requiredOption("--token <token>", "payment token: an address, or a name of the deployment")
      .option("--holder <address>", "whose; the signing account's unless told");
  ofToken("list", "what waits, at which contract", "payout list --token TestUSDC").action((_, command) =>
    runList(command.optsWithGlobals()),
  );
  ofToken(
    "claim",
    "send on what waits; anyone may, to its holder",
    "payout claim --token TestUSDC",
    "payout claim --token TestUSDC --source dispute --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  )
    .option("--source <source>", `only of one: ${PAYOUT_SOURCES.join(", ")}`)
    .option("--to <address>", "receiver; only the holder chooses another one")
    .action((_, command) => runClaim(command.optsWithGlobals()));
}

/** Connects, and reads what waits for the holder. */
async function waitingFor(options: PayoutOptions) {
  const named = options.holder === undefined ? undefined : parseAddress("--holder", options.holder);
  const to = options.to === undefined ? {} : { to: parseAddress("--to", options.to) };
  const source = options.source === undefined ? undefined : parseNamed("--source", options.source, PAYOUT_SOURCES);
  const context = await createContext(options);
  const { client, deployment, settings } = context;
  const holder = named ?? (await actingAddress(settings));
  const parameters = { holder, tokens: [tokenAddress(context, options.token)], deployment, ...to };
  const found = await waitingPayouts(client, parameters);
  const waiting = found.filter((each) => source === undefined || each.source === source);
  return { context, holder, parameters, source, waiting };
}

async function shown(context: Context, { source, token, amount }: WaitingPayout) {
  return { source, amount: amountText(amount, await tokenUnits(context, token)) };
}

async function runList(options: PayoutOptions): Promise<void> {
  const { context, holder, waiting } = await waitingFor(options);
  context.output.result({ holder, waiting: await Promise.all(waiting.map((each) => shown(context, each))) });
}

async function runClaim(options: PayoutOptions): Promise<void> {
  const { context, holder, parameters, source, waiting } = await waitingFor(options);
  const { client, settings, output } = context;
  if (waiting.length === 0) {
    throw new CliError(
      `Nothing waits for ${holder}.`,
      EXIT.refused,
      "Payouts wait only where a token refused them; revenue is collected with `colophon revenue collect`.",
    );
  }
  if (settings.dryRun) {
    const claims = [];
    for (const each of waiting) claims.push({ ...(await shown(context, each)), write: await dryRun(context, each) });
    return output.result({ holder, claims });
  }
  const account = await requireSigner(settings);
  const sent = await claimPayouts(client, { ...parameters, account, source });
  const claims = sent.map(async ({ payout, ...executed }) => ({
    ...(await shown(context, payout)),
    ...receiptOf(executed),
  }));
  output.result({ holder, claims: await Promise.all(claims) });
}
