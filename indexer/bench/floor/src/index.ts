// Ponder's own floor: it fetches, stores, decodes and orders the same events as for our indexer, and a handler that does nothing
// takes them in.
import { readdirSync, readFileSync } from "node:fs";
import { ponder } from "ponder:registry";

const handlers = new URL("../../../src/", import.meta.url);
for (const file of readdirSync(handlers).filter((name) => name.endsWith(".ts"))) {
  const source = readFileSync(new URL(file, handlers), "utf8");
  for (const [, event] of source.matchAll(/^ponder\.on\("(\w+:\w+)"/gm)) {
    if (!event?.endsWith(":block")) ponder.on(event as "DatasetRegistry:Transfer", async () => {});
  }
}
