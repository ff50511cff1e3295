/** A component of a bundle on the command line. */
import { parseId, parseInteger } from "../parse.js";

/** Versions are 24 bits. */
export const MAX_VERSION = 2 ** 24 - 1;

export interface ComponentOptions {
  dataset?: string;
  versionNumber: string;
}

/** The component that is named, undefined for the license's own dataset. @throws CliError */
export function componentOf(options: ComponentOptions): { datasetId: bigint; version: number } | undefined {
  if (options.dataset === undefined) return undefined;
  return {
    datasetId: parseId("--dataset", options.dataset),
    version: parseInteger("--version-number", options.versionNumber, 1, MAX_VERSION),
  };
}
