import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { type Address, getAddress, isAddress } from "viem";
import { Field } from "../ui/fields";
import { Button } from "../ui/primitives";

const route = getRouteApi("/wallet/library/$licenseId");

interface Props {
  label: string;
  hint?: string;
  /** The steps towards that account. */
  children: (to: Address) => ReactNode;
}

/** Asks for an account, keeps it in the URL, then shows the steps for it. */
export function ToForm({ label, hint, children }: Props) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [wrong, setWrong] = useState(false);
  const { to } = search;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get("to")).trim();
    const known = isAddress(typed, { strict: false });
    setWrong(!known);
    if (known) navigate({ search: { ...search, to: typed }, replace: true, resetScroll: false });
  };
  return (
    <>
      <form onSubmit={submit} className="mb-6 space-y-3">
        <Field
          key={to ?? ""}
          label={label}
          name="to"
          inputMode="text"
          spellCheck={false}
          defaultValue={to ?? ""}
          aria-invalid={wrong}
          {...(wrong ? { hint: "Expected an account: 0x and 40 letters or digits." } : hint ? { hint } : {})}
        />
        <Button type="submit">Go on</Button>
      </form>
      {to ? children(getAddress(to)) : null}
    </>
  );
}
