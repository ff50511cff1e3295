import { db } from "ponder:api";
import { attestationSchema, badge, dataset, datasetVersion, offer, termsSet } from "ponder:schema";
import { Hono } from "hono";
import { and, desc, eq, gt, inArray, or, sql } from "ponder";
import { jsonSafe } from "./json";
import type { SQL } from "./sql";
import { clock } from "./trust/clock";
import { coveredDatasets } from "./trust/cover";
import { badgeStanding } from "./trust/standing";

/**
 * GET /search?q=&use=&modality=&license=&token=&maxPrice=&badge=&covered=&limit=&offset=
 *
 * Full-text search over the catalogue with facets and counts. `use` is a bit of the use mask (for instance 2 = train);
 * `maxPrice` is in base units; `badge` is the name of a known schema or a schema's hash, of which a valid badge stands on the dataset or a
 * version; `covered=1` asks for an open offer that the provider's bond covers. Answers
 * `{ total, items, facets: { modality, dataLicense, badge } }`; an item is a dataset with its
 * `newestVersion` and its `cheapestOffer` (the open offer of least price, with its terms), null when it has none.
 */
export const search = new Hono();

const MAX_PAGE = 100;
const MAX_QUERY = 200;

search.get("/", async (c) => {
  const query = c.req.query();
  const limit = boundedInt(query.limit, 20, MAX_PAGE);
  const offset = boundedInt(query.offset, 0, 1_000_000);
  if (limit === null || offset === null) {
    return c.json({ error: `limit must be a whole number up to ${MAX_PAGE}, offset a whole number.` }, 400);
  }
  if ((query.q ?? "").length > MAX_QUERY) {
    return c.json({ error: `q may have at most ${MAX_QUERY} characters.` }, 400);
  }
  if (query.use && !/^\d{1,5}$/.test(query.use))
    return c.json({ error: "use must be a number: bits of the use mask." }, 400);
  if (query.maxPrice && !/^\d{1,39}$/.test(query.maxPrice)) {
    return c.json({ error: "maxPrice must be a whole number of base units." }, 400);
  }
  if ((query.badge ?? "").length > MAX_QUERY) return c.json({ error: "badge may have at most 200 characters." }, 400);
  if (query.covered && query.covered !== "1") return c.json({ error: "covered must be 1, or not be given." }, 400);
  const at = (await clock(undefined)) ?? 0n;

  const text = query.q?.trim() ?? "";
  const words = sql`plainto_tsquery('english', ${text})`;
  const document = sql`to_tsvector('english', ${dataset.searchText})`;
  const base = and(
    text === ""
      ? undefined
      : or(sql`${document} @@ ${words}`, sql`${dataset.searchText} ilike ${`%${likeText(text)}%`}`),
    offerFilter(query),
  );
  const filters = and(
    base,
    query.modality ? sql`${query.modality} = any(${dataset.modality})` : undefined,
    query.license ? eq(dataset.dataLicense, query.license) : undefined,
    query.badge ? inArray(dataset.id, badged(query.badge, at)) : undefined,
    query.covered ? inArray(dataset.id, coveredDatasets()) : undefined,
  );
  const rank = text === "" ? sql`0::real` : sql`ts_rank(${document}, ${words})`;
  const [items, total, modality, dataLicense, badges] = await Promise.all([
    db
      .select()
      .from(dataset)
      .where(filters)
      .orderBy(desc(rank), desc(dataset.publishedAt), desc(dataset.datasetId))
      .limit(limit)
      .offset(offset),
    db.select({ count: sql<number>`count(*)::int` }).from(dataset).where(filters),
    facet(sql<string>`unnest(${dataset.modality})`, base),
    facet(sql<string>`${dataset.dataLicense}`, base),
    badgeFacet(base, at),
  ]);
  const described = await describe(items);
  const facets = { modality, dataLicense, badge: badges };
  return c.json(jsonSafe({ total: total[0]?.count ?? 0, items: described, facets }));
});

/** Adds to each dataset of a page what a row of the catalogue shows: newest version, cheapest open offer. */
async function describe(items: (typeof dataset.$inferSelect)[]) {
  if (items.length === 0) return [];
  const ids = items.map((item) => item.id);
  const [versions, offers] = await Promise.all([
    db
      .select()
      .from(datasetVersion)
      .where(
        inArray(
          datasetVersion.id,
          items.map((item) => `${item.id}-${item.versionCount}`),
        ),
      ),
    db
      .selectDistinctOn([offer.datasetRef], { offer, termsSet })
      .from(offer)
      .innerJoin(termsSet, eq(offer.termsRef, termsSet.id))
      .where(and(eq(offer.status, "OPEN"), inArray(offer.datasetRef, ids)))
      .orderBy(offer.datasetRef, offer.price),
  ]);
  return items.map(({ searchText: _, ...item }) => {
    const version = versions.find((row) => row.datasetRef === item.id);
    const cheapest = offers.find((row) => row.offer.datasetRef === item.id);
    return {
      ...item,
      newestVersion: version ? { ...version, manifest: undefined } : null,
      cheapestOffer: cheapest ? { ...cheapest.offer, terms: cheapest.termsSet } : null,
    };
  });
}

/** Only datasets with an open offer that fits; no condition when nothing about offers is asked. */
function offerFilter(query: Record<string, string>): ReturnType<typeof and> {
  if (!query.use && !query.token && !query.maxPrice) return undefined;
  const fitting = db
    .select({ ref: offer.datasetRef })
    .from(offer)
    .innerJoin(termsSet, eq(offer.termsRef, termsSet.id))
    .where(
      and(
        eq(offer.status, "OPEN"),
        query.use ? gt(sql`${termsSet.uses} & ${Number(query.use)}`, 0) : undefined,
        query.token ? sql`lower(${offer.token}) = ${query.token.toLowerCase()}` : undefined,
        query.maxPrice ? sql`${offer.price} <= ${query.maxPrice}::numeric` : undefined,
      ),
    );
  return inArray(dataset.id, fitting);
}

/** Ids of the datasets with a valid badge of a schema, which goes by its known name or its hash. */
const badged = (schema: string, at: bigint) =>
  db
    .select({ ref: badge.datasetRef })
    .from(badge)
    .innerJoin(attestationSchema, eq(badge.schemaRef, attestationSchema.id))
    .where(
      and(
        or(eq(attestationSchema.name, schema), sql`${attestationSchema.schema} = ${schema.toLowerCase()}`),
        sql`${badge.datasetRef} is not null`,
        sql`${badgeStanding(at)} = 'VALID'`,
      ),
    );

/** How many of the datasets have a valid badge, by known schema. */
const badgeFacet = (where: SQL | undefined, at: bigint) =>
  db
    .select({
      value: attestationSchema.name,
      schema: attestationSchema.schema,
      count: sql<number>`count(distinct ${dataset.id})::int`,
    })
    .from(badge)
    .innerJoin(attestationSchema, eq(badge.schemaRef, attestationSchema.id))
    .innerJoin(dataset, eq(badge.datasetRef, dataset.id))
    .where(and(where, eq(attestationSchema.known, true), sql`${badgeStanding(at)} = 'VALID'`))
    .groupBy(attestationSchema.name, attestationSchema.schema)
    .orderBy(desc(sql`count(distinct ${dataset.id})`))
    .limit(50);

async function facet(value: ReturnType<typeof sql<string>>, where: ReturnType<typeof and>) {
  return db
    .select({ value, count: sql<number>`count(*)::int` })
    .from(dataset)
    .where(where)
    .groupBy(sql`1`)
    .orderBy(desc(sql`count(*)`))
    .limit(50);
}

/** A whole number from 0 to `max`; null when it is none. */
function boundedInt(given: string | undefined, byDefault: number, max: number): number | null {
  if (given === undefined) return byDefault;
  const value = Number(given);
  return Number.isInteger(value) && value >= 0 && value <= max ? value : null;
}

const likeText = (text: string) => text.replace(/[\\%_]/g, (found) => `\\${found}`);
