import type { Invoice, PayoutStatement } from "@colophon-protocol/sdk/indexer";
import { isoTime, referenceText, writer } from "./format";

/** RFC 4180, with a guard: a cell that a spreadsheet would take for a formula is quoted as text. */
function cell(value: string | bigint | null): string {
  const text = value === null ? "" : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const table = (head: string[], rows: (string | bigint | null)[][]): string =>
  `${[head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;

/** A payout statement's lines; amounts in whole tokens with all digits. */
export function payoutCsv({ lines, tokens }: PayoutStatement): string {
  const { amount, symbol } = writer(tokens);
  const head = ["time", "kind", "dataset", "license", "gross", "fee", "royalty", "token", "net", "net_token"];
  return table(
    [...head, "token_address", "net_token_address", "transaction", "log"],
    lines.map((line) => [
      isoTime(line.time),
      line.kind,
      line.datasetId,
      line.licenseId,
      amount(line.token, line.gross),
      amount(line.token, line.fee),
      amount(line.token, line.royalty),
      symbol(line.token),
      amount(line.netToken, line.net),
      symbol(line.netToken),
      line.token,
      line.netToken,
      line.transactionHash,
      String(line.logIndex),
    ]),
  );
}

/** An invoice's lines and payments, told apart by `entry`; amounts in whole tokens with all digits. */
export function invoiceCsv({ lines, payments, tokens, details }: Invoice): string {
  const { amount, symbol } = writer(tokens);
  const ownReference = new Map(details.map((each) => [each.reference, each.details.purchaseReference]));
  const head = ["entry", "time", "license", "dataset", "seller", "licensee", "reference", "gross", "fee", "royalty"];
  const referenceOf = (row: { reference: `0x${string}` }) =>
    ownReference.get(row.reference) ?? referenceText(row.reference);
  const charges = lines.map((line) => [
    "CHARGE",
    isoTime(line.time),
    line.licenseId,
    line.datasetId,
    line.seller,
    line.licensee,
    referenceOf(line),
    amount(line.token, line.gross),
    amount(line.token, line.fee),
    amount(line.token, line.royalty),
    amount(line.token, line.net),
    line.tax === null ? null : amount(line.token, line.tax),
    symbol(line.token),
    line.token,
    line.transactionHash,
    String(line.logIndex),
  ]);
  const paid = payments.map((row) => [
    row.kind,
    isoTime(row.time),
    row.licenseId,
    null,
    null,
    null,
    referenceOf(row),
    amount(row.token, row.in ? row.amount : -row.amount),
    null,
    null,
    null,
    null,
    symbol(row.token),
    row.token,
    row.transactionHash,
    String(row.logIndex),
  ]);
  return table([...head, "net", "tax", "token", "token_address", "transaction", "log"], [...charges, ...paid]);
}
