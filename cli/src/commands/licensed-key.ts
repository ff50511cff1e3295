/** What a license opens at a gateway, and its dataset key from the key network. */
import { encodingOf, licenseOf, registeredKeyNetwork, resolveAddress } from "@colophon-protocol/sdk";
import { createDeliveryClient } from "@colophon-protocol/sdk/delivery";
import { readEnvelope } from "@colophon-protocol/sdk/formats";
import { releaseDatasetKey, verifiedKeyNetwork, type WrappedKey } from "@colophon-protocol/sdk/keys";
import { requireSigner } from "../account.js";
import type { Context } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { requireSetting } from "../settings.js";

/** The encoding of a license, its envelope checked against the chain. @throws CliError when the gateway has another one */
export async function licensedEncoding({ client, deployment, chainId, settings }: Context, licenseId: bigint) {
  const gatewayUrl = requireSetting(settings, "gateway", "--gateway");
  const account = await requireSigner(settings);
  const { datasetId, version, encoding } = await licenseOf(client, { deployment, licenseId });
  const place = { datasetId, version, encoding };
  const { encodingRoot } = await encodingOf(client, { deployment, ...place });
  const delivery = createDeliveryClient({ gatewayUrl, chainId, licenseId, account });
  const envelope = readEnvelope(await delivery.envelope(place));
  if (envelope.encodingRoot === encodingRoot) return { licenseId, account, place, delivery, envelope, encodingRoot };
  throw new CliError(
    "The gateway's envelope is of another encoding than the license's.",
    EXIT.corrupt,
    "Ask another gateway.",
  );
}

/** Asks the key nodes for the dataset key. */
export async function releaseKey(
  { client, deployment, chainId }: Context,
  { licenseId, account, place, envelope }: Awaited<ReturnType<typeof licensedEncoding>>,
) {
  const network = await verifiedKeyNetwork(await registeredKeyNetwork(client, { deployment }));
  const licenseToken = resolveAddress(client, "LicenseToken", { deployment });
  return releaseDatasetKey({
    network,
    wrapped: envelope.key as WrappedKey,
    license: { chainId, licenseToken, licenseId, encoding: place.encoding },
    account,
  });
}
