import { colophonErrorsAbi, licenseMarketAbi } from "@colophon-protocol/contracts";
import {
  BaseError,
  ContractFunctionExecutionError,
  ContractFunctionRevertedError,
  encodeErrorResult,
  HttpRequestError,
  InsufficientFundsError,
  RpcRequestError,
  stringToHex,
  UserRejectedRequestError,
  WaitForTransactionReceiptTimeoutError,
  zeroHash,
} from "viem";
import { describe, expect, it } from "vitest";
import { ColophonError, decodeError, decodeRevertData, describeErrorName, errorHints } from "../../src/errors/index.js";

/** Contracts of the protocol; their errors are named `<Contract>_<Reason>`. */
const OURS =
  /^(DatasetRegistry|TermsRegistry|License(Market|Token)|(Payment|Escrow|Meter|RevenueShare|(Live)?Stream)Rail|LiveVault|Stream(Vault|Offers)|RevenueDistributor|ContributorLists?|ProviderBond|ObjectiveFaults|ServiceChallenges|TrustMoney|DisputeManager|(Council|Erc792)?Arbitrator|AttestationRegistry|ConsentRegistry|Recalls|QualityOracle|ProtocolConfig|KeyNetwork|ColophonFactory)_/;
const ours = colophonErrorsAbi.map(({ name }) => name as string).filter((name) => OURS.test(name));

describe("the table of errors", () => {
  it("has words for every error of Colophon's contracts", () => {
    expect(ours.length).toBeGreaterThan(60);
    expect(ours.filter((name) => !(name in errorHints))).toEqual([]);
  });

  it("has no entry for an error that no contract throws", () => {
    const known = new Set<string>(colophonErrorsAbi.map(({ name }) => name as string));
    expect(Object.keys(errorHints).filter((name) => !known.has(name))).toEqual([]);
  });

  it("says what was wrong and what to do, in sentences", () => {
    for (const [name, { title, hint }] of Object.entries(errorHints)) {
      expect(title, name).toMatch(/^[A-Z].*[^.]$/);
      expect(hint, name).toMatch(/^[A-Z].*\.$/s);
    }
  });

  it("gives an unknown error its name in words", () => {
    expect(describeErrorName("Some_NewThing").title).toBe("The contract refused: Some New Thing");
  });
});

describe("decodeRevertData", () => {
  it("decodes an error of any contract to its values", () => {
    const data = encodeErrorResult({ abi: licenseMarketAbi, errorName: "LicenseMarket_SoldOut", args: [zeroHash, 3] });
    expect(decodeRevertData(data)).toEqual({ errorName: "LicenseMarket_SoldOut", args: [zeroHash, 3], raw: data });
  });

  it("knows Solidity's own errors", () => {
    const abi = [{ type: "error", name: "Panic", inputs: [{ name: "code", type: "uint256" }] }] as const;
    expect(decodeRevertData(encodeErrorResult({ abi, args: [0x11n] }))).toMatchObject({
      errorName: "Panic",
      args: [0x11n],
    });
  });

  it.each(["0x", "0x1234", "0xffffffff"] as const)("leaves %s undecoded", (data) => {
    expect(decodeRevertData(data)).toBeUndefined();
  });
});

describe("decodeError", () => {
  const data = encodeErrorResult({
    abi: licenseMarketAbi,
    errorName: "LicenseMarket_ZeroField",
    args: [stringToHex("price", { size: 32 })],
  });

  it("decodes what viem throws for a reverted call, also when viem's ABI lacks the error", () => {
    const revert = new ContractFunctionRevertedError({ abi: [], data, functionName: "open" });
    const thrown = new ContractFunctionExecutionError(revert, { abi: [], functionName: "open" });
    const error = decodeError(thrown);
    expect(error).toMatchObject({ code: "reverted", data: { errorName: "LicenseMarket_ZeroField" } });
    expect(error.shortMessage).toBe("A required field of the offer is empty (LicenseMarket_ZeroField: price).");
    expect(error.hint).toBe("Set the named field.");
    expect(error.cause).toBe(thrown);
  });

  it("decodes revert data inside a JSON-RPC error", () => {
    const thrown = new RpcRequestError({
      body: {},
      error: { code: 3, message: "execution reverted", data },
      url: "http://x",
    });
    expect(decodeError(thrown).data?.errorName).toBe("LicenseMarket_ZeroField");
  });

  it("keeps the selector of an error that nobody knows", () => {
    const thrown = new RpcRequestError({
      body: {},
      error: { code: 3, message: "execution reverted", data: "0xdeadbeef" },
      url: "http://x",
    });
    expect(decodeError(thrown)).toMatchObject({ code: "reverted", data: { errorName: "0xdeadbeef", args: [] } });
  });

  it.each([
    ["rejected", new UserRejectedRequestError(new Error("no"))],
    ["rejected", Object.assign(new Error("User denied"), { code: 4001 })],
    ["funds", new InsufficientFundsError()],
    ["network", new HttpRequestError({ url: "http://x" })],
    ["timeout", new WaitForTransactionReceiptTimeoutError({ hash: zeroHash })],
    ["unknown", new Error("odd")],
    ["unknown", "a string"],
  ])("says %s for %s", (code, thrown) => {
    expect(decodeError(thrown).code).toBe(code);
  });

  it("finds the cause however deep it is", () => {
    const deep = new BaseError("outer", {
      cause: new BaseError("inner", { cause: new UserRejectedRequestError(new Error("no")) }),
    });
    expect(decodeError(deep).code).toBe("rejected");
  });

  it("survives causes that form a circle", () => {
    const error = new Error("round") as Error & { cause?: unknown };
    error.cause = error;
    expect(decodeError(error).code).toBe("unknown");
  });

  it("passes a ColophonError on as it is", () => {
    const error = new ColophonError("x", { code: "guard" });
    expect(decodeError(error)).toBe(error);
    expect(decodeError(new BaseError("outer", { cause: error }))).toBe(error);
  });
});
