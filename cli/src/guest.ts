/** The guest programs of this project on this machine: where they are, and running them. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EXECUTED_BY, type GuestReport, type GuestRunner } from "@colophon-protocol/sdk/proofs";
import type { Hex } from "viem";
import { CliError, EXIT } from "./exit-codes.js";

/** The adherence program, and what of its tools is built. */
export interface AdherenceProgram {
  elf: string;
  vkey: Hex;
  /** `colophon-execute`, where it is built. */
  executor: string | undefined;
  /** `colophon-prove`, where it is built. */
  prover: string | undefined;
}

/** Where a checkout keeps what it builds. */
const EXECUTOR = "executor/target/release/colophon-execute";
const PROVER = "prover/target/release/colophon-prove";

/**
 * The program of the checkout that this command is part of, or is called in; undefined outside of one.
 * @param executor path of `colophon-execute`, instead of the one that the checkout builds
 */
export function localProgram(executor?: string): AdherenceProgram | undefined {
  const folder = ancestors(process.cwd(), dirname(fileURLToPath(import.meta.url)))
    .map((ancestor) => join(ancestor, "zk"))
    .find((zk) => existsSync(join(zk, "elf/programs.json")));
  if (!folder) return undefined;
  const { programs } = JSON.parse(readFileSync(join(folder, "elf/programs.json"), "utf8")) as {
    programs: Record<string, { vkey: Hex }>;
  };
  const { vkey } = programs.adherence as { vkey: Hex };
  const built = (path: string) => (existsSync(path) ? path : undefined);
  return {
    elf: join(folder, "elf/adherence"),
    vkey,
    executor: requireBuilt(executor ?? process.env.COLOPHON_EXECUTOR) ?? built(join(folder, EXECUTOR)),
    prover: built(join(folder, PROVER)),
  };
}

/** A tool that was named must be there. @throws CliError */
function requireBuilt(path: string | undefined): string | undefined {
  if (path === undefined || path === "") return undefined;
  if (existsSync(path)) return resolve(path);
  throw new CliError(`There is no executor ${path}.`, EXIT.usage, "Build it: cargo build --release, in zk/executor.");
}

function ancestors(...starts: string[]): string[] {
  return starts.flatMap((start) => {
    const all = [start];
    for (let at = start; dirname(at) !== at; at = dirname(at)) all.push(dirname(at));
    return all;
  });
}

/** Why no guest is executed, in words; undefined when there is one to execute. */
export function whyNoGuest(program: AdherenceProgram | undefined): string | undefined {
  if (program?.executor) return undefined;
  const why = program
    ? "colophon-execute is not built (cargo build --release, in zk/executor)"
    : "there is no guest program outside of a checkout of the project";
  return `${EXECUTED_BY.reference}: ${why}`;
}

/** Runs the program by its executor; undefined where that is not built. */
export function guestRunner(program: AdherenceProgram | undefined): GuestRunner | undefined {
  const { executor, elf } = program ?? {};
  return executor && elf ? (input) => execute(executor, elf, input) : undefined;
}

async function execute(executor: string, elf: string, input: Uint8Array): Promise<GuestReport> {
  const { code, stdout, stderr } = await output(executor, [elf, "-"], input);
  if (code !== 0) throw new CliError(`${executor} ended with ${code}: ${stderr.trim()}`, EXIT.unexpected);
  return { ...(JSON.parse(stdout) as Omit<GuestReport, "said">), said: stderr };
}

/** Runs a program to its end. */
export function output(
  command: string,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(0),
  onError: (text: string) => void = () => {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((settle, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    const heard = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      heard.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      heard.stderr += text;
      onError(text);
    });
    child.once("error", reject);
    child.once("close", (code) => settle({ code, ...heard }));
    // A program that refuses may end before it has read everything.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
