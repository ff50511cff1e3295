import { shareToBytes, signIdentity } from "@colophon-protocol/sdk/keys";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import type { NodeShare } from "./share-file.js";

/**
 * Makes signature shares. A share depends on the identity alone, and every licensee of a dataset asks for the same one, so the
 * last ones are kept: no less secret than the key share beside them, and 20 ms cheaper.
 */
export class ShareSigner {
  readonly #shares = new Map<string, Uint8Array>();

  constructor(
    readonly node: NodeShare,
    private readonly capacity = 1024,
  ) {}

  /** Uncompressed G2, 192 bytes. */
  sign(identity: string): Uint8Array {
    const known = this.#shares.get(identity);
    if (known) {
      this.#shares.delete(identity);
      this.#shares.set(identity, known);
      return known;
    }
    const share = shareToBytes(signIdentity(this.node.share.secret, identity));
    this.#shares.set(identity, share);
    if (this.#shares.size > this.capacity) this.#shares.delete(this.#shares.keys().next().value as string);
    return share;
  }

  /** Lit's form: index byte, then 96 bytes of compressed G2, hex. */
  signForLit(identity: string): string {
    const point = bls12_381.G2.Point.fromBytes(this.sign(identity));
    return Buffer.concat([Buffer.of(this.node.share.index), point.toBytes(true)]).toString("hex");
  }
}
