import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
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

const datasetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/datasets/$datasetId",
  component: lazyRouteComponent(() => import("./pages/Dataset"), "Dataset"),
});

/** Pages on which one signs: wallet code is loaded with them. */
const walletRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "wallet",
  component: lazyRouteComponent(() => import("./wallet/WalletProvider"), "WalletPages"),
});

const buyRoute = createRoute({
  getParentRoute: () => walletRoute,
  path: "/datasets/$datasetId/buy/$offerId",
  component: lazyRouteComponent(() => import("./pages/Buy"), "Buy"),
});

const libraryRoute = createRoute({
  getParentRoute: () => walletRoute,
  path: "/library",
  component: lazyRouteComponent(() => import("./pages/Library"), "Library"),
});

const licenseRoute = createRoute({
  getParentRoute: () => walletRoute,
  path: "/library/$licenseId",
  component: lazyRouteComponent(() => import("./pages/License"), "License"),
});

const routeTree = rootRoute.addChildren([
  catalogueRoute,
  datasetRoute,
  walletRoute.addChildren([buyRoute, libraryRoute, licenseRoute]),
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
