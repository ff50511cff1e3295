import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/**/*.test.ts"], globalSetup: "test/build-fixture.ts", testTimeout: 30_000 },
});
