/**
 * `@colophon-protocol/sdk`: the Colophon protocol from TypeScript, on viem, in browsers and on servers.
 * Actions are also at `/actions`; formats, keys, delivery, indexer and errors have subpaths of their own.
 */
export * from "./actions/index.js";
export * from "./core/index.js";
export { type ColophonActions, colophonActions } from "./decorator.js";
export * from "./errors/index.js";
export * from "./prepare/index.js";
