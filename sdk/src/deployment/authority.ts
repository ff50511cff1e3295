/** Who is above whom: contracts under the AccessManager, that under the timelock, and the deployer under nobody with nothing. */
import { permissions } from "@colophon-protocol/contracts";
import { type Address, type Hex, keccak256, pad, toHex, zeroAddress } from "viem";
import { accessManagerAbi, managedAbi, ownableAbi, timelockAbi } from "./abis.js";
import { addressOf, type DeploymentCheck, equal, type Inspection, listed, NO_ANSWER, namer } from "./checks.js";
import { membersTold } from "./members.js";

const TIMELOCK = "TimelockController";
const FACTORY = "ColophonFactory";
const DEFAULT_ADMIN: Hex = pad("0x00", { size: 32 });
const ROLES: Readonly<Record<string, Hex>> = {
  ADMIN: DEFAULT_ADMIN,
  PROPOSER: keccak256(toHex("PROPOSER_ROLE")),
  CANCELLER: keccak256(toHex("CANCELLER_ROLE")),
  EXECUTOR: keccak256(toHex("EXECUTOR_ROLE")),
};

export async function checkAuthority(inspection: Inspection): Promise<DeploymentCheck[]> {
  const groups = await Promise.all([
    checkManaged(inspection),
    checkFactoryOwner(inspection),
    checkTimelock(inspection),
    checkDeployer(inspection),
  ]);
  return groups.flat();
}

/** Every proxy asks the one manager. */
async function checkManaged({ chain, deployment }: Inspection): Promise<DeploymentCheck[]> {
  const shown = namer(deployment);
  const manager = addressOf(deployment, "AccessManager");
  const proxies = permissions.proxies.filter((name) => addressOf(deployment, name));
  return Promise.all(
    proxies.map(async (name) => {
      const found = await chain.read<Address>(addressOf(deployment, name), managedAbi, { functionName: "authority" });
      return equal(name, "authority is the AccessManager", shown(manager) ?? "an AccessManager", shown(found));
    }),
  );
}

async function checkFactoryOwner({ chain, deployment }: Inspection): Promise<DeploymentCheck[]> {
  const shown = namer(deployment);
  const owner = await chain.read<Address>(addressOf(deployment, FACTORY), ownableAbi, { functionName: "owner" });
  return [
    equal(FACTORY, "owner is the timelock", shown(addressOf(deployment, TIMELOCK)) ?? "a timelock", shown(owner)),
  ];
}

async function checkTimelock(inspection: Inspection): Promise<DeploymentCheck[]> {
  const timelock = addressOf(inspection.deployment, TIMELOCK);
  if (!timelock) return [];
  return [...(await checkDelay(inspection, timelock)), ...(await checkTimelockRoles(inspection, timelock))];
}

async function checkDelay({ chain, configuration, local }: Inspection, timelock: Address): Promise<DeploymentCheck[]> {
  const delay = await chain.read<bigint>(timelock, timelockAbi, { functionName: "getMinDelay" });
  const found = delay === undefined ? NO_ANSWER : `${delay} s`;
  const least = local ? 0 : permissions.leastTimelockDelay;
  const floor = {
    subject: TIMELOCK,
    what: "least delay, as its chain needs it",
    expected: `${least} s or more`,
    found,
  };
  return [
    { ...floor, holds: delay !== undefined && delay >= BigInt(least) },
    ...(configuration ? [equal(TIMELOCK, "delay of every act", `${configuration.timelockDelay} s`, found)] : []),
  ];
}

async function checkTimelockRoles(inspection: Inspection, timelock: Address): Promise<DeploymentCheck[]> {
  const { chain, deployment, configuration } = inspection;
  const events = await chain.events(timelock, timelockAbi, deployment.contracts[TIMELOCK]?.block ?? 0);
  const told = membersTold<Hex>(events, "role");
  const shown = namer(deployment);
  const named = [
    deployment.deployer,
    configuration?.proposer,
    zeroAddress,
    timelock,
    addressOf(deployment, "AccessManager"),
  ];
  const inEvents = events.map(({ args }) => args.account as Address | undefined);
  const candidates = [...new Set([...named, ...inEvents].filter((account) => account !== undefined))];
  const expected: Readonly<Record<string, readonly Address[] | undefined>> = {
    ADMIN: [timelock],
    PROPOSER: configuration && [configuration.proposer],
    CANCELLER: configuration && [configuration.proposer],
    EXECUTOR: [zeroAddress],
  };
  const name = (account: Address) => (account === zeroAddress ? "anyone" : (shown(account) as string));
  const perRole = Object.entries(ROLES).map(async ([role, id]) => {
    const members = await membersOf(inspection, timelock, id, candidates);
    const admin = await chain.read<Hex>(timelock, timelockAbi, { functionName: "getRoleAdmin", args: [id] });
    const subject = `${role} of ${TIMELOCK}`;
    const found = members ? listed(members.map(name)) : NO_ANSWER;
    const accounts = members && listed(members.map((account) => account.toLowerCase()));
    return [
      memberCheck(subject, expected[role]?.map(name), found),
      equal(subject, "members are those that the timelock's events tell", listed(told.get(id) ?? []), accounts),
      equal(subject, "given and taken by", "the timelock itself", admin === undefined ? undefined : adminName(admin)),
    ];
  });
  const strange = [...told]
    .filter(([id, { size }]) => size > 0 && !Object.values(ROLES).includes(id))
    .map(([id]) => id);
  return [
    ...(await Promise.all(perRole)).flat(),
    equal(TIMELOCK, "roles of no known meaning", "none", listed(strange)),
  ];
}

const adminName = (admin: Hex): string => (admin === DEFAULT_ADMIN ? "the timelock itself" : admin);

function memberCheck(subject: string, expected: string[] | undefined, found: string): DeploymentCheck {
  if (expected) return equal(subject, "members", listed(expected), found);
  return { subject, what: "members", expected: "at least one", found, holds: found !== "none" && found !== NO_ANSWER };
}

/** Undefined when the timelock does not answer. */
async function membersOf(
  { chain }: Inspection,
  timelock: Address,
  role: Hex,
  candidates: readonly Address[],
): Promise<Address[] | undefined> {
  const answers = await Promise.all(
    candidates.map((account) =>
      chain.read<boolean>(timelock, timelockAbi, { functionName: "hasRole", args: [role, account] }),
    ),
  );
  if (answers.some((answer) => answer === undefined)) return undefined;
  return candidates.filter((_, i) => answers[i]);
}

/** Whoever deployed ends with nothing, whatever the configuration says. */
async function checkDeployer(inspection: Inspection): Promise<DeploymentCheck[]> {
  const { chain, deployment } = inspection;
  const { deployer } = deployment;
  if (!deployer) return [];
  const [manager, timelock] = [addressOf(deployment, "AccessManager"), addressOf(deployment, TIMELOCK)];
  const calls = permissions.roles.map(({ id }) => ({ functionName: "getAccess", args: [BigInt(id), deployer] }));
  const access = manager
    ? ((await chain.readMany(manager, accessManagerAbi, calls)) as (readonly number[] | undefined)[])
    : [];
  const held = permissions.roles.filter((_, i) => access[i]?.[0]).map(({ name }) => `${name} of AccessManager`);
  const ofTimelock = await Promise.all(
    Object.entries(ROLES).map(async ([name, role]) => {
      const has = await chain.read<boolean>(timelock, timelockAbi, { functionName: "hasRole", args: [role, deployer] });
      return has ? `${name} of ${TIMELOCK}` : undefined;
    }),
  );
  const owner = await chain.read<Address>(addressOf(deployment, FACTORY), ownableAbi, { functionName: "owner" });
  const owned = owner?.toLowerCase() === deployer.toLowerCase() ? `ownership of ${FACTORY}` : undefined;
  const all = [...held, ...ofTimelock, owned].filter((each) => each !== undefined);
  return [equal("deployer", "holds no role and owns nothing", "nothing", all.length > 0 ? listed(all) : "nothing")];
}
