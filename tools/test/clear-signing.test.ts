import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type MeterEvent, meterEventData } from "@colophon-protocol/sdk/delivery";
import {
  type AbiFunction,
  decodeFunctionData,
  encodeFunctionData,
  parseAbi,
  toFunctionSelector,
  zeroAddress,
} from "viem";
import { describe, expect, it } from "vitest";
import { abiName, abiOf, callableAbis, ownMessageTypes, restrictedFunctions } from "../clear-signing/abi.mjs";
import { callsOf, describeContract, describeMessages } from "../clear-signing/describe.mjs";
import { problemsOf } from "../clear-signing/lint.mjs";
import { readWords } from "../clear-signing/words.mjs";
import { descriptorFiles, FOLDER, staleFiles } from "../clear-signing.mjs";
import { inRoot } from "../lib/paths.mjs";

interface Field {
  path: string;
  label?: string;
  format: string;
  params?: Record<string, unknown>;
  visible?: unknown;
}

const words = readWords();
const files = readdirSync(FOLDER);
const read = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
const formatsOf = (file: string) => read(file).display.formats as Record<string, { intent: string; fields: Field[] }>;
const functionOf = (key: string) => parseAbi([`function ${key}`])[0] as AbiFunction;
const contractsDescribed = Object.keys(words.contracts);

/** As a wallet walks it: `.[]` is every element. */
function valueAt(value: unknown, path: string): unknown {
  const [step, ...rest] = path.split(".");
  if (step === undefined || step === "") return value;
  if (step === "[]") return (value as unknown[]).map((each) => valueAt(each, rest.join(".")));
  return valueAt((value as Record<string, unknown>)[step], rest.join("."));
}

describe("the descriptors", () => {
  it("are what the generator gives", () => {
    expect(staleFiles()).toEqual([]);
  });

  it.each(files)("%s has nothing that ERC-7730 or the registry's linter minds", (file) => {
    expect(problemsOf(read(file))).toEqual([]);
  });

  it("cover every contract that has calls, or say why not", () => {
    const named = [...contractsDescribed, ...Object.keys(words.shared.contracts)];
    expect(named.map(abiName).sort()).toEqual(callableAbis());
  });

  it.each(contractsDescribed)("describe the calls of %s by selectors that it has", (contract) => {
    const keys = Object.keys(formatsOf(`calldata-${contract}.json`));
    const selectors = keys.map((key) => toFunctionSelector(functionOf(key)));
    expect(new Set(selectors).size).toBe(selectors.length);
    const own = (abiOf(contract) as AbiFunction[]).filter(
      ({ type, stateMutability }) => type === "function" && !["view", "pure"].includes(stateMutability),
    );
    const { leftOut } = callsOf(words, contract);
    const others = leftOut.map(({ signature }) => toFunctionSelector(signature));
    expect([...selectors, ...others].sort()).toEqual(own.map((each) => toFunctionSelector(each)).sort());
    for (const { signature, reason } of leftOut) expect(reason, signature).toMatch(/\.$/);
  });

  it.each(contractsDescribed)("show what a call of %s pays, and only there", (contract) => {
    const abi = abiOf(contract) as AbiFunction[];
    for (const [key, { fields }] of Object.entries(formatsOf(`calldata-${contract}.json`))) {
      const selector = toFunctionSelector(functionOf(key));
      const own = abi.find((each) => each.type === "function" && toFunctionSelector(each) === selector);
      expect(
        fields.some(({ path }) => path === "@.value"),
        key,
      ).toBe(own?.stateMutability === "payable");
    }
  });

  it("leave every restricted function to its role", () => {
    for (const [contract, restricted] of Object.entries(restrictedFunctions())) {
      if (!contractsDescribed.includes(contract)) continue;
      const left = callsOf(words, contract).leftOut.map(({ signature }) => signature);
      expect(left).toEqual(expect.arrayContaining(Object.keys(restricted)));
    }
  });

  it("cover every message that the packages ask anyone to sign, or say why not", () => {
    const sources = ["sdk", "gateway", "cli", "ingest", "web"].flatMap((room) =>
      readdirSync(inRoot(room, "src"), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.tsx?$/.test(file))
        .map((file) => readFileSync(inRoot(room, "src", file), "utf8")),
    );
    const signed = sources.flatMap((source) => [...source.matchAll(/primaryType: "(\w+)"/g)].map(([, name]) => name));
    const known = Object.values(words.messages).flatMap(({ messages }) => Object.keys(messages));
    const leftOut = Object.keys(words.shared.messages);
    expect(signed).toContain("PermitWitnessTransferFrom");
    expect(signed.filter((name = "") => ![...known, ...leftOut].includes(name))).toEqual([]);
    expect(leftOut.filter((name) => !signed.includes(name))).toEqual([]);
  });

  it("describe every signed message by its own type", () => {
    const types = readdirSync(inRoot("spec/eip712"))
      .map((file) => JSON.parse(readFileSync(inRoot("spec/eip712", file), "utf8")).type)
      .filter((type) => type !== undefined);
    const data = meterEventData({ chainId: 1, licenseToken: zeroAddress }, {} as MeterEvent);
    const members = data.types.MeterEvent.map(({ type, name }) => `${type} ${name}`);
    const all = [...types, `MeterEvent(${members.join(",")})`].sort();
    expect(Object.keys(formatsOf("eip712-Colophon.json")).sort()).toEqual(all);
    expect(Object.values(ownMessageTypes()).sort()).toEqual(types.sort());
    expect(read("eip712-Colophon.json").context.eip712.domain).toEqual({ name: "Colophon", version: "1" });
  });

  it("describe Permit2's message with the witness that the market asks for", () => {
    const [key = ""] = Object.keys(formatsOf("eip712-Permit2.json"));
    const source = readFileSync(inRoot("contracts/licensing/LicenseMarketFunding.sol"), "utf8");
    const [, witness] = /_WITNESS_TYPE_STRING =\s*"([^"]+)"/.exec(source) ?? [];
    const start =
      "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,";
    expect(key).toBe(start + witness);
  });

  it("are bound to where the contracts are", () => {
    const address = `0x${"12".repeat(20)}`;
    const where = { LicenseToken: { address }, LicenseMarket: { address }, ContributorLists: { address } };
    const bound = descriptorFiles({ "31337": where });
    const contextOf = (file: string) => JSON.parse(bound[file] ?? "").context;
    const here = [{ chainId: 31337, address }];
    expect(contextOf("calldata-LicenseMarket.json").contract.deployments).toEqual(here);
    expect(contextOf("calldata-EscrowRail.json").contract.deployments).toEqual([]);
    const deployEvent = "ListCreated(address,uint256,bytes32,uint256,(address,uint96)[])";
    const list = { deployments: [], factory: { deployments: here, deployEvent } };
    expect(contextOf("calldata-ContributorList.json").contract).toEqual(list);
    expect(contextOf("eip712-Colophon.json").eip712.deployments).toEqual(here);
    const permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
    expect(contextOf("eip712-Permit2.json").eip712.deployments).toEqual([{ chainId: 31337, address: permit2 }]);
    for (const text of Object.values(bound)) expect(problemsOf(JSON.parse(text))).toEqual([]);
  });

  it("tell a wallet what a call says", () => {
    const [key = ""] = Object.keys(formatsOf("calldata-CouncilArbitrator.json"));
    const abi = [functionOf(key)];
    const zero = `0x${"00".repeat(32)}` as const;
    const ruling = { upheld: true, refund: 5n, loss: 0n, penalty: 0n, endsAt: 0, status: 3, correct: false };
    const rest = { revokeRecord: false, revokedRoot: zero, leaves: zero, reasons: `0x${"ab".repeat(32)}` };
    const data = encodeFunctionData({ abi, args: [7n, 1, { ...ruling, ...rest }] });
    const { args = [] } = decodeFunctionData({ abi, data });
    const named = Object.fromEntries(abi[0]?.inputs.map(({ name = "" }, index) => [name, args[index]]) ?? []);
    const enums = read("calldata-CouncilArbitrator.json").metadata.enums;
    const shown = (formatsOf("calldata-CouncilArbitrator.json")[key]?.fields ?? []).flatMap((field) => {
      const value = valueAt(named, field.path);
      const hidden = (field.visible as { ifNotIn?: unknown[] } | undefined)?.ifNotIn ?? [];
      if (hidden.includes(typeof value === "bigint" ? Number(value) : value)) return [];
      return [[field.label, field.format === "enum" ? enums.VersionStatus[String(value)] : value]];
    });
    expect(Object.fromEntries(shown)).toEqual({
      Dispute: 7n,
      Round: 1,
      "Claim upheld": true,
      "Refund (base units)": 5n,
      "Loss (base units)": 0n,
      "Penalty (base units)": 0n,
      "Version becomes": "Suspended",
      "Change the root": false,
      "Revoke the record": false,
      Reasons: rest.reasons,
    });
  });
});

describe("the words", () => {
  const changed = (change: (copy: typeof words) => void) => {
    const copy = structuredClone(words);
    change(copy);
    return copy;
  };
  const escrow = (change: (copy: typeof words) => void) => () => describeContract(changed(change), "EscrowRail", {});
  const functionsOf = (copy: typeof words) => copy.contracts.EscrowRail?.functions ?? {};
  const contestOf = (copy: typeof words) => functionsOf(copy).contest?.fields as Record<string, unknown>;

  it("hold nothing that no descriptor uses", () => {
    const told = JSON.stringify([words.contracts, words.messages, words.shared]);
    const leftOut = Object.values(words.contracts).flatMap((each) => Object.values(each.leftOut ?? {}));
    const reasons = [...leftOut, ...Object.values(words.shared.leftOut), ...Object.values(words.shared.contracts)];
    reasons.push(...Object.values(words.shared.messages));
    for (const name of Object.keys(words.shared.structs)) expect(told, name).toContain(`"@${name}"`);
    for (const name of Object.keys(words.shared.reasons))
      expect(reasons.includes(name) || told.includes(`"-${name}"`), name).toBe(true);
    const shared = Object.values(words.contracts).flatMap((each) => each.shared ?? []);
    expect(new Set(shared)).toEqual(new Set(Object.keys(words.shared.functions)));
  });

  it.each<[string, (copy: typeof words) => void, RegExp]>([
    ["a call is neither described nor left out", (copy) => delete functionsOf(copy).confirm, /confirm.*exactly one/],
    [
      "a call is both",
      (copy) => Object.assign(copy.contracts.EscrowRail?.leftOut ?? {}, { confirm: "contract" }),
      /confirm.*exactly one/,
    ],
    [
      "a restricted call is described",
      (copy) => Object.assign(functionsOf(copy), { setAuthority: { intent: "Set", fields: { newAuthority: "New" } } }),
      /setAuthority.*exactly one/,
    ],
    [
      "a call does not exist",
      (copy) => Object.assign(functionsOf(copy), { confrim: { intent: "Release", fields: {} } }),
      /no state-changing function confrim/,
    ],
    ["a field is forgotten", (copy) => delete contestOf(copy).reasonHash, /says nothing of reasonHash/],
    [
      "a field does not exist",
      (copy) => Object.assign(contestOf(copy), { why: "Reason" }),
      /describes why, which it does not have/,
    ],
    [
      "a field is hidden without a known reason",
      (copy) => Object.assign(contestOf(copy), { reasonHash: "-because" }),
      /"because", which is no reason/,
    ],
    [
      "a format is not known",
      (copy) => Object.assign(contestOf(copy), { reasonHash: "Reasons: colour" }),
      /format "colour"/,
    ],
    [
      "an enum is not known",
      (copy) => Object.assign(contestOf(copy), { licenseId: "License: enum Colour" }),
      /enum "Colour"/,
    ],
    ["a struct is not known", (copy) => Object.assign(contestOf(copy), { offer: "@bid" }), /a struct of shared.json/],
  ])("are refused when %s", (_, change, message) => {
    expect(escrow(change)).toThrow(message);
  });

  it("are refused when a message has none, or has no type", () => {
    const messages = (copy: typeof words) => copy.messages.Colophon?.messages ?? {};
    const without = changed((copy) => delete messages(copy).Consent);
    expect(() => describeMessages(without, "Colophon", {})).toThrow(/says nothing of Consent/);
    const more = changed((copy) => Object.assign(messages(copy), { Wish: { intent: "Wish", fields: {} } }));
    expect(() => describeMessages(more, "Colophon", {})).toThrow(/describes Wish/);
  });
});

describe("the linter", () => {
  const KEY = "pay((address token,uint128[2] amounts) bill,uint40 until,address to)";
  const good = () => ({
    $schema: "https://eips.ethereum.org/assets/eip-7730/erc7730-v2.schema.json",
    context: { $id: "Test", contract: { deployments: [{ chainId: 1, address: `0x${"12".repeat(20)}` }] } },
    metadata: { owner: "Colophon", contractName: "Test", enums: { Colour: { "0": "Red" } } },
    display: {
      formats: {
        [KEY]: {
          intent: "Pay a bill",
          fields: [
            {
              path: "bill.amounts.[]",
              label: "Amount",
              format: "tokenAmount",
              params: { tokenPath: "bill.token" },
            } as Field,
            { path: "bill.token", format: "raw", visible: "never" } as Field,
            { path: "until", label: "Until", format: "date", params: { encoding: "timestamp" } } as Field,
            { path: "to", label: "To", format: "addressName", params: { types: ["eoa"], sources: ["ens"] } } as Field,
          ],
        },
      },
    },
  });
  type Descriptor = ReturnType<typeof good>;
  const at = (descriptor: Descriptor, index: number) => descriptor.display.formats[KEY]?.fields[index] as Field;
  const rename = (descriptor: Descriptor, key: string) => {
    descriptor.display.formats = { [key]: descriptor.display.formats[KEY] as { intent: string; fields: Field[] } };
  };

  it("takes what is good", () => {
    expect(problemsOf(good())).toEqual([]);
  });

  it.each<[string, (descriptor: Descriptor) => unknown, RegExp]>([
    ["a field is missing", (d) => d.display.formats[KEY]?.fields.pop(), /to is neither shown nor hidden/],
    ["a field is there twice", (d) => d.display.formats[KEY]?.fields.push(at(d, 3)), /to is there twice/],
    ["a path leads nowhere", (d) => Object.assign(at(d, 3), { path: "from" }), /from is no value of it/],
    ["an array is not walked", (d) => Object.assign(at(d, 0), { path: "bill.amounts" }), /no value of it/],
    ["a label is too long", (d) => Object.assign(at(d, 3), { label: "x".repeat(21) }), /has the label/],
    ["a shown field has no label", (d) => delete at(d, 3).label, /has the label/],
    ["an intent is too long", (d) => Object.assign(d.display.formats[KEY] ?? {}, { intent: "x".repeat(31) }), /intent/],
    ["a format is of v1", (d) => Object.assign(d.display.formats[KEY] ?? {}, { required: ["to"] }), /alone/],
    ["a format is not known", (d) => Object.assign(at(d, 3), { format: "colour" }), /shown as colour/],
    ["a format does not fit", (d) => Object.assign(at(d, 3), { format: "duration" }), /does not fit address/],
    ["a date has no encoding", (d) => delete at(d, 2).params, /parameters/],
    ["an address has unknown types", (d) => Object.assign(at(d, 3), { params: { types: ["bank"] } }), /parameters/],
    ["an amount's token is none", (d) => Object.assign(at(d, 0), { params: { tokenPath: "until" } }), /parameters/],
    [
      "an enum is not there",
      (d) => Object.assign(at(d, 2), { format: "enum", params: { $ref: "$.metadata.enums.Size" } }),
      /parameters/,
    ],
    ["a rule is not known", (d) => Object.assign(at(d, 3), { visible: "sometimes" }), /rule of visibility/],
    [
      "nothing is shown",
      (d) => {
        for (const field of d.display.formats[KEY]?.fields ?? []) Object.assign(field, { visible: "never" });
      },
      /shows nothing/,
    ],
    ["a key has an alias", (d) => rename(d, KEY.replace("uint40", "uint")), /no canonical type/],
    ["a key has a space too many", (d) => rename(d, KEY.replace(",uint40", ", uint40")), /is no parameter/],
    ["a key has no names", (d) => rename(d, "pay(address,uint256)"), /is no parameter/],
    ["an enum's text is too long", (d) => Object.assign(d.metadata.enums.Colour, { "1": "x".repeat(21) }), /enum says/],
    ["the owner's name is too long", (d) => Object.assign(d.metadata, { owner: "x".repeat(23) }), /owner/],
    [
      "an address is none",
      (d) => Object.assign(d.context.contract.deployments[0] ?? {}, { address: "0x12" }),
      /context/,
    ],
    ["it is bound to nothing", (d) => Object.assign(d, { context: { $id: "Test" } }), /context/],
    ["its schema is another", (d) => Object.assign(d, { $schema: "https://example.org" }), /schema/],
    ["it has more", (d) => Object.assign(d, { includes: "./other.json" }), /alone/],
  ])("minds that %s", (_, change, message) => {
    const descriptor = good();
    change(descriptor);
    expect(problemsOf(descriptor).join("\n")).toMatch(message);
  });

  it("reads types of messages as encodeType gives them", () => {
    const message = (key: string) => ({
      ...good(),
      context: { $id: "Test", eip712: { domain: { name: "Test" }, deployments: [] } },
      display: { formats: { [key]: { intent: "Write", fields: [{ path: "to.name", label: "To", format: "raw" }] } } },
    });
    expect(problemsOf(message("Mail(Person to)Person(string name)"))).toEqual([]);
    expect(problemsOf(message("Mail(Person to) Person(string name)"))).toEqual([expect.stringContaining("encodeType")]);
    expect(problemsOf(message("Mail(Human to)Person(string name)"))).toEqual([expect.stringContaining("Human")]);
    expect(problemsOf(message("Mail(Person to)Person(string name)Animal(string name)"))).toEqual([
      expect.stringContaining("order"),
    ]);
  });
});
