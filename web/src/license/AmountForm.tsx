import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Token } from "../data/tokens";
import { amountFrom } from "../ui/amounts";
import { Field } from "../ui/fields";
import { Button } from "../ui/primitives";

const route = getRouteApi("/wallet/library/$licenseId");

interface Props {
  label: string;
  token: Token;
  hint?: string;
  /** Whether nothing at all is an amount too. */
  zero?: boolean;
  /** The steps for the amount, base units. */
  children: (amount: bigint) => ReactNode;
}

/** Asks for an amount, keeps it in the URL, then shows the steps for it. */
export function AmountForm({ label, token, hint, zero = false, children }: Props) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [wrong, setWrong] = useState(false);
  const amount = amountFrom(search.amount ?? "", token.decimals);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get("amount")).replaceAll(",", "").trim();
    const read = amountFrom(typed, token.decimals);
    setWrong(read === undefined || (read === 0n && !zero));
    if (read !== undefined) navigate({ search: { ...search, amount: typed }, replace: true, resetScroll: false });
  };
  return (
    <>
      <form onSubmit={submit} className="mb-6 space-y-3">
        <Field
          key={search.amount ?? ""}
          label={label}
          name="amount"
          unit={token.symbol}
          defaultValue={search.amount ?? ""}
          size={10}
          aria-invalid={wrong}
          {...(wrong ? { hint: `Expected an amount of ${token.symbol}, such as 25 or 25.50.` } : hint ? { hint } : {})}
        />
        <Button type="submit">Go on</Button>
      </form>
      {amount !== undefined && (amount > 0n || zero) ? children(amount) : null}
    </>
  );
}
