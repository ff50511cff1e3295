import { type IndexerOptions, type Page, query } from "./client.js";
import { revive } from "./revive.js";

/** An entity as GraphQL names it, with the fields that are asked for. */
export interface EntityFields {
  name: string;
  fields: string;
}

/** Which page of a list. */
export interface PageParameters {
  chainId: number;
  /** From the page before; the first page without it. */
  cursor?: string | undefined;
  /** Rows of a page, 100 unless told, at most 1,000. */
  limit?: number | undefined;
}

/** What a list is narrowed to. Undefined is left out; addresses are lower case there. */
export type Filters = Record<string, string | bigint | number | undefined>;

/** A row's id: the chain's, and the parts after it. */
export const rowId = (chainId: number, ...parts: (bigint | number | string)[]): string =>
  [chainId, ...parts].join("-").toLowerCase();

/** One row by its id, null when the indexer has none. */
export async function readRow<T>(
  options: IndexerOptions,
  { name, fields }: EntityFields,
  id: string,
): Promise<T | null> {
  const document = `query ($id: String!) { row: ${name}(id: $id) { ${fields} } }`;
  const { row } = await query<{ row: unknown }>(options, document, { id });
  return row ? revive<T>(row) : null;
}

/**
 * A page of rows, by `orderBy` from the highest, that all filters fit, and where `any` is given one of these besides.
 */
export async function readRows<T>(
  options: IndexerOptions,
  { name, fields }: EntityFields,
  orderBy: string,
  { chainId, cursor, limit = 100 }: PageParameters,
  filters: Filters,
  any?: readonly Filters[],
): Promise<Page<T>> {
  const where = { chainId, ...plain(filters), ...(any ? { OR: any.map(plain) } : {}) };
  const { page } = await query<{
    page: { items: unknown[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } };
  }>(
    options,
    `query ($where: ${name}Filter, $after: String, $limit: Int) {
      page: ${pluralOf(name)}(where: $where, orderBy: "${orderBy}", orderDirection: "desc", after: $after, limit: $limit) {
        items { ${fields} } pageInfo { endCursor hasNextPage } } }`,
    { where, after: cursor ?? null, limit },
  );
  return { items: revive<T[]>(page.items), cursor: page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null };
}

const pluralOf = (name: string) => `${name}s`;

const plain = (filters: Filters) =>
  Object.fromEntries(
    Object.entries(filters)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === "number" ? value : exact(value)]),
  );

/** Enums are in capitals there, hex and ids in lower case. */
const exact = (value: unknown) => {
  const text = String(value);
  return /^[A-Z_]+$/.test(text) ? text : text.toLowerCase();
};
