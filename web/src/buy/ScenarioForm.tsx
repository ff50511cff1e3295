import { useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { Field } from "../ui/fields";
import { Button } from "../ui/primitives";
import type { Scenario } from "./estimate";
import { type CountedKind, type ScenarioSearch, UNIT_FIELDS } from "./scenario";

interface Props {
  search: ScenarioSearch;
  scenario: Scenario;
  kinds: readonly CountedKind[];
  shares: boolean;
  symbol: string;
}

/** What the reader means to do; it stands in the URL, so that a comparison can be sent to a colleague. */
export function ScenarioForm({ search, scenario, kinds, shares, symbol }: Props) {
  const navigate = useNavigate({ from: "/datasets/$datasetId" });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = { ...search, ...read(new FormData(event.currentTarget)) };
    navigate({ search: next, replace: true, resetScroll: false });
  };
  return (
    <form onSubmit={submit} aria-label="What you mean to do" className="mb-6 border-b border-rule pb-6">
      <p className="mb-4 max-w-prose text-sm text-ash">
        Set what you mean to do, and compare what each offer comes to in all. An estimate: the offers below are what
        counts.
      </p>
      <div key={JSON.stringify(search)} className="flex flex-wrap items-end gap-x-6 gap-y-4">
        <Field label="For how long" name="days" unit="days" defaultValue={scenario.days} inputMode="numeric" size={8} />
        {kinds.map((kind) => (
          <Field
            key={kind}
            label={`${kind} in that time`}
            name={UNIT_FIELDS[kind]}
            unit={kind.toLowerCase()}
            defaultValue={String(scenario.units[kind])}
            inputMode="numeric"
            size={10}
          />
        ))}
        {shares ? (
          <Field
            label="Revenue from it in that time"
            name="revenue"
            unit={symbol}
            defaultValue={search.revenue ?? "0"}
            size={10}
          />
        ) : null}
        <Button type="submit">Compare</Button>
      </div>
    </form>
  );
}

const MOST_DAYS = 36_500;

/** Reads what was typed; what is no number is left as it was. */
function read(form: FormData): ScenarioSearch {
  const found: Record<string, number | string> = {};
  for (const [name, value] of form) {
    const plain = String(value).replaceAll(",", "").trim();
    if (name === "revenue") {
      if (/^\d{1,15}(\.\d+)?$/.test(plain)) found.revenue = plain;
    } else if (/^[1-9]\d{0,14}$/.test(plain)) {
      found[name] = name === "days" ? Math.min(Number(plain), MOST_DAYS) : Number(plain);
    }
  }
  return found;
}
