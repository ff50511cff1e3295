export { BigDecimal } from "./big-decimal.js";
export type {
  BlockInput,
  ChainBlock,
  ChainCall,
  ChainLog,
  ChainReceipt,
  ChainState,
  ChainTransaction,
} from "./chain.js";
export { type CompileOptions, compileMapping } from "./compile.js";
export { HandlerError, type HandlerPlace, RunnerError } from "./errors.js";
export type { LogEntry, Outside } from "./execution.js";
export { folderFiles } from "./files.js";
export { type Followed, type FollowOptions, follow } from "./follow.js";
export { type MatchstickOptions, runMatchstick, type TestResult } from "./matchstick/index.js";
export { type RpcStateOptions, rpcState } from "./rpc-state.js";
export { type Head, SubgraphRunner } from "./runner.js";
export type { EntityType, Field, Schema } from "./schema.js";
export type { Row, Value } from "./store.js";
export { loadSubgraph, type Source, type Subgraph } from "./subgraph.js";
