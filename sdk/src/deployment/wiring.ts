/** Which contracts know which others, which tokens pay, where fees go, and who checks proofs. */
import {
  colophonLensAbi,
  licenseTokenAbi,
  liveVaultAbi,
  proofRegistryAbi,
  protocolConfigAbi,
  recallsAbi,
  streamVaultAbi,
} from "@colophon-protocol/contracts";
import { type Abi, type Address, type Hex, slice } from "viem";
import { PROOF_ASSURANCE } from "../core/proof-enums.js";
import { verifierAbi } from "./abis.js";
import { addressOf, type DeploymentCheck, equal, type Inspection, listed, NO_ANSWER, namer } from "./checks.js";

/** Contract, view, and whom it must name. What has no view is held against a build. */
const NEIGHBORS: readonly (readonly [contract: string, abi: Abi, view: string, neighbor: string])[] = [
  ["ColophonLens", colophonLensAbi, "LICENSES", "LicenseToken"],
  ["ColophonLens", colophonLensAbi, "MARKET", "LicenseMarket"],
  ["ColophonLens", colophonLensAbi, "REGISTRY", "DatasetRegistry"],
  ["ColophonLens", colophonLensAbi, "TERMS", "TermsRegistry"],
  ["ColophonLens", colophonLensAbi, "ESCROW", "EscrowRail"],
  ["ColophonLens", colophonLensAbi, "DISTRIBUTOR", "RevenueDistributor"],
  ["ColophonLens", colophonLensAbi, "CONFIG", "ProtocolConfig"],
  ["StreamVault", streamVaultAbi, "rail", "StreamRail"],
  ["LiveVault", liveVaultAbi, "rail", "LiveStreamRail"],
  ["Recalls", recallsAbi, "datasetRegistry", "DatasetRegistry"],
];
/** By index; 0 is none. */
const RAILS = ["EscrowRail", "StreamRail", "MeterRail", "RevenueShareRail", "LiveStreamRail"];
const CONFIG = "ProtocolConfig";
const PROOFS = "ProofRegistry";
const LOCAL_ONLY = ["TestUSDC", "MockSp1Verifier"];

export async function checkWiring(inspection: Inspection): Promise<DeploymentCheck[]> {
  const groups = await Promise.all([
    checkNeighbors(inspection),
    checkRails(inspection),
    checkTreasury(inspection),
    checkTokens(inspection),
    checkRoutes(inspection),
  ]);
  return [...groups.flat(), ...checkLocalOnly(inspection)];
}

async function checkNeighbors({ chain, deployment }: Inspection): Promise<DeploymentCheck[]> {
  const shown = namer(deployment);
  return Promise.all(
    NEIGHBORS.map(async ([contract, abi, functionName, neighbor]) => {
      const found = await chain.read<Address>(addressOf(deployment, contract), abi, { functionName });
      return equal(contract, `${functionName}() is`, shown(addressOf(deployment, neighbor)) ?? neighbor, shown(found));
    }),
  );
}

async function checkRails({ chain, deployment }: Inspection): Promise<DeploymentCheck[]> {
  const shown = namer(deployment);
  return Promise.all(
    RAILS.map(async (rail, i) => {
      const call = { functionName: "railAt", args: [i + 1] };
      const found = await chain.read<readonly [Address]>(addressOf(deployment, "LicenseToken"), licenseTokenAbi, call);
      return equal("LicenseToken", `rail ${i + 1} is`, shown(addressOf(deployment, rail)) ?? rail, shown(found?.[0]));
    }),
  );
}

async function checkTreasury({ chain, deployment, configuration }: Inspection): Promise<DeploymentCheck[]> {
  if (!configuration) return [];
  const found = await chain.read<Address>(addressOf(deployment, CONFIG), protocolConfigAbi, {
    functionName: "treasury",
  });
  return [equal(CONFIG, "treasury, which fees go to", configuration.treasury, found)];
}

interface Listed {
  superToken: Address;
  feeBps: number;
  allowed: boolean;
}

async function checkTokens(inspection: Inspection): Promise<DeploymentCheck[]> {
  const { chain, deployment, configuration } = inspection;
  const config = addressOf(deployment, CONFIG);
  if (!config || !configuration) return [];
  const shown = namer(deployment);
  const events = await chain.events(config, protocolConfigAbi, deployment.contracts[CONFIG]?.block ?? 0);
  const tokens = [
    ...new Set(events.filter(({ eventName }) => eventName === "PaymentTokenSet").map(({ args }) => args.token)),
  ];
  const answers = await Promise.all(
    tokens.map((token) =>
      chain.read<Listed>(config, protocolConfigAbi, { functionName: "paymentToken", args: [token] }),
    ),
  );
  const line = (token: Address, superToken: Address, feeBps: number) =>
    `${shown(token)} with super token ${shown(superToken)} and a fee of ${feeBps} bps`;
  const found = tokens.flatMap((token, i) => {
    const answer = answers[i];
    if (!answer) return [`${token}: ${NO_ANSWER}`];
    return answer.allowed ? [line(token as Address, answer.superToken, answer.feeBps)] : [];
  });
  const expected = expectedTokens(inspection).map(({ token, superToken, feeBps }) => line(token, superToken, feeBps));
  return [equal(CONFIG, "payment tokens", listed(expected), listed(found))];
}

function expectedTokens({ deployment, configuration }: Inspection) {
  const [token, superToken] = [addressOf(deployment, "TestUSDC"), deployment.external?.testUSDCx];
  const test = configuration?.testTokens && token && superToken;
  const own = test ? [{ token, superToken, feeBps: configuration.testTokenFeeBps }] : [];
  return [...own, ...(configuration?.tokens ?? [])];
}

interface Route {
  verifier: Address;
  assurance: number;
  stopped: boolean;
  codeHash: Hex;
}

async function checkRoutes(inspection: Inspection): Promise<DeploymentCheck[]> {
  const { chain, deployment, configuration, local } = inspection;
  const registry = addressOf(deployment, PROOFS);
  if (!registry) return [];
  const events = await chain.events(registry, proofRegistryAbi, deployment.contracts[PROOFS]?.block ?? 0);
  const added = events.filter(({ eventName }) => eventName === "RouteAdded").map(({ args }) => args.selector as Hex);
  const selectors = [...new Set(added)];
  const routes = await Promise.all(
    selectors.map((selector) =>
      chain.read<Route>(registry, proofRegistryAbi, { functionName: "routeOf", args: [selector] }),
    ),
  );
  const shown = namer(deployment);
  const checks = selectors.map((selector, i) => checkRoute(inspection, selector, routes[i]));
  const found = selectors.map((selector, i) => {
    const route = routes[i];
    if (!route) return `${selector}: ${NO_ANSWER}`;
    return `${routeLine(selector, shown(route.verifier), route.assurance)}${route.stopped ? ", stopped" : ""}`;
  });
  const expected = configuration && (await expectedRoutes(inspection));
  return [
    ...(await Promise.all(checks)).flat(),
    ...(expected ? [equal(PROOFS, "routes of proofs", listed(expected), listed(found))] : []),
    ...(local ? [] : [equal(PROOFS, "routes for production alone", "none below", belowProduction(selectors, routes))]),
  ];
}

const assuranceName = (assurance: number): string => PROOF_ASSURANCE[assurance] ?? `assurance ${assurance}`;
const routeLine = (selector: Hex, verifier: string | undefined, assurance: number): string =>
  `${selector} to ${verifier} for ${assuranceName(assurance)}`;

function belowProduction(selectors: readonly Hex[], routes: readonly (Route | undefined)[]): string {
  const below = selectors.filter((_, i) => {
    const route = routes[i];
    return !route || (!route.stopped && assuranceName(route.assurance) !== "Production");
  });
  return below.length > 0 ? listed(below) : "none below";
}

/** A route whose verifier has other code than it names is dead; a stopped one may be. */
async function checkRoute({ chain }: Inspection, selector: Hex, route: Route | undefined): Promise<DeploymentCheck[]> {
  if (!route || route.stopped) return [];
  const found = (await chain.codeHash(route.verifier)) ?? "no code";
  return [equal(`${PROOFS} route ${selector}`, "verifier's code is what the route names", route.codeHash, found)];
}

/** The configuration's first; then what this deployment's own verifiers name, where the selector is free. */
async function expectedRoutes({ chain, deployment, configuration }: Inspection): Promise<string[]> {
  const shown = namer(deployment);
  const given = configuration?.proofRoutes ?? [];
  const lines = new Map(
    given.map((route) => [route.selector, routeLine(route.selector, shown(route.verifier), route.assurance)]),
  );
  const own = [
    ["Sp1VerifierV6", "Production"] as const,
    ...(configuration?.mockVerifier ? [["MockSp1Verifier", "Mock"] as const] : []),
  ];
  for (const [name, assurance] of own) {
    const verifier = addressOf(deployment, name);
    const hash = await chain.read<Hex>(verifier, verifierAbi, { functionName: "VERIFIER_HASH" });
    const selector = hash ? slice(hash, 0, 4) : undefined;
    if (selector && lines.has(selector)) continue;
    lines.set(
      selector ?? "0x",
      routeLine(selector ?? "0x", shown(verifier) ?? name, PROOF_ASSURANCE.indexOf(assurance)),
    );
  }
  return [...lines.values()];
}

/** Free money and verifiers that check nothing stay on local chains. */
function checkLocalOnly({ deployment, local }: Inspection): DeploymentCheck[] {
  if (local) return [];
  const found = LOCAL_ONLY.filter((name) => addressOf(deployment, name));
  return [equal("deployment", "contracts that only local chains may have", "none", listed(found))];
}
