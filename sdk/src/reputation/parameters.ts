import type { ReputationParameters } from "./types.js";

const DAY = 86_400n;
const ONE = 10_000n;

/** Version 1. The reasons for each number stand in docs/reputation.md, and what they hold off in its simulation. */
export const REPUTATION_V1: ReputationParameters = {
  version: 1,
  referenceFeeBps: 250n,
  strangerBps: 100n,
  issuerShareBps: 3_333n,
  leastMarket: 1_000_000n * 1_000_000n,
  volumeHalf: 20_000n,
  buyerCap: 5_000n,
  buyerHalf: 100n,
  buyersHalf: 5n * ONE,
  schemasHalf: 2n * ONE,
  recordHalf: 10n * ONE,
  ageHalf: 180n * DAY,
  bondWindow: 180n * DAY,
  forgetting: 3n * 365n * DAY,
  disputesHalf: 2n * ONE,
  faultsHalf: ONE,
  overruledHalf: 2n * ONE,
  mostWon: 5n,
  bondHalf: 10_000n,
  perMissedRecall: 500n,
  terms: {
    dataset: {
      volume: 3000n,
      buyers: 2500n,
      attestations: 2000n,
      quality: 1500n,
      age: 1000n,
      refunds: -3000n,
      disputes: -3000n,
      recalls: -1500n,
    },
    provider: {
      volume: 2500n,
      buyers: 2000n,
      bond: 3000n,
      attestations: 1500n,
      age: 1000n,
      refunds: -3000n,
      disputes: -2500n,
      faults: -6000n,
    },
    creator: {
      volume: 3500n,
      buyers: 3000n,
      attestations: 1500n,
      quality: 1000n,
      age: 1000n,
      refunds: -3000n,
      disputes: -3000n,
      recalls: -2000n,
    },
    issuer: { weight: 4000n, record: 4500n, age: 1500n, disputes: -3000n, overruled: -7000n },
  },
};
