import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Offer, type RailName, type WatchedEvent, watchLicense, watchRail } from "../../src/index.js";
import { openAnother, publishAndOffer, purchase, startWorld, type World } from "./support.js";

let world: World;
let offer: Offer;
const stops: (() => void)[] = [];

beforeAll(async () => {
  world = await startWorld();
  const first = await publishAndOffer(world);
  offer = await openAnother(world, first, { railTerms: { rail: "meter", kind: "Rows", thaw: 3600 } });
  await world.mint(world.buyer.account.address, 100n * offer.price);
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
afterAll(() => world?.chain.stop());

/** What a watcher was told, as it stands after all additions and removals. */
function follow(
  start: (told: {
    onAdded: (events: WatchedEvent[]) => void;
    onRemoved: (events: WatchedEvent[]) => void;
    onError: (error: Error) => void;
  }) => () => void,
) {
  const standing: WatchedEvent[] = [];
  const removed: WatchedEvent[] = [];
  const errors: Error[] = [];
  stops.push(
    start({
      onAdded: (events) => standing.push(...events),
      onRemoved: (events) => {
        for (const event of events) expect(standing.pop()).toEqual(event);
        removed.push(...events);
      },
      onError: (error) => errors.push(error),
    }),
  );
  return { standing, removed, errors, names: () => standing.map(({ eventName }) => eventName) };
}

const rail = (name: RailName, change: object = {}) =>
  follow((told) => watchRail(world.buyer, { deployment: world.deployment, rail: name, ...told, ...change }));
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 20 });
const anvil = <result>(method: string, ...params: unknown[]) =>
  world.owner.request({ method, params } as never) as Promise<result>;

describe("watching", () => {
  it("tells of one license's events on all contracts, from any block on", async () => {
    const { licenseId } = await purchase(world, offer);
    await purchase(world, offer);
    const told = follow((listener) =>
      watchLicense(world.buyer, { deployment: world.deployment, licenseId, fromBlock: 0n, ...listener }),
    );
    await eventually(() => expect(told.names()).toEqual(["LicenseMinted", "MeterOpened"]));
    expect(told.standing).toMatchObject([
      { contract: "LicenseToken", args: { licenseId } },
      { contract: "MeterRail", args: { licenseId, deposit: offer.price } },
    ]);
    expect(told.errors).toEqual([]);
  });

  it("begins with the next block unless told", async () => {
    await purchase(world, offer);
    const told = rail("meter");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { licenseId } = await purchase(world, offer);
    await eventually(() => expect(told.standing).toMatchObject([{ eventName: "MeterOpened", args: { licenseId } }]));
  });

  it("takes back what a reorganization undid, and tells what came instead", async () => {
    const told = rail("meter", { fromBlock: (await world.buyer.getBlockNumber({ cacheTime: 0 })) + 1n });
    const kept = await purchase(world, offer);
    await eventually(() => expect(told.names()).toContain("MeterOpened"));
    const before = told.standing.length;
    const snapshot = await anvil<string>("evm_snapshot");
    const undone = [await purchase(world, offer), await purchase(world, offer)];
    await eventually(() => expect(told.standing).toHaveLength(before + 2));
    await anvil("evm_revert", snapshot);
    // Other blocks than before, and more of them.
    await world.pass(1_000);
    for (let i = 0; i < 6; i++) await world.owner.mine({ blocks: 1 });
    await eventually(() => expect(told.standing).toHaveLength(before));
    expect(told.removed.map(({ args }) => args.licenseId)).toEqual(undone.map(({ licenseId }) => licenseId).reverse());
    const again = await purchase(world, offer);
    await eventually(() => expect(told.standing).toHaveLength(before + 1));
    expect(told.standing.map(({ args }) => args.licenseId).slice(-2)).toEqual([kept.licenseId, again.licenseId]);
    expect(told.errors).toEqual([]);
  });

  it("says when more was undone than it remembers", async () => {
    const snapshot = await anvil<string>("evm_snapshot");
    const told = rail("meter", { fromBlock: (await world.buyer.getBlockNumber({ cacheTime: 0 })) + 1n, depth: 2 });
    for (let i = 0; i < 5; i++) await purchase(world, offer);
    await eventually(() => expect(told.standing).toHaveLength(5));
    await anvil("evm_revert", snapshot);
    await world.pass(5_000);
    for (let i = 0; i < 20; i++) await world.owner.mine({ blocks: 1 });
    await eventually(() => expect(told.errors.length).toBeGreaterThan(0));
    expect(told.errors[0]?.message).toMatch(/last 2 blocks/);
  });

  it("goes on after a node that did not answer, and loses nothing", async () => {
    const broken = { ...world.buyer, request: world.buyer.request } as typeof world.buyer;
    let fails = 3;
    broken.request = (async (...parameters: Parameters<typeof world.buyer.request>) => {
      const [{ method }] = parameters as [{ method: string }];
      if (method === "eth_getLogs" && fails-- > 0) throw new Error("no answer");
      return world.buyer.request(...parameters);
    }) as typeof world.buyer.request;
    const fromBlock = (await world.buyer.getBlockNumber({ cacheTime: 0 })) + 1n;
    const told = follow((listener) =>
      watchRail(broken, { deployment: world.deployment, rail: "meter", fromBlock, ...listener }),
    );
    await purchase(world, offer);
    await eventually(() => expect(told.names()).toEqual(["MeterOpened"]));
    expect(told.errors).toHaveLength(3);
  });
});
