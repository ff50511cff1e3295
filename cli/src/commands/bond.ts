/** `colophon bond`: what stands behind a provider's word. */
import {
  allocateBond,
  allocationOf,
  bondAccount,
  bondDelegationOf,
  claimDelegatorRewards,
  completeBondWithdrawal,
  completeDeallocation,
  completeUndelegation,
  coverOf,
  dropBondLock,
  type Offer,
  offerId,
  payBondTreasury,
  prepareDelegateBond,
  prepareDepositBond,
  prepareRewardDelegators,
  requestBondWithdrawal,
  requestDeallocation,
  requestUndelegation,
  requiredBond,
  rewardDelegators,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { actingAddress, parseAddress } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseAmount, parseHash } from "../parse.js";
import { runPrepared } from "../prepared.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { loadOffer } from "./offer.js";
import { amountText, tokenUnits } from "./token.js";
import { checkAmount, tokenOf } from "./trust-values.js";
import { addVerb } from "./verbs.js";

interface TokenOptions extends Settings {
  token: string;
}

const PROVIDER = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
const TOKEN = "--token TestUSDC";

export function addBond(program: Command): void {
  const bond = program.command("bond").description("stake behind a provider: own, delegated, and behind which offers");
  const ofToken = (usage: string, text: string, ...examples: string[]) =>
    addVerb(bond, usage, text, ...examples).requiredOption(
      "--token <token>",
      "an address, or a name of the deployment",
    );
  ofToken("deposit <amount>", "add own stake of a provider", `bond deposit 1000 ${TOKEN}`)
    .option("--provider <address>", "whose; the payer's unless told")
    .action((amount, _, command) => runDeposit(amount, command.optsWithGlobals()));
  ofToken("thaw <amount>", "ask own stake back: so much in all, 0 to take that back", `bond thaw 200 ${TOKEN}`).action(
    (amount, _, command) => runThaw(amount, command.optsWithGlobals()),
  );
  ofToken("withdraw", "pay out what has thawed and stands behind nothing", `bond withdraw ${TOKEN}`).action(
    (_, command) => runWithdraw(command.optsWithGlobals()),
  );
  addVerb(
    bond,
    "allocate <offer> <amount>",
    "put free stake behind an offer; 0 changes only the value at risk",
    "bond allocate offer.json 500 --value-at-risk 1000",
  )
    .option("--value-at-risk <amount>", "what its licenses may lose at a time; the price unless told")
    .action((offer, amount, _, command) => runAllocate(offer, amount, command.optsWithGlobals()));
  addVerb(
    bond,
    "deallocate <offer> [amount]",
    "ask stake behind an offer back; once it has thawed, free it by the same command without an amount",
    "bond deallocate offer.json 500",
    "bond deallocate offer.json",
  ).action((offer, amount, _, command) => runDeallocate(offer, amount, command.optsWithGlobals()));
  ofToken(
    "delegate <provider> <amount>",
    "put stake behind a provider",
    `bond delegate ${PROVIDER} 100 ${TOKEN}`,
  ).action((provider, amount, _, command) => runDelegate(provider, amount, command.optsWithGlobals()));
  ofToken(
    "undelegate <provider> [amount]",
    'ask delegated stake back, or "all" of it; once it has thawed, be paid by the same command without an amount',
    `bond undelegate ${PROVIDER} all ${TOKEN}`,
    `bond undelegate ${PROVIDER} ${TOKEN}`,
  ).action((provider, amount, _, command) => runUndelegate(provider, amount, command.optsWithGlobals()));
  ofToken(
    "reward <provider> <amount>",
    "share income with a provider's delegators, by the part that `provider share` sets; anyone may pay",
    `bond reward ${PROVIDER} 50 ${TOKEN}`,
  ).action((provider, amount, _, command) => runReward(provider, amount, command.optsWithGlobals()));
  ofToken("claim <provider>", "pay a delegator its rewards; anyone may", `bond claim ${PROVIDER} ${TOKEN}`)
    .option("--delegator <address>", "whose; the signing account's unless told")
    .action((provider, _, command) => runClaim(provider, command.optsWithGlobals()));
  ofToken("pay-treasury", "pay the treasury what slashes left to it; anyone may", `bond pay-treasury ${TOKEN}`).action(
    (_, command) => runPayTreasury(command.optsWithGlobals()),
  );
  addVerb(
    bond,
    "drop-lock <claim>",
    "end a claim's lock that is older than a year; anyone may. `dispute show` names the claim",
    `bond drop-lock 0x${"11".repeat(32)}`,
  ).action((claim, _, command) => runDropLock(claim, command.optsWithGlobals()));
  ofToken(
    "show [provider]",
    "a provider's stake, and what of it is locked, allocated or leaves",
    `bond show ${PROVIDER} ${TOKEN}`,
  )
    .option("--delegator <address>", "a delegator's part of it besides")
    .action((provider, _, command) => runShow(provider, command.optsWithGlobals()));
  addVerb(bond, "cover <offer>", "what a purchase of an offer is covered to", "bond cover offer.json").action(
    (offer, _, command) => runCover(offer, command.optsWithGlobals()),
  );
}

/** Connects, and reads token and amount. The amount's form is checked first. */
async function amountContext(value: string, options: TokenOptions) {
  checkAmount("<amount>", value);
  const context = await createContext(options);
  const { token, units } = await tokenOf(context, options.token);
  return { context, token, units, amount: parseAmount("<amount>", value, units.decimals) };
}

async function runDeposit(value: string, options: TokenOptions & { provider?: string }): Promise<void> {
  const named = options.provider === undefined ? undefined : parseAddress("--provider", options.provider);
  const { context, token, units, amount } = await amountContext(value, options);
  const { client, deployment, settings } = context;
  const account = await actingAddress(settings);
  const provider = named ?? account;
  const prepared = await prepareDepositBond(client, { deployment, account, provider, token, amount });
  await runPrepared(context, prepared, { provider, deposit: amountText(amount, units) });
}

async function runThaw(value: string, options: TokenOptions): Promise<void> {
  const { context, token, units, amount } = await amountContext(value, options);
  printOutcome(context, await write(context, requestBondWithdrawal, { token, amount }), (event) => ({
    thawing: amountText(amount, units),
    thawedAt: event?.thawedAt,
  }));
}

async function runWithdraw(options: TokenOptions): Promise<void> {
  const context = await createContext(options);
  const { token, units } = await tokenOf(context, options.token);
  printOutcome(context, await write(context, completeBondWithdrawal, { token }), (event) => ({
    withdrawn: event && amountText(event.amount, units),
  }));
}

/** Connects, and reads offer, its token and an amount in it. */
async function offerContext(what: string, options: Settings) {
  const context = await createContext(options);
  const offer = await loadOffer(context, what);
  return { context, offer, units: await tokenUnits(context, offer.token) };
}

async function runAllocate(what: string, value: string, options: Settings & { valueAtRisk?: string }): Promise<void> {
  checkAmount("<amount>", value);
  if (options.valueAtRisk !== undefined) checkAmount("--value-at-risk", options.valueAtRisk);
  const { context, offer, units } = await offerContext(what, options);
  const amount = parseAmount("<amount>", value, units.decimals);
  const { valueAtRisk: risk } = options;
  const valueAtRisk = risk === undefined ? offer.price : parseAmount("--value-at-risk", risk, units.decimals);
  const outcome = await write(context, allocateBond, { offer, amount, valueAtRisk });
  const cover = outcome.dryRun ? {} : await coverText(context, offer, units);
  printOutcome(context, outcome, () => ({ offerId: offerId(offer), added: amountText(amount, units), ...cover }));
}

async function runDeallocate(what: string, value: string | undefined, options: Settings): Promise<void> {
  if (value !== undefined) checkAmount("[amount]", value);
  const { context, offer, units } = await offerContext(what, options);
  if (value === undefined) {
    printOutcome(context, await write(context, completeDeallocation, { offer }), (event) => ({
      offerId: offerId(offer),
      freed: event && amountText(event.amount, units),
    }));
    return;
  }
  const amount = parseAmount("[amount]", value, units.decimals);
  printOutcome(context, await write(context, requestDeallocation, { offer, amount }), (event) => ({
    offerId: offerId(offer),
    thawing: amountText(amount, units),
    thawedAt: event?.thawedAt,
  }));
}

async function runDelegate(who: string, value: string, options: TokenOptions): Promise<void> {
  const provider = parseAddress("<provider>", who);
  const { context, token, units, amount } = await amountContext(value, options);
  const { client, deployment, settings } = context;
  const account = await actingAddress(settings);
  const prepared = await prepareDelegateBond(client, { deployment, account, provider, token, amount });
  await runPrepared(context, prepared, { provider, delegated: amountText(amount, units) });
}

async function runUndelegate(who: string, value: string | undefined, options: TokenOptions): Promise<void> {
  const provider = parseAddress("<provider>", who);
  if (value !== undefined && value !== "all") checkAmount("[amount]", value);
  const context = await createContext(options);
  const { token, units } = await tokenOf(context, options.token);
  if (value === undefined) {
    printOutcome(context, await write(context, completeUndelegation, { provider, token }), (event) => ({
      provider,
      paid: event && amountText(event.amount, units),
    }));
    return;
  }
  const { client, deployment, settings } = context;
  const delegator = await actingAddress(settings);
  const { shares, worth } = await bondDelegationOf(client, { deployment, provider, token, delegator });
  const amount = value === "all" ? worth : parseAmount("[amount]", value, units.decimals);
  if (amount > worth) {
    throw new CliError(
      `The delegation is worth ${amountText(worth, units)}.`,
      EXIT.usage,
      `Ask for that at most, or for "all".`,
    );
  }
  const asked = amount === worth ? shares : (shares * amount) / worth;
  printOutcome(context, await write(context, requestUndelegation, { provider, token, shares: asked }), (event) => ({
    provider,
    thawing: amountText(amount, units),
    shares: asked,
    thawedAt: event?.thawedAt,
  }));
}

async function runReward(who: string, value: string, options: TokenOptions): Promise<void> {
  const provider = parseAddress("<provider>", who);
  const { context, token, units, amount } = await amountContext(value, options);
  const { client, deployment, settings } = context;
  const account = await actingAddress(settings);
  const prepared = await prepareRewardDelegators(client, { deployment, account, provider, token, amount });
  await runPrepared(context, prepared, { provider, reward: amountText(amount, units) }, ({ receipt }) => {
    const { toDelegators } = rewardDelegators.extractEvent(receipt.logs);
    return { toDelegators: amountText(toDelegators, units), toProvider: amountText(amount - toDelegators, units) };
  });
}

async function runClaim(who: string, options: TokenOptions & { delegator?: string }): Promise<void> {
  const provider = parseAddress("<provider>", who);
  const named = options.delegator === undefined ? undefined : parseAddress("--delegator", options.delegator);
  const context = await createContext(options);
  const { token, units } = await tokenOf(context, options.token);
  const delegator = named ?? (await actingAddress(context.settings));
  printOutcome(context, await write(context, claimDelegatorRewards, { provider, token, delegator }), (event) => ({
    delegator,
    paid: event && amountText(event.amount, units),
  }));
}

async function runPayTreasury(options: TokenOptions): Promise<void> {
  const context = await createContext(options);
  const { token, units } = await tokenOf(context, options.token);
  printOutcome(context, await write(context, payBondTreasury, { token }), (event) => ({
    paid: event && amountText(event.amount, units),
  }));
}

async function runDropLock(value: string, options: Settings): Promise<void> {
  const claimId = parseHash("<claim>", value);
  const context = await createContext(options);
  printOutcome(context, await write(context, dropBondLock, { claimId }), () => ({ claimId, dropped: true }));
}

async function runShow(who: string | undefined, options: TokenOptions & { delegator?: string }): Promise<void> {
  const named = who === undefined ? undefined : parseAddress("[provider]", who);
  const delegator = options.delegator === undefined ? undefined : parseAddress("--delegator", options.delegator);
  const context = await createContext(options);
  const { client, deployment, output, settings } = context;
  const { token, units } = await tokenOf(context, options.token);
  const provider = named ?? (await actingAddress(settings));
  const place = { deployment, provider, token };
  const { stake, own, delegated, locked, allocated, thawing, thawedAt } = await bondAccount(client, place);
  const part = delegator && (await bondDelegationOf(client, { ...place, delegator }));
  const text = (amount: bigint) => amountText(amount, units);
  output.result({
    provider,
    stake: text(stake),
    own: text(own),
    delegated: text(delegated),
    locked: text(locked),
    allocated: text(allocated),
    ...(thawing > 0n ? { thawing: text(thawing), thawedAt } : {}),
    ...(part ? { delegation: { delegator, worth: text(part.worth), rewards: text(part.rewards) } } : {}),
  });
}

type Units = Awaited<ReturnType<typeof tokenUnits>>;

async function coverText(
  { client, deployment }: Awaited<ReturnType<typeof createContext>>,
  offer: Offer,
  units: Units,
) {
  const { allocated, required, perPurchase, covered } = await coverOf(client, { deployment, offer });
  const text = (amount: bigint) => amountText(amount, units);
  return { covered, allocated: text(allocated), required: text(required), perPurchase: text(perPurchase) };
}

async function runCover(what: string, options: Settings): Promise<void> {
  const { context, offer, units } = await offerContext(what, options);
  const { client, deployment, output } = context;
  const [cover, { amount, thawing, valueAtRisk, thawedAt }] = await Promise.all([
    coverText(context, offer, units),
    allocationOf(client, { deployment, offer }),
  ]);
  const least = await requiredBond(client, { deployment, token: offer.token, valueAtRisk: offer.price });
  const text = (value: bigint) => amountText(value, units);
  output.result({
    offerId: offerId(offer),
    provider: offer.provider,
    price: text(offer.price),
    ...cover,
    standsBehindIt: text(amount),
    valueAtRisk: text(valueAtRisk),
    requiredForOneSale: text(least),
    ...(thawing > 0n ? { thawing: text(thawing), thawedAt } : {}),
  });
}
