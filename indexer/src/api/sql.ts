import type { sql } from "ponder";

/** A piece of SQL; Ponder has no name of its own for it. */
export type SQL<T = unknown> = ReturnType<typeof sql<T>>;
