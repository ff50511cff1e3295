/** Samples for sale without a license: what they are and cost is the dataset owner's choice, and the money is the owner's. */
import { and, asc, eq } from "drizzle-orm";
import { type Address, getAddress, type Hash, isAddressEqual, parseAbi } from "viem";
import { type BlobStore, blobName } from "../blobs/store.js";
import type { ChainReader } from "../chain/reader.js";
import type { Database } from "../db/open.js";
import { samplePayments, samples } from "../db/schema.js";
import { badRequest, notFound, Problem } from "../errors.js";
import type { Facilitator } from "./facilitator.js";
import type { Payment, PaymentRequirements } from "./wire.js";

const TIMEOUT = 300;
/** ERC-5267, or what USD Coin has instead. */
const DOMAIN = parseAbi([
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
  "function name() view returns (string)",
  "function version() view returns (string)",
]);

export interface Sample {
  datasetId: bigint;
  sha256: string;
  name: string;
  mediaType: string;
  token: Address;
  /** Base units of `token`. */
  amount: bigint;
  /** The owner who set the price, and is paid. */
  seller: Address;
}

export class Samples {
  constructor(
    private readonly db: Database,
    private readonly chain: ChainReader,
    private readonly blobs: BlobStore,
    private readonly facilitator: Facilitator | undefined,
  ) {}

  /** Puts a sample on sale, or changes its price. Its blob must be stored. @throws Problem 400, 404 */
  async put(sample: Sample): Promise<void> {
    if (this.facilitator === undefined)
      throw notFound("This gateway sells no samples: its operator must give it a key for x402.");
    if ((await this.blobs.size(blobName(sample.sha256))) === undefined) {
      throw badRequest(`Blob ${sample.sha256} is not stored here: PUT it to /v1/blobs/${sample.sha256} first.`);
    }
    await this.domainOf(sample.token);
    const { datasetId, amount, ...rest } = sample;
    const row = { ...rest, datasetId: datasetId.toString(), amount: amount.toString() };
    const target = [samples.datasetId, samples.sha256];
    await this.db.run((db) => db.insert(samples).values(row).onConflictDoUpdate({ target, set: row }));
  }

  async remove(datasetId: bigint, sha256: string): Promise<void> {
    const of = and(eq(samples.datasetId, datasetId.toString()), eq(samples.sha256, sha256));
    await this.db.run((db) => db.delete(samples).where(of));
  }

  /** Samples of a dataset whose seller still owns it. */
  async list(datasetId: bigint): Promise<Sample[]> {
    const rows = await this.db.run((db) =>
      db.select().from(samples).where(eq(samples.datasetId, datasetId.toString())).orderBy(asc(samples.name)),
    );
    const owner = rows.length === 0 ? undefined : await this.ownerOf(datasetId);
    return rows.map(fromRow).filter(({ seller }) => owner !== undefined && isAddressEqual(seller, owner));
  }

  /** A sample that is for sale. @throws Problem 404 */
  async find(datasetId: bigint, sha256: string): Promise<Sample> {
    const found = (await this.list(datasetId)).find((sample) => sample.sha256 === sha256);
    if (found) return found;
    throw notFound(`No sample ${sha256.slice(0, 64)} of dataset ${datasetId} is for sale here.`);
  }

  /** What a buyer must sign. */
  async requirements({ token, amount, seller }: Sample): Promise<PaymentRequirements> {
    return {
      scheme: "exact",
      network: `eip155:${this.chain.config.chainId}`,
      asset: token,
      amount: amount.toString(),
      payTo: seller,
      maxTimeoutSeconds: TIMEOUT,
      extra: await this.domainOf(token),
    };
  }

  /**
   * Takes a payment for a sample. The same one again, for the same sample, is taken as paid.
   * @returns the transaction that paid, or why the payment is none
   * @throws Problem 402, 503
   */
  async pay(sample: Sample, payment: Payment): Promise<{ transaction: Hash } | { refused: string }> {
    if (!this.facilitator) throw notFound("This gateway sells no samples.");
    const asked = await this.requirements(sample);
    // First who signed: payer and nonce of what was paid stand on chain for all to see.
    const forged = await this.facilitator.verify(payment, asked);
    if (forged) return { refused: forged };
    const { from: payer, nonce } = payment.authorization;
    const resource = `${sample.datasetId}/${sample.sha256}`;
    const of = and(
      eq(samplePayments.token, sample.token),
      eq(samplePayments.payer, payer),
      eq(samplePayments.nonce, nonce),
    );
    const find = async () => (await this.db.run((db) => db.select().from(samplePayments).where(of)))[0];
    const before = await find();
    if (before && before.resource !== resource) return { refused: "invalid_transaction_state" };
    if (before?.transaction) return { transaction: before.transaction as Hash };
    // What was begun is ended, also when it is no longer in time: it may have been paid.
    const late = before ? undefined : await this.facilitator.verifyTime(payment);
    if (late) return { refused: late };
    const row = { token: sample.token, payer, nonce, resource, transaction: null };
    await this.db.run((db) => db.insert(samplePayments).values(row).onConflictDoNothing());
    if ((await find())?.resource !== resource) return { refused: "invalid_transaction_state" };
    const transaction = await this.facilitator.settle(payment, asked);
    await this.db.run((db) => db.update(samplePayments).set({ transaction }).where(of));
    return { transaction };
  }

  private async ownerOf(datasetId: bigint): Promise<Address | undefined> {
    const { block } = await this.chain.confirmed();
    return this.chain.read("datasetRegistry", "ownerOf", [datasetId], block);
  }

  /** The token's EIP-712 domain. @throws Problem 400 for a token that does not say it */
  private async domainOf(token: Address): Promise<{ name: string; version: string }> {
    const { block } = await this.chain.confirmed();
    const told = await this.chain.readAt(token, DOMAIN, "eip712Domain", [], block);
    if (told) return { name: told[1], version: told[2] };
    const [name, version] = await Promise.all([
      this.chain.readAt(token, DOMAIN, "name", [], block),
      this.chain.readAt(token, DOMAIN, "version", [], block),
    ]);
    if (name !== undefined && version !== undefined) return { name, version };
    throw new Problem(
      400,
      "invalid_request",
      `Token ${token} has no EIP-712 name and version: it cannot be paid by EIP-3009.`,
    );
  }
}

function fromRow(row: typeof samples.$inferSelect): Sample {
  return {
    ...row,
    datasetId: BigInt(row.datasetId),
    token: getAddress(row.token),
    amount: BigInt(row.amount),
    seller: getAddress(row.seller),
  };
}
