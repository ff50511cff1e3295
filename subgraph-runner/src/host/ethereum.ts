import { decodeValue, encodeValue } from "../ethereum-value.js";
import { readEthereumValue, readEthereumValues, writeEthereumValue, writeEthereumValues } from "../wasm/ethereum.js";
import type { Heap } from "../wasm/heap.js";
import type { Host } from "../wasm/instance.js";
import { TypeId } from "../wasm/types.js";
import type { Environment } from "./environment.js";

/** `ethereum.*` */
export function ethereumHost(environment: Environment, heap: () => Heap): Host {
  const text = (pointer: number) => heap().readString(pointer);
  const field = (pointer: number, index: number) => heap().u32(pointer + index * 4);
  return {
    "ethereum.call": (call = 0) => {
      const answer = environment.contractCall({
        contract: text(field(call, 0)),
        address: heap().readHex(field(call, 1)),
        function: text(field(call, 2)),
        signature: text(field(call, 3)),
        params: readEthereumValues(heap(), field(call, 4)),
      });
      return answer ? writeEthereumValues(heap(), answer) : 0;
    },
    "ethereum.encode": (value = 0) => {
      const plain = readEthereumValue(heap(), value);
      try {
        return heap().bytes(encodeValue(plain));
      } catch (error) {
        environment.log("warning", `ethereum.encode: ${(error as Error).message}`);
        return 0;
      }
    },
    "ethereum.decode": (types = 0, data = 0) => {
      try {
        return writeEthereumValue(heap(), decodeValue(text(types), heap().readHex(data)));
      } catch (error) {
        environment.log("warning", `ethereum.decode: ${(error as Error).message}`);
        return 0;
      }
    },
    "ethereum.getBalance": (address = 0) => heap().bigInt(environment.balance(heap().readHex(address))),
    "ethereum.hasCode": (address = 0) => {
      const code = environment.code(heap().readHex(address));
      return heap().wrapped(TypeId.WrappedBool, code === "0x" ? 0 : 1);
    },
  };
}
