import type { Hex } from "../formats/bytes.js";
import { checkAdherence } from "./adherence.js";
import { type AdherenceValues, encodeAdherenceValues } from "./public-values.js";
import { type RefusalCode, StatementRefused } from "./refusal.js";
import { type Words, wordBytes } from "./words.js";

/** What `colophon-execute` says of one execution of the guest. */
export interface GuestReport {
  /** Zero unless the program refused its input. */
  exitCode: number;
  /** Cycles as SP1 counts them. */
  cycles: number;
  publicValues: Hex;
  /** What the program said; its refusal. */
  said: string;
}

/** Runs the guest on an input: bytes of big-endian words. */
export type GuestRunner = (input: Uint8Array) => Promise<GuestReport>;

/** A statement that held when it was executed. Nothing is proven by that. */
export interface Execution {
  /** Who executed: the guest itself, or the same statement in TypeScript. */
  by: "guest" | "reference";
  /** Only of the guest. */
  cycles?: number;
  publicValues: Hex;
  values: AdherenceValues;
}

/** How one says who executed. */
export const EXECUTED_BY: Record<Execution["by"], string> = {
  guest: "the guest program itself, by SP1's executor",
  reference: "the reference implementation in TypeScript (the guest was not executed)",
};

/**
 * Executes the adherence statement: by the guest where there is one to run, and by the reference implementation always, whose
 * values must be the same.
 * @throws StatementRefused with the reason when it does not hold
 */
export async function executeAdherence(input: Words, guest?: GuestRunner): Promise<Execution> {
  const report = await guest?.(wordBytes(input));
  if (report && report.exitCode !== 0) throw refusalOf(report);
  const values = checkAdherence(input);
  const publicValues = encodeAdherenceValues(values);
  if (!report) return { by: "reference", publicValues, values };
  if (report.publicValues !== publicValues) {
    throw new Error(
      `The guest committed ${report.publicValues}, and the reference implementation ${publicValues}: ` +
        "they are of different versions. Rebuild both from one tree.",
    );
  }
  return { by: "guest", cycles: report.cycles, publicValues, values };
}

function refusalOf({ exitCode, said }: GuestReport): Error {
  const code = /refused: ([a-z0-9-]+)/.exec(said)?.[1] as RefusalCode | undefined;
  if (code) return new StatementRefused(code);
  return new Error(`The guest ended with ${exitCode} and gave no reason: ${said.trim()}`);
}
