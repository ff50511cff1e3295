// The stack's services apart from the chain: what starts each, with which settings, and how one knows that it is up.
// A new room adds a description here; the settings each program reads are listed in tools/README.md.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inRoot } from "../lib/paths.mjs";
import { run } from "../lib/process.mjs";
import { CHAIN_ID } from "./chain.mjs";
import { answers } from "./service.mjs";

/**
 * @typedef {object} Context
 * @property {ReturnType<typeof import("./layout.mjs").layout>} paths
 * @property {import("./layout.mjs").Ports} ports
 * @property {string} rpcUrl
 * @property {Awaited<ReturnType<typeof import("./accounts.mjs").localAccounts>>} accounts
 * @property {string} operatorToken lets the provider's own tools into the gateway
 *
 * @typedef {import("./service.mjs").Service} Service
 */

const node = process.execPath;
const KEY_NODES = /** @type {const} */ ([1, 2, 3]);
const keynodeBin = inRoot("gateway/dist/bin/keynode.js");
const gatewayBin = inRoot("gateway/dist/bin/gateway.js");

/** @param {number} port */
const local = (port) => `http://127.0.0.1:${port}`;

/** @param {Context} context @returns {any} the deployment file's content, with what is known of its payment tokens */
export function readDeployment({ paths }) {
  const deployment = JSON.parse(readFileSync(paths.deployment, "utf8"));
  const { address } = deployment.contracts.TestUSDC;
  const usdc = { address, superToken: deployment.external.testUSDCx, symbol: "USDC", decimals: 6 };
  return { ...deployment, tokens: { TestUSDC: usdc } };
}

/** @param {Context} context @returns {any} public part of the key network, with the address of each node */
export function readKeyNetwork({ paths, ports }) {
  const network = JSON.parse(readFileSync(path.join(paths.keys, "network.json"), "utf8"));
  const nodes = network.nodes.map((/** @type {{ index: 1 | 2 | 3 }} */ each) => ({
    ...each,
    url: local(ports[`keynode${each.index}`]),
  }));
  return { ...network, nodes };
}

/**
 * Who signs what the key nodes tell the provider's log; nobody where the key was dealt before nodes did.
 * @param {Context} context @returns {string[]}
 */
const releaseSigners = (context) => readKeyNetwork(context).releaseSigners ?? [];

/** Deals the network's first key, once per stack. @param {Context} context */
export async function dealKeys({ paths }) {
  if (existsSync(path.join(paths.keys, "network.json"))) return;
  await run("deal keys", [node, keynodeBin, "deal", "--out", paths.keys, "--nodes", "3", "--threshold", "2"]);
}

/** @param {Context} context @returns {Service[]} */
export function keyNodes(context) {
  const { paths, ports, rpcUrl } = context;
  const licenseToken = readDeployment(context).contracts.LicenseToken.address;
  // Lit's client only knows chains from a fixed list without a local one: this name stands for chain 31337 (sdk/keys).
  const told = releaseSigners(context).length > 0 ? { gatewayUrl: local(ports.gateway) } : {};
  const chain = { chainId: CHAIN_ID, rpcUrl, licenseToken, ...told };
  const config = path.join(paths.keys, "keynode.json");
  writeFileSync(config, `${JSON.stringify({ chains: { goerli: chain }, logLevel: "info" }, null, 2)}\n`);
  return KEY_NODES.map((index) => ({
    name: `keynode${index}`,
    command: [node, keynodeBin, "run", config],
    env: {
      COLOPHON_KEYNODE_PORT: String(ports[`keynode${index}`]),
      COLOPHON_KEYNODE_SHARE_FILE: path.join(paths.keys, `node-${index}.share.json`),
      COLOPHON_KEYNODE_PASSPHRASE_FILE: path.join(paths.keys, `node-${index}.key`),
    },
    ready: answers(`${local(ports[`keynode${index}`])}/health`),
  }));
}

/** @param {Context} context @returns {Service} */
export function gateway(context) {
  const { paths, ports, rpcUrl, accounts, operatorToken } = context;
  mkdirSync(paths.gateway, { recursive: true });
  return {
    name: "gateway",
    command: [node, gatewayBin],
    env: {
      COLOPHON_RPC_URL: rpcUrl,
      COLOPHON_CHAIN_ID: String(CHAIN_ID),
      COLOPHON_DEPLOYMENT: paths.deployment,
      COLOPHON_GATEWAY_PORT: String(ports.gateway),
      COLOPHON_GATEWAY_PUBLIC_URL: local(ports.gateway),
      COLOPHON_GATEWAY_DATA: path.join(paths.gateway, "data"),
      COLOPHON_GATEWAY_BLOBS: path.join(paths.gateway, "blobs"),
      COLOPHON_GATEWAY_PROVIDER_KEY: accounts.provider.privateKey,
      COLOPHON_GATEWAY_OPERATOR_TOKEN: operatorToken,
      COLOPHON_GATEWAY_X402_KEY: accounts.treasury.privateKey,
      COLOPHON_GATEWAY_PUBLISHERS: "*",
      COLOPHON_GATEWAY_KEY_NODES: releaseSigners(context).join(","),
    },
    ready: answers(`${local(ports.gateway)}/ready`),
  };
}

/** The indexer keeps nothing between runs: it can rebuild all of it from the chain in seconds. @param {Context} context @returns {Service} */
export function indexer({ paths, ports, rpcUrl }) {
  const database = path.join(paths.indexer, String(Date.now()));
  mkdirSync(database, { recursive: true });
  const ponder = inRoot("node_modules/ponder/dist/esm/bin/ponder.js");
  return {
    name: "indexer",
    command: [
      node,
      ponder,
      "start",
      "--schema",
      "colophon",
      "--port",
      String(ports.indexer),
      "--hostname",
      "127.0.0.1",
    ],
    cwd: inRoot("indexer"),
    env: {
      PONDER_RPC_URL: rpcUrl,
      PONDER_TELEMETRY_DISABLED: "true",
      COLOPHON_DEPLOYMENT: paths.deployment,
      COLOPHON_INDEXER_DIR: database,
      COLOPHON_MANIFEST_SOURCES: `${local(ports.gateway)}/v1/manifests/{hash}`,
    },
    ready: answers(`${local(ports.indexer)}/ready`),
    timeoutMs: 180_000,
  };
}

/** @param {Context} context @returns {Service} */
export const web = ({ paths, ports }) => ({
  name: "web",
  command: [node, inRoot("node_modules/vite/bin/vite.js"), "preview", "--port", String(ports.web), "--strictPort"],
  cwd: inRoot("web"),
  env: { COLOPHON_WEB_CONFIG: paths.webConfig },
  ready: answers(`${local(ports.web)}/`),
});

/**
 * What a program needs in order to use the stack. Written to `endpoints.json`, and as the dApp's `colophon.json`.
 * @param {Context} context
 */
function endpointsOf(context) {
  const { paths, ports, rpcUrl } = context;
  const keyNetwork = readKeyNetwork(context);
  return {
    chainId: CHAIN_ID,
    rpcUrl,
    gatewayUrl: local(ports.gateway),
    indexerUrl: local(ports.indexer),
    webUrl: local(ports.web),
    keyNodes: keyNetwork.nodes.map((/** @type {{ url: string }} */ { url }) => url),
    keyNetwork,
    gatewayOperatorToken: context.operatorToken,
    accounts: context.accounts,
    deploymentFile: paths.deployment,
    deployment: readDeployment(context),
  };
}

/** @param {Context} context */
export function writeEndpoints(context) {
  const endpoints = endpointsOf(context);
  writeFileSync(context.paths.endpoints, `${JSON.stringify(endpoints, null, 2)}\n`);
  const { chainId, rpcUrl, gatewayUrl, indexerUrl, keyNodes: nodes, keyNetwork, deployment } = endpoints;
  const services = { chainId, chainName: "Local chain", rpcUrl, indexerUrl, gatewayUrl, keyNodes: nodes, local: true };
  const settings = { ...services, deployment: { ...deployment, keyNetworkPublicKey: keyNetwork.publicKey } };
  writeFileSync(context.paths.webConfig, `${JSON.stringify(settings, null, 2)}\n`);
  return endpoints;
}
