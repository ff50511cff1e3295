/** What streams released to an owner: booked at the distributor in super tokens, while the money waits in the streams' vaults. */
import { revenueDistributorAbi } from "@colophon-protocol/contracts";
import { type Address, erc20Abi, isAddressEqual, zeroAddress } from "viem";
import { getContractEvents, readContract } from "viem/actions";
import { startOf } from "../actions/history.js";
import { claimable } from "../actions/revenue.js";
import { streamOf, vaultDue } from "../actions/stream.js";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import type { ColophonClient } from "../core/types.js";

/** A vault that holds something for the distributor; super token units. */
interface DueVault {
  vault: Address;
  units: bigint;
}

/** What waits for an owner, super token units, and the vaults from which it has to come first. */
export interface StreamedRevenue {
  units: bigint;
  vaults: DueVault[];
}

const NOTHING: StreamedRevenue = { units: 0n, vaults: [] };

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
  for (const licenseId of licensesIn(releases).filter((id) => !own.includes(id))) {
    if (there >= units) break;
    const vault = await dueVault(client, licenseId, { deployment });
    if (!vault) continue;
    vaults.push(vault);
    there += vault.units;
  }
  return { units, vaults };
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
