/** Walks a prepared write: checks, approves, signs, sends, waits, and says so step by step. */
import type { Account, Address, Hash, Hex, TransactionReceipt } from "viem";
import { parseAccount } from "viem/accounts";
import { call, estimateGas, sendTransaction, signTypedData } from "viem/actions";
import type { ColophonClient, Transaction, WaitOptions } from "../core/types.js";
import { requireAccount, waitForSuccess, withGasMargin } from "../core/write.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import type { BalanceRequirement, Prepared, Requirement, Signatures } from "./requirements.js";

/** What is happening. `index` counts from 0 to `total - 1`; the write itself is the last step. */
export interface Step {
  index: number;
  total: number;
  /** `approval`, `permission` and `transaction` cost gas, `signature` does not. */
  kind: "approval" | "signature" | "permission" | "transaction";
  /** What is being met; undefined for the write itself. */
  requirement?: Requirement;
  /** `start` before asking the wallet, `sent` once it answered with a hash, `done` when met. */
  status: "start" | "sent" | "done";
  hash?: Hash;
}

/** How a prepared write is carried out. */
export interface ExecuteOptions extends WaitOptions {
  account?: Account | Address;
  onStep?: (step: Step) => void;
}

/** What came of it. */
export interface Executed {
  hash: Hash;
  receipt: TransactionReceipt;
}

/**
 * Meets all requirements, then sends the write and waits for it.
 * @throws ColophonError `requirement` when the balance is short, before anything is signed; `rejected` when the wallet
 * declines; `reverted` with the decoded error when the write would fail, before it is sent
 */
export async function execute(
  client: ColophonClient,
  prepared: Prepared,
  options: ExecuteOptions = {},
): Promise<Executed> {
  const account = parseAccount(requireAccount(client, options, "execute"));
  const short = prepared.requirements.find((needed) => needed.type === "balance");
  if (short) throw shortBalance(short);
  const total = prepared.requirements.length + 1;
  const signatures: Signatures = {};
  try {
    for (const [index, requirement] of prepared.requirements.entries()) {
      if (requirement.type === "balance") continue;
      const report = (status: Step["status"], hash?: Hash) =>
        options.onStep?.({ index, total, kind: requirement.type, requirement, status, ...(hash ? { hash } : {}) });
      report("start");
      if (requirement.type !== "signature") {
        const transaction = requirement.type === "approval" ? requirement.transaction : requirement.build(signatures);
        await sendAndWait(client, account, transaction, options, (hash) => report("sent", hash));
      } else {
        signatures[requirement.kind] = (await signTypedData(client, {
          account,
          ...requirement.typedData,
        } as never)) as Hex;
      }
      report("done");
    }
    const report = (status: Step["status"], hash?: Hash) =>
      options.onStep?.({ index: total - 1, total, kind: "transaction", status, ...(hash ? { hash } : {}) });
    report("start");
    const executed = await sendAndWait(client, account, prepared.build(signatures), options, (hash) =>
      report("sent", hash),
    );
    report("done", executed.hash);
    return executed;
  } catch (error) {
    throw decodeError(error);
  }
}

/** Sends one transaction after trying it, and waits. Throws ColophonError as `execute` does. */
export async function sendAndWait(
  client: ColophonClient,
  account: Account,
  transaction: Transaction,
  options: WaitOptions = {},
  onSent: (hash: Hash) => void = () => {},
): Promise<Executed> {
  try {
    await call(client, { account, ...transaction });
    const gas = withGasMargin(await estimateGas(client, { account, ...transaction }));
    const hash = await sendTransaction(client, { account, chain: client.chain, ...transaction, gas } as never);
    onSent(hash);
    const receipt = await waitForSuccess(client, hash, options);
    return { hash: receipt.transactionHash, receipt };
  } catch (error) {
    throw decodeError(error);
  }
}

function shortBalance({ token, account, required, available, missing }: BalanceRequirement): ColophonError {
  return new ColophonError(`${account} has ${available} of the ${required} base units of ${token} that are needed.`, {
    code: "requirement",
    hint: `Send ${missing} more base units to that account.`,
  });
}
