/** `colophon revenue statement` and `invoice`: documents that an indexer makes from the chain's events alone. */
import { writeFile } from "node:fs/promises";
import { type InvoiceDetails, readInvoiceDetails } from "@colophon-protocol/sdk/formats";
import { IndexerError, type StatementFormat, statementUrl } from "@colophon-protocol/sdk/indexer";
import { type Command, Option } from "commander";
import { actingAddress, parseAddress } from "../account.js";
import { CliError, EXIT } from "../exit-codes.js";
import { type Printable, terminalOutput } from "../output.js";
import { parseTime } from "../parse.js";
import { completeSettings, readBytes, requireSetting, type Settings } from "../settings.js";

const FORMATS = ["json", "csv", "html"] as const satisfies readonly StatementFormat[];

interface DocumentOptions extends Settings {
  account?: string;
  since?: string;
  until?: string;
  format: StatementFormat;
  out?: string;
  details?: string[];
}

/** Adds both verbs to `revenue`. */
export function addDocuments(revenue: Command): void {
  const document = (name: string, text: string) =>
    revenue
      .command(name)
      .description(text)
      .option("--account <address>", "whose; the signing account unless told")
      .option("--since <time>", "first second or day of the period")
      .option("--until <time>", "first second or day after it")
      .addOption(new Option("--format <format>", "csv and html need --out").choices(FORMATS).default("json"))
      .option("--out <file>", "write the document instead of printing it");
  document("statement", "what an account earned: each payment, and what waits").action((_, command) =>
    runDocument("statements", command.optsWithGlobals()),
  );
  document("invoice", "what an account was charged and paid, per seller and license")
    .option("--details <file...>", "invoice details that purchases refer to by hash, for parties and tax")
    .action((_, command) => runDocument("invoices", command.optsWithGlobals()));
}

async function runDocument(kind: "statements" | "invoices", options: DocumentOptions): Promise<void> {
  const { format, out } = options;
  if (format !== "json" && !out) {
    throw new CliError(`--format ${format} needs --out.`, EXIT.usage, "Say where the document goes.");
  }
  const period = {
    ...(options.since ? { from: BigInt(parseTime("--since", options.since)) } : {}),
    ...(options.until ? { to: BigInt(parseTime("--until", options.until)) } : {}),
  };
  const details = await Promise.all((options.details ?? []).map(detailsOf));
  const settings = await completeSettings(options);
  const account = options.account ? parseAddress("--account", options.account) : await actingAddress(settings);
  const url = requireSetting(settings, "indexer", "--indexer");
  const text = await ask(url, statementUrl({ url }, kind, { account, ...period, format }), details);
  const output = terminalOutput(settings.json);
  if (!out) return output.result(JSON.parse(text) as Printable);
  await writeFile(out, text);
  output.result({ account, format, file: out, bytes: Buffer.byteLength(text) });
}

/** @throws FormatError when the file holds no canonical invoice details */
const detailsOf = async (path: string): Promise<InvoiceDetails> => readInvoiceDetails(await readBytes(path));

async function ask(indexer: string, url: string, details: readonly InvoiceDetails[]): Promise<string> {
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(details) };
  const answer = await fetch(url, details.length > 0 ? post : {}).catch((cause: Error) => {
    throw new IndexerError(`The indexer at ${indexer} does not answer.`, { cause });
  });
  const text = await answer.text();
  if (answer.ok) return text;
  throw new CliError(`The indexer refused the question (HTTP ${answer.status}).`, EXIT.usage, text.slice(0, 500));
}
