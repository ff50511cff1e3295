// What integration tests of all rooms start from: a chain of their own with everything deployed, in about a second.
// The deployment runs once and is kept as anvil state under .colophon/testchain/ until a contract or script changes.
import { mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { startAnvil } from "../lib/anvil.mjs";
import { inRoot, inState } from "../lib/paths.mjs";
import { waitFor } from "../lib/process.mjs";
import { isFresh, runStep } from "../lib/stamp.mjs";
import { CHAIN_ID, deploy } from "../stack/chain.mjs";
import { ensureSuperfluid, superfluidFiles } from "../superfluid.mjs";

export { anvilAccounts, rpc, startAnvil } from "../lib/anvil.mjs";
export { freePort } from "../lib/ports.mjs";
export { start, stopAll, waitFor } from "../lib/process.mjs";
export { CHAIN_ID, MNEMONIC } from "../stack/chain.mjs";
export { builtContract, compiledDouble } from "./contracts.mjs";
export { startPostgres } from "./postgres.mjs";
export { whileRefusing } from "./refusing.mjs";

const STATE = ".colophon/testchain/state.json";
const DEPLOYMENT = ".colophon/testchain/deployment.json";

const step = {
  name: "testchain",
  inputs: [
    ...["contracts", "script", "test/mocks/MockSp1Verifier.sol", "foundry.toml", "tools/testing"],
    ...["tools/superfluid.mjs", "spec/vectors/badges.json", "zk/elf/programs.json"],
  ],
  outputs: [STATE, DEPLOYMENT],
  run: async () => {
    await ensureSuperfluid();
    mkdirSync(inState("testchain"), { recursive: true });
    const keep = ["--load-state", inRoot(superfluidFiles.state), "--dump-state", inRoot(STATE)];
    const chain = await startAnvil({ args: ["--chain-id", String(CHAIN_ID), ...keep] });
    await deploy({ rpcUrl: chain.url, deployment: inRoot(DEPLOYMENT), env: {} });
    await chain.child.stop();
  },
};

/** Several test files may ask at once: one of them makes the state, the others wait. */
async function ensureState() {
  if (isFresh(step)) return;
  mkdirSync(inState(), { recursive: true });
  const lock = inState("testchain.lock");
  await waitFor("testchain lock", async () => mkdirSync(lock) === undefined, { timeoutMs: 120_000 });
  try {
    await runStep(step);
  } finally {
    rmdirSync(lock);
  }
}

/**
 * A chain with Superfluid, Permit2 and the whole protocol on it, for one test file.
 * @param {{ args?: string[] }} [options] more arguments for anvil
 * @returns {Promise<{ url: string, chainId: number, deployment: any, deploymentFile: string, stop: () => Promise<unknown> }>}
 */
export async function startTestChain({ args = [] } = {}) {
  await ensureState();
  const chain = await startAnvil({ args: ["--chain-id", String(CHAIN_ID), "--load-state", inRoot(STATE), ...args] });
  const deploymentFile = inRoot(DEPLOYMENT);
  const deployment = JSON.parse(readFileSync(deploymentFile, "utf8"));
  return { url: chain.url, chainId: CHAIN_ID, deployment, deploymentFile, stop: () => chain.child.stop() };
}
