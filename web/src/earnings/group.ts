import type { PayoutLine } from "@colophon-protocol/sdk/indexer";

/** What one dataset earned an account under one split, in one month and token; base units of `token`, `net` of `netToken`. */
export interface Earned {
  datasetId: bigint | null;
  /** 0 for the owner alone; undefined where the line is of no license, such as a royalty. */
  split: number | undefined;
  /** "2026-11", UTC. */
  month: string;
  kind: PayoutLine["kind"];
  token: PayoutLine["token"];
  netToken: PayoutLine["netToken"];
  lines: number;
  gross: bigint;
  /** Protocol fee and parents' royalties. */
  before: bigint;
  net: bigint;
}

/** Sums a statement's lines by dataset, split, month, kind and token: newest month first, datasets in order. */
export function groupLines(lines: readonly PayoutLine[], splits: ReadonlyMap<bigint, number>): Earned[] {
  const groups = new Map<string, Earned>();
  for (const line of lines) {
    const { datasetId, licenseId, kind, token, netToken } = line;
    const split = licenseId === null ? undefined : splits.get(licenseId);
    const month = new Date(Number(line.time) * 1000).toISOString().slice(0, 7);
    const key = [datasetId, split, month, kind, token, netToken].join(" ");
    const sum = groups.get(key) ?? {
      ...{ datasetId, split, month, kind, token, netToken },
      ...{ lines: 0, gross: 0n, before: 0n, net: 0n },
    };
    groups.set(key, {
      ...sum,
      lines: sum.lines + 1,
      gross: sum.gross + line.gross,
      before: sum.before + line.fee + line.royalty,
      net: sum.net + line.net,
    });
  }
  return [...groups.values()].sort(inOrder);
}

function inOrder(a: Earned, b: Earned): number {
  const [left, right] = [a.datasetId ?? -1n, b.datasetId ?? -1n];
  if (left !== right) return left < right ? -1 : 1;
  return b.month.localeCompare(a.month) || (a.split ?? -1) - (b.split ?? -1);
}

/** "November 2026" for "2026-11". */
export function monthInWords(month: string): string {
  const options = { month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Date(`${month}-01T00:00:00Z`).toLocaleDateString("en-GB", options);
}

/** First seconds of this month, of the one before, and of this year (UTC), as days. */
export function presets(now: number): { name: string; from?: string; to?: string }[] {
  const date = new Date(now * 1000);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const day = (y: number, m: number) => new Date(Date.UTC(y, m, 1)).toISOString().slice(0, 10);
  return [
    { name: "All time" },
    { name: "This month", from: day(year, month) },
    { name: "Last month", from: day(year, month - 1), to: day(year, month) },
    { name: "This year", from: day(year, 0) },
    { name: "Last year", from: day(year - 1, 0), to: day(year, 0) },
  ];
}

/** The first second of a day in UTC; undefined stays open. */
export const secondsOf = (day: string | undefined) =>
  day === undefined ? undefined : BigInt(Date.parse(`${day}T00:00:00Z`) / 1000);
