import { readFile, writeFile } from "node:fs/promises";
import { treasury } from "@colophon-protocol/sdk";
import type { Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, type Market, type Person, startMarket, word } from "./market.js";
import { errorOf, ingest } from "./support.js";

let market: Market;
let [owner, buyer, provider, other] = [] as unknown as [Person, Person, Person, Person];
let child: { store: string; contentRoot: Hex };
const file = (name: string) => market.file(name);

beforeAll(async () => {
  market = await startMarket();
  ({ owner, buyer, provider, auditor: other } = market);
  child = await ingest(market.folder, "Derived", { "text.txt": "What was made from it." });
}, 180_000);
afterAll(() => market?.stop());

const publish = (...links: string[]) => ["dataset", "publish", child.store, "--parent", ...links];
const grantArgs = (...options: string[]) => [
  ...["dataset", "grant", "1", "--to", buyer.address, "--content-root", child.contentRoot, ...options],
];
const refusal = async (who: Person, args: string[]) => errorOf(await who.run(...args));

describe("a version by a license that lets derive", () => {
  it("gives the parent what its terms ask, at least", async () => {
    await owner.json("terms", "register", "train-and-derive");
    const sold = ["--dataset", "1", "--terms", "train-and-derive", "--price", "10", "--token", "TestUSDC"];
    await owner.json("offer", "open", ...sold, "--out", file("derive.json"));
    const { licenseId } = await buyer.json("license", "buy", file("derive.json"));
    expect(await refusal(buyer, publish(`1/1:9.99:${licenseId}`))).toMatchObject({
      ...{ errorName: "DatasetRegistry_ShareTooLow", args: ["1", 999, 1000], exitCode: 3 },
    });
    expect(await refusal(other, publish(`1/1:10:${licenseId}`))).toMatchObject({
      ...{ errorName: "DatasetRegistry_LicenseDoesNotDerive", hint: expect.stringContaining("`derive`") },
    });
    expect(await buyer.json(...publish(`1/1:10:${licenseId}`), "--dry-run")).toMatchObject({ simulation: "ok" });
    const made = await buyer.json(...publish(`1/1:10:${licenseId}`));
    expect(made).toMatchObject({
      ...{ datasetId: "2", owner: buyer.address },
      parents: [{ parent: "1/1", percent: 10, bundle: false, by: `license ${licenseId}` }],
    });
  });

  it("pays the parent's owner out of each sale, and the treasury its fee", async () => {
    await market.encode(buyer, { datasetId: 2n });
    const sold = ["--dataset", "2", "--terms", "train-only", "--price", "0.000333", "--token", "TestUSDC"];
    await buyer.json("offer", "open", ...sold, "--out", file("child.json"));
    await market.mint(other.address, 333n);
    const { licenseId } = await other.json("license", "buy", file("child.json"));
    const to = await treasury(owner.client, { deployment: market.deployment });
    const people = [buyer.address, owner.address, to];
    const before = await Promise.all(people.map(market.balance));
    await other.json("license", "confirm", licenseId);
    const royalty = ["revenue", "royalty", "--dataset", "1", "--token", "TestUSDC"];
    expect(await provider.json(...royalty)).toMatchObject({
      owner: owner.address,
      royalties: [{ paid: "0.000032 USDC" }],
    });
    await provider.json("revenue", "fees", "--token", "TestUSDC");
    const after = await Promise.all(people.map(market.balance));
    // Of 333: fee 8 (2.5 %, rounded down), of the other 325 a tenth, rounded down, and the rest to who derived.
    expect(after.map((amount, i) => amount - (before[i] as bigint))).toEqual([293n, 32n, 8n]);
    expect(await refusal(provider, ["revenue", "royalty", "--dataset", "2", "--token", "TestUSDC"])).toMatchObject({
      message: `No royalty waits for ${buyer.address} from version 1 of dataset 2.`,
    });
  });
});

describe("a grant", () => {
  it("links a later version too, and is shown to whoever reads the file", async () => {
    await owner.json(...grantArgs("--share", "5", "--deadline", "2099-01-01", "--nonce", "7", "--out", file("g.json")));
    expect(JSON.parse(await readFile(file("g.json"), "utf8")).message).toMatchObject({
      ...{ parentId: "1", parentVersion: 1, childOwner: buyer.address, shareBps: 500, bundle: false, nonce: "7" },
    });
    const next = await buyer.json(...publish(file("g.json")), "--dataset", "2");
    expect(next).toMatchObject({ datasetId: "2", version: 2, parents: [{ parent: "1/1", percent: 5 }] });
    expect(await refusal(owner, grantArgs("--nonce", "7", "--out", file("no.json")))).toMatchObject({
      ...{ exitCode: 2, message: "Nonce 7 was used or cancelled." },
    });
  });

  it("is no longer one when it was cancelled, altered, or its time is over", async () => {
    await owner.json(...grantArgs("--share", "1", "--out", file("cancelled.json")));
    expect(await owner.json("dataset", "cancel-grant", file("cancelled.json"))).toMatchObject({ cancelled: true });
    expect(await refusal(buyer, publish(file("cancelled.json")))).toMatchObject({
      errorName: "DatasetRegistry_GrantUsed",
    });
    expect(await refusal(owner, ["dataset", "cancel-grant", file("cancelled.json")])).toMatchObject({ exitCode: 3 });
    expect(await refusal(owner, ["dataset", "cancel-grant", "7"])).toMatchObject({
      message: "Your grant 7 was used or cancelled before.",
    });

    await owner.json(...grantArgs("--share", "4", "--out", file("altered.json")));
    const { message, signature } = JSON.parse(await readFile(file("altered.json"), "utf8"));
    await writeFile(file("altered.json"), JSON.stringify({ message: { ...message, shareBps: 1 }, signature }));
    expect(await refusal(buyer, publish(file("altered.json")))).toMatchObject({
      errorName: "DatasetRegistry_BadSignature",
    });

    await owner.json(...grantArgs("--out", file("late.json")));
    await market.pass(30 * DAY + 60);
    expect(await refusal(buyer, publish(file("late.json")))).toMatchObject({ errorName: "DatasetRegistry_Expired" });
  });

  it("is for one child of one publisher, which is said before anything is sent", async () => {
    const foreign = ["dataset", "grant", "1", "--to", buyer.address, "--content-root", word("77")];
    await owner.json(...foreign, "--out", file("foreign.json"));
    expect(await refusal(buyer, publish(file("foreign.json")))).toMatchObject({
      ...{ exitCode: 2, message: `${file("foreign.json")} is a grant for contents ${word("77")}.` },
    });
    expect(await refusal(buyer, publish("1/1:60:1", "2/1:41:1"))).toMatchObject({
      message: "The parents' shares come to 101 %.",
    });
    expect(await refusal(buyer, publish("1/1:1:1", "1/2:1:1"))).toMatchObject({
      message: "--parent names a dataset twice.",
    });
    for (const wrong of ["1/1", "1:5", "1/1:5", "1/1:5:1:1", "1/1:5:x"]) {
      const error = await refusal(buyer, publish(wrong));
      expect(error, wrong).toMatchObject({ exitCode: 2, message: expect.stringContaining("--parent is") });
    }
    expect(await refusal(buyer, publish("no-such.json"))).toMatchObject({ exitCode: 2 });
    expect(await refusal(owner, grantArgs("--share", "100.01", "--out", file("x.json")))).toMatchObject({
      message: "--share is 100.01 %.",
    });
  });
});
