import type { PayoutStatement } from "@colophon-protocol/sdk/indexer";
import { Link } from "@tanstack/react-router";
import type { Address } from "viem";
import { money } from "../ui/format";
import { Section } from "../ui/primitives";
import { type Earned as Group, groupLines, monthInWords } from "./group";

/** How a statement's token is written; base units where it could not be asked. */
export function writer({ tokens }: PayoutStatement): (amount: bigint, token: Address) => string {
  return (amount, token) => {
    const known = tokens.find((each) => each.token === token);
    return known?.decimals === null || known?.decimals === undefined
      ? `${amount} units of ${token.slice(0, 8)}…`
      : money(amount, known.decimals, known.symbol ?? token.slice(0, 8));
  };
}

const KINDS: Record<Group["kind"], string> = {
  OWNER: "as owner",
  POOL: "as contributor",
  CREDIT: "as contributor, waiting",
  ROYALTY: "royalties of what is derived from it",
  FEE: "protocol fees",
  BOND: "bonds of lost contests",
  RESALE: "licenses that you sold on",
  LIST: "as contributor of a list",
};

/** What each dataset and split earned, month by month. */
export function Earned({ statement, splits }: { statement: PayoutStatement; splits: ReadonlyMap<bigint, number> }) {
  const write = writer(statement);
  const groups = groupLines(statement.lines, splits);
  const datasets = [...new Set(groups.map(({ datasetId }) => datasetId))];
  return (
    <Section title="Earned">
      {groups.length === 0 ? <p>Nothing was earned in this period.</p> : null}
      <ul className="flex flex-wrap gap-x-8 gap-y-2">
        {statement.totals.map((total) => (
          <li key={`${total.token}${total.netToken}`}>
            <span className="block font-serif text-xl font-semibold tabular-nums">
              {write(total.net, total.netToken)}
            </span>
            <span className="text-sm text-ash">of {write(total.gross, total.token)} paid by licensees</span>
          </li>
        ))}
      </ul>
      {datasets.map((datasetId) => (
        <Dataset
          key={String(datasetId)}
          datasetId={datasetId}
          groups={groups.filter((group) => group.datasetId === datasetId)}
          write={write}
        />
      ))}
    </Section>
  );
}

interface DatasetProps {
  datasetId: bigint | null;
  groups: readonly Group[];
  write: (amount: bigint, token: Address) => string;
}

function Dataset({ datasetId, groups, write }: DatasetProps) {
  const name = datasetId === null ? "Not of one dataset" : `Dataset ${datasetId}`;
  return (
    <section aria-label={name} className="mt-8">
      <h3 className="mb-2 text-base font-semibold">
        {datasetId === null ? (
          name
        ) : (
          <Link to="/datasets/$datasetId" params={{ datasetId: String(datasetId) }} className="hover:underline">
            {name}
          </Link>
        )}
      </h3>
      <ul>
        {groups.map((group) => (
          <li
            key={`${group.month}${group.split}${group.kind}${group.token}${group.netToken}`}
            className="grid gap-x-6 border-t border-rule py-3 text-sm sm:grid-cols-[9rem_1fr_auto]"
          >
            <span className="text-ash">{monthInWords(group.month)}</span>
            <span>
              {splitInWords(group.split)}
              {KINDS[group.kind]}, {group.lines} {group.lines === 1 ? "payment" : "payments"}
              {group.gross !== group.net ? (
                <span className="block text-ash">
                  of {write(group.gross, group.token)}
                  {group.before > 0n ? `, less ${write(group.before, group.token)} for fee and parents` : ""}
                </span>
              ) : null}
            </span>
            <strong className="font-serif font-semibold tabular-nums sm:text-right">
              {write(group.net, group.netToken)}
            </strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

const splitInWords = (split: number | undefined) => (split === undefined || split === 0 ? "" : `Split ${split}, `);
