// Exports of a run, read by other people's code: OpenLineage's own client, and the classes that in-toto generates from its definitions.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { runFacts, toOpenLineage, toSlsa } from "@colophon-protocol/sdk/provenance";
import { finish } from "../lib/check.mjs";
import { readersPython } from "../lib/extras.mjs";
import { inRoot, inState } from "../lib/paths.mjs";
import { capture } from "../lib/process.mjs";

const { valid } = JSON.parse(readFileSync(inRoot("spec/vectors/run-manifest.json"), "utf8"));
const record = { recordId: "82", transaction: `0x${"f0".repeat(32)}`, grade: 1 };
const outputs = [{ name: "model.bin", sha256: `0x${"ab".repeat(32)}` }];

/** Every run of the vectors, with all that an export can tell of it and with nothing more. */
const exported = valid.flatMap(({ name, document }) =>
  [runFacts(document), runFacts(document, { record, outputs })].map((facts, i) => ({
    name: `${name}${i === 0 ? "" : ", recorded"}`,
    openlineage: toOpenLineage(facts),
    slsa: toSlsa(facts),
  })),
);
const file = inState("reports/exports.json");
mkdirSync(inState("reports"), { recursive: true });
writeFileSync(file, JSON.stringify(exported));
const command = [readersPython(), inRoot("tools/checks/exports.py"), file];
const { stdout, both, code } = await capture("exports", command, { whole: true });
if (code === 0) {
  const { passed, failures } = JSON.parse(stdout);
  finish(passed, failures);
} else finish(0, [{ name: "exports.py", output: both }]);
