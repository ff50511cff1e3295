import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { type Hex, numberToHex } from "viem";
import type { ChainState } from "./chain.js";
import { RunnerError } from "./errors.js";

export interface RpcStateOptions {
  /** How long one answer may take, in milliseconds; by default 30,000. */
  timeout?: number;
}

/** Mappings wait for answers, and Node's network answers only who does not wait: so a thread of its own asks, and this one sleeps meanwhile. */
const WORKER = `
const { workerData } = require("node:worker_threads");
const { url, port, signal } = workerData;
port.on("message", async (body) => {
  let answer;
  try {
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    answer = { status: response.status, text: await response.text() };
  } catch (error) {
    answer = { failure: String(error.cause?.message ?? error.message) };
  }
  port.postMessage(answer);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});
`;

/** What nodes say when the contract, not the node, ended the call. */
const REVERTS = /revert|invalid opcode|invalid ?jump|bad instruction|out ?of ?gas|stack (underflow|limit|overflow)/i;

type Answer = { status: number; text: string } | { failure: string };
type RpcError = { code: number; message: string; data?: unknown };

/**
 * Contract calls, balances and code from a node's JSON-RPC, while a handler waits. The node must run in another process: this thread sleeps.
 * @param url http or https
 * @returns the state, and `close` to end its thread (which does not keep Node running)
 */
export function rpcState(url: string, { timeout = 30_000 }: RpcStateOptions = {}): ChainState & { close(): void } {
  if (!/^https?:/.test(url)) throw new RunnerError(`${url} is not an http or https address, which contract calls need`);
  const client = new WaitingClient(url, timeout);
  return {
    call(to, data, block) {
      const answer = client.ask("eth_call", [{ to, data }, numberToHex(block)]);
      if (!("error" in answer)) return answer.result as Hex;
      const { code, message, data: detail } = answer.error;
      if (code === 3 || REVERTS.test(`${message} ${typeof detail === "string" ? detail : ""}`)) return null;
      throw new RunnerError(`${url} refused eth_call at block ${block}: ${message}`);
    },
    balance: (account, block) => BigInt(client.need("eth_getBalance", [account, numberToHex(block)])),
    code: (account, block) => client.need("eth_getCode", [account, numberToHex(block)]),
    close: () => client.close(),
  };
}

class WaitingClient {
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #port;
  readonly #worker: Worker;
  #closed: string | undefined;

  constructor(
    private readonly url: string,
    private readonly timeout: number,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData = { url, port: port2, signal: this.#signal };
    this.#worker = new Worker(WORKER, { eval: true, workerData, transferList: [port2] });
    this.#worker.unref();
  }

  /** @throws {RunnerError} if the node does not answer, or not in JSON-RPC */
  ask(method: string, params: unknown[]): { result: unknown } | { error: RpcError } {
    if (this.#closed) throw new RunnerError(this.#closed);
    Atomics.store(this.#signal, 0, 0);
    this.#port.postMessage(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    if (Atomics.wait(this.#signal, 0, 0, this.timeout) === "timed-out") {
      this.close(`${this.url} did not answer ${method} within ${this.timeout} ms: make a new state to go on`);
      throw new RunnerError(this.#closed);
    }
    const answer = receiveMessageOnPort(this.#port)?.message as Answer;
    if ("failure" in answer) throw new RunnerError(`${this.url} cannot be asked ${method}: ${answer.failure}`);
    try {
      return JSON.parse(answer.text);
    } catch {
      throw new RunnerError(
        `${this.url} answered ${method} with status ${answer.status} and no JSON: ${answer.text.slice(0, 200)}`,
      );
    }
  }

  need(method: string, params: unknown[]): Hex {
    const answer = this.ask(method, params);
    if ("error" in answer) throw new RunnerError(`${this.url} refused ${method}: ${answer.error.message}`);
    return answer.result as Hex;
  }

  close(why = "this chain state was closed"): void {
    this.#closed = why;
    this.#port.close();
    void this.#worker.terminate();
  }
}
