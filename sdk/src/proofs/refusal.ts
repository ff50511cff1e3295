/**
 * Why an input proves nothing. The codes are stable and the same in Rust (`zk/lib`), where each is explained.
 *
 * Input as a whole: `layout`, `truncated`, `trailing`, `address`. Runs: `purpose`, `times`, `no-license`, `license-order`,
 * `version`, `uses`, `no-entries`, `count`, `overflow`, `leaf`, `order`, `index`, `siblings`, `content-root`, `record-root`,
 * `revoked-root`, `selection`, `revoked`. Tables: `table`, `columns`, `k`, `group`, `padding`. Training: `model`, `learning-rate`,
 * `range`, `label`, `step`, `loss`.
 */
export type RefusalCode =
  | "layout"
  | "truncated"
  | "trailing"
  | "address"
  | "purpose"
  | "times"
  | "no-license"
  | "license-order"
  | "version"
  | "uses"
  | "no-entries"
  | "count"
  | "overflow"
  | "leaf"
  | "order"
  | "index"
  | "siblings"
  | "content-root"
  | "record-root"
  | "revoked-root"
  | "selection"
  | "revoked"
  | "table"
  | "columns"
  | "k"
  | "group"
  | "padding"
  | "model"
  | "learning-rate"
  | "range"
  | "label"
  | "step"
  | "loss";

/** Thrown by a statement whose input proves nothing. */
export class StatementRefused extends Error {
  override readonly name = "StatementRefused";

  constructor(
    readonly code: RefusalCode,
    message = `the statement does not hold: ${code}.`,
  ) {
    super(message);
  }
}

/** Refuses unless `condition` holds. */
export function holds(condition: boolean, code: RefusalCode): asserts condition {
  if (!condition) throw new StatementRefused(code);
}
