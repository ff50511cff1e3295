// A false encoding, from the chunk that decrypts to something else to the money back: what each side does with one chunk's key.
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FolderBlobStore, readRecord, sealEnvelope } from "@colophon-protocol/ingest";
import { canonicalJson, type EnvelopeKey } from "@colophon-protocol/sdk/formats";
import type { Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, type Person, word } from "./market.js";
import { errorOf, ingest } from "./support.js";
import { startTrustMarket, type TrustMarket } from "./trust-market.js";

const VECTORS = new URL("../../spec/vectors/envelope.json", import.meta.url);
const SOLD = "What was sold is what was asked for.";
const SERVED = "What was served is something else!!!";

let market: TrustMarket;
let [owner, buyer, auditor] = [] as unknown as [Person, Person, Person];
const file = (name: string) => market.file(name);
const refusal = async (who: Person, ...args: string[]) => errorOf(await who.run(...args));

beforeAll(async () => {
  market = await startTrustMarket();
  ({ owner, buyer, auditor } = market);
  await writeFile(file("reasons.txt"), "It decrypts to something else.");
}, 240_000);
afterAll(() => market?.stop());

const files = (text: string) => ({ "a.txt": text, "b.txt": "The same in both." });

/** Publishes what is in one store, and has another store's encoding accepted for it. @returns the license that somebody buys */
async function sold(content: string, served: string, envelope: string): Promise<string> {
  const { datasetId } = await owner.json("dataset", "publish", content);
  const encodingRoot = await rootIn(served);
  const [document] = JSON.parse(await readFile(VECTORS, "utf8")).valid as [{ document: { key: EnvelopeKey } }];
  const store = new FolderBlobStore(served);
  const record = { ...(await readRecord(served, encodingRoot)), contentRoot: await contentRootIn(content) };
  const licenseToken = market.deployment.contracts.LicenseToken?.address as Hex;
  const place = { chainId: 31337, licenseToken, datasetId: BigInt(datasetId), version: 1 };
  const provider = market.provider.address;
  const { name, hash } = await sealEnvelope({ store, record, ...place, provider, key: document.document.key });
  await writeFile(file(envelope), await store.get(name));
  await market.encode(owner, { datasetId: BigInt(datasetId), encodingRoot, envelopeHash: hash });
  const terms = ["--terms", "train-only", "--price", "100", "--token", "TestUSDC", "--out", file(`${datasetId}.json`)];
  await owner.json("offer", "open", "--dataset", datasetId, ...terms);
  return (await buyer.json("license", "buy", file(`${datasetId}.json`))).licenseId;
}
const made = new Map<string, { contentRoot: Hex; encodingRoot: Hex }>();
const rootIn = async (store: string) => made.get(store)?.encodingRoot as Hex;
const contentRootIn = async (store: string) => made.get(store)?.contentRoot as Hex;

async function ingested(name: string, text: string): Promise<string> {
  const found = await ingest(market.folder, name, files(text));
  made.set(found.store, found);
  return found.store;
}

/** The store of who served something else, with the leaves of what was licensed: what a licensee has of both. */
async function mixed(content: string, served: string): Promise<void> {
  const [other, own] = [
    await readRecord(content, await rootIn(content)),
    await readRecord(served, await rootIn(served)),
  ];
  await new FolderBlobStore(served).put(
    other.contentLeaves,
    await new FolderBlobStore(content).get(other.contentLeaves),
  );
  const record = join(served, "encodings", `${own.encodingRoot.slice(2)}.json`);
  await writeFile(record, canonicalJson({ ...own, contentLeaves: other.contentLeaves }));
}

const raise = async (license: string): Promise<string> => {
  const about = ["--license", license, "--reason", "false-encoding", "--statement", "Look at chunk 0."];
  return (await buyer.json("dispute", "raise", ...about)).disputeId;
};

describe("an encoding of something else", () => {
  it("is shown by one chunk's key, found false by the councillor, and refunded", async () => {
    const [content, served] = [await ingested("Sold", SOLD), await ingested("Served", SERVED)];
    const license = await sold(content, served, "envelope.json");
    await mixed(content, served);
    const chunk = ["--store", served, "--out", file("chunk-key.json"), "--sealed", file("chunk.bin")];
    expect(await refusal(buyer, "keys", "chunk", "9", ...chunk)).toMatchObject({
      ...{ exitCode: 2, hint: "The encoding has 3 chunks, from 0 on." },
    });
    expect(await buyer.json("keys", "chunk", "0", ...chunk)).toMatchObject({ chunk: 0, fileNumber: 0 });
    expect((await stat(file("chunk-key.json"))).mode & 0o777).toBe(0o600);

    const id = await raise(license);
    const check = ["dispute", "check-chunk", id, file("chunk.bin"), "--envelope", file("envelope.json")];
    expect(await refusal(auditor, ...check)).toMatchObject({ exitCode: 3, message: expect.stringMatching(/Nobody/) });
    const shown = JSON.parse(await readFile(file("chunk-key.json"), "utf8"));
    await writeFile(file("other-key.json"), JSON.stringify({ ...shown, chunkKey: word("99") }));
    expect(await refusal(buyer, "dispute", "chunk-key", id, file("other-key.json"))).toMatchObject({
      errorName: "DisputeManager_BadEvidence",
    });
    expect(await buyer.json("dispute", "chunk-key", id, file("chunk-key.json"))).toMatchObject({
      ...{ disputeId: id, encoding: 1, chunk: "0" },
    });

    const [councillor] = market.council as [Person];
    const found = await councillor.json(...check, "--out", file("plain.bin"));
    expect(found).toMatchObject({ chunk: "0", shownBy: buyer.address, finding: "other-content" });
    expect(await readFile(file("plain.bin"), "utf8")).toBe(SERVED);
    await writeFile(file("spoilt.bin"), "0".repeat(52));
    const spoilt = ["dispute", "check-chunk", id, file("spoilt.bin"), "--envelope", file("envelope.json")];
    expect(await refusal(councillor, ...spoilt)).toMatchObject({
      ...{ exitCode: 7, message: expect.stringMatching(/not the ciphertext of chunk 0/) },
    });

    await owner.json("dispute", "respond", id, "--statement", "It is what we were given.");
    await auditor.json("dispute", "refer", id);
    for (const member of market.council)
      await member.json("dispute", "vote", id, "--uphold", "--all", "--reasons", file("reasons.txt"));
    await market.pass(8 * DAY);
    const before = await market.balance(buyer.address);
    expect(await auditor.json("dispute", "conclude", id)).toMatchObject({ outcome: "upheld" });
    expect((await market.balance(buyer.address)) - before).toBe(125_000_000n);
  });
});

describe("an encoding of what was licensed", () => {
  it("is found true, and no other chunk is opened by the key", async () => {
    const content = await ingested("True", SOLD);
    const id = await raise(await sold(content, content, "true.json"));
    const out = ["--store", content, "--out", file("true-key.json"), "--sealed", file("true.bin")];
    await owner.json("keys", "chunk", "0", ...out);
    await owner.json("dispute", "chunk-key", id, file("true-key.json"));
    const check = ["dispute", "check-chunk", id, file("true.bin"), "--envelope"];
    expect(await auditor.json(...check, file("true.json"))).toMatchObject({ finding: "as-licensed" });
    expect(await refusal(auditor, ...check, file("envelope.json"))).toMatchObject({ exitCode: 7 });
    expect(await refusal(auditor, ...check, file("true.json"), "--chunk", "1")).toMatchObject({
      ...{ exitCode: 3, message: expect.stringMatching(/key of chunk 1/) },
    });
  });
});
