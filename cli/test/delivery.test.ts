import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readDelivered } from "@colophon-protocol/sdk/proofs";
import { createWalletClient, type Hex, http, publicActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
// @ts-expect-error plain JavaScript, build-time only
import { localAccounts } from "../../tools/stack/accounts.mjs";
// @ts-expect-error plain JavaScript, build-time only
import { startStack } from "../../tools/stack/index.mjs";
import { MANIFEST } from "./manifest.js";
import { colophon, colophonJson, errorOf, temporaryFolder } from "./support.js";

type Actor = { address: Hex; privateKey: Hex };
let stack: Awaited<ReturnType<typeof startStack>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let actors: Record<"rightsholder" | "licensee" | "provider" | "stranger", Actor>;
let base: string[];
// Three chunks and a file of none but one byte, so that ranges and places matter.
const big = new Uint8Array(2_500_000).map((_, i) => (i * 31) & 0xff);

const json = (who: Actor, ...args: string[]) =>
  colophonJson([...args, ...base], { COLOPHON_PRIVATE_KEY: who.privateKey });
const run = (who: Actor, ...args: string[]) =>
  colophon([...args, ...base, "--json"], { COLOPHON_PRIVATE_KEY: who.privateKey });

beforeAll(async () => {
  folder = await temporaryFolder();
  stack = await startStack({
    folder: join(folder.path, "stack"),
    parts: ["keys", "gateway", "indexer"],
    log: () => {},
  });
  actors = await localAccounts();
  const { rpcUrl, gatewayUrl } = stack.endpoints;
  base = ["--rpc-url", rpcUrl, "--deployment", stack.endpoints.deploymentFile, "--gateway", gatewayUrl];
  const data = join(folder.path, "data");
  await mkdir(join(data, "part"), { recursive: true });
  await writeFile(join(data, "big.bin"), big);
  await writeFile(join(data, "part", "one.txt"), "1");
  await writeFile(join(folder.path, "manifest.json"), JSON.stringify(MANIFEST));
}, 300_000);
afterAll(async () => {
  await stack?.stop();
  await folder?.done();
});

async function mint(to: Hex, amount: bigint): Promise<void> {
  const { rpcUrl, deploymentFile } = stack.endpoints;
  const { contracts } = JSON.parse(await readFile(deploymentFile, "utf8"));
  const client = createWalletClient({
    account: privateKeyToAccount(actors.licensee.privateKey),
    chain: foundry,
    transport: http(rpcUrl),
  }).extend(publicActions);
  const abi = [
    {
      type: "function",
      name: "mint",
      stateMutability: "nonpayable",
      inputs: [{ type: "address" }, { type: "uint256" }],
      outputs: [],
    },
  ] as const;
  const hash = await client.writeContract({
    address: contracts.TestUSDC.address,
    abi,
    functionName: "mint",
    args: [to, amount],
  });
  await client.waitForTransactionReceipt({ hash });
}

describe("with key nodes and a gateway", () => {
  it("encodes: the provider takes the encoding and accepts it", async () => {
    const { rightsholder, provider } = actors;
    const store = join(folder.path, "store");
    const files = [
      "--manifest",
      join(folder.path, "manifest.json"),
      "--signing-key",
      join(folder.path, "signing.json"),
    ];
    await json(rightsholder, "dataset", "ingest", join(folder.path, "data"), "--out", store, ...files);
    await json(rightsholder, "dataset", "publish", store);
    const args = ["dataset", "encode", store, "--dataset", "1", "--provider", provider.address];
    expect(await json(rightsholder, ...args, "--dry-run")).toMatchObject({
      dryRun: true,
      encoding: 1,
      provider: provider.address,
    });
    expect(await json(rightsholder, ...args)).toMatchObject({
      encoding: 1,
      envelopeHash: expect.stringMatching(/^0x/),
    });
  });

  it("shows the key network, verified by its nodes", async () => {
    expect(await json(actors.stranger, "keys", "network")).toMatchObject({
      epoch: "1",
      threshold: 2,
      verified: true,
      nodes: [{ index: 1 }, { index: 2 }, { index: 3 }],
    });
  });

  it("releases the key to the licensee alone", async () => {
    const { rightsholder, licensee, stranger } = actors;
    const offer = join(folder.path, "offer.json");
    await json(rightsholder, "terms", "register", "train-only");
    await json(
      rightsholder,
      "offer",
      "open",
      "--dataset",
      "1",
      "--terms",
      "train-only",
      "--price",
      "5",
      "--token",
      "TestUSDC",
      "--out",
      offer,
    );
    await mint(licensee.address, 5_000_000n);
    await json(licensee, "license", "buy", offer);
    const keyFile = join(folder.path, "dataset.key");
    const released = await json(licensee, "keys", "release", "1", "--out", keyFile);
    expect(released.usedNodes.length).toBe(2);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    const [kept] = await readdir(join(folder.path, "store", "keys"));
    expect(await readFile(keyFile, "utf8")).toBe(
      await readFile(join(folder.path, "store", "keys", kept as string), "utf8"),
    );
    const refused = await run(stranger, "keys", "release", "1", "--out", join(folder.path, "stolen.key"));
    expect(refused.code).toBe(6);
    expect(errorOf(refused).message).toMatch(/NotHolder|denied/i);
  });

  it("shows one chunk's key as the licensee too, out of what the gateway serves", async () => {
    const { rightsholder, licensee, stranger } = actors;
    const at = (name: string) => join(folder.path, name);
    const args = ["keys", "chunk", "3", "--license", "1"];
    const withKey = ["--key", at("dataset.key"), "--out", at("kept.json"), "--sealed", at("chunk.bin")];
    expect(await json(licensee, ...args, ...withKey)).toMatchObject({ chunk: 3, fileNumber: 1 });
    const shown = await readFile(at("kept.json"), "utf8");
    const sealed = await readFile(at("chunk.bin"));
    expect(JSON.parse(shown).cipher).toBe(`0x${createHash("sha256").update(sealed).digest("hex")}`);
    await json(licensee, ...args, "--out", at("released.json"));
    await json(rightsholder, "keys", "chunk", "3", "--store", at("store"), "--out", at("own.json"));
    for (const name of ["released.json", "own.json"]) expect(await readFile(at(name), "utf8")).toBe(shown);
    expect((await run(stranger, ...args, "--out", at("none.json"))).code).toBe(6);
    expect((await run(licensee, "keys", "chunk", "9", ...args.slice(3), "--out", at("none.json"))).code).toBe(2);
  });

  it("fetches the very bytes that were published, and leaves nothing else behind", async () => {
    const out = join(folder.path, "out");
    const fetched = await json(actors.licensee, "fetch", "1", out);
    expect(fetched).toMatchObject({ datasetId: "1", version: 1, bytes: big.length + 1, refetched: [] });
    // Compared as bytes: a deep comparison of two and a half million numbers takes a minute.
    expect(Buffer.compare(await readFile(join(out, "big.bin")), big)).toBe(0);
    expect(await readFile(join(out, "part", "one.txt"), "utf8")).toBe("1");
    expect((await readdir(out)).sort()).toEqual(["big.bin", "part"]);
  });

  it("fetches only what was asked for", async () => {
    const out = join(folder.path, "some");
    const delivered = join(folder.path, "delivered.json");
    await json(actors.licensee, "fetch", "1", out, "--only", "part/one.txt", "--delivered", delivered);
    expect(await readdir(out)).toEqual(["part"]);
    // What a proof of use is made from: that one chunk of five, and the leaves of all, checked against the content root.
    const { chunks, leaves, licenseId } = readDelivered(JSON.parse(await readFile(delivered, "utf8")));
    expect([licenseId, chunks, (leaves.length - 2) / 90]).toEqual(["1", [3], 5]);
  });

  it("fetches a later encoding that the holder asks for", async () => {
    const { rightsholder, provider, licensee } = actors;
    const args = ["--dataset", "1", "--provider", provider.address];
    expect(await json(rightsholder, "dataset", "encode", join(folder.path, "store"), ...args)).toMatchObject({
      encoding: 2,
    });
    const out = join(folder.path, "later");
    const fetched = await json(licensee, "fetch", "1", out, "--encoding", "2", "--only", "part/one.txt");
    expect(fetched).toMatchObject({ encoding: 2 });
    expect(await readFile(join(out, "part", "one.txt"), "utf8")).toBe("1");
  });

  it("refuses a stranger and says why", async () => {
    const ran = await run(actors.stranger, "fetch", "1", join(folder.path, "nothing"));
    expect(ran.code).toBe(6);
  });

  it("pays for a metered license by vouchers on the way, and says what was counted", async () => {
    const { rightsholder, licensee } = actors;
    const offer = join(folder.path, "meter.json");
    const terms = ["--dataset", "1", "--terms", "train-only", "--token", "TestUSDC", "--price", "0.5"];
    await json(rightsholder, "offer", "open", ...terms, "--rail", "meter", "--unit", "chunks", "--out", offer);
    await mint(licensee.address, 10_000_000n);
    const { licenseId } = await json(licensee, "license", "buy", offer, "--deposit", "10");
    const poor = await run(licensee, "fetch", licenseId, join(folder.path, "poor"), "--budget", "0.5");
    expect(errorOf(poor)).toMatchObject({ message: expect.stringMatching(/the budget is 500000/), exitCode: 3 });
    const out = join(folder.path, "metered");
    const fetched = await json(licensee, "fetch", licenseId, out);
    expect(Buffer.compare(await readFile(join(out, "big.bin")), big)).toBe(0);
    expect(fetched.unpaid).toBeUndefined();
    // Counted after the last byte: a voucher for the rest is handed in, if one is missing.
    await vi.waitFor(async () => {
      await json(licensee, "meter", "pay", licenseId);
      // Five chunks: three of the large file, the small one, the list of files.
      const told = { used: "5", vouchered: "2.5 USDC", unvouchered: "0 USDC", covered: "10 USDC" };
      expect(await json(licensee, "meter", "usage", licenseId)).toMatchObject(told);
    }, 60_000);
    expect(await json(licensee, "meter", "pay", licenseId)).toMatchObject({ handedIn: false, amount: "2.5 USDC" });
  }, 200_000);

  it("sells samples for cents, to who has no license", async () => {
    const { rightsholder, licensee } = actors;
    const file = join(folder.path, "sample.csv");
    await writeFile(file, "id,text\n1,hello\n");
    const about = ["--dataset", "1", "--price", "0.05", "--token", "TestUSDC", "--name", "Two lines"];
    const { sha256 } = await json(rightsholder, "sample", "put", file, ...about, "--media-type", "text/csv");
    const [listed] = await json(licensee, "sample", "list", "1");
    expect(listed).toMatchObject({ sha256, name: "Two lines", price: "0.05 USDC", seller: rightsholder.address });
    const out = join(folder.path, "bought.csv");
    await mint(licensee.address, 50_000n);
    const dear = await run(licensee, "sample", "buy", "1", sha256, "--out", out, "--max-price", "0.04");
    expect(errorOf(dear)).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/above the limit of 0.04 USDC/),
    });
    const bought = await json(licensee, "sample", "buy", "1", sha256, "--out", out);
    expect(bought).toMatchObject({ paid: "0.05 USDC", payer: licensee.address });
    expect(await readFile(out, "utf8")).toBe("id,text\n1,hello\n");
    expect((await run(licensee, "sample", "remove", "1", sha256)).code).not.toBe(0);
    await json(rightsholder, "sample", "remove", "1", sha256);
    expect(await json(licensee, "sample", "list", "1")).toEqual([]);
  }, 200_000);

  it("makes statements and invoices, as data, table and page", async () => {
    const { rightsholder, licensee } = actors;
    await json(licensee, "license", "confirm", "1");
    const indexer = ["--indexer", stack.endpoints.indexerUrl];
    await vi.waitFor(async () => {
      const statement = await json(rightsholder, "revenue", "statement", ...indexer);
      expect(statement.lines).toMatchObject([{ kind: "OWNER", licenseId: "1" }]);
    }, 60_000);
    const invoice = await json(licensee, "revenue", "invoice", ...indexer, "--since", "2020-01-01");
    expect(invoice.lines).toMatchObject([{ kind: "RELEASE", licenseId: "1", gross: "5000000" }]);
    const out = join(folder.path, "invoice.csv");
    await json(licensee, "revenue", "invoice", ...indexer, "--format", "csv", "--out", out);
    expect(await readFile(out, "utf8")).toContain("CHARGE,");
    const unnamed = await run(licensee, "revenue", "invoice", ...indexer, "--format", "html");
    expect(errorOf(unnamed)).toMatchObject({ exitCode: 2, message: "--format html needs --out." });
  }, 200_000);

  it("reads the provider's log, anchors it, and dates what is in it", async () => {
    const { provider, stranger, licensee } = actors;
    const log = (...args: string[]) => json(stranger, "log", ...args, "--provider", provider.address);
    const read = await log("verify");
    expect(read).toMatchObject({
      entries: read.size,
      kinds: { ingest: 2, sale: expect.any(Number) },
      signer: provider.address,
    });
    expect(await log("entry", "0")).toMatchObject({ index: 0, entry: { type: "ingest", datasetId: "1", encoding: 1 } });
    await log("anchor");
    const { anchored } = await log("head");
    expect(anchored).toMatchObject({ size: String(read.size), root: read.root });
    expect((await log("entry", "0")).includedBy).toBe(anchored.anchoredAt);
    const again = await run(stranger, "log", "anchor", "--provider", provider.address);
    expect(errorOf(again)).toMatchObject({ exitCode: 3, errorName: "CheckpointLog_NotLarger" });
    const other = await run(stranger, "log", "head", "--provider", licensee.address);
    expect(errorOf(other)).toMatchObject({ exitCode: 7, message: expect.stringMatching(/no signature for contracts/) });
    const far = await run(stranger, "log", "entry", "9999", "--provider", provider.address);
    expect(far.code).not.toBe(0);
  }, 200_000);

  it("ends with 5 when the gateway is gone", async () => {
    const { gateway } = stack.children;
    await gateway.stop();
    expect((await run(actors.licensee, "fetch", "1", join(folder.path, "late"))).code).toBe(5);
  });
});
