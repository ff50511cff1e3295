// A contract that refuses one of its functions for a while, as no double can: all else of it runs on.

/** Where the contract's own code is meanwhile. */
const COPY = "0x00000000000000000000000000000000000c0de5";

/**
 * Lets a contract refuse one function while something is done.
 * @template T
 * @param {{ getCode: (of: { address: `0x${string}` }) => Promise<`0x${string}` | undefined>, setCode: (of: { address: `0x${string}`, bytecode: `0x${string}` }) => Promise<void> }} client
 * a test client of anvil
 * @param {{ address: `0x${string}`, selector: `0x${string}` }} refused
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function whileRefusing(client, { address, selector }, work) {
  const code = await client.getCode({ address });
  if (!code) throw new Error(`There is no contract at ${address}.`);
  await client.setCode({ address: COPY, bytecode: code });
  await client.setCode({ address, bytecode: guardOf(selector) });
  try {
    return await work();
  } finally {
    await client.setCode({ address, bytecode: code });
  }
}

/** Reverts on one selector, and delegates everything else to the copy. @param {`0x${string}`} selector @returns {`0x${string}`} */
function guardOf(selector) {
  /** @param {string} hex */
  const size = (hex) => hex.length / 2;
  /** @param {number} to */
  const jumpIf = (to) => `60${to.toString(16).padStart(2, "0")}57`;
  const isRefused = `60003560e01c63${selector.slice(2)}14`;
  const run = `3660006000376000600036600073${COPY.slice(2)}5af43d600060003e`;
  const refuse = "3d6000fd";
  const give = "5b3d6000f3";
  const start = size(isRefused) + size(jumpIf(0)) + size(run) + size(jumpIf(0)) + size(refuse);
  return `0x${isRefused}${jumpIf(start + size(give))}${run}${jumpIf(start)}${refuse}${give}5b60006000fd`;
}
