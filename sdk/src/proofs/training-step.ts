import type { Hex } from "../formats/bytes.js";
import { toHex } from "../formats/bytes.js";
import { type Sha256, sha256 } from "../formats/hash.js";
import type { TrainingStepValues } from "./public-values.js";
import { holds } from "./refusal.js";
import { lossOf, softmaxStep } from "./softmax-step.js";
import { packCells, TableReader } from "./table.js";
import { addressHex, InputReader, InputWriter, type Words } from "./words.js";

const LAYOUT = 1n;
const STATEMENT_VERSION = 1;
const MAX_CLASSES = 1024n;
const MAX_FEATURES = 4096n;
const MAX_EXAMPLES = 4096n;
const MAX_LEARNING_RATE = 16n << 16n;
const MAX_FEATURE = 16 << 16;
const MAX_PARAMETER = 256 << 16;

/**
 * The training statement, as the guest runs it: of two committed parameter sets of a softmax regression, the second is the first
 * after one gradient step on a committed batch, and the batch's loss under it is lower. See docs/proofs.md.
 * @throws StatementRefused with the reason, when it does not hold
 */
export function checkTrainingStep(words: Words, hash: Sha256 = sha256): TrainingStepValues {
  const input = new InputReader(words, LAYOUT);
  const [classes, features, examples] = [input.word(), input.word(), input.word()];
  holds(within(classes, 2n, MAX_CLASSES), "model");
  holds(within(features, 1n, MAX_FEATURES) && within(examples, 1n, MAX_EXAMPLES), "model");
  const rate = input.word();
  holds(within(rate, 1n, MAX_LEARNING_RATE), "learning-rate");
  const salts = [input.bytes32(), input.bytes32(), input.bytes32()] as const;
  const runManifest = input.bytes32();
  const chainId = input.word();
  const registry = input.address();
  const columns = Number(features) + 1;
  const batchTable = new TableReader(input, examples, columns);
  const beforeTable = new TableReader(input, classes, columns);
  const afterTable = new TableReader(input, classes, columns);
  input.end();

  const batch = readBatch(batchTable, Number(classes));
  const before = readParameters(beforeTable);
  const after = readParameters(afterTable);
  const step = softmaxStep(batch, before, Number(rate));
  holds(
    step.parameters.every((row, c) => row.every((value, d) => value === after[c]?.[d])),
    "step",
  );
  holds(lossOf(batch, after) < step.loss, "loss");
  return {
    statementVersion: STATEMENT_VERSION,
    batchHash: batchTable.hash(salts[0], "fixed", hash),
    parametersBefore: beforeTable.hash(salts[1], "fixed", hash),
    parametersAfter: afterTable.hash(salts[2], "fixed", hash),
    classes: Number(classes),
    features: Number(features),
    examples,
    learningRate: Number(rate),
    runManifestHash: toHex(runManifest),
    chainId,
    registry: addressHex(registry),
  };
}

function within(value: bigint, least: bigint, most: bigint): boolean {
  return value >= least && value <= most;
}

function readBatch(table: TableReader, classes: number): number[][] {
  const last = table.columns - 1;
  return Array.from({ length: Number(table.rows) }, (_, row) => {
    const features = Array.from({ length: last }, (_, column) => bounded(table.fixed(row, column), MAX_FEATURE));
    holds(table.code(row, last) < classes, "label");
    return [...features, table.code(row, last)];
  });
}

function readParameters(table: TableReader): number[][] {
  return Array.from({ length: Number(table.rows) }, (_, row) =>
    Array.from({ length: table.columns }, (_, column) => bounded(table.fixed(row, column), MAX_PARAMETER)),
  );
}

function bounded(value: number, limit: number): number {
  holds(-limit <= value && value <= limit, "range");
  return value;
}

/** What a training proof is made from. Numbers are Q16.16, labels whole numbers. */
export interface TrainingStepEvidence {
  /** A row for each example: features, then the label. */
  batch: readonly (readonly number[])[];
  /** A row for each class: weights, then the bias. */
  before: readonly (readonly number[])[];
  after: readonly (readonly number[])[];
  learningRate: number;
  /** 32 random bytes for each table: batch, before, after. */
  salts: readonly [Hex, Hex, Hex];
  /** The run that the step belongs to. */
  runManifestHash: Hex;
  chainId: bigint;
  registry: Hex;
}

/** The input of the training statement. */
export function trainingStepInput(evidence: TrainingStepEvidence): Words {
  const { batch, before, after, learningRate, salts, runManifestHash, chainId, registry } = evidence;
  const features = (before[0]?.length ?? 1) - 1;
  return new InputWriter()
    .numbers(LAYOUT, before.length, features, batch.length, learningRate)
    .hex32(salts[0])
    .hex32(salts[1])
    .hex32(salts[2])
    .hex32(runManifestHash)
    .numbers(chainId)
    .address(registry)
    .words(packCells(batch.flat()))
    .words(packCells(before.flat()))
    .words(packCells(after.flat()))
    .finish();
}
