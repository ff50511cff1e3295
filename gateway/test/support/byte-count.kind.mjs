/** A job kind for tests: counts the bytes of its inputs, after a while if it is told so. */
import { writeFileSync } from "node:fs";

export const kind = {
  name: "byte-count",
  description: "Counts bytes. Parameters: wait (ms), begun (a file), fail (a message), spin (any).",
  checkParameters: ({ wait = "0", begun: _, fail: __, spin: ___, ...others }) => {
    if (!/^\d+$/.test(wait)) throw new Error(`wait is ${wait}, expected milliseconds.`);
    const unknown = Object.keys(others)[0];
    if (unknown) throw new Error(`there is no parameter ${unknown}.`);
  },
};

export async function run({ inputs, parameters }) {
  if (parameters.begun) writeFileSync(parameters.begun, "");
  await new Promise((resolve) => setTimeout(resolve, Number(parameters.wait ?? 0)));
  if (parameters.fail) throw new Error(parameters.fail);
  while (parameters.spin);
  const files = inputs.map(({ files }) => [...files].map(([path, bytes]) => [path, bytes.length]));
  const seen = JSON.stringify({ files, environment: Object.keys(process.env) });
  return { outputs: { "count.json": new TextEncoder().encode(seen) }, uses: 2 };
}
