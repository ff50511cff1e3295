// Writes what a proof of the fixed scenario is made from; needs no chain:  node tools/dist/scenario/main.js DIR
//   DIR/run.input        what the guest zk/elf/adherence reads
//   DIR/scenario.json    the run: ids, roots, times, accounts, and the public values that the guest commits
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { scenarioDocument } from "./document.js";
import { scenarioEvidence } from "./evidence.js";

async function main(folder: string): Promise<void> {
  const evidence = await scenarioEvidence();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "run.input"), evidence.input);
  await writeFile(join(folder, "scenario.json"), `${JSON.stringify(scenarioDocument(evidence), null, 2)}\n`);
  console.log(`${join(folder, "run.input")}: ${evidence.input.length} bytes`);
  console.log(`public values ${evidence.publicValues}`);
}

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("Give a folder to write to: node tools/dist/scenario/main.js DIR");
  process.exit(2);
}
await main(folder);
