// The world of the reputation function out of the indexer's rows, so that its queries can be held against the function's own gathering.
import type { ReputationWorld } from "@colophon-protocol/sdk/reputation";
import type { Address, Hex } from "viem";
import { graphql } from "./support.js";

type Row = Record<string, string>;
const numberOf = (ref: string) => ref.slice(ref.indexOf("-") + 1);
const OUTCOMES: Record<string, "lost" | "won"> = { UPHELD: "lost", REJECTED: "won" };

/** All that happened, as rows have it; issuers with the weights that they have now. */
export async function readWorld(url: string, manager: Address): Promise<ReputationWorld> {
  const all = async (entity: string, fields: string) =>
    (await graphql<{ rows: { items: Row[] } }>(url, `{ rows: ${entity}(limit: 1000) { items { ${fields} } } }`)).rows
      .items;
  const issuers = await all("issuers", "address");
  const weights = await Promise.all(
    issuers.map(
      async ({ address }) => (await fetch(`${url}/issuers/${address}`)).json() as Promise<{ weight: number }>,
    ),
  );
  const deals = await all("refunds", "datasetRef seller provider token amount cause at");
  const schemas = new Map((await all("attestationSchemas", "id schema")).map((row) => [row.id, row.schema as Hex]));
  const kinds = { DATASET: "dataset", VERSION: "version", PROVIDER: "provider", PERSON: "person" } as const;
  return {
    releases: (await all("distributions", "datasetRef owner provider billedTo token amount fee at")).map((row) => ({
      datasetId: numberOf(row.datasetRef ?? ""),
      seller: row.owner as Address,
      provider: row.provider as Address,
      buyer: row.billedTo as Address,
      token: row.token as Address,
      amount: BigInt(row.amount ?? 0),
      fee: BigInt(row.fee ?? 0),
      at: BigInt(row.at ?? 0),
    })),
    refunds: deals.map((row) => ({
      datasetId: numberOf(row.datasetRef ?? ""),
      seller: row.seller as Address,
      provider: row.provider as Address,
      token: row.token as Address,
      amount: BigInt(row.amount ?? 0),
      cause: (row.cause ?? "").toLowerCase() as "ruling",
      at: BigInt(row.at ?? 0),
    })),
    badges: (
      await all(
        "badges",
        "issuer schemaRef subjectKind datasetRef versionRef account recordedAt expiresAt revokedAt revokedBy",
      )
    ).map((row) => ({
      issuer: row.issuer as Address,
      schema: schemas.get(row.schemaRef ?? "") as Hex,
      subject: {
        kind: kinds[row.subjectKind as keyof typeof kinds],
        id: row.versionRef
          ? numberOf(row.versionRef).replace("-", "/")
          : row.datasetRef
            ? numberOf(row.datasetRef)
            : (row.account ?? ""),
      },
      recordedAt: BigInt(row.recordedAt ?? 0),
      expiresAt: BigInt(row.expiresAt ?? 0),
      revokedAt: BigInt(row.revokedAt ?? 0),
      revokedBy: row.revokedBy ? (row.revokedBy === manager.toLowerCase() ? "ruling" : "issuer") : null,
    })),
    issuers: issuers.map(({ address }, i) => ({
      issuer: address as Address,
      weightBps: BigInt(weights[i]?.weight ?? 0),
    })),
    qualities: (await all("qualityRequests", "datasetRef version method score state settledAt"))
      .filter(({ state }) => state === "SCORED")
      .map((row) => ({
        datasetId: numberOf(row.datasetRef ?? ""),
        version: BigInt(row.version ?? 0),
        method: row.method as Hex,
        score: BigInt(row.score ?? 0),
        at: BigInt(row.settledAt ?? 0),
      })),
    disputes: (await all("disputes", "datasetRef respondent outcome closedAt")).flatMap((row) => {
      const outcome = OUTCOMES[row.outcome ?? ""];
      const datasetId = row.datasetRef ? numberOf(row.datasetRef) : null;
      return outcome
        ? [{ datasetId, respondent: row.respondent as Address, outcome, at: BigInt(row.closedAt ?? 0) }]
        : [];
    }),
    faults: (await all("faults", "provider at")).map((row) => ({
      provider: row.provider as Address,
      at: BigInt(row.at ?? 0),
    })),
    // Of events in one second the last one counts, and rows come in no order.
    bonds: (await all("bondEvents", "provider token stake at position"))
      .sort((a, b) => Number(a.position) - Number(b.position))
      .map((row) => ({
        provider: row.provider as Address,
        token: row.token as Address,
        stake: BigInt(row.stake ?? 0),
        at: BigInt(row.at ?? 0),
      })),
    missedRecalls: (
      await graphql<{ recalls: { items: { datasetRef: string; deadline: string; dataset: { owner: Address } }[] } }>(
        url,
        "{ recalls(where: { rootNamedAt: null, dismissed: false }) { items { datasetRef deadline dataset { owner } } } }",
      )
    ).recalls.items.map((row) => ({
      datasetId: numberOf(row.datasetRef),
      seller: row.dataset.owner,
      deadline: BigInt(row.deadline),
    })),
  };
}
