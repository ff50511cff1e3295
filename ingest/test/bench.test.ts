import { readdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { benchIngest } from "../src/bench.js";
import { freshFolder } from "./helpers.js";

it("measures its figures and what the machine gives, and leaves nothing behind", async () => {
  const folder = await freshFolder();
  const figures = await benchIngest({ bytes: 8_000_000, runs: 1, folder });
  expect(figures.map(({ id, unit, budget }) => ({ id, unit, budget }))).toEqual([
    { id: "ingest.mb_s", unit: "MB/s", budget: 500 },
    { id: "ingest.disk_mb_s", unit: "MB/s", budget: 350 },
    { id: "ingest.bare_mb_s", unit: "MB/s", budget: 0 },
  ]);
  for (const { value } of figures) expect(value).toBeGreaterThan(0);
  expect(await readdir(folder)).toEqual([]);
});
