import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addEncodingSync, createSplitSync, type Deployment, parseDeployment } from "@colophon-protocol/sdk";
import { typedData } from "@colophon-protocol/sdk/formats";
import { createWalletClient, type Hex, http, publicActions, toHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error plain JavaScript, build-time only
import { MNEMONIC, rpc, startTestChain } from "../../tools/testing/index.mjs";
import { MANIFEST } from "./manifest.js";
import { colophon, colophonJson, errorOf, temporaryFolder } from "./support.js";

const actor = (addressIndex: number) => {
  const account = mnemonicToAccount(MNEMONIC, { addressIndex });
  return {
    account,
    address: account.address,
    env: { COLOPHON_PRIVATE_KEY: toHex(account.getHdKey().privateKey as Uint8Array) },
  };
};
const [owner, buyer, provider, contributor] = [1, 2, 3, 4].map(actor) as [Actor, Actor, Actor, Actor];
type Actor = ReturnType<typeof actor>;

let chain: Awaited<ReturnType<typeof startTestChain>>;
let deployment: Deployment;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let base: string[];

beforeAll(async () => {
  [chain, folder] = await Promise.all([startTestChain(), temporaryFolder()]);
  deployment = parseDeployment(chain.deployment);
  base = ["--rpc-url", chain.url, "--deployment", chain.deploymentFile];
  await mkdir(join(folder.path, "data"));
  await writeFile(join(folder.path, "data", "numbers.txt"), "1 2 3 4 5 6 7 8 9 10\n");
  await writeFile(join(folder.path, "manifest.json"), JSON.stringify(MANIFEST));
}, 180_000);
afterAll(async () => {
  await chain?.stop();
  await folder?.done();
});

const json = (who: Actor, ...args: string[]) => colophonJson([...args, ...base], who.env);
const run = (who: Actor, ...args: string[]) => colophon([...args, ...base, "--json"], who.env);
const clientOf = ({ account }: Actor) =>
  createWalletClient({ account, chain: foundry, transport: http(chain.url), pollingInterval: 50 }).extend(
    publicActions,
  );

/** What a gateway does with `dataset encode`: the provider signs, the owner adds. */
async function acceptEncoding(encodingRoot: Hex): Promise<void> {
  const acceptance = {
    datasetId: 1n,
    version: 1,
    encoding: 1,
    encodingRoot,
    envelopeHash: encodingRoot,
    provider: provider.address,
    retirementNotice: 0,
    deadline: 4_000_000_000,
  };
  const domain = { chainId: 31337, licenseToken: deployment.contracts.LicenseToken?.address as Hex };
  const signature = await provider.account.signTypedData(typedData("EncodingAcceptance", domain, acceptance));
  await addEncodingSync(clientOf(owner), {
    deployment,
    datasetId: 1n,
    version: 1,
    input: { ...acceptance, signature },
  });
}

async function mint(to: Hex, amount: bigint): Promise<void> {
  const abi = [
    {
      type: "function",
      name: "mint",
      stateMutability: "nonpayable",
      inputs: [{ type: "address" }, { type: "uint256" }],
      outputs: [],
    },
  ] as const;
  const client = clientOf(owner);
  const hash = await client.writeContract({
    address: deployment.contracts.TestUSDC?.address as Hex,
    abi,
    functionName: "mint",
    args: [to, amount],
  });
  await client.waitForTransactionReceipt({ hash });
}

describe("from files to money, by commands alone", () => {
  it("ingests files and keeps the dataset key to itself", async () => {
    const { path } = folder;
    const args = [
      "dataset",
      "ingest",
      join(path, "data"),
      "--manifest",
      join(path, "manifest.json"),
      "--out",
      join(path, "store"),
      "--signing-key",
      join(path, "signing.json"),
    ];
    const { image: _, ...incomplete } = MANIFEST;
    await writeFile(join(path, "bad.json"), JSON.stringify(incomplete));
    const refused = await colophon(args.with(4, join(path, "bad.json")));
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/required property 'image'/) });
    const ingested = await colophonJson(args);
    expect(ingested).toMatchObject({ chunkCount: 2, recordCount: "0", byteSize: expect.any(String) });
    expect((await stat(ingested.datasetKeyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, "signing.json"))).mode & 0o777).toBe(0o600);
    const key = (await readFile(ingested.datasetKeyFile, "utf8")).trim();
    expect(JSON.stringify(ingested)).not.toContain(key);
    // Again with the signing key that is there now: the same key signs.
    await colophonJson([...args.slice(0, 6), join(path, "store2"), ...args.slice(7)]);
  });

  it("publishes: dry first, which changes nothing", async () => {
    const store = join(folder.path, "store");
    const dry = await json(owner, "dataset", "publish", store, "--dry-run");
    expect(dry).toMatchObject({
      dryRun: true,
      simulation: "ok",
      from: owner.address,
      to: deployment.contracts.DatasetRegistry?.address,
      value: "0",
    });
    expect(dry.data).toMatch(/^0x[0-9a-f]{8}/);
    expect(await run(owner, "dataset", "show", "1")).toMatchObject({ code: 2 });
    const published = await json(owner, "dataset", "publish", store);
    expect(published).toMatchObject({
      datasetId: "1",
      version: 1,
      owner: owner.address,
      transaction: expect.stringMatching(/^0x/),
    });
    const { versions } = await json(owner, "dataset", "show", "1");
    expect(versions).toMatchObject([
      {
        version: 1,
        status: "Trainable",
        contentRoot: published.contentRoot,
        manifest: expect.stringMatching(/^ipfs:\/\//),
        encodings: [],
      },
    ]);
    const records = await readFile(join(store, "encodings", `${(await encodingRoot()).slice(2)}.json`), "utf8");
    await acceptEncoding(JSON.parse(records).encodingRoot);
  });

  it("registers terms, once", async () => {
    const first = await json(owner, "terms", "register", "train-only");
    expect(first).toMatchObject({ registered: "now" });
    expect(await json(owner, "terms", "register", "train-only")).toEqual({
      termsId: first.termsId,
      registered: "before",
    });
    expect((await json(owner, "terms", "show", first.termsId)).uses).toContain("train");
  });

  it("opens an offer and shows it by id", async () => {
    const { split } = await createSplitSync(clientOf(owner), {
      deployment,
      datasetId: 1n,
      members: [{ account: contributor.address, shareBps: 10_000 }],
    });
    const file = join(folder.path, "offer.json");
    const opened = await json(
      owner,
      "offer",
      "open",
      "--dataset",
      "1",
      "--terms",
      "train-only",
      "--price",
      "250",
      "--token",
      "TestUSDC",
      "--split",
      String(split),
      "--window",
      "1h",
      "--out",
      file,
    );
    expect(opened.price).toBe("250 USDC");
    const shown = await json(buyer, "offer", "show", opened.offerId);
    expect(shown).toMatchObject({ status: "Open", sold: 0, escrow: { challengeWindow: 3600 }, offer: opened.offer });
    expect((await json(buyer, "offer", "show", file)).offerId).toBe(opened.offerId);
  });

  it("lists what a purchase needs without sending it", async () => {
    const dry = await json(buyer, "license", "buy", join(folder.path, "offer.json"), "--dry-run");
    expect(dry).toMatchObject({ dryRun: true, due: "250 USDC", funding: "permit" });
    expect(dry.requirements.map(({ type }: { type: string }) => type)).toEqual(["balance", "signature"]);
    const short = await run(buyer, "license", "buy", join(folder.path, "offer.json"));
    expect(short.code).toBe(4);
    expect(errorOf(short)).toMatchObject({ code: "requirement", hint: expect.stringMatching(/250000000 more/) });
  });

  it("stops at the limits that the buyer set", async () => {
    const offer = join(folder.path, "offer.json");
    expect(await run(buyer, "license", "buy", offer, "--max-price", "249.99")).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/above the limit/),
    });
    expect(await run(buyer, "license", "buy", offer, "--expected-terms", "evaluate-only")).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/expected 0x/),
    });
    const altered = join(folder.path, "altered.json");
    await writeFile(altered, JSON.stringify({ ...JSON.parse(await readFile(offer, "utf8")), price: "1" }));
    expect(await run(buyer, "license", "buy", altered)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/never opened/),
    });
  });

  it("buys, shows and lists the license", async () => {
    await mint(buyer.address, 250_000_000n);
    const bought = await json(
      buyer,
      "license",
      "buy",
      join(folder.path, "offer.json"),
      "--max-price",
      "250",
      "--expected-terms",
      "train-only",
      "--reference",
      "PO-7",
    );
    expect(bought).toMatchObject({ licenseId: "1", paid: "250 USDC", funding: "permit", payer: buyer.address });
    expect(await json(buyer, "license", "show", "1")).toMatchObject({
      access: "Granted",
      standing: "Current",
      hold: { state: "Held" },
      datasetId: "1",
    });
    expect(await json(buyer, "license", "list")).toMatchObject([{ licenseId: "1", version: 1, access: "Granted" }]);
    expect(await json(owner, "license", "list")).toEqual([]);
  });

  it("delegates access and selects the license", async () => {
    const until = "2099-01-01";
    expect(await json(buyer, "license", "show", "1", "--user", contributor.address)).toMatchObject({
      access: "NotHolder",
    });
    await json(buyer, "license", "delegate", "1", contributor.address, "--until", until);
    expect(await json(buyer, "license", "show", "1", "--user", contributor.address)).toMatchObject({
      access: "Granted",
    });
    expect(await json(buyer, "license", "activate", "1")).toMatchObject({ licenseId: "1", datasetId: "1" });
  });

  it("decodes what the chain refuses and ends with 3, also in a dry run", async () => {
    const refused = await run(owner, "license", "confirm", "1");
    expect(refused.code).toBe(3);
    expect(errorOf(refused)).toMatchObject({
      code: "reverted",
      errorName: "PaymentRail_NotAllowed",
      hint: expect.any(String),
    });
    const dry = await colophon(["license", "settle", "1", "--dry-run", "--from", owner.address, ...base, "--json"]);
    expect(errorOf(dry)).toMatchObject({ errorName: "EscrowRail_WrongState" });
    expect(await run(buyer, "license", "show", "99")).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/LicenseToken_Unknown/),
    });
    expect(await run(buyer, "offer", "show", `0x${"11".repeat(32)}`)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/No offer/),
    });
  });

  it("confirms delivery and lets the contributor collect plain tokens", async () => {
    expect(await json(buyer, "license", "confirm", "1")).toMatchObject({ released: "250 USDC" });
    const collect = ["revenue", "collect", "--dataset", "1", "--token", "TestUSDC", "--split", "1"];
    const dry = await json(contributor, ...collect, "--dry-run");
    expect(dry).toMatchObject({
      connected: false,
      inPool: expect.stringMatching(/ USDC$/),
      steps: [{ step: "connect" }, { step: "unwrap" }],
    });
    const collected = await json(contributor, ...collect);
    expect(collected.steps.map(({ step }: { step: string }) => step)).toEqual(["connect", "unwrap"]);
    expect(collected.steps[1].amount).toMatch(/^243\.\d+ USDC$|^243\.75 USDC$/);
    expect((await json(contributor, ...collect)).steps).toEqual([]);
  });

  it("closes the offer, after which it does not sell", async () => {
    expect(await json(owner, "offer", "close", join(folder.path, "offer.json"))).toMatchObject({ status: "Closed" });
    expect(await run(buyer, "license", "buy", join(folder.path, "offer.json"))).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/is closed/),
    });
  });
});

describe("the chain behind the endpoint", () => {
  it("shows the deployment with code everywhere", async () => {
    const shown = await json(owner, "deployment", "show");
    expect(shown.chainId).toBe(31337);
    expect(shown.contracts.length).toBeGreaterThan(8);
    expect(shown.contracts.filter(({ hasCode }: { hasCode: boolean }) => !hasCode)).toEqual([]);
  });

  it("must be the one that was asked for", async () => {
    expect(await run(owner, "deployment", "show", "--chain", "base")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/of chain 31337, expected 8453/),
    });
    expect(await run(owner, "deployment", "show", "--chain", "atlantis")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no chain/),
    });
    expect(await run(owner, "deployment", "show", "--chain", "31337")).toMatchObject({ code: 0 });
  });

  it("says that no key network is registered yet", async () => {
    expect(await json(owner, "keys", "network")).toMatchObject({ epoch: "0", nodes: [], verified: false });
    expect(await rpc(chain.url, "eth_chainId")).toBe("0x7a69");
  });
});

/** Root of the only encoding in the store. */
async function encodingRoot(): Promise<Hex> {
  const { readdir } = await import("node:fs/promises");
  const [file] = await readdir(join(folder.path, "store", "encodings"));
  return `0x${(file as string).slice(0, 64)}`;
}
