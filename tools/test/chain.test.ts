import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
// @ts-expect-error plain JavaScript
import { rpc } from "../lib/anvil.mjs";
// @ts-expect-error plain JavaScript
import { freePort } from "../lib/ports.mjs";
// @ts-expect-error plain JavaScript
import { chainService } from "../stack/chain.mjs";
// @ts-expect-error plain JavaScript
import { startService } from "../stack/service.mjs";

const folder = mkdtempSync(join(tmpdir(), "colophon-chain-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("goes on from its last block when it is started again, however far ahead that is", async () => {
  const ending: number[] = [];
  for (const _ of ["first", "second", "third"]) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const service = await chainService({ port, stateFile: join(folder, "chain.json") });
    const child = await startService(service, { logs: folder });
    await rpc(url, "evm_mine");
    const begins = Number((await rpc(url, "eth_getBlockByNumber", ["latest", false])).timestamp);
    await rpc(url, "evm_increaseTime", [365 * 86_400]);
    await rpc(url, "evm_mine");
    const [last] = ending.slice(-1);
    if (last !== undefined) {
      expect(begins).toBeGreaterThanOrEqual(last);
      expect(begins - last).toBeLessThan(60);
    }
    ending.push(Number((await rpc(url, "eth_getBlockByNumber", ["latest", false])).timestamp));
    await child.stop();
  }
}, 60_000);
