// The committed guest programs are those of zk/elf/SHA256SUMS, and each has a verification key. One test per program.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { finish } from "../lib/check.mjs";
import { inRoot } from "../lib/paths.mjs";

const FOLDER = "zk/elf";
const RECORDS = ["SHA256SUMS", "programs.json"];

/** @type {Record<string, { vkey?: string }>} */
const { programs } = JSON.parse(readFileSync(inRoot(FOLDER, "programs.json"), "utf8"));
const lines = readFileSync(inRoot(FOLDER, "SHA256SUMS"), "utf8").trim().split("\n");
const sums = new Map(lines.map((line) => /** @type {[string, string]} */ (line.split(/\s+/).reverse())));
const files = readdirSync(inRoot(FOLDER)).filter((name) => !RECORDS.includes(name));
const names = new Set([...files, ...sums.keys(), ...Object.keys(programs)]);

/** @param {string} name @returns {string | undefined} what is wrong */
function wrong(name) {
  const file = inRoot(FOLDER, name);
  if (!existsSync(file)) return "the program is not there";
  const found = createHash("sha256").update(readFileSync(file)).digest("hex");
  const expected = sums.get(name);
  if (found !== expected) return `SHA-256 is ${found}, and SHA256SUMS says ${expected ?? "nothing"}`;
  return /^0x[0-9a-f]{64}$/.test(programs[name]?.vkey ?? "")
    ? undefined
    : "programs.json has no verification key of it";
}

const failures = [...names].flatMap((name) => {
  const output = wrong(name);
  return output ? [{ name: `${FOLDER}/${name}`, output }] : [];
});
finish(names.size - failures.length, failures);
