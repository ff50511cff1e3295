import type { TokenInfo } from "@colophon-protocol/sdk/indexer";
import { type Address, formatUnits, type Hex, hexToBytes, trim, zeroHash } from "viem";

/** A time as calendars write it, in UTC. */
export const isoTime = (seconds: bigint): string =>
  new Date(Number(seconds) * 1000).toISOString().replace("T", " ").replace(".000Z", " UTC");

/** How amounts of a document's tokens are written. */
export function writer(tokens: readonly TokenInfo[]) {
  const known = new Map(tokens.map((info) => [info.token, info]));
  return {
    /** In whole tokens, all digits; in base units when decimals are not known. */
    amount: (token: Address, value: bigint) => {
      const decimals = known.get(token)?.decimals;
      return decimals === null || decimals === undefined ? value.toString() : formatUnits(value, decimals);
    },
    symbol: (token: Address) => known.get(token)?.symbol ?? token,
  };
}

/** A purchase's reference as its buyer wrote it: text of up to 32 bytes, else the hex; nothing when there is none. */
export function referenceText(reference: Hex): string {
  if (reference === zeroHash) return "";
  const bytes = hexToBytes(trim(reference, { dir: "right" }));
  // A hash is text by chance hardly ever, and only printable text counts.
  if (!bytes.every((byte) => byte >= 0x20)) return reference;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return reference;
  }
}
