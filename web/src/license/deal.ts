import { type LicenseEntity, offerOf } from "@colophon-protocol/sdk/indexer";
import { useColophon } from "../app";

/** A license as its rail's writes take it: with its whole offer, on this deployment. */
export function useDeal({ licenseId, offer }: LicenseEntity) {
  const { config } = useColophon();
  return { licenseId, offer: offerOf(offer), deployment: config.deployment };
}

/** Whether two addresses are the same account, however they are written. */
export const same = (a: string | undefined, b: string) => a?.toLowerCase() === b.toLowerCase();
