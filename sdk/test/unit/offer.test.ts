import { licenseMarketAbi } from "@colophon-protocol/contracts";
import {
  decodeFunctionData,
  encodeAbiParameters,
  getAbiItem,
  type Hex,
  keccak256,
  toFunctionSelector,
  zeroAddress,
  zeroHash,
} from "viem";
import { describe, expect, it } from "vitest";
import {
  authorizationNonce,
  buildOffer,
  ColophonError,
  escrowTermsDefaults,
  offerId,
  offerToJson,
  openOffer,
  packEscrowTerms,
  parseOffer,
  sortMembers,
  splitHash,
  unpackEscrowTerms,
} from "../../src/index.js";

const seller = "0x1111111111111111111111111111111111111111";
const token = "0x2222222222222222222222222222222222222222";
const provider = "0x3333333333333333333333333333333333333333";
const terms: Hex = `0x${"ab".repeat(32)}`;
const input = { seller, datasetId: 7n, termsId: terms, token, price: 250_000_000n, provider } as const;

describe("offers", () => {
  it("fills in one edition-less, open-ended escrow offer of the first version", () => {
    const offer = buildOffer({ ...input, salt: 1n });
    expect(offer).toMatchObject({
      version: 1,
      encoding: 1,
      split: 0,
      rail: 1,
      editions: 0,
      exclusive: false,
      arbitrator: zeroAddress,
    });
    expect(unpackEscrowTerms(offer.railTerms)).toEqual(escrowTermsDefaults);
  });

  it("draws a new salt each time, so equal offers differ", () => {
    expect(offerId(buildOffer(input))).not.toBe(offerId(buildOffer(input)));
  });

  it("identifies an offer by the words of its static struct", () => {
    const offer = buildOffer({ ...input, salt: 5n });
    const { data } = openOffer.call({ chain: undefined }, { offer, address: token });
    // Calldata of open(offer) is the selector and exactly abi.encode(offer), because the struct is static.
    expect(data.slice(0, 10)).toBe(toFunctionSelector(getAbiItem({ abi: licenseMarketAbi, name: "open" })));
    expect(offerId(offer)).toBe(keccak256(`0x${data.slice(10)}`));
    expect(decodeFunctionData({ abi: licenseMarketAbi, data }).args).toEqual([offer]);
  });

  it.each([
    ["price", { price: 0n }, /price is 0/],
    ["dataset", { datasetId: 0n }, /datasetId is 0/],
    ["times", { opensAt: 20, closesAt: 10 }, /closesAt 10 is not after opensAt 20/],
  ])("refuses a senseless %s", (_, change, message) => {
    expect(() => buildOffer({ ...input, ...change })).toThrow(message);
  });

  it("travels as JSON without losing a bit", () => {
    const offer = buildOffer({ ...input, salt: 2n ** 255n, opensAt: 1, closesAt: 2, editions: 3, exclusive: true });
    expect(parseOffer(JSON.parse(JSON.stringify(offerToJson(offer))))).toEqual(offer);
  });

  it.each([
    [{ price: "-1" }, /price is "-1"/],
    [{ price: (2n ** 128n).toString() }, /price/],
    [{ version: 1.5 }, /version is 1.5/],
    [{ seller: "0x12" }, /seller is "0x12"/],
    [{ termsId: "0xzz" }, /termsId/],
    [{ railTerms: [zeroHash] }, /railTerms/],
    [{ exclusive: "no" }, /exclusive is "no"/],
  ])("names the field that is wrong in %j", (change, message) => {
    const json = { ...offerToJson(buildOffer(input)), ...change };
    expect(() => parseOffer(json)).toThrow(message);
    expect(() => parseOffer(json)).toThrow(ColophonError);
  });
});

describe("escrow terms", () => {
  it("packs every field where the contract has it", () => {
    const [windows, bond] = packEscrowTerms({
      challengeWindow: 1,
      sla: 2,
      defaultAfter: 3,
      coolingOff: 4,
      objectionWindow: 5,
      defaultRefund: true,
      contestBond: 6n,
      condition: 2,
      leastAssurance: 7,
    });
    expect(BigInt(windows)).toBe(1n | (2n << 32n) | (3n << 64n) | (4n << 96n) | (5n << 128n) | (1n << 160n));
    expect(BigInt(bond)).toBe(6n | (2n << 128n) | (7n << 136n));
  });

  it("unpacks what it packed, also at the limits", () => {
    const most = {
      challengeWindow: 0xffff_ffff,
      sla: 0xffff_ffff,
      defaultAfter: 0xffff_ffff,
      coolingOff: 0xffff_ffff,
      objectionWindow: 0xffff_ffff,
      defaultRefund: true,
      contestBond: 2n ** 128n - 1n,
      condition: 255,
      leastAssurance: 255,
    };
    expect(unpackEscrowTerms(packEscrowTerms(most))).toEqual(most);
  });

  it.each([
    ["sla", { sla: 2 ** 32 }],
    ["challengeWindow", { challengeWindow: -1 }],
    ["coolingOff", { coolingOff: 0.5 }],
    ["contestBond", { contestBond: 2n ** 128n }],
  ])("refuses a %s that does not fit", (field, change) => {
    expect(() => packEscrowTerms({ ...escrowTermsDefaults, ...change })).toThrow(new RegExp(field));
  });
});

describe("splits and purchases", () => {
  const members = [
    { account: provider, shareBps: 3000 },
    { account: seller, shareBps: 7000 },
  ] as const;

  it("sorts members by address without touching the input", () => {
    expect(sortMembers(members).map(({ account }) => account)).toEqual([seller, provider]);
    expect(members[0].account).toBe(provider);
  });

  it("hashes a split as abi.encode of the member list", () => {
    const type = [
      {
        type: "tuple[]",
        components: [
          { name: "a", type: "address" },
          { name: "b", type: "uint16" },
        ],
      },
    ] as const;
    const sorted = sortMembers(members);
    const encoded = encodeAbiParameters(type, [sorted.map(({ account, shareBps }) => ({ a: account, b: shareBps }))]);
    expect(splitHash(sorted)).toBe(keccak256(encoded));
  });

  it("binds an authorization to offer, licensee, reference and rail data", () => {
    const base = { offerId: terms, licensee: seller, reference: zeroHash, railData: "0x" } as const;
    const nonces = [
      base,
      { ...base, offerId: zeroHash },
      { ...base, licensee: token },
      { ...base, reference: terms },
      { ...base, railData: "0x00" },
    ].map((binding) => authorizationNonce(binding));
    expect(new Set(nonces).size).toBe(5);
  });
});
