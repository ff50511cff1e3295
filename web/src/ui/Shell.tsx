import { Link, Outlet } from "@tanstack/react-router";
import { useColophon } from "../app";
import { useHead } from "../data/head";
import { AccountCorner } from "../wallet/AccountCorner";

// On a narrow screen a row of its own, all five in sight.
const nav =
  "order-last flex w-full justify-between gap-x-2 text-xs min-[400px]:text-sm md:order-none md:w-auto md:grow md:justify-start md:gap-x-6";
const tab = "py-2 text-ash hover:text-ink [&.active]:text-ink [&.active]:underline underline-offset-8";

/** The frame of every page: header, content, and the thin line that is the page's own colophon. */
export function Shell() {
  return (
    <div className="mx-auto flex min-h-dvh max-w-page flex-col px-4">
      <a href="#content" className="sr-only focus:not-sr-only">
        Skip to content
      </a>
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-rule py-4 md:gap-x-8">
        <Link to="/" className="font-serif text-lg font-semibold">
          <span className="text-rubric">C</span>olophon
        </Link>
        <nav aria-label="Main" className={nav}>
          <Link to="/" className={tab} activeOptions={{ exact: true, includeSearch: false }}>
            Catalogue
          </Link>
          <Link to="/library" className={tab}>
            Library
          </Link>
          <Link to="/earnings" className={tab} activeOptions={{ includeSearch: false }}>
            Earnings
          </Link>
          <Link to="/disputes" className={tab} activeOptions={{ includeSearch: false }}>
            Disputes
          </Link>
          <Link to="/recalls" className={tab} activeOptions={{ includeSearch: false }}>
            Recalls
          </Link>
        </nav>
        <AccountCorner />
      </header>
      <main id="content" className="grow py-8">
        <Outlet />
      </main>
      <Footer />
    </div>
  );
}

function Footer() {
  const { config } = useColophon();
  const line = [config.chainName, ...headInWords(useHead()), "contracts 0.1.0"];
  return <footer className="border-t border-rule py-4 text-xs text-ash tabular-nums">{line.join(" · ")}</footer>;
}

function headInWords({ chain, indexed }: ReturnType<typeof useHead>): string[] {
  if (chain.isPending || indexed.isPending) return ["asking for the newest block"];
  const block = chain.error ? "chain unreachable" : `block ${chain.data}`;
  if (indexed.error) return [block, "indexer unreachable"];
  const lag = chain.error ? 0 : chain.data - indexed.data;
  return [block, lag > 1 ? `indexer ${lag} blocks behind` : "indexer up to date"];
}
