/** Purchases and changes of streams: what Superfluid needs first, in one transaction, and then the write itself. */

import type { Address, Hex } from "viem";
import { parseAccount } from "viem/accounts";
import { getBlock, getChainId, getCode } from "viem/actions";
import type { Deal } from "../actions/escrow.js";
import { buy, buyWithAuthorization } from "../actions/market.js";
import { changeStreamRate, reopenStream, streamDealOf, streamOf, vaultDealOf, vaultFlowOf } from "../actions/stream.js";
import { resolveAddress } from "../core/deployment.js";
import type { PurchaseBinding } from "../core/offer.js";
import { unpackStreamTerms } from "../core/stream-terms.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { PrepareBuyParameters, PreparedBuy } from "./buy.js";
import { type FlowReady, fundingOf, prepareFlow } from "./flow.js";
import { canSign, requireSignature, signatureDeadline, transactionOf } from "./parts.js";
import type { Prepared } from "./requirements.js";
import { authorizationTypedData, toAuthorization } from "./signatures.js";
import { FLOW_PERMISSION } from "./superfluid.js";
import { type TokenState, unsupported } from "./token.js";

/** The flow of a prepared write. Rates in super token units per second. */
export interface PreparedFlow {
  superToken: Address;
  rate: bigint;
  /** Units that Superfluid locks while the flow runs, given back when it ends in time; of the two flows of live streams, at most. */
  deposit: bigint;
  /** Base units of the payment token that are wrapped first. */
  wrap: bigint;
  /** Live streams: base units that the vaults get, for what Superfluid locks of them and a margin; what is left comes back. */
  buffer?: bigint;
}

/** What `prepareBuy` has found out already. */
export interface Known {
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
  const flow = { superToken, rate, deposit: setup.deposit, wrap: setup.wrap };
  return purchaseOf(client, parameters, { payer, binding, market, setup, flow });
}

/** What a purchase by flow is made of once its set-up is known. */
export interface FlowPurchase extends Pick<Known, "payer" | "binding" | "market"> {
  setup: FlowReady;
  flow: PreparedFlow;
}

/** The purchase itself, after its set-up or, with an authorization of nothing, together with it. */
export function purchaseOf(
  client: ColophonClient,
  parameters: PrepareBuyParameters,
  { payer, binding, market, setup, flow }: FlowPurchase,
): PreparedBuy {
  const { licensee, reference, railData } = binding;
  const purchase = { offer: parameters.offer, licensee, reference, railData, address: market };
  const prepared = {
    offerId: binding.offerId,
    payer,
    licensee,
    due: 0n,
    token: setup.token,
    funding: setup.funding,
    deadline: setup.deadline,
    flow,
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
