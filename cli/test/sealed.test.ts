import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { colophon, colophonJson, errorOf, temporaryFolder } from "./support.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const file = (name: string) => join(folder.path, name);
const refusal = async (...args: string[]) => errorOf(await colophon([...args, "--json"]));
beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(file("log.json"), '{"day":"the one on which it went wrong"}');
});
afterAll(() => folder.done());

describe("evidence for a councillor alone", () => {
  it("is sealed to its public key, and opened with the key that it kept", async () => {
    const { publicKey, recipient } = await colophonJson(["dispute", "new-key", "--out", file("mine.key")]);
    expect((await stat(file("mine.key"))).mode & 0o777).toBe(0o600);
    expect(await refusal("dispute", "new-key", "--out", file("mine.key"))).toMatchObject({ exitCode: 2 });
    const sealed = await colophonJson([
      "dispute",
      "seal",
      file("log.json"),
      "--to",
      publicKey,
      "--out",
      file("sealed"),
    ]);
    const bytes = await readFile(file("sealed"));
    // What goes on chain: the hash of the ciphertext, and who can read it.
    expect(sealed).toMatchObject({ hash: `0x${createHash("sha256").update(bytes).digest("hex")}`, recipient });
    expect(bytes.includes("went wrong")).toBe(false);
    await colophonJson(["dispute", "unseal", file("sealed"), "--key", file("mine.key"), "--out", file("open.json")]);
    expect(await readFile(file("open.json"), "utf8")).toBe(await readFile(file("log.json"), "utf8"));
  });

  it("stays closed to other keys", async () => {
    await colophonJson(["dispute", "new-key", "--out", file("other.key")]);
    const to = ["--out", file("never")];
    const unseal = ["dispute", "unseal", file("sealed"), "--key"];
    expect((await refusal(...unseal, file("other.key"), ...to)).message).toMatch(/not sealed to this key/);
    expect(await refusal(...unseal, file("no.key"), ...to)).toMatchObject({ exitCode: 2 });
    expect(await refusal("dispute", "seal", file("log.json"), "--to", "0x12", ...to)).toMatchObject({ exitCode: 2 });
    await expect(stat(file("never"))).rejects.toThrow();
  });
});
