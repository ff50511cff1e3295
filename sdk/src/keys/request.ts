/** The signed request for a key share, and the sealing of the answer to the key that the request names. */
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { type Address, type Hex, hashTypedData } from "viem";
import { type Message, type TypedData, typedData } from "../formats/typed-data.js";
import { KeyFormatError } from "./errors.js";

/**
 * A request for the shares of one wrapped key, EIP-712 `KeyRequest` of `spec/eip712`. The signature binds who asks (`account`), for
 * what (`licenseId`, `datasetId`, `version`, `encoding`, `conditionsHash` and `keyHash`, both sha256), from which network
 * (`networkKey`, 48 bytes), to whom the answer is sealed (`responseKey`, an ephemeral X25519 public key), and when (Unix seconds).
 */
export type KeyRequest = Message<"KeyRequest">;

/** A share sealed to `responseKey`: X25519, HKDF-SHA256, AES-256-GCM. All hex. */
export interface SealedShare {
  ephemeralKey: Hex;
  ciphertext: Hex;
}

/** Everything that a wallet needs to sign, and a node to verify, a request. */
export function keyRequestTypedData(
  request: KeyRequest,
  chainId: number,
  licenseToken: Address,
): TypedData<"KeyRequest"> {
  return typedData("KeyRequest", { chainId, licenseToken }, request);
}

/** EIP-712 digest of a request, 32 bytes: what sealing is bound to. */
export function keyRequestDigest(request: KeyRequest, chainId: number, licenseToken: Address): Hex {
  return hashTypedData(keyRequestTypedData(request, chainId, licenseToken));
}

/** Fresh X25519 key pair for one request. */
export function newResponseKey(): { secretKey: Uint8Array; publicKey: Hex } {
  const { secretKey, publicKey } = x25519.keygen();
  return { secretKey, publicKey: `0x${bytesToHex(publicKey)}` };
}

/** Fresh key agreement with a recipient: X25519, all 32 bytes. */
export type KeyAgreement = (recipient: Uint8Array) => { publicKey: Uint8Array; shared: Uint8Array };

const portableAgreement: KeyAgreement = (recipient) => {
  const { secretKey, publicKey } = x25519.keygen();
  return { publicKey, shared: x25519.getSharedSecret(secretKey, recipient) };
};

/**
 * Seals a share to the request's response key, so that who watches the answers of a threshold of nodes still learns nothing.
 * @param digest EIP-712 digest of the request; opening under another request fails.
 * @param agree replaces the portable key agreement by the platform's own
 */
export async function sealShare(
  share: Uint8Array,
  responseKey: Hex,
  digest: Hex,
  agree: KeyAgreement = portableAgreement,
): Promise<SealedShare> {
  const recipient = fromHex(responseKey, 32, "responseKey");
  const ephemeral = agree(recipient);
  const key = await sealingKey(ephemeral.shared, ephemeral.publicKey, recipient, digest);
  // A zero nonce is safe here: the key is new for every message.
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, toBuffer(share));
  return {
    ephemeralKey: `0x${bytesToHex(ephemeral.publicKey)}`,
    ciphertext: `0x${bytesToHex(new Uint8Array(sealed))}`,
  };
}

/** Opens a sealed share. @throws KeyFormatError when it was sealed for another request or altered. */
export async function openShare(
  sealed: SealedShare,
  responseKey: { secretKey: Uint8Array; publicKey: Hex },
  digest: Hex,
): Promise<Uint8Array> {
  try {
    const ephemeral = fromHex(sealed.ephemeralKey, 32, "ephemeralKey");
    const shared = x25519.getSharedSecret(responseKey.secretKey, ephemeral);
    const key = await sealingKey(shared, ephemeral, fromHex(responseKey.publicKey, 32, "responseKey"), digest);
    const ciphertext = toBuffer(hexToBytes(sealed.ciphertext.slice(2)));
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, ciphertext));
  } catch {
    throw new KeyFormatError(
      "The node's answer is not sealed to this request: expected ephemeralKey and ciphertext of this request.",
    );
  }
}

/** Bytes of 0x-prefixed hex of an exact length. @throws KeyFormatError otherwise. */
function fromHex(hex: string, length: number, name: string): Uint8Array {
  if (typeof hex !== "string" || !new RegExp(`^0x[0-9a-fA-F]{${length * 2}}$`).test(hex)) {
    throw new KeyFormatError(`${name} must be ${length} bytes as 0x-prefixed hex.`);
  }
  return hexToBytes(hex.slice(2));
}

async function sealingKey(
  shared: Uint8Array,
  ephemeral: Uint8Array,
  recipient: Uint8Array,
  digest: Hex,
): Promise<CryptoKey> {
  const info = concatBytes(utf8ToBytes("colophon/key-share/v1"), ephemeral, recipient, fromHex(digest, 32, "digest"));
  const raw = hkdf(sha256, shared, undefined, info, 32);
  return crypto.subtle.importKey("raw", toBuffer(raw), "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** WebCrypto's types want a plain ArrayBuffer behind the view. */
function toBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
