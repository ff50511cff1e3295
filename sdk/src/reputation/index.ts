/**
 * `@colophon-protocol/sdk/reputation`: the reputation function. Pure and without dependencies; the indexer computes with this code, and
 * anyone can compute again from events.
 */
export { factsOf, reputationOf, tokenValue } from "./facts.js";
export { REPUTATION_V1 } from "./parameters.js";
export { scoreOf, termsOf } from "./score.js";
export type * from "./types.js";
