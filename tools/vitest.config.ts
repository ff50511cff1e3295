import { defineConfig } from "vitest/config";

// Some tests start forge, anvil or the runner itself.
export default defineConfig({ test: { include: ["test/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 } });
