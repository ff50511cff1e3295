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
import type { CallOptions, ColophonClient, Transaction } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { Funding, Prepared, Requirement, SignatureKind, SignatureRequirement } from "./requirements.js";
import {
  authorizationTypedData,
  PERMIT2_ADDRESS,
  permit2TypedData,
  permitTypedData,
  toAuthorization,
  toPermit,
  toPermit2Transfer,
} from "./signatures.js";
import { approveTransaction, type TokenSigning, type TokenState, tokenSigning, tokenState } from "./token.js";

/** What to buy, and within which limits. */
export interface PrepareBuyParameters extends CallOptions {
  offer: Offer;
  /** Who gets the license; the payer unless told. */
  licensee?: Address;
  /** Free 32 bytes for the buyer's books. */
  reference?: Hex;
  railData?: Hex;
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
}

const SIGNATURE_LIFETIME = 1200n;

/**
 * Finds out what a purchase needs.
 * @returns requirements in order (shortfall, approval, signature), and `build` for the transaction
 * @throws ColophonError `guard` when price, terms or offer are not what the buyer expects, or the offer is not open
 */
export async function prepareBuy(client: ColophonClient, parameters: PrepareBuyParameters): Promise<PreparedBuy> {
  const { offer, reference = zeroHash, railData = "0x" } = parameters;
  const payer = parseAccount(requireAccount(client, parameters, "prepareBuy")).address;
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
    const signing = await tokenSigning(client, { token: offer.token, account: payer, chainId });
    const due = offer.price;
    const terms = {
      payer,
      spender: market,
      amount: due,
      deadline: parameters.deadline ?? block.timestamp + SIGNATURE_LIFETIME,
    };
    const funding = chooseFunding(parameters.funding ?? "auto", { due, token, signing, canSign: canSign(code) });
    const payment = await paymentOf(client, funding, { terms, token, signing, chainId, binding, market, parameters });
    return {
      offerId: binding.offerId,
      payer,
      licensee: binding.licensee,
      due,
      token,
      funding,
      deadline: terms.deadline,
      requirements: [...shortfall(payer, token, due), ...payment.requirements],
      build: payment.build,
    };
  } catch (error) {
    throw decodeError(error);
  }
}

function guardOffer({ offer, maxPrice, expectedTermsId, expectedOfferId }: PrepareBuyParameters, id: Hex): void {
  if (maxPrice !== undefined && offer.price > maxPrice) {
    throw guard(
      `The price is ${offer.price} base units, above the limit of ${maxPrice}.`,
      "Raise maxPrice, or look for another offer.",
    );
  }
  if (expectedTermsId !== undefined && !sameHex(offer.termsId, expectedTermsId)) {
    throw guard(
      `The offer's terms are ${offer.termsId}, expected ${expectedTermsId}.`,
      "Read the offer's terms before buying.",
    );
  }
  if (expectedOfferId !== undefined && !sameHex(id, expectedOfferId)) {
    throw guard(
      `The offer hashes to ${id}, expected ${expectedOfferId}.`,
      "It was altered since it was quoted. Get it again.",
    );
  }
}

function guardStatus(status: "None" | "Open" | "Closed", id: Hex): void {
  if (status === "Closed") throw guard(`Offer ${id} is closed.`, "Ask the seller for a new offer.");
  if (status === "None") {
    throw guard(
      `Offer ${id} was never opened.`,
      "It may have been altered since it was quoted. Get it again and compare.",
    );
  }
}

interface Choice {
  due: bigint;
  token: TokenState;
  signing: TokenSigning | undefined;
  canSign: boolean;
}

function chooseFunding(wanted: Funding | "auto", { due, token, signing, canSign }: Choice): Funding {
  if (wanted === "permit" && signing?.permitNonce === undefined) throw unsupported(token, "EIP-2612 permits");
  if (wanted === "authorization" && !signing?.authorization) throw unsupported(token, "EIP-3009 authorizations");
  if (wanted !== "auto") return wanted;
  if (token.allowance >= due || !canSign) return "allowance";
  if (signing?.permitNonce !== undefined) return "permit";
  return signing?.authorization ? "authorization" : "allowance";
}

/** Tokens check signatures against a key; contracts have none. An account that delegates to code (EIP-7702) keeps its key. */
const canSign = (code: Hex | undefined) => code === undefined || code === "0x" || code.startsWith("0xef0100");

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

function signed(
  kind: SignatureKind,
  amount: bigint,
  typedData: SignatureRequirement["typedData"],
  call: (signature: Hex) => Transaction,
): Prepared {
  return {
    requirements: [{ type: "signature", kind, amount, typedData }],
    build: (signatures = {}) => {
      const signature = signatures[kind];
      if (signature) return transactionOf(call(signature));
      throw new ColophonError(`The ${kind} signature is missing.`, {
        code: "requirement",
        hint: `Sign the requirement's typed data and pass it as { ${kind}: signature }.`,
      });
    },
  };
}

function approval(token: Address, spender: Address, amount: bigint): Requirement {
  return { type: "approval", token, spender, amount, transaction: approveTransaction(token, spender, amount) };
}

function shortfall(account: Address, { address, balance }: TokenState, due: bigint): Requirement[] {
  if (balance >= due) return [];
  return [{ type: "balance", token: address, account, required: due, available: balance, missing: due - balance }];
}

const transactionOf = ({ to, data, value }: Transaction): Transaction => ({ to, data, value });
const sameHex = (a: Hex, b: Hex) => a.toLowerCase() === b.toLowerCase();

function randomNonce(): bigint {
  return crypto.getRandomValues(new BigUint64Array(4)).reduce((sum, word) => (sum << 64n) | word, 0n);
}

function guard(message: string, hint: string): ColophonError {
  return new ColophonError(message, { code: "guard", hint });
}

function unsupported(token: TokenState, what: string): ColophonError {
  return new ColophonError(`${token.symbol} (${token.address}) does not support ${what}.`, {
    code: "input",
    hint: "Use funding `auto`, `allowance` or `permit2`.",
  });
}
