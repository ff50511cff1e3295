/** The owner's first refusal of a resale, prepared. */
import type { Address } from "viem";
import { parseAccount } from "viem/accounts";
import type { Deal } from "../actions/escrow.js";
import { licenseHolder, resaleOf, takeResale } from "../actions/resale.js";
import { resolveAddress } from "../core/deployment.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import { approval, shortfall, transactionOf } from "./parts.js";
import type { Prepared } from "./requirements.js";
import { tokenState } from "./token.js";

/** A prepared purchase of an announced license by the dataset's owner. */
export interface PreparedTake extends Prepared {
  owner: Address;
  /** Who is paid. */
  holder: Address;
  /** Base units of the offer's token; the market refuses if the announcement changes until then. */
  price: bigint;
  /** Last second in which it can be taken. */
  until: number;
}

/**
 * Finds out what taking an announced license needs.
 * @param parameters.maxPrice most base units that may be paid
 * @throws ColophonError `guard` when no resale is announced, or it is dearer than `maxPrice`
 */
export async function prepareTakeResale(
  client: ColophonClient,
  parameters: Deal & CallOptions & { maxPrice?: bigint },
): Promise<PreparedTake> {
  const { offer, licenseId, deployment, maxPrice } = parameters;
  const owner = parseAccount(requireAccount(client, parameters, "prepareTakeResale")).address;
  const market = resolveAddress(client, "LicenseMarket", { deployment });
  try {
    const [resale, holder, token] = await Promise.all([
      resaleOf(client, { licenseId, deployment }),
      licenseHolder(client, { licenseId, deployment }),
      tokenState(client, { token: offer.token, account: owner, spender: market }),
    ]);
    if (!resale) throw guard(`No resale of license ${licenseId} is announced.`, "Its holder announces one first.");
    const { price, refusalUntil: until } = resale;
    if (maxPrice !== undefined && price > maxPrice) {
      throw guard(`The price is ${price} base units, above the limit of ${maxPrice}.`, "Raise maxPrice, or let it go.");
    }
    return {
      owner,
      holder,
      price,
      until,
      requirements: [
        ...shortfall(owner, token, price),
        ...(token.allowance < price ? [approval(offer.token, market, price)] : []),
      ],
      build: () => transactionOf(takeResale.call(client, { licenseId, offer, price, address: market })),
    };
  } catch (error) {
    throw decodeError(error);
  }
}

const guard = (message: string, hint: string) => new ColophonError(message, { code: "guard", hint });
