import { expNegative, ln, ONE_Q30 } from "./fixed-point.js";

type Rows = readonly (readonly number[])[];

/** Parameters after one step, and the batch's loss before it. */
export interface SoftmaxStep {
  /** A row for each class, Q16.16, the bias last. */
  parameters: number[][];
  /** Sum of cross entropies over the batch, Q16. */
  loss: bigint;
}

/**
 * One step of gradient descent of a softmax regression, in fixed point: the arithmetic that the training statement fixes.
 * @param batch a row for each example: features in Q16.16, then the label
 * @param parameters a row for each class: weights in Q16.16, then the bias
 * @param learningRate Q16.16
 */
export function softmaxStep(batch: Rows, parameters: Rows, learningRate: number): SoftmaxStep {
  const sums = parameters.map((row) => row.map(() => 0n));
  let loss = 0n;
  for (const example of batch) {
    const features = [...example.slice(0, -1), 1 << 16].map(BigInt);
    const { errors, loss: own } = forward(parameters, features, example.at(-1) as number);
    loss += own;
    for (const [c, row] of sums.entries()) {
      for (const [d, x] of features.entries()) row[d] = (row[d] as bigint) + (errors[c] as bigint) * x;
    }
  }
  const rate = BigInt(learningRate);
  const moved = parameters.map((row, c) =>
    row.map((value, d) => {
      const mean = (sums[c]?.[d] as bigint) / BigInt(batch.length);
      return value - Number((rate * (mean >> 14n)) >> 32n);
    }),
  );
  return { parameters: moved, loss };
}

/** Sum of cross entropies over a batch, Q16. */
export function lossOf(batch: Rows, parameters: Rows): bigint {
  return batch.reduce((sum, example) => {
    const features = [...example.slice(0, -1), 1 << 16].map(BigInt);
    return sum + forward(parameters, features, example.at(-1) as number).loss;
  }, 0n);
}

/** Probability less truth for each class in Q30, and the cross entropy in Q16. */
function forward(parameters: Rows, features: bigint[], label: number): { errors: bigint[]; loss: bigint } {
  const logits = parameters.map((row) => logit(row, features));
  const largest = largestOf(logits);
  const weights = logits.map((z) => expNegative(largest - z));
  const total = weights.reduce((a, b) => a + b);
  const errors = weights.map((weight, c) => (weight << 30n) / total - (c === label ? ONE_Q30 : 0n));
  return { errors, loss: ln(total) + largest - (logits[label] as bigint) };
}

function largestOf(values: bigint[]): bigint {
  let largest = values[0] as bigint;
  for (const value of values) if (value > largest) largest = value;
  return largest;
}

function logit(row: readonly number[], features: bigint[]): bigint {
  const weights = row.slice(0, -1);
  const sum = weights.reduce((total, w, d) => total + BigInt(w) * (features[d] as bigint), 0n);
  return (sum >> 16n) + BigInt(row.at(-1) as number);
}
