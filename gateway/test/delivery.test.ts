import { memorySink } from "@colophon-protocol/sdk/delivery";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChain, type TestChain } from "./support/chain.js";
import type { TestDataset } from "./support/dataset.js";
import { publishDataset, startTestGateway, type TestGateway, versionOf } from "./support/gateway.js";

let chain: TestChain;
let gateway: TestGateway;
let dataset: TestDataset;

beforeAll(async () => {
  chain = await startChain();
  gateway = await startTestGateway(chain);
  dataset = await publishDataset(chain, gateway);
});
afterAll(async () => {
  await gateway?.stop();
  await chain?.stop();
});

describe("a licensee fetches a version", () => {
  it("gets every file, verified and decrypted", async () => {
    const sink = memorySink();
    const { progress } = await gateway.client().fetchVersion({ ...versionOf(dataset), sink });
    expect([...sink.files.keys()]).toEqual([...dataset.files.keys()]);
    for (const [name, bytes] of dataset.files)
      expect(Buffer.compare(sink.files.get(name) as Uint8Array, bytes)).toBe(0);
    expect(progress).toEqual({ chunks: 5, totalChunks: 5, bytes: 2_110_242, totalBytes: 2_110_242, refetched: 0 });
  });
});
