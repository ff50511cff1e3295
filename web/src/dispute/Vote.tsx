import { previewRuling, type Ruling, reliefOf, voteOnDispute } from "@colophon-protocol/sdk";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { useColophon } from "../app";
import { useReader } from "../data/client";
import type { Token } from "../data/tokens";
import { Plain } from "../license/Plain";
import { Failure } from "../steps/Failure";
import { amountFrom } from "../ui/amounts";
import { Field } from "../ui/fields";
import { money } from "../ui/format";
import { Button } from "../ui/primitives";
import type { DisputeView } from "./query";
import { Effects } from "./Rulings";
import { previewInWords } from "./ruling-words";

/** A council member's vote: for all, for nothing, or for amounts of its own; each is shown with what it would do. */
export function Vote({ view, token }: { view: DisputeView; token: Token }) {
  const { config } = useColophon();
  const reader = useReader();
  const { disputeId } = view;
  const [ruling, setRuling] = useState<Partial<Ruling>>();
  const [wrong, setWrong] = useState(false);
  const id = useId();
  const reliefs = useQuery({
    queryKey: ["reliefs", String(disputeId)],
    queryFn: async () => {
      const relief = (upheld: boolean) => reliefOf(reader, { disputeId, upheld, deployment: config.deployment });
      return { all: await relief(true), none: await relief(false) };
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [refund, loss, penalty] = ["refund", "loss", "penalty"].map((name) =>
      amountFrom(String(form.get(name)).trim() || "0", token.decimals),
    );
    const bad = refund === undefined || loss === undefined || penalty === undefined;
    setWrong(bad);
    if (!bad) setRuling({ upheld: true, refund, loss, penalty });
  };
  if (reliefs.error) return <Failure error={reliefs.error} />;
  if (!reliefs.data) return <p>Reading what the claim can ask for</p>;
  const { all, none } = reliefs.data;
  return (
    <>
      <p className="mb-4 text-sm">
        A later vote of yours replaces this one. The council rules with the last vote that a ruling needs.
      </p>
      <div className="mb-4 flex flex-wrap gap-3">
        <Button onClick={() => setRuling(all)}>Uphold it in full</Button>
        <Button onClick={() => setRuling(none)}>Reject it</Button>
      </div>
      <details className="mb-6 text-sm">
        <summary>Uphold it in part</summary>
        <form onSubmit={submit} className="mt-3 space-y-3">
          <Field label="Refund of what is held" name="refund" unit={token.symbol} size={10} />
          <Field label="The whole loss" name="loss" unit={token.symbol} size={10} />
          <Field label="Penalty on top" name="penalty" unit={token.symbol} size={10} />
          {wrong ? (
            <p role="alert" id={id} className="text-rubric">
              Expected amounts of {token.symbol}, such as 25 or 25.50.
            </p>
          ) : null}
          <Button type="submit">See what it would do</Button>
        </form>
      </details>
      {ruling ? <Cast view={view} token={token} ruling={ruling} /> : null}
    </>
  );
}

function Cast({ view, token, ruling }: { view: DisputeView; token: Token; ruling: Partial<Ruling> }) {
  const { config } = useColophon();
  const reader = useReader();
  const { disputeId, offer, round } = view;
  const { deployment } = config;
  const plan = `${ruling.upheld} ${ruling.refund} ${ruling.loss} ${ruling.penalty} ${ruling.endsAt}`;
  const { data, error } = useQuery({
    queryKey: ["vote-preview", String(disputeId), plan],
    retry: false,
    queryFn: () => previewRuling(reader, { disputeId, offer, ruling, deployment }),
  });
  if (error) return <Failure error={error} />;
  if (!data) return <p>Working out what it would do</p>;
  return (
    <>
      <Effects lines={previewInWords(data, (base) => money(base, token.decimals, token.symbol))} />
      <div className="mt-6">
        <Plain
          key={plan}
          plans={["vote", disputeId, plan]}
          token={token}
          title={ruling.upheld ? "Vote for the claimant" : "Vote against the claim"}
          text="Your vote is public. You can replace it until the council has ruled."
          button="Vote"
          done="Your vote is cast"
          call={(client) => voteOnDispute.call(client, { disputeId, round, ruling, deployment })}
        />
      </div>
    </>
  );
}
