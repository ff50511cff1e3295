/** Job kinds: code that the provider registered. Nothing else runs; a licensee names a kind, and never sends code. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { JobKindDescription } from "@colophon-protocol/sdk/delivery";
import type { JobManifest } from "@colophon-protocol/sdk/provenance";
import type { Hex } from "viem";
import { GatewayConfigError } from "../config.js";
import { badRequest, notFound } from "../errors.js";

/** Kinds that come with the gateway, by name: files of the built package, since a kind is measured as it runs. */
export const BUILT_IN_KINDS: Readonly<Record<string, string>> = {
  "softmax-digits": fileURLToPath(new URL("../../dist/jobs/kinds/softmax-digits.js", import.meta.url)),
};

/** What a kind's module exports beside `run`. */
interface KindModule {
  kind: {
    name: string;
    description: string;
    /** @throws Error saying which parameter does not fit */
    checkParameters: (parameters: Readonly<Record<string, string>>) => void;
  };
  run: unknown;
}

/** A registered kind. */
export interface JobKind extends JobKindDescription {
  /** File of its code, as a URL. */
  module: string;
  checkParameters: (parameters: Readonly<Record<string, string>>) => void;
}

/** SHA-256 of a kind's file. What the file imports is not measured: a kind is one file. */
export async function measurementOf(file: string): Promise<Hex> {
  return `0x${createHash("sha256")
    .update(await readFile(file))
    .digest("hex")}`;
}

/** The kinds of one gateway. */
export class JobKinds {
  private constructor(private readonly kinds: ReadonlyMap<string, JobKind>) {}

  /**
   * Loads kinds.
   * @param names built-in names, or files of modules that export `kind` and `run`
   * @throws GatewayConfigError naming the file that is none, or the name that two have
   */
  static async load(names: readonly string[]): Promise<JobKinds> {
    const kinds = new Map<string, JobKind>();
    for (const name of names) {
      const loaded = await loadKind(BUILT_IN_KINDS[name] ?? name);
      if (kinds.has(loaded.name)) throw new GatewayConfigError(`Two job kinds are named ${loaded.name}.`);
      kinds.set(loaded.name, loaded);
    }
    return new JobKinds(kinds);
  }

  /** All of them, as they are told of. */
  list(): JobKindDescription[] {
    return [...this.kinds.values()].map(({ name, description, measurement }) => {
      return { name, description, measurement, simulated: true };
    });
  }

  /** The kind that a manifest names and means. @throws Problem 404, or 400 for other code or parameters */
  require({ name, measurement, parameters }: JobManifest): JobKind {
    const kind = this.kinds.get(name);
    if (!kind) throw notFound("This gateway has no job kind of that name: GET /v1/job-kinds lists what it runs.");
    if (kind.measurement !== measurement) {
      throw badRequest(
        `The code of ${name} here is ${kind.measurement}, the manifest's measurement is ${measurement}.`,
      );
    }
    try {
      kind.checkParameters(parameters);
    } catch (error) {
      throw badRequest(`The parameters do not fit ${name}: ${(error as Error).message}`);
    }
    return kind;
  }
}

async function loadKind(file: string): Promise<JobKind> {
  const module = pathToFileURL(file).href;
  const { kind, run } = await importKind(module, file);
  if (!kind?.name || typeof kind.checkParameters !== "function" || typeof run !== "function")
    throw new GatewayConfigError(`${file} is no job kind: expected a module that exports \`kind\` and \`run\`.`);
  const { name, description, checkParameters } = kind;
  return { name, description, checkParameters, measurement: await measurementOf(file), simulated: true, module };
}

async function importKind(module: string, file: string): Promise<Partial<KindModule>> {
  try {
    return (await import(module)) as Partial<KindModule>;
  } catch (error) {
    throw new GatewayConfigError(`The job kind ${file} cannot be loaded: ${(error as Error).message}`);
  }
}
