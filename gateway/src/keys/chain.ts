/** A node's own eyes on one chain: reads at confirmation depth, and refuses to answer from a head that it cannot trust. */
import { licenseTokenAbi } from "@colophon-protocol/contracts";
import { ACCESS_REASONS, type AccessReason, type LicenseCondition } from "@colophon-protocol/sdk/keys";
import {
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  type Hex,
  http,
  type PublicClient,
  recoverAddress,
  recoverMessageAddress,
} from "viem";
import type { ChainConfig } from "./config.js";
import { denied, KeyNodeError } from "./errors.js";

export class ChainReader {
  readonly #client: PublicClient;
  #chainChecked = false;

  constructor(
    readonly name: string,
    readonly config: ChainConfig,
    private readonly now: () => number,
  ) {
    this.#client = createPublicClient({
      transport: http(config.rpcUrl, { batch: true, retryCount: 1, retryDelay: 50, timeout: config.rpcTimeoutMs }),
    });
  }

  /**
   * The newest block whose state may be answered from.
   * @throws KeyNodeError `stale_head` when the head's time is too far from the clock, `rpc_unavailable` when nobody answers or
   *   the RPC serves another chain.
   */
  async confirmedBlock(): Promise<bigint> {
    const [head] = await this.#rpc(
      Promise.all([this.#client.getBlock({ includeTransactions: false }), this.#checkChain()]),
    );
    const { maxHeadAge, confirmations } = this.config;
    const age = Math.floor(this.now() / 1000) - Number(head.timestamp);
    if (maxHeadAge > 0 && Math.abs(age) > maxHeadAge) {
      throw new KeyNodeError(
        "stale_head",
        `The head of chain ${this.name} is ${age} s old, at most ${maxHeadAge} s is accepted; no access is granted until it moves.`,
      );
    }
    if (head.number < BigInt(confirmations)) {
      throw new KeyNodeError(
        "stale_head",
        `Chain ${this.name} has ${head.number} blocks, ${confirmations} confirmations are needed.`,
      );
    }
    return head.number - BigInt(confirmations);
  }

  /**
   * Whether `licenseId` gives `account` what the condition asks; returns on yes.
   * The license token decides, for the license's own dataset and for a component of the bundle that was sold alike.
   * @throws KeyNodeError `access_denied` with the chain's reason; `stale_head` or `rpc_unavailable` when it cannot be asked.
   */
  async requireLicense(account: Address, licenseId: bigint, condition: LicenseCondition): Promise<void> {
    const { datasetId, version, uses } = condition;
    const head = this.confirmedBlock();
    // Without a depth to keep, the head is asked for and read in one round trip; it still must be fresh for the answer to count.
    const at = this.config.confirmations === 0 ? {} : { blockNumber: await head };
    const read = this.#contract(
      this.#client.readContract({
        address: this.config.licenseToken,
        abi: licenseTokenAbi,
        functionName: "accessTo",
        args: [licenseId, account, datasetId, version, uses],
        ...at,
      }),
    );
    read.catch(() => undefined); // A head that cannot be trusted says so first.
    await head;
    const reason: AccessReason = ACCESS_REASONS[await read] ?? "None";
    if (reason !== "Granted") throw denied(reason);
  }

  /**
   * Evaluates the condition itself, `hasValidLicense(account, …) = true`.
   * @returns the license that the account selected, which is the one that was valid; undefined when that could not be asked
   * @throws KeyNodeError as `requireLicense` does.
   */
  async requireValidLicense(account: Address, condition: LicenseCondition): Promise<bigint | undefined> {
    const blockNumber = await this.confirmedBlock();
    const { datasetId, version, uses } = condition;
    const call = { address: this.config.licenseToken, abi: licenseTokenAbi, blockNumber } as const;
    // Both in one round trip.
    const [valid, licenseId] = await Promise.all([
      this.#contract(
        this.#client.readContract({
          ...call,
          functionName: "hasValidLicense",
          args: [account, datasetId, version, uses],
        }),
      ),
      this.#client
        .readContract({ ...call, functionName: "activeLicense", args: [account, datasetId, version] })
        .catch(() => undefined),
    ]);
    if (valid !== true) throw denied("None");
    return licenseId;
  }

  /** Whether `account` signed a digest: by its key, or as a contract (EIP-1271, also undeployed by EIP-6492). */
  async verifyHash(account: Address, hash: Hex, signature: Hex): Promise<boolean> {
    if (await recovers(account, () => recoverAddress({ hash, signature }))) return true;
    return this.#rpc(this.#client.verifyHash({ address: account, hash, signature }));
  }

  /** As `verifyHash`, for a personal message. */
  async verifyMessage(account: Address, message: string, signature: Hex): Promise<boolean> {
    if (await recovers(account, () => recoverMessageAddress({ message, signature }))) return true;
    return this.#rpc(this.#client.verifyMessage({ address: account, message, signature }));
  }

  /** Age of the head in seconds, or undefined when the RPC does not answer: for readiness and metrics. */
  async headAge(): Promise<number | undefined> {
    try {
      const head = await this.#client.getBlock({ includeTransactions: false });
      return Math.floor(this.now() / 1000) - Number(head.timestamp);
    } catch {
      return undefined;
    }
  }

  /** Hash of a recent block, which Lit's client uses as a session nonce. */
  async blockHash(): Promise<Hex> {
    return (await this.#rpc(this.#client.getBlock({ includeTransactions: false }))).hash;
  }

  async #checkChain(): Promise<void> {
    if (this.#chainChecked) return;
    const id = await this.#client.getChainId();
    if (id !== this.config.chainId) {
      throw new KeyNodeError(
        "rpc_unavailable",
        `The RPC of ${this.name} serves chain ${id}, expected ${this.config.chainId}.`,
      );
    }
    this.#chainChecked = true;
  }

  async #rpc<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof KeyNodeError) throw error;
      throw new KeyNodeError(
        "rpc_unavailable",
        `The RPC of chain ${this.name} does not answer; no access is granted until it does.`,
      );
    }
  }

  /** A revert by the license token is a no; anything else means that the chain could not be asked. */
  async #contract<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      const revert = error instanceof BaseError && error.walk((e) => e instanceof ContractFunctionRevertedError);
      if (revert) throw denied("None");
      return this.#rpc(Promise.reject(error));
    }
  }
}

async function recovers(account: Address, recover: () => Promise<Address>): Promise<boolean> {
  try {
    return (await recover()).toLowerCase() === account.toLowerCase();
  } catch {
    return false;
  }
}
