/** Prepared writes on the command line: what they need first is shown in a dry run, and done otherwise. */
import { type Executed, execute, type Prepared, type Requirement } from "@colophon-protocol/sdk";
import { requireSigner } from "./account.js";
import type { Context } from "./context.js";
import type { Printable } from "./output.js";
import { dryRun, receiptOf } from "./send.js";

/** Carries out a prepared write and prints the values with its transaction, or in a dry run what it needs. */
export async function runPrepared(
  context: Context,
  prepared: Prepared,
  facts: { [key: string]: Printable },
  after: (executed: Executed) => { [key: string]: Printable } = () => ({}),
): Promise<void> {
  const { settings, output, client } = context;
  if (settings.dryRun) return output.result(await shownPrepared(context, prepared, facts));
  const account = await requireSigner(settings);
  const executed = await execute(client, prepared, {
    account,
    onStep: ({ index, total, kind, status }) => output.progress(`step ${index + 1}/${total}: ${kind} ${status}\n`),
  });
  output.result({ ...after(executed), ...facts, ...receiptOf(executed) });
}

async function shownPrepared(
  context: Context,
  prepared: Prepared,
  facts: { [key: string]: Printable },
): Promise<Printable> {
  const requirements = prepared.requirements.map(shownRequirement);
  // Before signatures and approvals exist, the write itself cannot be tried.
  if (requirements.length > 0) return { dryRun: true, ...facts, requirements };
  const tried = (await dryRun(context, prepared.build())) as { [key: string]: Printable };
  return { ...facts, requirements, ...tried };
}

function shownRequirement(needed: Requirement): Printable {
  if (needed.type === "signature") {
    const { type, kind, amount, typedData } = needed;
    return { type, kind, amount, typedData: typedData as unknown as Printable };
  }
  if (needed.type === "permission") {
    const { build: _, ...permission } = needed;
    return permission;
  }
  return needed.type === "approval" ? { ...needed, transaction: { ...needed.transaction } } : { ...needed };
}
