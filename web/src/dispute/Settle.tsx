import { settleDispute } from "@colophon-protocol/sdk";
import type { DisputeEntity } from "@colophon-protocol/sdk/indexer";
import { type FormEvent, useState } from "react";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import type { Token } from "../data/tokens";
import { same } from "../license/deal";
import { Plain } from "../license/Plain";
import { amountFrom } from "../ui/amounts";
import { Field } from "../ui/fields";
import { moment, money } from "../ui/format";
import { Button } from "../ui/primitives";
import type { DisputeView } from "./query";

interface Props {
  view: DisputeView;
  token: Token;
  now: number;
  settlements: DisputeEntity["settlements"];
}

interface Terms {
  refund: bigint;
  revoke: boolean;
  claimantBond: bigint;
  deadline: number;
}

/** For how long an offer to settle stands, seconds. */
const STANDS = 7 * 86_400;

/** Ending it as both sides agree: the other side's open offer, or one of one's own. */
export function Settle({ view, token, now, settlements }: Props) {
  const { address } = useConnection();
  const [own, setOwn] = useState<Terms>();
  const open = settlements.findLast(
    ({ by, agreed, deadline }) => !agreed && !same(address, by) && Number(deadline) >= now,
  );
  return (
    <>
      {open ? (
        <div className="mb-8">
          <h3 className="mb-2 text-base font-semibold">The other side's offer</h3>
          <Agree view={view} token={token} terms={termsOf(open)} agrees />
        </div>
      ) : null}
      <h3 className="mb-2 text-base font-semibold">{open ? "Or offer something else" : "Make an offer"}</h3>
      <TermsForm view={view} token={token} now={now} onTerms={setOwn} />
      {own ? <Agree key={keyOf(own)} view={view} token={token} terms={own} agrees={false} /> : null}
    </>
  );
}

const termsOf = ({ refund, revoke, claimantBond, deadline }: DisputeEntity["settlements"][number]): Terms => ({
  ...{ refund, revoke, claimantBond },
  deadline: Number(deadline),
});
const keyOf = ({ refund, revoke, claimantBond, deadline }: Terms) => `${refund} ${revoke} ${claimantBond} ${deadline}`;

/** What terms mean, in a sentence. */
function termsInWords(
  { refund, revoke, claimantBond, deadline }: Terms,
  bond: bigint,
  amount: (base: bigint) => string,
) {
  const parts = [
    refund > 0n
      ? `${amount(refund)} of what is held go back to who paid and the rest to the seller`
      : "nothing is refunded",
    revoke ? "the license ends" : "",
    `${amount(claimantBond)} of the bond go back to the claimant and ${amount(bond - claimantBond)} to the respondent`,
  ];
  return `${parts.filter((part) => part !== "").join("; ")}. The offer stands until ${moment(deadline)}.`;
}

function Agree({ view, token, terms, agrees }: { view: DisputeView; token: Token; terms: Terms; agrees: boolean }) {
  const { config } = useColophon();
  const { disputeId, offer, dispute } = view;
  const words = termsInWords(terms, dispute.bond, (base) => money(base, token.decimals, token.symbol));
  return (
    <Plain
      plans={["settle", disputeId, keyOf(terms)]}
      token={token}
      title={agrees ? "Agree to the offer" : "Offer to settle"}
      text={`${words.charAt(0).toUpperCase()}${words.slice(1)} ${agrees ? "The dispute ends with your agreement." : "The dispute ends when the other side agrees to the same."}`}
      button={agrees ? "Agree and end the dispute" : "Make the offer"}
      done={agrees ? "The dispute is settled" : "The offer is made"}
      call={(client) =>
        settleDispute.call(client, { terms: { disputeId, ...terms }, offer, deployment: config.deployment })
      }
    />
  );
}

interface FormProps {
  view: DisputeView;
  token: Token;
  now: number;
  onTerms: (terms: Terms) => void;
}

function TermsForm({ view: { dispute, license }, token, now, onTerms }: FormProps) {
  const [wrong, setWrong] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const read = (name: string) => amountFrom(String(form.get(name) ?? "").trim() || "0", token.decimals);
    const [refund, claimantBond] = [read("refund"), read("bond")];
    if (refund === undefined || claimantBond === undefined) {
      return setWrong(`Expected amounts of ${token.symbol}, such as 25 or 25.50.`);
    }
    if (claimantBond > dispute.bond) {
      return setWrong(
        `The claimant's bond is ${money(dispute.bond, token.decimals, token.symbol)}; no more can go back.`,
      );
    }
    setWrong(undefined);
    onTerms({ refund, claimantBond, revoke: form.get("revoke") === "on", deadline: now + STANDS });
  };
  return (
    <form onSubmit={submit} className="mb-6 space-y-3 text-sm">
      {license ? (
        <>
          <Field label="Refund of what is held" name="refund" unit={token.symbol} size={10} />
          <label className="flex min-h-10 items-center gap-2">
            <input type="checkbox" name="revoke" /> The license ends
          </label>
        </>
      ) : null}
      <Field label="Of the bond, back to the claimant" name="bond" unit={token.symbol} size={10} />
      {wrong ? (
        <p role="alert" className="text-rubric">
          {wrong}
        </p>
      ) : null}
      <Button type="submit">Go on</Button>
    </form>
  );
}
