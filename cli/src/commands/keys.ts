/** `colophon keys`: the key network, and keys released by it. */
import { registeredKeyNetwork } from "@colophon-protocol/sdk";
import { toHex } from "@colophon-protocol/sdk/formats";
import { verifiedKeyNetwork } from "@colophon-protocol/sdk/keys";
import type { Command } from "commander";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseId } from "../parse.js";
import { writePrivate } from "../secrets.js";
import type { Settings } from "../settings.js";
import { addChunkKey } from "./chunk-key.js";
import { licensedEncoding, releaseKey } from "./licensed-key.js";

export function addKeys(program: Command): void {
  const keys = program.command("keys").description("release dataset keys, show one chunk's key, show the key network");
  keys
    .command("release")
    .argument("<license>", "license")
    .description("ask the key nodes for the dataset key of a license; writes it to a private file")
    .requiredOption("--out <file>", "file for the key, readable by you alone")
    .action((license, _, command) => runRelease(license, command.optsWithGlobals()));
  addChunkKey(keys);
  keys
    .command("network")
    .description("the registered key network, and whether its nodes answer with the registered shares")
    .action((_, command) => runNetwork(command.optsWithGlobals()));
}

async function runRelease(license: string, options: Settings & { out: string }): Promise<void> {
  const licenseId = parseId("<license>", license);
  const context = await createContext(options);
  const { settings, output } = context;
  if (settings.dryRun) throw new CliError("keys release has no --dry-run.", EXIT.usage, "It sends no transaction.");
  const licensed = await licensedEncoding(context, licenseId);
  const { key, usedNodes, failures } = await releaseKey(context, licensed);
  await writePrivate(options.out, `${toHex(key)}\n`);
  output.result({
    licenseId,
    ...licensed.place,
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
