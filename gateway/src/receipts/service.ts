/** The provider's signed word on what it delivered under a license: EIP-712 DeliveryReceipt, from the accounting. */
import { CompactRange, type Hex, type Message, toHex, typedData } from "@colophon-protocol/sdk/formats";
import { desc, eq } from "drizzle-orm";
import type { LocalAccount } from "viem";
import type { AccessOracle } from "../chain/access.js";
import type { ChainReader } from "../chain/reader.js";
import type { Database } from "../db/open.js";
import { receipts } from "../db/schema.js";
import type { Accounting, DeliveryTotals } from "../delivery/accounting.js";
import { type Catalog, nodeSha256, type ServedEncoding } from "../delivery/catalog.js";
import { notFound, Problem } from "../errors.js";
import type { Metrics } from "../metrics.js";

const MAX_TRIES = 8;

export type DeliveryReceipt = Message<"DeliveryReceipt">;

/** A receipt as it is answered: big integers as decimal text, so that JSON keeps them exact. */
export interface SignedReceipt {
  receipt: Record<string, string | number>;
  signature: Hex;
  provider: Hex;
}

/** Signs receipts. Sequences of one license only grow, across all processes. */
export class ReceiptService {
  /** @param ttl seconds for which a receipt can be submitted */
  constructor(
    private readonly db: Database,
    private readonly chain: ChainReader,
    private readonly access: AccessOracle,
    private readonly catalog: Catalog,
    private readonly accounting: Accounting,
    private readonly provider: LocalAccount,
    private readonly metrics: Metrics,
    private readonly ttl: number,
  ) {}

  /** The last receipt that was signed. @throws Problem 404 */
  async latest(licenseId: bigint): Promise<SignedReceipt> {
    const row = await this.last(licenseId);
    if (!row) throw notFound(`No receipt was signed for license ${licenseId} yet: ask for one with POST.`);
    return this.toAnswer(row);
  }

  /**
   * A receipt for everything delivered so far; the last one again when nothing was added since.
   * @throws Problem 409 when nothing was delivered, or the license is not live: a receipt after its end would be a fault
   */
  async issue(licenseId: bigint): Promise<SignedReceipt> {
    const { block, time } = await this.chain.confirmed(true);
    const head = await this.access.licenseOf(licenseId, block);
    if (!(await this.chain.read("licenseToken", "isLive", [licenseId], block))) {
      throw new Problem(
        409,
        "conflict",
        `License ${licenseId} has ended: no receipt is signed after that. GET has the last one.`,
      );
    }
    const totals = await this.accounting.totals({ licenseId, ...head });
    if (!totals || totals.served.length === 0) {
      throw new Problem(409, "conflict", `No chunk was delivered whole under license ${licenseId} yet.`);
    }
    const served = await this.catalog.serve(head);
    const facts = deliveredFacts(licenseId, served, totals);
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const last = await this.last(licenseId);
      if (last && saysTheSame(last.message, facts) && Number(last.message.deadline) > time + this.ttl / 2)
        return this.toAnswer(last);
      const signed = await this.sign(
        { ...facts, sequence: BigInt((last?.sequence ?? 0) + 1), deadline: time + this.ttl },
        time,
      );
      if (signed) return signed;
    }
    throw new Problem(409, "conflict", "Other processes sign receipts for this license right now. Try again.");
  }

  private async last(licenseId: bigint) {
    const rows = await this.db.run((db) =>
      db
        .select()
        .from(receipts)
        .where(eq(receipts.licenseId, licenseId.toString()))
        .orderBy(desc(receipts.sequence))
        .limit(1),
    );
    return rows[0];
  }

  /** Reserves the sequence by storing the receipt; undefined when another process took it. */
  private async sign(receipt: DeliveryReceipt, signedAt: number): Promise<SignedReceipt | undefined> {
    const { chainId, licenseToken } = this.chain.config;
    const data = typedData("DeliveryReceipt", { chainId, licenseToken }, receipt);
    const signature = await this.provider.signTypedData(data as never);
    const { version, encoding } = receipt;
    const row = {
      licenseId: receipt.licenseId.toString(),
      sequence: Number(receipt.sequence),
      version,
      encoding: Number(encoding),
      message: plain(receipt),
      signature,
      signedAt,
    };
    const stored = await this.db.run((db) => db.insert(receipts).values(row).onConflictDoNothing().returning());
    if (!stored[0]) return undefined;
    this.metrics.receipts.inc();
    return this.toAnswer(stored[0]);
  }

  private toAnswer(row: typeof receipts.$inferSelect): SignedReceipt {
    return { receipt: row.message, signature: row.signature as Hex, provider: this.provider.address };
  }
}

type Facts = Omit<DeliveryReceipt, "sequence" | "deadline">;

/** Root over the leaves that were served, ascending, with their indexes in the encoding; chunks and bytes count each once. */
function deliveredFacts(licenseId: bigint, { id, row, cipher }: ServedEncoding, totals: DeliveryTotals): Facts {
  const range = new CompactRange(nodeSha256);
  let bytes = 0;
  for (const index of totals.served) {
    range.append(cipher.node(0, index));
    bytes += cipher.leaf(index).size;
  }
  return {
    licenseId,
    datasetId: id.datasetId,
    version: id.version,
    encoding: id.encoding,
    encodingRoot: row.encodingRoot as Hex,
    servedRoot: toHex(range.root()),
    chunks: BigInt(totals.served.length),
    bytesServed: BigInt(bytes),
    servedFrom: totals.servedFrom,
    servedUntil: totals.servedUntil,
  };
}

/** Whether a signed receipt covers the same chunks: sending some of them again adds nothing. */
function saysTheSame(message: Record<string, string | number>, facts: Facts): boolean {
  const { encodingRoot, servedRoot } = plain(facts);
  return message.encodingRoot === encodingRoot && message.servedRoot === servedRoot;
}

function plain(message: object): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => [name, typeof value === "bigint" ? value.toString() : value]),
  );
}
