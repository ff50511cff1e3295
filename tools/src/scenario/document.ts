// The scenario as the file that is committed beside its proof: what tests in other languages play it from.
import { sha256, toHex } from "@colophon-protocol/sdk/formats";
import { SCENARIO } from "./definition.js";
import type { ScenarioEvidence } from "./evidence.js";

/** Plain JSON; numbers are seconds or counts, everything longer is hex. */
export function scenarioDocument({ run, values, publicValues, input }: ScenarioEvidence) {
  const { genesis, publishedAt, boughtAt, runStart, runEnd } = SCENARIO;
  const [license] = run.licenses;
  return {
    chainId: run.chainId,
    registry: run.registry,
    licenseToken: run.licenseToken,
    runner: run.runner,
    license,
    times: { genesis, publishedAt, boughtAt, runStart, runEnd },
    entries: Number(values.entries),
    distinctEntries: Number(values.distinctEntries),
    runManifestHash: values.runManifestHash,
    licenseSetHash: values.licenseSetHash,
    inputHash: toHex(sha256(input)),
    publicValues,
  };
}
