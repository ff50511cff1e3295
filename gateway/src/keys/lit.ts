/** Lit's node protocol, as far as its client 7.4.0 needs it to encrypt and decrypt. */
import { randomBytes } from "node:crypto";
import { hashConditions, identityOf, type LicenseCondition } from "@colophon-protocol/sdk/keys";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type Address, bytesToHex, type Hex } from "viem";
import { KeyNodeError } from "./errors.js";
import { verifyLitSession } from "./lit-session.js";
import { allowedCondition, type NodeContext } from "./native.js";
import type { ReleaseLog } from "./release-log.js";

interface LitRelease {
  account: Address;
  licenseId: bigint | undefined;
  condition: LicenseCondition;
  keyHash: Hex;
}

/** Answer of `POST /web/handshake`. Lit's sub-network key is the one that its client encrypts to. */
export async function litHandshake(context: NodeContext): Promise<Record<string, unknown>> {
  const { node } = context.signer;
  const publicKey = node.publicKey.slice(2);
  const [chain] = context.chains.values();
  const own = node.nodes.find((n) => n.index === node.share.index);
  return {
    serverPublicKey: own?.publicKeyShare.slice(2),
    subnetPublicKey: publicKey,
    networkPublicKey: publicKey,
    networkPublicKeySet: publicKey,
    hdRootPubkeys: [],
    latestBlockhash: await chain?.blockHash(),
  };
}

/**
 * Answer of `POST /web/encryption/sign`: the share, after session and condition were checked.
 * @throws KeyNodeError with the code that the client gets.
 */
export async function litEncryptionSign(
  context: NodeContext,
  body: unknown,
  nodeUrls: readonly string[],
): Promise<Record<string, unknown>> {
  if (typeof body !== "object" || body === null) throw new KeyNodeError("malformed", "The body must be an object.");
  const { evmContractConditions, dataToEncryptHash, authSig } = body as Record<string, unknown>;
  const { condition, chain } = allowedCondition(context, evmContractConditions);
  if (typeof dataToEncryptHash !== "string" || !/^[0-9a-f]{64}$/.test(dataToEncryptHash)) {
    throw new KeyNodeError("malformed", "dataToEncryptHash must be 64 lower-case hex digits.");
  }
  const identity = identityOf(hashConditions(evmContractConditions as unknown[]), dataToEncryptHash);
  const { clockSkew, maxSessionTtl } = context.config;
  const account = await verifyLitSession(authSig, {
    nodeUrls,
    identity,
    chain,
    clockSkew,
    maxSessionTtl,
    now: context.now,
  });
  const licenseId = await chain.requireValidLicense(account, condition);
  noteRelease(context.releases.get(chain.name), { account, licenseId, condition, keyHash: `0x${dataToEncryptHash}` });
  return { result: "success", signatureShare: { ProofOfPossession: context.signer.signForLit(identity) } };
}

/** Lit's protocol has no nonce of its own: each answer gets one. */
function noteRelease(log: ReleaseLog | undefined, { account, licenseId, condition, keyHash }: LitRelease): void {
  if (licenseId === undefined) {
    log?.lost(new Error("the chain did not say which license was selected"));
    return;
  }
  const { datasetId, version } = condition;
  log?.record({ account, licenseId, datasetId, version, keyHash, nonce: bytesToHex(randomBytes(32)) });
}

/** Lit's form of an error. Its client looks for the error code, and for 401 where access is refused. */
export function litError(c: Context, error: KeyNodeError): Response {
  const refused = error.code === "access_denied";
  const status: ContentfulStatusCode = refused ? 401 : error.status;
  return c.json(
    {
      errorKind: refused ? "Validation" : "Unexpected",
      errorCode: refused ? "NodeAccessControlConditionsReturnedNotAuthorized" : error.code,
      status,
      message: error.message,
      details: [error.message],
    },
    status,
  );
}
