/** Later encodings: a license names one encoding; its licensee may ask by signature to be served a later one of the same version. */
import { typedData } from "@colophon-protocol/sdk/formats";
import { and, desc, eq, gt, gte, sql } from "drizzle-orm";
import { type Address, getAddress, type Hex, hashTypedData } from "viem";
import type { ReadCapability } from "../auth/tokens.js";
import type { AccessOracle, LicenseHead } from "../chain/access.js";
import type { BlockRef, ChainReader } from "../chain/reader.js";
import type { Database } from "../db/open.js";
import { encodingRequests } from "../db/schema.js";
import type { Catalog, EncodingId } from "../delivery/catalog.js";
import { badRequest, notFound, Problem } from "../errors.js";
import type { SignedRequest } from "./message.js";

/** Seconds by which the signer's clock may be ahead of ours. */
const CLOCK_SKEW = 60;
/** Signers of one license whose requests are looked at. */
const MAX_SIGNERS = 16;
const MAX_CACHED = 10_000;

export interface EncodingRequestOptions {
  /** Seconds after which a signed request is too old to be handed in. */
  ttl: number;
  /** Milliseconds for which it is believed that a request still stands. */
  standingTtlMs: number;
}

/** Takes requests, and knows which of them stand. */
export class EncodingRequests {
  private readonly known = new Map<string, { at: number; standing: Promise<SignedRequest | undefined> }>();

  /** @param now milliseconds */
  constructor(
    private readonly db: Database,
    private readonly chain: ChainReader,
    private readonly access: AccessOracle,
    private readonly catalog: Catalog,
    private readonly options: EncodingRequestOptions,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Takes a request: from then on tokens of its license open the encoding too.
   * @throws Problem 400 when it does not fit the license, 403 when its signer may not ask, 404 or 409 when the encoding is not this
   *   provider's, or the request is too old or was used before
   */
  async submit(signed: SignedRequest): Promise<SignedRequest> {
    const { request, signer } = signed;
    const at = await this.chain.confirmed(true);
    const license = await this.access.licenseOf(request.licenseId, at.block);
    requireFits(signed, license);
    this.requireInTime(request.signedAt);
    await this.requireUnused(signed);
    await this.requireSigned(signed, at);
    const { datasetId } = license;
    await this.access.require(
      { licenseId: request.licenseId, user: signer, datasetId, version: request.version },
      true,
    );
    if (!(await this.maySign(signer, license, request.licenseId, at.block))) throw delegateRefused(signed);
    await this.requireServed({ datasetId, version: request.version, encoding: request.encoding }, at);
    await this.store(signed, at);
    this.known.delete(keyOf(request.licenseId, request.encoding));
    return signed;
  }

  /**
   * Lets a token through to an encoding: the license's own, one that was asked for, or any of a component of the bundle that was sold.
   * @throws Problem 403
   */
  async requireOpen(capability: ReadCapability, id: EncodingId): Promise<void> {
    const { licenseId, datasetId, version, encoding } = capability;
    const own = datasetId === id.datasetId && version === id.version;
    if (own && encoding === id.encoding) return;
    if (own && id.encoding > encoding && (await this.standing(licenseId, id.encoding))) return;
    const query = { licenseId, user: capability.sub, datasetId: id.datasetId, version: id.version };
    if (datasetId !== id.datasetId && (await this.access.allows(query))) return;
    const ask = own && id.encoding > encoding;
    const how = ask
      ? `Ask for it with an EncodingRequest signed by the licensee at POST /v1/licenses/${licenseId}/encodings/${id.encoding}.`
      : "Sign in with a license for what you asked for.";
    throw new Problem(
      403,
      "not_allowed",
      `This token is for license ${licenseId}: dataset ${datasetId}, version ${version}, encoding ${encoding}. ${how}`,
    );
  }

  /** The newest request for an encoding whose signer may still ask for it; undefined when there is none. */
  standing(licenseId: bigint, encoding: number): Promise<SignedRequest | undefined> {
    const key = keyOf(licenseId, encoding);
    const entry = this.known.get(key);
    if (entry && this.now() - entry.at < this.options.standingTtlMs) return entry.standing;
    const standing = this.findStanding(licenseId, encoding);
    if (this.known.size >= MAX_CACHED) this.known.clear();
    this.known.set(key, { at: this.now(), standing });
    const forget = () => this.known.get(key)?.standing === standing && this.known.delete(key);
    standing.then((found) => found || forget(), forget);
    return standing;
  }

  /** As `standing`. @throws Problem 404 */
  async requireStanding(licenseId: bigint, encoding: number): Promise<SignedRequest> {
    const found = await this.standing(licenseId, encoding);
    if (found) return found;
    throw notFound(`Nobody who may asked for encoding ${encoding} under license ${licenseId}.`);
  }

  private async findStanding(licenseId: bigint, encoding: number): Promise<SignedRequest | undefined> {
    const of = and(eq(encodingRequests.licenseId, licenseId.toString()), eq(encodingRequests.encoding, encoding));
    const newest = [desc(encodingRequests.receivedAt), desc(encodingRequests.sequence)];
    const rows = await this.db.run((db) =>
      db
        .select()
        .from(encodingRequests)
        .where(of)
        .orderBy(...newest)
        .limit(MAX_SIGNERS),
    );
    if (rows.length === 0) return undefined;
    const { block } = await this.chain.confirmed();
    const license = await this.access.licenseOf(licenseId, block);
    for (const row of rows) {
      const signer = getAddress(row.signer);
      const stands =
        (await this.access.allows({ licenseId, user: signer, datasetId: license.datasetId, version: row.version })) &&
        (await this.maySign(signer, license, licenseId, block));
      if (stands) return fromRow(row);
    }
    return undefined;
  }

  /** Only the holder's signature lets the provider's receipt open the escrow; where no money waits for one, a delegate's will do. */
  private async maySign(signer: Address, license: LicenseHead, licenseId: bigint, block: bigint): Promise<boolean> {
    if (!license.escrowed) return true;
    const holder = await this.chain.read("licenseToken", "ownerOf", [licenseId], block);
    return holder?.toLowerCase() === signer.toLowerCase();
  }

  private requireInTime(signedAt: number): void {
    const age = Math.floor(this.now() / 1000) - signedAt;
    if (age < -CLOCK_SKEW) throw badRequest(`The request is dated ${-age} s ahead: set the signer's clock.`);
    if (age <= this.options.ttl) return;
    throw conflict(`The request was signed ${age} s ago, at most ${this.options.ttl} s are accepted: sign a new one.`);
  }

  private async requireUnused({ request, signer }: SignedRequest): Promise<void> {
    const { licenseId, sequence } = request;
    const used = await this.db.run((db) =>
      db
        .select({ sequence: encodingRequests.sequence })
        .from(encodingRequests)
        .where(
          and(
            eq(encodingRequests.licenseId, licenseId.toString()),
            eq(encodingRequests.signer, signer),
            gte(encodingRequests.sequence, sequence),
          ),
        )
        .limit(1),
    );
    if (used[0]) throw replayed(sequence, used[0].sequence);
  }

  private async requireSigned({ request, signature, signer }: SignedRequest, { block }: BlockRef): Promise<void> {
    const { chainId, licenseToken } = this.chain.config;
    const hash = hashTypedData(typedData("EncodingRequest", { chainId, licenseToken }, request) as never);
    if (await this.chain.isSignedBy(signer, hash, signature, block)) return;
    throw new Problem(403, "not_allowed", `The request is not signed by ${signer} for chain ${chainId}.`);
  }

  /** Ours, on chain, and not retired: who has a retired one is served on, but nobody moves to it. */
  private async requireServed(id: EncodingId, { block }: BlockRef): Promise<void> {
    await this.catalog.serve(id);
    const { datasetId, version, encoding } = id;
    const onChain = await this.chain.read("datasetRegistry", "encodingOf", [datasetId, version, encoding], block);
    if (onChain && onChain.retiredAt === 0) return;
    throw conflict(`Encoding ${encoding} of version ${version} of dataset ${datasetId} is retired: ask for another.`);
  }

  private async store({ request, signature, signer }: SignedRequest, { time }: BlockRef): Promise<void> {
    const { licenseId, version, encoding, sequence, signedAt } = request;
    const values = { version, sequence, signedAt, signature, receivedAt: time };
    const row = { licenseId: licenseId.toString(), signer, encoding, ...values };
    const target = [encodingRequests.licenseId, encodingRequests.signer, encodingRequests.encoding];
    const stored = await this.db.run((db) =>
      db
        .insert(encodingRequests)
        .values(row)
        .onConflictDoUpdate({
          target,
          set: values,
          setWhere: gt(sql`excluded.sequence`, encodingRequests.sequence),
        })
        .returning({ sequence: encodingRequests.sequence }),
    );
    // Another process took the same request a moment ago.
    if (!stored[0]) throw replayed(sequence, sequence);
  }
}

function requireFits({ request }: SignedRequest, license: LicenseHead): void {
  const { licenseId, version, encoding } = request;
  if (version !== license.version) {
    throw badRequest(
      `The request is for version ${version}, but license ${licenseId} is for version ${license.version}.`,
    );
  }
  if (encoding > license.encoding) return;
  throw badRequest(`License ${licenseId} names encoding ${license.encoding}: only a later one can be asked for.`);
}

function delegateRefused({ request, signer }: SignedRequest): Problem {
  const detail = `License ${request.licenseId} is paid out of escrow, and ${signer} does not hold it: the holder must sign, a delegate may hand it in.`;
  return new Problem(403, "not_allowed", detail);
}

function replayed(sequence: bigint, used: bigint): Problem {
  return conflict(`Sequence ${sequence} was used before: sign a new request with one above ${used}.`);
}

function conflict(detail: string): Problem {
  return new Problem(409, "conflict", detail);
}

function fromRow(row: typeof encodingRequests.$inferSelect): SignedRequest {
  const { version, encoding, sequence, signedAt } = row;
  return {
    request: { licenseId: BigInt(row.licenseId), version, encoding, sequence, signedAt },
    signature: row.signature as Hex,
    signer: getAddress(row.signer),
  };
}

function keyOf(licenseId: bigint, encoding: number): string {
  return `${licenseId}/${encoding}`;
}
