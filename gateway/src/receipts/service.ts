/** The provider's signed word on what it delivered under a license: EIP-712 DeliveryReceipt, from the accounting. */
import { CompactRange, type Hex, type Message, toHex, typedData } from "@colophon-protocol/sdk/formats";
import { and, desc, eq } from "drizzle-orm";
import { hashTypedData, type LocalAccount } from "viem";
import type { AccessOracle } from "../chain/access.js";
import type { ChainReader } from "../chain/reader.js";
import type { Database } from "../db/open.js";
import { receipts } from "../db/schema.js";
import type { Accounting, DeliveryTotals } from "../delivery/accounting.js";
import { type Catalog, nodeSha256, type ServedEncoding } from "../delivery/catalog.js";
import { notFound, Problem } from "../errors.js";
import { appendEvent } from "../log/store.js";
import type { Metrics } from "../metrics.js";
import { signedRequestJson } from "../requests/message.js";
import type { EncodingRequests } from "../requests/service.js";

const MAX_TRIES = 8;

export type DeliveryReceipt = Message<"DeliveryReceipt">;

/** A receipt as it is answered: big integers as decimal text, so that JSON keeps them exact. */
export interface SignedReceipt {
  receipt: Record<string, string | number>;
  signature: Hex;
  provider: Hex;
  /** For an encoding later than the license's: the request without which the receipt opens nothing on chain, while it stands. */
  encodingRequest?: ReturnType<typeof signedRequestJson>;
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
    private readonly requests: EncodingRequests,
    private readonly provider: LocalAccount,
    private readonly metrics: Metrics,
    private readonly ttl: number,
  ) {}

  /** The last receipt that was signed, or the last one for an encoding. @throws Problem 404 */
  async latest(licenseId: bigint, encoding?: number): Promise<SignedReceipt> {
    const row = await this.last(licenseId, encoding);
    if (!row) throw notFound(`No receipt was signed for license ${licenseId} yet: ask for one with POST.`);
    return this.toAnswer(row);
  }

  /**
   * A receipt for everything delivered so far; the last one again when nothing was added since.
   * @param encoding the license's own when undefined
   * @throws Problem 409 when nothing was delivered, or the license is not live: a receipt after its end would be a fault
   */
  async issue(licenseId: bigint, encoding?: number): Promise<SignedReceipt> {
    const { block, time } = await this.chain.confirmed(true);
    const license = await this.access.licenseOf(licenseId, block);
    const { datasetId, version } = license;
    const id = { datasetId, version, encoding: encoding ?? license.encoding };
    if (!(await this.chain.read("licenseToken", "isLive", [licenseId], block))) {
      throw new Problem(
        409,
        "conflict",
        `License ${licenseId} has ended: no receipt is signed after that. GET has the last one.`,
      );
    }
    const totals = await this.accounting.totals({ licenseId, ...id });
    if (!totals || totals.served.length === 0) {
      throw new Problem(
        409,
        "conflict",
        `No chunk of encoding ${id.encoding} was delivered whole under license ${licenseId} yet.`,
      );
    }
    const served = await this.catalog.serve(id);
    const facts = deliveredFacts(licenseId, served, totals);
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const [last, same] = await Promise.all([this.last(licenseId), this.last(licenseId, id.encoding)]);
      if (same && saysTheSame(same.message, facts) && Number(same.message.deadline) > time + this.ttl / 2)
        return this.toAnswer(same);
      const signed = await this.sign(
        { ...facts, sequence: BigInt((last?.sequence ?? 0) + 1), deadline: time + this.ttl },
        time,
      );
      if (signed) return signed;
    }
    throw new Problem(409, "conflict", "Other processes sign receipts for this license right now. Try again.");
  }

  private async last(licenseId: bigint, encoding?: number) {
    const ofLicense = eq(receipts.licenseId, licenseId.toString());
    const rows = await this.db.run((db) =>
      db
        .select()
        .from(receipts)
        .where(encoding === undefined ? ofLicense : and(ofLicense, eq(receipts.encoding, encoding)))
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
    const event = { licenseId: row.licenseId, sequence: row.sequence, receiptHash: hashTypedData(data as never) };
    const stored = await this.db.transaction(async (db) => {
      const [kept] = await db.insert(receipts).values(row).onConflictDoNothing().returning();
      if (kept) await appendEvent(db, { type: "delivery", ...event }, signedAt);
      return kept;
    });
    if (!stored) return undefined;
    this.metrics.receipts.inc();
    return this.toAnswer(stored);
  }

  private async toAnswer(row: typeof receipts.$inferSelect): Promise<SignedReceipt> {
    const answer = { receipt: row.message, signature: row.signature as Hex, provider: this.provider.address };
    const asked = await this.requests.standing(BigInt(row.licenseId), row.encoding);
    return asked ? { ...answer, encodingRequest: signedRequestJson(asked) } : answer;
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
