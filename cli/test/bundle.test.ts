// A bundle from its parts to a component's bytes, by commands alone, at a real gateway and real key nodes.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createWalletClient, type Hex, http, parseAbi, publicActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error plain JavaScript, build-time only
import { localAccounts } from "../../tools/stack/accounts.mjs";
// @ts-expect-error plain JavaScript, build-time only
import { startStack } from "../../tools/stack/index.mjs";
import { colophon, colophonJson, errorOf, ingest, temporaryFolder } from "./support.js";

type Actor = { address: Hex; privateKey: Hex };
let stack: Awaited<ReturnType<typeof startStack>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
/** Two who own a component each, who bundles them, who buys, and who serves all of it. */
let actors: Record<"rightsholder" | "contributor" | "deployer" | "licensee" | "provider" | "stranger", Actor>;
let base: string[];
// More than one chunk, so that places within a component matter.
const SOUND = new Uint8Array(1_500_000).map((_, i) => (i * 31) & 0xff);
const PICTURES = new Uint8Array(1_200_000).map((_, i) => (i * 17 + 5) & 0xff);
const file = (name: string) => join(folder.path, name);

const json = (who: Actor, ...args: string[]) =>
  colophonJson([...args, ...base], { COLOPHON_PRIVATE_KEY: who.privateKey });
const run = (who: Actor, ...args: string[]) =>
  colophon([...args, ...base, "--json"], { COLOPHON_PRIVATE_KEY: who.privateKey });

beforeAll(async () => {
  folder = await temporaryFolder();
  stack = await startStack({ folder: file("stack"), parts: ["keys", "gateway"], log: () => {} });
  actors = await localAccounts();
  const { rpcUrl, gatewayUrl, deploymentFile } = stack.endpoints;
  base = ["--rpc-url", rpcUrl, "--deployment", deploymentFile, "--gateway", gatewayUrl];
}, 300_000);
afterAll(async () => {
  await stack?.stop();
  await folder?.done();
});

async function usdc() {
  const { rpcUrl, deploymentFile } = stack.endpoints;
  const { contracts } = JSON.parse(await readFile(deploymentFile, "utf8"));
  const account = privateKeyToAccount(actors.licensee.privateKey);
  const client = createWalletClient({ account, chain: foundry, transport: http(rpcUrl) }).extend(publicActions);
  const abi = parseAbi([
    "function mint(address to, uint256 amount)",
    "function balanceOf(address) view returns (uint256)",
  ]);
  return { client, call: { address: contracts.TestUSDC.address as Hex, abi } };
}

async function mint(to: Hex, amount: bigint): Promise<void> {
  const { client, call } = await usdc();
  const hash = await client.writeContract({ ...call, functionName: "mint", args: [to, amount] });
  await client.waitForTransactionReceipt({ hash });
}

async function balance(of: Actor): Promise<bigint> {
  const { client, call } = await usdc();
  return client.readContract({ ...call, functionName: "balanceOf", args: [of.address] });
}

/** Ingests, publishes and encodes, in the order of ids. */
async function published(owner: Actor, name: string, files: Record<string, Uint8Array>): Promise<string> {
  const { store } = await ingest(folder.path, name, files);
  const { datasetId } = await json(owner, "dataset", "publish", store);
  await encoded(owner, store, datasetId);
  return datasetId;
}
const encoded = (owner: Actor, store: string, datasetId: string) =>
  json(owner, "dataset", "encode", store, "--dataset", datasetId, "--provider", actors.provider.address);

describe("a bundle, by commands alone", () => {
  let bundle: { store: string; contentRoot: Hex };
  const grant = (id: string, name: string, share: string) => [
    ...["dataset", "grant", id, "--to", actors.deployer.address, "--content-root", bundle.contentRoot],
    ...["--share", share, "--bundle", "--out", file(name)],
  ];

  it("takes components of two owners, each by its owner's grant", async () => {
    const { rightsholder, contributor, deployer } = actors;
    expect(await published(rightsholder, "Sounds", { "sound.bin": SOUND })).toBe("1");
    expect(await published(contributor, "Pictures", { "deep/pictures.bin": PICTURES })).toBe("2");
    bundle = await ingest(folder.path, "Both", { "README.txt": new TextEncoder().encode("Sounds and pictures.") });
    const foreign = await run(contributor, ...grant("1", "one.json", "30"));
    expect(errorOf(foreign)).toMatchObject({
      ...{ exitCode: 2, message: `Dataset 1 is owned by ${rightsholder.address}.` },
    });
    expect(await json(rightsholder, ...grant("1", "one.json", "30"), "--dry-run")).toMatchObject({
      ...{ dryRun: true, message: { parentId: "1", shareBps: 3000, bundle: true } },
    });
    expect(await readdir(folder.path)).not.toContain("one.json");
    await json(rightsholder, ...grant("1", "one.json", "30"));
    await json(contributor, ...grant("2", "two.json", "20"));

    const publish = ["dataset", "publish", bundle.store, "--parent", file("one.json"), file("two.json")];
    expect(errorOf(await run(contributor, ...publish)).message).toBe(
      `${file("one.json")} is a grant to ${deployer.address}.`,
    );
    expect(await json(deployer, ...publish, "--dry-run")).toMatchObject({ dryRun: true, simulation: "ok" });
    expect(await json(deployer, ...publish)).toMatchObject({
      datasetId: "3",
      parents: [
        { parent: "1/1", percent: 30, bundle: true },
        { parent: "2/1", percent: 20, bundle: true },
      ],
    });
    expect((await json(deployer, "dataset", "show", "3")).versions[0].parents).toEqual([
      { datasetId: 1, version: 1, shareBps: 3000, bundle: true },
      { datasetId: 2, version: 1, shareBps: 2000, bundle: true },
    ]);
    // A grant is for one version.
    expect(errorOf(await run(deployer, ...publish))).toMatchObject({ errorName: "DatasetRegistry_GrantUsed" });
    await encoded(deployer, bundle.store, "3");
  }, 300_000);

  it("sells licenses that open each component", async () => {
    const { deployer, licensee, stranger } = actors;
    await json(deployer, "terms", "register", "train-only");
    const sold = ["--dataset", "3", "--terms", "train-only", "--price", "100", "--token", "TestUSDC"];
    await json(deployer, "offer", "open", ...sold, "--out", file("offer.json"));
    await mint(licensee.address, 100_000_000n);
    expect((await json(licensee, "license", "buy", file("offer.json"))).licenseId).toBe("1");
    const access = ["license", "access", "1", "--dataset", "1", "--uses", "train"];
    expect(await json(licensee, ...access)).toMatchObject({ access: "Granted", datasetId: "1", version: 1 });
    expect(await json(stranger, ...access)).toMatchObject({ access: "NotHolder" });
  });

  it("fetches a component's very bytes by a license of the bundle", async () => {
    const { licensee } = actors;
    const sounds = await json(licensee, "fetch", "1", file("sounds"), "--dataset", "1");
    expect(sounds).toMatchObject({ licenseId: "1", datasetId: "1", version: 1, encoding: 1, refetched: [] });
    expect(sounds.files).toEqual([{ path: "sound.bin", size: SOUND.length }]);
    // Compared as bytes: a deep comparison of so many numbers takes a minute.
    expect(Buffer.compare(await readFile(join(file("sounds"), "sound.bin")), SOUND)).toBe(0);
    expect(await readdir(file("sounds"))).toEqual(["sound.bin"]);
    await json(licensee, "fetch", "1", file("pictures"), "--dataset", "2", "--version-number", "1");
    expect(Buffer.compare(await readFile(join(file("pictures"), "deep", "pictures.bin")), PICTURES)).toBe(0);
    // Without the option it is the bundle itself.
    await json(licensee, "fetch", "1", file("both"));
    expect(await readFile(join(file("both"), "README.txt"), "utf8")).toBe("Sounds and pictures.");
  }, 200_000);

  it("fetches for nobody else, nothing else, and nothing that is not there", async () => {
    const { licensee, stranger, rightsholder } = actors;
    expect(await run(stranger, "fetch", "1", file("stolen"), "--dataset", "1")).toMatchObject({ code: 6 });
    const other = await published(rightsholder, "Alone", { "alone.bin": new Uint8Array([1, 2, 3]) });
    expect(await run(licensee, "fetch", "1", file("alone"), "--dataset", other)).toMatchObject({ code: 6 });
    const unknown = await run(licensee, "fetch", "1", file("none"), "--dataset", "2", "--version-number", "9");
    expect(errorOf(unknown)).toMatchObject({ errorName: "DatasetRegistry_UnknownVersion" });
  }, 200_000);

  it("pays components their shares of what the bundle earned, to the unit", async () => {
    const { rightsholder, contributor, deployer, licensee, stranger } = actors;
    const before = await Promise.all([deployer, rightsholder, contributor].map(balance));
    await json(licensee, "license", "confirm", "1");
    const royalty = (of: string) => ["revenue", "royalty", "--dataset", of, "--token", "TestUSDC"];
    const dry = await json(stranger, ...royalty("1"), "--dry-run");
    expect(dry.royalties).toMatchObject([{ waits: "29.25 USDC", write: { simulation: "ok" } }]);
    // Anyone may have it paid: it goes to the owner.
    const paid = await json(stranger, ...royalty("1"));
    expect(paid).toMatchObject({
      owner: rightsholder.address,
      royalties: [{ paid: "29.25 USDC", toItsParents: "0 USDC" }],
    });
    await json(contributor, ...royalty("2"));
    const after = await Promise.all([deployer, rightsholder, contributor].map(balance));
    // 100 less the fee of 2.5 %, of that 30 % and 20 %, and the rest to who bundled.
    expect(after.map((amount, i) => amount - (before[i] as bigint))).toEqual([48_750_000n, 29_250_000n, 19_500_000n]);
    expect(errorOf(await run(stranger, ...royalty("1")))).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^No royalty waits for 0x.* from version 1 of dataset 1\.$/),
    });
    expect(await json(stranger, "revenue", "fees", "--token", "TestUSDC")).toMatchObject({ paid: "2.5 USDC" });
  });
});
