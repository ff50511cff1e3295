import { meterRailAbi, revenueShareRailAbi, streamOffersAbi } from "@colophon-protocol/contracts";
import type { Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  buildOffer,
  checkRailTerms,
  METER_MODES,
  type MeterTerms,
  meterAmountFor,
  meterUnitsFor,
  type Offer,
  packMeterTerms,
  packShareTerms,
  packStreamTerms,
  type ShareTerms,
  STREAM_PROOFS,
  type StreamTerms,
  shareOwedFor,
  streamDealOf,
  streamRateFor,
  UNIT_KINDS,
  unpackMeterTerms,
  unpackShareTerms,
  unpackStreamTerms,
} from "../../src/index.js";
import { PRICE, startWorld, type World } from "./support.js";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.chain.stop());

/** A generator with a seed, so that a failure can be run again. */
function seeded(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const upTo = (max: number) => Math.floor(next() * (max + 1));
  const big = (bits: number) => BigInt(Math.floor(next() * 2 ** 32)) % (1n << BigInt(bits));
  return { upTo, big, pick: <value>(values: readonly value[]) => values[upTo(values.length - 1)] as value };
}
type Random = ReturnType<typeof seeded>;

function meterTerms({ upTo, big, pick }: Random): MeterTerms {
  let from = 0;
  const tiers = Array.from({ length: upTo(4) }, () => {
    from += 1 + upTo(5_000);
    return { from, priceBps: upTo(12_000) };
  });
  const mode = pick(METER_MODES);
  const included = big(12);
  return {
    kind: pick(UNIT_KINDS.slice(1)),
    mode,
    scale: upTo(6),
    thaw: 3600 + upTo(86_400),
    grace: mode === "Prepaid" ? 0 : upTo(86_400),
    included,
    cap: included + 1n + big(30),
    minimum: upTo(20),
    tiers,
  };
}

function streamTerms({ upTo, pick, big }: Random): StreamTerms {
  return {
    period: 1 + upTo(31_536_000),
    epoch: 3600 + upTo(86_400),
    window: upTo(2 ** 32 - 1),
    openFor: upTo(2 ** 32 - 1),
    defaultAfter: upTo(2 ** 32 - 1),
    notice: upTo(2 ** 32 - 1),
    grace: upTo(2 ** 24 - 1),
    holdbackBps: upTo(65_535),
    proof: pick(STREAM_PROOFS),
    defaultRefund: upTo(1) === 1,
    contestBond: big(32) << 90n,
    leastAssurance: upTo(255),
  };
}

function shareTerms({ upTo }: Random): ShareTerms {
  return {
    period: upTo(2 ** 32 - 1),
    due: upTo(2 ** 32 - 1),
    cure: upTo(2 ** 32 - 1),
    auditWindow: upTo(2 ** 32 - 1),
    shareBps: upTo(65_535),
    countersigned: upTo(1) === 1,
    auditor: world.ada.account.address,
  };
}

const addressOf = (name: string) => world.deployment.contracts[name]?.address as Hex;
const at = () => ({ deployment: world.deployment });
const bare = (change: Partial<Parameters<typeof buildOffer>[0]> = {}): Offer =>
  buildOffer({
    seller: world.owner.account.address,
    datasetId: 1n,
    termsId: `0x${"11".repeat(32)}`,
    token: world.usdc,
    price: PRICE,
    provider: world.provider.account.address,
    ...change,
  });

describe("rail terms are packed as on chain", () => {
  it("of meters, with what units cost under them", async () => {
    const random = seeded(4);
    const rail = { address: addressOf("MeterRail"), abi: meterRailAbi } as const;
    for (let round = 0; round < 40; round++) {
      const terms = meterTerms(random);
      const packed = packMeterTerms(terms);
      const tiers = Array.from({ length: 4 }, (_, i) => terms.tiers[i] ?? { from: 0, priceBps: 0 });
      const struct = { ...terms, kind: UNIT_KINDS.indexOf(terms.kind), mode: METER_MODES.indexOf(terms.mode), tiers };
      expect(
        await world.owner.readContract({ ...rail, functionName: "packTerms", args: [struct as never] }),
        JSON.stringify(terms, String),
      ).toEqual(packed);
      expect(unpackMeterTerms(packed)).toEqual(terms);
      const offer = bare({ price: 1n + random.big(32), rail: 3, railTerms: packed });
      for (const units of [0n, terms.included, terms.included + 1n, random.big(30), terms.cap]) {
        const onChain = await world.owner.readContract({ ...rail, functionName: "amountFor", args: [offer, units] });
        expect(meterAmountFor(offer, units)).toBe(onChain);
        const most = meterUnitsFor(offer, onChain);
        expect(most >= units || most === terms.cap).toBe(true);
        expect(meterAmountFor(offer, most)).toBeLessThanOrEqual(onChain);
      }
    }
  });

  it("of streams, with the rate that a price comes to", async () => {
    const random = seeded(5);
    const offers = { address: addressOf("StreamOffers"), abi: streamOffersAbi } as const;
    for (let round = 0; round < 40; round++) {
      const terms = streamTerms(random);
      const struct = { ...terms, proof: STREAM_PROOFS.indexOf(terms.proof) };
      const packed = packStreamTerms(terms);
      expect(await world.owner.readContract({ ...offers, functionName: "packTerms", args: [struct] })).toEqual(packed);
      expect(unpackStreamTerms(packed)).toEqual(terms);
      const sound = bare({ price: PRICE + random.big(32), railTerms: { rail: "stream", period: terms.period } });
      const { rate, decimals } = await streamDealOf(world.owner, { ...at(), offer: sound });
      expect(streamRateFor(sound.price, decimals, terms.period)).toBe(rate);
    }
  });

  it("of revenue shares, with what revenue makes due", async () => {
    const random = seeded(6);
    const rail = { address: addressOf("RevenueShareRail"), abi: revenueShareRailAbi } as const;
    for (let round = 0; round < 40; round++) {
      const terms = shareTerms(random);
      const packed = packShareTerms(terms);
      expect(await world.owner.readContract({ ...rail, functionName: "packTerms", args: [terms] })).toEqual(packed);
      expect(unpackShareTerms(packed)).toEqual(terms);
      const offer = bare({ price: random.big(32), railTerms: { rail: "share", shareBps: 1 + random.upTo(9_999) } });
      const revenue = random.big(32) * 1000n;
      const onChain = await world.owner.readContract({ ...rail, functionName: "owedFor", args: [offer, revenue] });
      expect(shareOwedFor(offer, revenue)).toBe(onChain);
    }
  });
});

describe("checkRailTerms", () => {
  it.each([
    ["escrow", {}],
    ["stream by report", { rail: "stream" }],
    ["stream by time", { rail: "stream", proof: "Time" }],
    ["stream by receipts", { rail: "stream", proof: "ComputeReceipt" }],
    ["stream by adherence", { rail: "stream", proof: "Adherence" }],
    ["prepaid meter", { rail: "meter", kind: "Rows" }],
    ["post-paid meter", { rail: "meter", kind: "Tokens", mode: "Postpaid", cap: 1_000_000n, scale: 3 }],
    ["share", { rail: "share", shareBps: 500 }],
  ] as const)("accepts the defaults of %s", async (_, railTerms) => {
    await expect(checkRailTerms(world.owner, { ...at(), offer: bare({ railTerms }) })).resolves.toBeUndefined();
  });

  it.each([
    ["thaw", { rail: "meter", kind: "Rows", thaw: 60 }],
    ["cap", { rail: "meter", kind: "Rows", mode: "Postpaid" }],
    ["epoch", { rail: "stream", epoch: 60 }],
    ["window", { rail: "stream", proof: "ComputeReceipt", window: 3600 }],
    ["leastAssurance", { rail: "stream", proof: "Adherence", leastAssurance: 5 }],
    ["period", { rail: "share", shareBps: 500, period: 60 }],
    ["sla", { rail: "escrow", sla: 60 }],
  ] as const)("names %s when it is out of bounds", async (field, railTerms) => {
    const error = await checkRailTerms(world.owner, { ...at(), offer: bare({ railTerms }) }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "reverted", data: { errorName: "PaymentRail_BadTerms" } });
    expect(error.shortMessage).toContain(field);
  });
});
