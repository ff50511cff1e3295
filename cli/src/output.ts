/** What commands print: one JSON value with `--json`, otherwise aligned lines. Progress goes to stderr. */

import { getAddress } from "viem";

/** A value that can be printed. */
export type Printable =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly Printable[]
  | { [key: string]: Printable };

/** Where a command writes to. */
export interface Output {
  /** Prints a command's result, once. */
  result(value: Printable): void;
  /** Tells a person what is going on; silent with `--json` and when stderr is no terminal. */
  progress(line: string): void;
}

/** The same with all addresses as the chain's verbs print them: an indexer has them in lower case. */
export function checksummed(value: unknown): Printable {
  if (typeof value === "string") return /^0x[0-9a-f]{40}$/.test(value) ? getAddress(value) : value;
  if (Array.isArray(value)) return value.map(checksummed);
  if (typeof value !== "object" || value === null) return value as Printable;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, checksummed(field)]));
}

/** JSON text with big integers as decimal strings. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, field) => (typeof field === "bigint" ? field.toString() : field), 2);
}

export function terminalOutput(json: boolean): Output {
  return {
    result: (value) => void process.stdout.write(`${json ? toJson(value) : lines(value).join("\n")}\n`),
    progress: (line) => {
      if (json || !process.stderr.isTTY) return;
      process.stderr.write(`\r\x1b[2K${line}`);
      if (line.endsWith("\n")) return;
    },
  };
}

function lines(value: Printable, indent = ""): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${indent}(none)`];
    return value.flatMap((item, i) =>
      isNested(item) ? [...(i > 0 ? [""] : []), ...lines(item, indent)] : [`${indent}${item}`],
    );
  }
  if (!isNested(value)) return [`${indent}${value}`];
  const entries = Object.entries(value as { [key: string]: Printable }).filter(([, field]) => field !== undefined);
  const width = Math.max(0, ...entries.map(([key]) => key.length));
  return entries.flatMap(([key, field]) => {
    if (!isNested(field)) return [`${indent}${key.padEnd(width)}  ${field}`];
    if (Array.isArray(field) && field.every((item) => !isNested(item))) {
      return [`${indent}${key.padEnd(width)}  ${field.length > 0 ? field.join(", ") : "(none)"}`];
    }
    return [`${indent}${key}`, ...lines(field, `${indent}  `)];
  });
}

const isNested = (value: Printable): value is readonly Printable[] | { [key: string]: Printable } =>
  typeof value === "object" && value !== null;
