import { proofRegistryAbi } from "@colophon-protocol/contracts";
import { decodeFunctionData, isAddressEqual } from "viem";
import { getChainId, getContractEvents, getTransaction } from "viem/actions";
import { type HistoryOptions, startOf } from "../actions/history.js";
import { type ProofEntry, proofProgramOf } from "../actions/proofs.js";
import { resolveAddress } from "../core/deployment.js";
import type { ColophonClient } from "../core/types.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { Hex } from "../formats/bytes.js";
import { type AdherenceValues, encodeAdherenceValues } from "./public-values.js";

/** A run as its event and its transaction tell it. */
export interface RecordedRun {
  recordId: bigint;
  program: number;
  /** The verifier's selector. */
  route: Hex;
  grade: number;
  values: AdherenceValues;
  entries: readonly ProofEntry[];
  transaction: Hex;
  block: bigint;
  /** The proof as it was submitted; undefined when the transaction did not call ProofRegistry itself. */
  proof?: Hex;
}

/**
 * A recorded run, whole, from chain alone.
 * @throws ColophonError `input` when there is no such record
 */
export async function findRun(
  client: ColophonClient,
  { recordId, ...options }: { recordId: bigint } & HistoryOptions,
): Promise<RecordedRun> {
  const address = resolveAddress(client, "ProofRegistry", options);
  const fromBlock = startOf(client, "ProofRegistry", options);
  try {
    const [recorded] = await getContractEvents(client, {
      ...{ address, abi: proofRegistryAbi, eventName: "RunRecorded", args: { recordId }, fromBlock, strict: true },
    });
    if (recorded) {
      const { program, route, grade, values, entries, runner, runManifestHash } = recorded.args;
      const [{ to, input }, { statementVersion }, chainId] = await Promise.all([
        getTransaction(client, { hash: recorded.transactionHash }),
        proofProgramOf(client, { program, ...options }),
        getChainId(client),
      ]);
      // The event leaves out what the chain knows.
      const own = {
        ...{ ...values, statementVersion, runManifestHash, runner: lower(runner), chainId: BigInt(chainId) },
        registry: lower(resolveAddress(client, "DatasetRegistry", options)),
      };
      const proof = to && isAddressEqual(to, address) ? proofIn(input, encodeAdherenceValues(own)) : undefined;
      return {
        ...{ recordId, program, route, grade, entries, values: own },
        transaction: recorded.transactionHash,
        block: recorded.blockNumber,
        ...(proof ? { proof } : {}),
      };
    }
  } catch (error) {
    throw decodeError(error);
  }
  throw new ColophonError(`No run ${recordId} is recorded on this chain.`, {
    code: "input",
    hint: "Check the id and the chain; an id follows from program and run manifest hash.",
  });
}

const lower = (hex: Hex) => hex.toLowerCase() as Hex;

/** The proof that was submitted with these public values. */
function proofIn(input: Hex, publicValues: Hex): Hex | undefined {
  const { functionName, args } = decodeFunctionData({ abi: proofRegistryAbi, data: input });
  const submissions = functionName === "submit" ? [args[0]] : functionName === "submitBatch" ? args[0] : [];
  return submissions.find((each) => lower(each.publicValues) === publicValues)?.proof;
}
