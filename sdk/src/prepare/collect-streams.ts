/** What streams released to an owner: booked at the distributor in super tokens, while the money waits in the streams' vaults. */
import { revenueDistributorAbi } from "@colophon-protocol/contracts";
import { type Address, erc20Abi, isAddressEqual, zeroAddress } from "viem";
import { getContractEvents, readContract } from "viem/actions";
import { startOf } from "../actions/history.js";
import { liveCollectorOf } from "../actions/live.js";
import { claimable } from "../actions/revenue.js";
import { streamOf, vaultDue } from "../actions/stream.js";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import type { ColophonClient } from "../core/types.js";
import { claimableIn } from "./super-money.js";

/** A vault that holds something for the distributor; super token units. */
interface DueVault {
  vault: Address;
  units: bigint;
}

/** What waits for an owner, super token units, and from where it has to come first. */
export interface StreamedRevenue {
  units: bigint;
  vaults: DueVault[];
  /** What live streams passed on to the distributor and has to be brought there; 0 where it is not needed. */
  live: bigint;
}

const NOTHING: StreamedRevenue = { units: 0n, vaults: [], live: 0n };

/**
 * Reads what an owner can claim in a super token, and finds the vaults behind it by the distributor's own events.
 * All of the owner's vaults, and of others' as many as are needed: whoever claimed before them was paid out of ours.
 */
export async function streamedRevenue(
  client: ColophonClient,
  { account, superToken, deployment }: { account: Address; superToken: Address } & DeploymentOptions,
): Promise<StreamedRevenue> {
  if (isAddressEqual(superToken, zeroAddress)) return NOTHING;
  const units = await claimable(client, { account, token: superToken, deployment });
  if (units === 0n) return NOTHING;
  const distributor = resolveAddress(client, "RevenueDistributor", { deployment });
  const [releases, arrived] = await Promise.all([
    getContractEvents(client, {
      address: distributor,
      abi: revenueDistributorAbi,
      eventName: "Distributed",
      args: { token: superToken },
      fromBlock: startOf(client, "RevenueDistributor", { deployment }),
      strict: true,
    }),
    readContract(client, { address: superToken, abi: erc20Abi, functionName: "balanceOf", args: [distributor] }),
  ]);
  const own = licensesIn(releases.filter(({ args }) => isAddressEqual(args.owner, account)));
  const found = await Promise.all(own.map((licenseId) => dueVault(client, licenseId, { deployment })));
  const vaults = found.filter((vault) => vault !== undefined);
  let there = arrived + vaults.reduce((sum, vault) => sum + vault.units, 0n);
  const live = there < units ? await claimableInLivePool(client, { superToken, deployment }) : 0n;
  there += live;
  for (const licenseId of licensesIn(releases).filter((id) => !own.includes(id))) {
    if (there >= units) break;
    const vault = await dueVault(client, licenseId, { deployment });
    if (!vault) continue;
    vaults.push(vault);
    there += vault.units;
  }
  return { units, vaults, live };
}

/** Super token units that wait for the distributor in the pool into which live streams pay all but the contributors' part. */
export async function claimableInLivePool(
  client: ColophonClient,
  { superToken, deployment }: { superToken: Address } & DeploymentOptions,
): Promise<bigint> {
  const collector = await liveCollectorOf(client, { superToken, deployment });
  if (!collector) return 0n;
  return claimableIn(client, collector, resolveAddress(client, "RevenueDistributor", { deployment }));
}

/** Licenses of releases, each once, the latest first. */
const licensesIn = (releases: readonly { args: { licenseId: bigint } }[]) => [
  ...new Set(releases.map(({ args }) => args.licenseId).reverse()),
];

async function dueVault(
  client: ColophonClient,
  licenseId: bigint,
  options: DeploymentOptions,
): Promise<DueVault | undefined> {
  const { vault } = await streamOf(client, { licenseId, ...options });
  if (isAddressEqual(vault, zeroAddress)) return undefined;
  const units = await vaultDue(client, { address: vault });
  return units === 0n ? undefined : { vault, units };
}
