import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Catalogue } from "./pages/Catalogue";
import { Shell } from "./ui/Shell";

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: () => <p>No page has this address.</p> });

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

const buyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/datasets/$datasetId/buy/$offerId",
  component: lazyRouteComponent(() => import("./pages/Buy"), "Buy"),
});

const libraryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/library",
  component: lazyRouteComponent(() => import("./pages/Library"), "Library"),
});

const licenseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/library/$licenseId",
  component: lazyRouteComponent(() => import("./pages/License"), "License"),
});

const routeTree = rootRoute.addChildren([catalogueRoute, datasetRoute, buyRoute, libraryRoute, licenseRoute]);

export function createAppRouter() {
  return createRouter({ routeTree, defaultPreload: "intent", scrollRestoration: true });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
