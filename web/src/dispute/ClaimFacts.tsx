import { type ClaimInput, checkClaim, disputeJudge } from "@colophon-protocol/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { useReader } from "../data/client";
import { useTokens } from "../data/tokens";
import { Failure } from "../steps/Failure";
import { period } from "../ui/format";
import { Hash } from "../ui/hash";
import { Facts, Section, State } from "../ui/primitives";
import { answerInWords, type ClaimSubject, courseInWords } from "./claim";
import type { Governed } from "./governed";

interface Props {
  subject: ClaimSubject;
  claim: ClaimInput;
  governed: Governed;
  /** The steps, once the chain has nothing against the claim. */
  children: (found: { token: Address; bond: bigint }) => ReactNode;
}

/** What a claim costs, who answers and judges it, and what the chain itself says against it. */
export function ClaimFacts({ subject: { offer }, claim, governed, children }: Props) {
  const { config } = useColophon();
  const { deployment } = config;
  const reader = useReader();
  const { address } = useConnection();
  const { price } = useTokens();
  const { data, error } = useQuery({
    queryKey: [
      "check-claim",
      address,
      claim.reason,
      String(claim.id),
      String(claim.claimed),
      claim.occurredAt,
      claim.freeze,
    ],
    enabled: address !== undefined,
    retry: false,
    queryFn: async () => {
      const found = await checkClaim(reader, { claim, offer, claimant: address as Address, deployment });
      return { ...found, arbitrator: await disputeJudge(reader, { judge: found.judge, deployment }) };
    },
  });
  if (error) return <Failure error={error} />;
  if (!data) return <p aria-live="polite">Asking the chain what it says of this claim</p>;
  const { answer, respondent, token, bond, arbitrator } = data;
  const fine = answer === "Fine";
  return (
    <>
      <Section title="What it costs, and who decides">
        <Facts
          items={[
            [
              "The chain says",
              <State key="a" is={fine ? "proven" : "faulted"}>
                {answerInWords(answer)}
              </State>,
            ],
            ["Your bond", price(bond, token)],
            ["Who answers", <Hash key="r" value={respondent} label="respondent" />],
            ["Who decides", <Hash key="j" value={arbitrator.arbitrator} label="arbitrator" />],
            ["An appeal", arbitrator.appealTo === 0 ? "there is none" : "one, to a higher arbitrator"],
          ]}
        />
        <p className="mt-4 max-w-prose text-sm text-ash">
          {courseInWords(governed.numbers, arbitrator.rulingWindow, period)} If you lose, your bond is the respondent's.
        </p>
      </Section>
      {fine ? <Section title="Evidence">{children({ token, bond })}</Section> : null}
    </>
  );
}
