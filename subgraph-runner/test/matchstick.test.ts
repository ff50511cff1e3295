import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { loadSubgraph, runMatchstick, type TestResult } from "../src/index.js";
import { BUILT } from "./build-fixture.js";
import { MANIFEST } from "./chain.js";

let results: Map<string, TestResult>;
beforeAll(() => {
  const found = runMatchstick(join(BUILT, "tests.wasm"), loadSubgraph(MANIFEST), { folder: join(BUILT, "..") });
  results = new Map(found.map((result) => [result.path.join(" > "), result]));
});
const failure = (name: string) => results.get(name)?.error;

describe("matchstick tests", () => {
  it("run in the order of their file, those in describe blocks under its name", () => {
    expect([...results].map(([name, { passed }]) => `${passed ? "ok" : "no"} ${name}`)).toEqual([
      "ok transfers > move balances",
      "no transfers > fail where a field differs",
      "ok transfers > may be told to fail",
      "no transfers > must fail when told so",
      "ok transfers > in an inner block > keep the outer hooks",
      "ok mocked functions answer and revert",
      "no a function that nobody mocked is named",
      "ok data sources are created and mocked",
      "ok files are read and mocked",
      "ok the block's own store is apart",
      "ok derived fields and what points back are there",
    ]);
  });

  it("say what they found", () => {
    const account = "Account[0x00000000000000000000000000000000000000b2].balance";
    expect(failure("transfers > fail where a field differs")).toContain(
      `the balance: ${account} is "30", expected "31"`,
    );
    expect(failure("transfers > must fail when told so")).toBe("it was to fail and did not");
    expect(failure("a function that nobody mocked is named")).toBe(
      "nothing was mocked for 0x1111111111111111111111111111111111111111 best():((address,uint256)) with (): call createMockedFunction with this address, name, signature and arguments",
    );
  });

  it("keep what they log", () => {
    const { logs } = results.get("the block's own store is apart") ?? {};
    expect(logs?.map(({ message }) => message)).toContain('Result {"id":"call","value":"reverted"}');
  });

  it("must have been compiled as tests", () => {
    expect(() => runMatchstick(join(BUILT, "mapping.wasm"), loadSubgraph(MANIFEST))).toThrow("exports no table");
  });
});
