export * from "./bytes.js";
export * from "./col1.js";
export * from "./col1-header.js";
export * from "./col1-keys.js";
export * from "./errors.js";
export * from "./hash.js";
export * from "./leaf.js";
export * from "./tree.js";
