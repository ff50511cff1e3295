import { describe, expect, it } from "vitest";
import { casesOf, missingTests, parseTrees } from "../lib/tree.mjs";

const source = `// trees of the market
LicenseMarket::buy
├── It should be callable by anyone
├── When the offer's closed
│   └── It should revert
└── When the offer is open
    ├── It should mint the license
    └── Given the buyer brings a permit
        ├── It should need no allowance
        └── It should call the rail

LicenseMarket::close
└── When the offer's closed
    └── It should revert with OfferClosed
`;

describe("test trees", () => {
  it("parses trees, conditions and leaves at any depth", () => {
    const { trees, errors } = parseTrees(source);
    expect(errors).toEqual([]);
    expect(casesOf(trees).map(({ method, name }) => [method, name])).toEqual([
      ["buy", "ShouldBeCallableByAnyone"],
      ["buy", "RevertWhenTheOffersClosed"],
      ["buy", "WhenTheOfferIsOpen"],
      ["buy", "GivenTheBuyerBringsAPermit"],
      ["close", "RevertWhenTheOffersClosed"],
    ]);
  });

  it("accepts tests by name, with or without the function, ignoring case, underscores and a suffix", () => {
    const { trees } = parseTrees(source);
    const tests = [
      "test_ShouldBeCallableByAnyone",
      "test_Buy_RevertWhen_TheOffersClosed_ByOwner",
      "testFuzz_Buy_When_TheOfferIsOpen",
      "test_GivenTheBuyerBringsAPermit",
      "test_close_RevertWhenTheOffersClosed",
    ];
    expect(missingTests(casesOf(trees), tests)).toEqual([]);
  });

  it("names the missing test, and asks for the function where two trees share a case", () => {
    const { trees } = parseTrees(source);
    const missing = missingTests(casesOf(trees), ["test_RevertWhen_TheOffersClosed", "test_WhenTheOfferIsOpenAgain"]);
    expect(missing.map(({ expected }) => expected)).toEqual([
      "test_ShouldBeCallableByAnyone",
      "test_Buy_RevertWhen_TheOffersClosed",
      "test_WhenTheOfferIsOpen",
      "test_GivenTheBuyerBringsAPermit",
      "test_Close_RevertWhen_TheOffersClosed",
    ]);
  });

  it("reports what it cannot read", () => {
    const { errors } = parseTrees("A::b\n├── Whenever it rains\n├── When it rains\n└── When it rains\n");
    expect(errors).toEqual([
      'line 2: expected When, Given or It, got "Whenever it rains"',
      'line 4: "When it rains" occurs twice in this tree; name what differs',
    ]);
    expect(parseTrees("It should work").errors).toHaveLength(1);
  });
});
