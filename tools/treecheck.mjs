// Checks that every case of every test tree has a test: `node tools/treecheck.mjs [file or folder…]`.
// Prints one line per tree file; exit code 1 if a case, a test file or a tree is missing. `--json` prints counts.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { inRoot, root } from "./lib/paths.mjs";
import { filesUnder } from "./lib/stamp.mjs";
import { casesOf, missingTests, parseTrees } from "./lib/tree.mjs";

/**
 * @param {string} treeFile absolute
 * @returns {{ cases: number, problems: string[] }}
 */
function checkTree(treeFile) {
  const { trees, errors } = parseTrees(readFileSync(treeFile, "utf8"));
  const cases = casesOf(trees);
  const testFile = treeFile.replace(/\.tree$/, ".t.sol");
  if (!existsSync(testFile))
    return { cases: cases.length, problems: [`no ${path.basename(testFile)} beside it`, ...errors] };
  const tests = [...readFileSync(testFile, "utf8").matchAll(/function\s+(test\w+)/g)].map((match) => match[1]);
  const missing = missingTests(cases, tests).map(
    ({ missing, expected }) => `line ${missing.line}: "${missing.text}" has no test; expected ${expected}`,
  );
  return { cases: cases.length, problems: [...errors, ...missing] };
}

/**
 * @param {string[]} targets files or folders, relative to the root
 * @returns {{ file: string, cases: number, problems: string[] }[]} per tree, and per unit test without one
 */
export function checkTrees(targets) {
  const files = targets.flatMap((target) => filesUnder(path.resolve(root, target)));
  const trees = files.filter((file) => file.endsWith(".tree"));
  const treeless = files
    .filter((file) => file.startsWith(inRoot("test/unit") + path.sep) && file.endsWith(".t.sol"))
    .filter((file) => !existsSync(file.replace(/\.t\.sol$/, ".tree")));
  return [
    ...trees.map((file) => ({ file: path.relative(root, file), ...checkTree(file) })),
    ...treeless.map((file) => ({
      file: path.relative(root, file),
      cases: 0,
      problems: ["a unit test needs a .tree beside it"],
    })),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const targets = process.argv.slice(2).filter((argument) => argument !== "--json");
  const results = checkTrees(targets.length > 0 ? targets : ["test"]);
  const failed = results.filter(({ problems }) => problems.length > 0);
  if (process.argv.includes("--json")) {
    const failures = failed.flatMap(({ file, problems }) =>
      problems.map((problem) => ({ name: file, output: problem })),
    );
    const passed = results.reduce((sum, { cases, problems }) => sum + Math.max(0, cases - problems.length), 0);
    console.log(JSON.stringify({ passed, failed: failures.length, failures }));
  } else {
    for (const { file, cases, problems } of results) {
      console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${file} (${cases} cases)`);
      for (const problem of problems) console.log(`     ${problem}`);
    }
  }
  process.exitCode = failed.length > 0 ? 1 : 0;
}
