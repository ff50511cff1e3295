/** A license turned into data, in one call: chain → envelope → key nodes → chunks, everything checked on the way. */
import type { Address, Hex } from "viem";
import { encodingOf, versionOf } from "../actions/dataset.js";
import { licenseOf } from "../actions/license.js";
import { type Deployment, resolveAddress } from "../core/deployment.js";
import type { ColophonClient } from "../core/types.js";
import { FormatError, readEnvelope } from "../formats/index.js";
import { type KeyGate, type KeyNetwork, type KeyRequestSigner, nativeKeyGate, type WrappedKey } from "../keys/index.js";
import { createDeliveryClient, type DeliveryClient, type EncodingAddress } from "./client.js";
import {
  type EncodingRequestSigner,
  type SignEncodingRequestParameters,
  signEncodingRequest,
} from "./encoding-request.js";
import { DeliveryError } from "./errors.js";
import type { DeliveryResult, FetchVersionParameters } from "./fetch-version.js";
import { createMetering, type Metering, type MeteringOptions } from "./metering.js";
import type { GatewaySession, SignInAccount } from "./session.js";

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
  /**
   * A component of the bundle that the license is for, to be delivered instead of the bundle itself: encoding 1 unless told. Any
   * encoding of it may be asked for, without a signature.
   */
  component?: { datasetId: bigint; version: number; encoding?: number | undefined } | undefined;
  /** Metered licenses: vouchers are signed on the way, for what was received, at the offer's price. See `createMetering`. */
  metering?: Pick<MeteringOptions, "offer" | "sign" | "budget" | "onVoucher"> | undefined;
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
  /** Metered licenses: why no voucher covers the last of what was counted; undefined when one does. */
  unpaid?: DeliveryError | undefined;
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
  const { signal, fetch: platformFetch } = rest;
  onStage?.("chain");
  const options = deployment ? { deployment } : {};
  const license = await licenseOf(client, { licenseId, ...options });
  const place = placeOf(license, parameters);
  const { datasetId, version, encoding } = place;
  const reads = [
    versionOf(client, { datasetId, version, ...options }),
    encodingOf(client, { ...place, ...options }),
  ] as const;
  // Where the version is not there, neither is the encoding: the error is the version's, whichever answer comes first.
  await Promise.allSettled(reads);
  const [{ contentRoot }, { encodingRoot, provider }] = await Promise.all(reads);

  onStage?.("envelope");
  const licenseToken = resolveAddress(client, "LicenseToken", options);
  const metering = meteringOf(parameters, licenseToken, () => delivery.session);
  const fetching = metering?.fetch ?? platformFetch;
  const delivery = createDeliveryClient({ gatewayUrl, chainId, licenseId, account, fetch: fetching });
  const envelope = readEnvelope(await delivery.envelope(place));
  if (envelope.encodingRoot !== encodingRoot || envelope.contentRoot !== contentRoot) {
    throw new FormatError("mismatch", "the gateway's envelope is of another encoding than the one on chain.");
  }
  if (!parameters.component && encoding !== license.encoding) {
    await askFor(delivery, { chainId, licenseToken, licenseId, version, encoding, signer: encodingSigner });
  }

  onStage?.("keys");
  const gate =
    "release" in keys
      ? keys
      : nativeKeyGate({ network: keys, account, ...(platformFetch && { fetch: platformFetch }) });
  const datasetKey = await gate.release({
    // The schema leaves `constant` out where Lit does; the canonical form, which is what is signed, has it either way.
    wrapped: envelope.key as WrappedKey,
    license: { chainId, licenseToken, licenseId, encoding },
    ...(signal && { signal }),
  });

  onStage?.("chunks");
  const { sink, store, filter, concurrency, onProgress, onRefetch } = rest;
  const roots = { encodingRoot, contentRoot };
  const result = await delivery.fetchVersion({
    ...{ sink, store, filter, concurrency, onProgress, onRefetch, signal },
    ...place,
    ...roots,
    encodingHeader: envelope.header,
    datasetKey,
  });
  return { ...result, delivery, ...place, ...roots, provider, unpaid: await unpaidOf(metering) };
}

/** What is delivered: the license's own version, or a component of the bundle. */
function placeOf(
  license: { datasetId: bigint; version: number; encoding: number },
  { component, encoding }: Pick<LicensedParameters, "component" | "encoding">,
): EncodingAddress {
  if (component) return { ...component, encoding: component.encoding ?? 1 };
  const { datasetId, version } = license;
  return { datasetId, version, encoding: encoding ?? license.encoding };
}

function meteringOf(
  { metering, chainId, licenseId, fetch }: LicensedParameters,
  licenseToken: Address,
  session: () => GatewaySession,
): Metering | undefined {
  return metering && createMetering({ ...metering, chainId, licenseToken, licenseId, session, fetch });
}

/** Pays for what no voucher covers yet. The data is there by then, so what speaks against paying is told, not thrown. */
async function unpaidOf(metering: Metering | undefined): Promise<DeliveryError | undefined> {
  try {
    await metering?.pay();
    return undefined;
  } catch (error) {
    if (error instanceof DeliveryError) return error;
    throw error;
  }
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
