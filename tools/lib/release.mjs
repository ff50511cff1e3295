// A clean full build of the contracts with syntax trees and storage layouts, which the analyzers read.
import { foundryBin } from "./foundry.mjs";
import { run } from "./process.mjs";
import { runStep } from "./stamp.mjs";

export const RELEASE_OUT = ".colophon/release/out";

/** Builds it unless it is up to date. */
export async function ensureReleaseBuild() {
  const folders = ["--out", RELEASE_OUT, "--cache-path", ".colophon/release/cache"];
  const content = ["--build-info", "--ast", "--extra-output", "storageLayout", "--force"];
  await runStep({
    name: "release-build",
    inputs: ["contracts", "foundry.toml", "tools/solc-js", "node_modules/@openzeppelin/contracts/package.json"],
    outputs: [RELEASE_OUT],
    run: () => run("forge build (release)", [foundryBin("forge"), "build", "contracts", ...folders, ...content]),
  });
}
