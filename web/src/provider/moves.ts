import type { BondAccountEntity, BondEventEntity, SlashEntity } from "@colophon-protocol/sdk/indexer";

const SIGNS: Partial<Record<BondEventEntity["kind"], string>> = {
  DEPOSIT: "+",
  DELEGATION: "+",
  WITHDRAWAL: "\u2212",
  UNDELEGATION: "\u2212",
  SLASH: "\u2212",
};

/** "+", "−", or nothing for what moves no stake in or out. */
export const signOf = (kind: BondEventEntity["kind"]): string => SIGNS[kind] ?? "";

/** The slash that an event of a bond tells of: the one of its claim in its transaction. */
export const slashOf = (
  { kind, claimId, transactionHash }: Pick<BondEventEntity, "kind" | "claimId" | "transactionHash">,
  slashes: readonly SlashEntity[],
): SlashEntity | undefined =>
  kind === "SLASH"
    ? slashes.find((slash) => slash.claimId === claimId && slash.transactionHash === transactionHash)
    : undefined;

/** "80 to the harmed licensee, 20 to the treasury": who got what of a slash; nobody is left out who got something. */
export function sharesInWords(
  { toHarmed, toReporter, toTreasury }: Pick<SlashEntity, "toHarmed" | "toReporter" | "toTreasury">,
  amount: (base: bigint) => string,
): string {
  const to = [
    ["the harmed licensee", toHarmed],
    ["who reported it", toReporter],
    ["the treasury", toTreasury],
  ] as const;
  return to
    .filter(([, sum]) => sum > 0n)
    .map(([who, sum]) => `${amount(sum)} to ${who}`)
    .join(", ");
}

/** "31337-7" names dataset 7, "31337-0x…" an offer. */
export const idIn = (ref: string): string => ref.slice(ref.indexOf("-") + 1);

/** What an event is about that concerns an offer: its dataset and version, where stake stands or stood behind it. */
export function offerOfEvent({ offerRef }: Pick<BondEventEntity, "offerRef">, { allocations }: BondAccountEntity) {
  if (offerRef === null) return undefined;
  const offer = allocations.find(({ offerId }) => offerId === idIn(offerRef))?.offer;
  return offer ? { datasetId: idIn(offer.datasetRef), version: offer.version } : undefined;
}
