import type { Period } from "@colophon-protocol/sdk/indexer";
import { html, raw } from "hono/html";
import { isoTime } from "./format";

/** What hono's template gives: text that is escaped already. */
export type Markup = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light; --paper: #fbf8f1; --ink: #1b1a17; --ash: #6a655a; --rule: #e2dccd; }
body { margin: 0 auto; max-width: 1120px; padding: 24px 16px; background: var(--paper); color: var(--ink); font: 14px/1.45 Inter, system-ui, sans-serif; }
h1, h2 { font-family: "Source Serif 4", Georgia, serif; font-weight: 600; }
h1 { font-size: 28px; margin: 0 0 4px; } h2 { font-size: 20px; margin: 32px 0 8px; }
p { max-width: 72ch; } .ash { color: var(--ash); } dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; } dd { margin: 0; }
code { font: 12px/1.4 "JetBrains Mono", ui-monospace, monospace; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 12px; }
th, td { border-bottom: 1px solid var(--rule); padding: 4px 8px 4px 0; text-align: left; vertical-align: top; }
th { color: var(--ash); font-weight: 500; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.hash { min-width: 14ch; } tfoot td { font-weight: 600; border-bottom: 0; }
@page { size: A4 landscape; margin: 12mm; }
@media print { body { background: none; max-width: none; padding: 0; } thead { display: table-header-group; } tr { break-inside: avoid; } .wide { overflow: visible; } }
`;

/** A cell: text, an amount (set to the right) or a hash. */
export type Cell = string | { amount: string } | { hash: string };

/** A table with a heading; nothing when there are no rows. */
export function section(title: string, head: string[], rows: Cell[][], note = ""): Markup | "" {
  if (rows.length === 0) return "";
  const right = (column: number) => rows.some((row) => typeof row[column] === "object" && "amount" in row[column]);
  return html`<section>
<h2>${title}</h2>${note && html`<p class="ash">${note}</p>`}
<div class="wide"><table>
<thead><tr>${head.map((name, i) => html`<th scope="col" class="${right(i) ? "n" : ""}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
</table></div>
</section>`;
}

function cell(value: Cell): Markup {
  if (typeof value === "string") return html`<td>${value}</td>`;
  if ("amount" in value) return html`<td class="n">${value.amount}</td>`;
  return html`<td class="hash"><code>${value.hash}</code></td>`;
}

/** A whole page that prints as it stands: no script, no request. */
export function page(title: string, facts: [string, string][], body: (Markup | "")[]): Markup {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${raw(STYLE)}</style></head>
<body>
<header><h1>${title}</h1>
<dl>${facts.map(([name, value]) => html`<dt class="ash">${name}</dt><dd>${value}</dd>`)}</dl></header>
<main>${body}</main>
<footer><p class="ash">Made from the chain's events alone. Amounts are exact, in whole tokens; times are UTC.</p></footer>
</body>
</html>`;
}

/** A period in words. */
export function periodInWords({ from, to }: Period): string {
  if (to === null) return from === 0n ? "from the beginning" : `from ${isoTime(from)}`;
  return from === 0n ? `until before ${isoTime(to)}` : `from ${isoTime(from)} until before ${isoTime(to)}`;
}
