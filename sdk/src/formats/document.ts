import { FormatError } from "./errors.js";
import { canonicalBytes, parseCanonical } from "./jcs.js";

/** One complaint of a validator. */
interface SchemaError {
  instancePath: string;
  keyword: string;
  message?: string;
  params: Record<string, unknown>;
}

/** A function that `spec/generate.mjs` made from a schema: no eval and no schema library at run time. */
export type CompiledSchema = ((value: unknown) => boolean) & { errors?: SchemaError[] | null };

const SHOWN_PARAMS = ["additionalProperty", "allowedValues", "allowedValue", "pattern"];

/** A kind of document: its schema, its canonical bytes and its largest size. */
export class DocumentFormat<T> {
  private readonly schema: CompiledSchema;

  /**
   * @param name said in errors
   * @param compiled from `generated/`
   * @param maxBytes canonical bytes beyond this are refused
   */
  constructor(
    private readonly name: string,
    compiled: unknown,
    private readonly maxBytes: number,
  ) {
    this.schema = compiled as CompiledSchema;
  }

  /** Checks a parsed value. @throws FormatError `schema`, naming the place and the rule */
  check(value: unknown): T {
    if (this.schema(value)) return value as T;
    const [error] = this.schema.errors ?? [];
    throw new FormatError("schema", `the ${this.name} does not match its schema${error ? explain(error) : ""}.`);
  }

  /** Reads canonical bytes. @throws FormatError `value` when too long, `not-canonical`, or `schema` */
  read(bytes: Uint8Array): T {
    this.requireSize(bytes);
    return this.check(parseCanonical(bytes));
  }

  /** Canonical bytes. @throws FormatError `schema` or `value` */
  write(value: T): Uint8Array {
    this.check(value);
    const bytes = canonicalBytes(value);
    this.requireSize(bytes);
    return bytes;
  }

  private requireSize(bytes: Uint8Array): void {
    if (bytes.length > this.maxBytes) {
      throw new FormatError("value", `the ${this.name} has ${bytes.length} bytes, expected at most ${this.maxBytes}.`);
    }
  }
}

function explain(error: SchemaError): string {
  const detail = Object.entries(error.params)
    .filter(([key]) => SHOWN_PARAMS.includes(key))
    .map(([, value]) => ` (${JSON.stringify(value)})`);
  return ` at "${error.instancePath || "/"}": it ${error.message ?? error.keyword}${detail.join("")}`;
}
