/** Providers' append-only logs: C2SP tlog-tiles, tlog-checkpoint and signed-note. What is anchored on chain: `actions`, logs. */
export * from "./checkpoint.js";
export * from "./entries.js";
export * from "./note.js";
export * from "./reader.js";
export * from "./tiles.js";
