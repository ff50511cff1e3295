import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProgram } from "../src/program.js";
import { colophon, colophonJson, colophonProcess, errorOf, temporaryFolder } from "./support.js";

const KEY = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
// A port that nothing listens on.
const NOWHERE = ["--rpc-url", "http://127.0.0.1:9"];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.done());

describe("help", () => {
  it("names every noun, the shared options and the exit codes", async () => {
    const { code, stdout } = await colophon(["--help"]);
    expect(code).toBe(0);
    for (const word of [
      "dataset",
      "terms",
      "offer",
      "license",
      "resale",
      "sample",
      "contributors",
      "payout",
      "fetch",
      "keys",
      "revenue",
      "deployment",
      "--json",
      "--dry-run",
      "--rpc-url",
      "Exit codes",
    ]) {
      expect(stdout).toContain(word);
    }
  });

  it("has all verbs, each with a description", () => {
    const verbs = Object.fromEntries(
      buildProgram().commands.map((noun) => [noun.name(), noun.commands.map((verb) => verb.name()).join(" ")]),
    );
    expect(verbs).toEqual({
      dataset: "ingest publish encode grant cancel-grant show",
      terms: "register list show",
      offer: "open close show",
      license: "buy list show access delegate activate confirm settle",
      resale: "show announce cancel take transfer",
      meter: "status deposit withdraw voucher usage pay redeem close settle",
      stream: "status pause reopen rate cancel settle report contest top-up collect sweep",
      live: "status pause reopen cancel settle collect top-up sweep",
      share: "status statement countersign audit pay remind settle close",
      fetch: "",
      sample: "list buy put remove",
      keys: "release chunk network",
      revenue: "split collect royalty fees statement invoice",
      contributors: "create show claim",
      payout: "list claim",
      run: "start manifest prove submit take-back verify export",
      evidence: "export verify",
      provider: "register update share show keys",
      bond: "deposit thaw withdraw allocate deallocate delegate undelegate reward claim pay-treasury drop-lock show cover",
      fault: "wrong-content wrong-root late-receipt equivocation challenge answer close show",
      dispute:
        "raise respond evidence chunk-key check-chunk counter-bond show list refer preview vote appeal conclude withdraw settle end-license settle-license deliver contest-assertion court-appeal court-evidence new-key seal unseal",
      attest: "schema issuer issue issue-many sign anchor revoke withdraw renounce show verify list",
      consent: "sign record anchor link guardian revoke recall status",
      recall: "open name-root acknowledge contest submit resolve show inbox",
      quality: "declare request deposit withdraw commit reveal settle show account method",
      log: "head entry verify anchor",
      deployment: "show verify",
      config: "set show",
    });
    for (const noun of buildProgram().commands)
      for (const command of [noun, ...noun.commands]) expect(command.description(), command.name()).not.toBe("");
  });

  it("shows examples with every verb, all of which are lines that the program takes", async () => {
    const program = buildProgram();
    const verbs = program.commands.flatMap(leavesOf);
    expect(verbs.length).toBeGreaterThan(150);
    const taken: string[] = [];
    for (const verb of verbs) verb.exitOverride().action(() => void taken.push(verb.name()));
    for (const verb of verbs) {
      let help = "";
      verb.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      const examples = [...help.matchAll(/^ {2}colophon (.*)$/gm)].map(([, line]) => line as string);
      expect(examples, `examples of ${verb.parent?.name()} ${verb.name()}`).not.toEqual([]);
      for (const line of examples) {
        const words = (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/, "$2"));
        await program.parseAsync(["node", "colophon", ...words]);
        expect(taken.at(-1), line).toBe(verb.name());
      }
    }
  });

  it("explains a verb", async () => {
    const { code, stdout } = await colophon(["license", "buy", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/--max-price <amount>[\s\S]*--expected-terms/);
  });

  it("prints its version", async () => {
    expect((await colophon(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("the built program, in a process of its own", () => {
  it("answers on stdout, fails on stderr, and ends with the code that it names", async () => {
    expect(await colophonProcess(["--version"])).toEqual({ code: 0, stdout: expect.stringMatching(/^\d/), stderr: "" });
    const failed = await colophonProcess(["license", "show", "1", "--json"]);
    expect(failed).toMatchObject({ code: 2, stdout: "" });
    expect(errorOf(failed).message).toMatch(/--rpc-url is needed/);
  });
});

describe("bad input ends with 2 and says what to do", () => {
  it.each([
    [["licence"], /unknown command 'licence'/],
    [["offer", "open"], /required option '--dataset <id>' not specified/],
    [["license", "show", "1"], /--rpc-url is needed[\s\S]*COLOPHON_RPC_URL/],
    [["license", "show", "0", ...NOWHERE], /<id> is "0"[\s\S]*above 0/],
    [["license", "show", "x", ...NOWHERE], /<id> is "x"/],
    [
      ["license", "buy", "0x12", ...NOWHERE, "--reference", "a reference that is longer than thirty-two bytes"],
      /--reference is \d+ bytes/,
    ],
    [["license", "buy", "offer.json", "--funding", "cash"], /Allowed choices are auto, allowance/],
    [["license", "delegate", "1", "0x12", "--until", "2030-01-01", ...NOWHERE], /<address> is "0x12"/],
    [
      ["license", "delegate", "1", "0x0000000000000000000000000000000000000001", "--until", "soon", ...NOWHERE],
      /--until is "soon"/,
    ],
    [["dataset", "show", "-1"], /<id> is "-1"/],
    [["terms", "show", "no-such-terms"], /neither a template nor a file[\s\S]*train-only/],
    [["terms", "show", "0x12"], /<terms> is "0x12"/],
    [["fetch", "1", "out", ...NOWHERE, "--concurrency", "0"], /--concurrency is "0"/],
    [["fetch", "1", "out", ...NOWHERE, "--encoding", "0"], /--encoding is "0"/],
    [["dataset", "ingest", "data", "--manifest", "missing.json", "--out", "store"], /Cannot read missing.json/],
  ])("%j", async (args, message) => {
    const { code, stderr, stdout } = await colophon(args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it("prints it as JSON when asked", async () => {
    const ran = await colophon(["license", "show", "0", "--json", ...NOWHERE]);
    expect(errorOf(ran)).toEqual({
      code: "input",
      message: '<id> is "0".',
      hint: "Expected a whole number above 0.",
      exitCode: 2,
    });
    const usage = await colophon(["offer", "open", "--json"]);
    expect(errorOf(usage)).toMatchObject({ code: "usage", exitCode: 2 });
  });
});

describe("the endpoint", () => {
  it("ends with 5 when nothing answers", async () => {
    const ran = await colophon(["deployment", "show", "--json", ...NOWHERE]);
    expect(ran.code).toBe(5);
    expect(errorOf(ran)).toMatchObject({ code: "network", hint: expect.stringMatching(/RPC URL/) });
  });
});

describe("keys", () => {
  it.each([["0x1234"], [`${KEY}00`], ["zz".repeat(32)], ["00".repeat(32)]])(
    "refuses a malformed one without showing it: %s",
    async (key) => {
      const { code, stdout, stderr } = await colophon(["deployment", "show", ...NOWHERE], {
        COLOPHON_PRIVATE_KEY: key,
      });
      expect(code).toBe(2);
      expect(stderr).toMatch(/COLOPHON_PRIVATE_KEY/);
      expect(stdout + stderr).not.toContain(key);
    },
  );

  it("refuses a key file that others can read, and takes one of mode 600", async () => {
    const file = join(folder.path, "key");
    await writeFile(file, KEY, { mode: 0o644 });
    const loose = await colophon(["deployment", "show", ...NOWHERE, "--key-file", file]);
    expect(loose).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/can be read by others \(mode 644\)[\s\S]*chmod 600/),
    });
    await chmod(file, 0o600);
    // The key is fine now; what fails next is the endpoint.
    expect(await colophon(["deployment", "show", ...NOWHERE, "--key-file", file])).toMatchObject({ code: 5 });
  });

  it("names a key file that is not there", async () => {
    expect(await colophon(["deployment", "show", ...NOWHERE, "--key-file", join(folder.path, "none")])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no key file/),
    });
  });
});

describe("the config file", () => {
  it("remembers settings where only the owner can read them", async () => {
    const COLOPHON_CONFIG = join(folder.path, "config", "config.json");
    expect(await colophonJson(["config", "set", "rpcUrl", "http://127.0.0.1:9"], { COLOPHON_CONFIG })).toEqual({
      path: COLOPHON_CONFIG,
      rpcUrl: "http://127.0.0.1:9",
    });
    expect((await stat(COLOPHON_CONFIG)).mode & 0o777).toBe(0o600);
    expect(await colophonJson(["config", "show"], { COLOPHON_CONFIG })).toMatchObject({ rpcUrl: "http://127.0.0.1:9" });
    expect((await colophon(["deployment", "show"], { COLOPHON_CONFIG })).code).toBe(5);
    await chmod(COLOPHON_CONFIG, 0o640);
    expect(await colophon(["config", "show"], { COLOPHON_CONFIG })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/mode 640/),
    });
  });

  it("takes no private key and no unknown setting", async () => {
    const COLOPHON_CONFIG = join(folder.path, "other.json");
    const ran = await colophon(["config", "set", "privateKey", KEY], { COLOPHON_CONFIG });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(/no setting "privateKey"/) });
    await expect(readFile(COLOPHON_CONFIG)).rejects.toThrow();
  });

  it("says which setting of the file is wrong", async () => {
    const COLOPHON_CONFIG = join(folder.path, "bad.json");
    await writeFile(COLOPHON_CONFIG, '{"rpcUrl":1}', { mode: 0o600 });
    expect(await colophon(["config", "show"], { COLOPHON_CONFIG })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/rpcUrl must be a string/),
    });
    await writeFile(COLOPHON_CONFIG, "{", { mode: 0o600 });
    expect(await colophon(["config", "show"], { COLOPHON_CONFIG })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is not JSON/),
    });
  });
});

describe("terms need no chain to be read", () => {
  it("lists the templates with their ids", async () => {
    const rows = await colophonJson(["terms", "list"]);
    expect(rows.map(({ name }: { name: string }) => name)).toContain("train-only");
    for (const row of rows) expect(row.termsId).toMatch(/^0x[0-9a-f]{64}$/);
  });

  it("says in words what they allow, rights first", async () => {
    const shown = await colophonJson(["terms", "show", "train-only"]);
    expect(shown.may.join(" ")).toMatch(/train models/);
    expect(shown.uses).toContain("train");
    const { stdout } = await colophon(["terms", "show", "train-only"]);
    expect(stdout).toMatch(/may\s+You may/);
  });
});

type Verb = ReturnType<typeof buildProgram>;
const leavesOf = (verb: Verb): Verb[] =>
  verb.commands.length === 0 ? [verb] : (verb.commands as Verb[]).flatMap(leavesOf);
