import { BigDecimal } from "./big-decimal.js";
import { RunnerError } from "./errors.js";
import { concreteTypes, type EntityType, type Field, type Schema, type ValueType } from "./schema.js";

/** Bytes are `0x…` in lower case; Int8 and Timestamp (microseconds) are bigint, Int is a number. */
export type Value = string | number | bigint | boolean | BigDecimal | Value[];
/** A value as a mapping wrote it, with its kind; null removes the field. */
export type Tagged = { kind: ValueType; value: Value } | { kind: "Array"; value: Tagged[] } | { kind: "Null" };
/** An entity: stored fields only, and only those that are not null. */
export type Row = ReadonlyMap<string, Value>;

interface Version {
  block: number;
  /** Undefined where it was removed. */
  row: Row | undefined;
  /** The data source of a file that wrote it; undefined for the chain. */
  region: string | undefined;
}

/** All that happened to entities of one type. */
interface Table {
  type: EntityType;
  versions: Map<string, Version[]>;
  /** Field, then what it points to: ids of rows that ever pointed there. Readers check what still does. */
  pointers: Map<string, Map<string, Set<string>>>;
}

const last = <T>(list: T[] | undefined): T | undefined => list?.[list.length - 1];

/**
 * Entities in memory, every version of each: so a block can be taken back exactly and a query can be asked as of a block. Rows are as graph-node keeps them:
 * typed by the schema, required fields present, immutable entities unchanged after the block that made them.
 */
export class Store {
  #tables = new Map<string, Table>();
  /** What each block wrote, oldest first. */
  #journal: { block: number; keys: { table: Table; id: string }[] }[] = [];

  constructor(readonly schema: Schema) {
    for (const type of schema.entities.values())
      this.#tables.set(type.name, { type, versions: new Map(), pointers: new Map() });
    for (const { fields } of schema.entities.values())
      for (const { typeName, derivedFrom } of fields.values())
        if (derivedFrom !== undefined)
          for (const name of concreteTypes(schema, typeName)) this.#table(name).pointers.set(derivedFrom, new Map());
  }

  /** @returns the entity as of that block, or the newest */
  get(typeName: string, id: string, at?: number): Row | undefined {
    return this.#version(this.#table(typeName), id, at)?.row;
  }

  /** @returns what a handler sees: the chain's (region undefined) or a file's handlers see only what they wrote themselves */
  visible(typeName: string, id: string, region: string | undefined): Row | undefined {
    const version = last(this.#table(typeName).versions.get(id));
    return version?.region === region ? version?.row : undefined;
  }

  /** @returns what this block wrote, undefined if it wrote nothing or removed it */
  inBlock(typeName: string, id: string, block: number): Row | undefined {
    const version = last(this.#table(typeName).versions.get(id));
    return version?.block === block ? version.row : undefined;
  }

  /**
   * Merges fields into an entity, or makes it.
   * @throws {RunnerError} if a field is unknown, derived, missing or of another type, or the entity is immutable and older than the block
   */
  set(typeName: string, id: string, fields: Map<string, Tagged>, block: number, region?: string): void {
    const table = this.#table(typeName);
    const { type } = table;
    const old = last(table.versions.get(id));
    if (old?.row && old.region !== region)
      throw new RunnerError(
        `${typeName}[${id}] was written by ${old.region ? "a file" : "the chain"} and cannot be changed from elsewhere`,
      );
    const row = new Map(old?.row ?? []);
    for (const [name, tagged] of fields) {
      const field = type.fields.get(name);
      if (!field)
        throw new RunnerError(`${typeName}[${id}] was given the field "${name}", which the schema does not have`);
      if (field.derivedFrom) throw new RunnerError(`${typeName}.${name} is derived and cannot be set`);
      const value = typed(`${typeName}[${id}].${name}`, field, tagged, field.lists);
      if (value === undefined) row.delete(name);
      else row.set(name, value);
    }
    checkRow(type, id, row);
    if (type.immutable && old?.row && old.block < block) {
      if (sameRow(old.row, row)) return;
      throw new RunnerError(
        `${typeName}[${id}] is immutable: it was written in block ${old.block} and cannot be changed after it`,
      );
    }
    this.#write(table, id, block, row, region);
  }

  /** @throws {RunnerError} if the entity is immutable and older than the block */
  remove(typeName: string, id: string, block: number, region?: string): void {
    const table = this.#table(typeName);
    const old = last(table.versions.get(id));
    if (!old?.row || old.region !== region) return;
    if (table.type.immutable && old.block < block)
      throw new RunnerError(
        `${typeName}[${id}] is immutable: it was written in block ${old.block} and cannot be removed`,
      );
    this.#write(table, id, block, undefined, region);
  }

  /** @returns entities of that type (or interface) whose field points to an id, by their own ids */
  pointing(typeName: string, field: string, to: Value, at?: number): { type: string; row: Row }[] {
    const found: { type: string; id: string; row: Row }[] = [];
    for (const name of concreteTypes(this.schema, typeName)) {
      const table = this.#table(name);
      for (const id of table.pointers.get(field)?.get(String(to)) ?? []) {
        const row = this.#version(table, id, at)?.row;
        const value = row?.get(field);
        if (row && (Array.isArray(value) ? value.includes(to) : value === to)) found.push({ type: name, id, row });
      }
    }
    return found.sort((a, b) => compareText(a.id, b.id));
  }

  /** @returns all entities of a type as of that block, or the newest, in no order */
  *rows(typeName: string, at?: number): Generator<Row> {
    const table = this.#table(typeName);
    for (const id of table.versions.keys()) {
      const row = this.#version(table, id, at)?.row;
      if (row) yield row;
    }
  }

  /** Takes back every block above that one. */
  revertTo(block: number): void {
    for (let entry = last(this.#journal); entry && entry.block > block; entry = last(this.#journal)) {
      this.#journal.pop();
      for (const { table, id } of entry.keys) {
        const versions = table.versions.get(id);
        versions?.pop();
        if (versions?.length === 0) table.versions.delete(id);
      }
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.revertTo(-1);
  }

  #table(name: string): Table {
    const table = this.#tables.get(name);
    if (!table)
      throw new RunnerError(`the schema has no entity "${name}"; it has ${[...this.#tables.keys()].join(", ")}`);
    return table;
  }

  #version(table: Table, id: string, at?: number): Version | undefined {
    const versions = table.versions.get(id);
    return at === undefined ? last(versions) : versions?.findLast((version) => version.block <= at);
  }

  #write(table: Table, id: string, block: number, row: Row | undefined, region: string | undefined): void {
    let versions = table.versions.get(id);
    if (!versions) {
      versions = [];
      table.versions.set(id, versions);
    }
    const newest = last(versions);
    if (newest?.block === block) Object.assign(newest, { row, region });
    else {
      versions.push({ block, row, region });
      this.#journalOf(block).push({ table, id });
    }
    for (const [field, index] of table.pointers) {
      const value = row?.get(field);
      for (const target of Array.isArray(value) ? value : value === undefined ? [] : [value]) {
        const known = index.get(String(target));
        if (known) known.add(id);
        else index.set(String(target), new Set([id]));
      }
    }
  }

  #journalOf(block: number) {
    const newest = last(this.#journal);
    if (newest?.block === block) return newest.keys;
    const entry = { block, keys: [] };
    this.#journal.push(entry);
    return entry.keys;
  }
}

/** @returns undefined for null @throws {RunnerError} if it is not what the field holds */
function typed(place: string, field: Field, tagged: Tagged, lists: number): Value | undefined {
  if (tagged.kind === "Null") return undefined;
  if (lists > 0 && tagged.kind === "Array")
    return tagged.value.map((item) => {
      const value = typed(place, field, item, lists - 1);
      if (value === undefined) throw new RunnerError(`${place} has a null in its list`);
      return value;
    });
  if (lists > 0 || tagged.kind !== field.value)
    throw new RunnerError(
      `${place} was given a ${tagged.kind}, expected ${lists > 0 ? `a list of ${field.typeName}` : field.typeName}`,
    );
  if (field.values && !field.values.has(tagged.value as string))
    throw new RunnerError(`${place} was given "${tagged.value}", expected one of ${[...field.values].join(", ")}`);
  return tagged.value;
}

function checkRow(type: EntityType, id: string, row: Map<string, Value>): void {
  const idType = type.fields.get("id")?.value;
  const own = row.get("id") ?? (idType === "Int8" ? BigInt(id) : id);
  if (String(own) !== id) throw new RunnerError(`${type.name} was stored as "${id}", but its id is "${own}"`);
  row.set("id", own);
  for (const { name, required, derivedFrom } of type.fields.values())
    if (required && derivedFrom === undefined && !row.has(name))
      throw new RunnerError(`${type.name}[${id}] has no value for the field "${name}", which is not nullable`);
}

function sameRow(a: Row, b: Row): boolean {
  return a.size === b.size && [...a].every(([name, value]) => sameValue(value, b.get(name)));
}

/** @returns whether two values of one field are equal */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  if (a instanceof BigDecimal && b instanceof BigDecimal) return a.compare(b) === 0;
  return a === b;
}

/** Order of code points, as Postgres has it with the C collation. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
