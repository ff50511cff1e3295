import type { EthereumValue } from "../ethereum-value.js";
import { createHost } from "../host/index.js";
import { readEthereumValue, readEthereumValues } from "../wasm/ethereum.js";
import type { Heap } from "../wasm/heap.js";
import type { Host, HostFunction } from "../wasm/instance.js";
import { readEntity } from "../wasm/store-values.js";
import type { MatchstickEnvironment } from "./environment.js";

/** What a test file registers while it starts. */
export interface Registry {
  test(name: string, shouldFail: boolean, run: number): void;
  describe(name: string, run: number): void;
  hook(kind: string, run: number): void;
  /** What an assertion found. */
  mismatch(message: string): void;
}

type Pointers = (number | undefined)[];

/** @returns graph-node's host and what `matchstick-as` imports beside it */
export function matchstickHost(environment: MatchstickEnvironment, registry: Registry, heap: () => Heap): Host {
  const text = (pointer: number | undefined) => heap().readString(pointer as number);
  const nothing =
    (run: (...pointers: Pointers) => void): HostFunction =>
    (...pointers) => {
      run(...pointers);
      return undefined;
    };
  return {
    ...createHost(environment, heap),
    ...assertions(environment, registry, heap),
    _registerTest: nothing((name, shouldFail, run) => registry.test(text(name), shouldFail !== 0, run as number)),
    _registerDescribe: nothing((name, run) => registry.describe(text(name), run as number)),
    _registerHook: nothing((run, kind) => registry.hook(text(kind), run as number)),
    clearStore: nothing(() => environment.store.clear()),
    clearInBlockStore: nothing(() => environment.clearInBlock()),
    mockInBlockStore: nothing((type, id, entity) =>
      environment.mockInBlock(text(type), text(id), readEntity(heap(), entity as number)),
    ),
    countEntities: (type) => environment.count(text(type)),
    logStore: nothing(() => {
      for (const type of environment.schema.entities.keys())
        for (const row of environment.store.rows(type)) environment.log("debug", `${type} ${rowText(row)}`);
    }),
    logEntity: nothing((type, id) =>
      environment.log("debug", `${text(type)} ${rowText(environment.get(text(type), text(id)) ?? new Map())}`),
    ),
    logDataSources: nothing((template) =>
      environment.log("debug", `${text(template)} ${[...environment.dataSources(text(template)).keys()].join(", ")}`),
    ),
    "dataSourceMock.setReturnValues": nothing((address, network, context) =>
      environment.mockDataSource({
        address: text(address),
        network: text(network),
        context: readEntity(heap(), context as number),
      }),
    ),
    mockFunction: nothing((address = 0, name, signature, params = 0, values = 0, reverts) =>
      environment.mockFunction(
        {
          address: heap().readHex(address),
          function: text(name),
          signature: text(signature),
          params: readEthereumValues(heap(), params),
        },
        readEthereumValues(heap(), values),
        reverts !== 0,
      ),
    ),
    mockIpfsFile: nothing((hash, path) => environment.mockFile(text(hash), text(path))),
    readFile: (path) => heap().bytes(environment.readFile(text(path))),
  };
}

/** Each answers 1 or 0; `…WithMessage` has the message behind its other arguments. */
function assertions(environment: MatchstickEnvironment, registry: Registry, heap: () => Heap): Host {
  const text = (pointer: number | undefined) => heap().readString(pointer as number);
  const checks: Record<string, (...pointers: Pointers) => string | undefined> = {
    fieldEquals: (type, id, field, expected) => {
      const actual = environment.fieldText(text(type), text(id), text(field));
      if (actual === text(expected)) return undefined;
      const place = `${text(type)}[${text(id)}].${text(field)}`;
      return `${place} is ${actual === undefined ? "not there" : `"${actual}"`}, expected "${text(expected)}"`;
    },
    equals: (expected = 0, actual = 0) => {
      const [wanted, found] = [expected, actual].map((value) => ethereumText(readEthereumValue(heap(), value)));
      return wanted === found ? undefined : `got ${found}, expected ${wanted}`;
    },
    notInStore: (type, id) =>
      environment.get(text(type), text(id)) ? `${text(type)}[${text(id)}] is in the store` : undefined,
    dataSourceCount: (template, expected) => {
      const { size } = environment.dataSources(text(template));
      return size === expected ? undefined : `${size} sources were made of "${text(template)}", expected ${expected}`;
    },
    dataSourceExists: (template, address) =>
      environment.dataSources(text(template)).has(text(address).toLowerCase())
        ? undefined
        : `no source of "${text(template)}" was made for ${text(address)}`,
  };
  const host: Host = {};
  for (const [name, check] of Object.entries(checks)) {
    const answer = (pointers: number[], message: string) => {
      const mismatch = check(...pointers);
      if (mismatch !== undefined) registry.mismatch(message + mismatch);
      return mismatch === undefined ? 1 : 0;
    };
    host[`_assert.${name}`] = (...pointers) => answer(pointers, "");
    host[`_assert.${name}WithMessage`] = (...pointers) => answer(pointers, `${text(pointers[pointers.length - 1])}: `);
  }
  return host;
}

const bigIntText = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);

const ethereumText = (value: EthereumValue) => `${value.kind} ${JSON.stringify(value.value, bigIntText)}`;

const rowText = (row: ReadonlyMap<string, unknown>) =>
  JSON.stringify(Object.fromEntries(row), (_, value) => (typeof value === "bigint" ? value.toString() : value));
