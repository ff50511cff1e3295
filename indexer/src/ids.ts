import { deployment } from "./settings";

// What handlers and API share: how rows are named.

export const chainId = deployment.chainId;

/** Joins the parts of a row's id after the chain id. */
export const idOf = (...parts: (string | number | bigint)[]): string => [chainId, ...parts].join("-").toLowerCase();
