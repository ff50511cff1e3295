import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestClient, type Hex, http, publicActions } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error plain JavaScript, build-time only
import { startTestChain } from "../../tools/testing/index.mjs";
import { colophon, colophonJson, errorOf, temporaryFolder } from "./support.js";

const inRoot = (path: string) => new URL(`../../${path}`, import.meta.url).pathname;
const BY = ["--configuration", inRoot("script/config/31337.json"), "--build", inRoot("out")];

let chain: Awaited<ReturnType<typeof startTestChain>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [chain, folder] = await Promise.all([startTestChain(), temporaryFolder()]);
}, 120_000);
afterAll(() => Promise.all([chain?.stop(), folder?.done()]));

const verify = (file: string = chain.deploymentFile) => [
  "deployment",
  "verify",
  "--rpc-url",
  chain.url,
  "--deployment",
  file,
];
async function written(name: string, content: unknown): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, JSON.stringify(content));
  return path;
}

describe("deployment verify", () => {
  it("finds a deployment as the script left it, every check with both sides", async () => {
    const report = await colophonJson([...verify(), ...BY]);
    expect(report).toMatchObject({ chain: 31337, holds: true });
    expect(report.checks.length).toBeGreaterThan(300);
    for (const check of report.checks) {
      expect(check).toEqual({
        ...{ subject: expect.any(String), what: expect.any(String), holds: true },
        ...{ expected: expect.any(String), found: expect.any(String) },
      });
    }
    const { code, stdout } = await colophon([...verify(), ...BY]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/holds\s+true[\s\S]*checks\s+(\d+) of \1 hold[\s\S]*differences\s+none[\s\S]*not checked/);
  });

  it("says what the file alone cannot show", async () => {
    const { holds, notChecked } = await colophonJson(verify());
    expect(holds).toBe(true);
    expect(notChecked.join(" ")).toMatch(/no configuration was given[\s\S]*no build was given/);
  });

  it("prints what differs, and ends with 7", async () => {
    const { contracts } = chain.deployment;
    const wrong = { ...contracts.LicenseMarket, codeHash: `0x${"12".repeat(32)}` };
    const file = await written("wrong.json", {
      ...chain.deployment,
      contracts: { ...contracts, LicenseMarket: wrong },
    });
    const { code, stdout, stderr } = await colophon([...verify(file), ...BY]);
    expect(code).toBe(7);
    expect(stdout).toContain("● LicenseMarket: code on chain hashes to what the file records");
    expect(stdout).toMatch(new RegExp(`expected {2}0x(12){32}\\s+found {5}${contracts.LicenseMarket.codeHash}`));
    expect(stderr).toMatch(/1 of \d+ checks do not hold/);

    const ran = await colophon([...verify(file), ...BY, "--json"]);
    expect(errorOf(ran)).toMatchObject({ exitCode: 7 });
    const { holds, checks } = JSON.parse(ran.stdout);
    expect(holds).toBe(false);
    expect(checks.filter((check: { holds: boolean }) => !check.holds)).toEqual([
      {
        ...{ subject: "LicenseMarket", what: "code on chain hashes to what the file records", holds: false },
        ...{ expected: wrong.codeHash, found: contracts.LicenseMarket.codeHash },
      },
    ]);
  });

  it("sees code that was exchanged on chain", async () => {
    const client = createTestClient({ mode: "anvil", chain: foundry, transport: http(chain.url) }).extend(
      publicActions,
    );
    const { address } = chain.deployment.contracts.ColophonLens;
    const code = (await client.getCode({ address })) as Hex;
    await client.setCode({ address, bytecode: `${code}00` });
    const { code: exit, stdout } = await colophon(verify());
    await client.setCode({ address, bytecode: code });
    expect({ exit, stdout }).toEqual({
      exit: 7,
      stdout: expect.stringMatching(/● ColophonLens: code on chain hashes/),
    });
  });

  it("takes no configuration, build, block or dry run that makes no sense", async () => {
    const refused = async (...more: string[]) => errorOf(await colophon([...verify(), ...more, "--json"]));
    const config = await written("config.json", { treasury: "0x12" });
    expect(await refused("--configuration", config)).toMatchObject({
      ...{ exitCode: 2, message: expect.stringMatching(/treasury is "0x12", expected an address/) },
    });
    expect(await refused("--build", folder.path)).toMatchObject({
      ...{ exitCode: 2, message: expect.stringMatching(/Cannot read .*\.sol/) },
    });
    expect(await refused("--block", "x")).toMatchObject({ exitCode: 2 });
    expect(await refused("--dry-run")).toMatchObject({ exitCode: 2, message: "verify has no --dry-run." });
  });
});
