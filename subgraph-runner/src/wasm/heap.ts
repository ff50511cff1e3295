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
  #bytes = Buffer.alloc(0);
  #words = new Uint32Array();
  #longs = new BigUint64Array();
  #ids = new Map<number, number>();

  constructor(private readonly exports: HeapExports) {}

  /** Memory moves when it grows, which leaves views of the old one without length. */
  private look(): void {
    if (this.#words.length > 0) return;
    const { buffer } = this.exports.memory;
    this.#bytes = Buffer.from(buffer);
    this.#words = new Uint32Array(buffer);
    this.#longs = new BigUint64Array(buffer);
  }

  private get memory(): Buffer {
    this.look();
    return this.#bytes;
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
    this.look();
    return this.#words[at >>> 2] as number;
  }

  u64(at: number): bigint {
    this.look();
    return this.#longs[at >>> 3] as bigint;
  }

  /** @returns the object of those pointers */
  object(type: number, fields: number[]): number {
    const pointer = this.alloc(fields.length * 4, type);
    this.look();
    this.#words.set(fields, pointer >>> 2);
    return pointer;
  }

  /** A kind and eight bytes: how values of the store, of Ethereum and of JSON are told apart. */
  tagged(type: number, kind: number, data: number | bigint): number {
    const pointer = this.alloc(16, type);
    this.look();
    const at = pointer >>> 2;
    this.#words[at] = kind;
    this.#words[at + 1] = 0;
    if (typeof data === "bigint") this.#longs[(pointer + 8) >>> 3] = data;
    else {
      this.#words[at + 2] = data;
      this.#words[at + 3] = data < 0 ? 0xffffffff : 0;
    }
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
    return this.memory.toString("utf16le", pointer, pointer + this.u32(pointer - 4));
  }

  /** @param data as `0x…` or bytes */
  bytes(data: Hex | Uint8Array): number {
    const text = typeof data === "string";
    const length = text ? (data.length - 2) / 2 : data.length;
    const buffer = this.alloc(length, TypeId.ArrayBuffer);
    if (text) this.memory.write(data.slice(2), buffer, "hex");
    else this.memory.set(data, buffer);
    return this.object(TypeId.Uint8Array, [buffer, buffer, length]);
  }

  /** @returns a copy */
  readBytes(pointer: number): Buffer {
    return Buffer.from(this.view(pointer));
  }

  readHex(pointer: number): Hex {
    return `0x${this.view(pointer).toString("hex")}`;
  }

  private view(pointer: number): Buffer {
    const start = this.u32(pointer + 4);
    return this.#bytes.subarray(start, start + this.u32(pointer + 8));
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
function signedBytes(value: bigint): Uint8Array {
  if (value >= 0n && value < 0x80n) return Uint8Array.of(Number(value));
  const magnitude = (value < 0n ? ~value : value).toString(16);
  const bits = (magnitude.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(magnitude[0] as string, 16)));
  const length = (bits >> 3) + 1;
  const hex = BigInt.asUintN(length * 8, value).toString(16);
  return Buffer.from(hex.padStart(length * 2, "0"), "hex").reverse();
}
