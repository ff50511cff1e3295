#!/usr/bin/env node
/**
 * colophon-keynode [run] [config.json]   runs a node; prints one JSON line when ready
 * colophon-keynode deal --out <folder> [--nodes 3] [--threshold 2]   deals a first network key into encrypted share files
 */
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  dealNetworkKey,
  KeyNodeConfigError,
  loadKeyNodeConfig,
  readShareFile,
  releaseAccount,
  startKeyNode,
  writeShareFile,
} from "../keys/index.js";

const USAGE =
  "Usage: colophon-keynode [run] [config.json] | colophon-keynode deal --out <folder> [--nodes 3] [--threshold 2]";

async function run(path: string | undefined): Promise<void> {
  const configPath = path ?? process.env.COLOPHON_KEYNODE_CONFIG;
  if (!configPath) throw new KeyNodeConfigError(`No configuration file. ${USAGE}`);
  const { shareFile, passphrase, ...config } = await loadKeyNodeConfig(configPath, process.env);
  const node = await startKeyNode({ config, share: await readShareFile(shareFile, passphrase) });
  const stop = () => void node.close().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  console.log(
    JSON.stringify({
      ...{ ready: true, service: "colophon-keynode", url: node.url, index: node.index, pid: process.pid },
      releaseSigner: node.releaseSigner,
    }),
  );
}

/** Writes node-<i>.share.json and node-<i>.key (a random passphrase, for that node's operator alone) and network.json. */
async function deal(out: string, nodes: number, threshold: number): Promise<void> {
  const { shares, ...network } = dealNetworkKey(nodes, threshold);
  await mkdir(out, { recursive: true, mode: 0o700 });
  for (const share of shares) {
    const passphrase = randomBytes(32).toString("hex");
    await writeFile(join(out, `node-${share.index}.key`), `${passphrase}\n`, { mode: 0o600, flag: "wx" });
    await writeShareFile(join(out, `node-${share.index}.share.json`), { ...network, share }, passphrase);
  }
  // What a provider's gateway is told, so that its log takes the nodes' statements.
  const releaseSigners = shares.map((share) => releaseAccount(share).address);
  await writeFile(join(out, "network.json"), `${JSON.stringify({ ...network, releaseSigners }, null, 2)}\n`, {
    flag: "wx",
  });
  console.log(JSON.stringify({ dealt: true, publicKey: network.publicKey, threshold, nodes, out }));
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: "string" },
      nodes: { type: "string", default: "3" },
      threshold: { type: "string", default: "2" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return console.log(USAGE);
  if (positionals[0] !== "deal") return run(positionals[0] === "run" ? positionals[1] : positionals[0]);
  if (!values.out) throw new KeyNodeConfigError(`deal needs --out. ${USAGE}`);
  await deal(values.out, Number(values.nodes), Number(values.threshold));
}

main().catch((error: Error) => {
  console.error(JSON.stringify({ ready: false, error: error.message }));
  process.exit(1);
});
