import { concat, fromHex, type Hex, toHex, viewOf } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import { type Sha256, sha256 } from "../formats/hash.js";
import { holds } from "./refusal.js";

/** A row of 64-bit words: what a statement reads. */
export type Words = BigUint64Array;

/** Words of big-endian bytes. @throws FormatError `value` unless their number is a multiple of 8 */
export function wordsOf(bytes: Uint8Array): Words {
  if (bytes.length % 8 !== 0) {
    throw new FormatError("value", `an input has ${bytes.length} bytes, expected words of 8.`);
  }
  const view = viewOf(bytes);
  return BigUint64Array.from({ length: bytes.length / 8 }, (_, i) => view.getBigUint64(8 * i));
}

/** Big-endian bytes of words: the form in which inputs are stored and handed to the executor. */
export function wordBytes(words: Words): Uint8Array {
  const out = new Uint8Array(8 * words.length);
  const view = viewOf(out);
  for (let i = 0; i < words.length; i++) view.setBigUint64(8 * i, words[i] as bigint);
  return out;
}

/** 64-byte blocks of big-endian words, zeros behind the last. */
export function wordBlocks(words: Words): Uint8Array {
  const out = new Uint8Array(Math.ceil(words.length / 8) * 64);
  out.set(wordBytes(words));
  return out;
}

/** Reads an input from its start. Refuses as the guest does. */
export class InputReader {
  private at = 0;

  constructor(
    private readonly words: Words,
    layout: bigint,
  ) {
    holds(this.word() === layout, "layout");
  }

  /** One word. */
  word(): bigint {
    return this.take(1n)[0] as bigint;
  }

  /** `count` words. */
  take(count: bigint): Words {
    holds(count <= BigInt(this.words.length - this.at), "truncated");
    const start = this.at;
    this.at += Number(count);
    return this.words.subarray(start, this.at);
  }

  /** `count` groups of `size` words. */
  groups(count: bigint, size: number): Words[] {
    const all = this.take(count * BigInt(size));
    return Array.from({ length: Number(count) }, (_, i) => all.subarray(i * size, (i + 1) * size));
  }

  /** 32 bytes. */
  bytes32(): Uint8Array {
    return wordBytes(this.take(4n));
  }

  /** 20 bytes and 12 zeros. */
  address(): Uint8Array {
    const bytes = this.bytes32();
    holds(
      bytes.subarray(20).every((byte) => byte === 0),
      "address",
    );
    return bytes;
  }

  /** Refuses words that are left. */
  end(): void {
    holds(this.at === this.words.length, "trailing");
  }
}

/** Collects an input. */
export class InputWriter {
  private readonly parts: Uint8Array[] = [];

  /** Words, as numbers. */
  numbers(...values: (number | bigint)[]): this {
    const words = BigUint64Array.from(values, (value) => BigInt(value));
    return this.bytes(wordBytes(words));
  }

  /** Many words. */
  words(words: Words): this {
    return this.bytes(wordBytes(words));
  }

  /** Bytes in whole words. */
  bytes(bytes: Uint8Array): this {
    this.parts.push(bytes);
    return this;
  }

  /** 32 bytes of hex. */
  hex32(hex: Hex): this {
    return this.bytes(fromHex(hex, 32));
  }

  /** An address: 20 bytes and 12 zeros. */
  address(hex: Hex): this {
    return this.bytes(concat(fromHex(hex, 20), new Uint8Array(12)));
  }

  /** The input. */
  finish(): Words {
    return wordsOf(joined(this.parts));
  }
}

/** SHA-256 of bytes, as hex. */
export function digestHex(bytes: Uint8Array, hash: Sha256 = sha256): Hex {
  return toHex(hash(bytes));
}

/** The 20 bytes of an address that stands left in 32, as hex. */
export function addressHex(bytes: Uint8Array): Hex {
  return toHex(bytes.subarray(0, 20));
}

/** Joins parts of which there may be very many. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
