import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, start, waitFor } from "@colophon-protocol/tools/testing";

const room = fileURLToPath(new URL("..", import.meta.url));
const ponder = fileURLToPath(new URL("../../node_modules/ponder/dist/esm/bin/ponder.js", import.meta.url));

/** A running indexer. */
export interface Indexer {
  url: string;
  /** Ends it as a crash would: at once. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the indexer as `npm start` does and waits until it has caught up. */
export async function startIndexer(options: {
  rpcUrl: string;
  deploymentFile: string;
  /** Postgres; PGlite in a folder of its own when absent. */
  databaseUrl?: string;
  schema?: string;
  manifestSource?: string;
}): Promise<Indexer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "colophon-indexer-"));
  const command = [process.execPath, ponder, "start", "--schema", options.schema ?? "colophon"];
  const child = start("indexer", [...command, "--port", String(port), "--hostname", "127.0.0.1"], {
    cwd: room,
    env: {
      PONDER_RPC_URL: options.rpcUrl,
      PONDER_TELEMETRY_DISABLED: "true",
      COLOPHON_DEPLOYMENT: options.deploymentFile,
      COLOPHON_INDEXER_DIR: folder,
      COLOPHON_MANIFEST_SOURCES: options.manifestSource ?? "",
      DATABASE_URL: options.databaseUrl ?? "",
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor("indexer", async () => (await fetch(`${url}/ready`)).ok, { child, timeoutMs: 100_000 });
  const clean = () => rmSync(folder, { recursive: true, force: true });
  return {
    url,
    kill: async () => {
      process.kill(-child.pid, "SIGKILL");
      await child.exited;
      clean();
    },
    stop: async () => {
      await child.stop();
      clean();
    },
  };
}

/** A source of manifests: serves the given bytes by their hash. `down` makes it fail. */
export async function startManifestSource(manifests: Map<string, Uint8Array>) {
  const state = { down: false };
  const server = createServer((request, response) => {
    const found = manifests.get((request.url ?? "").slice(1));
    if (state.down || !found) {
      response.writeHead(state.down ? 503 : 404).end();
      return;
    }
    response.end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { template: `http://127.0.0.1:${port}/{hash}`, state, stop: () => server.close() };
}

/** Asks a GraphQL question. */
export async function graphql<T>(url: string, query: string): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
  if (!data) throw new Error(JSON.stringify(errors));
  return data;
}

/** Waits until the indexer has taken in a block. */
export async function waitForBlock(url: string, block: bigint): Promise<void> {
  await waitFor(`block ${block} in the indexer`, async () => {
    const status = (await (await fetch(`${url}/status`)).json()) as Record<string, { block: { number: number } }>;
    return BigInt(status.colophon?.block.number ?? 0) >= block;
  });
}

/** Asks the questions that a section of the README shows. @returns what each found under its first name */
export async function answersOfReadme(url: string, section: "Payments" | "Trust") {
  const text = readFileSync(new URL("../README.md", import.meta.url), "utf8").split(`## ${section}\n`)[1] ?? "";
  const questions = [...(text.split("\n## ")[0] ?? "").matchAll(/```graphql\n([^`]+)```/g)].map(
    (match) => match[1] ?? "",
  );
  return Promise.all(
    questions.map(async (question) => {
      const answer = await graphql<Record<string, { items: object[] }>>(url, question);
      return { question, items: Object.values(answer)[0]?.items ?? [] };
    }),
  );
}
