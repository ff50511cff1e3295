import { RunnerError } from "../errors.js";
import type { Heap } from "../wasm/heap.js";
import type { Host } from "../wasm/instance.js";
import { parseJson, writeJson } from "../wasm/json.js";
import { readEntity, readValue, writeEntity, writeTagged } from "../wasm/store-values.js";
import type { Environment } from "./environment.js";

/** `dataSource.*` and `ipfs.*` */
export function sourcesHost(environment: Environment, heap: () => Heap): Host {
  const text = (pointer: number | undefined) => heap().readString(pointer as number);
  const texts = (pointer: number | undefined) =>
    heap()
      .readArray(pointer as number)
      .map(text);
  return {
    "dataSource.create": (template, params) => {
      environment.createDataSource(text(template), texts(params), new Map());
      return undefined;
    },
    "dataSource.createWithContext": (template, params, context = 0) => {
      environment.createDataSource(text(template), texts(params), readEntity(heap(), context));
      return undefined;
    },
    "dataSource.address": () => heap().bytes(environment.dataSource().address),
    "dataSource.network": () => heap().string(environment.dataSource().network),
    "dataSource.context": () => writeEntity(heap(), environment.dataSource().context),
    "ipfs.cat": (path) => {
      const content = environment.file(text(path));
      return content ? heap().bytes(content) : 0;
    },
    "ipfs.map": (path, callback, userData = 0, flags = 0) => {
      if (!texts(flags).includes("json")) throw new RunnerError('ipfs.map needs the flag "json"');
      const content = environment.file(text(path));
      if (!content) throw new RunnerError(`ipfs.map: there is no file "${text(path)}"`);
      const data = readValue(heap(), userData);
      const lines = Buffer.from(content).toString().split("\n");
      for (const line of lines.filter((item) => item.trim() !== "")) {
        const value = writeJson(heap(), parseJson(line));
        environment.callback(text(callback), value, writeTagged(heap(), data));
      }
      return undefined;
    },
  };
}
