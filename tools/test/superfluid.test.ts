import { readFileSync } from "node:fs";
import { toFunctionSelector } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anvilAccounts, rpc, startAnvil } from "../lib/anvil.mjs";
import { inRoot } from "../lib/paths.mjs";
import { ensureSuperfluid, superfluidFiles } from "../superfluid.mjs";

const read = (file: string) => JSON.parse(readFileSync(inRoot(file), "utf8"));

describe("the Superfluid state", () => {
  let chain: Awaited<ReturnType<typeof startAnvil>>;
  beforeAll(async () => {
    await ensureSuperfluid();
    chain = await startAnvil({ args: ["--load-state", inRoot(superfluidFiles.state)] });
  });
  afterAll(() => chain?.child.stop());

  it("puts code at every named address, the same in anvil's and in forge's form", async () => {
    const allocs = read(superfluidFiles.allocs);
    for (const [name, address] of Object.entries<string>(read(superfluidFiles.addresses))) {
      const code = await rpc(chain.url, "eth_getCode", [address, "latest"]);
      expect(code.length, name).toBeGreaterThan(2);
      expect(allocs[address.toLowerCase()].code, name).toBe(code);
    }
  });

  it("is wired: the host knows its token factory", async () => {
    const { host, superTokenFactory } = read(superfluidFiles.addresses);
    const data = toFunctionSelector("getSuperTokenFactory()");
    const answer: string = await rpc(chain.url, "eth_call", [{ to: host, data }, "latest"]);
    expect(`0x${answer.slice(-40)}`).toBe(superTokenFactory.toLowerCase());
  });

  it("starts at block 0 with untouched accounts", async () => {
    expect(Number(await rpc(chain.url, "eth_blockNumber"))).toBe(0);
    for (const account of anvilAccounts)
      expect(Number(await rpc(chain.url, "eth_getTransactionCount", [account, "latest"]))).toBe(0);
  });
});
