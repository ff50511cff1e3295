import type { Hex } from "viem";
import { BigDecimal } from "../big-decimal.js";
import { TypeId } from "./types.js";

/** What every mapping exports for its host. */
export interface HeapExports {
  memory: WebAssembly.Memory;
  __new(size: number, id: number): number;
  id_of_type(type: number): number;
}

/**
 * AssemblyScript's objects in a mapping's memory. A pointer is a number of bytes from the memory's start, zero is null. Strings are UTF-16 with their length in
 * bytes before them; `Uint8Array` is `{buffer, start, length}`, an array the same and its count; all else is a row of fields.
 */
export class Heap {
  #memory = Buffer.alloc(0);
  #ids = new Map<number, number>();

  constructor(private readonly exports: HeapExports) {}

  /** Memory moves when it grows: it is looked up each time. */
  private get memory(): Buffer {
    if (this.#memory.buffer !== this.exports.memory.buffer) this.#memory = Buffer.from(this.exports.memory.buffer);
    return this.#memory;
  }

  alloc(size: number, type: number): number {
    let id = this.#ids.get(type);
    if (id === undefined) {
      id = this.exports.id_of_type(type);
      this.#ids.set(type, id);
    }
    return this.exports.__new(size, id) >>> 0;
  }

  u32(at: number): number {
    return this.memory.readUInt32LE(at);
  }

  u64(at: number): bigint {
    return this.memory.readBigUInt64LE(at);
  }

  /** @returns the object of those pointers */
  object(type: number, fields: number[]): number {
    const pointer = this.alloc(fields.length * 4, type);
    const { memory } = this;
    for (const [index, field] of fields.entries()) memory.writeUInt32LE(field, pointer + index * 4);
    return pointer;
  }

  /** A kind and eight bytes: how values of the store, of Ethereum and of JSON are told apart. */
  tagged(type: number, kind: number, data: number | bigint): number {
    const pointer = this.alloc(16, type);
    const { memory } = this;
    memory.writeBigUInt64LE(BigInt(kind), pointer);
    memory.writeBigUInt64LE(BigInt.asUintN(64, BigInt(data)), pointer + 8);
    return pointer;
  }

  wrapped(type: number, inner: number): number {
    return this.object(type, [inner]);
  }

  string(text: string): number {
    const pointer = this.alloc(text.length * 2, TypeId.String);
    this.memory.write(text, pointer, "utf16le");
    return pointer;
  }

  readString(pointer: number): string {
    const { memory } = this;
    return memory.toString("utf16le", pointer, pointer + memory.readUInt32LE(pointer - 4));
  }

  /** @param data as `0x…` or bytes */
  bytes(data: Hex | Uint8Array): number {
    const content = typeof data === "string" ? Buffer.from(data.slice(2), "hex") : data;
    const buffer = this.alloc(content.length, TypeId.ArrayBuffer);
    this.memory.set(content, buffer);
    return this.object(TypeId.Uint8Array, [buffer, buffer, content.length]);
  }

  /** @returns a copy */
  readBytes(pointer: number): Buffer {
    const { memory } = this;
    const start = memory.readUInt32LE(pointer + 4);
    return Buffer.from(memory.subarray(start, start + memory.readUInt32LE(pointer + 8)));
  }

  readHex(pointer: number): Hex {
    return `0x${this.readBytes(pointer).toString("hex")}`;
  }

  bigInt(value: bigint): number {
    return this.bytes(signedBytes(value));
  }

  readBigInt(pointer: number): bigint {
    const bytes = this.readBytes(pointer).reverse();
    return bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString("hex")}`));
  }

  bigDecimal(value: BigDecimal): number {
    return this.object(TypeId.BigDecimal, [this.bigInt(value.digits), this.bigInt(BigInt(value.exponent))]);
  }

  readBigDecimal(pointer: number): BigDecimal {
    return BigDecimal.of(this.readBigInt(this.u32(pointer)), Number(this.readBigInt(this.u32(pointer + 4))));
  }

  array(type: number, pointers: number[]): number {
    const buffer = this.object(TypeId.ArrayBuffer, pointers);
    return this.object(type, [buffer, buffer, pointers.length * 4, pointers.length]);
  }

  readArray(pointer: number): number[] {
    const start = this.u32(pointer + 4);
    return Array.from({ length: this.u32(pointer + 12) }, (_, index) => this.u32(start + index * 4));
  }
}

/** @returns two's complement, least byte first, as short as it can be */
function signedBytes(value: bigint): Buffer {
  const magnitude = (value < 0n ? ~value : value).toString(16);
  const bits = (magnitude.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(magnitude[0] as string, 16)));
  const length = (bits >> 3) + 1;
  const hex = BigInt.asUintN(length * 8, value).toString(16);
  return Buffer.from(hex.padStart(length * 2, "0"), "hex").reverse();
}
