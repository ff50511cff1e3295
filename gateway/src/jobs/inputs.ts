/** What a job works on: versions that were delivered under licenses which its account holds, decrypted and verified once more. */
import { type ChunkSession, DeliveryError, fetchVersion, memorySink } from "@colophon-protocol/sdk/delivery";
import {
  Col1Cipher,
  FormatError,
  fromHex,
  type Hex,
  PURPOSE_USES,
  type RunPurpose,
  readEnvelope,
  toHex,
} from "@colophon-protocol/sdk/formats";
import { USE_READ_RAW } from "@colophon-protocol/sdk/keys";
import { type DeliveredVersion, deliveredVersion } from "@colophon-protocol/sdk/proofs";
import type { JobInput } from "@colophon-protocol/sdk/provenance";
import type { Address } from "viem";
import type { BlobStore } from "../blobs/store.js";
import type { AccessOracle } from "../chain/access.js";
import type { ChainReader } from "../chain/reader.js";
import type { Accounting } from "../delivery/accounting.js";
import { type Catalog, nodeSha256, type ServedEncoding } from "../delivery/catalog.js";
import { chunkRun } from "../delivery/requests.js";
import type { DeliveryService } from "../delivery/service.js";
import { badRequest, Problem } from "../errors.js";
import type { EncodingRequests } from "../requests/service.js";

/** One input as it was asked for. */
export interface AskedInput extends JobInput {
  encoding: number;
  /** 32 bytes. In memory only. */
  datasetKey: Uint8Array;
}

/** One input that may be worked on. */
export interface CheckedInput extends AskedInput {
  served: ServedEncoding;
  header: Uint8Array;
}

/** One input, opened. */
export interface OpenedInput {
  files: Map<string, Uint8Array>;
  delivered: DeliveredVersion;
}

interface Parts {
  chain: ChainReader;
  access: AccessOracle;
  requests: EncodingRequests;
  catalog: Catalog;
  delivery: DeliveryService;
  accounting: Accounting;
  blobs: BlobStore;
}

export class JobInputs {
  constructor(private readonly parts: Parts) {}

  /**
   * Whether an account may have a job work on an input now: its license reads it and carries the purpose, all of it was delivered
   * under the license, and the key is its key.
   * @throws Problem 403, 404, 409 or 400 saying which of these does not hold, 503
   */
  async check(account: Address, purpose: RunPurpose, asked: AskedInput): Promise<CheckedInput> {
    const { chain, access, requests, catalog } = this.parts;
    const [licenseId, datasetId] = [BigInt(asked.licenseId), BigInt(asked.datasetId)];
    const { version, encoding } = asked;
    // The license first, so that strangers learn nothing from what exists.
    await this.requireLicensed(account, purpose, asked);
    const head = await access.licenseOf(licenseId, (await chain.confirmed()).block);
    const id = { datasetId, version, encoding };
    await requests.requireOpen({ kind: "read", sub: account, licenseId, ...head }, id);
    const served = await catalog.serve(id);
    if (served.row.contentRoot !== asked.contentRoot) {
      throw badRequest(
        `The content root of version ${version} of dataset ${datasetId} is ${served.row.contentRoot}, the manifest has ${asked.contentRoot}.`,
      );
    }
    await this.requireDelivered(licenseId, served);
    return { ...asked, served, header: await this.headerFor(served, asked.datasetKey) };
  }

  /** @throws Problem 403 with the chain's reason, 503 */
  async requireLicensed(account: Address, purpose: RunPurpose, input: JobInput): Promise<void> {
    const { licenseId, datasetId, version } = input;
    const query = { licenseId: BigInt(licenseId), datasetId: BigInt(datasetId), version, user: account };
    await this.parts.access.require({ ...query, uses: USE_READ_RAW | PURPOSE_USES[purpose] }, true);
  }

  /** Decrypts and verifies an input from storage. @throws DeliveryError, FormatError when what is stored is not the version */
  async open(input: CheckedInput): Promise<OpenedInput> {
    const { served, header, datasetKey } = input;
    const { row, id } = served;
    const sink = memorySink();
    await fetchVersion(this.ownSession(served), {
      ...id,
      encodingRoot: row.encodingRoot as Hex,
      contentRoot: row.contentRoot as Hex,
      ...{ encodingHeader: header, datasetKey, sink, maxAttempts: 1 },
      store: { get: (_, index) => this.sealedChunk(served, index), put: async () => undefined },
    });
    const leaves = await this.parts.blobs.read(
      row.contentLeaves,
      0,
      (await this.parts.blobs.size(row.contentLeaves)) ?? 0,
    );
    const of = { ...id, licenseId: BigInt(input.licenseId), contentRoot: row.contentRoot as Hex };
    return { files: sink.files, delivered: deliveredVersion(of, leaves, sink.leafHashes.keys()) };
  }

  private async requireDelivered(licenseId: bigint, { id, cipher }: ServedEncoding): Promise<void> {
    const totals = await this.parts.accounting.totals({ licenseId, ...id });
    const served = new Set(totals?.served);
    const missing = Array.from({ length: cipher.size }, (_, index) => index).find((index) => !served.has(index));
    if (missing === undefined) return;
    throw new Problem(
      409,
      "conflict",
      `Chunk ${missing} of version ${id.version} of dataset ${id.datasetId} was not delivered under license ${licenseId}: fetch all of the version first.`,
    );
  }

  private async headerFor({ row }: ServedEncoding, datasetKey: Uint8Array): Promise<Uint8Array> {
    const { blobs } = this.parts;
    const name = row.envelopeHash.slice(2);
    const bytes = await blobs.read(name, 0, (await blobs.size(name)) ?? 0);
    const header = fromHex(readEnvelope(bytes, row.envelopeHash as Hex, nodeSha256).header);
    try {
      new Col1Cipher(header, datasetKey);
      return header;
    } catch (error) {
      if (error instanceof FormatError) throw badRequest(`A dataset key does not fit: ${error.message}`);
      throw error;
    }
  }

  /** The gateway itself in the place of a gateway: proofs come from memory, chunks from the store alone. */
  private ownSession(served: ServedEncoding): ChunkSession {
    return {
      request: async (path) => {
        const { pathname, searchParams } = new URL(path, "http://gateway.invalid");
        if (!pathname.endsWith("/proofs"))
          throw new DeliveryError(
            "corrupt",
            "A chunk in the gateway's storage is missing, or not the one that it was.",
          );
        const run = chunkRun((name) => searchParams.get(name) ?? undefined, served.cipher);
        return Response.json(this.parts.delivery.proofs(served, run));
      },
    };
  }

  private sealedChunk({ cipher }: ServedEncoding, index: number): Promise<Uint8Array> {
    const { digest, size } = cipher.leaf(index);
    return this.parts.blobs.read(toHex(digest).slice(2), 0, size);
  }
}
