/**
 * Jobs: work on delivered data, with a receipt of what ran on what. So far in a simulated enclave, which says so. The gateway runs
 * registered kinds of them for licensees (`/v1/jobs`).
 */
export { licensesOf, type SimulatedEnclave, type StartEnclaveParameters, startSimulatedEnclave } from "./enclave.js";
export { type FinishedJob, type JobWork, type RunJobParameters, runJob } from "./job.js";
export { accuracy, type Digit, type Model, modelBytes, parseIdx, train } from "./kinds/softmax-digits.js";
export { BUILT_IN_KINDS, measurementOf } from "./kinds.js";
