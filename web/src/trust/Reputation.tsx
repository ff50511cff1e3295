import type { ReputationAnswer, ReputationOf } from "@colophon-protocol/sdk/indexer";
import { grouped, moment } from "../ui/format";
import { Problem } from "../ui/primitives";
import { useReputation } from "./api";
import { fromInWords, pointsInWords, termName, termReason, termsInLine } from "./reputation-words";

interface Props {
  of: ReputationOf;
  /** Whose score it is, where a page shows several. */
  title?: string;
  /** Whether all terms are shown at once. */
  open?: boolean;
}

/** A score and the terms that it is made of: a number alone would say nothing that one could check. */
export function Reputation({ of, title, open = false }: Props) {
  const { data, error } = useReputation(of);
  return (
    <div className="min-w-0">
      {title ? <h3 className="mb-2 text-base font-semibold">{title}</h3> : null}
      {error ? (
        <Problem title="The score could not be read." hint={error.message.split("\n")[0] ?? ""} />
      ) : data ? (
        <Score answer={data} open={open} />
      ) : (
        <p aria-live="polite" className="text-sm">
          Working out the score
        </p>
      )}
    </div>
  );
}

function Score({ answer: { score, terms, version, at }, open }: { answer: ReputationAnswer; open: boolean }) {
  return (
    <>
      <p>
        <strong className="font-serif text-lg font-semibold tabular-nums">{grouped(score)}</strong>{" "}
        <span className="text-sm text-ash">of 10,000</span>
      </p>
      <p className="mt-1 text-sm tabular-nums">{termsInLine(terms)}</p>
      <details className="mt-2 text-sm" open={open}>
        <summary className="text-ash">All terms, and what they come from</summary>
        <table className="mt-2 w-full border-collapse">
          <thead className="text-left text-ash">
            <tr>
              <th className="py-1 font-normal">Term</th>
              <th className="py-1 pl-4 text-right font-normal">Points</th>
            </tr>
          </thead>
          <tbody>
            {terms.map((term) => (
              <tr key={term.name} className="border-t border-rule align-baseline">
                <th scope="row" className="py-2 text-left font-normal">
                  <span className="font-medium">{termName(term.name)}</span>
                  <span className="block text-ash">
                    {termReason(term.name)}: {fromInWords(term)}
                  </span>
                </th>
                <td className="whitespace-nowrap py-2 pl-4 text-right tabular-nums">
                  {pointsInWords(term.points)}
                  <span className="block text-ash">
                    of {term.most > 0n ? grouped(term.most) : pointsInWords(term.most)}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="mt-2 text-ash">
          Version {version} of the score, as of {moment(at)}. Anyone can work it out again from the chain's events.
        </p>
      </details>
    </>
  );
}
