import type { ParentEntity } from "@colophon-protocol/sdk/indexer";

/** What a link to a parent means for who buys and who earns. */
export function lineageInWords({ bundle, shareBps, parent }: ParentEntity): string[] {
  const open = parent?.status !== "SUSPENDED";
  return [
    bundle && open ? "A license opens it too." : "",
    bundle && !open ? "It is suspended: a license does not open it now." : "",
    shareBps > 0 ? `Its owner gets ${shareBps / 100} % of what is earned here.` : "",
  ].filter((line) => line !== "");
}
