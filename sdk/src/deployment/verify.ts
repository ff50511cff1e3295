/** Holds a deployment against the chain. */
import type { Hex } from "viem";
import { getChainId } from "viem/actions";
import type { Deployment } from "../core/deployment.js";
import type { ColophonClient } from "../core/types.js";
import { ColophonError } from "../errors/colophon-error.js";
import { decodeError } from "../errors/decode.js";
import { checkAddresses } from "./addresses.js";
import { checkAuthority } from "./authority.js";
import { ChainAt } from "./chain.js";
import { type DeploymentCheck, type Inspection, LOCAL_CHAIN_ID } from "./checks.js";
import { checkCode, type ReadArtifact } from "./code.js";
import type { DeploymentConfiguration } from "./configuration.js";
import { checkRoles } from "./roles.js";
import { checkWiring } from "./wiring.js";

/** What the deployment should be like, beyond what its file and the permission table of this release say. */
export interface DeploymentExpected {
  /** Accounts, delays, tokens and verifiers that it was deployed with: `parseDeploymentConfiguration`. */
  configuration?: DeploymentConfiguration | undefined;
  /** Artifacts of a build that the caller made from source. */
  artifact?: ReadArtifact | undefined;
}

export interface VerifyDeploymentParameters {
  /** Content of `deployments/<chainId>.json`, whole: `parseDeployment`. */
  deployment: Deployment;
  expected?: DeploymentExpected | undefined;
  /** Block whose state is looked at; the latest unless told. */
  blockNumber?: bigint | undefined;
}

/** What was looked at, and what could not be. */
export interface DeploymentReport {
  chainId: number;
  block: { number: bigint; hash: Hex; timestamp: bigint };
  /** Whether every check holds. */
  holds: boolean;
  checks: DeploymentCheck[];
  /** What nobody looked at, in sentences. */
  notChecked: string[];
}

/**
 * Derives addresses again and compares code, proxies, roles, delays, owners, permissions and wiring on chain with the file, the permission
 * table of this release and what is expected. A difference is a check that does not hold, never an error. Reads one block, and the
 * events of four contracts from their deployment on: the endpoint must serve those.
 * @throws ColophonError `wrong-chain` when client and file are of different chains, `network` when the endpoint does not answer; whatever
 * `expected.artifact` throws
 */
export async function verifyDeployment(
  client: ColophonClient,
  { deployment, expected = {}, blockNumber }: VerifyDeploymentParameters,
): Promise<DeploymentReport> {
  await requireChain(client, deployment);
  const chain = await ChainAt.open(client, blockNumber);
  const { configuration, artifact } = expected;
  const local = deployment.chainId === LOCAL_CHAIN_ID;
  const inspection: Inspection = { chain, deployment, configuration, artifact, local };
  const groups = [checkAddresses, checkCode, checkAuthority, checkRoles, checkWiring];
  const checks: DeploymentCheck[] = [];
  for (const group of groups) checks.push(...(await group(inspection)));
  return {
    chainId: deployment.chainId,
    block: chain.block,
    holds: checks.every(({ holds }) => holds),
    checks,
    notChecked: notChecked(inspection),
  };
}

async function requireChain(client: ColophonClient, { chainId }: Deployment): Promise<void> {
  const found = await getChainId(client).catch((error: unknown) => {
    throw decodeError(error);
  });
  if (found === chainId) return;
  throw new ColophonError(`The deployment is of chain ${chainId}, the endpoint of chain ${found}.`, {
    code: "wrong-chain",
    hint: "Use an endpoint of that chain, or the deployment file of the endpoint's chain.",
  });
}

function notChecked({ configuration, artifact, deployment }: Inspection): string[] {
  return [
    "Numbers that governance sets beside payment tokens: bonds, windows, arbitrators, schemas, programs of proofs.",
    "Contracts that the protocol uses and did not deploy: Permit2, Superfluid, the payment tokens.",
    ...(deployment.deployer ? [] : ["That the deployer holds nothing: the file does not name it."]),
    ...(deployment.external ? [] : ["Addresses in the code: the file does not name what it uses of others."]),
    ...(configuration
      ? []
      : [
          "Who holds the roles, treasury, payment tokens and routes of proofs: no configuration was given to compare with.",
        ]),
    ...(artifact
      ? [
          "That neighbors without a view are not exchanged for each other: their addresses are of the deployment, in whatever place.",
        ]
      : ["That the code is made from the sources, and the factory's own address: no build was given."]),
  ];
}
