import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { folderFiles } from "../src/index.js";
import { probed } from "./chain.js";

/** Of the text "hello". */
const HELLO = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq";
const FOLDER = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "subgraph-files-"));
  mkdirSync(join(folder, FOLDER));
  writeFileSync(join(folder, HELLO), "hello");
  writeFileSync(join(folder, FOLDER, "readme"), "in a folder");
});
afterAll(() => rmSync(folder, { recursive: true }));

it("are found by CID and path, and not at all", () => {
  const file = folderFiles(folder);
  expect(probed("ipfs", HELLO, { file }).ipfs).toBe("hello");
  expect(probed("ipfs", `${FOLDER}/readme`, { file }).ipfs).toBe("in a folder");
  expect(probed("ipfs", "QmNothing", { file }).ipfs).toBe("null");
});

it("are refused outside of the folder, or with other content", () => {
  const file = folderFiles(folder);
  expect(() => probed("ipfs", "../secret", { file })).toThrow('the file "../secret" leads out of');
  writeFileSync(join(folder, HELLO), "hallo");
  expect(() => probed("ipfs", HELLO, { file })).toThrow("which is not that of its CID");
});
