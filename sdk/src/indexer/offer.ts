import type { Offer } from "../core/offer.js";
import type { OfferEntity } from "./entities.js";

/**
 * The offer as contracts take it, from what the indexer knows of it. Compare `offerId(offer)` with the id that was quoted
 * before paying: an indexer is a convenience, not an authority (`prepareBuy` does it with `expectedOfferId`).
 */
export function offerOf(entity: OfferEntity): Offer {
  const { seller, salt, datasetId, version, encoding, termsId, split, token, price, rail, provider, arbitrator } =
    entity;
  const [first, second] = entity.railTerms;
  if (first === undefined || second === undefined) throw new Error(`Offer ${entity.offerId} lacks its two rail terms.`);
  return {
    seller,
    salt,
    datasetId,
    version,
    encoding,
    termsId,
    split,
    token,
    price,
    rail,
    railTerms: [first, second],
    provider,
    arbitrator,
    opensAt: Number(entity.opensAt),
    closesAt: Number(entity.closesAt),
    editions: Number(entity.editions),
    exclusive: entity.exclusive,
  };
}
