/** Words for contract errors, out of whichever table is given. */

/** What an error means, in words. */
export interface ErrorHint {
  /** What was wrong: one line without a full stop. */
  title: string;
  /** What to do. */
  hint: string;
}

/** Words by name of the error. */
export type ErrorHints = Readonly<Record<string, ErrorHint>>;

/** Words for a contract error; for one without an entry its name in words. */
export function describeWith(hints: ErrorHints, errorName: string): ErrorHint {
  const known = Object.hasOwn(hints, errorName) ? hints[errorName] : undefined;
  return (
    known ?? {
      title: `The contract refused: ${errorName.replaceAll("_", " ").replace(/([a-z])([A-Z])/g, "$1 $2")}`,
      hint: "See the error's documentation in the contract that reverted.",
    }
  );
}
