/** Signed messages as files, to hand from one side to the other: `{ message, signature, … }`. */

import { writeFile } from "node:fs/promises";
import { type Message, type MessageName, messageFromJson, messageToJson } from "@colophon-protocol/sdk/formats";
import { type Hex, isHex } from "viem";
import { CliError, EXIT } from "./exit-codes.js";
import { type Printable, toJson } from "./output.js";
import { readJsonFile } from "./settings.js";

/** A message with the signatures under it. */
export interface SignedFile<name extends MessageName> {
  message: Message<name>;
  signature: Hex;
  /** A second one under the same message, where the offer wants it. */
  countersignature?: Hex | undefined;
}

/** What is printed and written of a signed message. */
export function shownSigned<name extends MessageName>(signed: SignedFile<name>): { [key: string]: Printable } {
  const { message, signature, countersignature } = signed;
  return {
    message: messageToJson(message) as { [key: string]: Printable },
    signature,
    ...(countersignature ? { countersignature } : {}),
  };
}

/** Writes it, with what goes along unsigned: data of which the message has the hash, a proof of its place. */
export async function writeSigned<name extends MessageName>(
  path: string,
  signed: SignedFile<name>,
  besides: { [key: string]: Printable } = {},
): Promise<void> {
  await writeFile(path, `${toJson({ ...shownSigned(signed), ...besides })}\n`);
}

/** @throws CliError, FormatError naming what is wrong with the file */
export async function readSigned<name extends MessageName>(name: name, path: string): Promise<SignedFile<name>> {
  const { message, signature, countersignature } = ((await readJsonFile(path)) ?? {}) as Record<string, unknown>;
  if (!isHex(signature))
    throw new CliError(`${path} holds no signature.`, EXIT.usage, "Expected { message, signature }.");
  return {
    message: messageFromJson(name, message),
    signature,
    countersignature: isHex(countersignature) ? countersignature : undefined,
  };
}
