import {
  type Abi,
  type AbiEvent,
  type AbiFunction,
  type AbiParameter,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hex,
  parseAbiParameters,
  toEventSelector,
  toFunctionSelector,
} from "viem";
import { RunnerError } from "./errors.js";

/** As `ValueKind` of graph-ts' `ethereum`. */
export const KIND = {
  address: 0,
  fixedBytes: 1,
  bytes: 2,
  int: 3,
  uint: 4,
  bool: 5,
  string: 6,
  fixedArray: 7,
  array: 8,
  tuple: 9,
} as const;

/** A value of the ABI with its kind, as mappings see it. */
export type EthereumValue =
  | { kind: "address" | "fixedBytes" | "bytes"; value: Hex }
  | { kind: "int" | "uint"; value: bigint }
  | { kind: "bool"; value: boolean }
  | { kind: "string"; value: string }
  | { kind: "fixedArray" | "array" | "tuple"; value: EthereumValue[] };

export interface NamedValue {
  name: string;
  value: EthereumValue;
}

const ARRAY = /^(.*)\[(\d*)\]$/;

type Typed = AbiParameter & { components?: readonly AbiParameter[] };

/** @param type `uint256`, `(address,uint256)[]` and so on */
function typeText(parameter: Typed): string {
  if (!parameter.type.startsWith("tuple")) return parameter.type;
  return `(${(parameter.components ?? []).map(typeText).join(",")})${parameter.type.slice("tuple".length)}`;
}

/** @param decoded as viem decodes it: tuples are objects, or arrays where a member has no name */
function toEthereumValue(parameter: Typed, decoded: unknown): EthereumValue {
  const { type } = parameter;
  const array = ARRAY.exec(type);
  if (array) {
    const inner = { ...parameter, type: array[1] as string };
    const value = (decoded as unknown[]).map((item) => toEthereumValue(inner, item));
    return { kind: array[2] === "" ? "array" : "fixedArray", value };
  }
  if (type === "tuple") {
    const members = parameter.components ?? [];
    const value = members.map((member, index) => {
      const item = Array.isArray(decoded) ? decoded[index] : (decoded as Record<string, unknown>)[member.name ?? ""];
      return toEthereumValue(member, item);
    });
    return { kind: "tuple", value };
  }
  if (type === "address") return { kind: "address", value: (decoded as Hex).toLowerCase() as Hex };
  if (type === "bool") return { kind: "bool", value: decoded as boolean };
  if (type === "string") return { kind: "string", value: decoded as string };
  if (type.startsWith("uint")) return { kind: "uint", value: BigInt(decoded as bigint) };
  if (type.startsWith("int")) return { kind: "int", value: BigInt(decoded as bigint) };
  return { kind: type === "bytes" ? "bytes" : "fixedBytes", value: decoded as Hex };
}

/** @returns what viem encodes */
export function fromEthereumValue({ value }: EthereumValue): unknown {
  return Array.isArray(value) ? value.map(fromEthereumValue) : value;
}

/** @returns the ABI's type of a value; numbers are of 256 bits, an empty list is taken for one of numbers */
function parameterOf({ kind, value }: EthereumValue): Typed {
  switch (kind) {
    case "fixedBytes":
      return { type: `bytes${(value.length - 2) / 2}` };
    case "int":
    case "uint":
      return { type: `${kind}256` };
    case "tuple":
      return { type: "tuple", components: value.map(parameterOf) };
    case "array":
    case "fixedArray": {
      const inner = value[0] ? parameterOf(value[0]) : { type: "uint256" };
      return { ...inner, type: `${inner.type}[${kind === "array" ? "" : value.length}]` };
    }
    default:
      return { type: kind };
  }
}

/** @throws if the value has no encoding, such as bytes of a wrong length */
export function encodeValue(value: EthereumValue): Hex {
  return encodeAbiParameters([parameterOf(value)] as AbiParameter[], [fromEthereumValue(value)]);
}

/** @param types one type, such as `(address,uint256)` @throws if data are not of that type */
export function decodeValue(types: string, data: Hex): EthereumValue {
  const [parameter] = parseAbiParameters(types) as AbiParameter[];
  const [decoded] = decodeAbiParameters([parameter] as AbiParameter[], data);
  return toEthereumValue(parameter as AbiParameter, decoded);
}

/** @returns values with names, empty where the ABI has none */
export function decodeParameters(parameters: readonly AbiParameter[], data: Hex): NamedValue[] {
  if (parameters.length === 0) return [];
  const decoded = decodeAbiParameters(parameters, data) as readonly unknown[];
  return parameters.map((parameter, index) => ({
    name: parameter.name ?? "",
    value: toEthereumValue(parameter, decoded[index]),
  }));
}

/** An event of an ABI, ready to decode. */
export interface EventDecoder {
  topic: Hex;
  /** @returns undefined if the log has other topics or data than the ABI says */
  decode(topics: readonly Hex[], data: Hex): NamedValue[] | undefined;
}

const eventText = ({ name, inputs }: AbiEvent) =>
  `${name}(${inputs.map((input) => (input.indexed ? "indexed " : "") + typeText(input)).join(",")})`;
const functionText = ({ name, inputs }: AbiFunction) => `${name}(${inputs.map(typeText).join(",")})`;

/**
 * @param signature as a manifest has it: `Transfer(indexed address,uint256)`
 * @throws {RunnerError} if the ABI has no such event
 */
export function eventDecoder(abi: Abi, signature: string, place: string): EventDecoder {
  const events = abi.filter((item): item is AbiEvent => item.type === "event");
  const event = events.find((item) => eventText(item) === signature.replace(/,\s+/g, ","));
  if (!event)
    throw new RunnerError(`${place} has no event "${signature}"; it has ${events.map(eventText).join("; ") || "none"}`);
  const indexed = event.inputs.filter((input) => input.indexed);
  const inData = event.inputs.filter((input) => !input.indexed);
  return {
    topic: toEventSelector(event),
    decode(topics, data) {
      if (topics.length !== indexed.length + 1) return undefined;
      try {
        const values = decodeParameters(inData, data);
        let topic = 1;
        return event.inputs.map((input) =>
          input.indexed
            ? { name: input.name ?? "", value: fromTopic(input, topics[topic++] as Hex) }
            : (values.shift() as NamedValue),
        );
      } catch {
        return undefined;
      }
    },
  };
}

/** Of what does not fit into a topic only the hash is there. */
function fromTopic(input: AbiParameter, topic: Hex): EthereumValue {
  const dynamic = input.type === "string" || input.type === "bytes" || /\]$|^tuple/.test(input.type);
  if (dynamic) return { kind: "fixedBytes", value: topic };
  return toEthereumValue(input, decodeAbiParameters([input], topic)[0]);
}

/** A function of an ABI, ready to call and to decode. */
export interface FunctionCodec {
  selector: Hex;
  inputs: readonly AbiParameter[];
  outputs: readonly AbiParameter[];
}

/**
 * @param signature `balanceOf(address)`, in a mapping's call with `:(uint256)` behind it
 * @throws {RunnerError} if the ABI has no such function
 */
export function functionCodec(abi: Abi, signature: string, place: string): FunctionCodec {
  const functions = abi.filter((item): item is AbiFunction => item.type === "function");
  const [wanted, outputs] = signature.replace(/,\s+/g, ",").split(":");
  const found = functions.find(
    (item) => functionText(item) === wanted && (!outputs || outputs === `(${item.outputs.map(typeText).join(",")})`),
  );
  if (!found)
    throw new RunnerError(
      `${place} has no function "${signature}"; it has ${functions.map(functionText).join("; ") || "none"}`,
    );
  return { selector: toFunctionSelector(found), inputs: found.inputs, outputs: found.outputs };
}
