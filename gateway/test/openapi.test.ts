import { readFileSync } from "node:fs";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../src/config.js";
import { createApp } from "../src/http/app.js";
import type { Services } from "../src/services.js";

interface Document {
  paths: Record<string, Record<string, unknown>>;
}

/** Routes that the app has, in OpenAPI's spelling; building it calls no service. */
function routes(): string[] {
  const config = { corsOrigins: ["*"], limits: DEFAULT_LIMITS, operatorToken: undefined };
  const app = createApp({ config } as unknown as Services, pino({ level: "silent" }), () => false);
  const own = app.routes.filter(({ method, path }) => method !== "ALL" && path !== "/manifests/:hash");
  return own.map(
    ({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}").replace(/\*$/, "{path}")}`,
  );
}

describe("openapi.json", () => {
  it("names every route of the gateway, and no other", () => {
    const { paths } = JSON.parse(readFileSync(new URL("../openapi.json", import.meta.url), "utf8")) as Document;
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(documented.sort()).toEqual([...new Set(routes())].sort());
  });
});
