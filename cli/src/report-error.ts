/** From anything thrown to what the terminal shows and which code the process ends with. */
import { IngestError } from "@colophon-protocol/ingest";
import { type ColophonError, type ColophonErrorCode, decodeError } from "@colophon-protocol/sdk";
import { DeliveryError, type DeliveryErrorCode } from "@colophon-protocol/sdk/delivery";
import { EvidenceRefused } from "@colophon-protocol/sdk/evidence";
import { FormatError } from "@colophon-protocol/sdk/formats";
import { IndexerError } from "@colophon-protocol/sdk/indexer";
import { KeyAccessDenied, KeyError, KeyNodesUnavailable } from "@colophon-protocol/sdk/keys";
import { type RefusalCode, StatementRefused } from "@colophon-protocol/sdk/proofs";
import { CommanderError } from "commander";
import { CliError, EXIT, type ExitCode } from "./exit-codes.js";

/** A failure as `--json` prints it. */
export interface Failure {
  code: string;
  message: string;
  hint?: string;
  /** Name of the contract's error, and its values. */
  errorName?: string;
  args?: readonly unknown[];
  exitCode: ExitCode;
}

const CONTRACT_EXITS: Record<ColophonErrorCode, ExitCode> = {
  reverted: EXIT.refused,
  guard: EXIT.refused,
  rejected: EXIT.refused,
  funds: EXIT.requirement,
  requirement: EXIT.requirement,
  network: EXIT.unreachable,
  timeout: EXIT.unreachable,
  "wrong-chain": EXIT.usage,
  input: EXIT.usage,
  unknown: EXIT.unexpected,
};

const DELIVERY_EXITS: Record<DeliveryErrorCode, ExitCode> = {
  denied: EXIT.denied,
  "sign-in": EXIT.denied,
  "not-found": EXIT.usage,
  refused: EXIT.refused,
  unavailable: EXIT.unreachable,
  corrupt: EXIT.corrupt,
  aborted: EXIT.unexpected,
};

const BUNDLE = "docs/evidence.md says what each part must be. Ask whoever made the bundle, or make one from the chain.";
const REFUSED = "The run cannot be proven as its files tell it. docs/proofs.md says what the program asks for.";
const REFUSED_BECAUSE: Partial<Record<RefusalCode, string>> = {
  "content-root": "A chunk is not of the licensed version: a run proves only with what was licensed.",
  "record-root": "A record is not of the licensed version: a run proves only with what was licensed.",
  revoked: "An entry had been withdrawn when the run started: run without it.",
  "revoked-root": "Give the ids that were withdrawn when the run started: --withdrawn <file>.",
  uses: "The license was not used for this purpose: start the run with the purpose that it had.",
};

/** What went wrong, in words, with an exit code. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CliError) return failure("input", error.message, error.exitCode, error.hint);
  if (error instanceof CommanderError) return failure("usage", error.message, EXIT.usage);
  if (error instanceof KeyAccessDenied) {
    return failure("denied", error.message, EXIT.denied, "`colophon license show` says how the license stands.");
  }
  if (error instanceof KeyNodesUnavailable) return failure("network", error.message, EXIT.unreachable);
  if (error instanceof KeyError) return failure("keys", error.message, EXIT.corrupt);
  if (error instanceof DeliveryError) return failure(error.code, error.message, DELIVERY_EXITS[error.code]);
  if (error instanceof IndexerError)
    return failure("network", error.shortMessage, EXIT.unreachable, error.metaMessages?.join(" "));
  if (error instanceof FormatError) {
    const isInput = error.code === "schema" || error.code === "value" || error.code === "not-canonical";
    return failure(error.code, error.message, isInput ? EXIT.usage : EXIT.corrupt);
  }
  if (error instanceof StatementRefused) {
    return failure(error.code, error.message, EXIT.refused, REFUSED_BECAUSE[error.code] ?? REFUSED);
  }
  if (error instanceof EvidenceRefused) {
    const where = error.file === undefined ? error.code : `${error.code}, ${error.file}`;
    return failure(error.code, `It does not hold (${where}): ${error.message}`, EXIT.corrupt, BUNDLE);
  }
  if (error instanceof IngestError) {
    return failure(error.code, error.message, error.code === "corrupt" ? EXIT.corrupt : EXIT.usage);
  }
  return contractFailure(decodeError(error));
}

function contractFailure({ code, shortMessage, hint, data }: ColophonError): Failure {
  const decoded = data ? { errorName: data.errorName, args: data.args } : {};
  return { ...failure(code, shortMessage, CONTRACT_EXITS[code], hint), ...decoded };
}

function failure(code: string, message: string, exitCode: ExitCode, hint?: string): Failure {
  return { code, message: message.trim(), exitCode, ...(hint ? { hint } : {}) };
}
