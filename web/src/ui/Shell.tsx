import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { useBlockNumber } from "wagmi";
import { useColophon } from "../app";
import { Account } from "../wallet/ConnectDialog";

const tab = "text-sm text-ash hover:text-ink [&.active]:text-ink [&.active]:underline underline-offset-8";

/** The frame of every page: header, content, and the thin line that is the page's own colophon. */
export function Shell() {
  return (
    <div className="mx-auto flex min-h-dvh max-w-page flex-col px-4">
      <a href="#content" className="sr-only focus:not-sr-only">
        Skip to content
      </a>
      <header className="flex flex-wrap items-center gap-x-8 gap-y-3 border-b border-rule py-4">
        <Link to="/" className="font-serif text-lg font-semibold">
          <span className="text-rubric">C</span>olophon
        </Link>
        <nav aria-label="Main" className="flex grow gap-6">
          <Link to="/" className={tab} activeOptions={{ exact: true, includeSearch: false }}>
            Catalogue
          </Link>
          <Link to="/library" className={tab}>
            Library
          </Link>
        </nav>
        <Account />
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
  const { data: head } = useBlockNumber({ watch: true });
  const { data: indexed } = useQuery({
    queryKey: ["indexer-status"],
    queryFn: () => indexedBlock(config.indexerUrl),
    refetchInterval: 5_000,
  });
  const lag = head !== undefined && indexed !== undefined ? Number(head) - indexed : undefined;
  return (
    <footer className="border-t border-rule py-4 text-xs text-ash tabular-nums">
      {config.chainName} · block {head?.toString() ?? "unknown"} ·{" "}
      {lag === undefined ? "indexer unreachable" : lag <= 1 ? "indexer up to date" : `indexer ${lag} blocks behind`} ·
      contracts 0.1.0
    </footer>
  );
}

/** The newest block that the indexer has taken in. */
async function indexedBlock(indexerUrl: string): Promise<number> {
  const response = await fetch(`${indexerUrl}/status`);
  const status = (await response.json()) as Record<string, { block: { number: number } }>;
  const first = Object.values(status)[0];
  if (!first) throw new Error("The indexer reports no chain.");
  return first.block.number;
}
