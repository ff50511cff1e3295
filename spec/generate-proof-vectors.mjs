#!/usr/bin/env node
/**
 * Writes the vectors of run manifests and of the proven statements. It shares no code with the SDK or with `zk/`. Run it only to
 * add cases; existing bytes never change.
 */
import { adherenceVectors } from "./proof-vectors/adherence.mjs";
import { kAnonymityVectors } from "./proof-vectors/k-anonymity.mjs";
import { runManifestVectors } from "./proof-vectors/run-manifest.mjs";
import { trainingStepVectors } from "./proof-vectors/training-step.mjs";
import { writeVectors } from "./vector-helpers.mjs";

writeVectors("run-manifest", runManifestVectors());
writeVectors("adherence", adherenceVectors());
writeVectors("k-anonymity", kAnonymityVectors());
writeVectors("training-step", trainingStepVectors());
