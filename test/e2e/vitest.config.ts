import { defineConfig } from "vitest/config";

// One stack, one story: the tests go on from each other's state.
export default defineConfig({
  test: { include: ["*.test.ts"], testTimeout: 120_000, hookTimeout: 300_000, fileParallelism: false, bail: 1 },
});
