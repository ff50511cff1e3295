/** TermsRegistry: content-addressed license terms. */
import { termsRegistryAbi } from "@colophon-protocol/contracts";
import type { Hex } from "viem";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";
import { type TermsStruct, templateKey } from "../formats/terms.js";

const read = /*#__PURE__*/ readsOf(
  "TermsRegistry",
  termsRegistryAbi,
  async () => (await import("../errors/hints-registry.js")).registryHints,
);

/**
 * Registers terms. Emits TermsRegistered the first time only: the same terms give the same id (`termsId` of `/formats`
 * computes it), so look with `termsIndexOf` before, or use `registerTerms` without waiting for the event.
 */
export const registerTerms = /*#__PURE__*/ defineWrite({
  contract: "TermsRegistry",
  abi: termsRegistryAbi,
  functionName: "register",
  event: "TermsRegistered",
  args: ({ terms }: { terms: TermsStruct }) => [terms],
});
/** `registerTerms`, waiting for its receipt. @throws ColophonError when the terms were registered before (no event) */
export const registerTermsSync = /*#__PURE__*/ syncOf(registerTerms);

/** Whole terms. @throws ColophonError `reverted` when not registered */
export const termsOf = /*#__PURE__*/ read({
  functionName: "termsOf",
  args: ({ termsId }: { termsId: Hex }) => [termsId],
  result: (terms): TermsStruct => terms,
});

/** What a sale pins of terms: index, uses, flags, duration, shares. @throws ColophonError `reverted` when not registered */
export const termsHeadOf = /*#__PURE__*/ read({
  functionName: "headOf",
  args: ({ termsId }: { termsId: Hex }) => [termsId],
  result: (head) => head,
});

/** Id of the terms at an index (a license stores the index); zero when unknown. */
export const termsIdAt = /*#__PURE__*/ read({
  functionName: "idAt",
  args: ({ index }: { index: number }) => [index],
  result: (id): Hex => id,
});

/** Id of the terms that a name of the catalogue points to; zero when none. */
export const termsTemplate = /*#__PURE__*/ read({
  functionName: "template",
  args: ({ name }: { name: string }) => [templateKey(name)],
  result: (id): Hex => id,
});
