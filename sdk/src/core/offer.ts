/** Offers and splits as values: built and identified without asking the chain. */
import { licenseMarketAbi, type revenueDistributorAbi } from "@colophon-protocol/contracts";
import {
  type Address,
  type ContractFunctionArgs,
  encodeAbiParameters,
  getAbiItem,
  type Hex,
  keccak256,
  zeroAddress,
} from "viem";
import { ColophonError } from "../errors/colophon-error.js";
import { completeRailTerms, packRailTerms, RAILS, type RailTermsInput } from "./rail-terms.js";

/** An offer, whole: amounts in base units of `token`, times in seconds. Field by field as in `contracts/types/Offer.sol`. */
export type Offer = ContractFunctionArgs<typeof licenseMarketAbi, "nonpayable", "open">[0];
/** A contributor's share, as in `IRevenueDistributor.Member`. */
export type SplitMember = ContractFunctionArgs<typeof revenueDistributorAbi, "nonpayable", "createSplit">[1][number];

/** What an offer needs; all else has a default that says "no limit". */
export interface OfferInput {
  seller: Address;
  datasetId: bigint;
  termsId: Hex;
  token: Address;
  /** Base units of `token`, above 0: once (escrow), per period (stream), per block of units (meter), least per period (share). */
  price: bigint;
  /** Who accepted the encoding. */
  provider: Address;
  /** From 1; 1 unless told. */
  version?: number;
  /** From 1; 1 unless told. */
  encoding?: number;
  /** Distinguishes equal offers; random unless told. */
  salt?: bigint;
  /** Split of contributors, 0 (unless told) for the owner alone. */
  split?: number;
  /** Index of the payment rail, for packed words only; the escrow unless told. Terms by name say it themselves. */
  rail?: number;
  /** Terms of a rail, told apart by `rail`: escrow unless told. Or the packed words for the rail with index `rail`. */
  railTerms?: RailTermsInput | readonly [Hex, Hex];
  arbitrator?: Address;
  opensAt?: number;
  closesAt?: number;
  editions?: number;
  exclusive?: boolean;
}

/**
 * A complete offer with defaults filled in.
 * @throws ColophonError `input` when price, dataset or times make no sense
 */
export function buildOffer(input: OfferInput): Offer {
  const { opensAt = 0, closesAt = 0 } = input;
  const rail = railOf(input);
  // Only a revenue share can do without a price: it is the guarantee there.
  if (input.price < 0n || (input.price === 0n && rail.rail !== RAILS.share)) {
    throw badOffer(`price is ${input.price}, expected base units above 0`);
  }
  if (input.datasetId <= 0n) throw badOffer(`datasetId is ${input.datasetId}, expected a number above 0`);
  if (closesAt !== 0 && closesAt <= opensAt) throw badOffer(`closesAt ${closesAt} is not after opensAt ${opensAt}`);
  return {
    seller: input.seller,
    salt: input.salt ?? randomSalt(),
    datasetId: input.datasetId,
    version: input.version ?? 1,
    encoding: input.encoding ?? 1,
    termsId: input.termsId,
    split: input.split ?? 0,
    token: input.token,
    price: input.price,
    ...rail,
    provider: input.provider,
    arbitrator: input.arbitrator ?? zeroAddress,
    opensAt,
    closesAt,
    editions: input.editions ?? 0,
    exclusive: input.exclusive ?? false,
  };
}

/** Id of an offer: `keccak256(abi.encode(offer))`, the same as `LicenseMarket.offerIdOf`. */
export function offerId(offer: Offer): Hex {
  const { inputs } = getAbiItem({ abi: licenseMarketAbi, name: "offerIdOf" });
  return keccak256(encodeAbiParameters(inputs, [offer]));
}

const SPLIT_TYPE = [
  {
    type: "tuple[]",
    components: [
      { name: "account", type: "address" },
      { name: "shareBps", type: "uint16" },
    ],
  },
] as const;

/** Hash of a split that SplitConsent signs, the same as `RevenueDistributor.splitHashOf`. Members must be sorted. */
export function splitHash(members: readonly SplitMember[]): Hex {
  return keccak256(encodeAbiParameters(SPLIT_TYPE, [[...members]]));
}

/** Members in the order that the contract wants: ascending by address. */
export function sortMembers(members: readonly SplitMember[]): SplitMember[] {
  return [...members].sort((a, b) => (BigInt(a.account) < BigInt(b.account) ? -1 : 1));
}

/** What binds an EIP-3009 authorization or a Permit2 signature to one purchase. */
export interface PurchaseBinding {
  offerId: Hex;
  licensee: Address;
  reference: Hex;
  railData: Hex;
}

/** The EIP-3009 nonce of a purchase, the same as `LicenseMarket.authorizationNonce`. */
export function authorizationNonce({ offerId, licensee, reference, railData }: PurchaseBinding): Hex {
  return keccak256(
    encodeAbiParameters(
      [{ type: "bytes32" }, { type: "address" }, { type: "bytes32" }, { type: "bytes32" }],
      [offerId, licensee, reference, keccak256(railData)],
    ),
  );
}

function railOf({ rail, railTerms = {} }: OfferInput): { rail: number; railTerms: readonly [Hex, Hex] } {
  if (isPacked(railTerms)) return { rail: rail ?? RAILS.escrow, railTerms };
  const packed = packRailTerms(completeRailTerms(railTerms));
  if (rail === undefined || rail === packed.rail) return packed;
  throw badOffer(`rail is ${rail}, but railTerms are terms of rail ${packed.rail}`);
}

const isPacked = (terms: RailTermsInput | readonly [Hex, Hex]): terms is readonly [Hex, Hex] => Array.isArray(terms);

function randomSalt(): bigint {
  return crypto.getRandomValues(new BigUint64Array(4)).reduce((sum, word) => (sum << 64n) | word, 0n);
}

function badOffer(what: string): ColophonError {
  return new ColophonError(`The offer makes no sense: ${what}.`, { code: "input", hint: "Correct the field." });
}
