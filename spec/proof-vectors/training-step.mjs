/** Inputs of the training statement: one gradient step of softmax regression in fixed point, written with big integers only. */
import { account, hex, named } from "../vector-helpers.mjs";
import { abi, flipped, left20, raw, u64 } from "./bytes.mjs";
import { KIND, packed, tableHash } from "./table.mjs";

const ONE = 1n << 30n;
/** ln(2)^n / n! in Q30, n from 1 to 5: 2^-f as a polynomial, by Horner. */
const POWERS = [744_261_118n, 257_941_248n, 59_597_083n, 10_327_387n, 1_431_680n];

/** e^-t in Q30 of t in Q16. */
function expNegative(t) {
  if (t >= 21n << 16n) return 0n;
  const u = (t * 94_548n) >> 16n;
  const fraction = (u & 0xffffn) << 14n;
  let sum = 0n;
  for (const power of [...POWERS].reverse()) sum = (fraction * (power - sum)) >> 30n;
  return (ONE - sum) >> (u >> 16n);
}

/** Natural logarithm in Q16 of a value of at least one in Q30. */
function ln(value) {
  const whole = BigInt(value.toString(2).length - 31);
  let x = value >> whole;
  let bits = 0n;
  for (let i = 0; i < 16; i++) {
    x = (x * x) >> 30n;
    bits <<= 1n;
    if (x >= 2n * ONE) {
      x >>= 1n;
      bits |= 1n;
    }
  }
  return (((whole << 16n) | bits) * 45_426n) >> 16n;
}

function logitsOf(parameters, features) {
  return parameters.map((row) => {
    const sum = features.reduce((total, x, d) => total + BigInt(row[d]) * BigInt(x), 0n);
    return (sum >> 16n) + BigInt(row.at(-1));
  });
}

function forward(parameters, [...example]) {
  const label = example.pop();
  const logits = logitsOf(parameters, example);
  const [largest] = [...logits].sort((a, b) => (a > b ? -1 : 1));
  const weights = logits.map((z) => expNegative(largest - z));
  const total = weights.reduce((a, b) => a + b);
  const errors = weights.map((w, c) => (w << 30n) / total - (c === label ? ONE : 0n));
  return { errors, loss: ln(total) + largest - logits[label], features: [...example, 1 << 16] };
}

/** The parameters after one step, and the loss before it. */
function step({ batch, parameters, learningRate }) {
  const sums = parameters.map((row) => row.map(() => 0n));
  let loss = 0n;
  for (const example of batch) {
    const { errors, loss: own, features } = forward(parameters, example);
    loss += own;
    for (const [c, error] of errors.entries()) for (const [d, x] of features.entries()) sums[c][d] += error * BigInt(x);
  }
  const after = parameters.map((row, c) =>
    row.map((w, d) => {
      const mean = sums[c][d] / BigInt(batch.length);
      return w - Number((BigInt(learningRate) * (mean >> 14n)) >> 32n);
    }),
  );
  return { after, loss };
}

const SALTS = ["batch", "before", "after"].map((name) => named(`${name} salt`));
const tables = ({ batch, parameters, after }) =>
  [batch, parameters, after].map((rows, i) => ({ salt: SALTS[i], kind: KIND.fixed, rows }));

function partsOf(run) {
  const { batch, parameters, after, learningRate } = run;
  return {
    layout: u64(1),
    classes: u64(parameters.length),
    features: u64(parameters[0].length - 1),
    examples: u64(batch.length),
    learningRate: u64(learningRate),
    salts: Buffer.concat(SALTS.map(raw)),
    runManifestHash: raw(named("run manifest")),
    chainId: u64(31337),
    registry: left20(account("registry")),
    batch: packed(batch.flat()),
    before: packed(parameters.flat()),
    after: packed(after.flat()),
  };
}
const serialize = (parts) => Buffer.concat(Object.values(parts));

function publicValues(run) {
  const [batchHash, parametersBefore, parametersAfter] = tables(run).map(tableHash);
  const values = {
    statementVersion: 1,
    batchHash,
    parametersBefore,
    parametersAfter,
    classes: run.parameters.length,
    features: run.parameters[0].length - 1,
    examples: String(run.batch.length),
    learningRate: run.learningRate,
    runManifestHash: named("run manifest"),
    chainId: 31337,
    registry: account("registry"),
  };
  return { values, publicValues: hex(abi(...Object.values(values))) };
}

/** Numbers that look random and are the same everywhere. */
function noise(name, count, span) {
  return Array.from(
    { length: count },
    (_, i) => (Number.parseInt(named(`${name} ${i}`).slice(2, 14), 16) % (2 * span)) - span,
  );
}

/** Examples whose label follows from a feature, so that a step of gradient descent lowers the loss. */
function problem({ classes, features, examples, learningRate }) {
  const batch = Array.from({ length: examples }, (_, i) => {
    const row = noise(`example ${i}`, features, 1 << 16);
    row[i % features] += (i % classes) << 15;
    return [...row, i % classes];
  });
  const parameters = Array.from({ length: classes }, (_, c) => noise(`class ${c}`, features + 1, 1 << 14));
  const { after } = step({ batch, parameters, learningRate });
  return { batch, parameters, after, learningRate };
}

export function trainingStepVectors() {
  const base = problem({ classes: 3, features: 4, examples: 9, learningRate: 1 << 14 });
  const valid = (name, run) => {
    const before = step({ ...run });
    const next = step({ ...run, parameters: run.after });
    if (next.loss >= before.loss) throw new Error(`${name}: the loss does not fall.`);
    const [batch, parameters, after] = tables(run).map(({ rows }) => rows);
    const losses = { lossBefore: before.loss.toString(), lossAfter: next.loss.toString() };
    return {
      name,
      batch,
      parameters,
      after,
      salts: SALTS,
      ...losses,
      ...publicValues(run),
      input: hex(serialize(partsOf(run))),
    };
  };
  const hostile = [];
  const bad = (name, code, run, alter = () => {}) => {
    const parts = partsOf(run);
    const bytes = alter(parts);
    hostile.push({ name, code, input: hex(Buffer.isBuffer(bytes) ? bytes : serialize(parts)) });
  };
  const set = (key, value) => (parts) => {
    parts[key] = value;
  };
  const cellOf = (key, row, column, value) => {
    const rows = base[key].map((cells) => [...cells]);
    rows[row][column] = value;
    return { ...base, [key]: rows };
  };
  const away = step({ ...base, learningRate: -(1 << 14) }).after;
  const still = { ...base, after: base.parameters };

  bad("unknown layout", "layout", base, set("layout", u64(9)));
  bad("without its last word", "truncated", base, (parts) => serialize(parts).subarray(0, -8));
  bad("a word too many", "trailing", base, (parts) => Buffer.concat([serialize(parts), u64(0)]));
  bad("one class", "model", base, set("classes", u64(1)));
  bad("more classes than any model here", "model", base, set("classes", u64(1025)));
  bad("no features", "model", base, set("features", u64(0)));
  bad("more features than any model here", "model", base, set("features", u64(2n ** 62n)));
  bad("no examples", "model", base, set("examples", u64(0)));
  bad("more examples than one step takes", "model", base, set("examples", u64(4097)));
  bad("no learning rate", "learning-rate", base, set("learningRate", u64(0)));
  bad("learning rate above 16", "learning-rate", base, set("learningRate", u64(2 ** 20 + 1)));
  bad("registry of 21 bytes", "address", base, set("registry", flipped(left20(account("registry")), 20)));
  bad("feature out of range", "range", cellOf("batch", 2, 1, 2 ** 20 + 1));
  bad("negative feature out of range", "range", cellOf("batch", 2, 1, -(2 ** 20) - 1));
  bad("parameter out of range", "range", cellOf("parameters", 1, 2, 2 ** 24 + 1));
  bad("label beyond the classes", "label", cellOf("batch", 0, 4, 3));
  bad("negative label", "label", cellOf("batch", 0, 4, -1));
  bad("parameter that no step gives", "step", cellOf("after", 1, 2, base.after[1][2] + 1));
  bad("bias that no step gives", "step", cellOf("after", 2, 4, base.after[2][4] - 1));
  bad("another example", "step", cellOf("batch", 3, 0, base.batch[3][0] + 4096));
  bad("another learning rate", "step", base, set("learningRate", u64((1 << 14) + 64)));
  bad("no step at all", "step", still);
  bad("a step uphill", "step", { ...base, after: away });
  const learned = {
    batch: [[1000, 0]],
    parameters: [
      [0, 200 << 16],
      [0, 0],
    ],
    learningRate: 1 << 14,
  };
  bad("a step where nothing is left to learn", "loss", { ...learned, after: step(learned).after });
  const torn = {
    batch: [
      [1 << 16, 0],
      [1 << 16, 1],
    ],
    parameters: [
      [0, 1 << 14],
      [0, 0],
    ],
    learningRate: 1 << 20,
  };
  bad("a step so large that the loss rises", "loss", { ...torn, after: step(torn).after });
  bad("cells after the last", "padding", base, (parts) => {
    parts.batch = flipped(parts.batch, parts.batch.length - 1);
  });
  return {
    note: "Training statement (softmax regression, Q16.16) v1. `input` is a row of big-endian 64-bit words (docs/proofs.md); `publicValues` is abi.encode of `values`; `code` says why an input is refused.",
    exponentials: ["0", "1", "65536", "98304", "1376255", "1376256"].map((t) => ({
      t,
      value: expNegative(BigInt(t)).toString(),
    })),
    logarithms: [ONE, ONE + 1n, 2n * ONE, 3n * ONE, 1024n * ONE].map((v) => ({
      of: v.toString(),
      value: ln(v).toString(),
    })),
    valid: [
      valid("three classes, four features, nine examples", base),
      valid(
        "two classes, one feature, one example",
        problem({ classes: 2, features: 1, examples: 1, learningRate: 1 << 13 }),
      ),
      valid(
        "ten classes, sixteen features, twenty examples",
        problem({ classes: 10, features: 16, examples: 20, learningRate: 1 << 15 }),
      ),
    ],
    hostile,
  };
}
