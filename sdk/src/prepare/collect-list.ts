/** Collecting a share of a list of contributors as one flow: bring to the list what waits for it, claim with the proof, unwrap. */
import { type Account, type Address, isAddressEqual, zeroAddress } from "viem";
import { parseAccount } from "viem/accounts";
import { paymentToken } from "../actions/config.js";
import { claimFromList, listTotalUnits, paidFromList, receivedByList } from "../actions/contributors.js";
import { findContributorList } from "../actions/history.js";
import { claimable, claimPayout, poolOf, splitCount } from "../actions/revenue.js";
import { type Contributor, contributorProof } from "../core/contributors.js";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import { minOf } from "../core/math.js";
import type { ColophonClient, Transaction, WaitOptions } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { decodeError } from "../errors/decode.js";
import type { Executed } from "./execute.js";
import { transactionOf as plain } from "./parts.js";
import { claimableIn, claimFromPool, superBalance, unwrapStep, walkSteps } from "./super-money.js";

/** Whose share of which list. */
export interface CollectFromListParameters extends DeploymentOptions {
  list: Address;
  /** Payment token (not its super token). */
  token: Address;
  /** The contributor, who sends; the client's account unless told. */
  account?: Account | Address | undefined;
  /** The list, whole, and its dataset; from the event that made it unless told. */
  known?: { datasetId: bigint; contributors: readonly Contributor[] } | undefined;
}

/**
 * One transaction of the flow: `claim-pool` and `claim-credit` bring to the list what waits for it, `claim-super` and `claim` pay the
 * contributor, in super tokens and in the payment token. `amount` is base units of the payment token: of the list's for the first two.
 */
export interface ListStep extends Transaction {
  kind: "claim-pool" | "claim-credit" | "claim-super" | "claim" | "unwrap";
  amount: bigint;
}

/** A contributor's share of a list; base units of the payment token, rounded down. */
export interface ListPlan {
  account: Address;
  list: Address;
  units: bigint;
  totalUnits: bigint;
  /** Due in super tokens, what waits for the list in pools included. */
  dueWrapped: bigint;
  /** Due in the payment token itself. */
  due: bigint;
  /** What to send, in order. Empty when nothing can be collected. */
  steps: ListStep[];
}

/**
 * Finds out what a contributor can collect from a list, and the transactions that do it, each computed as if those before it had
 * been sent.
 * @throws ColophonError `input` when there is no such list, or the account is not in it
 */
export function prepareCollectFromList(
  client: ColophonClient,
  parameters: CollectFromListParameters,
): Promise<ListPlan> {
  return plan(client, parameters, 0n);
}

/** How `collectFromList` reports. */
export interface ListCollectOptions extends WaitOptions {
  onStep?: (step: ListStep, status: "start" | "done", executed?: Executed) => void;
}

/** Sends the whole flow. @returns what was sent, in order; empty when there was nothing to collect */
export async function collectFromList(
  client: ColophonClient,
  { onStep, ...parameters }: CollectFromListParameters & ListCollectOptions,
): Promise<(Executed & { step: ListStep })[]> {
  const account = parseAccount(requireAccount(client, parameters, "collectFromList"));
  const { list, deployment } = parameters;
  const known = parameters.known ?? (await findContributorList(client, { list, deployment }));
  let claimed = 0n;
  return walkSteps(client, account, () => plan(client, { ...parameters, known }, claimed), {
    ...parameters,
    onStep: (step, status, executed) => {
      if (step.kind === "claim-super" && status === "done") claimed += step.amount;
      onStep?.(step, status, executed);
    },
  });
}

/** @param claimed base units that were claimed in super tokens before, and are still wrapped */
async function plan(client: ColophonClient, parameters: CollectFromListParameters, claimed: bigint): Promise<ListPlan> {
  const { list, token, deployment } = parameters;
  const account = parseAccount(requireAccount(client, parameters, "prepareCollectFromList")).address;
  try {
    const { datasetId, contributors } = parameters.known ?? (await findContributorList(client, { list, deployment }));
    const { units, proof } = contributorProof(contributors, account);
    const [{ superToken }, pools, credit, totalUnits] = await Promise.all([
      paymentToken(client, { token, deployment }),
      poolsOf(client, { datasetId, token, list, deployment }),
      claimable(client, { account: list, token, deployment }),
      listTotalUnits(client, { address: list }),
    ]);
    const { available, scale } = await superBalance(client, superToken, account);
    const share = { account, units, totalUnits, list };
    const waiting = pools.reduce((sum, pool) => sum + pool.units, 0n);
    const [inSuper, inToken] = await Promise.all([
      isAddressEqual(superToken, zeroAddress) ? 0n : dueOf(client, share, superToken, waiting),
      dueOf(client, share, token, credit),
    ]);
    const claimOf = (of: Address) =>
      plain(claimFromList.call(client, { address: list, token: of, account, units, proof }));
    const whole = (inSuper + minOf(available, claimed * scale)) / scale;
    const distributor = resolveAddress(client, "RevenueDistributor", { deployment });
    const steps: ListStep[] = [
      ...pools.map(({ pool, units: there }) => ({
        kind: "claim-pool" as const,
        amount: there / scale,
        ...claimFromPool(pool, list),
      })),
      ...(credit > 0n
        ? [
            {
              kind: "claim-credit" as const,
              amount: credit,
              ...plain(claimPayout.call(client, { owed: list, token, address: distributor })),
            },
          ]
        : []),
      ...(inSuper > 0n ? [{ kind: "claim-super" as const, amount: inSuper / scale, ...claimOf(superToken) }] : []),
      ...(inToken > 0n ? [{ kind: "claim" as const, amount: inToken, ...claimOf(token) }] : []),
      ...(whole > 0n ? [unwrapStep(superToken, whole, scale)] : []),
    ];
    return { account, list, units, totalUnits, dueWrapped: inSuper / scale, due: inToken, steps };
  } catch (error) {
    throw decodeError(error);
  }
}

/** Due once `more` has reached the list; super token units or base units. */
async function dueOf(
  client: ColophonClient,
  { account, units, totalUnits, list }: { account: Address; units: bigint; totalUnits: bigint; list: Address },
  token: Address,
  more: bigint,
): Promise<bigint> {
  const [received, paid] = await Promise.all([
    receivedByList(client, { address: list, token }),
    paidFromList(client, { address: list, account, token }),
  ]);
  return ((received + more) * units) / totalUnits - paid;
}

/** Pools of a dataset's splits in which something waits for the list. */
async function poolsOf(
  client: ColophonClient,
  place: { datasetId: bigint; token: Address; list: Address } & DeploymentOptions,
): Promise<{ pool: Address; units: bigint }[]> {
  const { datasetId, token, list, deployment } = place;
  const count = await splitCount(client, { datasetId, deployment });
  const found = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const pool = await poolOf(client, { datasetId, split: i + 1, token, deployment });
      return { pool, units: isAddressEqual(pool, zeroAddress) ? 0n : await claimableIn(client, pool, list) };
    }),
  );
  return found.filter(({ units }) => units > 0n);
}
