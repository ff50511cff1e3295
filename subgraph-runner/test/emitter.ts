import type { Hex } from "viem";
import { concat, numberToHex, pad } from "viem";

const CODES: Record<string, string> = {
  stop: "00",
  sub: "03",
  eq: "14",
  calldataload: "35",
  calldatasize: "36",
  calldatacopy: "37",
  mstore: "52",
  jumpi: "57",
  pop: "50",
  gas: "5a",
  zero: "5f",
  dup1: "80",
  dup4: "83",
  swap1: "90",
  log1: "a1",
  log3: "a3",
  call: "f1",
  return: "f3",
  revert: "fd",
};

/** @param program words: names of instructions, numbers and addresses to push, `@label` to push a place, `label:` for that place */
function assemble(program: string): Hex {
  const words = program.trim().split(/\s+/);
  const places = new Map<string, number>();
  let at = 0;
  for (const word of words) {
    if (word.endsWith(":")) places.set(word.slice(0, -1), at);
    at += word.endsWith(":") || CODES[word] ? 1 : word.startsWith("0x") ? 21 : 2;
  }
  const byte = (value: number) => value.toString(16).padStart(2, "0");
  const code = words.map((word) => {
    if (word.endsWith(":")) return "5b";
    if (word.startsWith("0x")) return `73${word.slice(2)}`;
    return CODES[word] ?? `60${byte(word[0] === "@" ? (places.get(word.slice(1)) as number) : Number(word))}`;
  });
  return `0x${code.join("")}`;
}

/** A contract that logs what {@link emitting} asks for; calls of 36 bytes answer 123, those of 68 bytes 1, all else reverts. */
export const EMITTER = assemble(`
  zero calldataload
  dup1 1 eq @one jumpi
  dup1 3 eq @three jumpi
  36 calldatasize eq @read jumpi
  68 calldatasize eq @write jumpi
  zero zero revert
  read: 123 zero mstore 32 zero return
  write: 1 zero mstore 32 zero return
  one: 64 calldatasize sub dup1 64 zero calldatacopy
    32 calldataload swap1 zero log1 stop
  three: 128 calldatasize sub dup1 128 zero calldatacopy
    96 calldataload 64 calldataload 32 calldataload dup4 zero log3 stop
`);

/** @returns what to send to the emitter for that event */
export const emitting = ({ topics, data }: { topics: Hex[]; data: Hex }): Hex =>
  concat([pad(numberToHex(topics.length)), ...topics, data]);

/** A contract that hands a call on, and reverts afterwards or not. */
export const handingOn = (to: Hex, reverts: boolean) =>
  assemble(`
    calldatasize zero zero calldatacopy
    zero zero calldatasize zero zero ${to} gas call pop
    zero zero ${reverts ? "revert" : "return"}
  `);
