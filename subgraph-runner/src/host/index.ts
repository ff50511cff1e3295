import { RunnerError } from "../errors.js";
import type { Heap } from "../wasm/heap.js";
import type { Host } from "../wasm/instance.js";
import { conversionHost } from "./conversion.js";
import type { Environment, LogLevel } from "./environment.js";
import { ethereumHost } from "./ethereum.js";
import { numbersHost } from "./numbers.js";
import { sourcesHost } from "./sources.js";
import { storeHost } from "./store.js";

const LEVELS: LogLevel[] = ["critical", "error", "warning", "info", "debug", "success"];

/** @param heap of the instance that these functions are for, once it is there @returns every function that graph-node's host has and we have */
export function createHost(environment: Environment, heap: () => Heap): Host {
  return {
    ...storeHost(environment, heap),
    ...numbersHost(heap),
    ...conversionHost(heap),
    ...ethereumHost(environment, heap),
    ...sourcesHost(environment, heap),
    "log.log": (level, message) => {
      const text = heap().readString(message as number);
      environment.log(LEVELS[level as number] ?? "info", text);
      if (level === 0) throw new RunnerError(`log.critical: ${text}`);
      return undefined;
    },
    abort: (message, file, line, column) => {
      const text = message ? heap().readString(message) : "aborted";
      throw new RunnerError(`${text} (${file ? heap().readString(file) : "?"}:${line}:${column})`);
    },
  };
}
