import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Hex } from "viem";
import { RunnerError } from "../errors.js";
import type { EthereumValue } from "../ethereum-value.js";
import type { ContractCall, Environment, LogLevel } from "../host/environment.js";
import { derivedField } from "../host/store.js";
import type { Schema } from "../schema.js";
import { type Row, Store, type Tagged, type Value } from "../store.js";

/** All of a test file happens in one block. */
const BLOCK = 1;

interface Source {
  address: string;
  network: string;
  context: Map<string, Tagged>;
}

/** What tests of mappings run against: a store without a chain, and answers that the tests made up. */
export class MatchstickEnvironment implements Environment {
  readonly store: Store;
  readonly #inBlock: Store;
  readonly #functions = new Map<string, { values: EthereumValue[]; reverts: boolean }>();
  readonly #files = new Map<string, string>();
  readonly #sources = new Map<string, Map<string, Map<string, Tagged>>>();
  #mocked: Source = { address: "0x0000000000000000000000000000000000000000", network: "mainnet", context: new Map() };

  constructor(
    readonly schema: Schema,
    templates: Iterable<string>,
    private readonly folder: string,
    readonly log: (level: LogLevel, message: string) => void,
    readonly callback: (name: string, ...args: number[]) => void,
  ) {
    this.store = new Store(schema);
    this.#inBlock = new Store(schema);
    for (const template of templates) this.#sources.set(template, new Map());
  }

  get(type: string, id: string): Row | undefined {
    return this.store.get(type, id);
  }

  getInBlock(type: string, id: string): Row | undefined {
    return this.#inBlock.get(type, id);
  }

  set(type: string, id: string, fields: Map<string, Tagged>): void {
    this.store.set(type, id, fields, BLOCK);
  }

  remove(type: string, id: string): void {
    if (!this.store.get(type, id)) throw new RunnerError(`${type}[${id}] is removed, but it is not in the store`);
    this.store.remove(type, id, BLOCK);
  }

  related(type: string, id: string, field: string): { type: string; row: Row }[] {
    const { typeName, back, idIsInt8 } = derivedField(this.schema, type, field);
    return this.store.pointing(typeName, back, idIsInt8 ? BigInt(id) : id);
  }

  mockInBlock(type: string, id: string, fields: Map<string, Tagged>): void {
    this.#inBlock.set(type, id, fields, BLOCK);
  }

  clearInBlock(): void {
    this.#inBlock.clear();
  }

  count(type: string): number {
    return [...this.store.rows(type)].length;
  }

  /** @returns a field as its assertion writes it: derived ones are lists of ids; undefined if it has no value */
  fieldText(type: string, id: string, field: string): string | undefined {
    const found = this.schema.entities.get(type)?.fields.get(field);
    if (found?.derivedFrom === undefined) return valueText(this.store.get(type, id)?.get(field));
    return valueText(this.related(type, id, field).map(({ row }) => row.get("id") as Value));
  }

  dataSource(): { address: Hex; network: string; context: Map<string, Tagged> } {
    const { address } = this.#mocked;
    // A file's source has its CID there.
    const bytes: Hex = /^0x[0-9a-fA-F]*$/.test(address)
      ? (address.toLowerCase() as Hex)
      : `0x${Buffer.from(address).toString("hex")}`;
    return { ...this.#mocked, address: bytes };
  }

  mockDataSource(source: Source): void {
    this.#mocked = source;
  }

  createDataSource(template: string, params: string[], context: Map<string, Tagged>): void {
    this.dataSources(template).set((params[0] ?? "").toLowerCase(), context);
  }

  /** @returns sources that handlers made of a template, by address in lower case @throws {RunnerError} if there is no such template */
  dataSources(template: string): Map<string, Map<string, Tagged>> {
    const found = this.#sources.get(template);
    if (!found)
      throw new RunnerError(
        `there is no template "${template}"; the manifest has ${[...this.#sources.keys()].join(", ")}`,
      );
    return found;
  }

  mockFunction(call: Omit<ContractCall, "contract">, values: EthereumValue[], reverts: boolean): void {
    this.#functions.set(callText(call), { values, reverts });
  }

  contractCall(call: ContractCall): EthereumValue[] | null {
    const mocked = this.#functions.get(callText(call));
    if (!mocked)
      throw new RunnerError(
        `nothing was mocked for ${callText(call)}: call createMockedFunction with this address, name, signature and arguments`,
      );
    return mocked.reverts ? null : mocked.values;
  }

  balance(address: Hex): bigint {
    const mocked = this.#functions.get(
      callText({ address, function: "balance", signature: "balance():(uint256)", params: [] }),
    );
    if (!mocked)
      throw new RunnerError(
        `no balance was mocked for ${address}: mock "balance" with the signature "balance():(uint256)"`,
      );
    return mocked.values[0]?.value as bigint;
  }

  code(address: Hex): Hex {
    const mocked = this.#functions.get(
      callText({ address, function: "hasCode", signature: "hasCode():(bool)", params: [] }),
    );
    if (!mocked)
      throw new RunnerError(`no code was mocked for ${address}: mock "hasCode" with the signature "hasCode():(bool)"`);
    return mocked.values[0]?.value === true ? "0x01" : "0x";
  }

  mockFile(hash: string, path: string): void {
    this.#files.set(hash, path);
  }

  file(path: string): Uint8Array {
    const mocked = this.#files.get(path);
    if (mocked === undefined) throw new RunnerError(`no file was mocked for "${path}": call mockIpfsFile`);
    return this.readFile(mocked);
  }

  /** @param path relative to the folder of the tests */
  readFile(path: string): Uint8Array {
    return readFileSync(resolve(this.folder, path));
  }
}

function callText({ address, signature, params }: Omit<ContractCall, "contract">): string {
  return `${address} ${signature} with (${params.map((param) => JSON.stringify(param.value, plain)).join(", ")})`;
}

const plain = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);

function valueText(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? `[${value.map(valueText).join(", ")}]` : String(value);
}
