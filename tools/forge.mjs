// The real forge with all arguments passed on: `node tools/forge.mjs test --match-path 'test/unit/**'`.
// Unlike the npm shim it returns forge's exit code; and what tests load is generated first.
import { spawnSync } from "node:child_process";
import { foundryBin } from "./lib/foundry.mjs";
import { root } from "./lib/paths.mjs";
import { ensureSuperfluid } from "./superfluid.mjs";

const args = process.argv.slice(2);
if (["test", "script", "snapshot", "coverage"].includes(args[0] ?? "")) await ensureSuperfluid();
const { status, error } = spawnSync(foundryBin("forge"), args, { cwd: root, stdio: "inherit" });
if (error) throw error;
process.exit(status ?? 1);
