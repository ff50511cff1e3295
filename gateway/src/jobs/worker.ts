/** Runs a kind's code in a thread of its own, which can be ended at any moment and sees nothing of the gateway's environment. */
import { Worker } from "node:worker_threads";

/** Plain JavaScript, so that it is the same from sources and from the build. */
const BOOT = `
const { parentPort, workerData } = require("node:worker_threads");
const { module, given } = workerData;
import(module)
  .then(({ run }) => run(given))
  .then(({ outputs, uses }) => parentPort.postMessage({ outputs, uses }))
  .catch((error) => parentPort.postMessage({ error: String(error?.message ?? error) }));
`;

const MAX_REASON = 500;

/** A version's files, decrypted and verified. */
export interface WorkInput {
  licenseId: string;
  datasetId: string;
  version: number;
  files: Map<string, Uint8Array>;
}

/** What a kind gets. */
export interface Work {
  /** URL of the kind's file. */
  module: string;
  inputs: WorkInput[];
  parameters: Readonly<Record<string, string>>;
}

/** What a kind gives back. */
export interface Worked {
  outputs: ReadonlyMap<string, Uint8Array>;
  /** How often each chunk was used. */
  uses: number;
}

export interface WorkLimits {
  /** Mebibytes of JavaScript's heap. */
  memory: number;
  outputBytes: number;
}

/** Thrown when the code of a kind failed, or gave back what it must not. The message goes to the licensee. */
export class WorkFailed extends Error {
  override readonly name = "WorkFailed";

  constructor(
    readonly code: "work_failed" | "output_too_large",
    message: string,
  ) {
    super(message.slice(0, MAX_REASON));
  }
}

/**
 * Runs a kind.
 * @param signal ends it at once
 * @throws WorkFailed, or the signal's reason
 */
export async function runWork(work: Work, limits: WorkLimits, signal: AbortSignal): Promise<Worked> {
  signal.throwIfAborted();
  const { module, inputs, parameters } = work;
  const worker = new Worker(BOOT, {
    eval: true,
    env: {},
    execArgv: [],
    // What a kind prints is nobody's: it may be of the data.
    stdout: true,
    stderr: true,
    workerData: { module, given: { inputs, parameters } },
    resourceLimits: { maxOldGenerationSizeMb: limits.memory },
  });
  worker.stdout.resume();
  worker.stderr.resume();
  try {
    return checked(await answerOf(worker, signal), limits);
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    worker.once("message", resolve);
    worker.once("error", (error) => reject(new WorkFailed("work_failed", `The code failed: ${error.message}`)));
    // The last of all, however it ends.
    worker.once("exit", () => {
      signal.removeEventListener("abort", stop);
      reject(new WorkFailed("work_failed", "The code ended without a result."));
    });
  });
}

function checked(answer: unknown, { outputBytes }: WorkLimits): Worked {
  const { error, outputs, uses } = answer as { error?: string; outputs?: unknown; uses?: unknown };
  if (error !== undefined) throw new WorkFailed("work_failed", `The code failed: ${error}`);
  const made = Object.entries((outputs ?? {}) as Record<string, unknown>);
  const fit = made.every(([name, bytes]) => /^[\w.-]{1,100}$/.test(name) && bytes instanceof Uint8Array);
  if (made.length === 0 || !fit || !Number.isSafeInteger(uses) || (uses as number) < 1)
    throw new WorkFailed("work_failed", "The code gave back no outputs by name, or no number of uses.");
  const total = made.reduce((sum, [, bytes]) => sum + (bytes as Uint8Array).length, 0);
  if (total > outputBytes)
    throw new WorkFailed("output_too_large", `The outputs have ${total} bytes, at most ${outputBytes} are kept.`);
  const sorted = (made as [string, Uint8Array][]).sort(([a], [b]) => (a < b ? -1 : 1));
  return { outputs: new Map(sorted), uses: uses as number };
}
