import type { ClaimInput } from "@colophon-protocol/sdk";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { type Token, useTokens } from "../data/tokens";
import { reasonInWords } from "../trust/words";
import { Field } from "../ui/fields";
import { Button } from "../ui/primitives";
import { asksForMoney, type ClaimSubject, mayFreeze } from "./claim";

const route = getRouteApi("/wallet/disputes/new");

interface Props {
  subject: ClaimSubject;
  reason: ClaimInput["reason"] | undefined;
  token: Token;
}

/** Why, when, how much and whether money is to be frozen; all of it stands in the URL. */
export function ClaimForm({ subject, reason, token }: Props) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { price } = useTokens();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const claimed = String(form.get("claimed") ?? "")
      .replaceAll(",", "")
      .trim();
    const { claimed: _, freeze: __, ...rest } = search;
    navigate({
      search: {
        ...rest,
        day: String(form.get("day")),
        ...(claimed && { claimed }),
        ...(reason && mayFreeze(reason) && form.get("freeze") !== "on" && { freeze: false }),
      },
      replace: true,
      resetScroll: false,
    });
  };
  const cost = subject.price === undefined ? undefined : price(subject.price, subject.token);
  return (
    <>
      <ul className="mb-6 space-y-2" aria-label="Reasons">
        {subject.reasons.map((known) => (
          <li key={known}>
            <Link
              to="."
              search={{ ...search, reason: known }}
              resetScroll={false}
              aria-current={known === reason ? "true" : undefined}
              className={`inline-flex min-h-10 items-center text-sm underline underline-offset-4 ${known === reason ? "font-medium text-rubric" : "text-ink"}`}
            >
              I claim that {reasonInWords(known)}
            </Link>
          </li>
        ))}
      </ul>
      {reason ? (
        <form onSubmit={submit} className="space-y-3">
          <Field label="Day on which it happened" name="day" type="date" required defaultValue={search.day ?? ""} />
          {asksForMoney(reason) ? (
            <Field
              label="What you lost in all"
              name="claimed"
              unit={token.symbol}
              size={10}
              defaultValue={search.claimed ?? ""}
              {...(cost && { hint: `Left empty, it is what the license cost: ${cost}.` })}
            />
          ) : null}
          {mayFreeze(reason) ? (
            <label className="flex min-h-10 items-center gap-2 text-sm">
              <input type="checkbox" name="freeze" defaultChecked={search.freeze !== false} /> Freeze this license's
              money until it is decided
            </label>
          ) : null}
          <Button type="submit">See what it costs</Button>
        </form>
      ) : null}
    </>
  );
}
