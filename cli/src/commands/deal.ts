/** A license with the offer that it was bought from, which every rail wants to see. */
import { type Deal, licenseOf, offerIdOfLicense, RAILS, type RailName, railName } from "@colophon-protocol/sdk";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseId } from "../parse.js";
import type { Settings } from "../settings.js";
import { loadOffer } from "./offer.js";
import { tokenUnits } from "./token.js";

/** What a command about one license's payment works with. */
export interface DealContext {
  context: Context;
  deal: Deal;
  /** Of the payment token. */
  units: { symbol: string; decimals: number };
}

/** Connects, and reads license, offer and token. @throws CliError when the license is paid through another rail */
export async function dealContext(id: string, rail: RailName, options: Partial<Settings>): Promise<DealContext> {
  const licenseId = parseId("<id>", id);
  const context = await createContext(options);
  const place = { deployment: context.deployment, licenseId };
  const [license, offerId] = await Promise.all([
    licenseOf(context.client, place),
    offerIdOfLicense(context.client, place),
  ]);
  if (license.rail !== RAILS[rail]) {
    const paid = railName(license.rail) ?? `rail ${license.rail}`;
    throw new CliError(
      `License ${licenseId} is paid through the ${paid} rail, not through ${rail}.`,
      EXIT.usage,
      `Use \`colophon ${paid === "escrow" ? "license" : paid}\`.`,
    );
  }
  const offer = await loadOffer(context, offerId);
  return { context, deal: { licenseId, offer }, units: await tokenUnits(context, offer.token) };
}
