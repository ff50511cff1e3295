import { createInvoiceDetails, invoiceDetailsBytes, invoiceDetailsHash } from "@colophon-protocol/sdk/formats";
import type { Invoice, PayoutStatement } from "@colophon-protocol/sdk/indexer";
import { type Address, type Hex, pad, stringToHex, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { invoiceCsv, payoutCsv } from "../src/api/statements/csv";
import { referenceText } from "../src/api/statements/format";
import { invoicePage } from "../src/api/statements/html";
import { buildInvoice, type InvoiceRows } from "../src/api/statements/invoice";
import { buildPayoutStatement, type PayoutRows } from "../src/api/statements/payouts";
import type { DistributionRow, PayoutRow } from "../src/api/statements/rows";

const address = (n: number): Address => pad(`0x${n.toString(16)}`, { size: 20 });
const hash = (n: number): Hex => pad(`0x${n.toString(16)}`, { size: 32 });
const [USDC, USDCX, DISTRIBUTOR, RAIL, ME] = [1, 2, 3, 4, 5].map(address) as [
  Address,
  Address,
  Address,
  Address,
  Address,
];
const period = { from: 0n, to: null };
const question = { chainId: 1, account: ME, period, distributor: DISTRIBUTOR };
const none: PayoutRows = {
  owned: [],
  pools: [],
  releases: [],
  payouts: [],
  waitingBefore: [],
  accrued: [],
  royaltiesPaid: [],
  bonds: [],
  resales: [],
  lists: [],
};

const release = (logIndex: number, amount: bigint, licenseId = 1n): DistributionRow => ({
  at: 100n,
  transactionHash: hash(9),
  logIndex,
  licenseId,
  datasetRef: "1-7",
  token: USDC,
  amount,
  fee: amount / 40n,
  parents: 3n,
  toOwner: 0n,
  owner: address(99),
});
const payout = (kind: PayoutRow["kind"], amount: bigint, source = DISTRIBUTOR): PayoutRow => ({
  at: 100n,
  transactionHash: hash(9),
  logIndex: 50,
  kind,
  token: USDC,
  amount,
  gross: amount,
  datasetRef: null,
  source,
});

describe("a payout statement", () => {
  it("gives a pool's member its units' part of what was distributed, of the release just before", () => {
    const place = { at: 100n, transactionHash: hash(9), superToken: USDCX };
    const pools = [
      { ...place, logIndex: 12, distributed: 4_444n * 250n, shareBps: 3_333, totalBps: 4_444 },
      { ...place, logIndex: 22, distributed: 4_444n, shareBps: 3_333, totalBps: 4_444 },
    ];
    const releases = [release(20, 90n, 2n), release(10, 1_000n, 1n), release(30, 5n, 3n)];
    const { lines, totals, sent } = buildPayoutStatement(question, { ...none, pools, releases });
    expect(lines.map(({ licenseId, gross, net }) => [licenseId, gross, net])).toEqual([
      [1n, 1_000n, 3_333n * 250n],
      [2n, 90n, 3_333n],
    ]);
    expect(totals).toEqual([
      { token: USDC, netToken: USDCX, lines: 2, gross: 1_090n, fee: 27n, royalty: 6n, net: 3_333n * 251n },
    ]);
    // Pools pay, not the distributor.
    expect(sent).toEqual([]);
  });

  it("tells what was sent from what waits, contract by contract", () => {
    const owned = [{ ...release(10, 1_000n), toOwner: 900n }];
    const payouts = [payout("DEFERRED", 900n), payout("CLAIM", 250n), payout("DEFERRED", 40n, RAIL)];
    const waitingBefore = [{ source: DISTRIBUTOR, token: USDC, added: 300n, claimed: 50n }];
    const { waiting, sent } = buildPayoutStatement(question, { ...none, owned, payouts, waitingBefore });
    expect(waiting).toEqual([
      { source: DISTRIBUTOR, token: USDC, opening: 250n, added: 900n, claimed: 250n, closing: 900n },
      { source: RAIL, token: USDC, opening: 0n, added: 40n, claimed: 0n, closing: 40n },
    ]);
    expect(sent).toEqual([{ token: USDC, sent: 250n }]);
  });

  it("takes a royalty net of what goes on to the parent's own parents", () => {
    const payouts = [{ ...payout("ROYALTY", 80n), gross: 100n, datasetRef: "1-7" }];
    const accrued = [{ token: USDC, before: 30n, within: 90n }];
    const royaltiesPaid = [{ token: USDC, before: 0n, within: 100n }];
    const { lines, royalties } = buildPayoutStatement(question, { ...none, payouts, accrued, royaltiesPaid });
    expect(lines[0]).toMatchObject({ kind: "ROYALTY", datasetId: 7n, gross: 100n, royalty: 20n, net: 80n });
    expect(royalties).toEqual([{ token: USDC, opening: 30n, accrued: 90n, paid: 100n, closing: 20n }]);
  });

  it("names what a license was sold on for and what a list paid, neither sent by the distributor", () => {
    const place = { at: 100n, transactionHash: hash(9), token: USDC };
    const resales = [
      { ...place, logIndex: 60, kind: "RESALE_SOLD" as const, licenseId: 4n, counterparty: address(99), amount: 70n },
    ];
    const lists = [{ ...place, logIndex: 61, datasetId: 7n, amount: 5n }];
    const { lines, totals, sent } = buildPayoutStatement(question, { ...none, resales, lists });
    expect(lines).toMatchObject([
      { kind: "RESALE", licenseId: 4n, datasetId: null, gross: 70n, net: 70n },
      { kind: "LIST", licenseId: null, datasetId: 7n, gross: 5n, net: 5n },
    ]);
    expect(totals).toMatchObject([{ token: USDC, netToken: USDC, lines: 2, net: 75n }]);
    expect(sent).toEqual([]);
  });
});

describe("an invoice", () => {
  const details = createInvoiceDetails(
    {
      purchaseReference: '=HYPERLINK("x")',
      buyer: { name: "<b>Buyer</b>", address: ["1 Street"], country: "DE" },
      tax: { treatment: "charged", rateBps: 1_900, country: "DE" },
    },
    new Uint8Array(32),
  );
  const reference = invoiceDetailsHash(invoiceDetailsBytes(details));
  const place = { at: 90n, transactionHash: hash(8), logIndex: 3 };
  const parties = { seller: address(70), licensee: ME, token: USDC };
  const sale = { ...place, licenseId: 1n, datasetRef: "1-7", ...parties, amount: 1_190n, reference };
  const rows: InvoiceRows = {
    charged: [release(10, 1_190n)],
    payments: [{ ...place, logIndex: 4, kind: "REFUND", licenseId: 1n, counterparty: null, token: USDC, amount: 10n }],
    bought: [sale],
    sales: [sale],
    balances: [{ licenseId: 1n, paid: 1_200n, returned: 10n, charged: 1_190n }],
  };
  const tokens = [{ token: USDC, symbol: "USDC", decimals: 2 }];
  const built: Invoice = { ...buildInvoice({ chainId: 1, account: ME, period }, rows, [details]), tokens };

  it("adds up per seller, license and token, with the tax that gross contains", () => {
    const { lines, totals, paid, licenses } = built;
    expect(lines[0]).toMatchObject({ gross: 1_190n, fee: 29n, royalty: 3n, net: 1_158n, tax: 190n, reference });
    expect(totals).toEqual([
      { seller: address(70), token: USDC, lines: 1, gross: 1_190n, fee: 29n, royalty: 3n, net: 1_158n, tax: 190n },
    ]);
    expect(paid).toEqual([{ token: USDC, paid: 1_190n, returned: 10n }]);
    expect(licenses[0]?.held).toBe(0n);
  });

  it("bills a license that the dataset's owner took to the owner, all of it its holder's", () => {
    const taken = { ...place, kind: "RESALE" as const, licenseId: 1n, token: USDC, amount: 50n };
    const payments = [{ ...taken, counterparty: address(71) }];
    const balances = [{ licenseId: 1n, paid: 50n, returned: 0n, charged: 50n }];
    const only = { charged: [], bought: [], sales: [sale], payments, balances };
    const { lines, totals, paid, licenses } = buildInvoice({ chainId: 1, account: ME, period }, only, [details]);
    expect(lines).toMatchObject([
      { kind: "RESALE", seller: address(71), datasetId: 7n, gross: 50n, fee: 0n, net: 50n, tax: null },
    ]);
    expect(totals).toMatchObject([{ seller: address(71), gross: 50n }]);
    expect(paid).toEqual([{ token: USDC, paid: 50n, returned: 0n }]);
    expect(licenses[0]?.held).toBe(0n);
  });

  it("keeps formulas out of tables and markup out of pages", () => {
    const csv = invoiceCsv(built);
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
    expect(csv.split("\r\n")[1]).toContain(",11.9,0.29,0.03,11.58,1.9,USDC,");
    expect(csv).toContain("REFUND,1970-01-01 00:01:30 UTC,1,");
    expect(csv).toContain(",-0.1,");
    const page = String(invoicePage(built));
    expect(page).toContain("&lt;b&gt;Buyer&lt;/b&gt;");
    expect(page).not.toContain("<b>");
    expect(page).toContain("charged at 19 %, DE");
  });

  it("writes base units where a token's decimals are not known", () => {
    const statement: PayoutStatement = {
      ...buildPayoutStatement(question, { ...none, owned: [{ ...release(10, 1_000n), toOwner: 900n }] }),
      tokens: [{ token: USDC, symbol: null, decimals: null }],
    };
    expect(payoutCsv(statement).split("\r\n")[1]).toContain(`,1000,25,3,${USDC},900,${USDC},`);
  });
});

it.each([
  [zeroHash, ""],
  [stringToHex("PO-2026/417", { size: 32 }), "PO-2026/417"],
  [hash(0xff), hash(0xff)],
  [`0x${"c3".repeat(32)}`, `0x${"c3".repeat(32)}`],
] as [Hex, string][])("reads the reference %s as %s", (reference, text) => {
  expect(referenceText(reference)).toBe(text);
});
