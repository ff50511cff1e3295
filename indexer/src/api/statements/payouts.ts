import type {
  PayoutLine,
  PayoutStatement,
  PayoutTotal,
  Period,
  RoyaltyTotal,
  SentTotal,
  WaitingTotal,
} from "@colophon-protocol/sdk/indexer";
import type { Address } from "viem";
import {
  type DistributionRow,
  groupBy,
  inOrder,
  type ListPayoutRow,
  numberOf,
  type PaymentRow,
  type PayoutRow,
  type Place,
  type PoolRow,
  type Sums,
  sumOf,
} from "./rows";

/** What an account's statement is made of; everything but `*Before` lies within the period. */
export interface PayoutRows {
  /** Releases of which the account is the owner. */
  owned: readonly DistributionRow[];
  /** Payouts to pools of which it is a member. */
  pools: readonly PoolRow[];
  /** Releases in whose transactions pools were paid or it was credited. */
  releases: readonly DistributionRow[];
  /** Payouts to itself. */
  payouts: readonly PayoutRow[];
  /** What was deferred or credited, and claimed, before the period. */
  waitingBefore: readonly { source: Address; token: Address; added: bigint; claimed: bigint }[];
  /** Royalties accrued to it, and paid out with the part of its own parents. */
  accrued: readonly Sums[];
  royaltiesPaid: readonly Sums[];
  /** Bonds that came to it from contests that it did not start. */
  bonds: readonly PaymentRow[];
  /** What datasets' owners paid it for licenses that they took. */
  resales: readonly PaymentRow[];
  /** What lists of contributors paid of its part. */
  lists: readonly ListPayoutRow[];
}

/** Who asks, about when. */
interface Question {
  chainId: number;
  account: Address;
  period: Period;
  distributor: Address;
}

/** An account's payout statement, from rows alone. */
export function buildPayoutStatement(question: Question, rows: PayoutRows): Omit<PayoutStatement, "tokens"> {
  const { chainId, account, period, distributor } = question;
  const lines = linesOf(rows).sort(inOrder);
  const waiting = waitingOf(rows);
  return {
    document: "colophon-payout-statement",
    chainId,
    account,
    period,
    lines,
    totals: totalsOf(lines),
    waiting,
    royalties: royaltiesOf(rows),
    sent: sentOf(lines, waiting, distributor),
  };
}

function linesOf({ owned, pools, releases, payouts, bonds, resales, lists }: PayoutRows): PayoutLine[] {
  const own = owned.map((row) => ({
    kind: "OWNER" as const,
    ...releaseOf(row),
    netToken: row.token,
    net: row.toOwner,
  }));
  const shares = pools.map((row) => ({
    kind: "POOL" as const,
    ...releaseOf(releaseBefore(releases, row)),
    ...placeOf(row),
    netToken: row.superToken,
    // A pool pays whole shares only: what did not divide was left as dust before.
    net: (row.distributed * BigInt(row.shareBps)) / BigInt(row.totalBps),
  }));
  const direct = payouts.flatMap((row): PayoutLine[] => {
    const { token, amount: net, gross } = row;
    const paid = { ...placeOf(row), netToken: token, net };
    if (row.kind === "CREDIT") return [{ kind: "CREDIT", ...releaseOf(releaseBefore(releases, row)), ...paid }];
    const alone = { licenseId: null, token, gross, fee: 0n };
    if (row.kind === "ROYALTY") {
      const datasetId = row.datasetRef === null ? null : numberOf(row.datasetRef);
      return [{ kind: "ROYALTY", datasetId, ...alone, royalty: gross - net, ...paid }];
    }
    return row.kind === "FEE" ? [{ kind: "FEE", datasetId: null, ...alone, royalty: 0n, ...paid }] : [];
  });
  const won = bonds.map((row) => ({
    kind: "BOND" as const,
    datasetId: null,
    licenseId: row.licenseId,
    ...wholeOf(row),
  }));
  const sold = resales.map((row) => ({
    kind: "RESALE" as const,
    datasetId: null,
    licenseId: row.licenseId,
    ...wholeOf(row),
  }));
  const listed = lists.map((row) => ({
    kind: "LIST" as const,
    datasetId: row.datasetId,
    licenseId: null,
    ...wholeOf(row),
  }));
  return [...own, ...shares, ...direct, ...won, ...sold, ...listed];
}

/** A line of which nobody else has a part. */
const wholeOf = (row: Place & { token: Address; amount: bigint }) => ({
  ...placeOf(row),
  token: row.token,
  gross: row.amount,
  fee: 0n,
  royalty: 0n,
  netToken: row.token,
  net: row.amount,
});

const placeOf = ({ at, transactionHash, logIndex }: Place) => ({ time: at, transactionHash, logIndex });

const releaseOf = (row: DistributionRow) => ({
  ...placeOf(row),
  datasetId: numberOf(row.datasetRef),
  licenseId: row.licenseId,
  token: row.token,
  gross: row.amount,
  fee: row.fee,
  royalty: row.parents,
});

/** The release that a payment to contributors is part of: the last one before it in the same transaction. */
function releaseBefore(releases: readonly DistributionRow[], { transactionHash, logIndex }: Place): DistributionRow {
  const before = releases.filter((row) => row.transactionHash === transactionHash && row.logIndex < logIndex);
  const [first, ...others] = before;
  if (!first) throw new Error(`No release precedes log ${logIndex} of transaction ${transactionHash}.`);
  return others.reduce((last, row) => (row.logIndex > last.logIndex ? row : last), first);
}

function totalsOf(lines: readonly PayoutLine[]): PayoutTotal[] {
  return groupBy(lines, (line) => `${line.token} ${line.netToken}`).map((group) => {
    const [{ token, netToken }] = group as [PayoutLine];
    return {
      token,
      netToken,
      lines: group.length,
      gross: sumOf(group, (line) => line.gross),
      fee: sumOf(group, (line) => line.fee),
      royalty: sumOf(group, (line) => line.royalty),
      net: sumOf(group, (line) => line.net),
    };
  });
}

function waitingOf({ payouts, waitingBefore }: PayoutRows): WaitingTotal[] {
  const moves = [
    ...waitingBefore.map((row) => ({ ...row, opening: row.added - row.claimed, added: 0n, claimed: 0n })),
    ...payouts.flatMap(({ kind, source, token, amount }) => {
      const none = { source, token, opening: 0n, added: 0n, claimed: 0n };
      if (kind === "DEFERRED" || kind === "CREDIT") return [{ ...none, added: amount }];
      return kind === "CLAIM" ? [{ ...none, claimed: amount }] : [];
    }),
  ];
  return groupBy(moves, (move) => `${move.source} ${move.token}`).map((group) => {
    const [{ source, token }] = group as [(typeof moves)[number]];
    const [opening, added, claimed] = [
      sumOf(group, (move) => move.opening),
      sumOf(group, (move) => move.added),
      sumOf(group, (move) => move.claimed),
    ];
    return { source, token, opening, added, claimed, closing: opening + added - claimed };
  });
}

function royaltiesOf({ accrued, royaltiesPaid }: PayoutRows): RoyaltyTotal[] {
  return accrued.map(({ token, before, within }) => {
    const paid = royaltiesPaid.find((row) => row.token === token);
    const opening = before - (paid?.before ?? 0n);
    const paidNow = paid?.within ?? 0n;
    return { token, opening, accrued: within, paid: paidNow, closing: opening + within - paidNow };
  });
}

/** Lines of what pools, lists, rails and buyers of licenses pay: not the distributor. */
const NOT_SENT: ReadonlySet<PayoutLine["kind"]> = new Set(["POOL", "BOND", "RESALE", "LIST"]);

function sentOf(lines: readonly PayoutLine[], waiting: readonly WaitingTotal[], distributor: Address): SentTotal[] {
  const moves = [
    ...lines.filter(({ kind }) => !NOT_SENT.has(kind)).map(({ token, net }) => ({ token, sent: net })),
    ...waiting
      .filter(({ source }) => source === distributor)
      .map(({ token, added, claimed }) => ({ token, sent: claimed - added })),
  ];
  return groupBy(moves, ({ token }) => token).map((group) => {
    const [{ token }] = group as [SentTotal];
    return { token, sent: sumOf(group, ({ sent }) => sent) };
  });
}
