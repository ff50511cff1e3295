import { describe, expect, it } from "vitest";
import { leafHash, toHex, utf8 } from "../../src/formats/index.js";
import { assuranceOfGrade, type LogEntry, logEntryText, readLogEntry } from "../../src/log/index.js";
import { specJson } from "../formats/vectors.js";

interface Valid {
  name: string;
  document: LogEntry;
  canonical: string;
  leafHash: string;
}
const { valid, invalid, unknown } = specJson("vectors/log-entry.json") as {
  valid: Valid[];
  invalid: { name: string; code: string; document: object }[];
  unknown: object;
};
const textOf = (value: object) => logEntryText(value as LogEntry, (value as LogEntry).time);

describe("entries of a log", () => {
  it.each(valid)("have the bytes of the vectors, and read back: $name", ({ document, canonical, leafHash: leaf }) => {
    const { time, ...event } = document;
    expect(logEntryText(event, time)).toBe(canonical);
    expect(toHex(leafHash(utf8(canonical)))).toBe(leaf);
    expect(readLogEntry(utf8(canonical))).toEqual(document);
  });

  it("come in seven types, all of which the vectors have", () => {
    const types = ["ingest", "consent", "sale", "key-release", "delivery", "metering", "run"];
    expect([...new Set(valid.map(({ document }) => document.type))]).toEqual(types);
  });

  it.each(invalid)("are refused: $name", ({ code, document }) => {
    const written = JSON.parse(JSON.stringify(document)) as { time?: number };
    const text = "time" in written ? textOf(written) : logEntryText(written as LogEntry, 0).replace('"time":0,', "");
    expect(() => readLogEntry(utf8(text))).toThrow(expect.objectContaining({ name: "FormatError", code }));
  });

  it.each([
    ["of another type", textOf(unknown)],
    ["without a type", '{"time":1}'],
    ["that is no object", "[1]"],
    ["that is no JSON", "tlog"],
    ["not in canonical form", '{"type":"sale", "time":1}'],
  ])("are passed over: one %s", (_, text) => {
    expect(readLogEntry(utf8(text))).toBeUndefined();
  });

  it("say of a run what its grade says", () => {
    expect([1, 2, 3, 4].map(assuranceOfGrade)).toEqual(["mock", "development", "production", "production"]);
    expect(() => assuranceOfGrade(0)).toThrow(expect.objectContaining({ code: "value" }));
  });
});
