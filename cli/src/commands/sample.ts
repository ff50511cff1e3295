/** `colophon sample`: samples that a gateway sells for cents, without a license, by x402. */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { GatewaySession } from "@colophon-protocol/sdk/delivery";
import type { Command } from "commander";
import type { Address } from "viem";
import { requireSigner } from "../account.js";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseAmount, parseId } from "../parse.js";
import { reach } from "../reach.js";
import { readBytes, requireSetting, type Settings } from "../settings.js";
import { amountText, tokenAddress, tokenUnits } from "./token.js";

export function addSample(program: Command): void {
  const sample = program
    .command("sample")
    .description("samples that a gateway sells for cents, without a license (HTTP 402, x402)");
  sample
    .command("list")
    .argument("<dataset>", "dataset")
    .description("samples of a dataset, and what they cost")
    .action((dataset, _, command) => runList(dataset, command.optsWithGlobals()));
  sample
    .command("buy")
    .argument("<dataset>", "dataset")
    .argument("<sha256>", "which sample, as listed")
    .description("pay by a signed authorization, and save the sample; costs no gas")
    .requiredOption("--out <file>", "where the sample goes")
    .option("--max-price <amount>", "most that may be paid, in whole tokens; what is listed unless told")
    .action((dataset, sha256, _, command) => runBuy(dataset, sha256, command.optsWithGlobals()));
  sample
    .command("put")
    .argument("<file>", "the sample")
    .description("put a sample on sale, or change its price; only the dataset's owner")
    .requiredOption("--dataset <id>", "dataset")
    .requiredOption("--price <amount>", "in whole tokens, such as 0.05")
    .requiredOption("--token <token>", "token with EIP-3009: an address, or a name of the deployment")
    .requiredOption("--name <text>", "what it is")
    .option("--media-type <type>", "such as text/csv", "application/octet-stream")
    .action((file, _, command) => runPut(file, command.optsWithGlobals()));
  sample
    .command("remove")
    .argument("<dataset>", "dataset")
    .argument("<sha256>", "which sample")
    .description("sell a sample no longer; only the dataset's owner")
    .action((dataset, sha256, _, command) => runRemove(dataset, sha256, command.optsWithGlobals()));
}

/** A sample as the gateway lists it. */
interface Listed {
  sha256: string;
  name: string;
  mediaType: string;
  token: Address;
  /** Base units, decimal text. */
  amount: string;
  seller: Address;
}

const pathOf = (datasetId: bigint, sha256: string) => `/v1/datasets/${datasetId}/samples/${sha256}`;

/** A SHA-256 without 0x. @throws CliError */
function parseSha256(value: string): string {
  const plain = value.replace(/^0x/, "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(plain)) return plain;
  throw new CliError(`<sha256> is "${value}".`, EXIT.usage, "Expected 64 hex digits, as `sample list` shows them.");
}

/** Connects, and refuses dry runs: nothing here sends a transaction of ours. @throws CliError */
async function gatewayContext(options: Settings): Promise<{ context: Context; gatewayUrl: string }> {
  const context = await createContext(options);
  if (context.settings.dryRun) {
    throw new CliError("This has no --dry-run.", EXIT.usage, "It sends no transaction; `sample list` shows prices.");
  }
  return { context, gatewayUrl: new URL(requireSetting(context.settings, "gateway", "--gateway")).origin };
}

async function listed(gatewayUrl: string, datasetId: bigint): Promise<Listed[]> {
  const answer = await reach(() => fetch(`${gatewayUrl}/v1/datasets/${datasetId}/samples`));
  if (!answer.ok) throw await refusal(answer);
  return ((await answer.json()) as { samples: Listed[] }).samples;
}

async function refusal(answer: Response): Promise<CliError> {
  const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string };
  const code = answer.status === 402 ? EXIT.refused : answer.status >= 500 ? EXIT.unreachable : EXIT.usage;
  return new CliError(detail ?? `The gateway answered ${answer.status}.`, code);
}

async function runList(dataset: string, options: Settings): Promise<void> {
  const datasetId = parseId("<dataset>", dataset);
  const { context, gatewayUrl } = await gatewayContext(options);
  const samples = await listed(gatewayUrl, datasetId);
  const rows = samples.map(async ({ sha256, name, mediaType, token, amount, seller }) => {
    const price = amountText(BigInt(amount), await tokenUnits(context, token));
    return { sha256, name, mediaType, price, token, seller };
  });
  context.output.result(await Promise.all(rows));
}

async function runBuy(
  dataset: string,
  which: string,
  options: Settings & { out: string; maxPrice?: string },
): Promise<void> {
  const datasetId = parseId("<dataset>", dataset);
  const sha256 = parseSha256(which);
  const { context, gatewayUrl } = await gatewayContext(options);
  const sample = (await listed(gatewayUrl, datasetId)).find((each) => each.sha256 === sha256);
  if (!sample) throw new CliError(`Dataset ${datasetId} has no such sample here.`, EXIT.usage, "See `sample list`.");
  const units = await tokenUnits(context, sample.token);
  const price = BigInt(sample.amount);
  const most = options.maxPrice ? parseAmount("--max-price", options.maxPrice, units.decimals) : price;
  if (price > most) {
    const limit = amountText(most, units);
    throw new CliError(`The sample costs ${amountText(price, units)}, above the limit of ${limit}.`, EXIT.refused);
  }
  const { pay, paymentOf } = await payingFetch(context, sample.token, most);
  const answer = await reach(() => pay(gatewayUrl + pathOf(datasetId, sha256)));
  if (!answer.ok) throw await refusal(answer);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
    throw new CliError("What came is not the sample that was asked for.", EXIT.corrupt, "Ask the gateway's operator.");
  }
  await writeFile(options.out, bytes);
  const { transaction, payer } = paymentOf(answer.headers.get("payment-response") ?? "");
  context.output.result({
    datasetId,
    sha256,
    name: sample.name,
    file: options.out,
    bytes: bytes.length,
    paid: amountText(price, units),
    to: sample.seller,
    payer,
    transaction,
  });
}

/** A `fetch` that answers HTTP 402 by signing for at most `most` base units of one token. */
async function payingFetch({ chainId, settings }: Context, token: Address, most: bigint) {
  // Loaded for this alone: no other command needs it, and it takes longer to load than they do.
  const [{ ExactEvmScheme }, { decodePaymentResponseHeader, wrapFetchWithPaymentFromConfig }] = await Promise.all([
    import("@x402/evm"),
    import("@x402/fetch"),
  ]);
  const network = `eip155:${chainId}` as const;
  const account = await requireSigner(settings);
  const pay = wrapFetchWithPaymentFromConfig(fetch, {
    schemes: [{ network, client: new ExactEvmScheme(account) }],
    spendControls: {
      maxAmountPerPayment: false,
      allowedAssets: [{ network, asset: token, maxAmountPerPayment: most.toString() }],
    },
  });
  return { pay, paymentOf: decodePaymentResponseHeader };
}

/** The dataset owner's session at the gateway. */
async function ownerSession(options: Settings, datasetId: bigint) {
  const { context, gatewayUrl } = await gatewayContext(options);
  const { chainId, settings } = context;
  const account = await requireSigner(settings);
  return { context, session: new GatewaySession({ gatewayUrl, chainId, account, scope: { datasetId } }) };
}

interface PutOptions extends Settings {
  dataset: string;
  price: string;
  token: string;
  name: string;
  mediaType: string;
}

async function runPut(file: string, options: PutOptions): Promise<void> {
  const datasetId = parseId("--dataset", options.dataset);
  const bytes = await readBytes(file);
  const { context, session } = await ownerSession(options, datasetId);
  const token = tokenAddress(context, options.token);
  const units = await tokenUnits(context, token);
  const amount = parseAmount("--price", options.price, units.decimals);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await session.request(`/v1/blobs/${sha256}`, { method: "PUT", body: bytes as BodyInit });
  const { name, mediaType } = options;
  const body = JSON.stringify({ name, mediaType, token, amount: amount.toString() });
  const headers = { "content-type": "application/json" };
  await session.request(pathOf(datasetId, sha256), { method: "POST", headers, body });
  context.output.result({ datasetId, sha256, name, mediaType, price: amountText(amount, units), token });
}

async function runRemove(dataset: string, which: string, options: Settings): Promise<void> {
  const datasetId = parseId("<dataset>", dataset);
  const sha256 = parseSha256(which);
  const { context, session } = await ownerSession(options, datasetId);
  await session.request(pathOf(datasetId, sha256), { method: "DELETE" });
  context.output.result({ datasetId, sha256, onSale: false });
}
