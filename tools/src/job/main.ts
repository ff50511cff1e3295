// The main job: a dataset published, licensed, paid for, delivered, decrypted, trained on, the run recorded, and all of it put into one
// file that verifies offline; every step through the SDK. Run by `npm start` against the local stack:
//   node tools/dist/job/main.js --endpoints FILE [--json] [--build-executor]
//   --build-executor  build what executes the guest program, where it is missing and Cargo is there
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "./context.js";
import { bundleEvidence } from "./evidence.js";
import { buyLicense } from "./license.js";
import { expire, payContributors } from "./pay.js";
import { proveRun } from "./prove.js";
import { forget, publishForSale } from "./publish.js";
import { payOtherwise } from "./rails.js";
import { Report } from "./report.js";
import { trainOnIt } from "./run.js";
import { putRight } from "./trust.js";

// Lit's client warns of its own deprecated constants on standard error; nobody here can act on that.
process.env.NO_DEPRECATION ??= "lit-js-sdk:constants:errors,lit-js-sdk:constants:constants";

const { values } = parseArgs({
  options: {
    endpoints: { type: "string" },
    json: { type: "boolean", default: false },
    "build-executor": { type: "boolean", default: false },
  },
});

async function main(endpointsFile: string): Promise<void> {
  const context = await connect(endpointsFile);
  const report = new Report(values.json);
  const published = await publishForSale(context, report);
  try {
    const licenseId = await buyLicense(context, report, published);
    const trained = await trainOnIt(context, report, licenseId);
    const folder = join(endpointsFile, `../runs/license-${licenseId}`);
    const recordId = await proveRun(context, report, trained, { folder, buildExecutor: values["build-executor"] });
    const sale = { published, offer: published.offer, licenseId, delivered: trained.delivered };
    await payContributors(context, report, sale);
    // Asked for again while the license lives: the provider signs nothing for one that has ended.
    const delivery = await trained.delivered.delivery.requestReceipt();
    await payOtherwise(context, report, published);
    await expire(context, report, sale);
    await putRight(context, report, published);
    await bundleEvidence(context, report, { trained, recordId, delivery, folder });
  } finally {
    await forget(published);
  }
}

if (!values.endpoints) {
  console.error("Give the file that the stack wrote: --endpoints .colophon/local/endpoints.json");
  process.exit(2);
}
try {
  await main(values.endpoints);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
}
