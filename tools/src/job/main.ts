// The main job: a dataset published, licensed, paid for, delivered, decrypted and trained on, every step through the SDK.
// Run by `npm start` against the local stack:  node tools/dist/job/main.js --endpoints FILE [--json]
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "./context.js";
import { buyLicense } from "./license.js";
import { expire, payContributors } from "./pay.js";
import { forget, publishForSale } from "./publish.js";
import { payOtherwise } from "./rails.js";
import { Report } from "./report.js";
import { trainOnIt } from "./run.js";
import { putRight } from "./trust.js";

// Lit's client warns of its own deprecated constants on standard error; nobody here can act on that.
process.env.NO_DEPRECATION ??= "lit-js-sdk:constants:errors,lit-js-sdk:constants:constants";

const { values } = parseArgs({
  options: { endpoints: { type: "string" }, json: { type: "boolean", default: false } },
});

async function main(endpointsFile: string): Promise<void> {
  const context = await connect(endpointsFile);
  const report = new Report(values.json);
  const published = await publishForSale(context, report);
  try {
    const licenseId = await buyLicense(context, report, published);
    const manifestFile = join(endpointsFile, `../runs/license-${licenseId}.json`);
    const delivered = await trainOnIt(context, report, licenseId, manifestFile);
    const sale = { published, offer: published.offer, licenseId, delivered };
    await payContributors(context, report, sale);
    await payOtherwise(context, report, published);
    await expire(context, report, sale);
    await putRight(context, report, published);
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
