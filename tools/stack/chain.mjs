// The local chain: anvil with Superfluid, Permit2 and Multicall3 in place, and the protocol deployed by its own script.
import { copyFileSync, existsSync } from "node:fs";
import { anvilAccounts, rpc } from "../lib/anvil.mjs";
import { foundryBin } from "../lib/foundry.mjs";
import { inRoot } from "../lib/paths.mjs";
import { run } from "../lib/process.mjs";
import { ensureSuperfluid, superfluidFiles } from "../superfluid.mjs";

export const CHAIN_ID = 31_337;
/** Anvil's default mnemonic: its accounts are funded and known to everybody. */
export const MNEMONIC = "test test test test test test test test test test test junk";

/**
 * @param {{ port: number, stateFile: string, genesis?: number | undefined }} options stateFile: loaded at the start, written every 5 s and
 *   at the end; genesis: when a new chain begins, in seconds (default now)
 * @returns {Promise<import("./service.mjs").Service>}
 */
export async function chainService({ port, stateFile, genesis }) {
  await ensureSuperfluid();
  if (!existsSync(stateFile)) copyFileSync(inRoot(superfluidFiles.state), stateFile);
  const keeping = ["--state", stateFile, "--state-interval", "5", "--preserve-historical-states"];
  return {
    name: "chain",
    command: [
      foundryBin("anvil"),
      "--port",
      String(port),
      "--chain-id",
      String(CHAIN_ID),
      "--accounts",
      "13",
      ...keeping,
      ...(genesis === undefined ? [] : ["--timestamp", String(genesis)]),
    ],
    ready: async () => {
      const url = `http://127.0.0.1:${port}`;
      if (Number(await rpc(url, "eth_chainId")) !== CHAIN_ID) return false;
      await keepClock(url);
      return true;
    },
  };
}

/** A chain that was moved ahead goes on from there: anvil itself begins again at the machine's time, with blocks before their parents. */
async function keepClock(/** @type {string} */ url) {
  const { timestamp } = await rpc(url, "eth_getBlockByNumber", ["latest", false]);
  if (Number(timestamp) > Date.now() / 1000) await rpc(url, "evm_setTime", [Number(timestamp)]);
}

/**
 * Runs script/Deploy.s.sol from anvil's first account and keeps the addresses it writes.
 * @param {{ rpcUrl: string, deployment: string }} options deployment: where to keep the file
 */
export async function deploy({ rpcUrl, deployment }) {
  const script = ["script", "script/Deploy.s.sol", "--rpc-url", rpcUrl, "--broadcast", "--slow", "--non-interactive"];
  const sender = ["--unlocked", "--sender", anvilAccounts[0]];
  await run("forge script", [foundryBin("forge"), ...script, ...sender]);
  copyFileSync(inRoot("deployments", `${CHAIN_ID}.json`), deployment);
}
