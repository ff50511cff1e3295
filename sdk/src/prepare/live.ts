/** Purchases and reopenings of live streams: buffer, permission and first wrap, and then the write itself. */

import { type Address, decodeAbiParameters, encodeAbiParameters, type Hex } from "viem";
import { parseAccount } from "viem/accounts";
import { getBlock, getChainId, getCode } from "viem/actions";
import type { Deal } from "../actions/escrow.js";
import { liveDealOf, reopenLive } from "../actions/live.js";
import { checkRailTerms } from "../actions/payments.js";
import { resolveAddress } from "../core/deployment.js";
import { unpackLiveTerms } from "../core/live-terms.js";
import { maxOf } from "../core/math.js";
import { baseToUnits } from "../core/stream-balance.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { PrepareBuyParameters, PreparedBuy } from "./buy.js";
import { type FlowPlan, fundingOf, prepareFlow } from "./flow.js";
import { type LiveState, readLive } from "./live-state.js";
import { approval, canSign, signatureDeadline, transactionOf } from "./parts.js";
import type { Prepared } from "./requirements.js";
import { type Known, type PreparedFlow, purchaseOf } from "./subscribe.js";
import { FLOW_PERMISSION, flowDeposit, superfluidOf } from "./superfluid.js";
import { type TokenState, tokenState } from "./token.js";

/** `abi.encode(uint256 buffer, uint256 wrap)`, base units. */
const RAIL_DATA = [{ type: "uint256" }, { type: "uint256" }] as const;
const HOUR = 3600;
/** The buffer is shared between two vaults in whole base units: neither may miss one by that. */
const ROUNDING = 2n;

/** Rail data of a live purchase: what goes into the vaults' buffers, and what is wrapped for the payer itself. Base units. */
export function liveRailData({ buffer, wrap }: { buffer: bigint; wrap: bigint }): Hex {
  return encodeAbiParameters(RAIL_DATA, [buffer, wrap]);
}

/**
 * A purchase of a live offer. A plain account needs one signature and two transactions where the token knows permits: permit
 * and permission together, then the purchase, in which the rail takes the buffer and wraps. With funding `authorization` it
 * is two signatures and one transaction, and `batchOf` makes it one for accounts that send several calls at once.
 */
export async function prepareLiveSubscription(
  client: ColophonClient,
  parameters: PrepareBuyParameters,
  { payer, binding, market, chainId, block, code }: Known,
): Promise<PreparedBuy> {
  const { offer, deployment, margin = HOUR } = parameters;
  // A bond that does not cover the offer stops it here, before anything is signed.
  const [{ superToken, decimals, rate }] = await Promise.all([
    liveDealOf(client, { offer, deployment }),
    checkRailTerms(client, { offer, deployment }),
  ]);
  const setup = await prepareFlow(client, {
    payer,
    superToken,
    decimals,
    token: offer.token,
    operator: resolveAddress(client, "LiveStreamRail", { deployment }),
    permissions: FLOW_PERMISSION.create,
    rate,
    seconds: parameters.runway ?? unpackLiveTerms(offer.railTerms).period,
    funding: parameters.funding === "authorization" ? "auto" : fundingOf(parameters.funding),
    deadline: parameters.deadline ?? signatureDeadline(block),
    chainId,
    signs: canSign(code),
    twofold: true,
    live: await amountsOf(client, parameters.railData, { superToken, decimals, rate, margin }),
  });
  const { deposit, wrap, buffer } = setup;
  return purchaseOf(client, parameters, {
    payer,
    binding: { ...binding, railData: liveRailData({ buffer, wrap }) },
    market,
    setup,
    flow: { superToken, rate, deposit, wrap, buffer },
  });
}

/** What the buyer's own rail data says, else the buffer that is needed. */
async function amountsOf(
  client: ColophonClient,
  railData: Hex | undefined,
  { superToken, decimals, rate, margin }: { superToken: Address; decimals: number; rate: bigint; margin: number },
): Promise<NonNullable<FlowPlan["live"]>> {
  if (railData && railData !== "0x") {
    const [buffer, wrap] = decodeAbiParameters(RAIL_DATA, railData);
    return { buffer, wrap };
  }
  const at = await superfluidOf(client, superToken);
  const [deposit, least] = await Promise.all([flowDeposit(client, at, rate), flowDeposit(client, at, 1n)]);
  return { buffer: baseOf(deposit + least + rate * BigInt(margin), decimals) + ROUNDING };
}

/** Units as base units, rounded up. */
function baseOf(units: bigint, decimals: number): bigint {
  const unit = baseToUnits(1n, decimals);
  return (units + unit - 1n) / unit;
}

/** A live stream to be reopened, and how long payer and buffers shall last afterwards. */
export interface PrepareReopenLiveParameters extends CallOptions, Deal {
  /** Seconds that the super token balance shall last; one period of the offer unless told. */
  runway?: number;
  /** Seconds for which the buffers shall pay once the flow has stopped; an hour unless told, and half of it will do. */
  margin?: number;
  /** How what must be wrapped is paid; the buffer is paid out of an allowance to the rail. */
  funding?: "auto" | "allowance" | "permit";
}

/** A prepared reopening. */
export interface PreparedLiveReopen extends Prepared {
  payer: Address;
  token: TokenState;
  flow: PreparedFlow & { buffer: bigint };
}

/**
 * Reopening a live stream at its rate, by its payer, after a pause, a stop or a liquidation: the same license goes on.
 * @throws ColophonError `input` when the account is not the license's payer
 */
export async function prepareReopenLive(
  client: ColophonClient,
  parameters: PrepareReopenLiveParameters,
): Promise<PreparedLiveReopen> {
  const { offer, licenseId, deployment } = parameters;
  const payer = parseAccount(requireAccount(client, parameters, "prepareReopenLive")).address;
  try {
    const operator = resolveAddress(client, "LiveStreamRail", { deployment });
    const [state, chainId, block, code, allowed] = await Promise.all([
      readLive(client, { licenseId, deployment }),
      client.chain?.id ?? getChainId(client),
      getBlock(client),
      getCode(client, { address: payer }),
      tokenState(client, { token: offer.token, account: payer, spender: operator }),
    ]);
    const { superToken, decimals, rate } = state;
    if (state.payer.toLowerCase() !== payer.toLowerCase()) {
      throw new ColophonError(`License ${licenseId} is paid by ${state.payer}, not by ${payer}.`, {
        code: "input",
        hint: "Only the payer can reopen the flow.",
      });
    }
    const buffer = await missingBuffer(client, state, parameters.margin);
    const setup = await prepareFlow(client, {
      payer,
      superToken,
      decimals,
      token: offer.token,
      operator,
      permissions: FLOW_PERMISSION.create,
      rate,
      seconds: parameters.runway ?? unpackLiveTerms(offer.railTerms).period,
      funding: fundingOf(parameters.funding),
      deadline: signatureDeadline(block),
      chainId,
      signs: canSign(code),
      twofold: true,
      besides: buffer,
    });
    const approvals = allowed.allowance < buffer ? [approval(offer.token, operator, buffer)] : [];
    const { token, deposit, wrap, requirements } = setup;
    return {
      payer,
      token,
      flow: { superToken, rate, deposit, wrap, buffer },
      requirements: [
        ...requirements.filter(({ type }) => type === "balance"),
        ...approvals,
        ...requirements.filter(({ type }) => type !== "balance"),
      ],
      build: () => transactionOf(reopenLive.call(client, { licenseId, offer, buffer, deployment })),
    };
  } catch (error) {
    throw decodeError(error);
  }
}

/**
 * Base units that the vaults lack: each gets first what its deposit lacks, and the rest is shared by rate. After a pause nothing is
 * missing but what the buffers paid meanwhile, so half of the margin is let pass unless the caller names one.
 */
async function missingBuffer(
  client: ColophonClient,
  { superToken, decimals, rate, vaults }: LiveState,
  margin: number | undefined,
): Promise<bigint> {
  const at = await superfluidOf(client, superToken);
  const needs = await Promise.all(
    vaults.map(async (vault) => {
      const deposit = await flowDeposit(client, at, vault.rate);
      const short = (seconds: number) => maxOf(0n, deposit + vault.rate * BigInt(seconds) - vault.buffer);
      const lack = maxOf(0n, deposit - vault.buffer);
      // So much of the rest as makes this vault's part of it enough.
      const rest = ((short(margin ?? HOUR) - lack) * rate + vault.rate - 1n) / vault.rate;
      return { enough: short(margin ?? HOUR / 2) === 0n, lack, rest };
    }),
  );
  if (needs.every(({ enough }) => enough)) return 0n;
  const lacks = needs.reduce((sum, { lack }) => sum + lack, 0n);
  return baseOf(lacks + needs.map(({ rest }) => rest).reduce(maxOf, 0n), decimals) + ROUNDING;
}
