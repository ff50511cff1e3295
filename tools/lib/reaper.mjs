// Ends process groups when this process is gone, even if it was killed with no chance to clean up.
import { spawn } from "node:child_process";

// Reads "+ pid" and "- pid" lines; its input ends when we do, and then it kills what is left.
const SCRIPT = `
left=""
while read -r op id; do
  if [ "$op" = + ]; then left="$left $id"; continue; fi
  kept=""
  for each in $left; do [ "$each" = "$id" ] || kept="$kept $each"; done
  left="$kept"
done
for each in $left; do kill -9 "-$each" 2>/dev/null; done`;

/** @type {import("node:stream").Writable | undefined} */
let input;

function reaper() {
  if (input || process.platform === "win32") return input;
  const watcher = spawn("sh", ["-c", SCRIPT], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  watcher.unref();
  watcher.on("error", () => undefined);
  watcher.stdin.on("error", () => undefined);
  /** @type {any} */ (watcher.stdin).unref?.();
  input = watcher.stdin;
  return input;
}

/** @param {number} pid the group is to end with this process */
export const watch = (pid) => void reaper()?.write(`+ ${pid}\n`);

/** @param {number} pid the group has ended */
export const forget = (pid) => void reaper()?.write(`- ${pid}\n`);
