/** A purchase, prepared: what it needs first, and the transaction, so that nothing happens behind the buyer's back. */
import { type Address, type Hex, zeroHash } from "viem";
import { parseAccount } from "viem/accounts";
import { getBlock, getChainId, getCode } from "viem/actions";
import {
  buy,
  buyWithAuthorization,
  buyWithPermit,
  buyWithPermit2,
  offerState,
  type Purchase,
} from "../actions/market.js";
import { resolveAddress } from "../core/deployment.js";
import { type Offer, offerId, type PurchaseBinding } from "../core/offer.js";
import { RAILS } from "../core/rail-terms.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import { billsApproval, dueAtPurchase } from "./due.js";
import { guardOffer, guardStatus } from "./guards.js";
import { prepareLiveSubscription } from "./live.js";
import { approval, canSign, shortfall, signatureDeadline, signed, transactionOf } from "./parts.js";
import type { Funding, Prepared } from "./requirements.js";
import {
  authorizationTypedData,
  PERMIT2_ADDRESS,
  permit2TypedData,
  permitTypedData,
  toAuthorization,
  toPermit,
  toPermit2Transfer,
} from "./signatures.js";
import { type PreparedFlow, prepareSubscription } from "./subscribe.js";
import { type TokenSigning, type TokenState, tokenSigning, tokenState, unsupported } from "./token.js";

/** What to buy, and within which limits. */
export interface PrepareBuyParameters extends CallOptions {
  offer: Offer;
  /** Who gets the license; the payer unless told. */
  licensee?: Address;
  /** Free 32 bytes for the buyer's books. */
  reference?: Hex;
  /** What the rail needs besides, packed; `deposit` and `runway` say it in words. */
  railData?: Hex;
  /** Metered offers: the first deposit, base units; the offer's usual one unless told. */
  deposit?: bigint;
  /** Post-paid metered offers: what the rail may take for bills in all, base units; the price of the cap unless told, 0 for nothing. */
  spendingLimit?: bigint;
  /** Streaming offers: seconds that the super token balance shall last once the flow runs; one period of the offer unless told. */
  runway?: number;
  /** Live offers: seconds for which the vaults' buffers pay on once the flow has stopped, on top of Superfluid's deposit; an hour unless told. */
  margin?: number;
  /** How to pay; `auto` takes an allowance that is there, else the best signature that the token knows, else an approval. */
  funding?: Funding | "auto";
  /** Most base units that may be paid; a dearer offer is refused before anything is signed. */
  maxPrice?: bigint;
  /** Terms that the buyer read; an offer with others is refused. */
  expectedTermsId?: Hex;
  /** Offer that the buyer was quoted; an altered one is refused. */
  expectedOfferId?: Hex;
  /** Last second at which signatures may be used; 20 minutes from the chain's present unless told. */
  deadline?: bigint;
}

/** A prepared purchase. Amounts in base units. */
export interface PreparedBuy extends Prepared {
  offerId: Hex;
  payer: Address;
  licensee: Address;
  /** What is paid at purchase. */
  due: bigint;
  token: TokenState;
  funding: Funding;
  /** Last second at which a signature may be used. */
  deadline: bigint;
  /** Streaming offers only: the flow that the purchase opens. */
  flow?: PreparedFlow;
}

/**
 * Finds out what a purchase needs.
 * @returns requirements in order (shortfall, approval, signature), and `build` for the transaction
 * @throws ColophonError `guard` when price, terms or offer are not what the buyer expects, or the offer is not open
 */
export async function prepareBuy(client: ColophonClient, parameters: PrepareBuyParameters): Promise<PreparedBuy> {
  const { offer, reference = zeroHash } = parameters;
  const payer = parseAccount(requireAccount(client, parameters, "prepareBuy")).address;
  const { due, railData } = dueAtPurchase(offer, parameters);
  const binding = { offerId: offerId(offer), licensee: parameters.licensee ?? payer, reference, railData };
  guardOffer(parameters, binding.offerId);
  const market = resolveAddress(client, "LicenseMarket", parameters);
  try {
    const [state, token, chainId, block, code] = await Promise.all([
      offerState(client, { offerId: binding.offerId, address: market }),
      tokenState(client, { token: offer.token, account: payer, spender: market }),
      client.chain?.id ?? getChainId(client),
      getBlock(client),
      getCode(client, { address: payer }),
    ]);
    guardStatus(state.status, binding.offerId);
    if (offer.rail === RAILS.stream) {
      return await prepareSubscription(client, parameters, { payer, binding, market, chainId, block, code });
    }
    if (offer.rail === RAILS.live) {
      return await prepareLiveSubscription(client, parameters, { payer, binding, market, chainId, block, code });
    }
    const signing = await tokenSigning(client, { token: offer.token, account: payer, chainId });
    const terms = {
      payer,
      spender: market,
      amount: due,
      deadline: parameters.deadline ?? signatureDeadline(block),
    };
    const choice = { due, price: offer.price, token, signing, canSign: canSign(code) };
    const funding = chooseFunding(parameters.funding ?? "auto", choice);
    const payment = await paymentOf(client, funding, { terms, token, signing, chainId, binding, market, parameters });
    return {
      offerId: binding.offerId,
      payer,
      licensee: binding.licensee,
      due,
      token,
      funding,
      deadline: terms.deadline,
      requirements: [
        ...shortfall(payer, token, due),
        ...(await billsApproval(client, parameters, payer)),
        ...payment.requirements,
      ],
      build: payment.build,
    };
  } catch (error) {
    throw decodeError(error);
  }
}

interface Choice {
  due: bigint;
  price: bigint;
  token: TokenState;
  signing: TokenSigning | undefined;
  canSign: boolean;
}

function chooseFunding(wanted: Funding | "auto", { due, price, token, signing, canSign }: Choice): Funding {
  if (due !== 0n && due !== price && (wanted === "authorization" || wanted === "permit2")) {
    throw new ColophonError(`A ${wanted} signature pays exactly the price of ${price}, but ${due} are due.`, {
      code: "input",
      hint: "Use funding `auto`, `allowance` or `permit`.",
    });
  }
  if (wanted === "permit" && signing?.permitNonce === undefined) throw unsupported(token, "EIP-2612 permits");
  if (wanted === "authorization" && !signing?.authorization) throw unsupported(token, "EIP-3009 authorizations");
  if (wanted !== "auto") return wanted;
  if (token.allowance >= due || !canSign) return "allowance";
  if (signing?.permitNonce !== undefined) return "permit";
  return signing?.authorization && due === price ? "authorization" : "allowance";
}

interface Context {
  terms: { payer: Address; spender: Address; amount: bigint; deadline: bigint };
  token: TokenState;
  signing: TokenSigning | undefined;
  chainId: number;
  binding: PurchaseBinding;
  market: Address;
  parameters: PrepareBuyParameters;
}

/** Requirements and transaction of one way to pay. */
async function paymentOf(client: ColophonClient, funding: Funding, context: Context): Promise<Prepared> {
  const { terms, token, signing, chainId, binding, market, parameters } = context;
  const { licensee, reference, railData } = binding;
  const purchase: Purchase & { address: Address } = {
    offer: parameters.offer,
    licensee,
    reference,
    railData,
    address: market,
  };
  switch (funding) {
    case "allowance":
      return {
        requirements: token.allowance >= terms.amount ? [] : [approval(token.address, market, terms.amount)],
        build: () => transactionOf(buy.call(client, purchase)),
      };
    case "permit": {
      const { domain, permitNonce } = signing as TokenSigning & { permitNonce: bigint };
      return signed("permit", terms.amount, permitTypedData(terms, domain, permitNonce), (signature) =>
        buyWithPermit.call(client, { ...purchase, permit: toPermit(terms, signature) }),
      );
    }
    case "authorization": {
      const { domain } = signing as TokenSigning;
      return signed("authorization", terms.amount, authorizationTypedData(terms, domain, binding), (signature) =>
        buyWithAuthorization.call(client, { ...purchase, authorization: toAuthorization(terms, signature) }),
      );
    }
    case "permit2": {
      const nonce = randomNonce();
      const typedData = permit2TypedData(terms, token.address, chainId, nonce, binding);
      const prepared = signed("permit2", terms.amount, typedData, (signature) =>
        buyWithPermit2.call(client, { ...purchase, transfer: toPermit2Transfer(terms, nonce, signature) }),
      );
      const spender = { token: token.address, account: terms.payer, spender: PERMIT2_ADDRESS };
      const { allowance } = await tokenState(client, spender);
      const approvals = allowance >= terms.amount ? [] : [approval(token.address, PERMIT2_ADDRESS, terms.amount)];
      return { ...prepared, requirements: [...approvals, ...prepared.requirements] };
    }
  }
}

function randomNonce(): bigint {
  return crypto.getRandomValues(new BigUint64Array(4)).reduce((sum, word) => (sum << 64n) | word, 0n);
}
