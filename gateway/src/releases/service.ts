/** Takes what key nodes say that they released, and puts it into the provider's log. */
import { FormatError, type Message, messageFromJson, messageToJson, typedData } from "@colophon-protocol/sdk/formats";
import type { LogEvent } from "@colophon-protocol/sdk/log";
import { and, eq } from "drizzle-orm";
import { type Address, type Hex, hashTypedData, isAddressEqual, recoverAddress } from "viem";
import type { ChainReader } from "../chain/reader.js";
import type { Database } from "../db/open.js";
import { encodings, keyReleases } from "../db/schema.js";
import { badRequest, Problem } from "../errors.js";
import { appendEvent } from "../log/store.js";

type KeyRelease = Message<"KeyRelease">;

/** A statement with its signature. */
export interface SignedRelease {
  release: KeyRelease;
  signature: Hex;
}

export class KeyReleases {
  /** @param signers accounts of the key nodes */
  constructor(
    private readonly db: Database,
    private readonly chain: ChainReader,
    private readonly signers: readonly Address[],
  ) {}

  /**
   * Keeps a statement and logs it. The same one again changes nothing.
   * @returns its EIP-712 digest, and whether it is new
   * @throws Problem 403 when no key node signed it, 409 when it is of data that this provider does not serve, 503 when chain or
   *   database do not answer
   */
  async submit({ release, signature }: SignedRelease): Promise<{ releaseHash: Hex; isNew: boolean }> {
    const { chainId, licenseToken } = this.chain.config;
    const releaseHash = hashTypedData(typedData("KeyRelease", { chainId, licenseToken }, release) as never);
    const signer = await recoverAddress({ hash: releaseHash, signature }).catch(() => undefined);
    if (!signer || !this.signers.some((node) => isAddressEqual(node, signer))) {
      const detail = `The statement is signed by ${signer ?? "nobody"} for chain ${chainId}, expected a key node that this gateway was told of (COLOPHON_GATEWAY_KEY_NODES).`;
      throw new Problem(403, "not_allowed", detail);
    }
    await this.requireServed(release);
    const { time } = await this.chain.confirmed();
    const licenseId = release.licenseId.toString();
    const row = {
      releaseHash,
      licenseId,
      release: messageToJson<"KeyRelease">(release),
      signer,
      signature,
      receivedAt: time,
    };
    const isNew = await this.db.transaction(async (db) => {
      const added = await db.insert(keyReleases).values(row).onConflictDoNothing().returning();
      if (added.length > 0) await appendEvent(db, eventOf(release, releaseHash), time);
      return added.length > 0;
    });
    return { releaseHash, isNew };
  }

  private async requireServed({ datasetId, version }: KeyRelease): Promise<void> {
    const of = and(eq(encodings.datasetId, datasetId.toString()), eq(encodings.version, version));
    const found = await this.db.run((db) => db.select().from(encodings).where(of).limit(1));
    if (found.length > 0) return;
    const detail = `This provider took in no encoding of version ${version} of dataset ${datasetId}: its log says nothing of it.`;
    throw new Problem(409, "conflict", detail);
  }
}

/** The account stays out of the log. */
function eventOf(release: KeyRelease, releaseHash: Hex): LogEvent {
  const { licenseId, datasetId, version, keyHash, node, releasedAt } = release;
  return {
    ...{ type: "key-release", licenseId: licenseId.toString(), datasetId: datasetId.toString(), version },
    ...{ keyHash: keyHash.toLowerCase() as Hex, node, releasedAt, releaseHash },
  };
}

/** Reads a statement out of a body. @throws Problem 400 naming the field */
export function parseSignedRelease({ release, signature }: Record<string, unknown>): SignedRelease {
  if (typeof signature !== "string" || !/^0x[0-9a-fA-F]{130}$/.test(signature)) {
    throw badRequest("`signature` is not 65 bytes of hex.");
  }
  const message = messageOf(release);
  if (message.node === 0 || message.version === 0) {
    throw badRequest("`release.node` or `release.version` is 0, expected 1 or more.");
  }
  return { release: message, signature: signature as Hex };
}

function messageOf(release: unknown): KeyRelease {
  try {
    return messageFromJson("KeyRelease", release);
  } catch (error) {
    if (error instanceof FormatError) throw badRequest(`\`release\` is not well formed: ${error.message}`);
    throw error;
  }
}
