import { defineConfig } from "vitest/config";

// Files share their modules, which are most of what a file costs; nothing in them keeps state. Some tests start anvil and servers of their own.
export default defineConfig({
  test: { include: ["test/**/*.test.ts"], isolate: false, testTimeout: 120_000, hookTimeout: 180_000 },
});
