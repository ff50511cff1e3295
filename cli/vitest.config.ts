import { defineConfig } from "vitest/config";

// Tests spawn the built program, and some a chain.
export default defineConfig({ test: { include: ["test/**/*.test.ts"], testTimeout: 240_000, hookTimeout: 300_000 } });
