/** Takes an encoding into service: checks every byte of it, then signs the provider's EncodingAcceptance. */
import {
  type Hex,
  type Manifest,
  type Message,
  readEnvelope,
  readManifest,
  TAG_SIZE,
  toHex,
  typedData,
} from "@colophon-protocol/sdk/formats";
import type { LocalAccount } from "viem";
import type { BlobStore } from "../blobs/store.js";
import type { BlockRef, ChainReader } from "../chain/reader.js";
import type { Database } from "../db/open.js";
import { encodings } from "../db/schema.js";
import { type Catalog, type ChunkTable, type EncodingId, type EncodingRow, loadTable } from "../delivery/catalog.js";
import { badRequest, Problem } from "../errors.js";
import { consentEvent } from "../log/entries.js";
import { appendEvent } from "../log/store.js";

/** What the rightsholder asks the provider to serve. Tables are named by their SHA-256, like all blobs. */
export interface EncodingOffer extends EncodingId {
  encodingRoot: Hex;
  envelopeHash: Hex;
  /** Blob with the 45-byte leaves of the encoding tree, in order. */
  encodingLeaves: string;
  /** Blob with the leaves of the content tree. */
  contentLeaves: string;
  /** Seconds for which live licenses are served after retirement; the provider's own when undefined. */
  retirementNotice: number | undefined;
}

/** The signed acceptance, ready for `DatasetRegistry.addEncoding`. Big integers are decimal text. */
export interface SignedAcceptance {
  acceptance: Record<string, string | number>;
  signature: Hex;
}

/** How far a check of chunks is. */
export interface CheckProgress {
  checked: number;
  total: number;
}

export interface PublishOptions {
  /** Seconds of notice that the provider gives by default, and at most. */
  retirementNotice: number;
  maxRetirementNotice: number;
  /** Seconds for which an acceptance can be used. */
  acceptanceTtl: number;
}

interface Job extends CheckProgress {
  result: Promise<SignedAcceptance>;
}

/** Checks and accepts encodings. Checks of large ones run on while the caller asks again. */
export class PublishService {
  private readonly jobs = new Map<string, Job>();

  constructor(
    private readonly db: Database,
    private readonly blobs: BlobStore,
    private readonly chain: ChainReader,
    private readonly catalog: Catalog,
    private readonly provider: LocalAccount,
    private readonly options: PublishOptions,
  ) {}

  /**
   * Starts the check, or joins the one that runs for the same offer.
   * @param waitMs how long to wait for its end
   * @returns the acceptance, or the progress when it takes longer
   * @throws Problem 400 or 409 naming what does not fit
   */
  async accept(offer: EncodingOffer, waitMs: number): Promise<SignedAcceptance | CheckProgress> {
    const key = JSON.stringify(Object.values(offer).map(String));
    let job = this.jobs.get(key);
    if (!job) {
      job = { checked: 0, total: 0, result: Promise.resolve() as never };
      job.result = this.checkAndSign(offer, job);
      this.jobs.set(key, job);
      const forget = () => setTimeout(() => this.jobs.delete(key), 60_000).unref();
      job.result.then(forget, () => this.jobs.delete(key));
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), waitMs);
    });
    const result = await Promise.race([job.result, late]).finally(() => clearTimeout(timer));
    return result ?? { checked: job.checked, total: job.total };
  }

  private async checkAndSign(offer: EncodingOffer, progress: CheckProgress): Promise<SignedAcceptance> {
    const at = await this.chain.confirmed(true);
    const version = await this.versionOf(offer, at);
    await this.requireNumber(offer, version.encodingCount, at);
    const tables = await this.checkTables(offer, version);
    const { consents } = await this.checkDocuments(offer, version);
    await this.checkChunks(tables.cipher, progress);
    return this.sign(offer, { ...version, consents }, tables.cipher, at);
  }

  private async versionOf({ datasetId, version }: EncodingOffer, { block }: BlockRef) {
    const found = await this.chain.read("datasetRegistry", "versionOf", [datasetId, version], block);
    if (!found)
      throw new Problem(
        409,
        "conflict",
        `Version ${version} of dataset ${datasetId} is not on chain: publish it first.`,
      );
    return found;
  }

  /** The number must be the next one, or, to bring a lost database back, that of an encoding on chain that is ours. */
  private async requireNumber(offer: EncodingOffer, count: number, { block }: BlockRef): Promise<void> {
    const { datasetId, version, encoding } = offer;
    if (encoding === count + 1) return;
    const known = await this.chain.read("datasetRegistry", "encodingOf", [datasetId, version, encoding], block);
    const envelope = known && (await this.chain.envelopeHashOf(datasetId, version, encoding, block));
    const ours = known?.provider.toLowerCase() === this.provider.address.toLowerCase();
    if (ours && known?.encodingRoot === offer.encodingRoot && envelope === offer.envelopeHash) return;
    throw new Problem(409, "conflict", `The next encoding of this version is number ${count + 1}, not ${encoding}.`);
  }

  private async checkTables(offer: EncodingOffer, version: { contentRoot: Hex; chunkCount: number }) {
    const size = version.chunkCount;
    for (const name of [offer.encodingLeaves, offer.contentLeaves]) {
      const bytes = await this.blobs.size(name);
      if (bytes !== size * 45)
        throw badRequest(`Leaf table ${name} has ${bytes ?? "no"} bytes, expected ${size * 45}: upload it.`);
    }
    const cipher = await loadTable(this.blobs, offer.encodingLeaves, size, offer.encodingRoot);
    const content = await loadTable(this.blobs, offer.contentLeaves, size, version.contentRoot);
    for (let i = 0; i < size; i++) {
      const [sealed, plain] = [cipher.leaf(i), content.leaf(i)];
      if (sealed.flags !== plain.flags || sealed.size !== plain.size + TAG_SIZE) {
        throw badRequest(`Leaf ${i} of the two tables differs in flags, or not by ${TAG_SIZE} bytes in size.`);
      }
    }
    return { cipher, content };
  }

  /** @returns the manifest */
  private async checkDocuments(
    offer: EncodingOffer,
    version: { manifestHash: Hex; contentRoot: Hex },
  ): Promise<Manifest> {
    const manifest = await this.document(version.manifestHash, "manifest", (bytes) =>
      readManifest(bytes, version.manifestHash),
    );
    const envelope = await this.document(offer.envelopeHash, "envelope", (bytes) =>
      readEnvelope(bytes, offer.envelopeHash),
    );
    const { chainId, licenseToken } = this.chain.config;
    const expected: [string, unknown, unknown][] = [
      ["manifest content root", manifest.content.root, version.contentRoot],
      ["envelope chain id", envelope.chainId, chainId],
      ["envelope license token", envelope.licenseToken, licenseToken.toLowerCase()],
      ["envelope dataset id", envelope.datasetId, offer.datasetId.toString()],
      ["envelope version", envelope.version, offer.version],
      ["envelope content root", envelope.contentRoot, version.contentRoot],
      ["envelope encoding root", envelope.encodingRoot, offer.encodingRoot],
      ["envelope provider", envelope.provider, this.provider.address.toLowerCase()],
    ];
    for (const [what, found, wanted] of expected) {
      if (found !== wanted) throw badRequest(`The ${what} is ${found}, expected ${wanted}.`);
    }
    return manifest;
  }

  private async document<T>(hash: Hex, what: string, parse: (bytes: Uint8Array) => T): Promise<T> {
    const size = await this.blobs.size(hash.slice(2));
    if (size === undefined) throw badRequest(`The ${what} with hash ${hash} is not stored here: upload it.`);
    const bytes = await this.blobs.read(hash.slice(2), 0, size);
    try {
      return parse(bytes);
    } catch (error) {
      throw badRequest(`The ${what} was refused: ${(error as Error).message}`);
    }
  }

  private async checkChunks(cipher: ChunkTable, progress: CheckProgress): Promise<void> {
    progress.total = cipher.size;
    for (let i = 0; i < cipher.size; i++) {
      const { digest, size } = cipher.leaf(i);
      const name = toHex(digest).slice(2);
      const [found, bytes] = [await this.blobs.digest(name), await this.blobs.size(name)];
      if (found !== name || bytes !== size) {
        const what = found === undefined ? "is missing" : `is corrupt: its ${bytes} bytes hash to ${found}`;
        throw badRequest(`Chunk ${i} (${name}, ${size} bytes) ${what}. Upload it again.`);
      }
      progress.checked = i + 1;
    }
  }

  private async sign(
    offer: EncodingOffer,
    version: { contentRoot: Hex; manifestHash: Hex; chunkCount: number; consents: Manifest["consents"] },
    cipher: ChunkTable,
    { time }: BlockRef,
  ): Promise<SignedAcceptance> {
    const { datasetId, encoding, encodingRoot, envelopeHash, encodingLeaves, contentLeaves } = offer;
    const message: Message<"EncodingAcceptance"> = {
      datasetId,
      version: offer.version,
      encoding,
      encodingRoot,
      envelopeHash,
      provider: this.provider.address,
      retirementNotice: offer.retirementNotice ?? this.options.retirementNotice,
      deadline: time + this.options.acceptanceTtl,
    };
    const { chainId, licenseToken } = this.chain.config;
    const signature = await this.provider.signTypedData(
      typedData("EncodingAcceptance", { chainId, licenseToken }, message) as never,
    );
    const acceptance = { ...message, datasetId: datasetId.toString() };
    const row: EncodingRow = {
      datasetId: datasetId.toString(),
      version: offer.version,
      encoding,
      encodingRoot,
      contentRoot: version.contentRoot,
      chunkCount: version.chunkCount,
      cipherBytes: cipher.offsets[cipher.size] as number,
      manifestHash: version.manifestHash,
      envelopeHash,
      encodingLeaves,
      contentLeaves,
      acceptance,
      signature,
      acceptedAt: time,
    };
    const target = [encodings.datasetId, encodings.version, encodings.encoding];
    const { contentRoot, manifestHash } = version;
    const event = {
      datasetId: row.datasetId,
      version: offer.version,
      encoding,
      encodingRoot,
      contentRoot,
      manifestHash,
    };
    const consent = consentEvent(version.consents, event);
    await this.db.transaction(async (db) => {
      await db.insert(encodings).values(row).onConflictDoUpdate({ target, set: row });
      await appendEvent(db, { type: "ingest", ...event }, time);
      if (consent) await appendEvent(db, consent, time);
    });
    this.catalog.forget(offer);
    return { acceptance, signature };
  }
}
