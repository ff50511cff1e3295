import { parseAbi } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TermsStruct, termsId } from "../../src/formats/terms.js";
import {
  accessTo,
  announceResaleSync,
  cancelResaleSync,
  execute,
  licenseHolder,
  licensesMintedTo,
  licensesReceivedBy,
  type Offer,
  prepareTakeResale,
  REFUSAL_SECONDS,
  RESALE_SECONDS,
  registerTermsSync,
  resaleOf,
  resaleRoyalty,
  takeResale,
  transferLicense,
  transferLicenseSync,
} from "../../src/index.js";
import { openAnother, PRICE, publishAndOffer, purchase, startWorld, terms, type World } from "./support.js";

let world: World;
/** Transferable, with the owner's first refusal. */
let offer: Offer;
const at = () => ({ deployment: world.deployment });
const address = (who: "owner" | "buyer" | "ada") => world[who].account.address;
const resold: TermsStruct = { ...terms, flags: 2 | 128, resaleRoyaltyBps: 333 };

beforeAll(async () => {
  world = await startWorld();
  const first = await publishAndOffer(world);
  await registerTermsSync(world.owner, { ...at(), terms: resold });
  offer = await openAnother(world, first, { termsId: termsId(resold) });
  await world.mint(address("buyer"), 100n * PRICE);
});
afterAll(() => world?.chain.stop());

const announce = (licenseId: bigint, price = PRICE) =>
  announceResaleSync(world.buyer, { ...at(), licenseId, buyer: address("ada"), price });

describe("a resale under a first refusal", () => {
  it("has the windows of the contract", async () => {
    const abi = parseAbi([
      "function REFUSAL_WINDOW() view returns (uint40)",
      "function RESALE_WINDOW() view returns (uint40)",
    ]);
    const token = { address: world.deployment.contracts.LicenseToken?.address as `0x${string}`, abi } as const;
    const read = (functionName: "REFUSAL_WINDOW" | "RESALE_WINDOW") =>
      world.owner.readContract({ ...token, functionName });
    expect(await read("REFUSAL_WINDOW")).toBe(REFUSAL_SECONDS);
    expect(await read("RESALE_WINDOW")).toBe(RESALE_SECONDS);
  });

  it("is announced, replaced and taken back", async () => {
    const { licenseId } = await purchase(world, offer);
    expect(await resaleOf(world.buyer, { ...at(), licenseId })).toBeUndefined();
    const { refusalUntil, openUntil } = await announce(licenseId);
    await announce(licenseId, 7n);
    expect(await resaleRoyalty(world.buyer, { ...at(), licenseId, price: 100n })).toEqual({
      ...{ receiver: address("owner"), amount: 3n },
    });
    const resale = await resaleOf(world.buyer, { ...at(), licenseId });
    expect(resale).toMatchObject({ buyer: address("ada"), price: 7n });
    expect(resale?.refusalUntil).toBeGreaterThanOrEqual(refusalUntil);
    expect(openUntil - refusalUntil).toBe(RESALE_SECONDS);
    await cancelResaleSync(world.buyer, { ...at(), licenseId });
    expect(await resaleOf(world.buyer, { ...at(), licenseId })).toBeUndefined();
  });

  it("is the owner's to take at the price announced, with what that needs as data", async () => {
    const { licenseId } = await purchase(world, offer);
    const deal = { ...at(), licenseId, offer };
    await expect(prepareTakeResale(world.owner, deal)).rejects.toMatchObject({ code: "guard" });
    await announce(licenseId);
    await expect(prepareTakeResale(world.owner, { ...deal, maxPrice: PRICE - 1n })).rejects.toMatchObject({
      code: "guard",
    });
    const poor = await prepareTakeResale(world.owner, deal);
    expect(poor.requirements.map(({ type }) => type)).toEqual(["balance", "approval"]);
    await world.mint(address("owner"), PRICE);
    const prepared = await prepareTakeResale(world.owner, { ...deal, maxPrice: PRICE });
    expect(prepared).toMatchObject({ holder: address("buyer"), price: PRICE });
    const before = await world.balance(address("buyer"));
    const { receipt } = await execute(world.owner, prepared);
    expect(takeResale.extractEvent(receipt.logs)).toMatchObject({ holder: address("buyer"), price: PRICE });
    expect(await world.balance(address("buyer"))).toBe(before + PRICE);
    expect(await licenseHolder(world.owner, { ...at(), licenseId })).toBe(address("owner"));
  });

  it("moves to the announced buyer once the owner's time is over, and not before", async () => {
    const { licenseId } = await purchase(world, offer);
    await announce(licenseId);
    const move = { ...at(), licenseId, from: address("buyer"), to: address("ada") };
    await expect(transferLicense(world.buyer, move)).rejects.toMatchObject({
      data: { errorName: "LicenseToken_FirstRefusal" },
      hint: expect.stringMatching(/announceResale/),
    });
    await world.pass(REFUSAL_SECONDS + 1);
    await transferLicenseSync(world.buyer, move);
    const account = address("ada");
    expect(await licensesReceivedBy(world.ada, { ...at(), account })).toEqual([licenseId]);
    expect(await licensesMintedTo(world.ada, { ...at(), licensee: account })).toEqual([]);
    const user = address("ada");
    const query = { ...at(), licenseId, user, datasetId: offer.datasetId, version: 1, uses: ["train"] as const };
    expect(await accessTo(world.ada, query)).toBe("Granted");
    expect(await accessTo(world.ada, { ...query, user: address("buyer") })).toBe("NotHolder");
    expect(await accessTo(world.ada, { ...query, datasetId: 99n })).toBe("VersionNotLicensed");
  });
});
