import { fromHex, type Hex } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";

/** Fields of a working file, by name; what does not fit is named. */
type Fields = Record<string, unknown>;

/** An object, of a format where one is given. @throws FormatError `schema` */
export function objectOf(what: string, value: unknown, format?: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FormatError("schema", `${what} is no JSON object.`);
  }
  const object = value as Fields;
  if (format !== undefined && (object.format !== format || object.formatVersion !== 1)) {
    throw new FormatError("schema", `${what} is ${JSON.stringify(object.format)}, expected "${format}" version 1.`);
  }
  return object;
}

/** One field. @throws FormatError `schema` */
export function field<T>(what: string, object: Fields, name: string, wanted: string, fits: (v: unknown) => boolean): T {
  if (fits(object[name])) return object[name] as T;
  throw new FormatError("schema", `${what}: ${name} is ${JSON.stringify(object[name])}, expected ${wanted}.`);
}

/** A whole number from 0. @throws FormatError `schema` */
export function numberField(what: string, object: Fields, name: string): number {
  return field(what, object, name, "a whole number", (v) => Number.isSafeInteger(v) && (v as number) >= 0);
}

/** An id as decimal text. @throws FormatError `schema` */
export function idField(what: string, object: Fields, name: string): string {
  return field(what, object, name, "an id as decimal text", (v) => typeof v === "string" && /^\d{1,78}$/.test(v));
}

/** Hex of a size, in lower case. @throws FormatError `schema` */
export function hexField(what: string, object: Fields, name: string, size?: number): Hex {
  const isHex = (v: unknown) => {
    try {
      return typeof v === "string" && fromHex(v, size) !== undefined;
    } catch {
      return false;
    }
  };
  const wanted = size === undefined ? "hex" : `${size} bytes of hex`;
  return field<string>(what, object, name, wanted, isHex).toLowerCase() as Hex;
}
