import type { ShareTerms, Standing, shareAccountOf } from "@colophon-protocol/sdk";
import { moment } from "../ui/format";
import type { Warning } from "./stream-words";

/** Where a license stands with its statements, as the SDK reads it. */
export type ShareAccount = Awaited<ReturnType<typeof shareAccountOf>>;

/** The next statement: for which period, when that is over, until when it is in time, and when access stops. */
export interface NextStatement {
  period: number;
  over: number;
  dueAt: number;
  cutAt: number;
}

/** The next statement that is due; undefined when nothing is due any more. */
export function nextStatement(account: ShareAccount, { due, cure }: ShareTerms): NextStatement | undefined {
  const { nextPeriod: period, lastPeriod, dueAt, closed } = account;
  if (lastPeriod !== undefined && period > lastPeriod) return undefined;
  if (closed && lastPeriod === undefined) return undefined;
  return { period, over: dueAt - due, dueAt, cutAt: dueAt + cure };
}

/** What statements and debts ask to be looked at, the gravest first; undefined when all is well. */
export function shareWarning(
  account: ShareAccount,
  terms: ShareTerms,
  standing: Standing,
  now: number,
  amount: (base: bigint) => string,
): Warning | undefined {
  if (account.frozen) {
    return { urgent: true, title: "A dispute holds this license.", text: "Nobody has access, and its money waits." };
  }
  if (account.debt > 0n) {
    const late = now > account.debtDueAt;
    const stop = moment(account.debtDueAt + terms.cure);
    const text = late ? `It is late; access stops ${stop}.` : `It is due ${moment(account.debtDueAt)}.`;
    return {
      urgent: late,
      title: `An audit found ${amount(account.debt)} more.`,
      text: standing === "Breach" ? "Access is cut until it is paid." : text,
    };
  }
  const next = nextStatement(account, terms);
  if (!next || now < next.over) return undefined;
  if (standing === "Breach") {
    return {
      urgent: true,
      title: `Access is cut: period ${next.period} is not stated.`,
      text: "State it and pay, and access is back at once.",
    };
  }
  if (now > next.dueAt) {
    return {
      urgent: true,
      title: `The statement of period ${next.period} is overdue since ${moment(next.dueAt)}.`,
      text: `Access stops ${moment(next.cutAt)} unless you state it and pay before.`,
    };
  }
  return {
    urgent: false,
    title: `Period ${next.period} is over.`,
    text: `State its revenue and pay until ${moment(next.dueAt)}.`,
  };
}
