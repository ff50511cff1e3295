// The fixed scenario: a small dataset, licensed, trained on, and the run proven. Everything that its proof's public values depend on is
// here, so that the local seed, the tests and whoever makes the proof speak of the same run.
import { type Hex, sha256, toHex, utf8 } from "@colophon-protocol/sdk/formats";

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** 1 January 2026, 00:00 UTC. */
const GENESIS = 1_767_225_600;
const RUN_START = GENESIS + 3 * DAY;

export const SCENARIO = {
  /** Local chains alone: the proof is of a key that gives no security. */
  chainId: 31_337,
  // Both follow from anvil's first account and the factory's code (CREATE2, then CREATE3), not from what is deployed there.
  registry: "0x3a740bc2635d1f33490255e7e891bb1bf033e5b8" as Hex,
  licenseToken: "0x58af7eb4c7d4b14fe9b572b6458141e196847749" as Hex,
  /** Account 7 of anvil's words: who is licensed, trains, and submits the proof. */
  runner: "0x14dc79964da2c08b23698b3d3cc7ca32193d9955" as Hex,
  /** The first ones of the chain. */
  datasetId: 1n,
  version: 1,
  licenseId: 1n,
  // Seconds since 1970. After the run's end the chain's clock jumps to now.
  genesis: GENESIS,
  publishedAt: GENESIS + DAY,
  boughtAt: GENESIS + 2 * DAY,
  runStart: RUN_START,
  runEnd: RUN_START + HOUR,
  purpose: "train",
  /** Chunks that the run used, each as often as there were epochs: four of the six files of points. */
  usedChunks: [1, 2, 3, 4],
  epochs: 3,
  /** A run's salt is random and kept private; this run has nothing to hide. */
  salt: sha256(utf8("colophon scenario: a salt that everybody may know")),
} as const;

/** The run has no compute receipt, and nothing was withdrawn when it started. */
export const NONE: Hex = toHex(new Uint8Array(32));
