// size.max_runtime: the largest contract's runtime code.
import { runtimeSizes, SIZE_BUDGET } from "../checks/sizes.mjs";

/** @type {import("../bench.mjs").Figure[]} */
export default [
  {
    id: "size.max_runtime",
    what: "largest contract",
    unit: "bytes",
    budget: SIZE_BUDGET,
    baseline: "Story 24,493",
    run: async () => runtimeSizes()[0]?.bytes ?? Number.NaN,
  },
];
