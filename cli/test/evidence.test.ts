import { readFile, stat, writeFile } from "node:fs/promises";
import { encodeChunkLeaf, leafHash, root, sha256, toHex, utf8 } from "@colophon-protocol/sdk/formats";
import { deliveredVersion } from "@colophon-protocol/sdk/proofs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Market, type Person, startMarket, word } from "./market.js";
import { colophon, colophonJson, errorOf } from "./support.js";

const table = Array.from({ length: 8 }, (_, index) =>
  encodeChunkLeaf({ index, size: 1_000_000, flags: 0, digest: sha256(utf8(`chunk ${index}`)) }),
);
const contentRoot = toHex(root(table.map((leaf) => leafHash(leaf))));
const GUIDE = new URL("../../docs/evidence.md", import.meta.url);
// A verifier has no settings, and nobody to ask.
const OFFLINE = { COLOPHON_RPC_URL: "http://127.0.0.1:9" };

let market: Market;
let [owner, buyer] = [] as unknown as [Person, Person];
/** What the guide calls $RECORD, $BLOCK and so on. */
const named: Record<string, string> = {};
const file = (name: string) => market.file(name);

beforeAll(async () => {
  market = await startMarket({ contentRoot });
  ({ owner, buyer } = market);
  const terms = ["--terms", "train-only", "--token", "TestUSDC", "--price", "250"];
  await owner.json("offer", "open", "--dataset", "1", ...terms, "--out", file("offer.json"));
  await buyer.json("license", "buy", file("offer.json"));
  const of = { licenseId: 1n, datasetId: 1n, version: 1, contentRoot };
  await writeFile(file("delivered.json"), JSON.stringify(deliveredVersion(of, Buffer.concat(table), [0, 2, 7])));
  await market.pass(60);
  const [run, delivered, manifest, proof] = ["run", "delivered", "manifest", "proof"].map((name) =>
    file(`${name}.json`),
  );
  await buyer.json("run", "start", "--license", "1", "--out", run as string);
  await buyer.json("run", "manifest", run as string, delivered as string, "--out", manifest as string);
  await buyer.json("run", "prove", run as string, manifest as string, delivered as string, "--out", proof as string);
  const submitted = await buyer.json("run", "submit", run as string, manifest as string, proof as string, "--mock");
  named.$RECORD = submitted.recordId;
  named.$RUNNER = buyer.address;
}, 180_000);
afterAll(() => market?.stop());

/** The commands of the guide's shell blocks. */
async function commandsOfGuide(): Promise<string[]> {
  const blocks = [...(await readFile(GUIDE, "utf8")).matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block as string);
  return blocks.flatMap((block) => block.split("\n")).filter((line) => line.startsWith("colophon "));
}

const typed = (line: string) =>
  line
    .split(" ")
    .slice(1)
    .map((each) => named[each] ?? (/\.(json|tar)$/.test(each) ? file(each) : each));

describe("an evidence bundle", () => {
  it("is made and verified as docs/evidence.md says", async () => {
    const [make, verify, again, ...more] = (await commandsOfGuide()) as [string, string, string];
    expect(more).toEqual([]);
    const made = await buyer.json(...typed(make));
    expect(made).toMatchObject({ file: file("run.evidence.tar"), recordId: named.$RECORD, signer: buyer.address });
    expect((await stat(made.file)).mode & 0o777).toBe(0o600);
    expect(made.absent).toContain("log-inclusion of license 1: the provider's log was not read, or says nothing of it");

    const seen = await colophonJson(typed(verify), OFFLINE);
    expect(seen).toMatchObject({ holds: true, status: "executed, not proven", blockHash: made.blockHash });
    expect(seen.checks.map(({ code }: { code: string }) => code)).toContain("terms");
    named.$BLOCK = made.blockHash;
    named.$VKEY = seen.checks.find(({ check }: { check: string }) => check.startsWith("the program")).found;
    await writeFile(file("deployment.json"), JSON.stringify(market.deployment));
    const sure = await colophonJson([...typed(again), "--deployment", file("deployment.json")], OFFLINE);
    expect(sure["taken on trust"]).toEqual([]);
    expect(seen["taken on trust"].length).toBeGreaterThan(2);
  });

  it("is told of in words", async () => {
    const { code, stdout } = await colophon(["evidence", "verify", file("run.evidence.tar")], OFFLINE);
    expect(code).toBe(0);
    expect(stdout).toMatch(/● the record is stored[\s\S]*taken on trust[\s\S]*not checked[\s\S]*absent/);
  });

  it("is refused by the name of the first thing that fails", async () => {
    const bytes = await readFile(file("run.evidence.tar"));
    const at = bytes.indexOf('"publicValues":"0x') + 40;
    bytes[at] = (bytes[at] as number) ^ 1;
    await writeFile(file("altered.tar"), bytes);
    const verify = (name: string, ...more: string[]) =>
      colophon(["evidence", "verify", file(name), ...more, "--json"], OFFLINE);
    expect(errorOf(await verify("altered.tar"))).toMatchObject({
      ...{ code: "files", exitCode: 7, message: expect.stringMatching(/files, run\/proof.json.*was altered/) },
    });
    const strange = await verify("run.evidence.tar", "--block-hash", word("12"));
    expect(errorOf(strange)).toMatchObject({ code: "blocks", exitCode: 7 });
    expect(errorOf(await verify("offer.json"))).toMatchObject({ code: "archive", exitCode: 7 });
    expect(errorOf(await verify("none.tar"))).toMatchObject({ exitCode: 2 });
  });

  it("is not made without a key, of no record, or with another run's manifest", async () => {
    const out = ["--out", file("no.tar")];
    expect(errorOf(await buyer.run("evidence", "export", "--run", "99", ...out))).toMatchObject({ code: "record" });
    const args = ["evidence", "export", "--run", named.$RECORD as string, "--manifest", file("offer.json"), ...out];
    expect(errorOf(await buyer.run(...args))).toMatchObject({ code: "run-manifest", exitCode: 7 });
    expect(errorOf(await buyer.run(...args, "--dry-run"))).toMatchObject({ exitCode: 2 });
  });
});
