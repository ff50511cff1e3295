import { datasetName, datasetUri, isoTime, type RunFacts, statusOf } from "./run-facts.js";

/** What a model card says of the model itself, beside the run. */
export interface ModelCardInput {
  name: string;
  /** SPDX identifier in lower case, as Hugging Face lists them; `other` unless told. */
  license?: string | undefined;
  tags?: readonly string[] | undefined;
}

/**
 * A model card in the form of Hugging Face (a README.md with YAML metadata, as of huggingface_hub 1.0), with a section on provenance.
 * Text of others is quoted, so that it can neither break the metadata nor draw a table.
 */
export function toModelCard(facts: RunFacts, { name, license = "other", tags = [] }: ModelCardInput): string {
  const metadata = [
    `license: ${yaml(license)}`,
    ...list("tags", [...tags, "colophon", "licensed-data"]),
    ...list(
      "datasets",
      facts.datasets.map((dataset) => datasetName(dataset)),
    ),
    "colophon:",
    `  chain: ${yaml(`eip155:${facts.chainId}`)}`,
    `  run_manifest: ${yaml(facts.runManifestHash)}`,
    `  proof: ${yaml(statusOf(facts))}`,
    ...(facts.record ? [`  record: ${yaml(facts.record.recordId)}`] : []),
  ];
  return ["---", ...metadata, "---", "", `# ${plain(name)}`, "", ...provenance(facts), ""].join("\n");
}

function provenance(facts: RunFacts): string[] {
  const { record, outputs } = facts;
  const rows = facts.datasets.map(
    (dataset) =>
      `| ${plain(datasetName(dataset))} | ${dataset.version} | ${dataset.licenseId} | ${plain(dataset.license ?? "see the license")} | ${dataset.entries} | \`${dataset.contentRoot}\` |`,
  );
  return [
    "## Provenance",
    "",
    `Purpose: ${facts.purpose}. From ${isoTime(facts.runStart)} to ${isoTime(facts.runEnd)}, by \`${facts.runner}\`.`,
    "",
    "| dataset | version | license | source license | entries used | content root |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
    `Proof that each listed entry was licensed: **${statusOf(facts)}**.`,
    ...(record ? [`Record ${record.recordId}, transaction \`${record.transaction}\`.`] : []),
    `Run manifest: \`${facts.runManifestHash}\`.`,
    "",
    "The proof says that every entry of the run manifest was licensed. It does not say that the manifest lists everything that the run used.",
    "",
    ...outputs.map(({ name, sha256 }) => `- ${plain(name)}: SHA-256 \`${sha256.slice(2)}\``),
    ...facts.datasets.map((dataset) => `- ${plain(datasetName(dataset))}: \`${datasetUri(facts, dataset)}\``),
  ];
}

const list = (key: string, values: readonly string[]): string[] => [
  `${key}:`,
  ...values.map((value) => `  - ${yaml(value)}`),
];

/** A double-quoted scalar of YAML 1.2: JSON strings are ones. */
const yaml = (text: string): string => JSON.stringify(text);

/** One line of text that means nothing to Markdown. */
const plain = (text: string): string => text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>#|]/g, "\\$&");
