import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import type { ScenarioSearch } from "./buy/scenario";
import { Catalogue } from "./pages/Catalogue";
import { Button, Problem } from "./ui/primitives";
import { Shell } from "./ui/Shell";

/** When a page's code does not load, or breaks: most often the network, or a newer build on the server. */
const PageFailed = ({ error }: { error: unknown }) => (
  <Problem title="This page could not be shown." hint={error instanceof Error ? error.message : String(error)}>
    <Button className="mt-4" onClick={() => location.reload()}>
      Load it again
    </Button>
  </Problem>
);

const NotFound = () => (
  <Problem title="No page has this address.">
    <p className="mt-2 text-sm">
      <a href="/">Go to the catalogue</a>
    </p>
  </Problem>
);

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageFailed });

/** Everything that narrows the catalogue stands in its URL. */
export interface CatalogueSearch {
  q?: string;
  use?: number;
  modality?: string;
  license?: string;
  page?: number;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const whole = (value: unknown) => (Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined);

const catalogueRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: Catalogue,
  validateSearch: (search: Record<string, unknown>): CatalogueSearch => ({
    ...(text(search.q) && { q: text(search.q) as string }),
    ...(whole(search.use) && { use: whole(search.use) as number }),
    ...(text(search.modality) && { modality: text(search.modality) as string }),
    ...(text(search.license) && { license: text(search.license) as string }),
    ...(whole(search.page) && { page: whole(search.page) as number }),
  }),
});

/** Revenue is an amount and kept as it was typed. A router reads "20" in an address as a number. */
const amount = (value: unknown) => (/^\d{1,15}(\.\d+)?$/.test(String(value)) ? String(value) : undefined);
const account = (value: unknown) => (/^0x[0-9a-fA-F]{40}$/.test(String(value)) ? String(value) : undefined);
/** A search of the fields that are there. */
const present = <T extends object>(fields: { [K in keyof T]: T[K] | undefined }) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

const datasetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/datasets/$datasetId",
  validateSearch: (search: Record<string, unknown>) =>
    present<ScenarioSearch>({
      days: whole(search.days),
      rows: whole(search.rows),
      bytes: whole(search.bytes),
      tokens: whole(search.tokens),
      chunks: whole(search.chunks),
      jobs: whole(search.jobs),
      seconds: whole(search.seconds),
      revenue: amount(search.revenue),
    }),
  component: lazyRouteComponent(() => import("./pages/Dataset"), "Dataset"),
});

/** Pages on which one signs: wallet code is loaded with them. */
const walletRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "wallet",
  component: lazyRouteComponent(() => import("./wallet/WalletProvider"), "WalletPages"),
});

/** What a buyer chooses: a meter's first deposit, what later bills may take, the days that a stream's money shall last. */
export interface PurchaseSearch {
  deposit?: string;
  limit?: string;
  runway?: number;
}

const buyRoute = createRoute({
  getParentRoute: () => walletRoute,
  path: "/datasets/$datasetId/buy/$offerId",
  validateSearch: (search: Record<string, unknown>) =>
    present<PurchaseSearch>({
      deposit: amount(search.deposit),
      limit: amount(search.limit),
      runway: whole(search.runway),
    }),
  component: lazyRouteComponent(() => import("./pages/Buy"), "Buy"),
});

const libraryRoute = createRoute({
  getParentRoute: () => walletRoute,
  path: "/library",
  component: lazyRouteComponent(() => import("./pages/Library"), "Library"),
});

/** What the holder or payer is about to do with a license, with which amount, and towards whom; of a bundle, what to open. */
export interface LicenseSearch {
  do?: string;
  amount?: string;
  to?: string;
  of?: string;
}

const licenseRoute = createRoute({
  getParentRoute: () => walletRoute,
  path: "/library/$licenseId",
  validateSearch: (search: Record<string, unknown>) =>
    present<LicenseSearch>({
      do: text(search.do),
      amount: amount(search.amount),
      to: account(search.to),
      of: text(search.of),
    }),
  component: lazyRouteComponent(() => import("./pages/License"), "License"),
});

/** Whose earnings, in which days (UTC): `from` counts, `to` does not. */
export interface EarningsSearch {
  account?: string;
  from?: string;
  to?: string;
}

const isoDay = (value: unknown) => (/^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? String(value) : undefined);

const earningsRoute = createRoute({
  getParentRoute: () => walletRoute,
  path: "/earnings",
  validateSearch: (search: Record<string, unknown>) =>
    present<EarningsSearch>({
      account: account(search.account),
      from: isoDay(search.from),
      to: isoDay(search.to),
    }),
  component: lazyRouteComponent(() => import("./pages/Earnings"), "Earnings"),
});

const providerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/providers/$provider",
  component: lazyRouteComponent(() => import("./provider/Provider"), "Provider"),
});

const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$recordId",
  component: lazyRouteComponent(() => import("./run/Run"), "Run"),
});

const disputesRoute = createRoute({
  getParentRoute: () => walletRoute,
  path: "/disputes",
  validateSearch: (search: Record<string, unknown>): { mine?: true } => (search.mine === true ? { mine: true } : {}),
  component: lazyRouteComponent(() => import("./dispute/Disputes"), "Disputes"),
});

const id = (value: unknown) => (/^\d{1,78}$/.test(String(value)) ? String(value) : undefined);

const word = (value: unknown) => (/^0x[0-9a-fA-F]{64}$/.test(String(value)) ? String(value) : undefined);

/** What a claim is about, and what its claimant says of it. Ids are kept as text: an attestation's is longer than numbers are. */
export interface ClaimSearch {
  license?: string;
  dataset?: string;
  version?: number;
  provider?: string;
  recall?: string;
  badge?: string;
  proof?: string;
  receipt?: string;
  reason?: string;
  day?: string;
  claimed?: string;
  freeze?: boolean;
}

const raiseRoute = createRoute({
  getParentRoute: () => walletRoute,
  path: "/disputes/new",
  validateSearch: (search: Record<string, unknown>) =>
    present<ClaimSearch>({
      license: id(search.license),
      dataset: id(search.dataset),
      version: whole(search.version),
      provider: account(search.provider),
      recall: id(search.recall),
      badge: id(search.badge),
      proof: id(search.proof),
      receipt: word(search.receipt),
      reason: text(search.reason),
      day: isoDay(search.day),
      claimed: amount(search.claimed),
      freeze: search.freeze === false ? false : undefined,
    }),
  component: lazyRouteComponent(() => import("./dispute/Raise"), "Raise"),
});

const disputeRoute = createRoute({
  getParentRoute: () => walletRoute,
  path: "/disputes/$disputeId",
  validateSearch: (search: Record<string, unknown>) => present<{ do?: string }>({ do: text(search.do) }),
  component: lazyRouteComponent(() => import("./dispute/Dispute"), "Dispute"),
});

/** Which license answers which recall, and how. */
export interface RecallSearch {
  of?: string;
  do?: string;
}

const recallsRoute = createRoute({
  getParentRoute: () => walletRoute,
  path: "/recalls",
  validateSearch: (search: Record<string, unknown>) =>
    present<RecallSearch>({ of: text(search.of), do: text(search.do) }),
  component: lazyRouteComponent(() => import("./recall/Recalls"), "Recalls"),
});

const routeTree = rootRoute.addChildren([
  catalogueRoute,
  datasetRoute,
  providerRoute,
  runRoute,
  walletRoute.addChildren([
    buyRoute,
    libraryRoute,
    licenseRoute,
    earningsRoute,
    disputesRoute,
    raiseRoute,
    disputeRoute,
    recallsRoute,
  ]),
]);

export function createAppRouter() {
  return createRouter({
    routeTree,
    defaultPreload: "intent",
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
