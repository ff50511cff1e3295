/**
 * Adapters to other protocols' judges: UMA's oracle (`UmaArbitrator`) and courts that speak ERC-792 (`Erc792Arbitrator`). There may be
 * any number of them, so all of these need `address`: the arbitrator, as `disputeJudge` gives it.
 */
import { erc792ArbitratorAbi, umaArbitratorAbi } from "@colophon-protocol/contracts";
import { type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import { readContract } from "viem/actions";
import { enumName } from "../core/enums.js";
import { readsOf } from "../core/read.js";
import { OUTSIDE_RESULT } from "../core/trust-enums.js";
import type { ColophonClient, Transaction } from "../core/types.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Round } from "./council.js";

const loadHints = async () => (await import("../errors/hints-trust-dispute.js")).trustDisputeHints;
const readOracle = /*#__PURE__*/ readsOf("UmaArbitrator", umaArbitratorAbi, loadHints);
const readCourt = /*#__PURE__*/ readsOf("Erc792Arbitrator", erc792ArbitratorAbi, loadHints);

/** One round of a dispute at an adapter: the other protocol's id of the case, and its answer; undefined when it was not asked. */
export const outsideCaseOf = /*#__PURE__*/ readOracle({
  functionName: "caseOf",
  args: ({ disputeId, round = 0 }: Round) => [disputeId, round],
  result: ({ key, result, delivered }) =>
    result === 0 ? undefined : { key, result: enumName(OUTSIDE_RESULT, result), delivered },
});

/**
 * Delivers an answer that the dispute manager did not take when it came. Anyone. The dispute manager says so, by DisputeRuled: this
 * contract emitted Answered when the answer came, and emits nothing here. So it has no `Sync` twin.
 */
export const deliverRuling = /*#__PURE__*/ defineWrite({
  contract: "UmaArbitrator",
  abi: umaArbitratorAbi,
  functionName: "deliver",
  event: "Answered",
  args: ({ disputeId, round = 0 }: Round) => [disputeId, round],
});

/** UMA's oracle behind an adapter. */
export const oracleOf = /*#__PURE__*/ readOracle({
  functionName: "oracle",
  args: (_: object) => [],
  result: (oracle): Address => oracle,
});

const oracleAbi = /*#__PURE__*/ parseAbi([
  "function settleAssertion(bytes32 assertionId)",
  "function disputeAssertion(bytes32 assertionId, address disputer)",
]);

/** Settles an assertion at UMA's oracle once its time is over or its voters answered, which rules the dispute. Anyone. */
export const settleAssertion = ({ oracle, key }: { oracle: Address; key: Hex }): Transaction => ({
  to: oracle,
  data: encodeFunctionData({ abi: oracleAbi, functionName: "settleAssertion", args: [key] }),
  value: 0n,
});

/** Says at UMA's oracle that an assertion is wrong, against a bond as high as the asserter's: its voters decide then. Anyone. */
export const contestAssertion = ({ oracle, key, by }: { oracle: Address; key: Hex; by: Address }): Transaction => ({
  to: oracle,
  data: encodeFunctionData({ abi: oracleAbi, functionName: "disputeAssertion", args: [key, by] }),
  value: 0n,
});

/** The court behind an adapter. */
export const courtOf = /*#__PURE__*/ readCourt({
  functionName: "arbitrator",
  args: (_: object) => [],
  result: (court): Address => court,
});

/** What the court is told of each case: subcourt, jurors. */
export const courtExtraData = /*#__PURE__*/ readCourt({
  functionName: "extraData",
  args: (_: object) => [],
  result: (data): Hex => data,
});

const courtAbi = /*#__PURE__*/ parseAbi([
  "function appealCost(uint256 disputeID, bytes extraData) view returns (uint256)",
]);

/** Wei that the court itself asks for an appeal of a case now. */
export function courtAppealCost(
  client: ColophonClient,
  { court, key, extraData }: { court: Address; key: Hex; extraData: Hex },
): Promise<bigint> {
  const call = { address: court, abi: courtAbi, functionName: "appealCost" } as const;
  return readContract(client, { ...call, args: [BigInt(key), extraData] });
}

/** Pays for an appeal within the court, in its own appeal period; what is over comes back. Anyone. Emits CourtAppealed. */
export const appealAtCourt = /*#__PURE__*/ defineWrite({
  contract: "Erc792Arbitrator",
  abi: erc792ArbitratorAbi,
  functionName: "appealAtCourt",
  event: "CourtAppealed",
  args: ({ disputeId, round = 0 }: Round & { cost: bigint }) => [disputeId, round],
  value: ({ cost }) => cost,
});
/** `appealAtCourt`, waiting for its receipt. */
export const appealAtCourtSync = /*#__PURE__*/ syncOf(appealAtCourt);

/** Shows evidence to the court by its own standard, ERC-1497. Anyone. Emits Evidence. */
export const submitCourtEvidence = /*#__PURE__*/ defineWrite({
  contract: "Erc792Arbitrator",
  abi: erc792ArbitratorAbi,
  functionName: "submitEvidence",
  event: "Evidence",
  args: ({ disputeId, round = 0, uri }: Round & { uri: string }) => [disputeId, round, uri],
});
/** `submitCourtEvidence`, waiting for its receipt. */
export const submitCourtEvidenceSync = /*#__PURE__*/ syncOf(submitCourtEvidence);
