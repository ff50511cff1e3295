import { defineConfig } from "vitest/config";

// Each test boots a chain and an indexer of its own: one file at a time on small machines.
export default defineConfig({ test: { testTimeout: 240_000, hookTimeout: 240_000, fileParallelism: false } });
