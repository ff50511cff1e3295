import { defineConfig } from "vitest/config";

// Some tests start anvil and servers of their own.
export default defineConfig({ test: { include: ["test/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 180_000 } });
