/** What all payment rails answer alike: asked by the rail that an offer or license names. */
import { paymentRailAbi } from "@colophon-protocol/contracts";
import type { Address } from "viem";
import { readContract } from "viem/actions";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import { enumName, STANDING, type Standing } from "../core/enums.js";
import type { Offer } from "../core/offer.js";
import { type RailName, railName } from "../core/rail-terms.js";
import type { ColophonClient, ReadOptions } from "../core/types.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import { type LicenseId, licenseOf } from "./license.js";

/** Contract of each rail, as in `deployments/<chainId>.json`. */
export const RAIL_CONTRACTS = {
  escrow: "EscrowRail",
  stream: "StreamRail",
  meter: "MeterRail",
  share: "RevenueShareRail",
  live: "LiveStreamRail",
} as const satisfies Record<RailName, string>;

/** Address of a rail by its index. @throws ColophonError `input` when the rail is not known here */
export function railAddress(client: ColophonClient, rail: number, { deployment }: DeploymentOptions = {}): Address {
  const name = railName(rail);
  if (name) return resolveAddress(client, RAIL_CONTRACTS[name], { deployment });
  throw new ColophonError(`Payment rail ${rail} is not known.`, { code: "input", hint: "A newer SDK may know it." });
}

/**
 * Asks an offer's rail whether its terms make sense: the market does not, and such an offer would never sell.
 * @throws ColophonError `reverted` with PaymentRail_BadTerms naming the field
 */
export async function checkRailTerms(
  client: ColophonClient,
  { offer, ...options }: { offer: Offer } & DeploymentOptions,
): Promise<void> {
  const address = railAddress(client, offer.rail, options);
  try {
    await readContract(client, { address, abi: paymentRailAbi, functionName: "checkOffer", args: [offer] });
  } catch (error) {
    throw decodeError(error);
  }
}

/** What a license's own rail says of it now. */
export async function paymentStanding(
  client: ColophonClient,
  { licenseId, deployment, ...at }: LicenseId & ReadOptions,
): Promise<Standing> {
  const { rail } = await licenseOf(client, { licenseId, deployment, ...at });
  const address = railAddress(client, rail, { deployment });
  const { blockNumber, blockTag } = at;
  const block = blockNumber === undefined ? (blockTag === undefined ? {} : { blockTag }) : { blockNumber };
  try {
    const call = { address, abi: paymentRailAbi, functionName: "standing", args: [licenseId] } as const;
    return enumName(STANDING, await readContract(client, { ...call, ...block }));
  } catch (error) {
    throw decodeError(error);
  }
}
