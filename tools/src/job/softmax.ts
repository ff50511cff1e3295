import type { Digit } from "./mnist.js";

const INPUTS = 28 * 28;
const CLASSES = 10;

/** A softmax classifier: ten rows of 784 weights, ten biases. */
export interface Model {
  weights: Float32Array;
  biases: Float32Array;
}

/** Trains a softmax classifier with plain stochastic gradient descent; always the same for the same digits. */
export function train(digits: Digit[], { epochs = 4, rate = 0.02 } = {}): Model {
  const model: Model = { weights: new Float32Array(CLASSES * INPUTS), biases: new Float32Array(CLASSES) };
  for (let epoch = 0; epoch < epochs; epoch++) {
    const step = rate / (1 + epoch);
    for (const digit of digits) learn(model, digit, step);
  }
  return model;
}

/** The share of digits, from 0 to 1, that the model names rightly. */
export function accuracy(model: Model, digits: Digit[]): number {
  let right = 0;
  for (const digit of digits) {
    const chances = predict(model, digit);
    if (chances.indexOf(Math.max(...chances)) === digit.label) right++;
  }
  return right / digits.length;
}

function predict({ weights, biases }: Model, { pixels }: Digit): Float32Array {
  const scores = new Float32Array(CLASSES);
  for (let k = 0; k < CLASSES; k++) {
    let sum = biases[k] as number;
    const row = k * INPUTS;
    for (let i = 0; i < INPUTS; i++) sum += ((weights[row + i] as number) * (pixels[i] as number)) / 255;
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
    const row = k * INPUTS;
    for (let i = 0; i < INPUTS; i++) {
      const grey = digit.pixels[i] as number;
      if (grey !== 0) model.weights[row + i] = (model.weights[row + i] as number) + (slope * grey) / 255;
    }
    model.biases[k] = (model.biases[k] as number) + slope;
  }
}
