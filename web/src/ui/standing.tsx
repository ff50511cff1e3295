import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import { State } from "./primitives";

/** How a license stands, as a state and a word, from what the indexer knows. */
export function Standing({ license, now }: { license: LicenseEntity; now: bigint }) {
  if (license.endedAt !== null) return <State is="faulted">ended</State>;
  if (license.revokedAt !== null && license.revokedAt <= now) return <State is="faulted">revoked</State>;
  if (license.expiry !== 0n && license.expiry <= now) return <State is="faulted">expired</State>;
  if (license.frozen) return <State is="frozen">frozen</State>;
  if (license.revokedAt !== null) return <State is="open">revoked, in notice</State>;
  return <State is="proven">licensed</State>;
}

const moneyWords = {
  HELD: "in escrow, delivery awaited",
  DELIVERED: "in escrow, challenge window open",
  CONTESTED: "contested",
  WITHDRAWING: "withdrawal requested",
  RELEASED: "released to the rightsholder",
  REFUNDED: "refunded",
} as const;

/** Where the money of a license is. */
export function Money({ hold }: { hold: LicenseEntity["hold"] }) {
  if (!hold) return <span>not in escrow</span>;
  const is = hold.state === "RELEASED" ? "proven" : hold.state === "REFUNDED" ? "faulted" : "open";
  return <State is={is}>{moneyWords[hold.state]}</State>;
}
