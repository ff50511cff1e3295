/** What a payer's flow needs before a rail can open it: enough wrapped, an allowance, and the operator's permission. */

import { type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import { maxOf } from "../core/math.js";
import { baseToUnits } from "../core/stream-balance.js";
import type { ColophonClient, Transaction } from "../core/types.js";
import { ColophonError } from "../errors/colophon-error.js";
import { approval, requireSignature, shortfall } from "./parts.js";
import type { Funding, PermissionRequirement, Requirement, Signatures } from "./requirements.js";
import { permitTypedData, toPermit } from "./signatures.js";
import {
  type FlowSetup,
  flowDeposit,
  flowPermission,
  flowSetupTransaction,
  streamingBalance,
  superfluidOf,
} from "./superfluid.js";
import { type TokenSigning, type TokenState, tokenSigning, tokenState, unsupported } from "./token.js";

/** How what is wrapped is paid. */
export type FlowFunding = "auto" | "allowance" | "permit";

/** @throws ColophonError `input` for signatures that pay a sum */
export function fundingOf(wanted: Funding | "auto" | undefined): FlowFunding {
  if (wanted === "authorization" || wanted === "permit2") {
    throw new ColophonError(`A ${wanted} signature cannot pay for this: a stream pays by the second.`, {
      code: "input",
      hint: "Use funding `auto`, `allowance` or `permit`; `authorization` subscribes in one transaction.",
    });
  }
  return wanted ?? "auto";
}

/** A flow that shall run. */
export interface FlowPlan {
  payer: Address;
  superToken: Address;
  token: Address;
  decimals: number;
  operator: Address;
  permissions: number;
  /** The rate that the flow will have, which is the most that it can rise by. */
  rate: bigint;
  seconds: number;
  funding: FlowFunding;
  deadline: bigint;
  chainId: number;
  signs: boolean;
  /** Purchases of live offers: the operator itself takes these base units for its vaults, and wraps for the payer as well. */
  live?: { buffer: bigint; wrap?: bigint };
  /** Live streams come in two flows: the smaller may lock the token's least deposit. */
  twofold?: boolean;
  /** Base units that something else takes of the payer's tokens. */
  besides?: bigint;
}

/** What it needs, in order, and the transaction that sets it up. */
export interface FlowReady {
  token: TokenState;
  signing: TokenSigning | undefined;
  funding: Funding;
  deposit: bigint;
  wrap: bigint;
  /** Of live purchases, else 0. */
  buffer: bigint;
  deadline: bigint;
  requirements: Requirement[];
  /** The set-up alone, or with what follows in the same transaction. */
  transaction(signatures: Signatures, then?: Transaction): Transaction;
}

/** What a flow of `rate` needs: enough wrapped for its deposit and runway, and the operator's permission. */
export async function prepareFlow(client: ColophonClient, plan: FlowPlan): Promise<FlowReady> {
  const { payer, superToken, operator, token: address, chainId, deadline } = plan;
  const at = await superfluidOf(client, superToken);
  const spender = plan.live ? operator : superToken;
  const [deposit, least, balance, permission, token, signing] = await Promise.all([
    flowDeposit(client, at, plan.rate),
    flowDeposit(client, at, 1n),
    streamingBalance(client, at, payer),
    flowPermission(client, at, { payer, operator }),
    tokenState(client, { token: address, account: payer, spender }),
    tokenSigning(client, { token: address, account: payer, chainId }),
  ]);
  const locked = plan.twofold ? deposit + least : deposit;
  const missing = locked + plan.rate * BigInt(plan.seconds) - balance.available;
  const unit = baseToUnits(1n, plan.decimals);
  const wrap = plan.live?.wrap ?? (missing > 0n ? (missing + unit - 1n) / unit : 0n);
  const buffer = plan.live?.buffer ?? 0n;
  const amount = wrap + buffer;
  const permits = plan.signs && signing?.permitNonce !== undefined;
  if (plan.funding === "permit" && !permits) throw unsupported(token, "EIP-2612 permits of this account");
  const byPermit = plan.funding !== "allowance" && token.allowance < amount && permits;
  const terms = { payer, spender, amount, deadline };
  const requirements: Requirement[] = shortfall(payer, token, amount + (plan.besides ?? 0n));
  if (byPermit && signing?.permitNonce !== undefined) {
    const typedData = permitTypedData(terms, signing.domain, signing.permitNonce);
    requirements.push({ type: "signature", kind: "permit", amount, typedData });
  } else if (token.allowance < amount) requirements.push(approval(address, spender, amount));
  const permitted =
    (permission.permissions & plan.permissions) === plan.permissions && permission.rateAllowance >= plan.rate;
  const setup: FlowSetup = {
    wrap: plan.live ? 0n : baseToUnits(wrap, plan.decimals),
    permission: permitted
      ? undefined
      : {
          operator,
          permissions: permission.permissions | plan.permissions,
          rateAllowance: maxOf(permission.rateAllowance, plan.rate),
        },
  };
  const transaction = (signatures: Signatures, then?: Transaction) => {
    const permit = byPermit
      ? { token: address, data: permitCall(terms, requireSignature(signatures, "permit")) }
      : undefined;
    return flowSetupTransaction(at, { ...setup, permit, then });
  };
  if (byPermit || setup.wrap > 0n || !permitted) {
    requirements.push(permissionOf(superToken, plan, plan.live ? 0n : wrap, transaction));
  }
  return {
    token,
    signing,
    funding: byPermit ? "permit" : "allowance",
    deposit: locked,
    wrap,
    buffer,
    deadline,
    requirements,
    transaction,
  };
}

function permissionOf(
  superToken: Address,
  { operator, rate }: FlowPlan,
  wrap: bigint,
  transaction: FlowReady["transaction"],
): PermissionRequirement {
  return {
    type: "permission",
    superToken,
    operator,
    rate,
    wrap,
    build: (signatures = {}) => transaction(signatures),
  };
}

const permitAbi = parseAbi([
  "function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)",
]);

function permitCall(terms: Parameters<typeof toPermit>[0], signature: Hex): Hex {
  const { value, deadline, v, r, s } = toPermit(terms, signature);
  return encodeFunctionData({
    abi: permitAbi,
    functionName: "permit",
    args: [terms.payer, terms.spender, value, deadline, v, r, s],
  });
}
