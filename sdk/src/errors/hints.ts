/** The table `errorName → { title, hint }` that SDK, CLI and dApp show. */
import { externalHints } from "./hints-external.js";
import { licensingHints } from "./hints-licensing.js";
import { paymentHints } from "./hints-payments.js";

/** What an error means, in words. */
export interface ErrorHint {
  /** What was wrong: one line without a full stop. */
  title: string;
  /** What to do. */
  hint: string;
}

/** Every error of Colophon's contracts, and those beneath that people meet. */
export const errorHints: Readonly<Record<string, ErrorHint>> = { ...licensingHints, ...paymentHints, ...externalHints };

/** Words for a contract error; for one without an entry its name in words. */
export function describeErrorName(errorName: string): ErrorHint {
  const known = Object.hasOwn(errorHints, errorName) ? errorHints[errorName] : undefined;
  return (
    known ?? {
      title: `The contract refused: ${errorName.replaceAll("_", " ").replace(/([a-z])([A-Z])/g, "$1 $2")}`,
      hint: "See the error's documentation in the contract that reverted.",
    }
  );
}
