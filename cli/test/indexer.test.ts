// Verbs that read the indexer, against a real one that follows a real chain: as data, and as people read it.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
// @ts-expect-error plain JavaScript, build-time only
import { startStack } from "../../tools/stack/index.mjs";
import { type Person, word } from "./market.js";
import { errorOf, temporaryFolder } from "./support.js";
import { startTrustMarket, type TrustMarket } from "./trust-market.js";

let stack: Awaited<ReturnType<typeof startStack>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let market: TrustMarket;
let [owner, buyer, provider, auditor] = [] as unknown as [Person, Person, Person, Person];
let indexer: string[];
let schema: string;
const usdc = ["--token", "TestUSDC"];
const file = (name: string) => market.file(name);

beforeAll(async () => {
  folder = await temporaryFolder();
  market = await startTrustMarket(async () => {
    stack = await startStack({ folder: join(folder.path, "stack"), parts: ["indexer"], log: () => {} });
    const { rpcUrl: url, deploymentFile } = stack.endpoints;
    const deployment: unknown = JSON.parse(await readFile(deploymentFile, "utf8"));
    return { url, deployment, deploymentFile, stop: () => stack.stop() };
  });
  ({ owner, buyer, provider, auditor } = market);
  indexer = ["--indexer", stack.endpoints.indexerUrl];
  for (const name of ["service.json", "terms.txt", "leaves.json"]) await writeFile(file(name), `the ${name}`);
  await makeHistory();
}, 400_000);
afterAll(async () => {
  await market?.stop();
  await folder?.done();
});

/** A bond, two licenses, two disputes of which one was given up, three badges of which one was revoked, a recall. */
async function makeHistory(): Promise<void> {
  await provider.json(
    ...["provider", "register", "--endpoints", "https://provider.example", "--description", file("service.json")],
    ...["--terms", file("terms.txt")],
  );
  await provider.json("bond", "deposit", "1000", ...usdc);
  const sold = ["--dataset", "1", "--encoding", "2", "--terms", "train-only", "--price", "100", ...usdc];
  await owner.json("offer", "open", ...sold, "--out", file("offer.json"));
  await provider.json("bond", "allocate", file("offer.json"), "300");
  for (const _ of [1, 2]) await buyer.json("license", "buy", file("offer.json"));
  await buyer.json("license", "confirm", "2");

  const raise = ["dispute", "raise", "--statement", "See for yourself."];
  await buyer.json(...raise, "--license", "1", "--reason", "not-as-described");
  await owner.json("dispute", "respond", "1", "--statement", "It is as described.");
  await auditor.json(...raise, "--of", "1/1", "--reason", "copyright");
  await auditor.json("dispute", "withdraw", "2");

  await market.accredit(auditor.address, 1000);
  const register = ["attest", "schema", "register", "uint16 errorBps", "--document", file("service.json")];
  ({ schema } = await auditor.json(...register, "--kinds", "dataset", "version", "person"));
  const issue = (values: string, ...about: string[]) =>
    auditor.json("attest", "issue", ...about, "--schema", schema, "--values", values);
  await issue("[250]", "--dataset", "1", "--version-number", "1");
  const { badgeId } = await issue("[17]", "--dataset", "1");
  await issue("[3]", "--person", buyer.address);
  await auditor.json("attest", "revoke", badgeId, "--reason", "a mistake");

  const takedown = ["recall", "open", "--dataset", "1", "--reason", "takedown", "--leaves", file("leaves.json")];
  await owner.json(...takedown, "--root", word("4f"));
  await buyer.json("recall", "acknowledge", "1", "2", "--action", "retrain");
}

/** Asks until the indexer has seen all of the history. */
const settles = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 90_000, interval: 1000 });

describe("disputes from the indexer", () => {
  it("are listed, newest first, in the words of `dispute show`", async () => {
    await settles(async () => expect(await buyer.json("dispute", "list", ...indexer)).toHaveLength(2));
    const all = await buyer.json("dispute", "list", ...indexer);
    expect(all).toMatchObject([
      { disputeId: "2", about: "version", subject: "1/1", reason: "copyright", phase: "closed", outcome: "withdrawn" },
      { disputeId: "1", about: "license", subject: "1", reason: "not-as-described", bond: "25 USDC" },
    ]);
    const shown = await buyer.json("dispute", "show", "1");
    const { phase, deadline, claimant, respondent } = all[1];
    expect({ phase, deadline: Number(deadline), claimant, respondent }).toEqual({
      ...{ phase: shown.phase, deadline: shown.deadline, claimant: shown.claimant, respondent: shown.respondent },
    });
    expect(await buyer.json("dispute", "show", "2")).toMatchObject({ about: "version", subject: "1/1" });
  });

  it("are narrowed by side and license", async () => {
    const ids = async (...args: string[]) =>
      (await buyer.json("dispute", "list", ...args, ...indexer)).map((row: { disputeId: string }) => row.disputeId);
    expect(await ids("--account", buyer.address)).toEqual(["1"]);
    expect(await ids("--account", owner.address)).toEqual(["2", "1"]);
    expect(await ids("--license", "1")).toEqual(["1"]);
    expect(await ids("--license", "2")).toEqual([]);
  });

  it("are shown with their timeline and evidence", async () => {
    const shown = await buyer.json("dispute", "show", "1", ...indexer);
    expect(shown.evidence.map(({ by, uri }: { by: string; uri: string }) => [by, uri])).toEqual([
      [buyer.address, "data:text/plain,See%20for%20yourself."],
      [owner.address, "data:text/plain,It%20is%20as%20described."],
    ]);
    expect(shown.timeline.length).toBeGreaterThanOrEqual(2);
    expect(shown.votes).toEqual([]);
    const text = await buyer.text("dispute", "list", "--account", buyer.address, ...indexer);
    expect(text).toMatch(/^disputeId +1$/m);
    expect(text).toMatch(/^reason +not-as-described$/m);
    expect(text).not.toMatch(/null|undefined|\[object/);
  });
});

describe("badges from the indexer", () => {
  it("are listed with what they say and what they are worth now", async () => {
    const list = (...about: string[]) => buyer.json("attest", "list", ...about, ...indexer);
    await settles(async () => expect(await list("--person", buyer.address)).toHaveLength(1));
    const standings = (rows: { standing: string; values: unknown }[]) =>
      // Latest first, and of one second in any order.
      rows.map(({ standing, values }) => [standing, values]).sort();
    expect(standings(await list("--dataset", "1"))).toEqual([
      ["revoked", [17]],
      ["valid", [250]],
    ]);
    const [ofVersion, ...others] = await list("--dataset", "1", "--version-number", "1");
    expect(others).toEqual([]);
    expect(ofVersion).toMatchObject({
      ...{ standing: "valid", about: { kind: "Version", datasetId: "1", version: 1 }, schema, values: [250] },
      issuer: auditor.address,
    });
    expect(await list("--provider", provider.address)).toEqual([]);
    expect(await buyer.text("attest", "list", "--provider", provider.address, ...indexer)).toBe("(none)\n");
    const text = await buyer.text("attest", "list", "--person", buyer.address, ...indexer);
    expect(text).toMatch(/^standing +valid$/m);
    expect(text).toMatch(/^values +3$/m);
  });
});

describe("recalls from the indexer", () => {
  it("are in the inbox of who holds a license, and listed with all licenses", async () => {
    const inbox = () => buyer.json("recall", "inbox", ...indexer);
    await settles(async () =>
      expect((await inbox()).map(({ standing }: { standing: string }) => standing)).toContain("acknowledged"),
    );
    const rows = await inbox();
    const one = { recallId: "1", dataset: "1", version: 1, reason: "takedown" };
    const byLicense = (a: { licenseId: string }, b: { licenseId: string }) => Number(a.licenseId) - Number(b.licenseId);
    expect(rows.sort(byLicense)).toMatchObject([
      { ...one, licenseId: "1", standing: "waiting" },
      { ...one, licenseId: "2", standing: "acknowledged" },
    ]);
    expect(await owner.json("recall", "inbox", "--holder", buyer.address, ...indexer)).toHaveLength(2);
    expect(await owner.json("recall", "inbox", ...indexer)).toEqual([]);
    const { licenses, reason } = await owner.json("recall", "show", "1", ...indexer);
    expect(reason).toBe("takedown");
    expect(licenses.sort(byLicense)).toMatchObject([
      { licenseId: "1", holder: buyer.address, standing: "waiting" },
      { licenseId: "2", holder: buyer.address, standing: "acknowledged", action: "retrain" },
    ]);
    // The chain says the same of one license.
    expect(await owner.json("recall", "show", "1", "--license", "2")).toMatchObject({
      ...{ standing: "acknowledged", action: "retrain" },
    });
    expect(await owner.text("recall", "show", "1", ...indexer)).toMatch(/standing +waiting/);
  });
});

describe("licenses and providers from the indexer", () => {
  it("list what an account holds as the chain does, and more", async () => {
    await settles(async () => expect(await buyer.json("license", "list", ...indexer)).toHaveLength(2));
    const known = await buyer.json("license", "list", ...indexer);
    expect(known).toMatchObject([
      { licenseId: "1", datasetId: "1", version: 1, hold: "Held" },
      { licenseId: "2", datasetId: "1", version: 1, hold: "Released" },
    ]);
    const onChain = await buyer.json("license", "list");
    expect(known.map(({ name: _, hold: __, ...row }: { name: unknown; hold: unknown }) => row)).toEqual(onChain);
    expect(await owner.json("license", "list", ...indexer)).toEqual([]);
  });

  it("show a provider's record and reputation", async () => {
    const shown = await buyer.json("provider", "show", provider.address, ...indexer);
    expect(shown).toMatchObject({
      ...{ registered: true, endpoints: "https://provider.example", faults: [] },
      accounts: [{ own: "1000000000", allocated: "300000000" }],
      reputation: { score: expect.stringMatching(/^\d+$/) },
    });
    expect(await buyer.text("provider", "show", provider.address, ...indexer)).toMatch(/^registered +true$/m);
  });

  it("say what is missing, and end with 5 when nothing answers", async () => {
    for (const verb of [
      ["dispute", "list"],
      ["attest", "list", "--dataset", "1"],
      ["recall", "inbox"],
      ["revenue", "statement"],
    ]) {
      expect(errorOf(await buyer.run(...verb)), verb.join(" ")).toMatchObject({
        ...{ exitCode: 2, message: expect.stringContaining("--indexer") },
      });
      const gone = await buyer.run(...verb, "--indexer", "http://127.0.0.1:9");
      expect(gone.code, verb.join(" ")).toBe(5);
    }
    for (const verb of [
      ["license", "list"],
      ["dispute", "show", "1"],
      ["recall", "show", "1"],
      ["provider", "show"],
    ]) {
      expect((await buyer.run(...verb, "--indexer", "http://127.0.0.1:9")).code, verb.join(" ")).toBe(5);
    }
  });
});
