/** The code that runs is the code that was recorded and, where a build is at hand, the code that the build makes. */
import { permissions } from "@colophon-protocol/contracts";
import { type Address, getAddress, getCreateAddress, type Hex, hexToBytes, keccak256, slice, toHex } from "viem";
import { hostAbi } from "./abis.js";
import { type DeploymentCheck, equal, type Inspection, listed } from "./checks.js";

/** What a compiler made of a contract, as in forge's `out/Name.sol/Name.json`. */
export interface BuildArtifact {
  bytecode: { object: Hex };
  deployedBytecode: {
    object: Hex;
    /** Where values are put in when the contract is made, by a number of the compiler's; bytes. */
    immutableReferences?: Readonly<Record<string, readonly { start: number; length: number }[]>>;
  };
}

/** Gives the artifact of a contract by name. Throws when there is none. */
export type ReadArtifact = (name: string) => Promise<BuildArtifact>;

/** ERC-1967, and OpenZeppelin's Initializable. */
const SLOTS = {
  implementation: "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc",
  admin: "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103",
  beacon: "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50",
  initializable: "0xf0c57e16840df040f15088dc2f81fe391c3923bec73e23a9662efc9c229c6a00",
} as const;
/** What Initializable counts to where nothing may be initialized. */
const NEVER = 2n ** 64n - 1n;
const NONE = "none";
const PROXIES: ReadonlySet<string> = new Set(permissions.proxies);

/** Code, where it is and what it should be made of. */
interface Running {
  /** Of the deployment. */
  subject: string;
  /** Of the build. */
  artifact: string;
  address: Address;
}

export async function checkCode(inspection: Inspection): Promise<DeploymentCheck[]> {
  const { contracts } = inspection.deployment;
  const perContract = await Promise.all(
    Object.entries(contracts).map(([name, { address, implementation, codeHash }]) =>
      Promise.all([
        checkRecorded(inspection, name, implementation ?? address, codeHash),
        ...(implementation ? [checkProxy(inspection, name, address, implementation)] : []),
        ...(!implementation && PROXIES.has(name)
          ? [[equal(name, "the file names its implementation", "an address", NONE)]]
          : []),
      ]),
    ),
  );
  return [...perContract.flat(2), ...(await checkProxyCodes(inspection)), ...(await checkBuild(inspection))];
}

async function checkRecorded({ chain }: Inspection, name: string, address: Address, codeHash: Hex | undefined) {
  const found = (await chain.codeHash(address)) ?? "no code";
  if (!codeHash) return [equal(name, "the file records its code", "a code hash", NONE)];
  return [equal(name, "code on chain hashes to what the file records", codeHash, found)];
}

async function checkProxy({ chain }: Inspection, name: string, proxy: Address, implementation: Address) {
  const [found, admin, beacon, made, code] = await Promise.all([
    chain.slot(proxy, SLOTS.implementation),
    chain.slot(proxy, SLOTS.admin),
    chain.slot(proxy, SLOTS.beacon),
    chain.slot(proxy, SLOTS.initializable),
    chain.slot(implementation, SLOTS.initializable),
  ]);
  const others = [BigInt(admin) && "an admin", BigInt(beacon) && "a beacon"].filter(Boolean).join(" and ");
  return [
    equal(name, "proxy runs the implementation of the file", implementation, getAddress(slice(found, 12))),
    equal(name, "proxy has no admin and no beacon of its own", NONE, others || NONE),
    equal(name, "proxy is initialized", "yes", initialized(made) ? "yes" : "no"),
    equal(name, "nobody can initialize the implementation", "yes", initialized(code) === NEVER ? "yes" : "no"),
  ];
}

const initialized = (slot: Hex): bigint => BigInt(slot) & NEVER;

/** All proxies are one code; a build says which. */
async function checkProxyCodes({ chain, deployment, artifact }: Inspection): Promise<DeploymentCheck[]> {
  const proxies = Object.entries(deployment.contracts).filter(([, { implementation }]) => implementation);
  const hashes = await Promise.all(proxies.map(([, { address }]) => chain.codeHash(address)));
  const built = artifact && keccak256((await artifact("ERC1967Proxy")).deployedBytecode.object);
  const expected = built ?? commonest(hashes.filter((hash) => hash !== undefined)) ?? NONE;
  const what = built ? "proxy's own code is the build's ERC1967Proxy" : "proxy's own code is that of the other proxies";
  return proxies.map(([name], i) => equal(name, what, expected, hashes[i] ?? "no code"));
}

function commonest(values: readonly Hex[]): Hex | undefined {
  const count = (value: Hex) => values.filter((other) => other === value).length;
  return [...values].sort((a, b) => count(b) - count(a))[0];
}

async function checkBuild(inspection: Inspection): Promise<DeploymentCheck[]> {
  const { artifact, deployment } = inspection;
  if (!artifact) return [];
  const running = Object.entries(deployment.contracts).map(([name, { address, implementation }]) => ({
    ...{ subject: name, artifact: name, address: implementation ?? address },
  }));
  const known = deployment.external && (await knownAddresses(inspection, running));
  const checks = [...running, ...partsOf(running)].map((each) => checkAgainst(inspection, each, artifact, known));
  return (await Promise.all(checks)).flat();
}

/** ProviderBond's implementation makes the second part of its code itself. */
function partsOf(running: readonly Running[]): Running[] {
  return running
    .filter(({ artifact }) => artifact === "ProviderBond")
    .map(({ subject, address }) => ({ subject, artifact: "BondOperations", address: madeBy(address) }));
}

const madeBy = (address: Address): Address => getCreateAddress({ from: address, nonce: 1n });

async function checkAgainst(
  { chain }: Inspection,
  { subject, artifact, address }: Running,
  readArtifact: ReadArtifact,
  known: ReadonlySet<string> | undefined,
): Promise<DeploymentCheck[]> {
  const { deployedBytecode } = await readArtifact(artifact);
  const code = await chain.code(address);
  const named = artifact === subject ? "" : `, ${artifact}`;
  const expected = keccak256(masked(deployedBytecode.object, deployedBytecode));
  const found = code === "0x" ? "no code" : keccak256(masked(code, deployedBytecode));
  const same = equal(subject, `code is the build's, values set when it was made aside${named}`, expected, found);
  if (!same.holds || !known) return [same];
  const strangers = addressesIn(code, deployedBytecode).filter((each) => !known.has(each.toLowerCase()));
  const what = `its code names contracts of the deployment alone${named}`;
  return [
    same,
    equal(subject, what, "no other address", strangers.length > 0 ? listed(strangers) : "no other address"),
  ];
}

type Deployed = BuildArtifact["deployedBytecode"];
const placesIn = ({ immutableReferences = {} }: Deployed) => Object.values(immutableReferences).flat();

/** Code with zeros where values are put in when a contract is made. */
function masked(code: Hex, deployed: Deployed): Hex {
  const bytes = hexToBytes(code);
  for (const { start, length } of placesIn(deployed)) bytes.fill(0, start, start + length);
  return toHex(bytes);
}

/** Values put in that can be addresses: 20 bytes, and too large for a number of anything. */
function addressesIn(code: Hex, deployed: Deployed): Address[] {
  const words = placesIn(deployed).map(({ start, length }) => slice(code, start, start + length));
  const found = words.map(BigInt).filter((value) => value >> 160n === 0n && value >> 64n !== 0n);
  return [...new Set(found)].map((value) => getAddress(toHex(value, { size: 20 })));
}

/** Addresses that code may name: the deployment's, what it uses, itself, and what it made itself. In lower case. */
async function knownAddresses(inspection: Inspection, running: readonly Running[]): Promise<ReadonlySet<string>> {
  const { contracts, external = {} } = inspection.deployment;
  const listedOnes = Object.values(contracts).flatMap(({ address, implementation }) => [address, implementation]);
  const all = [
    ...listedOnes,
    ...Object.values(external),
    ...running.flatMap(({ address }) => [address, madeBy(address)]),
    ...(await agreements(inspection)),
  ];
  return new Set(all.filter((each) => each !== undefined).map((each) => each.toLowerCase()));
}

const AGREEMENTS = ["ConstantFlowAgreement", "GeneralDistributionAgreement"];

/** Superfluid's agreements, as its host names them. */
async function agreements({ chain, deployment }: Inspection): Promise<(Address | undefined)[]> {
  const host = deployment.external?.superfluidHost;
  return Promise.all(
    AGREEMENTS.map((name) => {
      const type = keccak256(toHex(`org.superfluid-finance.agreements.${name}.v1`));
      return chain.read<Address>(host, hostAbi, { functionName: "getAgreementClass", args: [type] });
    }),
  );
}
