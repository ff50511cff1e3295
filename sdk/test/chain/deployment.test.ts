import { readFile } from "node:fs/promises";
import { permissions } from "@colophon-protocol/contracts";
import {
  type Address,
  encodeFunctionData,
  getAddress,
  getContractAddress,
  type Hex,
  keccak256,
  numberToHex,
  pad,
  parseAbi,
  stringToHex,
  toFunctionSelector,
} from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type BuildArtifact,
  type DeploymentCheck,
  type DeploymentExpected,
  parseDeploymentConfiguration,
  verifyDeployment,
} from "../../src/deployment/index.js";
import { type Deployment, waitForSuccess } from "../../src/index.js";
import { startWorld, type World } from "./support.js";

const ROOT = new URL("../../../", import.meta.url);
const json = async (path: string) => JSON.parse(await readFile(new URL(path, ROOT), "utf8"));
const artifact = (name: string): Promise<BuildArtifact> => json(`out/${name}.sol/${name}.json`);
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
const managerAbi = parseAbi([
  "function grantRole(uint64 role, address account, uint32 delay)",
  "function setRoleGuardian(uint64 role, uint64 guardian)",
  "function setTargetFunctionRole(address target, bytes4[] selectors, uint64 role)",
  "function setTargetClosed(address target, bool closed)",
]);

const stranger = getAddress(`0x${"de".repeat(20)}`);

let world: World;
let expected: DeploymentExpected & { configuration: NonNullable<DeploymentExpected["configuration"]> };
let snapshot: Hex;
beforeAll(async () => {
  world = await startWorld();
  expected = { configuration: parseDeploymentConfiguration(await json("script/config/31337.json")), artifact };
}, 120_000);
afterAll(() => world?.chain.stop());
// What one test alters, the next one must not find.
beforeEach(async () => {
  snapshot = await world.owner.snapshot();
});
afterEach(() => world.owner.revert({ id: snapshot }));

const at = (name: string): Address => world.deployment.contracts[name]?.address as Address;
const implementationOf = (name: string): Address => world.deployment.contracts[name]?.implementation as Address;
const verify = (deployment: Deployment = world.deployment, by: DeploymentExpected = expected) =>
  verifyDeployment(world.owner, { deployment, expected: by });

/** What does not hold, as "subject: what". */
async function differences(deployment?: Deployment, by?: DeploymentExpected): Promise<string[]> {
  const { checks, holds } = await verify(deployment, by);
  const failed = checks.filter((check) => !check.holds);
  expect(holds).toBe(failed.length === 0);
  return failed.map(({ subject, what }) => `${subject}: ${what}`);
}

async function difference(): Promise<DeploymentCheck> {
  const failed = (await verify()).checks.filter(({ holds }) => !holds);
  expect(failed).toHaveLength(1);
  return failed[0] as DeploymentCheck;
}

/** The file with one contract's entry changed. */
function altered(name: string, change: object): Deployment {
  const { contracts } = world.deployment;
  return { ...world.deployment, contracts: { ...contracts, [name]: { ...contracts[name], ...change } } } as Deployment;
}

/** Sends as an account whose key nobody has. */
async function sendAs(from: Address, to: Address, data: Hex): Promise<void> {
  await world.owner.impersonateAccount({ address: from });
  await world.owner.setBalance({ address: from, value: 10n ** 18n });
  await waitForSuccess(world.owner, await world.owner.sendUnsignedTransaction({ from, to, data }));
  await world.owner.stopImpersonatingAccount({ address: from });
}

const asAdmin = (call: Parameters<typeof encodeFunctionData<typeof managerAbi>>[0]) =>
  sendAs(at("TimelockController"), at("AccessManager"), encodeFunctionData(call));

describe("a deployment as the script leaves it", () => {
  it("holds in every check, with a build and a configuration", async () => {
    const report = await verify();
    expect(report.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(report).toMatchObject({ holds: true, chainId: 31337, block: { number: expect.any(BigInt) } });
    // Each contract, each permission and each role was looked at.
    const subjects = new Set(report.checks.map(({ subject }) => subject));
    for (const name of Object.keys(world.deployment.contracts)) expect(subjects).toContain(name);
    for (const { target, signature } of permissions.restricted) expect(subjects).toContain(`${target}.${signature}`);
    for (const target of permissions.proxies) expect(subjects).toContain(`${target}.upgradeToAndCall(address,bytes)`);
    for (const { name } of permissions.roles) expect(subjects).toContain(name);
    const governor = report.checks.find(
      ({ subject, what }) => subject === "GOVERNOR" && what.startsWith("members, and"),
    );
    expect(governor?.found).toBe(`${expected.configuration.governor} waits 0 s`);
  });

  it("holds with the file alone, and says what that leaves open", async () => {
    const report = await verify(world.deployment, {});
    expect(report.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(report.notChecked.join(" ")).toMatch(/no configuration was given[\s\S]*no build was given/);
    expect((await verify()).notChecked.join(" ")).not.toMatch(/was given/);
  });

  it("looks at the block that is named", async () => {
    await world.owner.mine({ blocks: 1 });
    const { block } = await verify();
    await world.owner.mine({ blocks: 1 });
    await world.owner.setCode({ address: at("ColophonLens"), bytecode: "0x00" });
    await world.owner.mine({ blocks: 1 });
    const earlier = { deployment: world.deployment, expected, blockNumber: block.number };
    expect(await verifyDeployment(world.owner, earlier)).toMatchObject({ holds: true, block: { hash: block.hash } });
    expect(await verify()).toMatchObject({ holds: false });
  });

  it("would not do on a chain that is not local", async () => {
    const setChainId = (id: number) => world.owner.request({ method: "anvil_setChainId", params: [id] } as never);
    await setChainId(8453);
    try {
      expect(await differences({ ...world.deployment, chainId: 8453 })).toEqual([
        "TimelockController: least delay, as its chain needs it",
        "UPGRADER: least delay, as public chains need it",
        "GOVERNOR: least delay, as public chains need it",
        "KEY_OPERATOR: least delay, as public chains need it",
        "ProofRegistry: routes for production alone",
        "deployment: contracts that only local chains may have",
      ]);
    } finally {
      await setChainId(31337);
    }
  });
});

describe("a file that is wrong", () => {
  it("in an address is told by derivation", async () => {
    const found = await differences(altered("ContributorLists", { address: stranger }));
    expect(found).toContain('ContributorLists: address follows from the factory and "colophon.ContributorLists.0.1.0"');
    expect(found).toContain("ContributorLists: code on chain hashes to what the file records");
    expect(found.filter((each) => !each.startsWith("ContributorLists"))).toEqual([]);
  });

  it("in a code hash", async () => {
    const found = await differences(altered("LicenseMarket", { codeHash: keccak256("0x") }));
    expect(found).toEqual(["LicenseMarket: code on chain hashes to what the file records"]);
  });

  it("in an implementation, a release or the deployer", async () => {
    expect(await differences(altered("KeyNetwork", { implementation: implementationOf("Recalls") }))).toEqual(
      expect.arrayContaining([
        'KeyNetwork: implementation\'s address follows from the factory and "colophon.KeyNetwork.0.1.0"',
        "KeyNetwork: proxy runs the implementation of the file",
      ]),
    );
    expect(await differences(altered("ColophonLens", { version: "9.9.9" }))).toEqual([
      'ColophonLens: address follows from the factory and "colophon.ColophonLens.9.9.9"',
    ]);
    expect(await differences({ ...world.deployment, deployer: stranger })).toEqual([
      "ColophonFactory: address follows from the deployer and the build's code",
      "AccessManager: its history is whole: the first grant is the deployer's",
    ]);
  });

  it("in what it leaves out", async () => {
    const { Recalls: _, ...contracts } = world.deployment.contracts;
    const { checks } = await verify({ ...world.deployment, contracts });
    expect(checks.filter(({ holds }) => !holds)[0]).toMatchObject({ subject: "deployment", found: "Recalls" });
    const { implementation: __, ...entry } = world.deployment.contracts.KeyNetwork ?? { address: stranger };
    const found = await differences({
      ...world.deployment,
      contracts: { ...world.deployment.contracts, KeyNetwork: entry },
    });
    expect(found).toContain("KeyNetwork: the file names its implementation");
  });

  it("because it is another chain's", async () => {
    await expect(verify({ ...world.deployment, chainId: 8453 })).rejects.toMatchObject({ code: "wrong-chain" });
  });
});

describe("code that is not what it should be", () => {
  it("behind a proxy", async () => {
    const code = (await world.owner.getCode({ address: implementationOf("EscrowRail") })) as Hex;
    const flipped = `${code.slice(0, -2)}${code.endsWith("00") ? "01" : "00"}` as Hex;
    await world.owner.setCode({ address: implementationOf("EscrowRail"), bytecode: flipped });
    expect(await differences()).toEqual([
      "EscrowRail: code on chain hashes to what the file records",
      "EscrowRail: code is the build's, values set when it was made aside",
    ]);
    // The file alone knows it too.
    expect(await differences(world.deployment, {})).toEqual([
      "EscrowRail: code on chain hashes to what the file records",
    ]);
  });

  it("that a file was made to fit, by the build", async () => {
    const bytecode: Hex = "0x60006000fd";
    await world.owner.setCode({ address: at("DisputeReader"), bytecode });
    expect(await differences(altered("DisputeReader", { codeHash: keccak256(bytecode) }))).toEqual([
      "DisputeReader: code is the build's, values set when it was made aside",
    ]);
  });

  it("that names a stranger where it names a neighbor", async () => {
    const { deployedBytecode } = await artifact("LicenseMarket");
    const code = (await world.owner.getCode({ address: implementationOf("LicenseMarket") })) as Hex;
    const [token, other] = [at("LicenseToken"), stranger].map((each) => each.slice(2).toLowerCase()) as [
      string,
      string,
    ];
    expect(Object.keys(deployedBytecode.immutableReferences ?? {})).not.toEqual([]);
    expect(code).toContain(token);
    const bytecode = code.replaceAll(token, other) as Hex;
    await world.owner.setCode({ address: implementationOf("LicenseMarket"), bytecode });
    expect(await differences(altered("LicenseMarket", { codeHash: keccak256(bytecode) }))).toEqual([
      "LicenseMarket: its code names contracts of the deployment alone",
    ]);
  });

  it("of a proxy itself, or of the part that ProviderBond makes", async () => {
    const code = (await world.owner.getCode({ address: at("ConsentRegistry") })) as Hex;
    await world.owner.setCode({ address: at("ConsentRegistry"), bytecode: `${code}00` });
    expect(await difference()).toMatchObject({
      subject: "ConsentRegistry",
      what: "proxy's own code is the build's ERC1967Proxy",
      expected: keccak256(code),
    });
    expect(await differences(world.deployment, {})).toEqual([
      "ConsentRegistry: proxy's own code is that of the other proxies",
    ]);
    await world.owner.setCode({ address: at("ConsentRegistry"), bytecode: code });
    const part = getContractAddress({ from: implementationOf("ProviderBond"), nonce: 1n });
    await world.owner.setCode({ address: part, bytecode: "0x00" });
    expect(await difference()).toMatchObject({
      subject: "ProviderBond",
      what: "code is the build's, values set when it was made aside, BondOperations",
    });
  });

  it("because there is none", async () => {
    await world.owner.setCode({ address: at("ContributorList"), bytecode: "0x" });
    const { checks } = await verify();
    const failed = checks.filter(({ holds }) => !holds);
    expect(failed.map(({ found }) => found)).toEqual(["no code", "no code"]);
    expect(failed.map(({ subject }) => subject)).toEqual(["ContributorList", "ContributorList"]);
  });

  it("in the manager, whose silence is found and ends nothing", async () => {
    await world.owner.setCode({ address: at("AccessManager"), bytecode: "0x" });
    const { checks, holds } = await verify();
    const silent = checks.filter(({ found }) => found === "no answer").map(({ subject }) => subject);
    expect(holds).toBe(false);
    expect(silent).toEqual(expect.arrayContaining(["GOVERNOR", "ProtocolConfig.setTreasury(address)", "LicenseToken"]));
  });

  it("because a proxy was pointed elsewhere, or may be initialized", async () => {
    await world.owner.setStorageAt({
      address: at("CheckpointLog"),
      index: IMPLEMENTATION_SLOT,
      value: pad(implementationOf("TermsRegistry")),
    });
    expect(await differences()).toContain("CheckpointLog: proxy runs the implementation of the file");
    await world.owner.setStorageAt({
      address: implementationOf("TermsRegistry"),
      index: "0xf0c57e16840df040f15088dc2f81fe391c3923bec73e23a9662efc9c229c6a00",
      value: pad("0x00", { size: 32 }),
    });
    expect(await differences()).toContain("TermsRegistry: nobody can initialize the implementation");
  });
});

describe("power that is not where it should be", () => {
  it("a role that somebody was given", async () => {
    const account = world.ada.account.address;
    await asAdmin({ abi: managerAbi, functionName: "grantRole", args: [2n, account, 0] });
    expect(await difference()).toMatchObject({
      subject: "GOVERNOR",
      what: "members, and how long each waits",
      expected: `${expected.configuration.governor} waits 0 s`,
      found: expect.stringContaining(`${account} waits 0 s`),
    });
    expect(await differences(world.deployment, { artifact })).toEqual([]);
  });

  it("a role that is in no table, and one that the deployer has again", async () => {
    await asAdmin({ abi: managerAbi, functionName: "grantRole", args: [9n, world.ada.account.address, 0] });
    expect(await difference()).toMatchObject({ subject: "role 9", expected: "none" });
    const deployer = world.deployment.deployer as Address;
    await asAdmin({ abi: managerAbi, functionName: "grantRole", args: [0n, deployer, 0] });
    expect(await differences()).toEqual(
      expect.arrayContaining(["ADMIN: members, and how long each waits", "deployer: holds no role and owns nothing"]),
    );
  });

  it("a delay that is another than was configured", async () => {
    const { configuration } = expected;
    const found = await differences(world.deployment, {
      artifact,
      configuration: { ...configuration, upgraderDelay: 172_800, timelockDelay: 172_800 },
    });
    expect(found).toEqual(["TimelockController: delay of every act", "UPGRADER: members, and how long each waits"]);
  });

  it("a delay of the timelock, taken away in storage", async () => {
    // TimelockController's third slot, after roles and timestamps.
    await world.owner.setStorageAt({
      address: at("TimelockController"),
      index: numberToHex(2, { size: 32 }),
      value: pad("0x00", { size: 32 }),
    });
    expect(await difference()).toMatchObject({
      ...{ subject: "TimelockController", what: "delay of every act", expected: "1 s", found: "0 s" },
    });
  });

  it("a member of the timelock that no event tells", async () => {
    // AccessControl: roles are the first slot, by role; members the first of each, by account.
    const role = keccak256(stringToHex("PROPOSER_ROLE"));
    const roleData = keccak256(`${role}${"00".repeat(32)}` as Hex);
    const deployer = world.deployment.deployer as Address;
    const index = keccak256(`${pad(deployer)}${roleData.slice(2)}` as Hex);
    await world.owner.setStorageAt({ address: at("TimelockController"), index, value: numberToHex(1, { size: 32 }) });
    expect(await differences()).toEqual([
      "PROPOSER of TimelockController: members",
      "PROPOSER of TimelockController: members are those that the timelock's events tell",
      "deployer: holds no role and owns nothing",
    ]);
  });

  it("a guardian who was exchanged", async () => {
    await asAdmin({ abi: managerAbi, functionName: "setRoleGuardian", args: [1n, 2n] });
    expect(await difference()).toMatchObject({
      ...{
        subject: "UPGRADER",
        what: "what it schedules can be cancelled by",
        expected: "GUARDIAN",
        found: "GOVERNOR",
      },
    });
  });

  it("a function that another role may call, or everybody", async () => {
    const setTreasury = toFunctionSelector("setTreasury(address)");
    const open = (selector: Hex, role: bigint) =>
      asAdmin({
        abi: managerAbi,
        functionName: "setTargetFunctionRole",
        args: [at("ProtocolConfig"), [selector], role],
      });
    await open(setTreasury, 2n ** 64n - 1n);
    expect(await difference()).toMatchObject({
      ...{ subject: "ProtocolConfig.setTreasury(address)", what: "may be called by", expected: "GOVERNOR" },
      found: `role ${2n ** 64n - 1n}`,
    });
    await open(setTreasury, 2n);
    await open("0x12345678", 3n);
    expect(await difference()).toMatchObject({
      ...{ subject: "AccessManager", what: "functions beyond the table that a role may call" },
      found: `0x12345678 of ${at("ProtocolConfig")} (ProtocolConfig): GUARDIAN`,
    });
  });

  it("a contract that was closed", async () => {
    await asAdmin({ abi: managerAbi, functionName: "setTargetClosed", args: [at("LicenseToken"), true] });
    expect(await difference()).toMatchObject({ subject: "LicenseToken", expected: "open", found: "closed" });
  });

  it("a contract under another authority", async () => {
    const slot = keccak256(
      numberToHex(BigInt(keccak256(stringToHex("openzeppelin.storage.AccessManaged"))) - 1n, { size: 32 }),
    );
    const index = `${slot.slice(0, -2)}00` as Hex;
    await world.owner.setStorageAt({ address: at("Recalls"), index, value: pad(world.ada.account.address) });
    expect(await difference()).toMatchObject({
      subject: "Recalls",
      what: "authority is the AccessManager",
      found: world.ada.account.address,
    });
  });

  it("a factory that somebody owns", async () => {
    const deployer = world.deployment.deployer as Address;
    const transfer = encodeFunctionData({
      abi: parseAbi(["function transferOwnership(address to)"]),
      args: [deployer],
    });
    await sendAs(at("TimelockController"), at("ColophonFactory"), transfer);
    expect(await differences()).toEqual([
      "ColophonFactory: owner is the timelock",
      "deployer: holds no role and owns nothing",
    ]);
  });
});

describe("wiring that is not what was configured", () => {
  it("another treasury, another token, another verifier", async () => {
    const { governor } = expected.configuration;
    const config = parseAbi([
      "function setTreasury(address treasury)",
      "function setPaymentToken(address token, address superToken, uint16 feeBps, bool allowed)",
    ]);
    const usdcx = world.deployment.external?.testUSDCx as Address;
    const data = [
      encodeFunctionData({ abi: config, functionName: "setTreasury", args: [governor] }),
      encodeFunctionData({ abi: config, functionName: "setPaymentToken", args: [world.usdc, usdcx, 300, true] }),
    ];
    for (const each of data) await sendAs(governor, at("ProtocolConfig"), each);
    const stop = parseAbi(["function stopRoute(bytes4 selector)"]);
    const hash = await world.owner.readContract({
      address: at("MockSp1Verifier"),
      abi: parseAbi(["function VERIFIER_HASH() view returns (bytes32)"]),
      functionName: "VERIFIER_HASH",
    });
    const selector = hash.slice(0, 10) as Hex;
    await sendAs(governor, at("ProofRegistry"), encodeFunctionData({ abi: stop, args: [selector] }));
    expect(await differences()).toEqual([
      "ProtocolConfig: treasury, which fees go to",
      "ProtocolConfig: payment tokens",
      "ProofRegistry: routes of proofs",
    ]);
  });

  it("a verifier whose code was exchanged", async () => {
    await world.owner.setCode({ address: at("MockSp1Verifier"), bytecode: "0x60006000fd" });
    const found = await differences(world.deployment, { configuration: undefined });
    expect(found).toHaveLength(2);
    expect(found[1]).toMatch(/^ProofRegistry route 0x[0-9a-f]{8}: verifier's code is what the route names$/);
  });
});
