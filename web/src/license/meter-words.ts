import type { Meter, Standing } from "@colophon-protocol/sdk";
import { moment } from "../ui/format";
import type { Warning } from "./stream-words";

/** Part of what was paid in, in percent, below which a deposit is called low. */
const LOW = 20n;

/** What a meter's state asks to be looked at; undefined when all is well. */
export function meterWarning(
  meter: Meter,
  standing: Standing,
  mode: "Prepaid" | "Postpaid",
  amount: (base: bigint) => string,
): Warning | undefined {
  if (standing === "Closed" || meter.finished) return undefined;
  if (meter.frozen) {
    return { urgent: true, title: "A dispute holds this license.", text: "Nobody has access, and its money waits." };
  }
  if (meter.debt > 0n) {
    const text =
      standing === "Lapsed"
        ? "Access is cut until it is paid."
        : `Access stops ${moment(meter.lapsesAt)} unless it is paid.`;
    return { urgent: true, title: `${amount(meter.debt)} are owed.`, text };
  }
  if (standing === "Exhausted") {
    return {
      urgent: true,
      title: "The license is used up.",
      text: mode === "Prepaid" ? "Deposit more to go on, unless its cap is reached." : "Its cap is reached.",
    };
  }
  const free = meter.held - meter.thawing;
  if (mode === "Prepaid" && meter.funded > 0n && free * 100n < meter.funded * LOW) {
    return {
      urgent: false,
      title: `${amount(free > 0n ? free : 0n)} of the deposit are left.`,
      text: "Access stops when they are used up. Deposit more before.",
    };
  }
  return undefined;
}
