/** Who holds which role of the AccessManager, since when and with which delay; and which role may call what. */
import { permissions } from "@colophon-protocol/contracts";
import { type Address, toFunctionSelector } from "viem";
import { accessManagerAbi } from "./abis.js";
import type { Call, Happened } from "./chain.js";
import { addressOf, type DeploymentCheck, equal, type Inspection, listed, NO_ANSWER, namer } from "./checks.js";
import type { DeploymentConfiguration } from "./configuration.js";
import { membersTold } from "./members.js";

const UPGRADE = "upgradeToAndCall(address,bytes)";
const MANAGER = "AccessManager";
const GUARDIAN = "GUARDIAN";
const ADMIN_ROLE = 0n;

type Access = readonly [since: number, delay: number, pendingDelay: number, effect: number];

/** A role of the table, or one that only the chain knows. */
interface Role {
  id: bigint;
  name: string;
  leastDelay: number;
}

/** Who must hold a role, and how long they wait. */
interface Grant {
  account: Address;
  delay: number;
}

const roleName = (id: bigint | undefined): string =>
  id === undefined ? NO_ANSWER : (TABLE.find((role) => role.id === id)?.name ?? `role ${id}`);

const TABLE: readonly Role[] = permissions.roles.map(({ id, ...role }) => ({ ...role, id: BigInt(id) }));

export async function checkRoles(inspection: Inspection): Promise<DeploymentCheck[]> {
  const { chain, deployment } = inspection;
  const manager = addressOf(deployment, MANAGER);
  if (!manager) return [];
  const events = await chain.events(manager, accessManagerAbi, deployment.contracts[MANAGER]?.block ?? 0);
  const ask = (calls: readonly Call[]) => chain.readMany(manager, accessManagerAbi, calls);
  return [
    ...checkHistory(inspection, events),
    ...(await checkMembers(inspection, events, ask)),
    ...(await checkRules(ask)),
    ...(await checkFunctions(inspection, events, ask)),
    ...(await checkTargets(inspection, events, ask)),
  ];
}

type Ask = (calls: readonly Call[]) => Promise<unknown[]>;

/** Without the first grant, the events that were read are not all there are. */
function checkHistory({ deployment: { deployer } }: Inspection, [first]: readonly Happened[]): DeploymentCheck[] {
  if (!deployer) return [];
  const found =
    first?.eventName === "RoleGranted"
      ? `${roleName(first.args.roleId as bigint)} for ${first.args.account}`
      : (first?.eventName ?? "no event");
  return [equal(MANAGER, "its history is whole: the first grant is the deployer's", `ADMIN for ${deployer}`, found)];
}

async function checkMembers(inspection: Inspection, events: readonly Happened[], ask: Ask): Promise<DeploymentCheck[]> {
  const told = membersTold<bigint>(events, "roleId");
  const roles = [...TABLE, ...[...told.keys()].filter((id) => !TABLE.some((role) => role.id === id)).map(strangeRole)];
  const candidates = candidatesOf(inspection, events);
  const pairs = roles.flatMap(({ id }) => candidates.map((account) => ({ id, account })));
  const answers = await ask(pairs.map(({ id, account }) => ({ functionName: "getAccess", args: [id, account] })));
  const held = pairs.map((pair, i) => ({ ...pair, access: answers[i] as Access | undefined }));
  const shown = namer(inspection.deployment);
  return roles.flatMap((role) => {
    const ofRole = held.filter(({ id }) => id === role.id);
    const silent = ofRole.some(({ access }) => access === undefined);
    const members = ofRole.flatMap(({ account, access }) => (access?.[0] ? [{ account, access }] : []));
    const found = members.map(({ account, access }) => memberLine(shown(account) as string, access, inspection));
    const accounts = listed(members.map(({ account }) => account.toLowerCase()));
    const toldAccounts = listed(told.get(role.id) ?? []);
    return [
      memberCheck(inspection, role, silent ? NO_ANSWER : listed(found)),
      equal(role.name, "members are those that the manager's events tell", toldAccounts, silent ? NO_ANSWER : accounts),
      ...(inspection.local ? [] : [floorCheck(role, members, silent)]),
    ];
  });
}

const strangeRole = (id: bigint): Role => ({ id, name: `role ${id}`, leastDelay: 0 });

function memberCheck(inspection: Inspection, role: Role, found: string): DeploymentCheck {
  const grants = expectedGrants(inspection, role.name);
  const shown = namer(inspection.deployment);
  if (grants) {
    const expected = listed(grants.map(({ account, delay }) => `${shown(account)} ${waiting(delay)}`));
    return equal(role.name, "members, and how long each waits", expected, found);
  }
  const holds = found !== "none" && found !== NO_ANSWER;
  return { subject: role.name, what: "members, and how long each waits", expected: "at least one", found, holds };
}

/** Undefined where nobody said who it is: a configuration says it for all roles but ADMIN, and nobody holds what is not in the table. */
function expectedGrants({ deployment, configuration }: Inspection, role: string): Grant[] | undefined {
  const timelock = addressOf(deployment, "TimelockController");
  if (role === "ADMIN") return timelock ? [{ account: timelock, delay: 0 }] : [];
  const grantOf = GRANTS[role];
  if (!grantOf) return [];
  return configuration && [grantOf(configuration)];
}

const GRANTS: Readonly<Record<string, (configuration: DeploymentConfiguration) => Grant>> = {
  UPGRADER: ({ upgrader, upgraderDelay }) => ({ account: upgrader, delay: upgraderDelay }),
  GOVERNOR: ({ governor, governorDelay }) => ({ account: governor, delay: governorDelay }),
  GUARDIAN: ({ guardian }) => ({ account: guardian, delay: 0 }),
  KEY_OPERATOR: ({ keyOperator, keyOperatorDelay }) => ({ account: keyOperator, delay: keyOperatorDelay }),
};

const waiting = (seconds: number): string => `waits ${seconds} s`;

function memberLine(account: string, [since, delay, pending, effect]: Access, { chain }: Inspection): string {
  const change = effect === 0 ? "" : `, ${pending} s from ${effect}`;
  return `${account} ${waiting(delay)}${change}${since > chain.block.timestamp ? `, member from ${since}` : ""}`;
}

function floorCheck(
  { name, leastDelay }: Role,
  members: readonly { access: Access }[],
  silent: boolean,
): DeploymentCheck {
  const least = Math.min(
    ...members.map(({ access: [, delay, pending, effect] }) => (effect === 0 ? delay : Math.min(delay, pending))),
  );
  const found = silent ? NO_ANSWER : members.length === 0 ? "no member" : `${least} s`;
  const holds = !silent && least >= leastDelay;
  return {
    subject: name,
    what: "least delay, as public chains need it",
    expected: `${leastDelay} s or more`,
    found,
    holds,
  };
}

/** Everybody who could hold something: named in an event, in the file or in the configuration. */
function candidatesOf({ deployment, configuration }: Inspection, events: readonly Happened[]): Address[] {
  const { deployer, contracts } = deployment;
  const configured = Object.values(GRANTS).map((grant) => configuration && grant(configuration).account);
  const named = [
    deployer,
    configuration?.proposer,
    ...configured,
    ...Object.values(contracts).map(({ address }) => address),
  ];
  const told = events.map(({ args }) => args.account as Address | undefined);
  const all = [...named, ...told].filter((account) => account !== undefined);
  return [...new Map(all.map((account) => [account.toLowerCase(), account])).values()];
}

/** Who gives and takes a role, who may cancel what its members schedule, and how long a grant waits. */
async function checkRules(ask: Ask): Promise<DeploymentCheck[]> {
  const views = ["getRoleAdmin", "getRoleGuardian", "getRoleGrantDelay"];
  const roles = TABLE.filter(({ id }) => id !== ADMIN_ROLE);
  const answers = await ask(roles.flatMap(({ id }) => views.map((functionName) => ({ functionName, args: [id] }))));
  return roles.flatMap(({ name }, i) => {
    const [admin, guardian, delay] = answers.slice(i * views.length) as [bigint?, bigint?, number?];
    return [
      equal(name, "given and taken by", "ADMIN", roleName(admin)),
      equal(name, "what it schedules can be cancelled by", name === GUARDIAN ? "ADMIN" : GUARDIAN, roleName(guardian)),
      equal(name, "a grant waits", "0 s", delay === undefined ? undefined : `${delay} s`),
    ];
  });
}

/** A function of the table on a contract of the deployment. */
interface Guarded {
  target: string;
  address: Address;
  signature: string;
  role: string;
}

function guardedFunctions({ deployment }: Inspection): Guarded[] {
  const upgrades = permissions.proxies.map((target) => ({ target, signature: UPGRADE, role: "UPGRADER" }));
  return [...permissions.restricted, ...upgrades].flatMap((entry) => {
    const address = addressOf(deployment, entry.target);
    return address ? [{ ...entry, address }] : [];
  });
}

async function checkFunctions(
  inspection: Inspection,
  events: readonly Happened[],
  ask: Ask,
): Promise<DeploymentCheck[]> {
  const guarded = guardedFunctions(inspection);
  const asked = (target: Address, selector: string) => ({
    functionName: "getTargetFunctionRole",
    args: [target, selector],
  });
  const answers = await ask(guarded.map(({ address, signature }) => asked(address, toFunctionSelector(signature))));
  const inTable = guarded.map(({ target, signature, role }, i) =>
    equal(`${target}.${signature}`, "may be called by", role, roleName(answers[i] as bigint | undefined)),
  );
  const keys = new Set(guarded.map(({ address, signature }) => keyOf(address, toFunctionSelector(signature))));
  const others = events
    .filter(({ eventName }) => eventName === "TargetFunctionRoleUpdated")
    .map(({ args }) => ({ target: args.target as Address, selector: args.selector as string }))
    .filter(({ target, selector }) => !keys.has(keyOf(target, selector)));
  const unique = [...new Map(others.map((each) => [keyOf(each.target, each.selector), each])).values()];
  const roles = (await ask(unique.map(({ target, selector }) => asked(target, selector)))) as (bigint | undefined)[];
  const shown = namer(inspection.deployment);
  const opened = unique
    .map(({ target, selector }, i) => ({
      text: `${selector} of ${shown(target)}: ${roleName(roles[i])}`,
      role: roles[i],
    }))
    .filter(({ role }) => role !== ADMIN_ROLE);
  return [
    ...inTable,
    equal(MANAGER, "functions beyond the table that a role may call", "none", listed(opened.map(({ text }) => text))),
  ];
}

const keyOf = (target: Address, selector: string): string => `${target}${selector}`.toLowerCase();

/** Nothing is closed, and changes of who may call what are the timelock's at once: it waits itself. */
async function checkTargets(inspection: Inspection, events: readonly Happened[], ask: Ask): Promise<DeploymentCheck[]> {
  const shown = namer(inspection.deployment);
  const proxies = permissions.proxies.map((name) => addressOf(inspection.deployment, name));
  const told = events.map(({ args }) => args.target as Address | undefined);
  const targets = [...new Set([...proxies, ...told])].filter((target) => target !== undefined);
  const answers = await ask(
    targets.flatMap((target) => [
      { functionName: "isTargetClosed", args: [target] },
      { functionName: "getTargetAdminDelay", args: [target] },
    ]),
  );
  return targets.flatMap((target, i) => {
    const [closed, delay] = answers.slice(2 * i) as [boolean?, number?];
    const subject = proxyName(inspection, target) ?? (shown(target) as string);
    return [
      equal(
        subject,
        "restricted functions are open to their roles",
        "open",
        closed === undefined ? undefined : closed ? "closed" : "open",
      ),
      equal(
        subject,
        "a change of its roles waits beside the timelock",
        "0 s",
        delay === undefined ? undefined : `${delay} s`,
      ),
    ];
  });
}

const proxyName = ({ deployment }: Inspection, target: Address): string | undefined =>
  permissions.proxies.find((name) => addressOf(deployment, name)?.toLowerCase() === target.toLowerCase());
