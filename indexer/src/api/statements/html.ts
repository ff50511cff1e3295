import type { Invoice, InvoiceDetails, PayoutStatement } from "@colophon-protocol/sdk/indexer";
import { isoTime, referenceText, writer } from "./format";
import { type Markup, page, periodInWords, section } from "./page";

const KINDS: Record<PayoutStatement["lines"][number]["kind"], string> = {
  OWNER: "owner's rest",
  POOL: "contributor's share, by pool",
  CREDIT: "contributor's share, to be claimed",
  ROYALTY: "royalty",
  FEE: "protocol fee",
  BOND: "bond of a lost contest",
  RESALE: "license sold to the dataset's owner",
  LIST: "contributor's share, claimed from a list",
};

const numbered = (id: bigint | null) => (id === null ? "" : String(id));

/** A payout statement as a page to print. */
export function payoutPage(statement: PayoutStatement): Markup {
  const { chainId, account, period, lines, totals, waiting, royalties, sent, tokens } = statement;
  const { amount, symbol } = writer(tokens);
  const money = (token: `0x${string}`, value: bigint) => ({ amount: `${amount(token, value)} ${symbol(token)}` });
  return page(
    "Payout statement",
    [
      ["Account", account],
      ["Period", periodInWords(period)],
      ["Chain", String(chainId)],
      ["Lines", String(lines.length)],
    ],
    [
      section(
        "Totals",
        ["Token", "Lines", "Gross", "Fee", "Royalty", "Net"],
        totals.map((total) => [
          symbol(total.netToken),
          { amount: String(total.lines) },
          money(total.token, total.gross),
          money(total.token, total.fee),
          money(total.token, total.royalty),
          money(total.netToken, total.net),
        ]),
        "Gross is what was released, for everybody who shares in it; net is this account's part.",
      ),
      section(
        "Lines",
        ["Time", "What", "Dataset", "License", "Gross", "Fee", "Royalty", "Net", "Transaction"],
        lines.map((line) => [
          isoTime(line.time),
          KINDS[line.kind],
          numbered(line.datasetId),
          numbered(line.licenseId),
          money(line.token, line.gross),
          money(line.token, line.fee),
          money(line.token, line.royalty),
          money(line.netToken, line.net),
          { hash: line.transactionHash },
        ]),
      ),
      section(
        "Sent directly",
        ["Token", "Amount"],
        sent.map((row) => [symbol(row.token), money(row.token, row.sent)]),
        "What the distributor sent to the account itself. Shares by pool come on top, in super tokens.",
      ),
      section(
        "Waiting to be claimed",
        ["At", "Opening", "Added", "Claimed", "Closing"],
        waiting.map((row) => [
          { hash: row.source },
          money(row.token, row.opening),
          money(row.token, row.added),
          money(row.token, row.claimed),
          money(row.token, row.closing),
        ]),
      ),
      section(
        "Royalties to be paid out",
        ["Token", "Opening", "Accrued", "Paid", "Closing"],
        royalties.map((row) => [
          symbol(row.token),
          money(row.token, row.opening),
          money(row.token, row.accrued),
          money(row.token, row.paid),
          money(row.token, row.closing),
        ]),
        "Paid with the part that went on to the parent's own parents.",
      ),
    ],
  );
}

/** An invoice as a page to print. */
export function invoicePage(invoice: Invoice): Markup {
  const { chainId, account, period, lines, totals, payments, paid, licenses, details, tokens } = invoice;
  const { amount, symbol } = writer(tokens);
  const money = (token: `0x${string}`, value: bigint) => ({ amount: `${amount(token, value)} ${symbol(token)}` });
  const tax = (token: `0x${string}`, value: bigint | null) => (value === null ? "" : money(token, value));
  const own = new Map(details.map((each) => [each.reference, each.details.purchaseReference]));
  const reference = (row: { reference: `0x${string}` }) => own.get(row.reference) ?? referenceText(row.reference);
  return page(
    "Invoice",
    [
      ["Billed to", account],
      ["Period", periodInWords(period)],
      ["Chain", String(chainId)],
      ...details.flatMap((each) => detailsInWords(each.details)),
    ],
    [
      section(
        "Totals",
        ["Seller", "Lines", "Gross", "Tax within", "Fee", "Royalty", "Net to seller"],
        totals.map((total) => [
          { hash: total.seller },
          { amount: String(total.lines) },
          money(total.token, total.gross),
          tax(total.token, total.tax),
          money(total.token, total.fee),
          money(total.token, total.royalty),
          money(total.token, total.net),
        ]),
      ),
      section(
        "Charged",
        [
          "Time",
          "What",
          "License",
          "Dataset",
          "Reference",
          "Gross",
          "Tax within",
          "Fee",
          "Royalty",
          "Net",
          "Transaction",
        ],
        lines.map((line) => [
          isoTime(line.time),
          line.kind.toLowerCase(),
          String(line.licenseId),
          String(line.datasetId),
          reference(line),
          money(line.token, line.gross),
          tax(line.token, line.tax),
          money(line.token, line.fee),
          money(line.token, line.royalty),
          money(line.token, line.net),
          { hash: line.transactionHash },
        ]),
      ),
      section(
        "Paid and returned",
        ["Time", "What", "License", "Reference", "Amount", "Transaction"],
        payments.map((row) => [
          isoTime(row.time),
          row.kind.toLowerCase().replace("_", " "),
          String(row.licenseId),
          reference(row),
          money(row.token, row.in ? row.amount : -row.amount),
          { hash: row.transactionHash },
        ]),
      ),
      section(
        "Sums of what was paid",
        ["Token", "Paid", "Returned"],
        paid.map((row) => [symbol(row.token), money(row.token, row.paid), money(row.token, row.returned)]),
      ),
      section(
        "Licenses at the end of the period",
        ["License", "Paid", "Returned", "Charged", "Held"],
        licenses.map((row) => [
          String(row.licenseId),
          money(row.token, row.paid),
          money(row.token, row.returned),
          money(row.token, row.charged),
          money(row.token, row.held),
        ]),
        "Over each license's life, whoever paid. What a stream carries beyond its concluded epochs waits in its vault and is not in here.",
      ),
    ],
  );
}

function detailsInWords({ purchaseReference, buyer, seller, tax, note }: InvoiceDetails): [string, string][] {
  const party = ({ name, address, country, taxId }: InvoiceDetails["buyer"]) =>
    [name, ...address, country, ...(taxId ? [`tax number ${taxId}`] : [])].join(", ");
  const rate = tax.treatment === "charged" ? ` at ${tax.rateBps / 100} %` : "";
  return [
    ["Purchase reference", purchaseReference],
    ["Buyer", party(buyer)],
    ...(seller ? [["Seller", party(seller)] as [string, string]] : []),
    ["Tax", `${tax.treatment}${rate}, ${tax.country}${tax.note ? `. ${tax.note}` : ""}`],
    ...(note ? [["Note", note] as [string, string]] : []),
  ];
}
