import {
  type ColophonClient,
  decodeError,
  type Executed,
  execute,
  type Prepared,
  type Step,
} from "@colophon-protocol/sdk";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { useSigner } from "../data/client";
import type { Token } from "../data/tokens";
import { Button, Problem } from "../ui/primitives";
import { Failure } from "./Failure";
import { Faucet } from "./Faucet";
import { StepList, type StepRow, type StepStatus } from "./StepList";
import { naming, sentenceOf, titleOf } from "./sentences";

/** A message that is signed before everything else, because the write carries it. */
interface SignedFirst<plan extends Prepared> {
  title: string;
  text: string;
  /** Asks for the signature. @returns the plan with it */
  sign: (client: ColophonClient, plan: plan) => Promise<plan>;
}

export interface SheetProps<plan extends Prepared> {
  /** What the plan depends on, beside the account: it is made again when this changes. */
  plans: readonly (string | number | bigint | object)[];
  prepare: (client: ColophonClient) => Promise<plan>;
  token: Token;
  /** The write itself: its step, and what the button says. */
  write: (plan: plan) => { title: string; text: string; button: string };
  deadline?: (plan: plan) => bigint;
  first?: SignedFirst<plan>;
  /** What to look at before doing it again, when a transaction was on its way. */
  ifSent: string;
  /** Shown instead of the steps once the write is mined. */
  done: (executed: Executed, plan: plan) => ReactNode;
  onDone?: () => void;
}

/** One write as a sheet of steps: what it needs, each with a sentence before, then the button, then the receipt. */
export function Sheet<plan extends Prepared>(props: SheetProps<plan>) {
  const { plans, prepare, token, write, first, ifSent, done, onDone } = props;
  const { address } = useConnection();
  const signer = useSigner();
  const queries = useQueryClient();
  const [steps, setSteps] = useState<Step[]>([]);
  const [signing, setSigning] = useState<StepStatus>();
  const prepared = useQuery({
    queryKey: [
      "prepare",
      ...plans.map((part) => (typeof part === "object" ? part : String(part))),
      address,
      signer?.uid,
    ],
    gcTime: 0,
    enabled: signer !== undefined,
    retry: false,
    queryFn: () => prepare(signer as ColophonClient),
  });
  const run = useMutation({
    mutationFn: async (known: plan) => {
      if (!signer) throw new Error("The wallet is not connected.");
      setSteps([]);
      setSigning(first ? "start" : undefined);
      const plan = first ? await first.sign(signer, known) : known;
      setSigning(first ? "done" : undefined);
      const executed = await execute(signer, plan, { onStep: (step) => setSteps((all) => [...all, step]) });
      return { executed, plan };
    },
    onSuccess: () => {
      onDone?.();
      return queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "prepare" });
    },
  });

  if (run.data) return done(run.data.executed, run.data.plan);
  if (prepared.error) return <NotPrepared error={prepared.error} busy={prepared.isFetching} again={prepared.refetch} />;
  const plan = prepared.data;
  if (!plan) return <p className="py-6">Finding out what this needs</p>;
  const short = plan.requirements.some((needed) => needed.type === "balance");
  const { button } = write(plan);
  return (
    <>
      <Rows {...props} plan={plan} steps={steps} signing={signing} stopped={run.isError} />
      {short ? (
        <Faucet onDone={() => prepared.refetch()} token={token.symbol} />
      ) : (
        <Button kind="primary" disabled={run.isPending || !signer} onClick={() => run.mutate(plan)}>
          {run.isPending ? "Waiting for your wallet and the chain" : button}
        </Button>
      )}
      {run.error ? <Failure error={run.error} sent={steps.at(-1)?.status === "sent" ? ifSent : undefined} /> : null}
    </>
  );
}

interface RowsProps<plan extends Prepared> extends SheetProps<plan> {
  plan: plan;
  steps: readonly Step[];
  signing: StepStatus | undefined;
  stopped: boolean;
}

function Rows<plan extends Prepared>({ plan, steps, signing, stopped, ...props }: RowsProps<plan>) {
  const { token, write, first, deadline } = props;
  const { config } = useColophon();
  const context = { token, deadline: deadline?.(plan), who: naming(config.deployment) };
  const stop = (status: StepStatus | undefined) => (stopped && status === "start" ? "stopped" : status);
  const statusOf = (index: number) => stop(steps.filter((step) => step.index === index).at(-1)?.status);
  const { title, text } = write(plan);
  const rows: StepRow[] = [
    ...(first ? [{ title: first.title, text: first.text, status: stop(signing) }] : []),
    ...plan.requirements.map((needed, index) => ({
      title: titleOf(needed),
      text: sentenceOf(needed, context),
      status: statusOf(index),
    })),
    { title, text, status: statusOf(plan.requirements.length) },
  ];
  return <StepList rows={rows} />;
}

/** The chain or the offer does not allow it, and why. */
function NotPrepared({ error, busy, again }: { error: Error; busy: boolean; again: () => void }) {
  const { shortMessage, hint } = decodeError(error);
  return (
    <Problem title={shortMessage} {...(hint ? { hint } : {})}>
      <Button className="mt-4" disabled={busy} onClick={() => again()}>
        Try again
      </Button>
    </Problem>
  );
}
