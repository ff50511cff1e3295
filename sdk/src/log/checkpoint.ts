/** Heads of a log (C2SP tlog-checkpoint), signed as a note and, so that contracts can judge it, as EIP-712 message. */
import { base64pad } from "multiformats/bases/base64";
import { type Account, type Address, isAddressEqual, keccak256, recoverTypedDataAddress, stringToHex } from "viem";
import type { Hex } from "../formats/bytes.js";
import { concat, fromHex, toHex, u64be, utf8, viewOf } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import { type DomainParameters, type Message, typedData } from "../formats/typed-data.js";
import { type NoteSigner, type NoteVerifier, noteKeyId, openNote, parseNote, signNote } from "./note.js";

/** Signature types without an assigned byte: 0xff, then a name. */
const OTHER = 0xff;
const EIP712 = utf8("colophon eip712-checkpoint v1");

/** A head: the root over the first `size` entries of the log named `origin`. */
export interface LogHead {
  origin: string;
  size: number;
  /** 32 bytes. */
  root: Uint8Array;
}

/** Whose log it is on which chain, and which account signs its heads there: the provider, or its key for logs. */
export interface LogAuthority extends DomainParameters {
  provider: Address;
  signer: Address;
}

/** The signature that contracts take. */
export interface ChainSignature {
  head: Message<"Checkpoint">;
  signer: Address;
  signature: Hex;
}

/** A head whose signatures were checked. `onChain` where the authority was given and signed. */
export interface OpenedCheckpoint extends LogHead {
  note: string;
  onChain?: ChainSignature;
}

/** The text that is signed: origin, size and root, a line each. */
export function formatCheckpoint({ origin, size, root }: LogHead): string {
  return `${origin}\n${size}\n${base64pad.baseEncode(root)}\n`;
}

/**
 * Reads the text of a checkpoint. Extension lines are allowed and passed over.
 * @throws FormatError `value` when it is none
 */
export function parseCheckpoint(text: string): LogHead {
  const [origin = "", size = "", root = "", ...rest] = text.split("\n");
  const bytes = /^[A-Za-z0-9+/]{43}=$/.test(root) ? base64pad.baseDecode(root) : new Uint8Array();
  const count = /^(0|[1-9][0-9]{0,15})$/.test(size) ? Number(size) : Number.NaN;
  const ends = rest.pop() === "" && rest.every((line) => line !== "");
  if (origin === "" || !Number.isSafeInteger(count) || bytes.length !== 32 || !ends) {
    throw new FormatError(
      "value",
      "this is no checkpoint: expected an origin, a size and a root of 32 bytes, a line each.",
    );
  }
  return { origin, size: count, root: bytes };
}

/** The message that the provider's signature on chain is over. `signedAt` in seconds. */
export function checkpointMessage(head: LogHead, provider: Address, signedAt: number): Message<"Checkpoint"> {
  const originHash = keccak256(stringToHex(head.origin));
  return { provider, originHash, size: BigInt(head.size), root: toHex(head.root), signedAt };
}

/**
 * A note's signature line for contracts: type 0xff, named, over the EIP-712 message Checkpoint. Its bytes are the seconds of
 * `signedAt` (u64, big endian) and the signature.
 */
export function chainSigner(
  origin: string,
  authority: LogAuthority,
  account: Pick<Account, "address"> & { signTypedData?: Account["signTypedData"] },
  signedAt: number,
): NoteSigner {
  const sign = account.signTypedData;
  if (!sign || !isAddressEqual(account.address, authority.signer)) {
    throw new FormatError(
      "value",
      `the account cannot sign as ${authority.signer}: expected a local account of that address.`,
    );
  }
  return {
    name: origin,
    keyId: chainKeyId(origin, authority),
    sign: async (text) => {
      const message = checkpointMessage(parseCheckpoint(new TextDecoder().decode(text)), authority.provider, signedAt);
      return concat(u64be(signedAt), fromHex(await sign(typedData("Checkpoint", authority, message))));
    },
  };
}

/** Signs a head: a note under all signers' lines. */
export const signCheckpointNote = (head: LogHead, signers: readonly NoteSigner[]): Promise<string> =>
  signNote(formatCheckpoint(head), signers);

/**
 * The head that a note is about, with its signatures checked: the log's own, and where `authority` is given also the one for
 * contracts, by recovery (an account with code is asked by contracts alone).
 * @param log the log's key, as `ed25519Verifier` reads it; its name is the log's origin
 * @throws FormatError `value` when it is no checkpoint of that log, `signature` when one of the two is missing or not valid
 */
export async function openCheckpoint(
  note: string,
  log: NoteVerifier,
  authority?: LogAuthority,
): Promise<OpenedCheckpoint> {
  const { text } = await openNote(note, [log]);
  const head = parseCheckpoint(text);
  if (head.origin !== log.name) {
    throw new FormatError("mismatch", `the checkpoint is of ${head.origin}, expected the log ${log.name}.`);
  }
  return { ...head, note, ...(authority && { onChain: await openChainSignature(note, head, authority) }) };
}

async function openChainSignature(note: string, head: LogHead, authority: LogAuthority): Promise<ChainSignature> {
  const keyId = chainKeyId(head.origin, authority);
  const line = parseNote(note).signatures.find((one) => one.name === head.origin && one.keyId === keyId);
  if (!line || line.signature.length < 9) {
    throw new FormatError("signature", `the checkpoint has no signature for contracts by ${authority.signer}.`);
  }
  const signedAt = Number(viewOf(line.signature).getBigUint64(0));
  const signature = toHex(line.signature.slice(8));
  const message = checkpointMessage(head, authority.provider, signedAt);
  const by = await recoverTypedDataAddress({ ...typedData("Checkpoint", authority, message), signature }).catch(
    () => null,
  );
  if (!by || !isAddressEqual(by, authority.signer)) {
    throw new FormatError("signature", `the checkpoint's signature for contracts is not by ${authority.signer}.`);
  }
  return { head: message, signer: authority.signer, signature };
}

function chainKeyId(origin: string, { chainId, licenseToken, provider, signer }: LogAuthority): number {
  const key = concat(EIP712, u64be(chainId), fromHex(licenseToken, 20), fromHex(provider, 20), fromHex(signer, 20));
  return noteKeyId(origin, OTHER, key);
}
