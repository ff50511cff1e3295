// The guest's executor: used where it is built, built once where Cargo is there, and its absence named otherwise.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type AdherenceProgram, localProgram } from "@colophon-protocol/cli";

/** What the executor's build compiles, for its progress. */
const CRATES = 263;
const SAY_EVERY_MS = 20_000;

/** The program, with its executor where there is one or one can be made. @param build whether to build what is missing */
export async function readyProgram(build: boolean, say: (line: string) => void): Promise<AdherenceProgram> {
  const program = localProgram();
  if (!program) throw new Error("This checkout has no guest program: zk/elf/programs.json is missing.");
  if (program.executor || !build) return program;
  const folder = join(dirname(program.elf), "../executor");
  if (!existsSync(folder)) return program;
  say("Building the guest's executor, once: about 4 minutes of one core.");
  const failure = await cargoBuild(folder, say);
  if (failure) say(`The executor was not built: ${failure}.`);
  return localProgram() ?? program;
}

/** @returns why it failed; undefined when it is built */
function cargoBuild(folder: string, say: (line: string) => void): Promise<string | undefined> {
  return new Promise((settle) => {
    const args = ["build", "--release", "--locked", "--bin", "colophon-execute"];
    const cargo = spawn("cargo", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    const stop = () => cargo.kill();
    let compiled = 0;
    let last = "";
    const progress = setInterval(() => say(`  ${compiled} of about ${CRATES} crates`), SAY_EVERY_MS);
    const end = (failure: string | undefined) => {
      clearInterval(progress);
      process.off("exit", stop);
      settle(failure);
    };
    process.once("exit", stop);
    cargo.stderr.setEncoding("utf8").on("data", (text: string) => {
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      compiled += lines.filter((line) => line.includes("Compiling")).length;
      last = lines.at(-1)?.trim() ?? last;
    });
    cargo.once("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "ENOENT" ? "Cargo is not installed" : error.message),
    );
    cargo.once("close", (code) => end(code === 0 ? undefined : last));
  });
}
