import type { Hex, Message } from "../formats/index.js";
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

/** A delivery receipt ready for `EscrowRail.submitReceipt`. */
export interface SignedDeliveryReceipt {
  receipt: Message<"DeliveryReceipt">;
  signature: Hex;
  provider: Hex;
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
  /** Fetches, verifies and decrypts a version. */
  fetchVersion(parameters: FetchVersionParameters): Promise<DeliveryResult>;
  /** Asks the provider to sign what it delivered so far. */
  requestReceipt(): Promise<SignedDeliveryReceipt>;
}

/** Creates a client. Nothing is sent before it is used. */
export function createDeliveryClient(options: DeliveryClientOptions): DeliveryClient {
  const { licenseId, ...rest } = options;
  const session = new GatewaySession({ ...rest, scope: { licenseId } });
  const bytes = async (path: string) => new Uint8Array(await (await session.publicRequest(path)).arrayBuffer());
  return {
    session,
    grant: () => session.grant(),
    describe: async (address) =>
      (await session.publicRequest(encodingPath(address))).json() as Promise<EncodingDescription>,
    manifest: (address) => bytes(`${encodingPath(address)}/manifest`),
    envelope: (address) => bytes(`${encodingPath(address)}/envelope`),
    fetchVersion: (parameters) => fetchVersion(session, parameters),
    requestReceipt: async () => {
      const response = await session.request(`/v1/licenses/${licenseId}/receipt`, { method: "POST" });
      return parseReceipt(await response.json());
    },
  };
}

/** Path of an encoding at a gateway. */
export function encodingPath({ datasetId, version, encoding }: EncodingAddress): string {
  return `/v1/datasets/${datasetId}/versions/${version}/encodings/${encoding}`;
}

/** A receipt as the gateway answers it, with its integers as the typed data wants them. */
export function parseReceipt(answer: unknown): SignedDeliveryReceipt {
  const { receipt, signature, provider } = answer as {
    receipt: Record<string, string | number>;
    signature: Hex;
    provider: Hex;
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
  };
}
