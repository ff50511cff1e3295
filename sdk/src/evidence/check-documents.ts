/** Checks of documents against the hashes that the chain has: run manifest, manifests, terms. */
import { toHex } from "../formats/bytes.js";
import { sha256 } from "../formats/hash.js";
import { type Manifest, readManifest } from "../formats/manifest.js";
import { readRunManifest } from "../formats/run-manifest.js";
import { runManifestHash } from "../formats/run-manifest-form.js";
import { readTerms, termsId, termsStruct } from "../formats/terms.js";
import { versionOf } from "./check-chain.js";
import { type Case, licenseSubject, versionSubject } from "./findings.js";
import { demand, within } from "./refusal.js";

/** The run manifest is the record's. @throws EvidenceRefused `run-manifest` */
export function checkRunManifest({ bundle, run, facts, findings }: Case): void {
  const file = bundle.part({ role: "run-manifest" });
  findings.notChecked.push("that the run manifest lists everything that the run consumed");
  if (!file) {
    findings.notChecked.push("what the run manifest lists: it is not in the bundle");
    return;
  }
  const code = "run-manifest";
  const manifest = within(code, file.path, () => readRunManifest(file.bytes));
  const hash = runManifestHash(manifest);
  demand(hash === run.runManifestHash, code, `its hash is ${hash}, recorded is ${run.runManifestHash}.`, file.path);
  const uses = manifest.entries.reduce((sum, { count }) => sum + BigInt(count), 0n);
  const counted = uses === run.uses && BigInt(manifest.entries.length) === run.distinctEntries;
  const text = (all: readonly { licenseId: unknown; datasetId: unknown; version: unknown }[]) =>
    all.map(({ licenseId, datasetId, version }) => `${licenseId} ${datasetId} ${version}`).join();
  const listed = text(manifest.licenses) === text(run.entries);
  demand(counted && listed, code, "its entries or licenses are others than those recorded.", file.path);
  const roots = manifest.licenses.every(
    ({ contentRoot }, i) =>
      versionOf(facts, run.entries[i] as (typeof run.entries)[number]).contentRoot === contentRoot,
  );
  demand(roots, code, "it names another content root than a licensed version has.", file.path);
  const found = `${manifest.entries.length} entries, used ${uses} times, to ${manifest.purpose}`;
  findings.holds(code, "the run manifest is the one that was proven", found);
}

/** Each licensed version's manifest is the one published. @throws EvidenceRefused `manifest` */
export function checkManifests({ bundle, facts, findings }: Case): void {
  for (const version of facts.versions) {
    const of = versionSubject(version);
    const file = bundle.part({ role: "manifest", of });
    if (!file) {
      findings.notChecked.push(`what ${of} says of itself: its manifest is not in the bundle`);
      continue;
    }
    const manifest = within("manifest", file.path, (): Manifest => readManifest(file.bytes, version.manifestHash));
    const sameRoot = manifest.content.root === version.contentRoot;
    demand(sameRoot, "manifest", `the manifest of ${of} names another content root than the chain.`, file.path);
    findings.holds("manifest", `the manifest of ${of} is the one published`, manifest.name);
  }
}

/** Each license's terms are those it was bought under. @throws EvidenceRefused `terms` */
export function checkTerms({ bundle, facts, findings }: Case): void {
  for (const license of facts.licenses) {
    const of = licenseSubject(license.licenseId);
    const file = bundle.part({ role: "terms", of });
    if (!file) {
      findings.notChecked.push(`the terms of ${of} in words: only their id is proven, ${license.termsId}`);
      continue;
    }
    const document = within("terms", file.path, () => readTerms(file.bytes));
    const hash = toHex(sha256(file.bytes));
    const id = termsId(termsStruct(document));
    const same = hash === license.termsDocumentHash && id === license.termsId;
    demand(same, "terms", `this document gives the terms ${id}, those of ${of} are ${license.termsId}.`, file.path);
    findings.holds("terms", `the terms of ${of} are those it was bought under`, `${document.uses.join(", ")}; ${id}`);
  }
}
