/**
 * graph-node gives each handler a new instance, so that nothing stays in a mapping's globals. Making instances is what would cost most here; instead one
 * instance is set back after each handler, for which its mutable globals must be exported.
 */

const SECTION = { imports: 2, globals: 6, exports: 7 } as const;
const GLOBAL = 3;
/** Export names of globals: this and the index. */
export const GLOBAL_PREFIX = "subgraph-runner:global:";

class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}
  byte(): number {
    return this.bytes[this.at++] as number;
  }
  /** LEB128, unsigned; signed numbers are only skipped with it. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return value;
    }
  }
  skipName(): void {
    const length = this.number();
    this.at += length;
  }
}

function encodeNumber(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    out.push(rest === 0 ? byte : byte | 0x80);
  } while (rest !== 0);
  return out;
}

function importedGlobals(reader: Reader): number {
  let globals = 0;
  for (let left = reader.number(); left > 0; left--) {
    reader.skipName();
    reader.skipName();
    const kind = reader.byte();
    if (kind === 0) reader.number();
    else if (kind === 1) {
      reader.byte();
      skipLimits(reader);
    } else if (kind === 2) skipLimits(reader);
    else {
      reader.at += 2;
      globals++;
    }
  }
  return globals;
}

function skipLimits(reader: Reader): void {
  const bounded = reader.byte() & 1;
  reader.number();
  if (bounded) reader.number();
}

/** A constant expression: constants and reads of other globals, up to `end`. */
function skipExpression(reader: Reader): void {
  for (let code = reader.byte(); code !== 0x0b; code = reader.byte()) {
    if (code === 0x43) reader.at += 4;
    else if (code === 0x44) reader.at += 8;
    else reader.number();
  }
}

/** @returns places of mutable globals, as they are counted in the section */
function mutableGlobals(reader: Reader): number[] {
  const mutable: number[] = [];
  const count = reader.number();
  for (let index = 0; index < count; index++) {
    reader.byte();
    if (reader.byte() === 1) mutable.push(index);
    skipExpression(reader);
  }
  return mutable;
}

function withExports(section: Uint8Array, globals: number[]): number[] {
  const reader = new Reader(section);
  const count = reader.number();
  const added = globals.flatMap((index) => {
    const name = [...new TextEncoder().encode(GLOBAL_PREFIX + index)];
    return [...encodeNumber(name.length), ...name, GLOBAL, ...encodeNumber(index)];
  });
  return [...encodeNumber(count + globals.length), ...section.subarray(reader.at), ...added];
}

/** @param wasm a valid module @returns the same module, with every mutable global of its own exported as {@link GLOBAL_PREFIX} and its index */
export function exportGlobals(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = new Reader(wasm, 8);
  const parts: Uint8Array[] = [wasm.subarray(0, 8)];
  let imported = 0;
  let mutable: number[] = [];
  while (reader.at < wasm.length) {
    const start = reader.at;
    const id = reader.byte();
    const length = reader.number();
    const body = wasm.subarray(reader.at, reader.at + length);
    reader.at += length;
    if (id === SECTION.imports) imported = importedGlobals(new Reader(body));
    if (id === SECTION.globals) mutable = mutableGlobals(new Reader(body)).map((index) => index + imported);
    if (id === SECTION.exports) {
      const grown = withExports(body, mutable);
      parts.push(Uint8Array.from([id, ...encodeNumber(grown.length), ...grown]));
    } else parts.push(wasm.subarray(start, reader.at));
  }
  return new Uint8Array(Buffer.concat(parts));
}
