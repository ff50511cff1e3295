/** `colophon keys`: the key network, and keys released by it. */
import { encodingOf, licenseOf, registeredKeyNetwork, resolveAddress } from "@colophon-protocol/sdk";
import { createDeliveryClient } from "@colophon-protocol/sdk/delivery";
import { readEnvelope, toHex } from "@colophon-protocol/sdk/formats";
import { releaseDatasetKey, verifiedKeyNetwork, type WrappedKey } from "@colophon-protocol/sdk/keys";
import type { Command } from "commander";
import { requireSigner } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseId } from "../parse.js";
import { writePrivate } from "../secrets.js";
import { requireSetting, type Settings } from "../settings.js";

export function addKeys(program: Command): void {
  const keys = program.command("keys").description("release dataset keys, show the key network");
  keys
    .command("release")
    .argument("<license>", "license")
    .description("ask the key nodes for the dataset key of a license; writes it to a private file")
    .requiredOption("--out <file>", "file for the key, readable by you alone")
    .action((license, _, command) => runRelease(license, command.optsWithGlobals()));
  keys
    .command("network")
    .description("the registered key network, and whether its nodes answer with the registered shares")
    .action((_, command) => runNetwork(command.optsWithGlobals()));
}

async function runRelease(license: string, options: Settings & { out: string }): Promise<void> {
  const licenseId = parseId("<license>", license);
  const { client, deployment, chainId, settings, output } = await createContext(options);
  if (settings.dryRun) throw new CliError("keys release has no --dry-run.", EXIT.usage, "It sends no transaction.");
  const gatewayUrl = requireSetting(settings, "gateway", "--gateway");
  const account = await requireSigner(settings);
  const { datasetId, version, encoding } = await licenseOf(client, { deployment, licenseId });
  const { encodingRoot } = await encodingOf(client, { deployment, datasetId, version, encoding });
  const delivery = createDeliveryClient({ gatewayUrl, chainId, licenseId, account });
  const envelope = readEnvelope(await delivery.envelope({ datasetId, version, encoding }));
  if (envelope.encodingRoot !== encodingRoot) {
    throw new CliError(
      "The gateway's envelope is of another encoding than the license's.",
      EXIT.corrupt,
      "Ask another gateway.",
    );
  }
  const network = await verifiedKeyNetwork(await registeredKeyNetwork(client, { deployment }));
  const licenseToken = resolveAddress(client, "LicenseToken", { deployment });
  const { key, usedNodes, failures } = await releaseDatasetKey({
    network,
    wrapped: envelope.key as WrappedKey,
    license: { chainId, licenseToken, licenseId, encoding },
    account,
  });
  await writePrivate(options.out, `${toHex(key)}\n`);
  output.result({
    licenseId,
    datasetId,
    version,
    encoding,
    keyFile: options.out,
    usedNodes,
    failures: failures.map(({ url, code }) => ({ url, code })),
  });
}

async function runNetwork(options: Settings): Promise<void> {
  const { client, deployment, output } = await createContext(options);
  const network = await registeredKeyNetwork(client, { deployment });
  const { epoch, threshold, publicKey } = network;
  const nodes = network.nodes.map(({ operator, endpoint }, i) => ({ index: i + 1, operator, endpoint }));
  if (epoch === 0n) {
    output.result({ epoch, threshold, publicKey, nodes, verified: false });
    return;
  }
  const verified = await verifiedKeyNetwork(network).then(
    () => ({ verified: true }),
    (error: Error) => ({ verified: false, problem: error.message }),
  );
  output.result({ epoch, threshold, publicKey, nodes, ...verified });
}
