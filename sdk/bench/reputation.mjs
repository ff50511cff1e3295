#!/usr/bin/env node
/** Prints what a ring can move (ring.mjs), as the table that stands in docs/reputation.md. `--json` prints the numbers. */
import { reputationOf } from "../dist/reputation/index.js";
import { simulate } from "./ring.mjs";

const { market, rows } = simulate(reputationOf);
if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ market, rows }, null, 1));
} else {
  const number = (value) => value.toLocaleString("en-US");
  console.log(
    `${market.sellers} honest sellers, ${number(market.demand)} a year; scores ${market.least} to ${market.most}, median ${market.median}.\n`,
  );
  console.log("| strategy | burnt | score | honest sellers below | worth a year, at most |");
  console.log("|---|---|---|---|---|");
  for (const { strategy, burnt, score, below, gain } of rows)
    console.log(`| ${strategy} | ${number(burnt)} | ${score} | ${below} of ${market.sellers} | ${number(gain)} |`);
}
