import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { camelCase } from "../generate.mjs";
import { inState, root } from "../lib/paths.mjs";
import { shuffled } from "../lib/sample.mjs";
import { isFresh, runStep } from "../lib/stamp.mjs";
import { checkNode, missingPackages } from "../setup.mjs";

describe("set-up", () => {
  it("refuses a Node that is too old, saying which is wanted", () => {
    expect(() => checkNode("20.18.3")).toThrow("Node 20.18.3 is too old. Expected 20.19 or newer");
    expect(() => checkNode("18.20.0")).toThrow("too old");
    for (const version of ["20.19.0", "22.0.1", "24.1.0"]) expect(() => checkNode(version)).not.toThrow();
  });

  it("finds packages that are absent or of another version, and no others", () => {
    const wanted = {
      "": { version: "0.1.0" },
      sdk: { version: "0.1.0" },
      "node_modules/@colophon-protocol/sdk": { link: true },
      "node_modules/a": { version: "1.0.0" },
      "node_modules/b": { version: "2.0.0" },
      "node_modules/c": { version: "1.0.0" },
      "node_modules/fsevents": { version: "2.0.0", optional: true },
      "node_modules/peer": { version: "1.0.0", peer: true },
    };
    const installed = { "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "2.0.1" } };
    expect(missingPackages(wanted, installed)).toEqual(["node_modules/b", "node_modules/c"]);
    expect(missingPackages(wanted, {})).toHaveLength(3);
  });
});

describe("steps", () => {
  let folder: string;
  beforeEach(() => {
    mkdirSync(inState(), { recursive: true });
    folder = mkdtempSync(inState("steps-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("run when an input, a value or an output changed, and not otherwise", async () => {
    const input = path.relative(root, path.join(folder, "in"));
    const output = path.relative(root, path.join(folder, "out"));
    let runs = 0;
    const step = (values: string[] = []) => ({
      ...{ name: path.basename(folder), inputs: [input], outputs: [output], values },
      run: () => {
        runs += 1;
        writeFileSync(path.join(root, output), "done");
      },
    });
    try {
      writeFileSync(path.join(root, input), "1");
      expect([await runStep(step()), await runStep(step())]).toEqual([true, false]);
      writeFileSync(path.join(root, input), "2");
      expect(isFresh(step())).toBe(false);
      expect([await runStep(step()), await runStep(step(["x"])), await runStep(step(["x"]))]).toEqual([
        true,
        true,
        false,
      ]);
      rmSync(path.join(root, output));
      expect(await runStep(step(["x"]))).toBe(true);
      expect(runs).toBe(4);
      writeFileSync(path.join(root, input), "3");
      const failing = { ...step(), run: () => Promise.reject(new Error("no")) };
      await expect(runStep(failing)).rejects.toThrow("no");
      expect(isFresh(step())).toBe(false);
    } finally {
      rmSync(inState("stamps", path.basename(folder)), { force: true });
    }
  });
});

describe("samples", () => {
  it("depend on seed and content alone, and grow without reshuffling", () => {
    const items = ["a", "b", "c", "d", "e", "f"];
    const order = shuffled(items, (item) => item, 7);
    expect([...order].sort()).toEqual(items);
    expect(shuffled([...items].reverse(), (item) => item, 7)).toEqual(order);
    expect(shuffled(items, (item) => item, 8)).not.toEqual(order);
    expect(shuffled([...items, "g"], (item) => item, 7).filter((item) => item !== "g")).toEqual(order);
  });
});

describe("names of generated ABIs", () => {
  it.each([
    ["LicenseMarket", "licenseMarket"],
    ["TestUSDC", "testUSDC"],
    ["ERC20Token", "erc20Token"],
    ["GDAForwarder", "gdaForwarder"],
    ["Permit2", "permit2"],
  ])("%s → %s", (name, expected) => expect(camelCase(name)).toBe(expected));
});
