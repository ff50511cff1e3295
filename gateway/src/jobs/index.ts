/** Jobs: work on delivered data, with a receipt of what ran on what. So far in a simulated enclave, which says so. */
export { licensesOf, type SimulatedEnclave, type StartEnclaveParameters, startSimulatedEnclave } from "./enclave.js";
export { type FinishedJob, type JobWork, type RunJobParameters, runJob } from "./job.js";
