import { meterAmountFor, meterDeposits, meterUnitsFor } from "@colophon-protocol/sdk";
import type { OfferEntity } from "@colophon-protocol/sdk/indexer";
import { getRouteApi } from "@tanstack/react-router";
import type { FormEvent, ReactNode } from "react";
import { formatUnits } from "viem";
import type { Token } from "../data/tokens";
import type { PurchaseSearch } from "../router";
import { amountFrom } from "../ui/amounts";
import { Field } from "../ui/fields";
import { money, period } from "../ui/format";
import { Button } from "../ui/primitives";
import { railOf, termsOf, unitsInWords } from "./price";
import type { PurchaseChoices } from "./purchase";

const route = getRouteApi("/wallet/datasets/$datasetId/buy/$offerId");

interface Props {
  offer: OfferEntity;
  choices: PurchaseChoices;
  token: Token;
}

/** What a buyer sets before the steps: a stream's runway, a meter's deposit and limit. It stands in the URL. */
export function Choices({ offer, choices, token }: Props) {
  const terms = termsOf(offer);
  const amount = (value: bigint) => money(value, token.decimals, token.symbol);
  const plain = (value: bigint) => formatUnits(value, token.decimals);
  if (terms?.rail === "stream" || terms?.rail === "live") {
    const cost = (offer.price * BigInt((choices.runwayDays ?? 1) * 86_400)) / BigInt(terms.period);
    return (
      <ChoiceForm token={token} label="How long your money shall last">
        <Field
          label="Money for"
          name="runway"
          unit="days"
          inputMode="numeric"
          defaultValue={choices.runwayDays}
          size={6}
          hint={`${amount(cost)} for ${period((choices.runwayDays ?? 1) * 86_400)}. Add more at any time; when it runs out, the stream can be ended by anyone.`}
        />
      </ChoiceForm>
    );
  }
  if (terms?.rail !== "meter") return null;
  const { least } = meterDeposits(railOf(offer));
  const buys = meterUnitsFor(railOf(offer), choices.deposit ?? 0n);
  return (
    <ChoiceForm token={token} label="How much you deposit">
      <Field
        label="First deposit"
        name="deposit"
        unit={token.symbol}
        defaultValue={plain(choices.deposit ?? 0n)}
        size={8}
        hint={
          terms.mode === "Postpaid"
            ? "Bills take the deposit first. It may be 0."
            : `Pays for ${unitsInWords(terms.kind, buys)}.${least > 0n ? ` At least ${amount(least)}.` : ""}`
        }
      />
      {terms.mode === "Postpaid" ? (
        <Field
          label="Bills may take at most"
          name="limit"
          unit={token.symbol}
          defaultValue={plain(choices.limit ?? 0n)}
          size={8}
          hint={`The license's cap of ${unitsInWords(terms.kind, terms.cap)} costs ${amount(meterAmountFor(railOf(offer), terms.cap))}.`}
        />
      ) : null}
    </ChoiceForm>
  );
}

function ChoiceForm({ token, label, children }: { token: Token; label: string; children: ReactNode }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = { ...search, ...read(new FormData(event.currentTarget), token.decimals) };
    navigate({ search: next, replace: true, resetScroll: false });
  };
  return (
    <form onSubmit={submit} aria-label={label} className="mb-6 space-y-4 border-b border-rule pb-6">
      <div key={JSON.stringify(search)} className="space-y-4">
        {children}
      </div>
      <Button type="submit">Set</Button>
    </form>
  );
}

/** What was typed, as the URL keeps it; what makes no sense is left as it was. */
function read(form: FormData, decimals: number): PurchaseSearch {
  const found: PurchaseSearch = {};
  for (const [name, value] of form) {
    const plain = String(value).replaceAll(",", "").trim();
    if (name === "runway" && /^[1-9]\d{0,4}$/.test(plain)) found.runway = Number(plain);
    if ((name === "deposit" || name === "limit") && amountFrom(plain, decimals) !== undefined) found[name] = plain;
  }
  return found;
}
