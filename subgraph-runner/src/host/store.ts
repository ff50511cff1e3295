import { RunnerError } from "../errors.js";
import type { EntityType, Schema } from "../schema.js";
import type { Row } from "../store.js";
import type { Heap } from "../wasm/heap.js";
import type { Host } from "../wasm/instance.js";
import { readEntity, writeRow } from "../wasm/store-values.js";
import { TypeId } from "../wasm/types.js";
import type { Environment } from "./environment.js";

const typeOf = (schema: Schema, name: string) => schema.entities.get(name) as EntityType;

/** `store.*` */
export function storeHost(environment: Environment, heap: () => Heap): Host {
  const text = (pointer: number | undefined) => heap().readString(pointer as number);
  const reading = (read: (type: string, id: string) => Row | undefined) => (type?: number, id?: number) => {
    const name = text(type);
    const row = read(name, text(id));
    return row ? writeRow(heap(), typeOf(environment.schema, name), row) : 0;
  };
  return {
    "store.get": reading((type, id) => environment.get(type, id)),
    "store.get_in_block": reading((type, id) => environment.getInBlock(type, id)),
    "store.set": (type, id, entity) => {
      environment.set(text(type), text(id), readEntity(heap(), entity as number));
      return undefined;
    },
    "store.remove": (type, id) => {
      environment.remove(text(type), text(id));
      return undefined;
    },
    "store.loadRelated": (type, id, field) => {
      const rows = environment.related(text(type), text(id), text(field));
      const pointers = rows.map(({ type: name, row }) => writeRow(heap(), typeOf(environment.schema, name), row));
      return heap().array(TypeId.ArrayStoreEntry, pointers);
    },
  };
}

/**
 * @returns the derived field that `loadRelated` reads
 * @throws {RunnerError} if it is not one
 */
export function derivedField(
  schema: Schema,
  type: string,
  field: string,
): { typeName: string; back: string; idIsInt8: boolean } {
  const entity = schema.entities.get(type);
  const found = entity?.fields.get(field);
  if (!found?.derivedFrom) throw new RunnerError(`loadRelated: ${type}.${field} is not a derived field of the schema`);
  return { typeName: found.typeName, back: found.derivedFrom, idIsInt8: entity?.fields.get("id")?.value === "Int8" };
}
