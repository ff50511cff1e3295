/** What a license was bought from: its rail, and its offer whole. Neither ever changes. */
import { type Offer, offerId, offerToJson, parseOffer } from "@colophon-protocol/sdk";
import { eq } from "drizzle-orm";
import { zeroHash } from "viem";
import type { Database } from "../db/open.js";
import { licenseOffers } from "../db/schema.js";
import { unavailable } from "../errors.js";
import type { AccessOracle } from "./access.js";
import type { ChainReader } from "./reader.js";

const MAX_CACHED = 10_000;

/** Finds offers by the chain's own events, and keeps them in the database: nodes may forget old events. */
export class LicenseDeals {
  private readonly rails = new Map<bigint, number>();
  private readonly offers = new Map<bigint, Offer>();

  constructor(
    private readonly db: Database,
    private readonly chain: ChainReader,
    private readonly access: AccessOracle,
  ) {}

  /** Index of a license's rail. @throws Problem 403 when there is no such license */
  async railOf(licenseId: bigint): Promise<number> {
    const known = this.rails.get(licenseId);
    if (known !== undefined) return known;
    const { block } = await this.chain.confirmed(true);
    const { rail } = await this.access.licenseOf(licenseId, block);
    if (this.rails.size >= MAX_CACHED) this.rails.clear();
    this.rails.set(licenseId, rail);
    return rail;
  }

  /** The offer that a license was bought from. @throws Problem 503 while the chain does not give it */
  async offerOf(licenseId: bigint): Promise<Offer> {
    const known = this.offers.get(licenseId);
    if (known) return known;
    const offer = (await this.stored(licenseId)) ?? (await this.fromChain(licenseId));
    if (this.offers.size >= MAX_CACHED) this.offers.clear();
    this.offers.set(licenseId, offer);
    return offer;
  }

  private async stored(licenseId: bigint): Promise<Offer | undefined> {
    const rows = await this.db.run((db) =>
      db.select().from(licenseOffers).where(eq(licenseOffers.licenseId, licenseId.toString())),
    );
    return rows[0] && parseOffer(rows[0].offer);
  }

  private async fromChain(licenseId: bigint): Promise<Offer> {
    const { block } = await this.chain.confirmed(true);
    const id = await this.chain.read("licenseToken", "offerIdOf", [licenseId], block);
    const offer = id && id !== zeroHash ? await this.chain.openedOffer(id, block) : undefined;
    if (!offer || offerId(offer) !== id) {
      throw unavailable("chain_unavailable", `The chain's events do not give the offer of license ${licenseId}.`);
    }
    const row = { licenseId: licenseId.toString(), offer: offerToJson(offer) };
    await this.db.run((db) => db.insert(licenseOffers).values(row).onConflictDoNothing());
    return offer;
  }
}
