import { db } from "ponder:api";
import { attestationSchema } from "ponder:schema";
import { type SubjectKind, scoreOf } from "@colophon-protocol/sdk/reputation";
import { Hono } from "hono";
import { eq } from "ponder";
import { jsonSafe } from "../json";
import { clock } from "../trust/clock";
import { gather, TooMuch } from "./facts";
import { tokenUnits } from "./values";

/**
 * GET /reputation/{dataset|provider|creator|issuer}/:id
 *
 * A score with every term (docs/reputation.md), as of the newest block. `facts` is what the function was given, `units` what tokens are worth
 * in it and `known` which schemas count, so that anyone can compute the terms again from these, and these from events.
 */
export const reputation = new Hono();

const KINDS = new Set<string>(["dataset", "provider", "creator", "issuer"]);

reputation.get("/:kind/:id", async (c) => {
  const { kind, id } = c.req.param();
  if (!KINDS.has(kind)) return c.json({ error: "There are scores of a dataset, provider, creator or issuer." }, 400);
  if (!(kind === "dataset" ? /^[1-9]\d{0,12}$/ : /^0x[0-9a-fA-F]{40}$/).test(id))
    return c.json({ error: `The id of a ${kind} must be ${kind === "dataset" ? "its number" : "its address"}.` }, 400);
  const [at, units, known] = await Promise.all([
    clock(undefined),
    tokenUnits(),
    db.select({ schema: attestationSchema.schema }).from(attestationSchema).where(eq(attestationSchema.known, true)),
  ]);
  try {
    const subject = { kind: kind as SubjectKind, id: id.toLowerCase() };
    const facts = await gather({ subject, at: at ?? 0n, units });
    return c.json(jsonSafe({ ...scoreOf(facts), facts, units, known: known.map(({ schema }) => schema) }));
  } catch (error) {
    if (error instanceof TooMuch) return c.json({ error: error.message }, 413);
    throw error;
  }
});
