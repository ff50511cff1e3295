/** Raising, referring and appealing a dispute, prepared: what it costs, what the chain says against it, and what it needs. */
import type { Address, Hex } from "viem";
import { parseAccount } from "viem/accounts";
import { arbitrationCost } from "../actions/council.js";
import {
  appealDispute,
  checkClaim,
  type DisputeCase,
  type DisputeId,
  disputeJudge,
  disputeNumbers,
  disputeOf,
  type OpenDispute,
  openDispute,
  postCounterBond,
  referDispute,
} from "../actions/disputes.js";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import type { ClaimAnswer } from "../core/trust-enums.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { Prepared } from "./requirements.js";
import { preparedSpend } from "./spend.js";

/** A claim, prepared; base units. */
export interface PreparedDispute extends Prepared {
  claimant: Address;
  /** Who would answer. */
  respondent: Address;
  /** What the chain itself says against the claim; the write reverts unless it is "Fine". */
  answer: ClaimAnswer;
  /** Number of the arbitrator that would rule. */
  judge: number;
  token: Address;
  bond: bigint;
}

/** Finds out what a claim costs and needs, and what the chain says against it. */
export async function prepareOpenDispute(
  client: ColophonClient,
  parameters: OpenDispute & CallOptions,
): Promise<PreparedDispute> {
  const { claim, offer, evidence, deployment } = parameters;
  const claimant = senderOf(client, parameters, "prepareOpenDispute");
  const address = resolveAddress(client, "DisputeManager", { deployment });
  try {
    const found = await checkClaim(client, { claim, offer, claimant, deployment });
    const spends = [{ token: found.token, spender: address, amount: found.bond }];
    const prepared = await preparedSpend(client, claimant, spends, () =>
      openDispute.call(client, { claim, offer, evidence, address }),
    );
    return { ...prepared, claimant, ...found };
  } catch (error) {
    throw decodeError(error);
  }
}

/** A referral or an appeal, prepared. */
export interface PreparedReferral extends Prepared {
  arbitrator: Address;
  /** What the arbitrator asks for: base units of `token`, and wei. */
  cost: { token: Address; amount: bigint; native: bigint };
  /** The appeal's own bond, base units of the dispute's token; 0 for a referral. */
  bond: bigint;
}

/**
 * Finds out what bringing a dispute to its arbitrator costs and needs.
 * @throws ColophonError `input` when there is no such dispute
 */
export async function prepareReferDispute(
  client: ColophonClient,
  parameters: DisputeId & CallOptions & { extra?: Hex },
): Promise<PreparedReferral> {
  const { disputeId, extra = "0x", deployment } = parameters;
  const from = senderOf(client, parameters, "prepareReferDispute");
  const address = resolveAddress(client, "DisputeManager", { deployment });
  try {
    const dispute = await requireDispute(client, { disputeId, deployment });
    const { arbitrator } = await disputeJudge(client, { judge: dispute.judge, deployment });
    const cost = await arbitrationCost(client, { round: 0, address: arbitrator });
    const spends = [{ token: cost.token, spender: address, amount: cost.amount }];
    const prepared = await preparedSpend(client, from, spends, () =>
      referDispute.call(client, { disputeId, extra, cost: cost.native, address }),
    );
    return { ...prepared, arbitrator, cost, bond: 0n };
  } catch (error) {
    throw decodeError(error);
  }
}

/**
 * Finds out what an appeal costs and needs: its bond, and what the higher arbitrator asks for.
 * @throws ColophonError `input` when there is no such dispute, `guard` when its arbitrator has none above it
 */
export async function prepareAppeal(
  client: ColophonClient,
  parameters: DisputeCase & CallOptions & { extra?: Hex },
): Promise<PreparedReferral> {
  const { disputeId, offer, extra = "0x", deployment } = parameters;
  const from = senderOf(client, parameters, "prepareAppeal");
  const address = resolveAddress(client, "DisputeManager", { deployment });
  try {
    const dispute = await requireDispute(client, { disputeId, deployment });
    const [numbers, judge] = await Promise.all([
      disputeNumbers(client, { numbers: dispute.numbers, deployment }),
      disputeJudge(client, { judge: dispute.judge, deployment }),
    ]);
    if (judge.appealTo === 0) {
      throw new ColophonError(`No arbitrator stands above that of dispute ${disputeId}.`, {
        code: "guard",
        hint: "Its ruling is final: wait for the end of the window and conclude.",
      });
    }
    const { arbitrator } = await disputeJudge(client, { judge: judge.appealTo, deployment });
    const cost = await arbitrationCost(client, { round: 1, address: arbitrator });
    const bond = dispute.bond * BigInt(numbers.appealFactor);
    const token = dispute.subject === "License" && offer ? offer.token : numbers.bondToken;
    const spends = [
      { token, spender: address, amount: bond },
      { token: cost.token, spender: address, amount: cost.amount },
    ];
    const prepared = await preparedSpend(client, from, spends, () =>
      appealDispute.call(client, { disputeId, offer, extra, cost: cost.native, address }),
    );
    return { ...prepared, arbitrator, cost, bond };
  } catch (error) {
    throw decodeError(error);
  }
}

/**
 * Finds out what letting sales go on during a takedown costs and needs.
 * @throws ColophonError `input` when there is no such dispute
 */
export async function prepareCounterBond(
  client: ColophonClient,
  parameters: DisputeId & CallOptions,
): Promise<Prepared & { bond: bigint }> {
  const { disputeId, deployment } = parameters;
  const from = senderOf(client, parameters, "prepareCounterBond");
  const address = resolveAddress(client, "DisputeManager", { deployment });
  try {
    const dispute = await requireDispute(client, { disputeId, deployment });
    const numbers = await disputeNumbers(client, { numbers: dispute.numbers, deployment });
    const bond = dispute.bond * BigInt(numbers.counterFactor);
    const spends = [{ token: numbers.bondToken, spender: address, amount: bond }];
    const prepared = await preparedSpend(client, from, spends, () =>
      postCounterBond.call(client, { disputeId, address }),
    );
    return { ...prepared, bond };
  } catch (error) {
    throw decodeError(error);
  }
}

const senderOf = (client: ColophonClient, parameters: CallOptions, what: string): Address =>
  parseAccount(requireAccount(client, parameters, what)).address;

async function requireDispute(client: ColophonClient, { disputeId, deployment }: DisputeId & DeploymentOptions) {
  const dispute = await disputeOf(client, { disputeId, deployment });
  if (dispute) return dispute;
  throw new ColophonError(`There is no dispute ${disputeId}.`, { code: "input", hint: "Disputes count from 1." });
}
