/** Claims, evidence and rulings: as people write them, and as the contracts take them. */
import { disputeManagerAbi } from "@colophon-protocol/contracts";
import { type Address, encodeAbiParameters, getAbiItem, type Hex, keccak256, zeroAddress, zeroHash } from "viem";
import { ColophonError } from "../errors/colophon-error.js";
import { enumName, VERSION_STATUS, type VersionStatus } from "./enums.js";
import type { Offer } from "./offer.js";
import { enumValue } from "./packing.js";
import { DISPUTE_REASON, type DisputeReason } from "./trust-enums.js";

/** A claim to be filed. Times in seconds, amounts in base units. */
export interface ClaimInput {
  reason: Exclude<DisputeReason, "None">;
  /** What it is about: a license, proof, badge or recall id; a compute receipt's id as a number; `versionClaimId`, `providerClaimId`. */
  id: bigint;
  /** What the claimant says it lost; caps what the provider's bond pays. For a license, left out is the price. */
  claimed?: bigint;
  /** For a provider: the token of the bond that is claimed from. */
  token?: Address;
  /** When it happened. */
  occurredAt: number;
  /** Whether a license's money is to be frozen; true unless told. Only of holder or payer. */
  freeze?: boolean;
}

/** Evidence: where it lies and what it must hash to. */
export interface DisputeEvidence {
  /** SHA-256 of the bytes at `uri`, of the ciphertext when encrypted. */
  hash: Hex;
  uri: string;
  /** Hash of the public key that it is encrypted to; left out when it is public. */
  recipient?: Hex;
}

/** One chunk's key with its commitments; see IDisputeTypes.ChunkEvidence. Hashes are SHA-256, sizes bytes. */
export interface ShownChunk {
  keyRoot: Hex;
  index: bigint;
  file: number;
  counter: number;
  flags: number;
  chunkKey: Hex;
  keyProof: readonly Hex[];
  cipherSize: number;
  cipher: Hex;
  cipherProof: readonly Hex[];
  plainSize: number;
  plain: Hex;
  plainProof: readonly Hex[];
}

/** What an arbitrator decides. Amounts in base units; zero is nothing. */
export interface Ruling {
  /** Whose bonds: true for the claimant. */
  upheld: boolean;
  /** Of what the license's rail holds, at most this goes back to the payer, and the license ends. */
  refund: bigint;
  /** The claimant's whole loss: what the refund does not cover is taken from the provider's bond. */
  loss: bigint;
  /** Taken from the provider's bond on top. */
  penalty: bigint;
  /** When the license ends; a second in the past is at once, 0 leaves it. */
  endsAt: number;
  /** "Quarantined" stops new sales of the version, "Suspended" access; "None" changes nothing. */
  status: VersionStatus;
  /** Whether the version's revoked root becomes `revokedRoot`. */
  correct: boolean;
  /** Whether the proof, badge or receipt is revoked. */
  revokeRecord: boolean;
  revokedRoot: Hex;
  /** When not zero, a recall of these leaves starts. */
  leaves: Hex;
  /** Hash of the reasons, kept off chain. */
  reasons: Hex;
}

const NO_RULING: Ruling = {
  upheld: false,
  refund: 0n,
  loss: 0n,
  penalty: 0n,
  endsAt: 0,
  status: "None",
  correct: false,
  revokeRecord: false,
  revokedRoot: zeroHash,
  leaves: zeroHash,
  reasons: zeroHash,
};

/** What a call gets where a claim is about no license. */
export const NO_OFFER: Offer = {
  seller: zeroAddress,
  salt: 0n,
  datasetId: 0n,
  version: 0,
  encoding: 0,
  termsId: zeroHash,
  split: 0,
  token: zeroAddress,
  price: 0n,
  rail: 0,
  railTerms: [zeroHash, zeroHash],
  provider: zeroAddress,
  arbitrator: zeroAddress,
  opensAt: 0,
  closesAt: 0,
  editions: 0,
  exclusive: false,
};

/** The id by which a claim names a version. */
export function versionClaimId(datasetId: bigint, version: number): bigint {
  return (datasetId << 32n) | BigInt(version);
}

/** The id by which a claim names a provider. */
export const providerClaimId = (provider: Address): bigint => BigInt(provider);

/** A claim as the contract takes it. @throws ColophonError `input` on an unknown reason */
export function claimToChain({ reason, id, claimed = 0n, token = zeroAddress, occurredAt, freeze = true }: ClaimInput) {
  return {
    reason: enumValue("The reason", DISPUTE_REASON.slice(1), reason) + 1,
    id,
    claimed,
    token,
    occurredAt,
    freeze,
  };
}

/** Evidence as the contract takes it. */
export const evidenceToChain = ({ hash, uri, recipient = zeroHash }: DisputeEvidence) => ({ hash, uri, recipient });

/** A ruling as the contract takes it; what is left out is nothing. @throws ColophonError `input` on an unknown status */
export function rulingToChain(ruling: Partial<Ruling>) {
  const { upheld, refund, loss, penalty, endsAt, status, correct, revokeRecord, revokedRoot, leaves, reasons } = {
    ...NO_RULING,
    ...ruling,
  };
  const amounts = { refund, loss, penalty };
  for (const [name, amount] of Object.entries(amounts)) {
    if (amount >= 0n) continue;
    throw new ColophonError(`The ruling's ${name} is ${amount}.`, { code: "input", hint: "Amounts are not negative." });
  }
  return {
    upheld,
    ...amounts,
    endsAt,
    status: enumValue("The status", VERSION_STATUS, status),
    correct,
    revokeRecord,
    revokedRoot,
    leaves,
    reasons,
  };
}

/** A ruling as people read it. */
export function rulingFromChain(found: ReturnType<typeof rulingToChain>): Ruling {
  return { ...found, status: enumName(VERSION_STATUS, found.status) };
}

/** The hash that votes for a ruling go by: keccak256(abi.encode(ruling)). */
export function rulingHash(ruling: Partial<Ruling>): Hex {
  const { inputs } = getAbiItem({ abi: disputeManagerAbi, name: "rule" });
  return keccak256(encodeAbiParameters([inputs[1]], [rulingToChain(ruling)]));
}
