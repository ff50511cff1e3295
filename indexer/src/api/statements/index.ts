import { FormatError, type InvoiceDetails } from "@colophon-protocol/sdk/formats";
import type { Invoice, PayoutStatement, Period } from "@colophon-protocol/sdk/indexer";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Address } from "viem";
import { deployment } from "../../settings";
import { invoiceCsv, payoutCsv } from "./csv";
import { invoicePage, payoutPage } from "./html";
import { buildInvoice } from "./invoice";
import { readInvoiceRows } from "./invoice-rows";
import { TooLong } from "./limits";
import { readPayoutRows } from "./payout-rows";
import { buildPayoutStatement } from "./payouts";
import { describeTokens } from "./tokens";

/**
 * GET /statements/:account?from&to&format   what an account earned
 * GET /invoices/:account?from&to&format     what it was charged and paid
 * POST /invoices/:account?from&to&format    the same, with a JSON list of invoice details; nothing of them is kept
 *
 * `from` belongs to the period, `to` does not: seconds, or a UTC day as YYYY-MM-DD; both may be left out. `format` is json (the
 * default), csv or html.
 */
export const statements = new Hono();

const { chainId } = deployment;
const distributor = deployment.contracts.RevenueDistributor?.address.toLowerCase() as Address;
const MAX_DETAILS = 100;

/** What a question is refused with. */
class BadQuestion extends Error {}

statements.get("/statements/:account", async (c) => {
  const account = accountOf(c.req.param("account"));
  const period = periodOf(c.req.query());
  const built = buildPayoutStatement({ chainId, account, period, distributor }, await readPayoutRows(account, period));
  const used = [built.totals, built.waiting, built.royalties].flat().map(({ token }) => token);
  const tokens = await describeTokens([...used, ...built.totals.map(({ netToken }) => netToken)]);
  const statement: PayoutStatement = { ...built, tokens };
  return answer(c, "statement", statement, { csv: payoutCsv, page: payoutPage });
});

statements.get("/invoices/:account", (c) => invoice(c, []));
statements.post("/invoices/:account", bodyLimit({ maxSize: 2 << 20 }), async (c) => {
  const given = (await c.req.json().catch(() => null)) as InvoiceDetails[] | null;
  if (!Array.isArray(given) || given.length > MAX_DETAILS)
    throw new BadQuestion(`The body must be a JSON list of up to ${MAX_DETAILS} invoice details.`);
  return invoice(c, given);
});

async function invoice(c: Context, given: InvoiceDetails[]) {
  const account = accountOf(c.req.param("account") ?? "");
  const period = periodOf(c.req.query());
  const built = buildInvoice({ chainId, account, period }, await readInvoiceRows(account, period), given);
  const tokens = await describeTokens([built.totals, built.paid, built.licenses].flat().map(({ token }) => token));
  return answer(c, "invoice", { ...built, tokens } as Invoice, { csv: invoiceCsv, page: invoicePage });
}

statements.onError((error, c) => {
  const refused = error instanceof BadQuestion || error instanceof TooLong || error instanceof FormatError;
  if (!refused) throw error;
  return c.json({ error: error.message }, 400);
});

/** Answers in the format that was asked for. */
function answer<T extends Invoice | PayoutStatement>(
  c: Context,
  name: string,
  document: T,
  as: { csv: (document: T) => string; page: (document: T) => ReturnType<typeof payoutPage> },
) {
  const format = c.req.query("format") ?? "json";
  if (format === "html") return c.html(as.page(document));
  if (format === "csv") {
    const file = `${name}-${document.account}-${document.period.from}-${document.period.to ?? "now"}.csv`;
    const headers = {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${file}"`,
    };
    return c.body(as.csv(document), 200, headers);
  }
  if (format !== "json") throw new BadQuestion("format must be json, csv or html.");
  const text = JSON.stringify(document, (_, value) => (typeof value === "bigint" ? value.toString() : value));
  return c.body(text, 200, { "content-type": "application/json" });
}

function accountOf(text: string): Address {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) throw new BadQuestion("The account must be 20 bytes of hex after 0x.");
  return text.toLowerCase() as Address;
}

function periodOf({ from, to }: Record<string, string | undefined>): Period {
  const period = { from: from ? timeOf("from", from) : 0n, to: to ? timeOf("to", to) : null };
  if (period.to !== null && period.to < period.from) throw new BadQuestion("to must not lie before from.");
  return period;
}

function timeOf(name: string, text: string): bigint {
  if (/^\d{1,12}$/.test(text)) return BigInt(text);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(day)) throw new BadQuestion(`${name} must be seconds, or a day as YYYY-MM-DD.`);
  return BigInt(day / 1000);
}
