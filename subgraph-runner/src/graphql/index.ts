import {
  buildSchema,
  type ExecutionResult,
  type GraphQLObjectType,
  type GraphQLSchema,
  graphqlSync,
  isInterfaceType,
  isObjectType,
} from "graphql";
import { BigDecimal } from "../big-decimal.js";
import { RunnerError } from "../errors.js";
import type { Head } from "../runner.js";
import { concreteTypes, type Field } from "../schema.js";
import { compareText, type Row, type Store, type Value } from "../store.js";
import { apiSchema, isList } from "./api.js";
import { compareValues, type Filters, fits, parseInput, related, type Where } from "./filters.js";
import { plural, singular } from "./names.js";
import { parseSearch, wordsOf } from "./search.js";

export interface QueryRequest {
  source: string;
  variables?: Record<string, unknown> | undefined;
  operationName?: string | undefined;
}

interface Node {
  __typename: string;
  row: Row;
  /** The block that was asked about; undefined: the newest. */
  at: number | undefined;
}

interface ListArguments {
  skip: number;
  first: number;
  orderBy?: string;
  orderDirection?: "asc" | "desc";
  where?: Where;
}

type BlockArgument = { block?: { hash?: string; number?: number; number_gte?: number } };

const MOST = 1000;

/** @param heads blocks taken in, oldest first @param id of the subgraph @returns what answers queries over the store */
export function createQueries(
  store: Store,
  heads: () => readonly Head[],
  id: string,
): (request: QueryRequest) => ExecutionResult {
  const schema = buildSchema(apiSchema(store.schema));
  new Resolvers(store, heads, id).attach(schema);
  return ({ source, variables, operationName }) =>
    graphqlSync({ schema, source, variableValues: variables ?? null, operationName: operationName ?? null });
}

class Resolvers {
  readonly #filters: Filters;

  constructor(
    private readonly store: Store,
    private readonly heads: () => readonly Head[],
    private readonly id: string,
  ) {
    const { schema } = store;
    const fieldsOf = (type: string) =>
      (schema.entities.get(type) ?? schema.interfaces.get(type))?.fields as Map<string, Field>;
    this.#filters = { store, schema, fieldsOf };
  }

  attach(schema: GraphQLSchema): void {
    const { entities, interfaces, fullText } = this.store.schema;
    const query = (schema.getQueryType() as GraphQLObjectType).getFields();
    const resolve = (name: string, answer: (args: never) => unknown) => {
      if (query[name]) query[name].resolve = (_, args) => answer(args as never);
    };
    for (const name of [...entities.keys(), ...interfaces.keys()]) {
      resolve(singular(name), (args: { id: string } & BlockArgument) => this.#one(name, args));
      resolve(plural(name), (args: ListArguments & BlockArgument) => this.#many(name, args));
    }
    for (const { name, entity, fields } of fullText)
      resolve(name, (args: { text: string } & ListArguments & BlockArgument) => this.#search(entity, fields, args));
    resolve("_meta", (args: BlockArgument) => this.#meta(args));
    for (const type of Object.values(schema.getTypeMap())) {
      if (isInterfaceType(type)) type.resolveType = ({ __typename }) => __typename;
      const entity = entities.get(type.name);
      if (isObjectType(type) && entity)
        for (const [name, field] of Object.entries(type.getFields()))
          field.resolve = (node: Node, args) =>
            this.#field(node, entity.fields.get(name) as Field, args as ListArguments);
    }
  }

  #one(name: string, { id, block }: { id: string } & BlockArgument): Node | null {
    const at = this.#at(block);
    for (const type of concreteTypes(this.store.schema, name)) {
      const idField = this.#filters.fieldsOf(type).get("id") as Field;
      const row = this.store.get(type, String(parseInput(idField, id)), at);
      if (row) return { __typename: type, row, at };
    }
    return null;
  }

  #many(name: string, { block, ...args }: ListArguments & BlockArgument): Node[] {
    const at = this.#at(block);
    const nodes = concreteTypes(this.store.schema, name).flatMap((type) =>
      Array.from(this.store.rows(type, at), (row): Node => ({ __typename: type, row, at })),
    );
    return this.#page(name, nodes, args, at);
  }

  #field({ row, at }: Node, field: Field, args: ListArguments): unknown {
    if (!field.reference) return output(row.get(field.name));
    const nodes = related(this.store, this.store.schema, field, row, at).map(
      ({ type, row: other }): Node => ({ __typename: type, row: other, at }),
    );
    return isList(field) ? this.#page(field.typeName, nodes, args, at) : (nodes[0] ?? null);
  }

  #page(type: string, nodes: Node[], args: ListArguments, at: number | undefined): Node[] {
    const { first, skip, where, orderBy = "id", orderDirection = "asc" } = args;
    checkPage(first, skip);
    const kept = where ? nodes.filter((node) => fits(this.#filters, type, node.row, where, at)) : nodes;
    const sign = orderDirection === "asc" ? 1 : -1;
    const keyed = kept.map((node) => ({
      node,
      key: this.#orderKey(type, node, orderBy),
      id: node.row.get("id") as Value,
    }));
    keyed.sort((a, b) => sign * (compareKeys(a.key, b.key) || compareValues(a.id, b.id)));
    return keyed.slice(skip, skip + first).map(({ node }) => node);
  }

  #orderKey(type: string, { row, at }: Node, orderBy: string): Value | undefined {
    const fields = this.#filters.fieldsOf(type);
    if (fields.has(orderBy)) return row.get(orderBy);
    const [name = "", inner = ""] = orderBy.split("__");
    return related(this.store, this.store.schema, fields.get(name) as Field, row, at)[0]?.row.get(inner);
  }

  /** Best first: by how often the words are in the texts, then by id. */
  #search(
    type: string,
    fields: string[],
    { text, first, skip, where, block }: { text: string } & ListArguments & BlockArgument,
  ): Node[] {
    checkPage(first, skip);
    const at = this.#at(block);
    const matches = parseSearch(text);
    const found: { node: Node; rank: number }[] = [];
    for (const row of this.store.rows(type, at)) {
      if (where && !fits(this.#filters, type, row, where, at)) continue;
      const words = fields.flatMap((field) => [row.get(field) ?? []].flat().flatMap((part) => wordsOf(String(part))));
      const rank = matches(words);
      if (rank > 0) found.push({ node: { __typename: type, row, at }, rank });
    }
    found.sort((a, b) => b.rank - a.rank || compareText(String(a.node.row.get("id")), String(b.node.row.get("id"))));
    return found.slice(skip, skip + first).map(({ node }) => node);
  }

  #meta({ block }: BlockArgument): unknown {
    const at = this.#at(block);
    const heads = this.heads();
    const head = at === undefined ? heads[heads.length - 1] : heads.findLast(({ number }) => Number(number) <= at);
    if (!head) return null;
    const { number, hash, parentHash, timestamp } = head;
    const shown = { number: Number(number), hash, parentHash, timestamp: Number(timestamp) };
    return { block: shown, deployment: this.id, hasIndexingErrors: false };
  }

  /** @returns undefined for the newest block */
  #at(block: BlockArgument["block"]): number | undefined {
    const heads = this.heads();
    const newest = Number(heads[heads.length - 1]?.number ?? -1);
    if (!block) return undefined;
    if (block.hash != null) {
      const found = heads.find(({ hash }) => hash === block.hash?.toLowerCase());
      if (!found) throw new RunnerError(`the block ${block.hash} was not taken in`);
      return Number(found.number);
    }
    const wanted = block.number ?? block.number_gte;
    if (wanted != null && wanted > newest)
      throw new RunnerError(`block ${wanted} was not taken in: the newest is ${newest}`);
    return block.number ?? undefined;
  }
}

function checkPage(first: number, skip: number): void {
  if (first < 0 || first > MOST)
    throw new RunnerError(`first is ${first}, expected 0 to ${MOST}: ask for pages with skip, or by id_gt`);
  if (skip < 0) throw new RunnerError(`skip is ${skip}, expected 0 or more`);
}

/** Null comes last, as in Postgres. */
function compareKeys(a: Value | undefined, b: Value | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return compareValues(a, b);
}

/** Large numbers are strings in JSON. */
function output(value: Value | undefined): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(output);
  return typeof value === "bigint" || value instanceof BigDecimal ? value.toString() : value;
}
