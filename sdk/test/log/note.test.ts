import { base64pad } from "multiformats/bases/base64";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { concat, u64be } from "../../src/formats/bytes.js";
import {
  chainSigner,
  ed25519Signer,
  ed25519Verifier,
  formatCheckpoint,
  formatNote,
  type LogAuthority,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  signCheckpointNote,
  signNote,
} from "../../src/log/index.js";

/** From the documentation of golang.org/x/mod/sumdb/note: made by another implementation. */
const NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const LINE =
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const NOTE = `${TEXT}\n${LINE}`;

const signer = ed25519Signer("log.example/a", new Uint8Array(32).fill(7));

describe("signed notes", () => {
  it("opens a note of another implementation, and writes the same form", async () => {
    const opened = await openNote(NOTE, [ed25519Verifier(NEUMANN)]);
    expect(opened.text).toBe(TEXT);
    expect(opened.signatures).toMatchObject([{ name: "PeterNeumann", keyId: 0xc74f20a3 }]);
    expect(formatNote(parseNote(NOTE))).toBe(NOTE);
  });

  it("opens what it signs, with lines of unknown keys beside", async () => {
    const note = await signNote("a text\n\nof three lines\n", [
      signer,
      ed25519Signer("witness.example", new Uint8Array(32).fill(9)),
    ]);
    const { text, signatures } = await openNote(note + LINE, [ed25519Verifier(signer.verifierKey)]);
    expect(text).toBe("a text\n\nof three lines\n");
    expect(signatures.map(({ name }) => name)).toEqual(["log.example/a"]);
  });

  it.each([
    ["a letter of the text", NOTE.replace("think", "thank")],
    ["a byte of the signature", NOTE.replace("x08go/ZJ", "x08go/ZK")],
  ])("refuses another %s", async (_, note) => {
    await expect(openNote(note, [ed25519Verifier(NEUMANN)])).rejects.toMatchObject({ code: "signature" });
  });

  it("refuses a note that no known key signed, and one of which a known key's line is wrong beside a right one", async () => {
    await expect(openNote(NOTE, [ed25519Verifier(signer.verifierKey)])).rejects.toMatchObject({ code: "signature" });
    const wrong = `${await signNote(TEXT, [signer])}${LINE.replace("x08go/ZJ", "x08go/ZK")}`;
    const both = [ed25519Verifier(signer.verifierKey), ed25519Verifier(NEUMANN)];
    await expect(openNote(wrong, both)).rejects.toMatchObject({ code: "signature" });
  });

  it.each([
    ["no signature", TEXT],
    ["no empty line", `${TEXT}${LINE}`],
    ["a tab", NOTE.replace("think ", "think\t")],
    ["a hyphen for the dash", NOTE.replace("—", "-")],
    ["no base64", NOTE.replace("x08go", "x08*o")],
    ["a signature of no bytes", `${TEXT}\n— a AAAAAA==\n`],
    ["no newline at the end", NOTE.slice(0, -1)],
    ["too much", `${"x".repeat(100_001)}\n\n${LINE}`],
  ])("refuses a note with %s", (_, note) => {
    expect(() => parseNote(note)).toThrow(expect.objectContaining({ code: "value" }));
  });

  it.each([
    ["another hash", NEUMANN.replace("c74f20a3", "c74f20a4")],
    ["another name", NEUMANN.replace("Peter", "Paul")],
    ["another type", "a+00000000+AhpcfQ=="],
    ["no key", "PeterNeumann+c74f20a3"],
  ])("refuses a verifier key with %s", (_, key) => {
    expect(() => ed25519Verifier(key)).toThrow(expect.objectContaining({ code: "value" }));
  });

  it("signs no text that would be read as another", async () => {
    await expect(signNote("no newline", [signer])).rejects.toMatchObject({ code: "value" });
    expect(() => ed25519Signer("a b", new Uint8Array(32))).toThrow("no key name");
    expect(() => ed25519Signer("a+b", new Uint8Array(32))).toThrow("no key name");
  });
});

describe("checkpoints", () => {
  const provider = privateKeyToAccount(`0x${"11".repeat(32)}`);
  const authority: LogAuthority = {
    chainId: 31337,
    licenseToken: `0x${"22".repeat(20)}`,
    provider: provider.address,
    signer: provider.address,
  };
  const head = { origin: "log.example/a", size: 20852163, root: new Uint8Array(32).fill(3) };
  const log = ed25519Verifier(signer.verifierKey);
  const sign = (at = 1_800_000_000, by: LogAuthority = authority) =>
    signCheckpointNote(head, [signer, chainSigner(head.origin, by, provider, at)]);

  it("has the form of the specification", () => {
    expect(formatCheckpoint(head)).toBe("log.example/a\n20852163\nAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\n");
    const example = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    expect(formatCheckpoint(parseCheckpoint(example))).toBe(example);
    expect(parseCheckpoint(`${example}an extension\n`).size).toBe(20852163);
  });

  it.each([
    "",
    "a\n1\nAAA=\n",
    "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    "a\n9007199254740992\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
    "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nx\n",
  ])("refuses %j", (text) => {
    expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: "value" }));
  });

  it("gives the head, and the signature that contracts take", async () => {
    const opened = await openCheckpoint(await sign(), log, authority);
    expect(opened).toMatchObject(head);
    expect(opened.onChain).toMatchObject({
      signer: provider.address,
      head: { provider: provider.address, size: 20852163n, root: `0x${"03".repeat(32)}`, signedAt: 1_800_000_000 },
    });
    expect(await openCheckpoint(await sign(), log)).not.toHaveProperty("onChain");
  });

  it("refuses it of another log, chain, provider or signer, and with another time", async () => {
    const note = await sign();
    const other = ed25519Signer("log.example/b", new Uint8Array(32).fill(7));
    const foreign = await signCheckpointNote(head, [other]);
    await expect(openCheckpoint(foreign, ed25519Verifier(other.verifierKey))).rejects.toMatchObject({
      code: "mismatch",
    });
    const changed: Partial<LogAuthority>[] = [
      { chainId: 1 },
      { licenseToken: `0x${"23".repeat(20)}` },
      { provider: `0x${"24".repeat(20)}` },
      { signer: `0x${"25".repeat(20)}` },
    ];
    for (const change of changed) {
      await expect(openCheckpoint(note, log, { ...authority, ...change })).rejects.toMatchObject({ code: "signature" });
    }
    const { text, signatures } = parseNote(note);
    const [own, chain] = signatures as [(typeof signatures)[0], (typeof signatures)[0]];
    const later = { ...chain, signature: concat(u64be(1_800_000_001), chain.signature.slice(8)) };
    await expect(openCheckpoint(formatNote({ text, signatures: [own, later] }), log, authority)).rejects.toMatchObject({
      code: "signature",
    });
  });

  it("asks for an account that can sign as the named signer", () => {
    const by = { ...authority, signer: `0x${"25".repeat(20)}` } as const;
    expect(() => chainSigner(head.origin, by, provider, 0)).toThrow("cannot sign as");
  });

  it("stands as the note's own bytes", async () => {
    const line = (await sign()).split("\n")[5] as string;
    const bytes = base64pad.baseDecode(line.split(" ")[2] as string);
    expect(bytes.length).toBe(4 + 8 + 65);
  });
});
