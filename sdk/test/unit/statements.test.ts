import { expect, it } from "vitest";
import type { InvoiceDetails } from "../../src/formats/index.js";
import { getInvoice, getPayoutStatement, IndexerError, statementUrl } from "../../src/indexer/index.js";

const account = "0x00000000000000000000000000000000000000aa";

/** An indexer that answers with a document and remembers what it was asked. */
function indexer(answer: object, status = 200) {
  const asked: { url: string; body: unknown }[] = [];
  const fake = (async (url: string, init: RequestInit) => {
    asked.push({ url, body: init.body ? JSON.parse(init.body as string) : null });
    return new Response(JSON.stringify(answer), { status });
  }) as unknown as typeof fetch;
  return { options: { url: "http://indexer/", fetch: fake }, asked };
}

it("asks for a statement of a period and reads amounts as bigint", async () => {
  const total = { token: account, lines: 2, net: "340282366920938463463374607431768211455" };
  const { options, asked } = indexer({ chainId: 1, period: { from: "10", to: null }, totals: [total] });
  const statement = await getPayoutStatement(options, { account, from: 10n, to: 20n });
  expect(asked).toEqual([{ url: `http://indexer/statements/${account}?from=10&to=20`, body: null }]);
  expect(statement.totals[0]).toEqual({ ...total, net: 2n ** 128n - 1n });
  expect(statement.period).toEqual({ from: 10n, to: null });
});

it("hands in invoice details and leaves what parties wrote as it is", async () => {
  const details = { purchaseReference: "417", buyer: { name: "1", address: ["20457"] } } as unknown as InvoiceDetails;
  const { options, asked } = indexer({ details: [{ reference: "0x01", details }], licenses: [{ held: "-1" }] });
  const invoice = await getInvoice(options, { account, details: [details] });
  expect(asked).toEqual([{ url: `http://indexer/invoices/${account}`, body: [details] }]);
  expect(invoice.details[0]?.details).toEqual(details);
  expect(invoice.licenses[0]?.held).toBe(-1n);
});

it("says what the indexer refused", async () => {
  const { options } = indexer({ error: "to must not lie before from." }, 400);
  await expect(getPayoutStatement(options, { account })).rejects.toThrow(IndexerError);
  await expect(getPayoutStatement(options, { account })).rejects.toThrow("to must not lie before from.");
});

it("links to a table and a page", () => {
  const at = { url: "http://indexer" };
  expect(statementUrl(at, "invoices", { account, from: 1n, format: "html" })).toBe(
    `http://indexer/invoices/${account}?from=1&format=html`,
  );
});
