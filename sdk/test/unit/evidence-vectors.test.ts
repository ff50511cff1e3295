import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { verifyEvidence } from "../../src/evidence/index.js";
import { fromHex } from "../../src/formats/index.js";

interface Invalid {
  name: string;
  of: string;
  code: string;
  edits?: { at: number; hex: string }[];
  length?: number;
  append?: string;
}
const { valid, invalid } = JSON.parse(
  readFileSync(new URL("../../../spec/vectors/evidence-bundle.json", import.meta.url), "utf8"),
) as { valid: { name: string; archive: string; facts: Record<string, unknown> }[]; invalid: Invalid[] };

const archives = new Map(valid.map(({ name, archive }) => [name, inflateSync(Buffer.from(archive, "base64"))]));

describe("evidence bundles of spec/", () => {
  it.each(valid)("verifies $name", async ({ name, facts }) => {
    const { signer, run, recordId } = await verifyEvidence(archives.get(name) as Uint8Array);
    expect({ ...run, signer: signer.toLowerCase(), recordId: String(recordId) }).toMatchObject(facts);
  });

  it.each(invalid)("refuses $name: $code", async ({ of, code, edits = [], length, append = "0x" }) => {
    const bytes = Buffer.from(archives.get(of) as Uint8Array);
    for (const edit of edits) bytes.set(fromHex(edit.hex), edit.at);
    const archive = Buffer.concat([bytes.subarray(0, length ?? bytes.length), fromHex(append)]);
    await expect(verifyEvidence(archive)).rejects.toMatchObject({ code });
  });
});
