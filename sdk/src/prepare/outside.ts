/** What can be done about a dispute that another protocol judges, prepared: bring its ruling home, contest it, appeal there. */
import { type Address, zeroAddress } from "viem";
import { parseAccount } from "viem/accounts";
import { arbitrationCost } from "../actions/council.js";
import { type DisputeId, disputeJudge, disputeOf } from "../actions/disputes.js";
import {
  appealAtCourt,
  contestAssertion,
  courtAppealCost,
  courtExtraData,
  courtOf,
  deliverRuling,
  oracleOf,
  outsideCaseOf,
  settleAssertion,
} from "../actions/outside.js";
import type { DeploymentOptions } from "../core/deployment.js";
import type { OutsideResult } from "../core/trust-enums.js";
import type { CallOptions, ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { ColophonError } from "../errors/colophon-error.js";
import { transactionOf } from "./parts.js";
import type { Prepared } from "./requirements.js";
import { preparedSpend } from "./spend.js";

/** A dispute at another protocol: whose adapter was asked, in which round, and what it has answered. */
export interface OutsideCase {
  arbitrator: Address;
  round: number;
  key: `0x${string}`;
  result: OutsideResult;
  delivered: boolean;
  /** UMA's oracle, where the arbitrator is its adapter; else the case is at `court`. */
  oracle?: Address;
  court?: Address;
}

/** The protocol's own council has no oracle and no court; whoever has neither is asked nothing. */
const orNone = (found: Promise<Address>) => found.catch(() => undefined);

/**
 * Where a dispute is judged when another protocol does.
 * @throws ColophonError `input` when there is no such dispute, `guard` when no adapter was asked about its present round
 */
export async function outsideCase(
  client: ColophonClient,
  { disputeId, deployment }: DisputeId & DeploymentOptions,
): Promise<OutsideCase> {
  const dispute = await disputeOf(client, { disputeId, deployment });
  if (!dispute) {
    throw new ColophonError(`There is no dispute ${disputeId}.`, { code: "input", hint: "Disputes count from 1." });
  }
  const round = dispute.flags.includes("appealed") ? 1 : 0;
  const first = await disputeJudge(client, { judge: dispute.judge, deployment });
  const { arbitrator } = round === 0 ? first : await disputeJudge(client, { judge: first.appealTo, deployment });
  const address = arbitrator;
  const [oracle, court] = await Promise.all([
    orNone(oracleOf(client, { address })),
    orNone(courtOf(client, { address })),
  ]);
  const found = (oracle ?? court) && (await outsideCaseOf(client, { disputeId, round, address }));
  if (found) return { arbitrator, round, ...found, ...(oracle && { oracle }), ...(court && { court }) };
  throw new ColophonError(`Dispute ${disputeId} is not before an oracle or court.`, {
    code: "guard",
    hint: "It is the council's, or was not referred yet.",
  });
}

/** A ruling on its way home. `settle` asks the oracle for its answer, `deliver` brings one that was not taken when it came. */
export interface PreparedRuling extends Prepared, OutsideCase {
  step: "settle" | "deliver";
}

/**
 * Brings another protocol's answer to its dispute. Anyone.
 * @throws ColophonError `guard` when there is nothing to bring: the answer is there, was refused, or a court has yet to rule
 */
export async function prepareOutsideRuling(
  client: ColophonClient,
  parameters: DisputeId & DeploymentOptions,
): Promise<PreparedRuling> {
  const { disputeId } = parameters;
  const found = await outsideCase(client, parameters);
  const { arbitrator, round, key, result, delivered, oracle } = found;
  if (result === "Asked" && oracle) {
    return { ...found, step: "settle", requirements: [], build: () => settleAssertion({ oracle, key }) };
  }
  if ((result === "Upheld" || result === "Rejected") && !delivered) {
    const build = () => transactionOf(deliverRuling.call(client, { disputeId, round, address: arbitrator }));
    return { ...found, step: "deliver", requirements: [], build };
  }
  const why = delivered ? "is there already" : result === "Asked" ? "has not come" : "is that it does not rule";
  throw new ColophonError(`The answer about dispute ${disputeId} ${why}.`, {
    code: "guard",
    hint: result === "Asked" ? "The court calls by itself when it has ruled." : "Look at the dispute: `disputeOf`.",
  });
}

/** A step at another protocol that costs something: base units of `token`, and wei. */
export interface PreparedOutside extends Prepared, OutsideCase {
  cost: { token: Address; amount: bigint; native: bigint };
}

/**
 * Says at UMA's oracle that the claim is wrong, before the assertion's time is over. Anyone; the bond is the oracle's, and goes to
 * the side that its voters find right.
 * @throws ColophonError `guard` when no oracle judges
 */
export async function prepareContestAssertion(
  client: ColophonClient,
  parameters: DisputeId & CallOptions,
): Promise<PreparedOutside> {
  const by = parseAccount(requireAccount(client, parameters, "prepareContestAssertion")).address;
  const found = await outsideCase(client, parameters);
  const { oracle, key, arbitrator, round } = found;
  if (!oracle) throw wrongPlace(parameters.disputeId, "an oracle");
  const cost = await arbitrationCost(client, { round, address: arbitrator });
  const spends = [{ token: cost.token, spender: oracle, amount: cost.amount }];
  return { ...found, cost, ...(await preparedSpend(client, by, spends, () => contestAssertion({ oracle, key, by }))) };
}

/**
 * Appeals within a court, in its own appeal period. Anyone.
 * @throws ColophonError `guard` when no court judges
 */
export async function prepareAppealAtCourt(
  client: ColophonClient,
  parameters: DisputeId & CallOptions,
): Promise<PreparedOutside> {
  const { disputeId } = parameters;
  const found = await outsideCase(client, parameters);
  const { court, key, arbitrator: address, round } = found;
  if (!court) throw wrongPlace(disputeId, "a court");
  const native = await courtAppealCost(client, { court, key, extraData: await courtExtraData(client, { address }) });
  const build = () => transactionOf(appealAtCourt.call(client, { disputeId, round, cost: native, address }));
  return { ...found, cost: { token: zeroAddress, amount: 0n, native }, requirements: [], build };
}

const wrongPlace = (disputeId: bigint, where: string) =>
  new ColophonError(`Dispute ${disputeId} is not before ${where}.`, {
    code: "guard",
    hint: "Its arbitrator rules by other means.",
  });
