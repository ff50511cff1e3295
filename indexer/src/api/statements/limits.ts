import type { Period } from "@colophon-protocol/sdk/indexer";
import { and, gte, lt, type PgColumn, sql } from "ponder";

/** A piece of SQL. */
export type Sql<T = unknown> = ReturnType<typeof sql<T>>;

/** Most rows of one kind in a document. */
const MAX_ROWS = 20_000;

/** A document would have more lines than one answer carries. */
export class TooLong extends Error {
  constructor() {
    super(`The period has more than ${MAX_ROWS} lines of one kind; ask for a shorter one.`);
  }
}

/** All rows, if they are no more than a document may have. Ask for `limited.rows`. @throws TooLong */
export function limited<T>(rows: T[]): T[] {
  if (rows.length > MAX_ROWS) throw new TooLong();
  return rows;
}
limited.rows = MAX_ROWS + 1;

/** That a time lies in a period. */
export const within = (at: PgColumn, { from, to }: Period): Sql | undefined =>
  and(gte(at, from), to === null ? undefined : lt(at, to));

/** The sum of an amount over the rows for which something holds, as text. */
export const sumAs = (amount: PgColumn, when: Sql | undefined): Sql<string> =>
  sql<string>`coalesce(sum(${amount}) filter (where ${when ?? sql`true`}), 0)::text`;
