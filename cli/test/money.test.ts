// Where money ends up, to the last unit of plain tokens: sales, resales, splits and lists, by commands alone.
import { writeFile } from "node:fs/promises";
import { FLAG_NAMES, termsBytes, termsTemplates } from "@colophon-protocol/sdk/formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, type Market, type Person, startMarket } from "./market.js";
import { errorOf, ingest } from "./support.js";

let market: Market;
let [owner, buyer, provider, other, third] = [] as unknown as [Person, Person, Person, Person, Person];
let dataset: string;
const file = (name: string) => market.file(name);
const usdc = ["--token", "TestUSDC"];

beforeAll(async () => {
  market = await startMarket();
  ({ owner, buyer, provider, auditor: other } = market);
  third = market.personAt(5);
  const { store } = await ingest(market.folder, "Numbers", { "numbers.txt": "1 2 3" });
  dataset = (await owner.json("dataset", "publish", store)).datasetId;
  await market.encode(owner, { datasetId: BigInt(dataset) });
}, 180_000);
afterAll(() => market?.stop());

const open = (name: string, price: string, ...options: string[]) =>
  owner.json(...["offer", "open", "--dataset", dataset, ...usdc, "--price", price, ...options, "--out", file(name)]);
const buy = async (name: string): Promise<string> => (await buyer.json("license", "buy", file(name))).licenseId;
/** What an act changes in balances, base units. */
async function changes(people: readonly Person[], act: () => Promise<unknown>): Promise<bigint[]> {
  const balances = () => Promise.all(people.map(({ address }) => market.balance(address)));
  const before = await balances();
  await act();
  return (await balances()).map((amount, i) => amount - (before[i] as bigint));
}

describe("a license that is sold on", () => {
  let id: string;

  it("costs its price, of which the fee is the treasury's", async () => {
    const flags = FLAG_NAMES.filter((flag) => ["commercial", "transferable", "first-refusal"].includes(flag));
    const terms = { ...termsTemplates["train-only"], name: "resold", flags, resaleRoyaltyBps: 1000 };
    await writeFile(file("terms.json"), termsBytes(terms));
    await owner.json("terms", "register", file("terms.json"));
    await open("resold.json", "20", "--terms", file("terms.json"));
    const sold = await changes([buyer, owner], async () => {
      id = await buy("resold.json");
      await buyer.json("license", "confirm", id);
    });
    expect(sold).toEqual([-20_000_000n, 19_500_000n]);
  });

  it("names the royalty that its terms ask for, and goes to the owner who takes it at the announced price", async () => {
    await buyer.json("resale", "announce", id, "--buyer", other.address, "--price", "25.000005");
    expect(await other.json("resale", "show", id)).toMatchObject({
      ...{ price: "25.000005 USDC", royalty: "2.5 USDC", royaltyTo: owner.address },
    });
    expect(await other.json("resale", "show", id, "--price", "7")).toMatchObject({ royalty: "0.7 USDC" });
    await market.mint(owner.address, 25_000_005n);
    const taken = await changes([buyer, owner, other], () => owner.json("resale", "take", id));
    expect(taken).toEqual([25_000_005n, -25_000_005n, 0n]);
    expect(await owner.json("resale", "show", id)).toEqual({ licenseId: id, holder: owner.address, announced: false });
    const access = ["license", "access", id, "--uses", "train"];
    expect(await buyer.json(...access)).toMatchObject({ access: "NotHolder" });
    expect(await owner.json(...access)).toMatchObject({ access: "Granted" });
  });

  it("moves on to the announced buyer, which moves no money and takes what was paid before along", async () => {
    await owner.json("resale", "announce", id, "--buyer", other.address, "--price", "30");
    await market.pass(7 * DAY + 1);
    // Too late for the owner's refusal, even its own.
    await market.mint(owner.address, 30_000_000n);
    const late = errorOf(await owner.run("resale", "take", id));
    expect(late).toMatchObject({ exitCode: 3, errorName: "LicenseToken_NothingToTake" });
    const people = [buyer, owner, other];
    const moved = await changes(people, () => owner.json("resale", "transfer", id, "--to", other.address));
    expect(moved).toEqual([0n, 0n, 0n]);
    expect(await other.json("license", "access", id, "--uses", "train")).toMatchObject({ access: "Granted" });
    expect(await other.json("license", "list")).toMatchObject([
      { licenseId: id, datasetId: dataset, access: "Granted" },
    ]);
    expect(await buyer.json("license", "list")).toEqual([]);
  });
});

describe("a list of contributors", () => {
  let list: string;
  const claim = (who: Person) => who.json("contributors", "claim", list, ...usdc);

  it("pays each its part of every sale by a proof, rounded down once", async () => {
    const units = [
      { account: provider.address, units: "3" },
      { account: other.address, units: "1" },
      { account: third.address, units: "3" },
    ];
    await writeFile(file("list.json"), JSON.stringify(units));
    ({ list } = await owner.json("contributors", "create", file("list.json"), "--dataset", dataset));
    const { split } = await owner.json("revenue", "split", "--dataset", dataset, "--member", `${list}:40`);
    await open("shared.json", "100", "--terms", "train-only", "--split", String(split));
    const sold = await changes([buyer, owner], async () => {
      await buyer.json("license", "confirm", await buy("shared.json"));
    });
    // Of 97.5 after the fee, 40 % wait for the list.
    expect(sold).toEqual([-100_000_000n, 58_500_000n]);

    const claimed = await changes([provider, other, third], async () => {
      for (const each of [provider, other, third]) await claim(each);
    });
    // Of 39 USDC three, one and three sevenths.
    expect(claimed).toEqual([16_714_285n, 5_571_428n, 16_714_285n]);
    expect((await claim(other)).steps).toEqual([]);
  });

  it("pays what came since, and nothing twice", async () => {
    for (const _ of [1, 2]) await buyer.json("license", "confirm", await buy("shared.json"));
    const plan = await other.json("contributors", "claim", list, ...usdc, "--dry-run");
    expect(plan).toMatchObject({ units: "1", totalUnits: "7", dueWrapped: "11.142857 USDC", due: "0 USDC" });
    const claimed = await changes([provider, other, third], async () => {
      for (const each of [third, other, other]) await claim(each);
    });
    expect(claimed).toEqual([0n, 11_142_857n, 33_428_571n]);
  });

  it("pays members of a split beside it from the same sale", async () => {
    const members = [`${list}:40`, `${third.address}:20`];
    const { split } = await owner.json("revenue", "split", "--dataset", dataset, "--member", ...members);
    await open("both.json", "10", "--terms", "train-only", "--split", String(split));
    await buyer.json("license", "confirm", await buy("both.json"));
    const collect = ["revenue", "collect", "--dataset", dataset, ...usdc, "--split", String(split)];
    const collected = await changes([third], () => third.json(...collect));
    // Of 9.75 a fifth, and the unit that its two claims from the list left wrapped in parts.
    expect(collected).toEqual([1_950_001n]);
    const claimed = await changes([other], () => claim(other));
    // Of 3.9 a seventh.
    expect(claimed).toEqual([557_142n]);
  });
});
