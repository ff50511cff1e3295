/**
 * Deployments held against the chain: addresses, code, roles, delays, owners and wiring. `verifyDeployment` reads and judges; it signs
 * and sends nothing.
 */
export { create3Address, factoryAddress } from "./addresses.js";
export type { DeploymentCheck } from "./checks.js";
export type { BuildArtifact, ReadArtifact } from "./code.js";
export { type DeploymentConfiguration, parseDeploymentConfiguration } from "./configuration.js";
export {
  type DeploymentExpected,
  type DeploymentReport,
  type VerifyDeploymentParameters,
  verifyDeployment,
} from "./verify.js";
