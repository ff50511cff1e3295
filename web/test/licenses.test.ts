import type { LiveState, Meter, ShareTerms, StreamState } from "@colophon-protocol/sdk";
import { shareTermsDefaults } from "@colophon-protocol/sdk";
import type { LicenseEntity, PayoutLine } from "@colophon-protocol/sdk/indexer";
import { describe, expect, it } from "vitest";
import { groupLines, monthInWords, presets, secondsOf } from "../src/earnings/group.js";
import { liveWarning, passedSoFar } from "../src/license/live-words.js";
import { meterWarning } from "../src/license/meter-words.js";
import { opensOf, placeName } from "../src/license/opens.js";
import { resaleInWords, resaleRule, resaleStage } from "../src/license/resale-words.js";
import { nextStatement, type ShareAccount, shareWarning } from "../src/license/share-words.js";
import { streamWarning } from "../src/license/stream-words.js";

const DAY = 86_400;
const NOW = 1_800_000_000;
const amount = (base: bigint) => `${base} units`;

describe("selling a license on", () => {
  const license = (flags: number, termsFlags: number) =>
    ({ flags, offer: { terms: { flags: termsFlags } } }) as unknown as Parameters<typeof resaleRule>[0];

  it("is as license and terms say", () => {
    expect(resaleRule(license(0, 128))).toBe("never");
    expect(resaleRule(license(16, 2))).toBe("free");
    expect(resaleRule(license(16, 2 | 128))).toBe("refusal");
  });

  it("is the owner's turn first, then the buyer's, then over; the last second still counts", () => {
    const resale = { buyer: "0x00", price: 1n, announcedAt: 0, refusalUntil: NOW, openUntil: NOW + DAY } as const;
    expect([NOW, NOW + 1, NOW + DAY, NOW + DAY + 1].map((now) => resaleStage(resale, now))).toEqual([
      "owner",
      "buyer",
      "buyer",
      "over",
    ]);
    expect(resaleInWords(resale, NOW)).toMatch(/owner may take the license until/);
    expect(resaleInWords(resale, NOW + 1)).toMatch(/can move to the buyer until/);
    expect(resaleInWords(resale, NOW + 2 * DAY)).toMatch(/Announce it again/);
  });
});

describe("liveWarning", () => {
  const state = (fields: object, lasts = 30 * DAY) =>
    ({
      live: { frozen: false, ended: false },
      standing: "Current",
      comes: true,
      passes: true,
      balance: { available: 10n * BigInt(lasts), deposit: 5n, netRate: -10n, at: NOW },
      ...fields,
    }) as unknown as LiveState;
  const titleOf = (given: LiveState) => liveWarning(given, NOW, "5 units")?.title;

  it("is silent while it flows and lasts, and once it has ended", () => {
    expect(titleOf(state({}))).toBeUndefined();
    expect(titleOf(state({ live: { frozen: false, ended: true }, passes: false }))).toBeUndefined();
  });

  it("tells a dispute, a buffer that pays alone, a stop and money that runs out apart", () => {
    expect(titleOf(state({ live: { frozen: true, ended: false } }))).toContain("dispute");
    expect(liveWarning(state({ comes: false }), NOW, "5 units")).toMatchObject({ urgent: true });
    expect(titleOf(state({ comes: false }))).toBe("Only the buffer pays.");
    expect(titleOf(state({ comes: false, passes: false }))).toBe("Nothing is passed on.");
    expect(titleOf(state({}, DAY))).toContain("lasts until");
  });

  it("counts what was booked, what is not booked yet, and what vaults that pass on add", () => {
    const vaults = [
      { unbooked: 3n, rate: 4n, passes: true },
      { unbooked: 5n, rate: 6n, passes: false },
    ];
    expect(passedSoFar(state({ vaults }), 100n)).toEqual({ received: 108n, rate: 4n, at: NOW });
  });
});

describe("what a license opens", () => {
  const license = { datasetId: 2n, version: 1, dataset: { name: "Digits and a guide" } } as LicenseEntity;
  const parent = { datasetId: 1n, name: null, status: "TRAINABLE" } as const;
  const link = { childVersion: 1, parentVersion: 3, shareBps: 0, bundle: true, parent };

  it("is its own version, and the components of a bundle that stand", () => {
    const all = opensOf(license, [
      link,
      { ...link, childVersion: 2 },
      { ...link, bundle: false },
      { ...link, parent: { ...parent, status: "SUSPENDED" } },
      { ...link, parent: null },
    ]);
    expect(all.map(({ name, component }) => [name, component])).toEqual([
      ["Digits and a guide", false],
      ["Dataset 1", true],
    ]);
    expect(all.map(placeName)).toEqual(["2-1", "1-3"]);
  });
});

describe("streamWarning", () => {
  const state = (fields: object, lasts = 30 * DAY) =>
    ({
      stream: { grace: 3_600, flagNames: ["opened"] },
      standing: "Current",
      paused: false,
      agreedRate: 10n,
      runningRate: 10n,
      streamed: { received: 0n, rate: 10n, at: NOW },
      balance: { available: 10n * BigInt(lasts), deposit: 5n, netRate: -10n, at: NOW },
      ...fields,
    }) as unknown as StreamState;
  const titleOf = (given: StreamState) => streamWarning(given, NOW, "5 units")?.title;

  it("is silent while the money lasts", () => expect(titleOf(state({}))).toBeUndefined());

  it("warns three days ahead, urgently on the last, and says what is lost when it is too late", () => {
    expect(titleOf(state({}, 2 * DAY))).toContain("lasts until");
    expect(streamWarning(state({}, 2 * DAY), NOW, "5 units")?.urgent).toBe(false);
    expect(streamWarning(state({}, DAY / 2), NOW, "5 units")?.urgent).toBe(true);
    expect(streamWarning(state({}, -60), NOW, "5 units")).toMatchObject({
      urgent: true,
      title: "The payer's money has run out.",
      text: expect.stringContaining("5 units that are locked go to whoever ends it"),
    });
  });

  it("tells pause, stop, grace and dispute apart, and says nothing of what has ended", () => {
    const stopped = { runningRate: 0n, streamed: { received: 1n, rate: 0n, at: NOW } };
    expect(titleOf(state({ ...stopped, paused: true, standing: "Lapsed" }))).toBe("The stream is paused.");
    expect(titleOf(state({ ...stopped, standing: "Lapsed" }))).toBe("The stream has stopped.");
    expect(streamWarning(state({ ...stopped, standing: "Grace" }), NOW, "")?.text).toContain("at most 1 hour");
    expect(titleOf(state({ standing: "Frozen" }))).toBe("A dispute holds this license.");
    expect(titleOf(state({ ...stopped, stream: { grace: 0, flagNames: ["opened", "ended"] } }))).toBeUndefined();
  });
});

describe("meterWarning", () => {
  const meter = (fields: object) =>
    ({
      held: 80n,
      funded: 100n,
      thawing: 0n,
      debt: 0n,
      frozen: false,
      finished: false,
      lapsesAt: 0,
      ...fields,
    }) as Meter;

  it("warns of a deposit that runs low, and not of one that does not", () => {
    expect(meterWarning(meter({}), "Current", "Prepaid", amount)).toBeUndefined();
    expect(meterWarning(meter({ held: 19n }), "Current", "Prepaid", amount)?.title).toBe(
      "19 units of the deposit are left.",
    );
    expect(meterWarning(meter({ thawing: 70n }), "Current", "Prepaid", amount)?.title).toContain("10 units");
    expect(meterWarning(meter({ held: 0n, funded: 0n }), "Current", "Postpaid", amount)).toBeUndefined();
  });

  it("puts debt before everything but a dispute", () => {
    expect(meterWarning(meter({ debt: 7n }), "Grace", "Postpaid", amount)?.title).toBe("7 units are owed.");
    expect(meterWarning(meter({ debt: 7n }), "Lapsed", "Postpaid", amount)?.text).toContain("Access is cut");
    expect(meterWarning(meter({}), "Exhausted", "Prepaid", amount)?.title).toBe("The license is used up.");
    expect(meterWarning(meter({ frozen: true, debt: 7n }), "Frozen", "Postpaid", amount)?.title).toContain("dispute");
  });
});

describe("shareWarning", () => {
  const terms: ShareTerms = { ...shareTermsDefaults, shareBps: 500, period: 90 * DAY, due: 30 * DAY, cure: 14 * DAY };
  const account = (fields: object) =>
    ({
      nextPeriod: 2,
      lastPeriod: undefined,
      dueAt: NOW,
      debt: 0n,
      debtDueAt: 0,
      frozen: false,
      ...fields,
    }) as ShareAccount;
  const warn = (fields: object, now: number, standing: "Current" | "Grace" | "Breach" = "Current") =>
    shareWarning(account(fields), terms, standing, now, amount)?.title;

  it("follows a period from its end over the due day to the breach", () => {
    expect(nextStatement(account({}), terms)).toEqual({
      period: 2,
      over: NOW - 30 * DAY,
      dueAt: NOW,
      cutAt: NOW + 14 * DAY,
    });
    expect(warn({}, NOW - 31 * DAY)).toBeUndefined();
    expect(warn({}, NOW - 30 * DAY)).toBe("Period 2 is over.");
    expect(warn({}, NOW + 1, "Grace")).toContain("The statement of period 2 is overdue since");
    expect(warn({}, NOW + 15 * DAY, "Breach")).toBe("Access is cut: period 2 is not stated.");
  });

  it("asks for what an audit found, and for nothing after the last period", () => {
    expect(warn({ debt: 9n, debtDueAt: NOW + DAY }, NOW)).toBe("An audit found 9 units more.");
    expect(warn({ lastPeriod: 1 }, NOW + 99 * DAY)).toBeUndefined();
    expect(nextStatement(account({ lastPeriod: 1 }), terms)).toBeUndefined();
  });
});

describe("groupLines", () => {
  const line = (fields: Partial<PayoutLine>): PayoutLine => ({
    time: BigInt(Date.UTC(2026, 10, 21) / 1000),
    kind: "OWNER",
    datasetId: 1n,
    licenseId: 1n,
    token: "0x01",
    gross: 100n,
    fee: 2n,
    royalty: 3n,
    netToken: "0x01",
    net: 95n,
    transactionHash: "0x02",
    logIndex: 1,
    ...fields,
  });

  it("sums by dataset, split and month, and loses nothing", () => {
    const lines = [
      line({}),
      line({ licenseId: 2n, net: 60n }),
      line({ time: BigInt(Date.UTC(2026, 11, 1) / 1000) }),
      line({ datasetId: null, licenseId: null, kind: "FEE" }),
    ];
    const groups = groupLines(
      lines,
      new Map([
        [1n, 0],
        [2n, 1],
      ]),
    );
    expect(groups.map(({ datasetId, month, split }) => [datasetId, month, split])).toEqual([
      [null, "2026-11", undefined],
      [1n, "2026-12", 0],
      [1n, "2026-11", 0],
      [1n, "2026-11", 1],
    ]);
    const sum = (values: bigint[]) => values.reduce((all, value) => all + value, 0n);
    expect(sum(groups.map(({ net }) => net))).toBe(sum(lines.map(({ net }) => net)));
    expect(groups[1]).toMatchObject({ lines: 1, gross: 100n, before: 5n, net: 95n });
  });

  it("names months and usual periods in UTC", () => {
    expect(monthInWords("2026-11")).toBe("November 2026");
    expect(presets(Date.UTC(2026, 0, 15) / 1000)[2]).toEqual({
      name: "Last month",
      from: "2025-12-01",
      to: "2026-01-01",
    });
    expect(secondsOf("1970-01-02")).toBe(86_400n);
    expect(secondsOf(undefined)).toBeUndefined();
  });
});
