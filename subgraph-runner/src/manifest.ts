import type { Hex } from "viem";
import { parse } from "yaml";
import { RunnerError, refused } from "./errors.js";
import type { ValueType } from "./schema.js";
import type { Tagged } from "./store.js";

export interface EventHandler {
  event: string;
  handler: string;
  /** The handler reads the transaction's receipt. */
  receipt: boolean;
  /** For each of topic1 to topic3 what it may be; empty: anything. */
  topics: Hex[][];
}

export interface CallHandler {
  function: string;
  handler: string;
}

export interface BlockHandler {
  handler: string;
  /** `every` block, each n-th since the source began, once at its beginning, or where something called its address. */
  filter: { kind: "every" } | { kind: "polling"; every: number } | { kind: "once" } | { kind: "call" };
}

/** A data source of the manifest, or a template of one. */
export interface SourceDefinition {
  name: string;
  kind: "ethereum" | "file";
  network: string;
  /** Lower case; undefined: any contract (of a template: filled in when it is created). */
  address?: Hex;
  abi?: string;
  startBlock: number;
  endBlock: number;
  context: Map<string, Tagged>;
  /** Path of the WebAssembly, relative to the manifest. */
  file: string;
  abis: { name: string; file: string }[];
  entities: string[];
  eventHandlers: EventHandler[];
  callHandlers: CallHandler[];
  blockHandlers: BlockHandler[];
  /** Of a file. */
  fileHandler?: string;
}

export interface Manifest {
  schemaFile: string;
  sources: SourceDefinition[];
  templates: SourceDefinition[];
}

const API_VERSIONS = ["0.0.7", "0.0.8", "0.0.9"];

type Tree = Record<string, unknown>;
const list = (value: unknown) => (value ?? []) as Tree[];

/** @param text YAML, as `graph build` writes it @throws {RunnerError} for what is missing, and by name for what is not supported */
export function parseManifest(text: string): Manifest {
  const tree = parse(text) as Tree;
  const schemaFile = (tree?.schema as Tree | undefined)?.file;
  if (typeof schemaFile !== "string") throw new RunnerError("the manifest names no schema (schema.file)");
  if (tree.graft) throw refused("grafting (graft)", "Run the subgraph from its first block.");
  const sources = list(tree.dataSources).map((source) => readSource(source));
  const templates = list(tree.templates).map((source) => readSource(source));
  const fileSource = sources.find(({ kind }) => kind === "file");
  if (fileSource)
    throw refused(`the file data source "${fileSource.name}" outside of templates`, "Create it in a handler.");
  return { schemaFile, sources, templates };
}

function readSource(tree: Tree): SourceDefinition {
  const name = String(tree.name);
  const kind = readKind(String(tree.kind), name);
  const source = (tree.source ?? {}) as Tree;
  const mapping = (tree.mapping ?? {}) as Tree;
  if (mapping.language !== undefined && mapping.language !== "wasm/assemblyscript")
    throw refused(`the language ${mapping.language} (of "${name}")`, "Use wasm/assemblyscript.");
  if (!API_VERSIONS.includes(String(mapping.apiVersion)))
    throw refused(`apiVersion ${mapping.apiVersion} (of "${name}")`, `Use one of ${API_VERSIONS.join(", ")}.`);
  const context = Object.entries((tree.context ?? {}) as Record<string, { type: string; data: unknown }>);
  return {
    name,
    kind,
    network: String(tree.network ?? ""),
    ...(source.address ? { address: String(source.address).toLowerCase() as Hex } : {}),
    ...(source.abi ? { abi: String(source.abi) } : {}),
    startBlock: Number(source.startBlock ?? 0),
    endBlock: Number(source.endBlock ?? Number.POSITIVE_INFINITY),
    context: new Map(
      context.map(([key, { type, data }]) => [key, contextValue(`context.${key} of "${name}"`, type, data)]),
    ),
    file: String(mapping.file),
    abis: list(mapping.abis).map((abi) => ({ name: String(abi.name), file: String(abi.file) })),
    entities: list(mapping.entities).map(String),
    eventHandlers: list(mapping.eventHandlers).map(readEventHandler),
    callHandlers: list(mapping.callHandlers).map((item) => ({
      function: String(item.function),
      handler: String(item.handler),
    })),
    blockHandlers: list(mapping.blockHandlers).map((item) => ({
      handler: String(item.handler),
      filter: readFilter(item.filter as Tree | undefined, name),
    })),
    ...(mapping.handler ? { fileHandler: String(mapping.handler) } : {}),
  };
}

function readKind(kind: string, name: string): SourceDefinition["kind"] {
  if (kind === "ethereum" || kind === "ethereum/contract") return "ethereum";
  if (kind === "file/ipfs") return "file";
  throw refused(
    `the kind ${kind} (of "${name}")`,
    "Kinds are ethereum, ethereum/contract and, as a template, file/ipfs.",
  );
}

function readEventHandler(item: Tree): EventHandler {
  return {
    event: String(item.event),
    handler: String(item.handler),
    receipt: item.receipt === true,
    topics: ["topic1", "topic2", "topic3"].map((key) =>
      list(item[key]).map((topic) => String(topic).toLowerCase() as Hex),
    ),
  };
}

function readFilter(filter: Tree | undefined, name: string): BlockHandler["filter"] {
  if (!filter) return { kind: "every" };
  const { kind, every } = filter;
  if (kind === "once" || kind === "call") return { kind };
  if (kind === "polling" && Number(every) >= 1) return { kind, every: Number(every) };
  throw refused(
    `the block filter ${JSON.stringify(filter)} (of "${name}")`,
    "Filters are once, call, and polling with every.",
  );
}

const SCALARS: Record<string, (data: string) => Tagged> = {
  String: (data) => ({ kind: "String", value: data }),
  Int: (data) => ({ kind: "Int", value: Number(data) }),
  Int8: (data) => ({ kind: "Int8", value: BigInt(data) }),
  BigInt: (data) => ({ kind: "BigInt", value: BigInt(data) }),
  Bytes: (data) => ({ kind: "Bytes", value: data.toLowerCase() }),
  Boolean: (data) => ({ kind: "Boolean", value: data === "true" }),
  Bool: (data) => ({ kind: "Boolean", value: data === "true" }),
};

function contextValue(place: string, type: string, data: unknown): Tagged {
  if (type === "List")
    return {
      kind: "Array",
      value: (data as { type: ValueType; data: unknown }[]).map((item) => contextValue(place, item.type, item.data)),
    };
  const make = SCALARS[type];
  if (!make) throw refused(`the type ${type} in ${place}`, `Types are ${Object.keys(SCALARS).join(", ")} and List.`);
  return make(String(data));
}
