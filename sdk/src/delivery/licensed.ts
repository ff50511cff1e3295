/** A license turned into data, in one call: chain → envelope → key nodes → chunks, everything checked on the way. */
import type { Address, Hex } from "viem";
import { encodingOf, versionOf } from "../actions/dataset.js";
import { licenseOf } from "../actions/license.js";
import { type Deployment, resolveAddress } from "../core/deployment.js";
import type { ColophonClient } from "../core/types.js";
import { FormatError, readEnvelope } from "../formats/index.js";
import { type KeyGate, type KeyNetwork, type KeyRequestSigner, nativeKeyGate, type WrappedKey } from "../keys/index.js";
import { createDeliveryClient, type DeliveryClient } from "./client.js";
import {
  type EncodingRequestSigner,
  type SignEncodingRequestParameters,
  signEncodingRequest,
} from "./encoding-request.js";
import { DeliveryError } from "./errors.js";
import type { DeliveryResult, FetchVersionParameters } from "./fetch-version.js";
import type { SignInAccount } from "./session.js";

/** What stands between a license and its data. */
export type LicensedStage = "chain" | "envelope" | "keys" | "chunks";

/** Which license, from where, opened by whom, delivered to what. */
export interface LicensedParameters
  extends Pick<
    FetchVersionParameters,
    "sink" | "store" | "filter" | "concurrency" | "onProgress" | "onRefetch" | "signal"
  > {
  licenseId: bigint;
  chainId: number;
  deployment?: Deployment | undefined;
  /** Origin of the provider's gateway. */
  gatewayUrl: string;
  /** Holder or delegate: signs in at the gateway and asks the key nodes. */
  account: SignInAccount & KeyRequestSigner;
  /** A later encoding of the license's version to be served instead of the one that the license names. */
  encoding?: number | undefined;
  /** Signs the request for `encoding` when none stands at the gateway yet: the holder, see `signEncodingRequest`. */
  encodingSigner?: EncodingRequestSigner | undefined;
  /** The network that the envelope is wrapped for; or a gate of another kind. */
  keys: KeyNetwork | KeyGate;
  onStage?: ((stage: LicensedStage) => void) | undefined;
  fetch?: typeof fetch | undefined;
}

/** What was delivered, and the client that can ask for the receipt. */
export interface LicensedDelivery extends DeliveryResult {
  delivery: DeliveryClient;
  datasetId: bigint;
  version: number;
  encoding: number;
  contentRoot: Hex;
  encodingRoot: Hex;
  provider: Address;
}

/**
 * Delivers what a license opens.
 * @throws KeyAccessDenied with the chain's reason when the license does not stand; DeliveryError; FormatError when an
 * envelope or key does not belong to the encoding on chain
 */
export async function deliverLicensed(
  client: ColophonClient,
  parameters: LicensedParameters,
): Promise<LicensedDelivery> {
  const { licenseId, chainId, deployment, gatewayUrl, account, onStage, keys, encodingSigner, ...rest } = parameters;
  onStage?.("chain");
  const options = deployment ? { deployment } : {};
  const license = await licenseOf(client, { licenseId, ...options });
  const datasetId = BigInt(license.datasetId);
  const { version } = license;
  const encoding = parameters.encoding ?? license.encoding;
  const [{ contentRoot }, { encodingRoot, provider }] = await Promise.all([
    versionOf(client, { datasetId, version, ...options }),
    encodingOf(client, { datasetId, version, encoding, ...options }),
  ]);

  onStage?.("envelope");
  const delivery = createDeliveryClient({ gatewayUrl, chainId, licenseId, account, fetch: parameters.fetch });
  const envelope = readEnvelope(await delivery.envelope({ datasetId, version, encoding }));
  if (envelope.encodingRoot !== encodingRoot || envelope.contentRoot !== contentRoot) {
    throw new FormatError("mismatch", "the gateway's envelope is of another encoding than the one on chain.");
  }

  const licenseToken = resolveAddress(client, "LicenseToken", options);
  if (encoding !== license.encoding) {
    await askFor(delivery, { chainId, licenseToken, licenseId, version, encoding, signer: encodingSigner });
  }

  onStage?.("keys");
  const gate =
    "release" in keys ? keys : nativeKeyGate({ network: keys, account, ...(rest.fetch && { fetch: rest.fetch }) });
  const datasetKey = await gate.release({
    // The schema leaves `constant` out where Lit does; the canonical form, which is what is signed, has it either way.
    wrapped: envelope.key as WrappedKey,
    license: { chainId, licenseToken, licenseId, encoding },
    ...(rest.signal && { signal: rest.signal }),
  });

  onStage?.("chunks");
  const { fetch: _fetch, encoding: _encoding, ...fetchOptions } = rest;
  const place = { datasetId, version, encoding, encodingRoot, contentRoot };
  const result = await delivery.fetchVersion({
    ...fetchOptions,
    ...place,
    encodingHeader: envelope.header,
    datasetKey,
  });
  return { ...result, delivery, ...place, provider };
}

/** Has the gateway serve a later encoding, asking the signer only when nothing stands yet. */
async function askFor(
  delivery: DeliveryClient,
  parameters: Omit<SignEncodingRequestParameters, "signer"> & { signer: EncodingRequestSigner | undefined },
): Promise<void> {
  const { signer, licenseId, encoding } = parameters;
  if (await delivery.encodingRequest(encoding)) return;
  if (!signer) {
    const message = `License ${licenseId} names another encoding than ${encoding}: give its holder as encodingSigner to ask for it.`;
    throw new DeliveryError("refused", message);
  }
  const { session } = delivery;
  await delivery.requestEncoding(await signEncodingRequest({ ...parameters, signer, now: session.now() }));
}
