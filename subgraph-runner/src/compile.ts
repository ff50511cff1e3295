import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { RunnerError } from "./errors.js";

export interface CompileOptions {
  /** The AssemblyScript file: a mapping, or a file of matchstick tests. */
  input: string;
  /** Where the WebAssembly goes. */
  output: string;
  /** The `node_modules` that holds `assemblyscript`, `@graphprotocol/graph-ts` and, for tests, `matchstick-as`. */
  modules: string;
  /** A file of matchstick tests: its functions are reached through the table. */
  tests?: boolean;
}

interface Compiler {
  version: string;
  ready: Promise<void>;
  main(
    args: string[],
    options: { stdout: NodeJS.WritableStream; stderr: { write(text: string | Uint8Array): void } },
    done: (error: Error | null) => number,
  ): number;
}

/**
 * Compiles one AssemblyScript file as `graph build` does, with the `assemblyscript` package (0.19, as graph-cli has) of those modules.
 * @throws {RunnerError} with the compiler's messages
 */
export async function compileMapping({ input, output, modules, tests = false }: CompileOptions): Promise<void> {
  const compiler = createRequire(join(resolve(modules), "resolve.js"))("assemblyscript/cli/asc") as Compiler;
  if (!compiler.version.startsWith("0.19."))
    throw new RunnerError(
      `assemblyscript is ${compiler.version}, but graph-ts needs 0.19: install assemblyscript@0.19.23`,
    );
  await compiler.ready;
  const base = dirname(resolve(input));
  const from = (path: string) => relative(base, resolve(path));
  const messages: string[] = [];
  const args = [
    "--explicitStart",
    "--exportRuntime",
    ...(tests ? ["--exportTable"] : []),
    ...["--runtime", "stub", from(input), from(join(modules, "@graphprotocol/graph-ts/global/global.ts"))],
    ...["--baseDir", base, "--lib", resolve(modules), "--outFile", from(output), "--optimize", "--debug"],
  ];
  compiler.main(
    args,
    { stdout: process.stdout, stderr: { write: (text) => void messages.push(String(text)) } },
    (error) => {
      if (error) throw new RunnerError(`${input} does not compile: ${error.message}\n${messages.join("")}`);
      return 0;
    },
  );
}
