import { recoverTypedDataAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { encodingRequestJson, parseEncodingRequest, signEncodingRequest } from "../../src/delivery/encoding-request.js";
import { typedData } from "../../src/formats/index.js";

const signer = privateKeyToAccount(`0x${"22".repeat(32)}`);
const domain = { chainId: 31337, licenseToken: "0x5b26c8976336f4f86a512914cc8c8bcf09a4c70b" } as const;
const asked = { ...domain, licenseId: 2n ** 80n, version: 3, encoding: 4, signer };

describe("encoding requests", () => {
  it("are signed as the contracts read them, dated and numbered by the clock given", async () => {
    const { request, signature } = await signEncodingRequest({ ...asked, now: 1_800_000_000_123 });
    const sequence = 1_800_000_000_123n;
    expect(request).toEqual({ licenseId: 2n ** 80n, version: 3, encoding: 4, sequence, signedAt: 1_800_000_000 });
    const data = typedData("EncodingRequest", domain, request);
    expect(await recoverTypedDataAddress({ ...data, signature } as never)).toBe(signer.address);
  });

  it("rise in sequence by themselves, and keep one that is given", async () => {
    const one = await signEncodingRequest({ ...asked, now: 5000 });
    const two = await signEncodingRequest({ ...asked, now: 5001 });
    expect(two.request.sequence).toBeGreaterThan(one.request.sequence);
    expect((await signEncodingRequest({ ...asked, sequence: 7n })).request.sequence).toBe(7n);
  });

  it("travel as JSON without losing a digit", async () => {
    const signed = await signEncodingRequest({ ...asked, sequence: 2n ** 63n - 1n });
    expect(parseEncodingRequest(JSON.parse(encodingRequestJson(signed)))).toEqual(signed);
  });
});
