/** Purchases and changes of streams: what Superfluid needs first, in one transaction, and then the write itself. */

import { type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import { parseAccount } from "viem/accounts";
import { getBlock, getChainId, getCode } from "viem/actions";
import type { Deal } from "../actions/escrow.js";
import { buy, buyWithAuthorization } from "../actions/market.js";
import { changeStreamRate, reopenStream, streamDealOf, streamOf, vaultDealOf, vaultFlowOf } from "../actions/stream.js";
import { resolveAddress } from "../core/deployment.js";
import { maxOf } from "../core/math.js";
import type { PurchaseBinding } from "../core/offer.js";
import { baseToUnits } from "../core/stream-balance.js";
import { unpackStreamTerms } from "../core/stream-terms.js";
import type { CallOptions, ColophonClient, Transaction } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { PrepareBuyParameters, PreparedBuy } from "./buy.js";
import { approval, canSign, requireSignature, shortfall, signatureDeadline, transactionOf } from "./parts.js";
import type { Funding, PermissionRequirement, Prepared, Requirement, Signatures } from "./requirements.js";
import { authorizationTypedData, permitTypedData, toAuthorization, toPermit } from "./signatures.js";
import {
  FLOW_PERMISSION,
  type FlowSetup,
  flowDeposit,
  flowPermission,
  flowSetupTransaction,
  streamingBalance,
  superfluidOf,
} from "./superfluid.js";
import { type TokenSigning, type TokenState, tokenSigning, tokenState, unsupported } from "./token.js";

/** The flow of a prepared write. Rates in super token units per second. */
export interface PreparedFlow {
  superToken: Address;
  rate: bigint;
  /** Units that Superfluid locks while the flow runs, given back when it ends in time. */
  deposit: bigint;
  /** Base units of the payment token that are wrapped first. */
  wrap: bigint;
}

/** What `prepareBuy` has found out already. */
interface Known {
  payer: Address;
  binding: PurchaseBinding;
  market: Address;
  chainId: number;
  block: { timestamp: bigint };
  code: Hex | undefined;
}

/**
 * A purchase of a streaming offer. A plain account needs one signature and two transactions where the token knows permits:
 * wrapping and permission together, then the purchase. With funding `authorization` it is two signatures and one transaction:
 * the second signature, an EIP-3009 authorization of nothing, says who subscribes, so that the purchase can follow in
 * the same batch. `batchOf` makes it one transaction for accounts that send several calls at once.
 */
export async function prepareSubscription(
  client: ColophonClient,
  parameters: PrepareBuyParameters,
  { payer, binding, market, chainId, block, code }: Known,
): Promise<PreparedBuy> {
  const { offer, deployment } = parameters;
  const { superToken, decimals, rate } = await streamDealOf(client, { offer, deployment });
  const seconds = parameters.runway ?? unpackStreamTerms(offer.railTerms).period;
  const setup = await prepareFlow(client, {
    payer,
    superToken,
    decimals,
    token: offer.token,
    operator: resolveAddress(client, "StreamRail", { deployment }),
    permissions: FLOW_PERMISSION.create,
    rate,
    seconds,
    funding: parameters.funding === "authorization" ? "auto" : fundingOf(parameters.funding),
    deadline: parameters.deadline ?? signatureDeadline(block),
    chainId,
    signs: canSign(code),
  });
  const { licensee, reference } = binding;
  const purchase = { offer, licensee, reference, railData: parameters.railData ?? "0x", address: market };
  const prepared = {
    offerId: binding.offerId,
    payer,
    licensee,
    due: 0n,
    token: setup.token,
    funding: setup.funding,
    deadline: setup.deadline,
    flow: { superToken, rate, deposit: setup.deposit, wrap: setup.wrap },
    requirements: setup.requirements,
    build: () => transactionOf(buy.call(client, purchase)),
  };
  if (parameters.funding !== "authorization") return prepared;
  if (!setup.signing?.authorization) throw unsupported(setup.token, "EIP-3009 authorizations");
  const terms = { payer, spender: market, amount: 0n, deadline: setup.deadline };
  const typedData = authorizationTypedData(terms, setup.signing.domain, binding);
  return {
    ...prepared,
    funding: "authorization",
    requirements: [
      ...setup.requirements.filter(({ type }) => type !== "permission"),
      { type: "signature", kind: "authorization", amount: 0n, typedData },
    ],
    build: (signatures = {}) => {
      const authorization = toAuthorization(terms, requireSignature(signatures, "authorization"));
      return setup.transaction(signatures, buyWithAuthorization.call(client, { ...purchase, authorization }));
    },
  };
}

/** A change of a running license's flow, and how long its balance shall last afterwards. */
export interface PrepareFlowParameters extends CallOptions, Deal {
  /** Seconds that the super token balance shall last; one period of the offer unless told. */
  runway?: number;
  /** How what must be wrapped is paid. */
  funding?: "auto" | "allowance" | "permit";
}

/** A prepared change of a flow. */
export interface PreparedFlowChange extends Prepared {
  payer: Address;
  token: TokenState;
  flow: PreparedFlow;
}

/**
 * Reopening a stream at its agreed rate, by its payer, after a pause, a stop or a liquidation: the same license goes on.
 * @throws ColophonError `input` when the account is not the license's payer
 */
export function prepareReopen(client: ColophonClient, parameters: PrepareFlowParameters): Promise<PreparedFlowChange> {
  return prepareChange(client, parameters, undefined);
}

/**
 * Raising the agreed rate, by the payer, and the flow with it.
 * @throws ColophonError `input` when the rate is not above the agreed one, or the account is not the license's payer
 */
export function prepareRaise(
  client: ColophonClient,
  parameters: PrepareFlowParameters & { rate: bigint },
): Promise<PreparedFlowChange> {
  return prepareChange(client, parameters, parameters.rate);
}

async function prepareChange(
  client: ColophonClient,
  parameters: PrepareFlowParameters,
  raised: bigint | undefined,
): Promise<PreparedFlowChange> {
  const { offer, licenseId, deployment } = parameters;
  const payer = parseAccount(requireAccount(client, parameters, "a change of the flow")).address;
  try {
    const { vault } = await streamOf(client, { licenseId, deployment });
    const [deal, flow, chainId, block, code] = await Promise.all([
      vaultDealOf(client, { address: vault }),
      vaultFlowOf(client, { address: vault }),
      client.chain?.id ?? getChainId(client),
      getBlock(client),
      getCode(client, { address: payer }),
    ]);
    if (deal.payer.toLowerCase() !== payer.toLowerCase()) {
      throw new ColophonError(`License ${licenseId} is paid by ${deal.payer}, not by ${payer}.`, {
        code: "input",
        hint: "Only the payer can change the flow.",
      });
    }
    if (raised !== undefined && raised <= flow.rate) {
      throw new ColophonError(`The agreed rate is ${flow.rate} units per second, ${raised} is no raise.`, {
        code: "input",
        hint: "The payer may only raise; the dataset's owner lowers.",
      });
    }
    const rate = raised ?? flow.rate;
    const setup = await prepareFlow(client, {
      payer,
      superToken: deal.superToken,
      decimals: deal.decimals,
      token: offer.token,
      operator: resolveAddress(client, "StreamRail", { deployment }),
      // A flow that runs is updated, one that does not is made; which it is may change until then.
      permissions: FLOW_PERMISSION.create | FLOW_PERMISSION.update,
      rate,
      seconds: parameters.runway ?? unpackStreamTerms(offer.railTerms).period,
      funding: fundingOf(parameters.funding),
      deadline: signatureDeadline(block),
      chainId,
      signs: canSign(code),
    });
    const place = { licenseId, offer, deployment };
    return {
      payer,
      token: setup.token,
      flow: { superToken: deal.superToken, rate, deposit: setup.deposit, wrap: setup.wrap },
      requirements: setup.requirements,
      build: () =>
        raised === undefined
          ? transactionOf(reopenStream.call(client, place))
          : transactionOf(changeStreamRate.call(client, { ...place, rate })),
    };
  } catch (error) {
    throw decodeError(error);
  }
}

type FlowFunding = "auto" | "allowance" | "permit";

function fundingOf(wanted: Funding | "auto" | undefined): FlowFunding {
  if (wanted === "authorization" || wanted === "permit2") {
    throw new ColophonError(`A ${wanted} signature cannot pay for this: a stream pays by the second.`, {
      code: "input",
      hint: "Use funding `auto`, `allowance` or `permit`; `authorization` subscribes in one transaction.",
    });
  }
  return wanted ?? "auto";
}

interface FlowPlan {
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
}

interface FlowReady {
  token: TokenState;
  signing: TokenSigning | undefined;
  funding: Funding;
  deposit: bigint;
  wrap: bigint;
  deadline: bigint;
  requirements: Requirement[];
  /** The set-up alone, or with what follows in the same transaction. */
  transaction(signatures: Signatures, then?: Transaction): Transaction;
}

/** What a flow of `rate` needs: enough wrapped for its deposit and runway, and the operator's permission. */
async function prepareFlow(client: ColophonClient, plan: FlowPlan): Promise<FlowReady> {
  const { payer, superToken, operator, token: address, chainId, deadline } = plan;
  const at = await superfluidOf(client, superToken);
  const [deposit, balance, permission, token, signing] = await Promise.all([
    flowDeposit(client, at, plan.rate),
    streamingBalance(client, at, payer),
    flowPermission(client, at, { payer, operator }),
    tokenState(client, { token: address, account: payer, spender: superToken }),
    tokenSigning(client, { token: address, account: payer, chainId }),
  ]);
  const missing = deposit + plan.rate * BigInt(plan.seconds) - balance.available;
  const unit = baseToUnits(1n, plan.decimals);
  const wrap = missing > 0n ? (missing + unit - 1n) / unit : 0n;
  const permits = plan.signs && signing?.permitNonce !== undefined;
  if (plan.funding === "permit" && !permits) throw unsupported(token, "EIP-2612 permits of this account");
  const byPermit = plan.funding !== "allowance" && token.allowance < wrap && permits;
  const terms = { payer, spender: superToken, amount: wrap, deadline };
  const requirements: Requirement[] = shortfall(payer, token, wrap);
  if (byPermit && signing?.permitNonce !== undefined) {
    const typedData = permitTypedData(terms, signing.domain, signing.permitNonce);
    requirements.push({ type: "signature", kind: "permit", amount: wrap, typedData });
  } else if (token.allowance < wrap) requirements.push(approval(address, superToken, wrap));
  const permitted =
    (permission.permissions & plan.permissions) === plan.permissions && permission.rateAllowance >= plan.rate;
  const setup: FlowSetup = {
    wrap: baseToUnits(wrap, plan.decimals),
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
  if (wrap > 0n || !permitted) requirements.push(permissionOf(superToken, plan, wrap, transaction));
  return {
    token,
    signing,
    funding: byPermit ? "permit" : "allowance",
    deposit,
    wrap,
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
