import { keccak256 } from "viem";
import { RunnerError } from "../errors.js";
import type { Heap } from "../wasm/heap.js";
import type { Host } from "../wasm/instance.js";
import { type Json, parseJson, writeJson } from "../wasm/json.js";
import { TypeId } from "../wasm/types.js";
import { parseBigInt } from "./numbers.js";

const ADDRESS = /^(?:0x)?([0-9a-fA-F]{40})$/;
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** As Bitcoin writes bytes: leading zero bytes are ones. */
function base58(bytes: Buffer): string {
  const zeros = bytes.findIndex((byte) => byte !== 0);
  let text = "";
  for (let rest = BigInt(`0x0${bytes.toString("hex")}`); rest > 0n; rest /= 58n)
    text = BASE58[Number(rest % 58n)] + text;
  return "1".repeat(zeros === -1 ? bytes.length : zeros) + text;
}

/** @throws {RunnerError} unless it lies between those limits */
function bounded(text: string, least: bigint, most: bigint, type: string): bigint {
  const value = parseBigInt(text);
  if (value < least || value > most) throw new RunnerError(`${text} does not fit ${type}`);
  return value;
}

/** `typeConversion.*`, `json.*` and `crypto.*` */
export function conversionHost(heap: () => Heap): Host {
  const text = (pointer: number | undefined) => heap().readString(pointer as number);
  const json = (bytes: number): Json => parseJson(heap().readBytes(bytes).toString());
  return {
    // Texts out of fixed fields of contracts end with zeros.
    "typeConversion.bytesToString": (bytes = 0) =>
      heap().string(heap().readBytes(bytes).toString().replace(/\0+$/, "")),
    "typeConversion.bytesToHex": (bytes = 0) => heap().string(heap().readHex(bytes)),
    "typeConversion.bytesToBase58": (bytes = 0) => heap().string(base58(heap().readBytes(bytes))),
    "typeConversion.bigIntToString": (value = 0) => heap().string(heap().readBigInt(value).toString()),
    // graph-node writes the magnitude.
    "typeConversion.bigIntToHex": (value = 0) => {
      const number = heap().readBigInt(value);
      return heap().string(`0x${(number < 0n ? -number : number).toString(16)}`);
    },
    "typeConversion.stringToH160": (address) => {
      const found = ADDRESS.exec(text(address));
      if (!found) throw new RunnerError(`"${text(address)}" is not an address: expected 40 hexadecimal digits`);
      return heap().bytes(`0x${found[1]}`);
    },
    "json.fromBytes": (bytes = 0) => writeJson(heap(), json(bytes)),
    "json.try_fromBytes": (bytes = 0) => {
      try {
        const value = writeJson(heap(), json(bytes));
        return heap().object(TypeId.ResultJsonValueBool, [heap().wrapped(TypeId.WrappedJsonValue, value), 0]);
      } catch {
        return heap().object(TypeId.ResultJsonValueBool, [0, heap().wrapped(TypeId.WrappedBool, 1)]);
      }
    },
    "json.toI64": (number) => bounded(text(number), -(2n ** 63n), 2n ** 63n - 1n, "i64"),
    "json.toU64": (number) => bounded(text(number), 0n, 2n ** 64n - 1n, "u64"),
    "json.toF64": (number) => Number(text(number)),
    "json.toBigInt": (number) => heap().bigInt(parseBigInt(text(number))),
    "crypto.keccak256": (bytes = 0) => heap().bytes(keccak256(heap().readBytes(bytes))),
  };
}
