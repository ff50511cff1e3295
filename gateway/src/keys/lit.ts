/** Lit's node protocol, as far as its client 7.4.0 needs it to encrypt and decrypt. */
import { hashConditions, identityOf } from "@colophon-protocol/sdk/keys";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { KeyNodeError } from "./errors.js";
import { verifyLitSession } from "./lit-session.js";
import { allowedCondition, type NodeContext } from "./native.js";

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
  await chain.requireValidLicense(account, condition);
  return { result: "success", signatureShare: { ProofOfPossession: context.signer.signForLit(identity) } };
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
