/** Why a transaction failed that passed when it was tried: read back from the chain, as far as it still tells. */
import type { TransactionReceipt } from "viem";
import { call, getTransaction } from "viem/actions";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { ColophonClient } from "./types.js";

/**
 * The error for a transaction that was mined and reverted. A receipt has no reason, so the transaction is tried again on the state of
 * its block; where it passes there, or the node no longer has that state, the error says that nothing more is known.
 * @param receipt of the failed transaction
 */
export async function minedRevert(client: ColophonClient, receipt: TransactionReceipt): Promise<ColophonError> {
  const { transactionHash: hash, gasUsed, blockNumber } = receipt;
  const changed = "The chain changed between simulation and inclusion. Read the state again and retry.";
  try {
    const { from, to, input, value, gas } = await getTransaction(client, { hash });
    // A call keeps a 64th of its gas back, so a failure below the top leaves that much.
    if (gasUsed * 64n >= gas * 63n) {
      return new ColophonError(`Transaction ${hash} was mined but ran out of gas: it used ${gasUsed} of ${gas}.`, {
        code: "reverted",
        hint: "What it does took more gas than when it was estimated. Send it again.",
      });
    }
    const why = await call(client, { account: from, to, data: input, value, blockNumber }).then(
      () => undefined,
      decodeError,
    );
    if (why?.data) {
      const message = `Transaction ${hash} was mined but reverted: ${why.shortMessage}`;
      return new ColophonError(message, { code: "reverted", data: why.data, hint: why.hint ?? changed, cause: why });
    }
  } catch {
    // The node does not tell; what is certain is said below.
  }
  return new ColophonError(`Transaction ${hash} was mined but reverted.`, { code: "reverted", hint: changed });
}
