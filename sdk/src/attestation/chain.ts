import { equalBytes } from "../formats/bytes.js";
import { type Certificate, type RevocationList, readCertificate, type Signed } from "./certificate.js";
import { ecdsaHolds } from "./ecdsa.js";
import { demand } from "./refusal.js";

export interface ChainParameters {
  /** From the leaf to the root. */
  chain: readonly Certificate[];
  /** The trusted root in DER. What the chain brings along is only compared with it. */
  root: Uint8Array;
  /** The verifier's clock, seconds. */
  time: number;
  /** Of each issuer at most one; an issuer without one is not asked. */
  lists?: readonly RevocationList[];
  /** What the chain is for, in words. */
  what: string;
}

/**
 * Verifies that the chain ends in the trusted root, that each certificate is signed by the next one, which may do so, and
 * that all are valid at the given time and on none of the lists.
 *
 * @returns the leaf
 * @throws AttestationRefused
 */
export function verifyChain({ chain, root, time, lists = [], what }: ChainParameters): Certificate {
  const trusted = readCertificate(root);
  const [leaf] = chain;
  const last = chain.at(-1);
  demand(leaf !== undefined && last !== undefined, "chain", `${what} has no certificate`);
  demand(equalBytes(last.der, root), "root", `${what} does not end in the trusted root`);
  demandValid(trusted, time, what);
  chain.slice(0, -1).forEach((certificate, i) => {
    const issuer = chain[i + 1] as Certificate;
    demandIssued(certificate, issuer, i, what);
    demandValid(certificate, time, what);
    demandListed(certificate, issuer, lists, time, what);
  });
  return leaf;
}

/** @param between intermediate certificates between the issued one and the leaf, the issued one included */
function demandIssued(certificate: Certificate, issuer: Certificate, between: number, what: string): void {
  demand(
    certificate.issuer === issuer.subject,
    "chain",
    `${what}: a certificate names another issuer than the next one`,
  );
  demand(
    issuer.maxPathLength !== undefined && issuer.maxPathLength >= between && issuer.signsCertificates,
    "chain",
    `${what}: an issuer may not issue this certificate`,
  );
  demand(isSignedBy(certificate, issuer), "chain", `${what}: a certificate is not signed by its issuer`);
}

function demandValid({ notBefore, notAfter }: Certificate, time: number, what: string): void {
  demand(
    notBefore <= time && time <= notAfter,
    "time",
    `${what}: a certificate holds from ${date(notBefore)} to ${date(notAfter)}, and the time is ${date(time)}`,
  );
}

function demandListed(
  certificate: Certificate,
  issuer: Certificate,
  lists: readonly RevocationList[],
  time: number,
  what: string,
): void {
  const list = lists.find((each) => each.issuer === issuer.subject);
  if (!list) return;
  demand(
    issuer.signsLists && isSignedBy(list, issuer),
    "chain",
    `${what}: a revocation list is not signed by its issuer`,
  );
  demand(
    list.thisUpdate <= time && time <= list.nextUpdate,
    "time",
    `${what}: a revocation list holds from ${date(list.thisUpdate)} to ${date(list.nextUpdate)}, and the time is ${date(time)}`,
  );
  demand(!list.serials.has(certificate.serial), "revoked", `${what}: the certificate ${certificate.serial} is revoked`);
}

function isSignedBy({ signed, signature, curve }: Signed, { publicKey }: Certificate): boolean {
  return curve === publicKey.curve && ecdsaHolds(publicKey, signed, signature, "der");
}

/** Seconds as people read them. */
export const date = (seconds: number) => new Date(seconds * 1000).toISOString().replace(".000", "");
