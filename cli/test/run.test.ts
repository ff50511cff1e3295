import { readFile, stat, writeFile } from "node:fs/promises";
import {
  encodeChunkLeaf,
  leafHash,
  messageFromJson,
  readRunManifest,
  root,
  sha256,
  toHex,
  typedData,
  utf8,
} from "@colophon-protocol/sdk/formats";
import { deliveredVersion } from "@colophon-protocol/sdk/proofs";
import type { Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, type Market, type Person, startMarket, word } from "./market.js";
import { colophon, colophonJson, errorOf } from "./support.js";

const table = Array.from({ length: 8 }, (_, index) =>
  encodeChunkLeaf({ index, size: 1_000_000, flags: 0, digest: sha256(utf8(`chunk ${index}`)) }),
);
const contentRoot = toHex(root(table.map((leaf) => leafHash(leaf))));
const GUIDE = new URL("../../docs/proofs.md", import.meta.url);

let market: Market;
let [owner, buyer, auditor] = [] as unknown as [Person, Person, Person];
const file = (name: string) => market.file(name);
const NO_GUEST = { COLOPHON_EXECUTOR: "" };

beforeAll(async () => {
  market = await startMarket({ contentRoot });
  ({ owner, buyer, auditor } = market);
  const terms = ["--terms", "train-only", "--token", "TestUSDC", "--price", "250"];
  await owner.json("offer", "open", "--dataset", "1", ...terms, "--out", file("offer.json"));
  expect(await buyer.json("license", "buy", file("offer.json"))).toMatchObject({ licenseId: "1" });
  const of = { licenseId: 1n, datasetId: 1n, version: 1, contentRoot };
  await writeFile(file("delivered.json"), JSON.stringify(deliveredVersion(of, Buffer.concat(table), [0, 2, 7])));
  await market.pass(60);
}, 180_000);
afterAll(() => market?.stop());

describe("a run, by commands alone", () => {
  it("starts with the license's version, and only for who may", async () => {
    const dry = await buyer.json("run", "start", "--license", "1", "--out", file("run.json"), "--dry-run");
    expect(dry).toMatchObject({ dryRun: true, purpose: "train", licenses: [{ licenseId: "1", contentRoot }] });
    const stranger = await auditor.run("run", "start", "--license", "1", "--out", file("other.json"));
    expect(errorOf(stranger)).toMatchObject({ exitCode: 3, message: expect.stringMatching(/NotHolder/) });
    expect(errorOf(await buyer.run("run", "start", "--license", "1:2", "--out", file("other.json")))).toMatchObject({
      hint: "Expected an id, or license:dataset:version.",
    });
    const started = await buyer.json("run", "start", "--license", "1", "--out", file("run.json"));
    expect(started).toMatchObject({ file: file("run.json"), runner: buyer.address.toLowerCase() });
    expect((await stat(file("run.json"))).mode & 0o777).toBe(0o600);
    const again = await buyer.run("run", "start", "--license", "1", "--out", file("run.json"));
    expect(errorOf(again)).toMatchObject({ exitCode: 2, message: expect.stringMatching(/is there already/) });
  });

  it("lists what was used", async () => {
    const args = ["run", "manifest", file("run.json"), file("delivered.json"), "--epochs", "4"];
    const listed = await buyer.json(...args, "--out", file("manifest.json"));
    expect(listed).toMatchObject({ entries: 3, uses: 12, runManifestHash: expect.stringMatching(/^0x/) });
    const manifest = readRunManifest(await readFile(file("manifest.json")));
    expect(manifest.runEnd).toBeGreaterThanOrEqual(manifest.runStart);
    const { runManifestHash } = JSON.parse(await readFile(file("run.json"), "utf8"));
    expect(runManifestHash).toBe(listed.runManifestHash);
  });

  const proveArgs = () => ["run", "prove", file("run.json"), file("manifest.json"), file("delivered.json")];

  it("executes the statement, and says by name who did", async () => {
    const made = await buyer.json(...proveArgs(), "--out", file("proof.json"));
    expect(made).toMatchObject({ status: "executed, not proven", values: { entries: "12", distinctEntries: "3" } });
    if (made.cycles === undefined)
      expect(made.executedBy).toMatch(/^the reference implementation in TypeScript.*not built/);
    else expect([made.executedBy, made.cycles > 30_000]).toEqual(["the guest program itself, by SP1's executor", true]);
    const proof = JSON.parse(await readFile(file("proof.json"), "utf8"));
    expect(proof).toMatchObject({ format: "colophon-proof", publicValues: made.publicValues });
    const missing = await colophon(
      [...proveArgs(), "--executor", "/nowhere", "--out", file("no.json"), "--json"],
      NO_GUEST,
    );
    expect(errorOf(missing)).toMatchObject({ exitCode: 2, hint: expect.stringMatching(/zk\/executor/) });
  });

  it("fails on a chunk that is not licensed, by name", async () => {
    const { leaves, ...delivered } = JSON.parse(await readFile(file("delivered.json"), "utf8"));
    const tampered = `${leaves.slice(0, 4)}ff${leaves.slice(6)}`;
    await writeFile(file("tampered.json"), JSON.stringify({ ...delivered, leaves: tampered }));
    const ran = await buyer.run("run", "manifest", file("run.json"), file("tampered.json"), "--out", file("t.json"));
    expect(errorOf(ran)).toMatchObject({ code: "mismatch", exitCode: 7 });
    // A run file of another root is what a forger would write.
    const run = JSON.parse(await readFile(file("run.json"), "utf8"));
    const licenses = [{ ...run.licenses[0], contentRoot: word("77") }];
    await writeFile(file("forged-run.json"), JSON.stringify({ ...run, licenses }));
    await writeFile(
      file("no-leaves.json"),
      JSON.stringify({
        ...delivered,
        leaves: "0x",
        chunks: [],
        contentRoot: word("77"),
        records: { set: ["1"], used: ["1"] },
      }),
    );
    await buyer.json("run", "manifest", file("forged-run.json"), file("no-leaves.json"), "--out", file("forged.json"));
    const args = ["run", "prove", file("forged-run.json"), file("forged.json"), file("no-leaves.json")];
    const refused = await buyer.run(...args, "--out", file("forged-proof.json"));
    expect(errorOf(refused)).toMatchObject({
      code: "record-root",
      exitCode: 3,
      hint: expect.stringMatching(/not of the licensed version/),
    });
  });

  const submitArgs = () => ["run", "submit", file("run.json"), file("manifest.json"), file("proof.json")];
  let recordId: string;

  it("is recorded as executed, not proven, where a mock is asked for by name", async () => {
    expect(errorOf(await buyer.run(...submitArgs()))).toMatchObject({ message: "The run was executed, not proven." });
    const dry = await buyer.json(...submitArgs(), "--mock", "--dry-run");
    expect(dry).toMatchObject({ dryRun: true, simulation: "ok" });
    const stranger = await auditor.run(...submitArgs(), "--mock");
    expect(errorOf(stranger)).toMatchObject({ errorName: "ProofRegistry_NotRunner", exitCode: 3 });
    const submitted = await buyer.json(...submitArgs(), "--mock");
    expect(submitted).toMatchObject({
      grade: 1,
      status: "executed, not proven",
      entries: [{ licenseId: "1", datasetId: "1", version: 1, uses: 2 }],
    });
    ({ recordId } = submitted);
    expect(errorOf(await buyer.run(...submitArgs(), "--mock"))).toMatchObject({
      errorName: "ProofRegistry_AlreadyRecorded",
    });
  });

  /** A second run of the same license, executed: its files. */
  async function anotherRun(name: string): Promise<string[]> {
    const files = ["run", "manifest", "proof"].map((part) => file(`${name}-${part}.json`));
    const [run, manifest, proof] = files as [string, string, string];
    await buyer.json("run", "start", "--license", "1", "--out", run);
    await buyer.json("run", "manifest", run, file("delivered.json"), "--out", manifest);
    await buyer.json("run", "prove", run, manifest, file("delivered.json"), "--out", proof);
    return files;
  }

  it("is submitted by somebody else with the runner's signed statement, of this run alone", async () => {
    const run = await anotherRun("other");
    const submit = ["run", "submit", ...run];
    const strangers = await auditor.run(...submit, "--out", file("statement.json"));
    expect(errorOf(strangers)).toMatchObject({ exitCode: 2, hint: "Only its runner signs it." });
    const signed = await buyer.json(...submit, "--out", file("statement.json"));
    expect(signed).toMatchObject({ message: { runner: buyer.address.toLowerCase(), sequence: "1" } });

    const ofAnother = await auditor.run(...submitArgs(), "--mock", "--statement", file("statement.json"));
    expect(errorOf(ofAnother)).toMatchObject({ exitCode: 2, message: expect.stringMatching(/is of another run/) });
    const both = await auditor.run(...submit, "--statement", file("statement.json"), "--out", file("no.json"));
    expect(errorOf(both)).toMatchObject({ exitCode: 2, hint: "Sign a statement, or submit one." });

    const { message, signature } = JSON.parse(await readFile(file("statement.json"), "utf8"));
    const forged = async (name: string, change: object, by = signature) => {
      await writeFile(file(name), JSON.stringify({ message: { ...message, ...change }, signature: by }));
      return errorOf(await auditor.run(...submit, "--mock", "--statement", file(name)));
    };
    const notRunner = { errorName: "ProofRegistry_NotRunner", exitCode: 3 };
    expect(await forged("renumbered.json", { sequence: "9" })).toMatchObject(notRunner);
    const typed = (chainId: number) => {
      const domain = { chainId, licenseToken: market.deployment.contracts.LicenseToken?.address as Hex };
      return typedData("RunStatement", domain, messageFromJson("RunStatement", message)) as never;
    };
    expect(await forged("signer.json", {}, await auditor.account.signTypedData(typed(31337)))).toMatchObject(notRunner);
    expect(await forged("chain.json", {}, await buyer.account.signTypedData(typed(1)))).toMatchObject(notRunner);

    const submitted = await auditor.json(...submit, "--mock", "--statement", file("statement.json"));
    expect(submitted).toMatchObject({ status: "executed, not proven", runner: buyer.address.toLowerCase() });
    const again = await auditor.run(...submit, "--mock", "--statement", file("statement.json"));
    expect(errorOf(again)).toMatchObject({ errorName: "ProofRegistry_AlreadyRecorded" });
  });

  it("is not submitted with a statement that was taken back", async () => {
    const submit = ["run", "submit", ...(await anotherRun("third"))];
    await buyer.json(...submit, "--out", file("taken.json"));
    expect(await buyer.json("run", "take-back", "1")).toMatchObject({ takenBackUpTo: "1" });
    const late = await auditor.run(...submit, "--mock", "--statement", file("taken.json"));
    expect(errorOf(late)).toMatchObject({ errorName: "ProofRegistry_StatementOver", exitCode: 3 });
    const old = await buyer.run(...submit, "--out", file("old.json"), "--sequence", "1");
    expect(errorOf(old)).toMatchObject({ exitCode: 2, hint: expect.stringMatching(/all up to 1/) });
    const next = await buyer.json(...submit, "--out", file("next.json"));
    expect(next).toMatchObject({ message: { sequence: "2" } });
    await auditor.json(...submit, "--mock", "--statement", file("next.json"));
  });

  it("is verified from the chain alone, and told what is only declared", async () => {
    const seen = await auditor.json("run", "verify", recordId, "--manifest", file("manifest.json"));
    expect(seen).toMatchObject({ holds: true, status: "executed, not proven", uses: "12", entries: "3" });
    expect(seen.declared).toHaveLength(4);
    const text = await auditor.run("run", "verify", recordId);
    expect(JSON.parse(text.stdout).checks.every(({ holds }: { holds: boolean }) => holds)).toBe(true);
    const strange = await auditor.run("run", "verify", recordId, "--vkey", word("12"));
    expect(strange.code).toBe(7);
    expect(errorOf(strange)).toMatchObject({ message: "It does not hold: the program is the one that you trust." });
    expect(errorOf(await auditor.run("run", "verify", "99"))).toMatchObject({ exitCode: 3 });
  });

  it.each([
    ["mlflow", /"mlflow.data.context"/],
    ["openlineage", /"colophon_license"/],
    ["slsa", /"https:\/\/slsa.dev\/provenance\/v1"/],
    ["model-card", /^---\nlicense: "other"/],
  ])("is told to other tools as %s", async (format, form) => {
    const { stdout, code } = await auditor.run(
      "run",
      "export",
      file("manifest.json"),
      "--format",
      format,
      "--record",
      recordId,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(form);
    expect(stdout).toContain("executed, not proven");
    const { stdout: alone } = await colophon(["run", "export", file("manifest.json"), "--format", format]);
    expect(alone).toContain("not recorded");
  });

  /** The commands of the guide's shell blocks from one heading to the next. */
  async function commandsUnder(heading: string): Promise<string[]> {
    const [, text = ""] = (await readFile(GUIDE, "utf8")).split(`\n${heading}\n`);
    const [section = ""] = text.split("\n## ");
    const blocks = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block as string);
    return blocks.flatMap((block) => block.split("\n")).filter((line) => line.startsWith("colophon "));
  }

  /** Types a command of the guide; its files are in a folder of the test's own. */
  async function type(who: Person, line: string, path: (name: string) => string): Promise<void> {
    const words = line.split(" ").slice(1);
    const typed = words.map((word) => (word === "$RECORD" ? recordId : /\.(json|md)$/.test(word) ? path(word) : word));
    const { code, stderr } = await who.run(...typed);
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: "" });
  }

  it("is made by hand as docs/proofs.md says", async () => {
    const [fetching, ...commands] = await commandsUnder("### By commands");
    // Fetching needs a gateway: its test is with the others of delivery.
    expect(fetching).toBe("colophon fetch 1 data --delivered delivered.json");
    const path = (name: string) => file(name === "delivered.json" ? name : `guide-${name}`);
    for (const line of commands) await type(buyer, line, path);
    expect(commands).toHaveLength(4);
  });

  it("is verified by hand as docs/proofs.md says", async () => {
    const commands = await commandsUnder("## An auditor verifies one run by hand");
    for (const line of commands) await type(auditor, line, file);
    expect(commands).toHaveLength(6);
  });

  it("is not submitted with a statement whose ninety days are over", async () => {
    const submit = ["run", "submit", ...(await anotherRun("late"))];
    await buyer.json(...submit, "--out", file("late.json"));
    await market.pass(91 * DAY);
    const late = await auditor.run(...submit, "--mock", "--statement", file("late.json"));
    expect(errorOf(late)).toMatchObject({ errorName: "ProofRegistry_StatementOver", exitCode: 3 });
  });
});

it("explains itself", async () => {
  const { stdout } = await colophon(["run", "prove", "--help"]);
  expect(stdout).toMatch(/--prover[\s\S]*Examples:/);
  await expect(colophonJson(["run", "export", "none.json", "--format", "slsa"])).rejects.toThrow(
    /Cannot read none.json/,
  );
});
