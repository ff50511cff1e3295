import { datasetName, datasetUri, type RunFacts, runUuid, statusOf } from "./run-facts.js";

/** MLflow's REST API whose request this is. */
export const MLFLOW_API = "2.0";

/** Body of `POST /api/2.0/mlflow/runs/log-inputs`. */
export interface MlflowLogInputs {
  run_id: string;
  datasets: {
    tags: { key: string; value: string }[];
    dataset: { name: string; digest: string; source_type: string; source: string; schema: string; profile: string };
  }[];
}

/** MLflow takes at most 36 characters of a digest; the whole root stands in the profile. */
const DIGEST_LENGTH = 36;
const CONTEXTS: Record<RunFacts["purpose"], string> = {
  train: "training",
  "fine-tune": "training",
  evaluate: "evaluation",
  infer: "inference",
  derive: "derivation",
};

/**
 * The run's datasets as inputs of a run of MLflow.
 * @param runId of the run in MLflow; one that follows from the run manifest unless told
 */
export function toMlflow(facts: RunFacts, runId: string = runUuid(facts).replaceAll("-", "")): MlflowLogInputs {
  const datasets = facts.datasets.map((dataset) => ({
    tags: [
      { key: "mlflow.data.context", value: CONTEXTS[facts.purpose] },
      { key: "colophon.license", value: `eip155:${facts.chainId}/${facts.licenseToken}/${dataset.licenseId}` },
      { key: "colophon.run_manifest", value: facts.runManifestHash },
      { key: "colophon.proof", value: statusOf(facts) },
    ],
    dataset: {
      name: datasetName(dataset),
      digest: dataset.contentRoot.slice(2, 2 + DIGEST_LENGTH),
      source_type: "colophon",
      source: JSON.stringify({ uri: datasetUri(facts, dataset), license_id: dataset.licenseId }),
      schema: JSON.stringify({}),
      profile: JSON.stringify({
        content_root: dataset.contentRoot,
        entries: dataset.entries,
        uses: dataset.uses,
      }),
    },
  }));
  return { run_id: runId, datasets };
}
