import { createRequire } from "node:module";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { beforeAll, describe, expect, it } from "vitest";
import {
  canonicalConditions,
  combineShares,
  decryptWithSignature,
  encryptToIdentity,
  hashConditions,
  identityOf,
  KeyFormatError,
  type KeyNetwork,
  type KeyRequest,
  KeyUnwrapError,
  keyRequestDigest,
  licenseConditions,
  newResponseKey,
  openShare,
  parseCiphertext,
  parseLicenseConditions,
  sealShare,
  shareFromBytes,
  shareToBytes,
  signIdentity,
  validateKeyNetwork,
  verifyShare,
  wrapDatasetKey,
} from "../src/keys/index.js";
import { specJson } from "./formats/vectors.js";

const require = createRequire(import.meta.url);
const fromLit = createRequire(require.resolve("@lit-protocol/lit-node-client-nodejs"));
const lit = fromLit("@lit-protocol/crypto") as {
  encrypt(publicKey: string, message: Uint8Array, identity: Uint8Array): Promise<string>;
  verifyAndDecryptWithSignatureShares(
    publicKey: string,
    identity: Uint8Array,
    ciphertext: string,
    shares: { ProofOfPossession: string }[],
  ): Promise<Uint8Array>;
};
const litConditions = fromLit("@lit-protocol/access-control-conditions") as {
  hashEVMContractConditions(conditions: unknown[]): Promise<ArrayBuffer>;
  validateEVMContractConditionsSchema(conditions: unknown[]): Promise<boolean>;
};

const Fr = bls12_381.fields.Fr;
const G1 = bls12_381.G1.Point;
const LICENSE_TOKEN = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const identity = identityOf("11".repeat(32), "22".repeat(32));
const utf8 = (text: string) => new TextEncoder().encode(text);
const publicKeyOf = (secret: bigint) => G1.BASE.multiply(secret).toHex(true);
const randomKey = () => crypto.getRandomValues(new Uint8Array(32));

/** f(x) = a + b·x; shares are f(1), f(2), f(3), and the network key is a. */
const a = Fr.create(0x1234_5678_9abc_def0_1234_5678_9abc_def0n ** 2n);
const b = Fr.create(0x0fed_cba9_8765_4321n ** 3n);
const shareOf = (index: number) => Fr.add(a, Fr.mul(b, BigInt(index)));
const network: KeyNetwork = {
  publicKey: `0x${publicKeyOf(a)}`,
  threshold: 2,
  nodes: [1, 2, 3].map((index) => ({
    index,
    url: `http://127.0.0.1:${7000 + index}`,
    publicKeyShare: `0x${publicKeyOf(shareOf(index))}`,
  })),
};
const sign = (index: number, name = identity) => ({ index, point: signIdentity(shareOf(index), name) });

/** A point on the curve of G2, but outside the subgroup: y² = x³ + 4(1 + u) at the first x that has one. */
function outsidePoint() {
  const { Fp2 } = bls12_381.fields;
  for (let c0 = 1n; ; c0++) {
    const x = Fp2.create({ c0, c1: 0n });
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), Fp2.create({ c0: 4n, c1: 4n })));
      const point = bls12_381.G2.Point.fromAffine({ x, y });
      if (!point.isTorsionFree()) return point;
    } catch {
      // No square root: the next x.
    }
  }
}
const OUTSIDE = outsidePoint();

function conditions(datasetId = 7n, version = 1, uses = 1) {
  return licenseConditions({ chainId: 31337, licenseToken: LICENSE_TOKEN, datasetId, version, uses });
}

describe("identity-based encryption", () => {
  it("opens what it wrapped with the shares of any two of three nodes", () => {
    const key = randomKey();
    const ciphertext = parseCiphertext(encryptToIdentity(network.publicKey, identity, key));
    for (const pair of [
      [1, 2],
      [3, 1],
      [2, 3],
    ]) {
      const { point, divisor } = combineShares(pair.map((index) => sign(index)));
      expect(decryptWithSignature(ciphertext, point, divisor)).toEqual(key);
    }
  });

  it("refuses one share, a share of another identity and an altered ciphertext", () => {
    const bytes = encryptToIdentity(network.publicKey, identity, randomKey());
    const ciphertext = parseCiphertext(bytes);
    const one = combineShares([sign(1)]);
    expect(() => decryptWithSignature(ciphertext, one.point, one.divisor)).toThrow(KeyUnwrapError);
    const other = combineShares([sign(1, identityOf("33".repeat(32), "22".repeat(32))), sign(2)]);
    expect(() => decryptWithSignature(ciphertext, other.point, other.divisor)).toThrow(KeyUnwrapError);
    const good = combineShares([sign(1), sign(2)]);
    for (const position of [50, 90, 113]) {
      const altered = bytes.slice();
      altered[position] = (altered[position] as number) ^ 1;
      expect(() => decryptWithSignature(parseCiphertext(altered), good.point, good.divisor)).toThrow(KeyUnwrapError);
    }
  });

  it("opens what Lit's own crypto wrapped", async () => {
    const key = randomKey();
    const base64 = await lit.encrypt(network.publicKey.slice(2), key, utf8(identity));
    const ciphertext = parseCiphertext(Uint8Array.from(Buffer.from(base64, "base64")));
    const { point, divisor } = combineShares([sign(1), sign(3)]);
    expect(decryptWithSignature(ciphertext, point, divisor)).toEqual(key);
  });

  it("wraps what Lit's own crypto opens", async () => {
    const key = randomKey();
    const ciphertext = Buffer.from(encryptToIdentity(network.publicKey, identity, key)).toString("base64");
    const shares = [2, 3].map((index) => ({
      ProofOfPossession: Buffer.concat([Buffer.of(index), sign(index).point.toBytes(true)]).toString("hex"),
    }));
    const opened = await lit.verifyAndDecryptWithSignatureShares(
      network.publicKey.slice(2),
      utf8(identity),
      ciphertext,
      shares,
    );
    expect(new Uint8Array(opened)).toEqual(key);
  });

  it("refuses keys of another length and public keys that are none", () => {
    expect(() => encryptToIdentity(network.publicKey, identity, new Uint8Array(31))).toThrow(/32 bytes/);
    expect(() => encryptToIdentity(`0x${"00".repeat(48)}`, identity, randomKey())).toThrow(KeyFormatError);
    expect(() => encryptToIdentity(`0xc0${"00".repeat(47)}`, identity, randomKey())).toThrow(KeyFormatError);
    expect(() => parseCiphertext(new Uint8Array(115))).toThrow(KeyFormatError);
  });
});

describe("shares", () => {
  it("are verified against the public key share of their node", () => {
    const { point } = sign(1);
    expect(verifyShare(network.nodes[0]?.publicKeyShare as string, identity, point)).toBe(true);
    expect(verifyShare(network.nodes[1]?.publicKeyShare as string, identity, point)).toBe(false);
    expect(verifyShare(network.nodes[0]?.publicKeyShare as string, `${identity}0`, point)).toBe(false);
  });

  it("travel uncompressed, and only as points of the group", () => {
    const bytes = shareToBytes(sign(1).point);
    expect(bytes.length).toBe(192);
    expect(shareFromBytes(bytes).equals(sign(1).point)).toBe(true);
    for (const bad of [bytes.subarray(1), new Uint8Array([...bytes, 0]), bytes.map((x, i) => (i === 0 ? x | 0x80 : x))])
      expect(() => shareFromBytes(bad)).toThrow(KeyFormatError);
    const offCurve = shareFromBytes(bytes.map((x, i) => (i === 191 ? x ^ 1 : x)));
    const nowhere = shareFromBytes(new Uint8Array(192));
    const ciphertext = parseCiphertext(encryptToIdentity(network.publicKey, identity, randomKey()));
    for (const point of [offCurve, nowhere, OUTSIDE]) {
      expect(verifyShare(network.nodes[0]?.publicKeyShare as string, identity, point)).toBe(false);
      const { point: sum, divisor } = combineShares([{ index: 1, point }, sign(2)]);
      expect(() => decryptWithSignature(ciphertext, sum, divisor)).toThrow(KeyUnwrapError);
    }
  });

  it("need distinct indices within range", () => {
    expect(() => combineShares([])).toThrow(KeyFormatError);
    expect(() => combineShares([sign(1), sign(1)])).toThrow(/distinct/);
    expect(() => combineShares([{ index: 0, point: sign(1).point }])).toThrow(/1 to 255/);
  });

  it("prove that a network description belongs together", () => {
    expect(() => validateKeyNetwork(network)).not.toThrow();
    const [first, second, third] = network.nodes as [never, never, { publicKeyShare: string }];
    const swapped = [first, second, { ...third, publicKeyShare: `0x${publicKeyOf(5n)}` }] as KeyNetwork["nodes"];
    expect(() => validateKeyNetwork({ ...network, nodes: swapped })).toThrow(/do not belong/);
    expect(() => validateKeyNetwork({ ...network, threshold: 4 })).toThrow(/threshold/);
    expect(() => validateKeyNetwork({ ...network, nodes: [first, first, third] as KeyNetwork["nodes"] })).toThrow(
      /share an/,
    );
  });
});

describe("conditions", () => {
  it("pass Lit's schema and hash as Lit hashes them", async () => {
    const built = conditions();
    expect(await litConditions.validateEVMContractConditionsSchema(built)).toBe(true);
    expect(hashConditions(built)).toBe(
      Buffer.from(await litConditions.hashEVMContractConditions(built)).toString("hex"),
    );
  });

  it("read back what was built, also when a client left out or added fields that do not count", () => {
    const [condition] = JSON.parse(canonicalConditions(conditions(9n, 3, 5)));
    condition.functionAbi.type = "function";
    delete condition.functionAbi.constant;
    expect(parseLicenseConditions([condition])).toEqual({
      chain: "goerli",
      licenseToken: LICENSE_TOKEN,
      datasetId: 9n,
      version: 3,
      uses: 5,
    });
  });

  const [base] = conditions();
  it.each([
    ["two conditions", [base, base]],
    ["none", []],
    ["another function", [{ ...base, functionName: "accessOf" }]],
    ["another test", [{ ...base, returnValueTest: { key: "", comparator: "!=", value: "true" } }]],
    ["another user than the caller", [{ ...base, functionParams: [LICENSE_TOKEN, "7", "1", "1"] }]],
    ["a use mask of zero", [{ ...base, functionParams: [":userAddress", "7", "1", "0"] }]],
    ["a number with leading zero", [{ ...base, functionParams: [":userAddress", "07", "1", "1"] }]],
    ["an address that is none", [{ ...base, contractAddress: "0x12" }]],
    ["an address in other letters", [{ ...base, contractAddress: LICENSE_TOKEN.toLowerCase() }]],
    ["a state-changing ABI", [{ ...base, functionAbi: { ...base?.functionAbi, stateMutability: "payable" } }]],
    ["no ABI", [{ ...base, functionAbi: undefined }]],
    ["text", "hasValidLicense"],
    ["null", [null]],
  ])("refuse %s", (_, value) => {
    expect(() => parseLicenseConditions(value)).toThrow(KeyFormatError);
  });

  it("need a chain name that Lit knows, and numbers within range", () => {
    expect(() =>
      licenseConditions({ chainId: 999_999, licenseToken: LICENSE_TOKEN, datasetId: 1n, version: 1, uses: 1 }),
    ).toThrow(/chain 999999/);
    expect(() => conditions(0n)).toThrow(/datasetId/);
    expect(() => conditions(1n << 40n)).toThrow(/datasetId/);
    expect(() => conditions(1n, 1.5)).toThrow(/version/);
    expect(() => conditions(1n, 1, 1 << 16)).toThrow(/uses/);
  });
});

describe("wrapping", () => {
  let key: Uint8Array;
  beforeAll(() => {
    key = randomKey();
  });

  it("binds the key to conditions and network", () => {
    const wrapped = wrapDatasetKey({ networkPublicKey: network.publicKey, conditions: conditions(), key });
    expect(wrapped.networkPublicKey).toBe(network.publicKey);
    const name = identityOf(hashConditions(conditions()), wrapped.keyHash.slice(2));
    const { point, divisor } = combineShares([sign(1, name), sign(2, name)]);
    const ciphertext = parseCiphertext(Uint8Array.from(Buffer.from(wrapped.ciphertext, "base64")));
    expect(decryptWithSignature(ciphertext, point, divisor)).toEqual(key);
  });

  it("refuses conditions that nodes would refuse", () => {
    const [condition] = conditions();
    const refused = [{ ...condition, functionName: "balanceOf" }] as ReturnType<typeof conditions>;
    expect(() => wrapDatasetKey({ networkPublicKey: network.publicKey, conditions: refused, key })).toThrow(
      KeyFormatError,
    );
  });
});

describe("signed requests", () => {
  it("have the digests of the vectors", () => {
    const { domain, messages } = specJson("vectors/eip712.json");
    const vectors = messages.filter((vector: { primaryType: string }) => vector.primaryType === "KeyRequest");
    expect(vectors).toHaveLength(2);
    for (const { message, digest } of vectors) {
      const [licenseId, datasetId] = [BigInt(message.licenseId), BigInt(message.datasetId)];
      const request = { ...message, licenseId, datasetId } as KeyRequest;
      expect(keyRequestDigest(request, domain.chainId, domain.verifyingContract)).toBe(digest);
    }
  });
});

describe("sealed answers", () => {
  const digest = `0x${"ab".repeat(32)}` as const;

  it("open with the key and the request that they were sealed for, and with nothing else", async () => {
    const mine = newResponseKey();
    const share = shareToBytes(sign(1).point);
    const sealed = await sealShare(share, mine.publicKey, digest);
    expect(await openShare(sealed, mine, digest)).toEqual(share);
    await expect(openShare(sealed, newResponseKey(), digest)).rejects.toThrow(KeyFormatError);
    await expect(openShare(sealed, mine, `0x${"cd".repeat(32)}`)).rejects.toThrow(KeyFormatError);
    const last = Number.parseInt(sealed.ciphertext.slice(-2), 16) ^ 1;
    const ciphertext = `${sealed.ciphertext.slice(0, -2)}${last.toString(16).padStart(2, "0")}` as `0x${string}`;
    const altered = { ...sealed, ciphertext };
    await expect(openShare(altered, mine, digest)).rejects.toThrow(KeyFormatError);
  });
});
