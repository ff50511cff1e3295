import type { Hex, Message } from "../formats/index.js";
import { encodingRequestJson, parseEncodingRequest, type SignedEncodingRequest } from "./encoding-request.js";
import { DeliveryError } from "./errors.js";
import { type DeliveryResult, type FetchVersionParameters, fetchVersion } from "./fetch-version.js";
import { GatewaySession, type Grant, type SignInAccount } from "./session.js";

/** A gateway's public facts about one encoding. */
export interface EncodingDescription {
  datasetId: string;
  version: number;
  encoding: number;
  encodingRoot: Hex;
  contentRoot: Hex;
  manifestHash: Hex;
  envelopeHash: Hex;
  chunks: number;
  cipherBytes: number;
  provider: Hex;
}

/** Dataset, version and encoding number. */
export interface EncodingAddress {
  datasetId: bigint;
  version: number;
  encoding: number;
}

/** A delivery receipt ready for `EscrowRail.submitReceipt`, or with its request for `submitReceiptOfLaterEncoding`. */
export interface SignedDeliveryReceipt {
  receipt: Message<"DeliveryReceipt">;
  signature: Hex;
  provider: Hex;
  /** For an encoding later than the license's: what the licensee signed, while it stands. */
  encodingRequest?: SignedEncodingRequest;
}

export interface DeliveryClientOptions {
  /** Origin of the provider's gateway. */
  gatewayUrl: string;
  chainId: number;
  licenseId: bigint;
  account: SignInAccount;
  fetch?: typeof fetch | undefined;
  now?: (() => number) | undefined;
}

/** Reads from one gateway under one license. */
export interface DeliveryClient {
  readonly session: GatewaySession;
  /** Signs in if needed; what the license opens here. */
  grant(): Promise<Grant>;
  /** Public facts of an encoding. Check them against the chain before use. */
  describe(address: EncodingAddress): Promise<EncodingDescription>;
  /** Canonical bytes of the version's manifest; check with `readManifest(bytes, manifestHash)`. */
  manifest(address: EncodingAddress): Promise<Uint8Array>;
  /** Canonical bytes of the encoding's envelope; check with `readEnvelope(bytes, envelopeHash)`. */
  envelope(address: EncodingAddress): Promise<Uint8Array>;
  /** The content tree's leaf table, 45 bytes a leaf: what proofs of use are made from. Check with `deliveredVersion`. */
  contentLeaves(address: EncodingAddress): Promise<Uint8Array>;
  /** The encoding tree's leaf table, 45 bytes a leaf. Check it against the encoding root. */
  encodingLeaves(address: EncodingAddress): Promise<Uint8Array>;
  /** One chunk's ciphertext, for a dispute about it. Counts as delivered. Check it against its leaf of the encoding. */
  sealedChunk(address: EncodingAddress, index: number): Promise<Uint8Array>;
  /** Fetches, verifies and decrypts a version. */
  fetchVersion(parameters: FetchVersionParameters): Promise<DeliveryResult>;
  /** Asks the provider to sign what it delivered so far of the license's encoding, or of a later one that was asked for. */
  requestReceipt(encoding?: number): Promise<SignedDeliveryReceipt>;
  /**
   * Asks to be served a later encoding; from then on this license opens it too. Sign with `signEncodingRequest`.
   * @throws DeliveryError `denied` or `refused` when signer, version or encoding do not fit, or the request is old or was used
   */
  requestEncoding(signed: SignedEncodingRequest): Promise<SignedEncodingRequest>;
  /** The request for a later encoding that stands at this gateway; undefined when there is none. */
  encodingRequest(encoding: number): Promise<SignedEncodingRequest | undefined>;
}

/** Creates a client. Nothing is sent before it is used. */
export function createDeliveryClient(options: DeliveryClientOptions): DeliveryClient {
  const { licenseId, ...rest } = options;
  const session = new GatewaySession({ ...rest, scope: { licenseId } });
  const bytes = async (path: string) => new Uint8Array(await (await session.publicRequest(path)).arrayBuffer());
  const licensed = async (path: string) => new Uint8Array(await (await session.request(path)).arrayBuffer());
  return {
    session,
    grant: () => session.grant(),
    describe: async (address) =>
      (await session.publicRequest(encodingPath(address))).json() as Promise<EncodingDescription>,
    manifest: (address) => bytes(`${encodingPath(address)}/manifest`),
    envelope: (address) => bytes(`${encodingPath(address)}/envelope`),
    contentLeaves: (address) => licensed(`${encodingPath(address)}/leaves/content`),
    encodingLeaves: (address) => bytes(`${encodingPath(address)}/leaves/encoding`),
    sealedChunk: (address, index) => licensed(`${encodingPath(address)}/chunks/${index}`),
    fetchVersion: (parameters) => fetchVersion(session, parameters),
    requestReceipt: async (encoding) => {
      const query = encoding === undefined ? "" : `?encoding=${encoding}`;
      const response = await session.request(`/v1/licenses/${licenseId}/receipt${query}`, { method: "POST" });
      return parseReceipt(await response.json());
    },
    requestEncoding: async (signed) => {
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: encodingRequestJson(signed) };
      const response = await session.request(requestPath(licenseId, signed.request.encoding), init);
      return parseEncodingRequest(await response.json());
    },
    encodingRequest: async (encoding) => {
      try {
        return parseEncodingRequest(await (await session.request(requestPath(licenseId, encoding))).json());
      } catch (error) {
        if (error instanceof DeliveryError && error.code === "not-found") return undefined;
        throw error;
      }
    },
  };
}

/** Path of an encoding at a gateway. */
export function encodingPath({ datasetId, version, encoding }: EncodingAddress): string {
  return `/v1/datasets/${datasetId}/versions/${version}/encodings/${encoding}`;
}

function requestPath(licenseId: bigint, encoding: number): string {
  return `/v1/licenses/${licenseId}/encodings/${encoding}`;
}

/** A receipt as the gateway answers it, with its integers as the typed data wants them. */
export function parseReceipt(answer: unknown): SignedDeliveryReceipt {
  const { receipt, signature, provider, encodingRequest } = answer as {
    receipt: Record<string, string | number>;
    signature: Hex;
    provider: Hex;
    encodingRequest?: unknown;
  };
  const big = (name: string) => BigInt(receipt[name] as string);
  const small = (name: string) => Number(receipt[name]);
  return {
    receipt: {
      licenseId: big("licenseId"),
      datasetId: big("datasetId"),
      version: small("version"),
      encoding: small("encoding"),
      encodingRoot: receipt.encodingRoot as Hex,
      servedRoot: receipt.servedRoot as Hex,
      chunks: big("chunks"),
      bytesServed: big("bytesServed"),
      sequence: big("sequence"),
      servedFrom: small("servedFrom"),
      servedUntil: small("servedUntil"),
      deadline: small("deadline"),
    },
    signature,
    provider,
    ...(encodingRequest === undefined ? {} : { encodingRequest: parseEncodingRequest(encodingRequest) }),
  };
}
