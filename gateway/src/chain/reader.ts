/** The gateway's own eyes on the chain: reads at confirmation depth, fails closed when the chain cannot be asked or stands still. */
import {
  checkpointLogAbi,
  datasetRegistryAbi,
  licenseMarketAbi,
  licenseTokenAbi,
  liveStreamRailAbi,
  meterRailAbi,
  proofRegistryAbi,
  recallsAbi,
  streamRailAbi,
} from "@colophon-protocol/contracts";
import type { Offer } from "@colophon-protocol/sdk";
import {
  type Abi,
  type Address,
  BaseError,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  createPublicClient,
  getAbiItem,
  type Hex,
  http,
  type PublicClient,
  parseAbi,
  parseAbiItem,
  recoverMessageAddress,
} from "viem";
import { Problem, unavailable } from "../errors.js";
import { recoversOnChain } from "./signature.js";

/** Which chain, and how far its head is believed. */
export interface ChainConfig {
  chainId: number;
  rpcUrl: string;
  licenseToken: Address;
  datasetRegistry: Address;
  /** Only where licenses are paid by use or by stream. */
  licenseMarket?: Address | undefined;
  meterRail?: Address | undefined;
  streamRail?: Address | undefined;
  liveStreamRail?: Address | undefined;
  /** Only where licenses that leave a recall unanswered are refused. */
  recalls?: Address | undefined;
  /** Only where heads of the provider's log are anchored. */
  checkpointLog?: Address | undefined;
  /** Only where runs under licenses are recorded. */
  proofRegistry?: Address | undefined;
  /** Only where jobs are run. */
  computeReceipts?: Address | undefined;
  /** Blocks below the head at which state is read; 0 on local chains. */
  confirmations: number;
  /** Seconds that the head may lag behind or lead this machine's clock; 0 switches the check off. */
  maxHeadAge: number;
  /** Milliseconds for one RPC call. */
  rpcTimeoutMs: number;
  /** Block of the registry's deployment: where reading its events starts. */
  fromBlock: bigint;
}

/** A run as it was recorded, and where. */
export interface RecordedRun {
  recordId: bigint;
  runManifestHash: Hex;
  program: number;
  /** 1 to 4. */
  grade: number;
  /** Of the receipt that the proof names; zeros for none. */
  attestationDigest: Hex;
  /** Each once. */
  licenseIds: readonly bigint[];
  block: bigint;
  transactionHash: Hex;
}

/** A block that answers may rest on. `time` is the head's, in Unix seconds of the chain's clock. */
export interface BlockRef {
  block: bigint;
  time: number;
}

const ABIS = {
  licenseToken: licenseTokenAbi,
  datasetRegistry: datasetRegistryAbi,
  licenseMarket: licenseMarketAbi,
  meterRail: meterRailAbi,
  streamRail: streamRailAbi,
  liveStreamRail: liveStreamRailAbi,
  checkpointLog: checkpointLogAbi,
  proofRegistry: proofRegistryAbi,
};
type Abis = typeof ABIS;
const HEAD_TTL_MS = 500;
const ERC1271 = parseAbi(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]);
const ERC1271_MAGIC = "0x1626ba7e";
const ENCODING_ADDED = parseAbiItem(
  "event EncodingAdded(uint256 indexed datasetId, uint32 indexed version, uint16 indexed encoding, bytes32 encodingRoot, bytes32 envelopeHash, address provider, uint32 retirementNotice)",
);

const OFFER_OPENED = getAbiItem({ abi: licenseMarketAbi, name: "OfferOpened" });
const RUN_RECORDED = getAbiItem({ abi: proofRegistryAbi, name: "RunRecorded" });
const RECALL_OPENED = getAbiItem({ abi: recallsAbi, name: "RecallOpened" });

/** Reads one chain. Every method throws Problem 503 when the chain cannot be asked. */
export class ChainReader {
  private readonly client: PublicClient;
  private chainChecked = false;
  private cachedHead: { at: number; value: Promise<BlockRef> } | undefined;

  /** @param now milliseconds of this machine's clock */
  constructor(
    readonly config: ChainConfig,
    private readonly now: () => number = Date.now,
  ) {
    const transport = http(config.rpcUrl, { batch: true, retryCount: 1, retryDelay: 50, timeout: config.rpcTimeoutMs });
    this.client = createPublicClient({ transport });
  }

  /**
   * The newest block whose state may be answered from; asked for at most twice a second, unless `fresh`.
   * @throws Problem 503 `stale_head` or `chain_unavailable`
   */
  confirmed(fresh = false): Promise<BlockRef> {
    const at = this.now();
    if (fresh || !this.cachedHead || at - this.cachedHead.at > HEAD_TTL_MS) {
      const value = this.readHead();
      this.cachedHead = { at, value };
      value.catch(() => {
        if (this.cachedHead?.value === value) this.cachedHead = undefined;
      });
    }
    return this.cachedHead.value;
  }

  /**
   * One view of a contract at `block`.
   * @returns undefined when the contract reverts
   */
  async read<C extends keyof Abis, F extends ContractFunctionName<Abis[C], "view" | "pure">>(
    contract: C,
    functionName: F,
    args: ContractFunctionArgs<Abis[C], "view" | "pure", F>,
    block: bigint,
  ): Promise<ContractFunctionReturnType<Abis[C], "view" | "pure", F> | undefined> {
    return this.readAt(this.addressOf(contract), ABIS[contract], functionName, args, block) as never;
  }

  /** As `read`, of any contract. */
  async readAt<A extends Abi, F extends ContractFunctionName<A, "view" | "pure">>(
    address: Address,
    abi: A,
    functionName: F,
    args: ContractFunctionArgs<A, "view" | "pure", F>,
    block: bigint,
  ): Promise<ContractFunctionReturnType<A, "view" | "pure", F> | undefined> {
    try {
      const call = { address, abi, functionName, args, blockNumber: block };
      return (await this.client.readContract(call as never)) as never;
    } catch (error) {
      if (error instanceof BaseError && error.walk((e) => e instanceof ContractFunctionRevertedError)) return undefined;
      throw chainDown(error);
    }
  }

  /** A contract's address. @throws Problem 503 when the configuration lacks it */
  addressOf(contract: keyof Abis): Address {
    const address = this.config[contract];
    if (address) return address;
    throw unavailable(
      "chain_unavailable",
      `This gateway was not told where ${contract} is: its operator must set COLOPHON_DEPLOYMENT.`,
    );
  }

  /** The offer with an id, which is whole in its event only; undefined when none was opened. */
  async openedOffer(offerId: Hex, block: bigint): Promise<Offer | undefined> {
    try {
      const logs = await this.client.getLogs({
        address: this.addressOf("licenseMarket"),
        event: OFFER_OPENED,
        args: { offerId },
        fromBlock: this.config.fromBlock,
        toBlock: block,
        strict: true,
      });
      return logs.at(-1)?.args.offer;
    } catch (error) {
      throw chainDown(error);
    }
  }

  /** The envelope hash with which an encoding was added, which is in its event only; undefined when it was not added. */
  async envelopeHashOf(datasetId: bigint, version: number, encoding: number, block: bigint): Promise<Hex | undefined> {
    try {
      const logs = await this.client.getLogs({
        address: this.config.datasetRegistry,
        event: ENCODING_ADDED,
        args: { datasetId, version, encoding },
        fromBlock: this.config.fromBlock,
        toBlock: block,
        strict: true,
      });
      return logs.at(-1)?.args.envelopeHash;
    } catch (error) {
      throw chainDown(error);
    }
  }

  /** Numbers of the recalls of a dataset's versions that were opened from a block (its deployment's unless told) to another. */
  async recallsOpened(datasetId: bigint, fromBlock: bigint | undefined, toBlock: bigint): Promise<bigint[]> {
    try {
      const logs = await this.client.getLogs({
        address: this.config.recalls,
        event: RECALL_OPENED,
        args: { datasetId },
        fromBlock: fromBlock ?? this.config.fromBlock,
        toBlock,
        strict: true,
      });
      return logs.map(({ args }) => args.recallId);
    } catch (error) {
      throw chainDown(error);
    }
  }

  /** Runs that were recorded from a block to another. */
  async runsRecorded(fromBlock: bigint, toBlock: bigint): Promise<RecordedRun[]> {
    const address = this.addressOf("proofRegistry");
    try {
      const logs = await this.client.getLogs({ address, event: RUN_RECORDED, fromBlock, toBlock, strict: true });
      return logs.map(({ args, blockNumber, transactionHash }) => {
        const { recordId, runManifestHash, program, grade, values, entries } = args;
        const licenseIds = [...new Set(entries.map(({ licenseId }) => licenseId))];
        const { attestationDigest } = values;
        const run = { recordId, runManifestHash, program, grade, attestationDigest, licenseIds };
        return { ...run, block: blockNumber, transactionHash };
      });
    } catch (error) {
      throw chainDown(error);
    }
  }

  /** When a block was made, in Unix seconds. */
  async timeOf(blockNumber: bigint): Promise<number> {
    try {
      return Number((await this.client.getBlock({ blockNumber, includeTransactions: false })).timestamp);
    } catch (error) {
      throw chainDown(error);
    }
  }

  /** Whether `account` signed a personal message: by its key, or as a contract (ERC-1271, also undeployed by ERC-6492). */
  async verifyMessage(account: Address, message: string, signature: Hex): Promise<boolean> {
    const signer = await recoverMessageAddress({ message, signature }).catch(() => undefined);
    if (signer?.toLowerCase() === account.toLowerCase()) return true;
    await this.confirmed(); // viem answers "no" when the RPC is down; this tells the two apart.
    try {
      return await this.client.verifyMessage({ address: account, message, signature });
    } catch (error) {
      throw chainDown(error);
    }
  }

  /**
   * Whether the contracts would take a digest as signed by `account`: by its key when it has no code, else by what its code says
   * (ERC-1271). Nothing more is taken than there, as the signature must stand on chain later.
   */
  async isSignedBy(account: Address, hash: Hex, signature: Hex, block: bigint): Promise<boolean> {
    try {
      const code = await this.client.getCode({ address: account, blockNumber: block });
      if (!code || code === "0x") return recoversOnChain(account, hash, signature);
      const call = { address: account, abi: ERC1271, functionName: "isValidSignature", blockNumber: block } as const;
      return (await this.client.readContract({ ...call, args: [hash, signature] })) === ERC1271_MAGIC;
    } catch (error) {
      // The account's code reverts or answers nonsense: that is a no.
      if (error instanceof BaseError && error.walk(isContractsFault)) return false;
      throw chainDown(error);
    }
  }

  /** As `isSignedBy`, where the contracts take a key's signature for its account whatever code that delegates to: vouchers. */
  async isSignedByHolder(account: Address, hash: Hex, signature: Hex, block: bigint): Promise<boolean> {
    if (await recoversOnChain(account, hash, signature)) return true;
    return this.isSignedBy(account, hash, signature, block);
  }

  private async readHead(): Promise<BlockRef> {
    const { confirmations, maxHeadAge } = this.config;
    const head = await this.head();
    const age = Math.floor(this.now() / 1000) - Number(head.timestamp);
    if (maxHeadAge > 0 && Math.abs(age) > maxHeadAge) {
      const detail = `The chain's head is ${age} s from the clock, at most ${maxHeadAge} s is accepted. Nothing is granted until it moves.`;
      throw unavailable("stale_head", detail);
    }
    if (head.number < BigInt(confirmations)) {
      throw unavailable(
        "stale_head",
        `The chain has ${head.number} blocks, ${confirmations} confirmations are needed.`,
      );
    }
    return { block: head.number - BigInt(confirmations), time: Number(head.timestamp) };
  }

  private async head(): Promise<{ number: bigint; timestamp: bigint }> {
    try {
      const [head] = await Promise.all([this.client.getBlock({ includeTransactions: false }), this.checkChain()]);
      return head;
    } catch (error) {
      throw chainDown(error);
    }
  }

  private async checkChain(): Promise<void> {
    if (this.chainChecked) return;
    const id = await this.client.getChainId();
    if (id !== this.config.chainId) {
      throw unavailable("chain_unavailable", `The RPC serves chain ${id}, expected ${this.config.chainId}.`);
    }
    this.chainChecked = true;
  }
}

function isContractsFault(error: unknown): boolean {
  const { name } = error as Error;
  return (
    error instanceof ContractFunctionRevertedError ||
    error instanceof ContractFunctionZeroDataError ||
    name.startsWith("AbiDecoding")
  );
}

function chainDown(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return unavailable(
    "chain_unavailable",
    "The chain does not answer. Nothing is granted until it does; try again shortly.",
    error,
  );
}
