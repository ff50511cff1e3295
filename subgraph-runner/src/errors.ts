/** What this package refuses: the message says what was wrong, what was expected and what to do. */
export class RunnerError extends Error {
  override name = "RunnerError";
}

/** A feature of graph-node that is not here. @param feature as its documentation calls it */
export const refused = (feature: string, instead: string) =>
  new RunnerError(`${feature} is not supported by this runner. ${instead}`);

/** What a handler was doing when it stopped. */
export interface HandlerPlace {
  handler: string;
  dataSource: string;
  /** Block number. */
  block: number;
  blockHash: string;
  /** The trigger in words: an event with its transaction and log index, a call, or the block itself. */
  trigger: string;
}

/** A handler that trapped, aborted or used the host wrongly. The block that it ran in left no trace in the store. */
export class HandlerError extends RunnerError {
  override name = "HandlerError";
  constructor(
    readonly place: HandlerPlace,
    override readonly cause: unknown,
  ) {
    const { handler, dataSource, block, blockHash, trigger } = place;
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `handler "${handler}" of "${dataSource}" failed at block ${block} (${blockHash}), ${trigger}: ${why}. Nothing of this block was kept.`,
    );
  }
}
