import { Ajv2020 as Ajv } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { createRunManifest } from "../../src/formats/index.js";
import { runFacts, runUuid, toMlflow, toModelCard, toOpenLineage, toSlsa } from "../../src/provenance/index.js";
import { specJson } from "../formats/vectors.js";

type Hex = `0x${string}`;
const word = (byte: string): Hex => `0x${byte.repeat(32)}`;
const LICENSE_TOKEN: Hex = `0x${"01".repeat(20)}`;
const RUNNER: Hex = `0x${"0a".repeat(20)}`;

const manifest = createRunManifest(
  {
    chainId: 8453,
    licenseToken: LICENSE_TOKEN,
    runner: RUNNER,
    runStart: 1_700_000_000,
    runEnd: 1_700_003_600,
    purpose: "train",
    licenses: [
      { licenseId: "7", datasetId: "1", version: 2, contentRoot: word("c0") },
      { licenseId: "9", datasetId: "4", version: 1, contentRoot: word("c1") },
    ],
  },
  [
    { kind: "chunk", index: 0, leaf: word("e0"), license: 0, count: 4 },
    { kind: "chunk", index: 3, leaf: word("e3"), license: 0, count: 4 },
    { kind: "record", leaf: `0x${"5".padStart(64, "0")}`, license: 1, count: 1 },
  ],
  new Uint8Array(32).fill(3),
);
const names = { 1: { name: 'Digits | "hand"', license: "CC-BY-SA-3.0" } };
const record = { recordId: "82", transaction: word("f0"), grade: 1 };
const outputs = [{ name: "model.bin", sha256: word("ab") }];
const facts = runFacts(manifest, { names, record, outputs });
const OWN = "urn:colophon:schema:openlineage.facets.v1#/$defs/";
const HASH = facts.runManifestHash;
const UUID = runUuid(facts);

describe("a run, told to other tools", () => {
  it("has one UUID everywhere, of version 8", () => {
    expect(UUID).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(runUuid(runFacts(manifest))).toBe(UUID);
  });

  it("is the body of MLflow's log-inputs (REST API 2.0)", () => {
    const tags = (license: string) => [
      { key: "mlflow.data.context", value: "training" },
      { key: "colophon.license", value: `eip155:8453/${LICENSE_TOKEN}/${license}` },
      { key: "colophon.run_manifest", value: HASH },
      { key: "colophon.proof", value: "executed, not proven" },
    ];
    const dataset = (name: string, byte: string, uri: string, license_id: string, entries: number, uses: number) => ({
      name,
      digest: byte.repeat(18),
      source_type: "colophon",
      source: JSON.stringify({ uri, license_id }),
      schema: "{}",
      profile: JSON.stringify({ content_root: word(byte), entries, uses }),
    });
    const uri = (path: string) => `colophon://eip155:8453/datasets/${path}`;
    expect(toMlflow(facts, "run1")).toEqual({
      run_id: "run1",
      datasets: [
        { tags: tags("7"), dataset: dataset('Digits | "hand"', "c0", uri("1/versions/2"), "7", 2, 8) },
        { tags: tags("9"), dataset: dataset("Colophon dataset 4", "c1", uri("4/versions/1"), "9", 1, 1) },
      ],
    });
    expect(toMlflow(facts).run_id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("is a run event of OpenLineage 2-0-2, with the license as a facet of each input", () => {
    const base = { _producer: "https://www.npmjs.com/package/@colophon-protocol/sdk" };
    const event = toOpenLineage(facts, "train-digits");
    expect(event).toMatchObject({
      eventType: "COMPLETE",
      eventTime: "2023-11-14T23:13:20.000Z",
      producer: base._producer,
      schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
      job: { namespace: `colophon://eip155:8453/${RUNNER}`, name: "train-digits" },
    });
    expect(event.run).toEqual({
      runId: UUID,
      facets: {
        nominalTime: {
          ...base,
          _schemaURL: "https://openlineage.io/spec/facets/1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet",
          nominalStartTime: "2023-11-14T22:13:20.000Z",
          nominalEndTime: "2023-11-14T23:13:20.000Z",
        },
        colophon_proof: {
          ...base,
          _schemaURL: `${OWN}ColophonProofRunFacet`,
          runManifestHash: HASH,
          status: "executed, not proven",
          recordId: "82",
          transaction: word("f0"),
        },
      },
    });
    expect(event.inputs[0]).toEqual({
      namespace: "colophon://eip155:8453",
      name: "datasets/1/versions/2",
      facets: {
        colophon_license: {
          ...base,
          _schemaURL: `${OWN}ColophonLicenseDatasetFacet`,
          chainId: "eip155:8453",
          licenseToken: LICENSE_TOKEN,
          licenseId: "7",
          contentRoot: word("c0"),
          purpose: "train",
          entries: 2,
          uses: 8,
          dataset: 'Digits | "hand"',
          uri: "colophon://eip155:8453/datasets/1/versions/2",
          license: "CC-BY-SA-3.0",
        },
      },
    });
    expect(event.inputs).toHaveLength(2);
    expect(event.outputs).toEqual([
      {
        namespace: `colophon://eip155:8453/${RUNNER}`,
        name: "model.bin",
        facets: {
          colophon_output: { ...base, _schemaURL: `${OWN}ColophonOutputDatasetFacet`, sha256: "ab".repeat(32) },
        },
      },
    ]);
  });

  it("has facets that their own schema takes, with a record, names and outputs, and without", () => {
    const ajv = new Ajv({ schemas: [specJson("schemas/openlineage/facets.v1.schema.json")] });
    const facetsOf = ({ run, inputs, outputs: made }: ReturnType<typeof toOpenLineage>) =>
      [run, ...inputs, ...made]
        .flatMap((each) => Object.entries(each.facets))
        .filter(([key]) => key.startsWith("colophon_"))
        .map(([, facet]) => facet);
    const found = [facts, runFacts(manifest)].flatMap((each) => facetsOf(toOpenLineage(each)));
    expect(found).toHaveLength(7);
    for (const facet of found) expect(ajv.validate(facet._schemaURL, facet), ajv.errorsText()).toBe(true);
    const [proof] = found as [(typeof found)[number]];
    expect(ajv.validate(proof._schemaURL, { ...proof, grade: 1 })).toBe(false);
    expect(ajv.validate(`${OWN}ColophonLicenseDatasetFacet`, proof)).toBe(false);
  });

  it("is SLSA Provenance v1 in an in-toto Statement v1, with content roots as dependencies", () => {
    const account = `colophon://eip155:8453/accounts/${RUNNER}`;
    expect(toSlsa(facts)).toEqual({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: "model.bin", digest: { sha256: "ab".repeat(32) } }],
      predicateType: "https://slsa.dev/provenance/v1",
      predicate: {
        buildDefinition: {
          buildType: "urn:colophon:build-type:training-run.v1",
          externalParameters: { purpose: "train", runner: account },
          internalParameters: {},
          resolvedDependencies: [
            {
              uri: "colophon://eip155:8453/datasets/1/versions/2",
              name: 'Digits | "hand"',
              digest: { sha256: "c0".repeat(32) },
              annotations: { licenseId: "7", entries: 2, uses: 8 },
            },
            {
              uri: "colophon://eip155:8453/datasets/4/versions/1",
              name: "Colophon dataset 4",
              digest: { sha256: "c1".repeat(32) },
              annotations: { licenseId: "9", entries: 1, uses: 1 },
            },
          ],
        },
        runDetails: {
          builder: { id: account },
          metadata: {
            invocationId: `urn:uuid:${UUID}`,
            startedOn: "2023-11-14T22:13:20.000Z",
            finishedOn: "2023-11-14T23:13:20.000Z",
          },
          byproducts: [
            {
              name: "run manifest",
              digest: { sha256: HASH.slice(2) },
              annotations: { proof: "executed, not proven", recordId: "82", transaction: word("f0") },
            },
          ],
        },
      },
    });
    const [subject] = toSlsa(runFacts(manifest)).subject;
    expect(subject).toEqual({ name: "run manifest", digest: { sha256: HASH.slice(2) } });
  });

  it("is a model card in Hugging Face's form, in which no name breaks metadata or table", () => {
    const card = toModelCard(facts, { name: "Digits\n# classifier", license: "mit", tags: ["vision"] });
    expect(card).toBe(
      [
        "---",
        'license: "mit"',
        "tags:",
        '  - "vision"',
        '  - "colophon"',
        '  - "licensed-data"',
        "datasets:",
        '  - "Digits | \\"hand\\""',
        '  - "Colophon dataset 4"',
        "colophon:",
        '  chain: "eip155:8453"',
        `  run_manifest: "${HASH}"`,
        '  proof: "executed, not proven"',
        '  record: "82"',
        "---",
        "",
        "# Digits \\# classifier",
        "",
        "## Provenance",
        "",
        `Purpose: train. From 2023-11-14T22:13:20.000Z to 2023-11-14T23:13:20.000Z, by \`${RUNNER}\`.`,
        "",
        "| dataset | version | license | source license | entries used | content root |",
        "| --- | --- | --- | --- | --- | --- |",
        `| Digits \\| "hand" | 2 | 7 | CC-BY-SA-3.0 | 2 | \`${word("c0")}\` |`,
        `| Colophon dataset 4 | 1 | 9 | see the license | 1 | \`${word("c1")}\` |`,
        "",
        "Proof that each listed entry was licensed: **executed, not proven**.",
        `Record 82, transaction \`${word("f0")}\`.`,
        `Run manifest: \`${HASH}\`.`,
        "",
        "The proof says that every entry of the run manifest was licensed. It does not say that the manifest lists everything that the run used.",
        "",
        `- model.bin: SHA-256 \`${"ab".repeat(32)}\``,
        '- Digits \\| "hand": `colophon://eip155:8453/datasets/1/versions/2`',
        "- Colophon dataset 4: `colophon://eip155:8453/datasets/4/versions/1`",
        "",
      ].join("\n"),
    );
  });

  it("says that nothing is recorded where nothing is", () => {
    expect(toModelCard(runFacts(manifest), { name: "m" })).toContain("**not recorded: the runner's word**");
  });
});
