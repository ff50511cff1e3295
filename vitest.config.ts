import { defineConfig } from "vitest/config";

// One project per room; each keeps its own settings, and `npx vitest run --root <room>` runs it alone.
export default defineConfig({
  test: { projects: ["spec", "sdk", "ingest", "gateway", "indexer", "subgraph-runner", "cli", "web", "tools"] },
});
