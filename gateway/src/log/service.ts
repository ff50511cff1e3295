/** The provider's public log: signs its heads, never two of different histories, and gives its tiles. */
import { consistencyProof, fromHex, rootFrom } from "@colophon-protocol/sdk/formats";
import {
  type ChainSignature,
  chainSigner,
  ed25519Signer,
  ed25519Verifier,
  type LogAuthority,
  type LogHead,
  openCheckpoint,
  overTiles,
  signCheckpointNote,
  type Tile,
} from "@colophon-protocol/sdk/log";
import { type Address, keccak256, type LocalAccount, stringToHex } from "viem";
import type { ChainReader } from "../chain/reader.js";
import type { Database, Drizzle } from "../db/open.js";
import { notFound, Problem } from "../errors.js";
import { keepCheckpoint, type LogRow, lockLog, openLog, readLog, readTile } from "./store.js";

/** Milliseconds for which a head is given again although the log has grown. */
const HEAD_MS = 1000;

export interface LogOptions {
  /** The log's name, first line of every head: the one that the database's log has, or `fallback` on the first start, when undefined. */
  origin: string | undefined;
  fallback: string;
  /** Ed25519, 32 bytes. */
  secretKey: Uint8Array;
}

/** One log, of one provider. All processes of the provider on one database keep the same one. */
export class LogService {
  /** The log's key as readers take it: `name+hash+key`. */
  readonly verifierKey: string;
  private readonly signer: ReturnType<typeof ed25519Signer>;
  private signedAt = Number.NEGATIVE_INFINITY;
  private anchorChecked = false;

  private constructor(
    private readonly db: Database,
    private readonly chain: ChainReader,
    private readonly account: LocalAccount,
    readonly origin: string,
    secretKey: Uint8Array,
    private readonly now: () => number,
  ) {
    this.signer = ed25519Signer(origin, secretKey);
    this.verifierKey = this.signer.verifierKey;
  }

  /** @throws Error when the database holds the log of another name */
  static async open(
    db: Database,
    chain: ChainReader,
    provider: LocalAccount,
    options: LogOptions,
    now: () => number,
  ): Promise<LogService> {
    const origin = await openLog(db, options.origin, options.fallback);
    return new LogService(db, chain, provider, origin, options.secretKey, now);
  }

  /** Whose log it is: who signs its heads for contracts. */
  get provider(): Address {
    return this.account.address;
  }

  /**
   * The newest head, as a signed note. Signed anew when the log has grown, at most once a second unless it must be fresh.
   * @throws Problem 503 when the chain or the database does not answer, or the log lacks what was anchored on chain
   */
  async checkpoint(isFresh = false): Promise<string> {
    const { size, signedSize, checkpoint } = await readLog(this.db);
    const isRecent = !isFresh && this.now() - this.signedAt < HEAD_MS;
    if (checkpoint !== null && (size === signedSize || isRecent)) return checkpoint;
    const { block, time } = await this.chain.confirmed();
    if (!this.anchorChecked) await this.requireAnchored(block);
    const note = await this.db.transaction((db) => this.signUnderLock(db, time));
    this.signedAt = this.now();
    return note;
  }

  /** The same of all that is in the log, with the signature that contracts take. @throws as `checkpoint` */
  async head(): Promise<LogHead & { onChain: ChainSignature }> {
    const opened = await openCheckpoint(await this.checkpoint(true), ed25519Verifier(this.verifierKey), this.authority);
    return { ...opened, onChain: opened.onChain as ChainSignature };
  }

  /** RFC 9162 consistency proof between two sizes of the log, the later one signed. */
  async consistency(from: number, to: number): Promise<Uint8Array[]> {
    return this.db.run((db) => this.overTiles(db, to, (node) => consistencyProof(node, from, to)));
  }

  /**
   * Bytes of a tile under the newest signed head.
   * @throws Problem 404 when there is none such
   */
  async tile(tile: Tile): Promise<Uint8Array> {
    const { signedSize } = await readLog(this.db);
    const bytes = await this.db.run((db) => readTile(db, tile, signedSize ?? 0));
    if (!bytes)
      throw notFound("The log has no such tile yet. Read its checkpoint first: it says how many entries there are.");
    return bytes;
  }

  private async signUnderLock(db: Drizzle, time: number): Promise<string> {
    const row = await lockLog(db);
    // Another process may have been first.
    if (row.checkpoint !== null && row.signedSize === row.size) return row.checkpoint;
    const signers = [this.signer, chainSigner(this.origin, this.authority, this.account, time)];
    const note = await signCheckpointNote(await this.headAt(db, row), signers);
    await keepCheckpoint(db, note, row.size);
    return note;
  }

  private async headAt(db: Drizzle, { size }: Pick<LogRow, "size">): Promise<LogHead> {
    const root = await this.overTiles(db, size, (node) => rootFrom(node, size));
    return { origin: this.origin, size, root };
  }

  private overTiles<T>(db: Drizzle, size: number, compute: Parameters<typeof overTiles<T>>[2]): Promise<T> {
    return overTiles(size, async (tile) => (await readTile(db, tile, size)) as Uint8Array, compute);
  }

  private get authority(): LogAuthority {
    const { chainId, licenseToken } = this.chain.config;
    return { chainId, licenseToken, provider: this.provider, signer: this.provider };
  }

  /**
   * A database that was put back to an earlier day must sign nothing: it would give the log a second history, for which the
   * provider is slashed. What was anchored has to be there.
   */
  private async requireAnchored(block: bigint): Promise<void> {
    const { checkpointLog } = this.chain.config;
    if (checkpointLog) {
      const id = [this.provider, keccak256(stringToHex(this.origin))] as const;
      const anchored = await this.chain.read("checkpointLog", "headOf", id, block);
      if (anchored && anchored.size > 0n) await this.requireBeginsWith(Number(anchored.size), anchored.root);
    }
    this.anchorChecked = true;
  }

  private async requireBeginsWith(size: number, anchored: `0x${string}`): Promise<void> {
    const { size: present } = await readLog(this.db);
    const expected = Buffer.from(fromHex(anchored, 32));
    if (present >= size) {
      const { root } = await this.db.run((db) => this.headAt(db, { size }));
      if (expected.equals(root)) return;
    }
    throw new Problem(
      503,
      "log_lost",
      `The log on chain has ${size} entries that this database does not hold: nothing is signed. Restore the newest backup, or start a log under another name.`,
    );
  }
}
