// What the scripts in tools/checks share: reading sources, and printing a result for the test runner.
import { readFileSync } from "node:fs";
import path from "node:path";
import { inRoot, root } from "./paths.mjs";
import { filesUnder } from "./stamp.mjs";

/** @typedef {import("./readers.mjs").Failure} Failure */

/** Prints the result as the runner reads it, and sets the exit code. @param {number} passed @param {Failure[]} failures */
export function finish(passed, failures) {
  console.log(JSON.stringify({ passed, failures }));
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/**
 * Comments that switch a finding off without saying why: the reason is the comment on the line before.
 * @param {string} marker for example "slither-disable"
 * @returns {Failure[]}
 */
export function unexplained(marker) {
  return filesUnder(inRoot("contracts"))
    .filter((file) => file.endsWith(".sol"))
    .flatMap((file) => {
      const lines = readFileSync(file, "utf8").split("\n");
      return lines.flatMap((line, index) => {
        if (!line.includes(marker) || line.includes("-disable-end") || line.includes("-enable")) return [];
        const before = (lines[index - 1] ?? "").trim();
        const explained = /^(\/\/|\*|\/\/\/)\s*\S/.test(before) && !/(slither|solhint)-disable/.test(before);
        const name = `${path.relative(root, file)}:${index + 1}`;
        return explained
          ? []
          : [{ name, output: `${line.trim()}\nexpected its reason as a comment on the line before` }];
      });
    });
}
