import { summarizeRailTerms } from "@colophon-protocol/sdk";
import type { DatasetEntity, OfferEntity } from "@colophon-protocol/sdk/indexer";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTokens } from "../data/tokens";
import { Covered } from "../trust/Cover";
import { period } from "../ui/format";
import { Section, State } from "../ui/primitives";
import { usesInWords } from "../ui/rights";
import { type Estimate, estimate, type Scenario } from "./estimate";
import { evidenceInWords } from "./evidence";
import { modelOf, railOf } from "./price";
import { ScenarioForm } from "./ScenarioForm";
import { scenarioOf } from "./scenario";

const route = getRouteApi("/datasets/$datasetId");

/** A dataset's offers, compared at what the reader means to do: in words first, then what it comes to. */
export function Offers({ dataset, offers }: { dataset: DatasetEntity; offers: OfferEntity[] }) {
  const search = route.useSearch();
  const { token, price } = useTokens();
  if (offers.length === 0) {
    return (
      <Section title="Offers">
        <p>Nothing of this dataset is for sale now.</p>
      </Section>
    );
  }
  const first = token((offers[0] as OfferEntity).token);
  const { scenario, kinds, shares } = scenarioOf(offers, search, first.decimals);
  const rows = offers
    .map((offer) => ({ offer, comes: estimate(offer, scenario, (amount) => price(amount, offer.token)) }))
    .sort((a, b) => compare(a.comes?.total, b.comes?.total));
  const comparable = offers.length > 1 && offers.every((offer) => offer.token === offers[0]?.token);
  return (
    <Section title="Offers">
      {offers.length > 1 ? (
        <ScenarioForm search={search} scenario={scenario} kinds={kinds} shares={shares} symbol={first.symbol} />
      ) : null}
      <ul aria-label="Offers">
        {rows.map(({ offer, comes }, index) => (
          <Row
            key={offer.id}
            dataset={dataset}
            offer={offer}
            comes={comes}
            scenario={scenario}
            least={comparable && index === 0 && comes !== undefined}
            alone={offers.length === 1}
          />
        ))}
      </ul>
    </Section>
  );
}

/** Least first; what cannot be told goes last. */
function compare(a: bigint | undefined, b: bigint | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

interface RowProps {
  dataset: DatasetEntity;
  offer: OfferEntity;
  comes: Estimate | undefined;
  scenario: Scenario;
  least: boolean;
  alone: boolean;
}

function Row({ dataset, offer, comes, scenario, least, alone }: RowProps) {
  const { price } = useTokens();
  const model = modelOf(offer);
  const { duration } = offer.terms;
  const length = duration === 0n ? "no end" : `for ${period(duration)}`;
  return (
    <li className="grid gap-x-8 gap-y-4 border-t border-rule py-6 first:border-t-0 md:grid-cols-[1fr_16rem]">
      <div>
        <h3 className="text-base font-semibold">{model.name}</h3>
        <p className="mt-1 max-w-prose text-sm">
          Version {offer.version}, {length}. Uses: {usesInWords(offer.terms.uses)}.
          {offer.editions > 0n ? ` ${offer.sold} of ${offer.editions} sold.` : ""}
          {offer.exclusive ? " Exclusive: nothing else of this version sells while your license lives." : ""}
        </p>
        <HowPaid offer={offer} />
        <Covered offer={offer} />
      </div>
      <div className="md:text-right">
        {comes ? (
          <>
            {least ? (
              <p>
                <State is="proven">least for what you set</State>
              </p>
            ) : null}
            <p className="text-sm text-ash">
              {alone ? "" : `For ${period(scenario.days * 86_400)}: `}
              {comes.words}.
            </p>
            <p className="my-1 font-serif text-lg font-semibold tabular-nums">{price(comes.total, offer.token)}</p>
            {comes.notes.map((note) => (
              <p key={note} className="text-sm text-ash">
                {note}
              </p>
            ))}
          </>
        ) : null}
        <Link
          to="/datasets/$datasetId/buy/$offerId"
          params={{ datasetId: String(dataset.datasetId), offerId: offer.offerId }}
          className={`mt-3 inline-flex min-h-10 items-center justify-center rounded-sm border px-4 text-sm font-medium ${least || alone ? "border-rubric bg-rubric text-on-rubric" : "border-ash text-ink hover:border-ink"}`}
        >
          {model.choose}
        </Link>
      </div>
    </li>
  );
}

/** How an offer is paid: the first sentence at once, what follows when something fails behind it. */
export function HowPaid({ offer, lead = false }: { offer: OfferEntity; lead?: boolean }) {
  const { price } = useTokens();
  const [first, ...rest] = sentencesOf(offer, (amount) => price(amount, offer.token));
  if (!first) return null;
  const evidence = evidenceInWords(offer);
  return (
    <div className={`max-w-prose text-sm ${lead ? "mt-4" : "mt-2"}`}>
      <p className={lead ? "text-base font-medium" : ""}>{first}</p>
      {evidence ? (
        <p className="mt-1">
          <State is="open">{evidence}</State>
        </p>
      ) : null}
      {rest.length > 0 ? (
        <details className="mt-1 text-ash">
          <summary>How it goes on, and what happens when something fails</summary>
          <ul className="mt-2 space-y-1 break-words">
            {rest.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

function sentencesOf(offer: OfferEntity, amount: (baseUnits: bigint) => string): string[] {
  try {
    return summarizeRailTerms({ ...railOf(offer), arbitrator: offer.arbitrator }, amount);
  } catch {
    return [`This offer is paid through rail ${offer.rail}, which this page does not know.`];
  }
}
