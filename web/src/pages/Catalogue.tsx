import type { FacetCount, SearchItem } from "@colophon-protocol/sdk/indexer";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { priceInWords } from "../buy/price";
import { useSearch } from "../data/queries";
import { useTokens } from "../data/tokens";
import type { CatalogueSearch } from "../router";
import { bytes, grouped } from "../ui/format";
import { usePageTitle } from "../ui/page-title";
import { Button, Problem, State } from "../ui/primitives";
import { Rights, USES } from "../ui/rights";

const PAGE = 20;
const route = getRouteApi("/");

/** Search, facets, results. Everything that narrows the list stands in the URL. */
export function Catalogue() {
  usePageTitle("Catalogue");
  const search = route.useSearch();
  const { q, use, modality, license, page = 1 } = search;
  const { data, error, isFetching, refetch } = useSearch({
    ...(q && { q }),
    ...(use && { use }),
    ...(modality && { modality }),
    ...(license && { license }),
    limit: PAGE,
    offset: (page - 1) * PAGE,
  });

  return (
    <>
      <h1 className="text-xl font-semibold">License, pay for and prove the data your models are trained on.</h1>
      <SearchField search={search} />
      <div className="mt-6 grid gap-x-8 gap-y-6 md:mt-8 md:grid-cols-[13rem_1fr]">
        <Facets narrowed={[use, modality, license].filter(Boolean).length}>
          <Facet title="Use allowed">
            {USES.map(([bit, name]) => (
              <FacetLink key={bit} search={search} change={{ use: use === bit ? undefined : bit }} active={use === bit}>
                {name}
              </FacetLink>
            ))}
          </Facet>
          <CountedFacet title="Modality" field="modality" counts={data?.facets.modality} search={search} />
          <CountedFacet title="License of the data" field="license" counts={data?.facets.dataLicense} search={search} />
        </Facets>
        <div aria-busy={isFetching}>
          <p className="mb-2 text-sm text-ash" aria-live="polite">
            {data ? `${data.total} ${data.total === 1 ? "dataset" : "datasets"}` : error ? "" : "Asking the indexer"}
          </p>
          {error ? (
            <Problem title="The catalogue could not be read." hint={error.message.split("\n")[0] ?? ""}>
              <Button className="mt-4" onClick={() => refetch()}>
                Ask again
              </Button>
            </Problem>
          ) : null}
          <ul>
            {data?.items.map((item) => (
              <Row key={item.id} item={item} />
            ))}
          </ul>
          {data && data.total === 0 ? (
            <p className="py-8">
              No dataset fits. Search for other words, or{" "}
              <Link to="/" search={{}} className="underline underline-offset-4">
                see all datasets
              </Link>
              .
            </p>
          ) : null}
          {data ? <Pages search={search} page={page} pages={Math.ceil(data.total / PAGE)} /> : null}
        </div>
      </div>
    </>
  );
}

function SearchField({ search }: { search: CatalogueSearch }) {
  const navigate = useNavigate({ from: "/" });
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const q = String(new FormData(event.currentTarget).get("q")).trim();
    const { page: _, q: __, ...rest } = search;
    navigate({ search: q === "" ? rest : { ...rest, q } });
  };
  return (
    <search>
      <form onSubmit={submit} className="mt-6 flex gap-3">
        <label htmlFor={id} className="sr-only">
          Search datasets
        </label>
        <input
          id={id}
          key={search.q ?? ""}
          name="q"
          type="search"
          maxLength={200}
          defaultValue={search.q ?? ""}
          placeholder="Search for handwriting"
          className="min-h-12 w-full min-w-0 border-0 border-b border-ink bg-transparent text-base placeholder:text-ash"
        />
        <Button type="submit">Search</Button>
      </form>
    </search>
  );
}

/** What narrows the list: beside it, or folded away above it where there is one column. */
function Facets({ narrowed, children }: { narrowed: number; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <aside aria-label="Narrow the list">
      <Button className="md:hidden" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        Narrow the list{narrowed > 0 ? ` (${narrowed})` : ""}
      </Button>
      <div id={id} className={`mt-4 space-y-6 md:mt-0 md:block ${open ? "" : "hidden"}`}>
        {children}
      </div>
    </aside>
  );
}

function Facet({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h2 className="mb-2 text-sm font-semibold">{title}</h2>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 md:block md:space-y-1">{children}</ul>
    </div>
  );
}

type Change = { [K in keyof CatalogueSearch]?: CatalogueSearch[K] | undefined };

function FacetLink(props: { search: CatalogueSearch; change: Change; active: boolean; children: ReactNode }) {
  const next = Object.fromEntries(
    Object.entries({ ...props.search, ...props.change, page: undefined }).filter(([, value]) => value !== undefined),
  ) as CatalogueSearch;
  return (
    <li>
      <Link
        to="/"
        search={next}
        aria-current={props.active ? "true" : undefined}
        className={`text-sm ${props.active ? "text-ink underline underline-offset-4" : "text-ash hover:text-ink"}`}
      >
        {props.active ? "✓ " : ""}
        {props.children}
      </Link>
    </li>
  );
}

function CountedFacet(props: {
  title: string;
  field: "modality" | "license";
  counts: FacetCount[] | undefined;
  search: CatalogueSearch;
}) {
  const known = (props.counts ?? []).filter((entry) => entry.value !== null);
  if (known.length === 0) return null;
  return (
    <Facet title={props.title}>
      {known.map(({ value, count }) => {
        const active = props.search[props.field] === value;
        return (
          <FacetLink
            key={value}
            search={props.search}
            change={{ [props.field]: active ? undefined : (value as string) }}
            active={active}
          >
            {value} ({count})
          </FacetLink>
        );
      })}
    </Facet>
  );
}

function Row({ item }: { item: SearchItem }) {
  const { price } = useTokens();
  const version = item.newestVersion;
  const offer = item.cheapestOffer;
  return (
    <li className="border-t border-rule py-6">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6">
        <h2 className="text-lg font-semibold">
          <Link to="/datasets/$datasetId" params={{ datasetId: String(item.datasetId) }} className="hover:underline">
            {item.name ?? `Dataset ${item.datasetId}`}
          </Link>
        </h2>
        <p className="font-serif text-lg font-semibold tabular-nums">
          {offer ? priceInWords(offer, (amount) => price(amount, offer.token)) : "Not for sale"}
        </p>
      </div>
      {item.description ? <p className="mt-1 line-clamp-3 max-w-prose">{item.description}</p> : null}
      <p className="mt-2 text-sm text-ash">
        {[
          version && version.recordCount > 0n ? `${grouped(version.recordCount)} records` : null,
          version ? bytes(version.byteSize) : null,
          item.dataLicense,
          `version ${item.versionCount}`,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <div className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
        {offer ? <Rights uses={offer.terms.uses} /> : null}
        {item.status === "TRAINABLE" ? null : <State is="faulted">{item.status.toLowerCase()}</State>}
        {item.licenseCount > 0 ? (
          <span className="text-sm text-ash">
            {item.licenseCount} {item.licenseCount === 1 ? "license" : "licenses"} sold
          </span>
        ) : null}
      </div>
    </li>
  );
}

function Pages({ search, page, pages }: { search: CatalogueSearch; page: number; pages: number }) {
  if (pages < 2) return null;
  return (
    <nav aria-label="Pages" className="flex gap-6 border-t border-rule py-6 text-sm">
      {page > 1 ? (
        <Link to="/" search={{ ...search, page: page - 1 }}>
          Previous
        </Link>
      ) : null}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages ? (
        <Link to="/" search={{ ...search, page: page + 1 }}>
          Next
        </Link>
      ) : null}
    </nav>
  );
}
