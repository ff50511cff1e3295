import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Outbox } from "../src/keys/outbox.js";

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "colophon-outbox-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const newFile = () => join(folder, `outbox-${files++}`);
const drain = async (outbox: Outbox<number>) => {
  const values: number[] = [];
  for (; outbox.first !== undefined; await outbox.removeFirst()) values.push(outbox.first);
  return values;
};

describe("an outbox", () => {
  it("gives back after a restart what was not done with, in order, to its owner alone", async () => {
    const file = newFile();
    const before = await Outbox.open<number>(file, 100);
    await Promise.all([1, 2, 3].map((value) => before.add(value)));
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await drain(await Outbox.open<number>(file, 100))).toEqual([1, 2, 3]);
    expect(await drain(await Outbox.open<number>(file, 100))).toEqual([]);
  });

  it("gives again at most what was done since the file was last written", async () => {
    const file = newFile();
    const before = await Outbox.open<number>(file, 1000);
    for (let value = 0; value < 300; value++) await before.add(value);
    for (let i = 0; i < 260; i++) await before.removeFirst();
    const after = await Outbox.open<number>(file, 1000);
    expect([after.first, after.size]).toEqual([256, 44]);
  });

  it("passes over a line that a crash cut off, and takes what comes after it", async () => {
    const file = newFile();
    await (await Outbox.open<number>(file, 100)).add(1);
    await appendFile(file, '{"torn":');
    const after = await Outbox.open<number>(file, 100);
    await after.add(2);
    expect(await drain(await Outbox.open<number>(file, 100))).toEqual([1, 2]);
  });

  it("takes no more than it may hold, in memory and on disk", async () => {
    const file = newFile();
    const outbox = await Outbox.open<number>(file, 2);
    expect(await Promise.all([1, 2, 3].map((value) => outbox.add(value)))).toEqual([true, true, false]);
    await outbox.removeFirst();
    expect(await outbox.add(4)).toBe(true);
    expect(outbox.size).toBe(2);
    await writeFile(file, "1\n2\n3\n4\n");
    expect((await Outbox.open<number>(file, 2)).size).toBe(2);
    expect((await readFile(file, "utf8")).split("\n")).toHaveLength(3);
  });

  it("does not open where it cannot write", async () => {
    await expect(Outbox.open(join(folder, "none", "outbox"), 2)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
