/** Gathers from a chain all that it says of a recorded run. */
import type { RpcLog } from "viem";
import type { Hex } from "../formats/bytes.js";
import { isAbout } from "./about.js";
import { type ChainReader, topicOf } from "./chain-reader.js";
import {
  decodeLog,
  definitionOf,
  EVENT_ABIS,
  type EvidenceEvent,
  eventOf,
  type RunRecordedEvent,
  roleOfEvent,
  runOf,
} from "./events.js";
import { type ChainFacts, type LogName, readFacts } from "./facts.js";
import { EvidenceRefused } from "./refusal.js";

/** What the chain says of a run. Events are in its order. */
export interface Gathered {
  run: RunRecordedEvent;
  facts: ChainFacts;
  events: EvidenceEvent[];
}

/** Names an indexed argument, its place among the indexed ones, and its value. */
interface Key {
  name: string;
  position: number;
  value: bigint | Hex;
}

/**
 * Reads a recorded run with everything about it.
 * @param contracts where contracts are, by name
 * @throws EvidenceRefused `record` when there is no such record
 */
export async function gather(
  chain: ChainReader,
  {
    recordId,
    contracts,
    fromBlock,
    logs,
  }: { recordId: bigint; contracts: ReadonlyMap<string, Hex>; fromBlock: bigint; logs: readonly LogName[] },
): Promise<Gathered> {
  const names = new Map(
    [...contracts].filter(([name]) => name in EVENT_ABIS).map(([name, address]) => [address, name]),
  );
  const find = async (keys: readonly Key[]) => {
    const found = await Promise.all(
      keys.map(async (key) => {
        const rows = await chain.logs([...names.keys()], key.position, topicOf(key.value), fromBlock);
        return rows.filter((log) => isKeyed(log, names.get(log.address), key));
      }),
    );
    return found.flat();
  };
  const ofRecord = await find([{ name: "recordId", position: 1, value: recordId }]);
  const recorded = ofRecord.find((log) => decodeLog(names.get(log.address) as string, log).event === "RunRecorded");
  if (!recorded) throw new EvidenceRefused("record", `no run ${recordId} is recorded on this chain.`);
  const place = { block: 0, transactionIndex: 0, logIndex: 0 };
  const run = runOf(eventOf("ProofRegistry", { ...recorded, ...place }));
  const facts = await readFacts(chain, run, logs);
  const others = await find(keysOf(run, facts));
  const rows = distinct([...ofRecord, ...others]).filter((log) => {
    const event = eventOf(names.get(log.address) as string, { ...log, ...place });
    return roleOfEvent(event) !== undefined && isAbout({ run, facts }, event);
  });
  const events = (await chain.prove(rows)).map((log) => eventOf(names.get(log.address) as string, log));
  return { run, facts, events };
}

function keysOf(run: RunRecordedEvent, { licenses, versions, receipt }: ChainFacts): Key[] {
  const datasets = [...new Set(versions.map(({ datasetId }) => datasetId))];
  return [
    ...licenses.map(({ licenseId }) => ({ name: "licenseId", position: 1, value: licenseId })),
    ...[...new Set(licenses.map(({ offerId }) => offerId))].map((value) => ({ name: "offerId", position: 1, value })),
    ...datasets.flatMap((value) => [1, 2].map((position) => ({ name: "datasetId", position, value }))),
    { name: "program", position: 1, value: BigInt(run.program) },
    ...(receipt ? [{ name: "receiptId", position: 1, value: run.attestationDigest }] : []),
    ...(receipt ? [{ name: "policy", position: 1, value: receipt.policy }] : []),
  ];
}

/** Whether the topic is the argument that was meant: numbers of licenses and datasets look alike. */
function isKeyed(log: RpcLog, contract: string | undefined, { name, position }: Key): boolean {
  const definition = contract && definitionOf(contract, log.topics[0] as Hex | undefined);
  if (!definition) return false;
  return definition.inputs.filter(({ indexed }) => indexed)[position - 1]?.name === name;
}

const distinct = (logs: readonly RpcLog[]): RpcLog[] => [
  ...new Map(logs.map((log) => [`${log.blockNumber} ${log.logIndex}`, log])).values(),
];
