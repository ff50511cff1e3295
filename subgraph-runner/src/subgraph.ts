import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Abi } from "viem";
import { RunnerError } from "./errors.js";
import { type EventDecoder, eventDecoder, type FunctionCodec, functionCodec } from "./ethereum-value.js";
import { type CallHandler, type EventHandler, parseManifest, type SourceDefinition } from "./manifest.js";
import { parseSchema, type Schema } from "./schema.js";
import { MappingModule } from "./wasm/instance.js";

/** A data source with its ABIs read and its handlers found. */
export interface Source extends Omit<SourceDefinition, "abis" | "eventHandlers" | "callHandlers"> {
  mapping: MappingModule;
  abis: Map<string, Abi>;
  eventHandlers: (EventHandler & { decoder: EventDecoder })[];
  callHandlers: (CallHandler & { codec: FunctionCodec })[];
}

/** A built subgraph, checked and ready to run; it holds no state. */
export interface Subgraph {
  /** SHA-256 over all of its files, as they were read; `deployment` in `_meta`. */
  id: string;
  schema: Schema;
  sources: Source[];
  templates: Map<string, Source>;
}

/**
 * Reads what `graph build` wrote.
 * @param manifestFile path of the built `subgraph.yaml`; other files are relative to it
 * @throws {RunnerError} if a file, handler, event or function is missing, or something is not supported
 */
export function loadSubgraph(manifestFile: string): Subgraph {
  const folder = dirname(resolve(manifestFile));
  const hash = createHash("sha256");
  const read = (file: string, what: string): Buffer => {
    try {
      const content = readFileSync(resolve(folder, file));
      hash.update(content);
      return content;
    } catch (error) {
      throw new RunnerError(
        `cannot read ${what}, ${resolve(folder, file)}: ${(error as Error).message}. Has the subgraph been built?`,
      );
    }
  };
  const manifest = parseManifest(read(resolve(manifestFile), "the manifest").toString());
  const schema = parseSchema(read(manifest.schemaFile, "the schema").toString());
  const mappings = new Map<string, MappingModule>();
  const mappingOf = (file: string) => {
    const known = mappings.get(file) ?? new MappingModule(file, read(file, "the mapping"));
    mappings.set(file, known);
    return known;
  };
  const load = (definition: SourceDefinition) =>
    loadSource(definition, mappingOf(definition.file), (file) => parseAbi(file, read(file, "an ABI").toString()));
  const sources = manifest.sources.map(load);
  const templates = new Map(manifest.templates.map((template) => [template.name, load(template)]));
  return { id: hash.digest("hex"), schema, sources, templates };
}

function parseAbi(file: string, text: string): Abi {
  let parsed: Abi | { abi?: Abi } | undefined;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  const abi = Array.isArray(parsed) ? parsed : (parsed as { abi?: Abi } | undefined)?.abi;
  if (!Array.isArray(abi))
    throw new RunnerError(`${file} is not an ABI: expected JSON, a list or an object with a list "abi"`);
  return abi;
}

function loadSource(definition: SourceDefinition, mapping: MappingModule, readAbi: (file: string) => Abi): Source {
  const { name, eventHandlers, callHandlers, blockHandlers, fileHandler } = definition;
  const handlers = [...eventHandlers, ...callHandlers, ...blockHandlers].map(({ handler }) => handler);
  for (const handler of fileHandler ? [...handlers, fileHandler] : handlers)
    if (!mapping.exports.has(handler))
      throw new RunnerError(`"${name}" has the handler "${handler}", which ${mapping.name} does not export`);
  if (definition.kind === "file" && !fileHandler)
    throw new RunnerError(`the file template "${name}" names no handler (mapping.handler)`);
  const abis = new Map(definition.abis.map((abi) => [abi.name, readAbi(abi.file)]));
  const abi = abis.get(definition.abi ?? "");
  if (!abi && eventHandlers.length + callHandlers.length > 0)
    throw new RunnerError(`"${name}" reads the ABI "${definition.abi}", which is not in its mapping.abis`);
  const place = `the ABI "${definition.abi}" of "${name}"`;
  return {
    ...definition,
    mapping,
    abis,
    eventHandlers: eventHandlers.map((item) => ({ ...item, decoder: eventDecoder(abi as Abi, item.event, place) })),
    callHandlers: callHandlers.map((item) => ({ ...item, codec: functionCodec(abi as Abi, item.function, place) })),
  };
}
