// Plays the fixed scenario on a new local chain: what its proof speaks of then stands there.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type EncodingRecord, FolderBlobStore } from "@colophon-protocol/ingest";
import {
  buildOffer,
  buy,
  execute,
  openOfferSync,
  prepareBuy,
  publishDatasetSync,
  registerTermsSync,
} from "@colophon-protocol/sdk";
import type { SignedEncodingAcceptance } from "@colophon-protocol/sdk/delivery";
import { type Hex, termsId, termsStruct, termsTemplates, typedData } from "@colophon-protocol/sdk/formats";
import { type RunFile, startRun } from "@colophon-protocol/sdk/proofs";
import { connectChain, fund, type LocalChain, mineAt, setNextBlockTime, usdcUnits } from "../job/context.js";
import { addFirstEncoding, type FirstEncoding, handOver, seal } from "../job/encoding.js";
import { SCENARIO } from "./definition.js";
import { ingestPoints } from "./points.js";

const PRICE = usdcUnits(10);
const RETIREMENT_NOTICE = 30 * 86_400;
const HOUR = 3_600;

/** What is kept until a gateway can take the encoding. */
interface Waiting {
  record: EncodingRecord;
  envelope: string;
}
const WAITING = "waiting.json";

/**
 * Publishes the dataset, licenses it to the runner, and lets the run's time pass: on a chain whose clock stands at the
 * scenario's genesis and that has no dataset yet. The clock goes on from the run's end.
 * @param endpointsFile of a stack whose contracts and key network stand; nothing of it but the chain needs to run
 * @param folder keeps what `serveScenario` hands to the gateway
 * @returns the run as the chain tells it at run start
 * @throws Error when the chain is not the one that the proof speaks of
 */
export async function playScenario(endpointsFile: string, folder: string): Promise<RunFile> {
  const context = connectChain(endpointsFile);
  const ingested = await ingestPoints(folder);
  await publish(context, folder, ingested);
  await license(context);
  await mineAt(context, SCENARIO.runStart);
  const run = await readRun(context);
  await mineAt(context, SCENARIO.runEnd);
  return run;
}

/** Hands the encoding to the gateway, once it runs; does nothing when that was done. */
export async function serveScenario(endpointsFile: string, folder: string): Promise<void> {
  const text = await readFile(join(folder, WAITING), "utf8").catch(() => undefined);
  if (text === undefined) return;
  const { record, envelope } = JSON.parse(text) as Waiting;
  const context = connectChain(endpointsFile);
  const first = { store: new FolderBlobStore(folder), record, datasetId: SCENARIO.datasetId };
  await handOver(context, context.actors.steward, first, envelope);
  await rm(folder, { recursive: true });
}

async function publish(context: LocalChain, folder: string, ingested: Awaited<ReturnType<typeof ingestPoints>>) {
  const { endpoints, deployment, actors } = context;
  const { version, record, store, datasetKey } = ingested;
  await setNextBlockTime(context, SCENARIO.publishedAt);
  const owner = actors.steward;
  const published = await publishDatasetSync(owner.client, { owner: owner.address, input: version, deployment });
  const { datasetId } = published;
  requireSame("dataset", datasetId, SCENARIO.datasetId);
  const first = { store, record, datasetId };
  const sealed = await seal(context, first, { datasetKey, networkPublicKey: endpoints.keyNetwork.publicKey });
  await addFirstEncoding(context, owner, datasetId, await accept(context, first, sealed.hash));
  const waiting: Waiting = { record, envelope: sealed.name };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, WAITING), JSON.stringify(waiting));
}

/** The provider's word for the encoding. Its gateway, which does not run on a chain of the past, gives it anew later. */
async function accept(
  { endpoints, licenseToken, actors }: LocalChain,
  { record, datasetId }: FirstEncoding,
  envelopeHash: Hex,
): Promise<SignedEncodingAcceptance> {
  const acceptance = {
    ...{ datasetId, version: 1, encoding: 1, encodingRoot: record.encodingRoot, envelopeHash },
    provider: actors.provider.address,
    retirementNotice: RETIREMENT_NOTICE,
    deadline: SCENARIO.publishedAt + HOUR,
  };
  const message = typedData("EncodingAcceptance", { chainId: endpoints.chainId, licenseToken }, acceptance);
  return { acceptance, signature: await actors.provider.account.signTypedData(message) };
}

async function license(context: LocalChain): Promise<void> {
  const { deployment, actors, usdc } = context;
  const { steward, researcher, provider } = actors;
  const terms = termsStruct(termsTemplates["train-only"]);
  await registerTermsSync(steward.client, { terms, deployment });
  const offer = buildOffer({
    seller: steward.address,
    salt: 0n,
    datasetId: SCENARIO.datasetId,
    termsId: termsId(terms),
    token: usdc,
    price: PRICE,
    provider: provider.address,
  });
  await openOfferSync(steward.client, { offer, deployment });
  await fund(context, researcher, PRICE);
  const deadline = BigInt(SCENARIO.boughtAt);
  const prepared = await prepareBuy(researcher.client, { offer, deployment, funding: "permit", deadline });
  await setNextBlockTime(context, SCENARIO.boughtAt);
  const { receipt } = await execute(researcher.client, prepared);
  requireSame("license", buy.extractEvent(receipt.logs).licenseId, SCENARIO.licenseId);
  requireSame("runner", researcher.address.toLowerCase(), SCENARIO.runner);
}

async function readRun({ reader, deployment, actors }: LocalChain): Promise<RunFile> {
  const { licenseId, purpose, runStart } = SCENARIO;
  const runner = actors.researcher.address;
  const run = await startRun(reader, { licenses: [{ licenseId }], purpose, runner, runStart, deployment });
  requireSame("DatasetRegistry", run.registry, SCENARIO.registry);
  requireSame("LicenseToken", run.licenseToken, SCENARIO.licenseToken);
  requireSame("chain id", run.chainId, SCENARIO.chainId);
  return run;
}

function requireSame<T>(what: string, found: T, expected: T): void {
  if (found === expected) return;
  throw new Error(
    `The scenario's ${what} is ${found} on this chain, expected ${expected}: its proof speaks of another.`,
  );
}
