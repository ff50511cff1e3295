import type { LogEntry } from "@colophon-protocol/sdk/log";
import { grouped } from "../ui/format";
import type { LogView } from "./query";

type State = "proven" | "open" | "faulted";

const ASSURANCE = {
  mock: "executed, not proven",
  development: "proven with a development key",
  production: "proven",
} as const;

/** What an entry says, in a sentence. */
export function entryInWords(entry: LogEntry): string {
  switch (entry.type) {
    case "ingest":
      return `The provider took in encoding ${entry.encoding} of version ${entry.version}.`;
    case "consent":
      return entry.basis === "receipts"
        ? `Version ${entry.version} rests on ${entry.count === undefined ? "" : `${grouped(entry.count)} `}consent receipts.`
        : `Version ${entry.version} rests on the license of its source.`;
    case "sale":
      return `Encoding ${entry.encoding} of version ${entry.version} was served under the license for the first time.`;
    case "key-release":
      return `Key node ${entry.node} released its share of the key of version ${entry.version}.`;
    case "delivery":
      return `The provider signed receipt ${entry.sequence} over what it delivered.`;
    case "metering":
      return `A voucher over ${grouped(entry.units)} units came in.`;
    case "run":
      return `A training run was recorded (${ASSURANCE[entry.assurance]}).`;
  }
}

/** How the log stands to what was asked, with a sentence on it. */
export function logInWords(view: LogView | null): [State, string, string] {
  if (!view) {
    const text =
      "The gateway that this page knows keeps the log of another provider. Ask this one's provider for its log.";
    return ["open", "another provider's log", text];
  }
  const { size, found, entries } = view;
  const head = `A head of ${entriesInWords(size)} that the provider signed was checked in this browser`;
  if (found === 0) return ["open", "no entry", `${head}. None that was looked through is about this.`];
  const rest = ` Of ${entriesInWords(found)} about this the newest ${entries.length} are shown.`;
  const proven = `${head}, and with it the proof of each entry below.`;
  return ["proven", "verified", found > entries.length ? proven + rest : proven];
}

/** "1 entry", "1,234 entries". */
export const entriesInWords = (count: number) => `${grouped(count)} ${count === 1 ? "entry" : "entries"}`;

/** Why the log could not be shown. What does not fit a signature is told apart from what does not answer. */
export function failureInWords(error: Error): [State, string, string] {
  const [said = ""] = error.message.split("\n");
  if (error.name === "FormatError") {
    const text = `The log shows something else than what was signed: ${said} Do not rely on it, and keep what you see: two signed histories cost the provider its bond.`;
    return ["faulted", "does not verify", text];
  }
  return ["open", "unreachable", `${said} Nothing was checked.`];
}
