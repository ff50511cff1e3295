/**
 * The job kind `softmax-digits`: a softmax classifier of handwritten digits, from the IDX files in which MNIST is published. All of
 * its code is in this one file, because a kind is measured by the hash of its file.
 */

const PIXELS = 28 * 28;
const CLASSES = 10;

/** One handwritten digit: 784 grey values row by row, and which digit it is. */
export interface Digit {
  pixels: Uint8Array;
  label: number;
}

/** A softmax classifier: ten rows of 784 weights, ten biases. */
export interface Model {
  weights: Float32Array;
  biases: Float32Array;
}

/** What the gateway knows of this kind before it runs. */
export const kind = {
  name: "softmax-digits",
  description:
    "Trains a softmax classifier on 28×28 digits (IDX files). Parameters: epochs (1 to 100), rate (above 0, up to 1).",
  /** @throws Error saying which parameter does not fit */
  checkParameters: (parameters: Readonly<Record<string, string>>): void => {
    settingsOf(parameters);
  },
};

/** What the gateway gives to a kind. */
interface Given {
  inputs: { files: Map<string, Uint8Array> }[];
  parameters: Readonly<Record<string, string>>;
}

/** Trains on all inputs, and measures on what they hold out. Always the same for the same data and parameters. */
export function run({ inputs, parameters }: Given) {
  const settings = settingsOf(parameters);
  const digits = (name: string) =>
    inputs.flatMap(({ files }) => {
      const [images, labels] = [files.get(`${name}-images.idx3-ubyte`), files.get(`${name}-labels.idx1-ubyte`)];
      return images && labels ? parseIdx(images, labels) : [];
    });
  const [training, heldOut] = [digits("train"), digits("test")];
  if (training.length === 0) throw new Error("No input holds train-images.idx3-ubyte and train-labels.idx1-ubyte.");
  const model = train(training, settings);
  const report = { digits: training.length, heldOut: heldOut.length, accuracy: accuracy(model, heldOut) };
  return {
    outputs: { "report.json": new TextEncoder().encode(JSON.stringify(report)), "softmax.f32": modelBytes(model) },
    /** How often each chunk was used. */
    uses: settings.epochs,
  };
}

function settingsOf({ epochs = "4", rate = "0.02", ...others }: Readonly<Record<string, string>>) {
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw new Error(`There is no parameter ${unknown}: expected epochs and rate.`);
  const settings = { epochs: Number(epochs), rate: Number(rate) };
  if (!/^\d+$/.test(epochs) || settings.epochs < 1 || settings.epochs > 100)
    throw new Error(`epochs is ${epochs}, expected a whole number from 1 to 100.`);
  if (!/^\d+(\.\d+)?$/.test(rate) || settings.rate <= 0 || settings.rate > 1)
    throw new Error(`rate is ${rate}, expected a decimal number above 0, up to 1.`);
  return settings;
}

/** Reads digits back from the bytes of a pair of IDX files; throws when they are not such a pair. */
export function parseIdx(images: Uint8Array, labels: Uint8Array): Digit[] {
  const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isPair = images.length >= 16 && labels.length >= 8;
  if (!isPair || view(images).getUint32(0) !== 0x803 || view(labels).getUint32(0) !== 0x801) {
    throw new Error("These are no IDX files of images and labels: the magic numbers differ from 0x803 and 0x801.");
  }
  const count = view(images).getUint32(4);
  if (images.length !== 16 + count * PIXELS || labels.length !== 8 + count || view(labels).getUint32(4) !== count) {
    throw new Error(`The IDX files do not hold ${count} images and as many labels.`);
  }
  return Array.from({ length: count }, (_, i) => ({
    pixels: images.subarray(16 + i * PIXELS, 16 + (i + 1) * PIXELS),
    label: labels[8 + i] as number,
  }));
}

/** Trains a softmax classifier with plain stochastic gradient descent; always the same for the same digits. */
export function train(digits: Digit[], { epochs = 4, rate = 0.02 } = {}): Model {
  const model: Model = { weights: new Float32Array(CLASSES * PIXELS), biases: new Float32Array(CLASSES) };
  for (let epoch = 0; epoch < epochs; epoch++) {
    const step = rate / (1 + epoch);
    for (const digit of digits) learn(model, digit, step);
  }
  return model;
}

/** The share of digits, from 0 to 1, that the model names rightly; 0 of none. */
export function accuracy(model: Model, digits: Digit[]): number {
  let right = 0;
  for (const digit of digits) {
    const chances = predict(model, digit);
    if (chances.indexOf(Math.max(...chances)) === digit.label) right++;
  }
  return digits.length === 0 ? 0 : right / digits.length;
}

/** Weights, then biases, as the processor lays them out. */
export function modelBytes({ weights, biases }: Model): Uint8Array {
  const bytes = new Uint8Array(weights.byteLength + biases.byteLength);
  bytes.set(new Uint8Array(weights.buffer));
  bytes.set(new Uint8Array(biases.buffer), weights.byteLength);
  return bytes;
}

function predict({ weights, biases }: Model, { pixels }: Digit): Float32Array {
  const scores = new Float32Array(CLASSES);
  for (let k = 0; k < CLASSES; k++) {
    let sum = biases[k] as number;
    const row = k * PIXELS;
    for (let i = 0; i < PIXELS; i++) sum += ((weights[row + i] as number) * (pixels[i] as number)) / 255;
    scores[k] = sum;
  }
  const top = Math.max(...scores);
  let total = 0;
  for (let k = 0; k < CLASSES; k++) total += scores[k] = Math.exp((scores[k] as number) - top);
  return scores.map((score) => score / total);
}

function learn(model: Model, digit: Digit, rate: number): void {
  const chances = predict(model, digit);
  for (let k = 0; k < CLASSES; k++) {
    const slope = rate * ((digit.label === k ? 1 : 0) - (chances[k] as number));
    const row = k * PIXELS;
    for (let i = 0; i < PIXELS; i++) {
      const grey = digit.pixels[i] as number;
      if (grey !== 0) model.weights[row + i] = (model.weights[row + i] as number) + (slope * grey) / 255;
    }
    model.biases[k] = (model.biases[k] as number) + slope;
  }
}
