/** From a signed message to a capability token, and from a request with a token to what it may do. */
import type { Address } from "viem";
import type { AccessOracle } from "../chain/access.js";
import type { ChainReader } from "../chain/reader.js";
import { Problem, unauthorized } from "../errors.js";
import type { DpopVerifier } from "./dpop.js";
import type { SignInLimits } from "./limits.js";
import type { SignIn, SignInService } from "./siwe.js";
import type { Capability, PublishCapability, ReadCapability, TokenService } from "./tokens.js";

/** A request as far as authentication looks at it. */
export interface AuthRequest {
  method: string;
  path: string;
  authorization: string | undefined;
  dpop: string | undefined;
}

/** Answer of the token endpoints, in OAuth's words (RFC 6749 section 5.1). */
export interface TokenAnswer {
  access_token: string;
  token_type: "DPoP";
  expires_in: number;
  scope: "read" | "publish";
  datasetId: string;
  licenseId?: string;
  version?: number;
  encoding?: number;
}

export interface AuthOptions {
  /** Seconds after which the account must sign in again; tokens are refreshed until then. */
  sessionTtl: number;
  /** Accounts that may publish here; `*` for every dataset owner. */
  publishers: "*" | readonly Address[];
}

/** Signs accounts in, refreshes tokens, and checks tokens on requests. */
export class AuthService {
  constructor(
    readonly signIn: SignInService,
    readonly limits: SignInLimits,
    readonly dpop: DpopVerifier,
    readonly tokens: TokenService,
    private readonly chain: ChainReader,
    private readonly access: AccessOracle,
    private readonly options: AuthOptions,
    private readonly now: () => number = Date.now,
  ) {}

  /** Exchanges a signed message for a token, if the chain grants access now. */
  async login(request: AuthRequest, message: string, signature: string): Promise<TokenAnswer> {
    const jkt = await this.dpop.verify({ proof: request.dpop, method: request.method, path: request.path });
    const signedIn = await this.signIn.verify(message, signature, jkt);
    this.limits.signIn(signedIn.account);
    const { capability, blk } = await this.capabilityFor(signedIn);
    return this.answer(capability, { jkt, blk, authTime: Math.floor(this.now() / 1000) });
  }

  /** A new token for a token that is still good, if the chain grants access now and the session is not too old. */
  async refresh(request: AuthRequest): Promise<TokenAnswer> {
    const { capability, context } = await this.authenticate(request);
    if (this.now() / 1000 - context.authTime > this.options.sessionTtl) {
      throw unauthorized("invalid_token", `The session is older than ${this.options.sessionTtl} s: sign in again.`);
    }
    const blk = await this.recheck(capability);
    return this.answer(capability, { ...context, blk });
  }

  /**
   * The token of a request with its DPoP proof checked.
   * @throws Problem 401
   */
  async authenticate(request: AuthRequest) {
    const [scheme, token, ...rest] = request.authorization?.split(" ") ?? [];
    if (scheme?.toLowerCase() !== "dpop" || !token || rest.length > 0) {
      throw unauthorized(
        "invalid_token",
        "Expected `Authorization: DPoP <access token>`. Sign in at /v1/auth/challenge.",
      );
    }
    const verified = await this.tokens.verify(token);
    const { dpop: proof, method, path } = request;
    const jkt = await this.dpop.verify({ proof, method, path, accessToken: token });
    if (jkt !== verified.context.jkt) {
      throw unauthorized("invalid_dpop_proof", "The DPoP proof was refused: the token is bound to another key.");
    }
    return verified;
  }

  /** The read capability of a request. @throws Problem 401, 403 */
  async requireRead(request: AuthRequest): Promise<ReadCapability> {
    const { capability } = await this.authenticate(request);
    if (capability.kind === "read") return capability;
    throw new Problem(403, "not_allowed", "This token is for publishing: sign in with a license to read.");
  }

  /** The publish capability of a request for `datasetId`. @throws Problem 401, 403 */
  async requirePublish(request: AuthRequest, datasetId?: bigint): Promise<PublishCapability> {
    const { capability } = await this.authenticate(request);
    if (capability.kind !== "publish") {
      throw new Problem(403, "not_allowed", "This token is for reading: sign in with the dataset to publish.");
    }
    if (datasetId !== undefined && capability.datasetId !== datasetId) {
      throw new Problem(403, "not_allowed", `This token is for dataset ${capability.datasetId}, not ${datasetId}.`);
    }
    return capability;
  }

  private async capabilityFor({ account, scope }: SignIn): Promise<{ capability: Capability; blk: bigint }> {
    if (scope.kind === "dataset") {
      const capability: Capability = { kind: "publish", sub: account, datasetId: scope.datasetId };
      return { capability, blk: await this.requireOwner(capability) };
    }
    const { block } = await this.chain.confirmed(true);
    const { datasetId, version, encoding } = await this.access.licenseOf(scope.licenseId, block);
    const license = { licenseId: scope.licenseId, datasetId, version, encoding };
    const capability: Capability = { kind: "read", sub: account, ...license };
    return { capability, blk: await this.recheck(capability) };
  }

  private async recheck(capability: Capability): Promise<bigint> {
    if (capability.kind === "publish") return this.requireOwner(capability);
    const { licenseId, sub, datasetId, version } = capability;
    return (await this.access.require({ licenseId, user: sub, datasetId, version }, true)).block;
  }

  private async requireOwner({ sub, datasetId }: PublishCapability): Promise<bigint> {
    const { publishers } = this.options;
    if (publishers !== "*" && !publishers.some((allowed) => allowed.toLowerCase() === sub.toLowerCase())) {
      throw new Problem(403, "not_allowed", `${sub} may not publish at this provider: ask its operator.`);
    }
    const { block } = await this.chain.confirmed(true);
    const owner = await this.chain.read("datasetRegistry", "ownerOf", [datasetId], block);
    if (owner?.toLowerCase() === sub.toLowerCase()) return block;
    throw new Problem(
      403,
      "not_allowed",
      `${sub} does not own dataset ${datasetId}; its owner is ${owner ?? "nobody"}.`,
    );
  }

  private async answer(
    capability: Capability,
    context: { jkt: string; blk: bigint; authTime: number },
  ): Promise<TokenAnswer> {
    const { token, expiresIn } = await this.tokens.issue(capability, context);
    const base = {
      access_token: token,
      token_type: "DPoP" as const,
      expires_in: expiresIn,
      scope: capability.kind,
      datasetId: capability.datasetId.toString(),
    };
    if (capability.kind === "publish") return base;
    const { licenseId, version, encoding } = capability;
    return { ...base, licenseId: licenseId.toString(), version, encoding };
  }
}
