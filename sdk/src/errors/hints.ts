/** The table `errorName → { title, hint }` that SDK, CLI and dApp show. */
import { externalHints } from "./hints-external.js";
import { licensingHints } from "./hints-licensing.js";
import { meterHints } from "./hints-meter.js";
import { paymentsHints } from "./hints-payments.js";
import { proofsHints } from "./hints-proofs.js";
import { protocolHints } from "./hints-protocol.js";
import { registryHints } from "./hints-registry.js";
import { shareHints } from "./hints-share.js";
import { sp1Hints } from "./hints-sp1.js";
import { streamHints } from "./hints-stream.js";
import { trustBondHints } from "./hints-trust-bond.js";
import { trustDisputeHints } from "./hints-trust-dispute.js";
import { trustQualityHints } from "./hints-trust-quality.js";
import { trustRecordsHints } from "./hints-trust-records.js";
import { describeWith, type ErrorHint, type ErrorHints } from "./words.js";

/** Every error of Colophon's contracts, and those beneath that people meet. */
export const errorHints: ErrorHints = {
  ...registryHints,
  ...licensingHints,
  ...paymentsHints,
  ...meterHints,
  ...streamHints,
  ...shareHints,
  ...trustBondHints,
  ...trustDisputeHints,
  ...trustRecordsHints,
  ...trustQualityHints,
  ...proofsHints,
  ...sp1Hints,
  ...protocolHints,
  ...externalHints,
};

/** Words for a contract error; for one without an entry its name in words. */
export function describeErrorName(errorName: string): ErrorHint {
  return describeWith(errorHints, errorName);
}
