/**
 * The gateway's own x402 facilitator: verifies an authorization and settles it on chain, to whoever it is made out to. It never
 * holds the money, and pays the gas.
 */
import {
  encodeFunctionData,
  erc20Abi,
  getAbiItem,
  type Hash,
  type Hex,
  isAddressEqual,
  type PublicClient,
  parseAbi,
  parseEventLogs,
  parseSignature,
  recoverTypedDataAddress,
} from "viem";
import type { ChainReader } from "../chain/reader.js";
import type { Database } from "../db/open.js";
import { Problem, unavailable } from "../errors.js";
import { tryCall } from "../keeper/calls.js";
import type { TransactionSender } from "../keeper/sender.js";
import type { Authorization, Payment, PaymentRequirements } from "./wire.js";

/** Any constant: settlements on one database go one after the other. */
const LOCK = 7_480_003;
const LOCK_TRIES = 300;
/** Seconds that an authorization must still be good for. */
const MARGIN = 10;

const TOKEN = parseAbi([
  "function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)",
  "event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)",
]);
const USED = getAbiItem({ abi: TOKEN, name: "AuthorizationUsed" });
const TYPES = {
  TransferWithAuthorization: [
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "validAfter", type: "uint256" },
    { name: "validBefore", type: "uint256" },
    { name: "nonce", type: "bytes32" },
  ],
} as const;

export class Facilitator {
  constructor(
    private readonly db: Database,
    private readonly chain: ChainReader,
    private readonly client: PublicClient,
    private readonly sender: TransactionSender,
  ) {}

  /** Whether a payment is for what is asked, and signed by its payer. @returns why not, in x402's words */
  async verify(payment: Payment, asked: PaymentRequirements): Promise<string | undefined> {
    const { accepted, authorization, signature } = payment;
    const same =
      accepted.scheme === asked.scheme &&
      accepted.network === asked.network &&
      String(accepted.asset).toLowerCase() === asked.asset.toLowerCase() &&
      authorization.value === BigInt(asked.amount);
    if (!same) return "invalid_payment_requirements";
    if (!isAddressEqual(authorization.to, asked.payTo)) return "invalid_exact_evm_payload_recipient_mismatch";
    const domain = { ...asked.extra, chainId: this.chain.config.chainId, verifyingContract: asked.asset };
    const typed = { domain, types: TYPES, primaryType: "TransferWithAuthorization", message: authorization } as const;
    const signer = await recoverTypedDataAddress({ ...typed, signature }).catch(() => undefined);
    return signer && isAddressEqual(signer, authorization.from) ? undefined : "invalid_exact_evm_payload_signature";
  }

  /** Whether a payment is good now. @returns why not, in x402's words */
  async verifyTime({ authorization }: Payment): Promise<string | undefined> {
    const { time } = await this.chain.confirmed(true);
    if (authorization.validAfter > BigInt(time)) return "invalid_exact_evm_payload_authorization_valid_after";
    if (authorization.validBefore < BigInt(time + MARGIN))
      return "invalid_exact_evm_payload_authorization_valid_before";
    return undefined;
  }

  /**
   * Pays, unless it was paid before by anyone: an authorization can be sent by whoever sees it, always to the same account.
   * @returns the transaction that paid
   * @throws Problem 402 when the token does not take it, 503 when it could not be settled for now
   */
  async settle({ authorization, signature }: Payment, asked: PaymentRequirements): Promise<Hash> {
    for (let attempt = 0; attempt < LOCK_TRIES; attempt++) {
      const paid = await this.db.exclusively(LOCK, () => this.settleAlone(authorization, signature, asked));
      if (paid) return paid;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw unavailable("busy", "Other payments are being settled. Try again shortly, with the same payment.");
  }

  private async settleAlone(authorization: Authorization, signature: Hex, asked: PaymentRequirements): Promise<Hash> {
    const before = await this.paidIn(authorization, asked);
    if (before) return before;
    const { from, to, value, validAfter, validBefore, nonce } = authorization;
    const { r, s, yParity } = parseSignature(signature);
    const args = [from, to, value, validAfter, validBefore, nonce, 27 + yParity, r, s] as const;
    const data = encodeFunctionData({ abi: TOKEN, functionName: "transferWithAuthorization", args });
    const call = { to: asked.asset, data };
    const trial = await tryCall(this.client, this.sender, call);
    if (trial.works) {
      const expectedGas = await this.client.estimateGas({ account: this.sender.address, ...call });
      const gas = (expectedGas * 13n) / 10n;
      await this.sender.send({ kind: "x402", subject: nonce, ...call, gas, expectedGas }).catch((error) => {
        throw unavailable(
          "busy",
          "The payment could not be settled for now. Try again shortly, with the same one.",
          error,
        );
      });
    }
    const paid = await this.paidIn(authorization, asked);
    if (paid) return paid;
    throw new Problem(
      402,
      "payment_failed",
      "The token does not take this authorization: it was used or canceled, or the balance is too low.",
    );
  }

  /** The transaction that used an authorization and moved its money; used without moving it is canceled. */
  private async paidIn(
    { from, to, value, nonce }: Authorization,
    { asset }: PaymentRequirements,
  ): Promise<Hash | undefined> {
    const { config } = this.chain;
    const place = {
      address: asset,
      fromBlock: config.fromBlock < 0n ? 0n : config.fromBlock,
      toBlock: "latest" as const,
    };
    const used = await this.client.getLogs({ ...place, event: USED, args: { authorizer: from, nonce } });
    for (const { transactionHash } of used) {
      const { logs } = await this.client.getTransactionReceipt({ hash: transactionHash });
      const moved = parseEventLogs({ abi: erc20Abi, eventName: "Transfer", logs, args: { from, to } });
      if (moved.some(({ address, args }) => isAddressEqual(address, asset) && args.value === value))
        return transactionHash;
    }
    return undefined;
  }
}
