import { db } from "ponder:api";
import { attestationSchema, badge, issuer, license, offer, recall, recallLicense } from "ponder:schema";
import { type Context, Hono } from "hono";
import { and, desc, eq, sql } from "ponder";
import { idOf } from "../../ids";
import { jsonSafe } from "../json";
import type { SQL } from "../sql";
import { clock } from "./clock";
import { coverQuery } from "./cover";
import { accreditedAt, badgeStanding } from "./standing";

/**
 * What trust is worth by the clock. `at` (seconds, by default the newest block's time) is what standing is told for.
 *
 * GET /cover/:offerId → `{ allocated, required, perPurchase, covered, … }`, as ProviderBond.coverOf
 * GET /badges?dataset=&provider=&account=&schema=&issuer=&standing=&at=&limit=&offset= → `{ items }`, newest first, each with its `standing`
 * GET /issuers/:address?at= → its row with `accredited` and its own `weight` now, as AttestationRegistry.weightOf
 * GET /recalls/:id/licenses?at=&limit=&offset= → `{ items }`, each with its `standing`, as Recalls.standingOf
 * GET /recalls?holder=&at=&limit=&offset= → the same over all recalls of licenses that an account holds: its inbox
 */
export const trust = new Hono();

const MAX_PAGE = 200;
const ADDRESS = /^0x[0-9a-f]{40}$/i;
const HASH = /^0x[0-9a-f]{64}$/i;
const NUMBER = /^\d{1,78}$/;

const refuse = (c: Context, error: string) => c.json({ error }, 400);

trust.get("/cover/:offerId", async (c) => {
  const { offerId } = c.req.param();
  if (!HASH.test(offerId)) return refuse(c, "The offer's id must be 32 bytes in hex.");
  const [row] = await coverQuery(eq(offer.id, idOf(offerId)));
  return row ? c.json(jsonSafe(row)) : c.json({ error: `There is no offer ${offerId}.` }, 404);
});

trust.get("/badges", async (c) => {
  const query = c.req.query();
  const at = await clock(query.at);
  const page = pageOf(query);
  if (at === null || page === null) return refuse(c, PAGE);
  const filters: (SQL | undefined)[] = [];
  for (const [name, column, form] of [
    ["dataset", badge.datasetRef, NUMBER],
    ["schema", badge.schemaRef, HASH],
    ["issuer", badge.issuerRef, ADDRESS],
  ] as const) {
    const given = query[name];
    if (given === undefined) continue;
    if (!form.test(given)) return refuse(c, `${name} must be ${form === NUMBER ? "a number" : "hex of its length"}.`);
    filters.push(eq(column, idOf(given)));
  }
  for (const [name, kind] of [
    ["provider", "PROVIDER"],
    ["account", "PERSON"],
  ] as const) {
    const given = query[name];
    if (given === undefined) continue;
    if (!ADDRESS.test(given)) return refuse(c, `${name} must be an address.`);
    filters.push(and(eq(badge.account, given.toLowerCase() as `0x${string}`), eq(badge.subjectKind, kind)));
  }
  const standing = badgeStanding(at);
  if (query.standing) filters.push(sql`${standing} = ${query.standing}`);
  const rows = await db
    .select({ badge, standing, schema: attestationSchema })
    .from(badge)
    .innerJoin(attestationSchema, eq(badge.schemaRef, attestationSchema.id))
    .where(and(...filters))
    .orderBy(desc(badge.recordedAt), desc(badge.badgeId))
    .limit(page.limit)
    .offset(page.offset);
  return c.json(
    jsonSafe({ at, items: rows.map((row) => ({ ...row.badge, standing: row.standing, schema: row.schema })) }),
  );
});

trust.get("/issuers/:address", async (c) => {
  const { address } = c.req.param();
  const at = await clock(c.req.query("at"));
  if (at === null || !ADDRESS.test(address)) return refuse(c, "The issuer must be an address, `at` seconds.");
  const [row] = await db
    .select({ issuer, accredited: sql<boolean>`${issuer.id} in ${accreditedAt(at)}` })
    .from(issuer)
    .where(eq(issuer.id, idOf(address)));
  if (!row) return c.json({ error: `Nobody ever accredited ${address}.` }, 404);
  const weight = row.accredited ? row.issuer.weightBps - row.issuer.givenBps : 0;
  return c.json(jsonSafe({ at, ...row.issuer, accredited: row.accredited, weight }));
});

trust.get("/recalls/:id/licenses", async (c) => {
  const { id } = c.req.param();
  if (!NUMBER.test(id)) return refuse(c, "The recall's id must be a number.");
  return listed(c, eq(recallLicense.recallRef, idOf(id)));
});

trust.get("/recalls", async (c) => {
  const holder = c.req.query("holder");
  if (!holder || !ADDRESS.test(holder)) return refuse(c, "holder must be an address.");
  return listed(c, eq(license.holder, holder.toLowerCase() as `0x${string}`));
});

/** Affected licenses with their standing, newest recalls first. */
async function listed(c: Context, where: SQL) {
  const query = c.req.query();
  const at = await clock(query.at);
  const page = pageOf(query);
  if (at === null || page === null) return refuse(c, PAGE);
  const rows = await db
    .select({
      entry: recallLicense,
      recall,
      holder: license.holder,
      licenseId: license.licenseId,
      endedAt: license.endedAt,
    })
    .from(recallLicense)
    .innerJoin(recall, eq(recallLicense.recallRef, recall.id))
    .innerJoin(license, eq(recallLicense.licenseRef, license.id))
    .where(where)
    .orderBy(desc(recall.recallId), license.licenseId)
    .limit(page.limit)
    .offset(page.offset);
  return c.json(
    jsonSafe({
      at,
      items: rows.map(({ entry, ...row }) => ({ ...entry, ...row, standing: recallStanding(entry, row, at) })),
    }),
  );
}

type Entry = typeof recallLicense.$inferSelect;
interface Of {
  recall: typeof recall.$inferSelect;
  endedAt: bigint | null;
}

/** Recalls.standingOf, with the order of things: a license that its rail ended after the recall opened was affected by it. */
function recallStanding({ action }: Entry, { recall: r, endedAt }: Of, at: bigint): string {
  if (r.dismissed) return "NOT_AFFECTED";
  if (action === "DELETE" || action === "RETRAIN") return "ACKNOWLEDGED";
  if (endedAt !== null) return "NOT_AFFECTED";
  if (action === "NONE") return at <= r.deadline ? "WAITING" : "BREACH";
  if (r.againUntil !== null) return at <= r.againUntil ? "WAITING" : "BREACH";
  return at <= r.deadline + r.contestPeriod ? "CONTESTED" : "BREACH";
}

const PAGE = `at must be seconds, limit a whole number up to ${MAX_PAGE}, offset a whole number.`;

/** What page is asked for; null when it is none. */
function pageOf({ limit = "50", offset = "0" }: Record<string, string>): { limit: number; offset: number } | null {
  if (!/^\d{1,3}$/.test(limit) || !/^\d{1,7}$/.test(offset) || Number(limit) > MAX_PAGE) return null;
  return { limit: Number(limit), offset: Number(offset) };
}
