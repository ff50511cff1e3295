import type { ColophonClient } from "@colophon-protocol/sdk";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Address } from "viem";
import { useConnection } from "wagmi";
import { useSigner } from "../data/client";
import { Failure } from "../steps/Failure";
import { StepList, type StepRow } from "../steps/StepList";
import { Button } from "../ui/primitives";

type OnStep<step> = (step: step, status: "start" | "done") => void;

interface Props<step> {
  account: Address;
  steps: readonly step[];
  /** A step's name, unlike any other's, and what it does, in a sentence. */
  row: (step: step) => { title: string; text: string };
  /** Sends the whole flow. */
  run: (client: ColophonClient, onStep: OnStep<step>) => Promise<readonly unknown[]>;
}

/** The steps of a flow that collects money, told before and while they are sent; for the account itself. */
export function Steps<step>({ account, steps, row, run }: Props<step>) {
  const signer = useSigner();
  const { address } = useConnection();
  const queries = useQueryClient();
  const [rows, setRows] = useState<StepRow[]>();
  const sending = useMutation({
    mutationFn: async () => {
      if (!signer) throw new Error("The wallet is not connected.");
      setRows([]);
      const show: OnStep<step> = (step, status) => {
        const shown = { ...row(step), status };
        setRows((known = []) => [...known.filter(({ title }) => title !== shown.title), shown]);
      };
      return (await run(signer, show)).length;
    },
    onSuccess: () => queries.invalidateQueries(),
  });
  const mine = address?.toLowerCase() === account.toLowerCase();
  if (sending.data !== undefined && rows) return <StepList rows={rows} />;
  if (steps.length === 0) return <p className="text-sm text-ash">Nothing waits here now.</p>;
  return (
    <>
      <StepList rows={rows ?? steps.map(row)} />
      {mine ? (
        <Button disabled={!signer || sending.isPending} onClick={() => sending.mutate()}>
          {sending.isPending ? "Waiting for your wallet and the chain" : "Collect"}
        </Button>
      ) : (
        <p className="text-sm text-ash">Only this account can collect it.</p>
      )}
      {sending.error ? <Failure error={sending.error} /> : null}
    </>
  );
}
